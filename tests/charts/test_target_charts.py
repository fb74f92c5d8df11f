"""Each control chart as it is drawn: its own lines, restarts, what is to come, and what is said of them."""

import json

import numpy as np
import pandas as pd
import pytest

from workbench import charts, disclosure
from workbench.target_tracking.results import TargetResults

STEADY = np.random.default_rng(20_260_101).normal(10, 1, 36).round(2)
COUNTS = [(20 + n % 7, 100 + 40 * (n % 3)) for n in range(36)]
SHARES = [above / below for above, below in COUNTS]
BY_COUNTS = {"interval": "month", "numerator": "a", "denominator": "b"}


def fields(chart) -> set[str]:
    """Every column that an encoding of the chart names."""
    waiting, found = [chart.to_dict()], set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            found |= {part["field"]} if isinstance(part.get("field"), str) else set()
            waiting += [own for name, own in part.items() if name != "datasets"]
    return found


@pytest.mark.parametrize(
    ("chart", "drawn", "said"),
    [
        (
            "xmr",
            {"Lower limit", "Upper limit", "Mean"},
            "The thin line is the mean, dashed lines are process",
        ),
        ("run", {"Mean"}, "The thin line is the median; a run chart has no limits"),
        ("ewma", {"Weighted mean", "Weighted from"}, "The thick grey line is the weighted mean"),
        ("cusum", {"Sum", "Line"}, "a sum beyond the dotted line is a signal"),
        ("t", {"Lower limit", "Upper limit"}, "dashed lines are process limits"),
        ("g", {"Upper limit"}, "The thin line is the median, dashed lines are process limits"),
    ],
)
def test_each_chart_of_values_draws_its_own_lines_and_says_what_they_are(followed, chart, drawn, said):
    figure = charts.target_tracking.process_chart(followed(STEADY, chart=chart))
    assert drawn <= fields(figure.chart)
    assert said in figure.see
    assert "<svg" in figure.svg
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)


@pytest.mark.parametrize(("chart", "kind"), [("p", "proportion"), ("laney_p", "proportion"), ("u", "rate")])
def test_limits_of_counts_step_with_the_denominator(followed, chart, kind):
    results = followed(SHARES, counts=COUNTS, chart=chart, kind=kind, columns=BY_COUNTS)
    figure = charts.target_tracking.process_chart(results)
    assert '"interpolate": "step"' in json.dumps(figure.chart.to_dict())
    assert "They step because each interval has a denominator of its own." in figure.see
    assert figure.table["Upper limit"].nunique() > 1


SELDOM = [0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1] * 3
OF_DEATHS = {
    "kind": "count",
    "unit": "deaths",
    "direction": "decrease",
    "columns": {"interval": "month", "numerator": "a"},
}


def of_deaths(followed, events):
    counts = [(number, 1) for number in events]
    return charts.target_tracking.process_chart(followed(events, counts=counts, **OF_DEATHS))


def test_waits_between_rare_events_are_drawn_in_a_strip_with_their_median_and_limit(followed):
    # 13 waits of one month: longer than log(0.00135) / log(1/2) - 1 = 8.5 are not by chance, and the last one is 9.
    figure = of_deaths(followed, [*[1, 0] * 13, 1, *[0] * 9])
    assert {"Waited", "Median wait", "Longest wait"} <= fields(figure.chart)
    assert "A hollow point at the end is the wait that goes on." in figure.see
    assert (
        "Below, 13 waits between cases, in months without one: median 1, and none beyond 8.5 by chance; with a signal 1; "
        "the latest 9 so far." in figure.text
    )
    assert figure.table["Waited"].dropna().tolist()[-3:] == [7, 8, 9]
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
    assert "signal of improvement" in figure.svg


def test_a_wait_that_the_latest_case_ended_is_told_as_ended(followed):
    figure = of_deaths(followed, SELDOM)
    assert figure.text.count("with a signal 0; the latest 1.") == 1
    rows = charts.target_rows.told_waits(waited([None, 1, 0, 0, 3], [0, 1, 2, 0, 0]))
    assert rows["goes_on"].tolist() == [False, False, True]


def waited(waits, values):
    days = pd.to_datetime([f"2025-0{month}-01" for month in range(1, 6)])
    return pd.DataFrame({"Start": days, "Waited": pd.Series(waits, dtype=float), "Value": values})


def test_a_chart_without_rare_events_has_no_strip(followed):
    assert "Waited" not in of_deaths(followed, [3, 4, 5] * 12).table


def test_a_restart_is_a_line_with_its_reason(followed):
    figure = charts.target_tracking.process_chart(
        followed(STEADY, baseline={"rebase": {"2024-06": "New counter."}})
    )
    assert "Limits were restarted in June 2024: New counter." in figure.see
    assert "restarted" in figure.svg


def test_a_proposed_restart_is_told_from_one_that_was_made(followed):
    figure = charts.target_tracking.process_chart(followed([*STEADY[:18], *(STEADY[18:] + 4)]))
    assert "A restart is proposed for July 2024, because the median moved from" in figure.see
    assert "nothing rests on it yet" in figure.see
    assert "proposed" in figure.svg


def test_what_is_to_come_is_drawn_to_the_date_of_the_target_and_is_in_the_table(followed):
    target = {"value": 12, "kind": "level", "since": "2024-01", "by": "2026-06"}
    figure = charts.target_tracking.process_chart(followed(STEADY, targets=[target]))
    coming = figure.table[figure.table["Point"] == "to come"]
    assert coming["Interval"].tolist() == [f"2026-0{month}" for month in range(1, 7)]
    inner, outer = ("50 of 100 from", "50 of 100 to"), ("80 of 100 from", "80 of 100 to")
    assert (coming[outer[0]] < coming[inner[0]]).all()
    assert (coming[inner[1]] < coming[outer[1]]).all()
    assert coming["Target"].tolist() == [12.0] * 6
    assert f"If it goes on as it runs, June 2026 brings {coming['Expected'].iloc[-1]:.2f} days" in figure.text


def test_a_path_to_a_target_is_drawn_and_said(followed):
    target = {"value": 12, "kind": "level", "since": "2024-01", "by": "2026-12", "path": {"2024-12": 10}}
    figure = charts.target_tracking.process_chart(followed(STEADY, targets=[target]))
    assert "Path" in fields(figure.chart)
    assert "The line of long dashes is the planned path to it." in figure.see
    assert figure.table["Path"].dropna().iloc[-1] == pytest.approx(12)


def test_a_group_is_not_drawn_with_the_forecast_of_everyone(followed):
    results = followed(STEADY)
    by_group = results.with_frames(
        group_points=results.points.assign(dimension="race", group="black"),
        group_limits=results.limits.assign(dimension="race", group="black"),
    )
    own = charts.target_groups.of_group(by_group, ("wait", "race", "black"))
    assert "to come" not in charts.target_tracking.process_chart(own).table["Point"].tolist()


def test_steady_measures_are_small_and_their_charts_folded(followed):
    results = followed(STEADY)
    (small,) = charts.target_small.small_charts(results)
    assert small.title == "1 measures without a signal"
    assert small.table.iloc[0]["Latest"].endswith(" days")
    folded = charts.target_tracking.steady_charts(results)._repr_html_()
    assert folded.startswith("<details><summary>Charts of the 1 measures without a signal")


def test_nothing_is_folded_where_there_is_nothing():
    from workbench.charts.figure import Folded

    assert Folded([], "Charts")._repr_html_() == ""


def test_an_app_draws_a_measure_by_another_chart_or_other_rules_from_what_is_shown(followed):
    results = followed(STEADY, targets=[{"value": 10}])
    own = charts.target_groups.over_time(results, "wait")
    run = charts.target_groups.over_time(results, "wait", drawn_as="run")
    assert "a run chart has no limits" in run.see
    assert "Judged here by the chart that was chosen" in run.see
    assert "Upper limit" in own.table
    assert run.table.loc[run.table["Point"] != "to come", "Target"].tolist() == [10.0] * 36
    same = charts.target_groups.over_time(results, "wait", drawn_as="xmr", rules="nhs")
    assert same.table["Upper limit"].dropna().tolist() == pytest.approx(
        own.table["Upper limit"].dropna().tolist()
    )


@pytest.mark.parametrize("group", [None, "race/black"], ids=["everyone", "a group"])
def test_results_that_were_read_back_are_judged_again_too(followed, tmp_path, group):
    results = followed(STEADY, targets=[{"value": 10}])
    by_group = {name: getattr(results, name) for name in ("points", "limits", "verdicts")}
    results = results.with_frames(
        **{f"group_{name}": frame.assign(dimension="race", group="black") for name, frame in by_group.items()}
    )
    disclosure.write(results, tmp_path)
    again = disclosure.read(TargetResults, tmp_path)
    figure = charts.target_groups.over_time(again, "wait", group, drawn_as="ewma")
    assert "The thick grey line is the weighted mean" in figure.see


def test_other_rules_find_other_signals(followed):
    values = [10 + (1 if n % 2 else -1) for n in range(30)] + [10.5] * 6
    drawn = {
        rules: charts.target_groups.over_time(followed(values), "wait", rules=rules)
        for rules in ("outside", "nhs_six")
    }
    signals = {name: figure.table["Point"].str.startswith("signal").sum() for name, figure in drawn.items()}
    assert signals["outside"] < signals["nhs_six"]


def test_the_rules_offered_are_those_that_there_are():
    from workbench.statistics.run_rules import RULE_SETS
    from workbench.target_tracking.statements import METHODS

    assert set(charts.target_words.RULES) == set(RULE_SETS)
    assert set(charts.target_words.CHARTS) == set(METHODS)


def test_a_chart_that_cannot_be_drawn_of_the_values_is_said(followed):
    figure = charts.target_groups.over_time(followed(STEADY), "wait", drawn_as="p")
    assert "The chart that was chosen cannot be drawn of these values" in figure.see
