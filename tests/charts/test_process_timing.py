import numpy as np
import pandas as pd
import pytest

from workbench.charts import process_tables, process_timing
from workbench.process_timing.results import ProcessResults

FACTS = {
    "noun": "permits",
    "period": "2025-Q4",
    "dimensions": {"kind": "Kind", "race": "Race"},
    "labels": {"race/black": "Black"},
}
EDGES = [
    ("Filed", "Review", 380, 5.0, 2000.0, 0.8, "longest wait"),
    ("Review", "Issued", 360, 0.9, 500.0, 0.2, ""),
]


def edge_rows(rows=EDGES) -> pd.DataFrame:
    columns = ["from", "to", "count", "median_days", "total_days", "share", "verdict"]
    frame = pd.DataFrame(rows, columns=columns)
    limits = {"share_lower": frame["share"] - 0.1, "share_upper": frame["share"] + 0.1}
    return frame.assign(
        interval="2025-Q4",
        holder="",
        p90_days=frame["median_days"] * 2,
        state="value",
        is_usual=False,
        **limits,
    )


def results(**frames) -> ProcessResults:
    lead = pd.DataFrame(
        {
            "interval": ["2025-Q3", "2025-Q4"],
            "clock": "calendar days",
            "submitted": [450, 460],
            "closed_median": [26.0, 21.8],
            "median": [26.8, 30.2],
            "lower": [25.0, 28.0],
            "upper": [28.0, np.nan],
            "p90": [60.0, np.nan],
            "state": "value",
        }
    )
    curve = [
        ("2025-Q4", 0.25, 12.0),
        ("2025-Q4", 0.5, 30.2),
        ("2025-Q3", 0.5, 26.8),
        ("2025-Q4", 0.75, np.nan),
    ]
    survival = pd.DataFrame(curve, columns=["interval", "share", "days"]).assign(
        lower=1.0, upper=2.0, state="value"
    )
    groups = [("kind", "deck", 300, 20.0), ("kind", "house", 150, 60.0), ("race", "black", 9, np.nan)]
    attributes = pd.DataFrame(groups, columns=["dimension", "group", "submitted", "median"])
    attributes = attributes.assign(
        lower=attributes["median"] - 2, upper=attributes["median"] + 2, state="value"
    )
    activities = pd.DataFrame(
        {"activity": ["Filed", "Review", "Issued"], "events": [380, 380, 360], "state": "value"}
    )
    known = {"edges": edge_rows(), "lead_times": lead, "survival": survival, "attributes": attributes}
    known |= {"activities": activities, **frames}
    return ProcessResults(pd.DataFrame(), facts=FACTS, released=True, **known)


def columns_of(figure) -> set[str]:
    return {name for rows in figure.chart.to_dict()["datasets"].values() for row in rows for name in row}


def test_bars_of_edges_are_told_in_words():
    figure = process_timing.edges(results())
    assert "Filed → Review: 80%; Review → Issued: 20%." in figure.text
    assert columns_of(figure) == {"Wait", "Share", "Percent", "Lower", "Upper", "Last"}
    assert figure.table["Interval"].tolist() == ["70% to 90%", "10% to 30%"]
    assert figure.table["Median"].tolist() == ["5 days", "21.6 hours"]


def test_a_suppressed_edge_is_not_drawn_but_counted():
    hidden = edge_rows().assign(state=["value", "suppressed"])
    hidden.loc[1, ["count", "median_days", "total_days", "share", "share_lower", "share_upper"]] = np.nan
    figure = process_timing.edges(results(edges=hidden))
    assert "Pairs of steps not drawn: 1 suppressed to protect privacy." in figure.text
    assert "Pairs of steps not drawn: 1 suppressed to protect privacy." in figure.see
    assert len(figure.table) == 1


def test_more_edges_than_fit_are_counted():
    many = edge_rows([(f"A{k}", f"B{k}", 100 - k, 1.0, 100.0 - k, 0.05, "") for k in range(20)])
    assert (
        "Pairs of steps not drawn: 10 after the first 10." in process_timing.edges(results(edges=many)).text
    )


def test_lead_time_shows_both_medians_and_no_limit_that_is_not_reached():
    figure = process_timing.lead_time_over_time(results())
    assert "the fourth quarter of 2025: 30.2 days, closed cases only 21.8" in figure.text
    assert columns_of(figure) == {"interval", "median", "lower", "upper", "Kind"}
    assert np.isnan(figure.table["upper"].iloc[1])


def test_lead_time_up_to_a_chosen_period():
    assert len(process_timing.lead_time_over_time(results(), period="2025-Q3").table) == 1


def test_survival_tells_shares_and_leaves_out_what_is_not_reached():
    figure = process_timing.survival(results())
    assert "50% within 30.2 days" in figure.text
    assert len(figure.table) == 3


@pytest.mark.parametrize(
    ("group", "title", "rows"),
    [(None, "by kind", 2), ("kind/house", "by kind", 2), ("race/black", "by race", 1)],
)
def test_lead_time_by_the_groups_of_a_dimension(group, title, rows):
    figure = process_timing.lead_time_by_group(results(), group=group)
    assert title in figure.title
    assert len(figure.table) == rows
    assert ("1 more are suppressed" in figure.text) == (title == "by race")


@pytest.mark.parametrize(
    "name", ["edges", "lead_time_over_time", "survival", "lead_time_by_group", "process_map"]
)
def test_empty_results_still_draw(name):
    nothing = {
        frame: getattr(results(), frame).head(0)
        for frame in ("edges", "activities", "survival", "attributes")
    }
    nothing["lead_times"] = results().lead_times.assign(median=np.nan, closed_median=np.nan)
    figure = getattr(process_timing, name)(results(**nothing))
    assert figure.text
    assert "<svg" in figure.svg
    assert "Infinity" not in figure.svg


def test_figures_of_the_log_keep_their_units():
    rows = [("median_lead", 52.58, 51.3, np.nan, "days"), ("cases", 1434.0, np.nan, np.nan, "count")]
    rows += [
        ("mean_duration", 467263.91525, np.nan, np.nan, "seconds"),
        ("touch_at_most", 0.5, np.nan, np.nan, "share"),
    ]
    summary = pd.DataFrame(rows, columns=["quantity", "value", "lower", "upper", "unit"]).assign(
        state="value"
    )
    table = process_tables.log_table(results(summary=summary))
    assert table["Value"].tolist() == [
        "1,434",
        "467,263.915 seconds (5.4 days)",
        "50%",
        "52.6 days (at least 51.3 days)",
    ]


def test_limits_of_a_figure_stand_beside_it():
    row = {
        "quantity": "median_lead",
        "value": 28.8,
        "lower": 28.0,
        "upper": 29.5,
        "unit": "days",
        "state": "value",
    }
    table = process_tables.log_table(results(summary=pd.DataFrame([row])))
    assert table["Value"].tolist() == ["28.8 days (28 days to 29.5 days)"]


def test_checks_of_the_record_are_said_in_words():
    rows = [("at_midnight", 12, 400, 0.03), ("rows", 400, 400, 1.0), ("rejects", 0, 0, np.nan)]
    quality = pd.DataFrame(rows, columns=["check", "count", "of", "share"]).assign(state="value")
    table = process_tables.quality_table(results(quality=quality))
    assert table.drop(columns="state").to_numpy().tolist() == [
        ["Rows read", 400, 400, ""],
        ["Rows that could not be read", 0, 0, "not known"],
        ["Events at midnight, as dates without a time are", 12, 400, "3%"],
    ]


def test_the_calendar_comes_before_the_working_days():
    lead = pd.DataFrame(
        [("2025-Q3", "calendar days"), ("2025-Q3", "working days"), ("2025-Q4", "calendar days")],
        columns=["interval", "clock"],
    ).assign(submitted=9, closed_median=1.0, median=2.0, lower=1.0, upper=3.0, state="value")
    lead = lead.assign(p90=4.0, p90_lower=3.0, p90_upper=5.0)
    table = process_tables.lead_time_table(results(lead_times=lead))
    assert table[["Period", "Clock"]].to_numpy().tolist() == [
        ["2025-Q3", "calendar days"],
        ["2025-Q4", "calendar days"],
        ["2025-Q3", "working days"],
    ]


def test_a_comparison_names_the_period_in_words():
    row = {"since": "2024-Q4", "verdict": "slower", "state": "value", "n": 363, "n_before": 345, "p": 0.01}
    sizes = (
        "difference",
        "lower",
        "upper",
        "same_mix",
        "same_mix_lower",
        "same_mix_upper",
        "p90_lower",
        "p90_upper",
    )
    chances = {"faster": 0.45, "faster_lower": 0.41, "faster_upper": 0.5, "p90": np.nan, "closed_by": np.nan}
    comparison = pd.DataFrame([row | dict.fromkeys(sizes, 2.0) | chances])
    (said,) = process_tables.comparison_table(results(comparison=comparison)).to_dict("records")
    assert (said["Compared with"], said["Cases then"], said["Verdict"]) == (
        "The fourth quarter of 2024",
        345,
        "slower",
    )
    assert said["Chance of being faster"] == "45% (41% to 50%)"
    assert said["Median"] == "2 (2 to 2)"
    assert said["90th percentile"] is None
    assert "Share closed" not in said


def test_shares_closed_are_in_the_table_where_a_comparison_is_told_by_them():
    numbers = dict.fromkeys(
        f"{name}{limit}"
        for name in ("p90", "same_mix", "faster", "closed_by")
        for limit in ("", "_lower", "_upper")
    )
    row = {"since": "2024-Q4", "verdict": "slower", "state": "value", "n": 363, "n_before": 345, "p": 0.01}
    row |= dict.fromkeys(
        [*numbers, "difference", "lower", "upper", "closed_by_before", "horizon_days"], np.nan
    )
    told = {
        "closed_by": 0.412,
        "closed_by_before": 0.508,
        "closed_by_lower": -0.18,
        "closed_by_upper": -0.012,
    }
    rows = pd.DataFrame([row | told | {"horizon_days": 60.0}, row])
    table = process_tables.comparison_table(results(comparison=rows))
    told, untold = table["Share closed"]
    assert told == "41.2% within 60 days, 50.8% then (−18 to −1.2 points)"
    assert pd.isna(untold)


@pytest.mark.parametrize("name", ["edges", "lead_time_over_time", "lead_time_by_group", "survival"])
def test_each_chart_keeps_to_the_schema_which_drawing_does_not_check(name):
    figure = getattr(process_timing, name)(results())
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
