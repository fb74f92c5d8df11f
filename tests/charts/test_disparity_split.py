"""Gaps over time, and in the parts they are made of."""

import pandas as pd
import pytest

from workbench.charts import disparity_review as figures
from workbench.charts.disparity_dots import UNTOLD

INTERVALS = ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]


def split_rows(**changes):
    """A gap of 10 in 100, of which 4 go with the mix and 6 are there within."""
    row = {
        "interval": "2025-Q4", "question": "group", "dimension": "race", "group": "black", "reference_group": "white",
        "place_level": "city", "place": "all", "mix": "neighbourhood", "difference": -0.1,
        "composition": -0.04, "composition_lower": -0.05, "composition_upper": -0.03,
        "treatment": -0.06, "treatment_lower": -0.08, "treatment_upper": -0.04,
        "composition_share": 0.4, "composition_share_lower": 0.3, "composition_share_upper": 0.5,
        "verdict": "worse off", "state": "value",
    }  # fmt: skip
    return pd.DataFrame([row | changes])


HIDDEN = dict.fromkeys(
    [
        "difference",
        *(f"{part}{end}" for part in ("composition", "treatment") for end in ("", "_lower", "_upper")),
    ],
    float("nan"),
) | dict.fromkeys(["composition_share", "composition_share_lower", "composition_share_upper"], float("nan"))
SUPPRESSED = HIDDEN | {"state": "suppressed", "verdict": "not shown, to protect privacy"}


def bars(figure):
    return [row for rows in figure.chart.to_dict()["datasets"].values() for row in rows]


def named(reviewed, *groups):
    """Results whose city knows these groups."""
    labels = reviewed.facts["labels"] | {f"race/{group}": group.capitalize() for group in groups}
    return reviewed.with_frames(facts=reviewed.facts | {"groups": [*groups, "white"], "labels": labels})


def test_a_bar_of_the_waterfall_begins_where_the_one_above_ends(reviewed):
    figure = figures.gap_split(reviewed.with_frames(split=split_rows()))
    found = [(row["Bar"], row["From"], row["To"]) for row in bars(figure)]
    assert found == [
        ("The gap", 0, -10), ("Where people live", 0, -4), ("How they fare there", -4, -10),
    ]  # fmt: skip


def test_intervals_lie_at_the_end_of_their_bar_and_figures_are_in_words_beside_it(reviewed):
    figure = figures.gap_split(reviewed.with_frames(split=split_rows()))
    fare = bars(figure)[-1]
    assert (fare["Low"], fare["High"]) == (-12, -8)  # -4 and -8, -4 and -4
    assert fare["Words"] == "−6.0 (−8.0 to −4.0)"


def test_the_split_says_the_share_and_the_verdict(reviewed):
    figure = figures.gap_split(reviewed.with_frames(split=split_rows()))
    assert (
        "Black, by neighbourhoods: gap -10.0; where people live -4.0 (-5.0 to -3.0), 40% (30 to 50) of the gap; "
        "how they fare there -6.0 (-8.0 to -4.0), worse off." in figure.text
    )
    assert figure.table["Share of the gap that is mix"].tolist() == ["40% (30 to 50)"]


def test_a_gap_that_may_be_nothing_has_no_share(reviewed):
    rows = split_rows(composition_share=float("nan"), composition_share_lower=float("nan"))
    figure = figures.gap_split(reviewed.with_frames(split=rows))
    assert "of the gap" not in figure.text
    assert figure.table["Share of the gap that is mix"].tolist() == [UNTOLD]


def test_both_levels_of_places_are_told_apart_in_one_panel(reviewed):
    both = pd.concat([split_rows(), split_rows(mix="community", composition=-0.02, treatment=-0.08)])
    figure = figures.gap_split(reviewed.with_frames(split=both))
    assert [row["Bar"] for row in bars(figure)] == [
        "The gap", "Where people live, neighbourhoods", "How they fare there, neighbourhoods",
        "Where people live, communities", "How they fare there, communities",
    ]  # fmt: skip
    assert {row["Panel"] for row in bars(figure)} == {"Black"}


def test_places_and_kinds_in_one_panel_need_no_other_words(reviewed):
    both = pd.concat([split_rows(), split_rows(mix="stratum")])
    figure = figures.gap_split(reviewed.with_frames(split=both))
    assert [row["Bar"] for row in bars(figure)][1:] == [
        "Where people live", "How they fare there", "What is asked for", "Within the same kind",
    ]  # fmt: skip


def test_a_mix_of_kinds_has_words_of_its_own(reviewed):
    figure = figures.gap_split(reviewed.with_frames(split=split_rows(mix="stratum")))
    assert [row["Bar"] for row in bars(figure)][1:] == ["What is asked for", "Within the same kind"]
    assert "by kinds of case" in figure.text
    assert "what is asked for" in figure.see


@pytest.mark.parametrize(("groups", "more"), [(6, ""), (7, " 1 more groups are not drawn.")])
def test_the_largest_gaps_come_first_and_the_rest_is_counted(reviewed, groups, more):
    names = [f"g{number}" for number in range(groups)]
    rows = pd.concat([split_rows(group=name, difference=-0.01 * (at + 1)) for at, name in enumerate(names)])
    figure = figures.gap_split(named(reviewed, *names).with_frames(split=rows))
    panels = list(dict.fromkeys(row["Panel"] for row in bars(figure)))
    assert panels == [f"G{number}" for number in reversed(range(groups - 6, groups))] if groups > 6 else True
    assert len(panels) == 6
    assert figure.see.endswith(f"one between neighbours.{more}")
    assert len(figure.table) == groups


def test_a_hidden_split_is_not_in_the_chart_and_is_said_to_be_hidden(reviewed):
    rows = pd.concat([split_rows(), split_rows(group="asian", **SUPPRESSED)])
    figure = figures.gap_split(named(reviewed, "asian", "black").with_frames(split=rows))
    assert {row["Panel"] for row in bars(figure)} == {"Black"}
    assert figure.see.endswith("Not shown, to protect privacy: Asian.")
    assert figure.text.endswith("Not shown, to protect privacy: Asian.")
    assert "suppressed to protect privacy" in figure._repr_html_()


def test_where_no_split_is_shown_a_sentence_takes_the_place_of_the_picture(reviewed):
    figure = figures.gap_split(reviewed.with_frames(split=split_rows(**SUPPRESSED)))
    assert figure.chart.to_dict()["data"]["values"] == [{"Words": ["The split of no gap can be shown."]}]
    assert "Infinity" not in figure.svg


def test_without_groups_the_split_is_that_of_places_by_kind(reviewed):
    place = split_rows(question="place", group="all", place_level="neighbourhood", place="Elm", mix="stratum")
    bare = reviewed.with_frames(facts=reviewed.facts | {"groups": []}, split=place)
    figure = figures.gap_split(bare)
    assert {row["Panel"] for row in bars(figure)} == {"Elm"}
    assert "the rest of the city" in figure.title


def with_limits(reviewed, **changes):
    row = {
        "group": "black", "mean": -0.1, "process_lower": -0.15, "process_upper": -0.05, "needed": 0,
        "latest_point_type": "special_cause_concern", "verdict": "widening", "ratio_verdict": "widening",
    }  # fmt: skip
    return reviewed.with_frames(trend_limits=pd.DataFrame([row | changes]))


def test_gaps_over_time_have_a_panel_a_group_with_its_verdict(reviewed, drawn):
    figure = figures.gap_over_time(with_limits(reviewed))
    assert [row["Interval"] for row in drawn(figure)] == ["2024-Q4", "2025-Q3", "2025-Q4"]
    assert {row["Panel"] for row in drawn(figure)} == {"Black | widening"}
    assert figure.chart.to_dict()["facet"]["field"] == "Panel"
    assert "Dots below the line" in figure.see


def test_process_limits_are_dotted_lines_and_a_signal_a_triangle(reviewed, encodings):
    layers = encodings(figures.gap_over_time(with_limits(reviewed)))
    lines = {
        part["y"]["field"]: mark["strokeDash"]
        for mark, part in layers
        if mark["type"] == "line" and "strokeDash" in mark
    }
    assert lines == {"Mean": [1, 0], "Process lower": [2, 3], "Process upper": [2, 3]}
    assert [mark["shape"] for mark, _ in layers if "shape" in mark] == ["triangle-down"]


def test_usual_ups_and_downs_are_no_signal(reviewed, encodings):
    figure = figures.gap_over_time(with_limits(reviewed, latest_point_type="common_cause"))
    assert not [mark for mark, _ in encodings(figure) if "shape" in mark]
    assert "signal" not in figure.text


def test_difference_and_ratio_that_disagree_are_both_said(reviewed):
    said = figures.gap_over_time(with_limits(reviewed, ratio_verdict="narrowing")).text
    assert "Since a year before: Black widening, as a ratio narrowing, signal of concern." in said


def test_before_there_are_limits_it_says_how_many_intervals_they_need(reviewed, encodings):
    nothing = dict.fromkeys(["mean", "process_lower", "process_upper"], float("nan"))
    figure = figures.gap_over_time(with_limits(reviewed, **nothing, needed=9, latest_point_type=None))
    assert "Limits of usual ups and downs need 9 more intervals." in figure.see
    lines = [part["y"]["field"] for mark, part in encodings(figure) if mark["type"] == "line"]
    assert lines == ["Difference"]


def test_a_hidden_trend_is_not_named_but_its_other_intervals_are_drawn(reviewed, without, drawn):
    hidden = without(with_limits(reviewed), "trend_limits", lambda frame: frame["group"] == "black")
    assert {row["Panel"] for row in drawn(figures.gap_over_time(hidden))} == {"Black | trend not shown"}


def test_no_line_is_drawn_over_a_hidden_interval(reviewed, without, drawn, encodings):
    hidden = without(reviewed, "gaps", lambda frame: frame["interval"] == "2025-Q3")
    figure = figures.gap_over_time(hidden)
    rows = drawn(figure)
    lines = [part for mark, part in encodings(figure) if mark["type"] == "line"]
    assert [part["detail"]["field"] for part in lines if part["y"]["field"] == "Difference"] == ["Run"]
    assert [row["Interval"] for row in rows] == ["2024-Q4", "2025-Q4"]
    assert rows[0]["Run"] != rows[1]["Run"]


def pieces(gaps=(-10, -12, -9, None, -8)):
    rows = [
        {
            "interval": interval, "dimension": "race", "group": "black", "mix": "neighbourhood",
            "difference": gap / 100 if gap else float("nan"),
            "composition": -0.04 if gap else float("nan"),
            "treatment": gap / 100 + 0.04 if gap else float("nan"),
            "composition_change": 0.0 if gap else float("nan"),
            "treatment_change": (gap + 10) / 100 if gap else float("nan"),
            "state": "value" if gap else "suppressed",
        }
        for interval, gap in zip(INTERVALS, gaps, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_pieces_are_three_lines_told_apart_by_shape_and_dash(reviewed, drawn, encodings):
    figure = figures.gap_pieces(reviewed.with_frames(pieces=pieces()))
    last = {row["Part"]: row["Points"] for row in drawn(figure) if row["Interval"] == "2025-Q4"}
    assert last == {"the gap": -8, "where people live": -4, "how they fare there": -4}
    scales = [
        part[channel]["scale"]["range"]
        for _, part in encodings(figure)
        for channel in ("shape", "strokeDash")
        if channel in part
    ]
    assert [len({str(each) for each in scale}) for scale in scales] == [3, 3]
    assert "since 2024-Q4 +0.0 and +2.0" in figure.text


def test_a_hidden_interval_of_the_pieces_is_not_drawn(reviewed, drawn):
    rows = drawn(figures.gap_pieces(reviewed.with_frames(pieces=pieces())))
    assert "2025-Q3" not in {row["Interval"] for row in rows}
    assert {row["Run"] for row in rows} == {0, 1}


def test_one_interval_is_no_series(reviewed):
    rows = pieces((None, None, None, None, -8))
    figure = figures.gap_pieces(reviewed.with_frames(pieces=rows))
    assert figure.chart.to_dict()["data"]["values"][0]["Words"]
    assert "gap-pieces" not in [each.name for each in figures.more(reviewed.with_frames(pieces=rows))]
    assert "gap-pieces" in [each.name for each in figures.more(reviewed.with_frames(pieces=pieces()))]
