"""The page of signs: words beside shapes, how each measure is judged, and false alarms to expect."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts.target_signs import needs_a_look

STEADY = np.random.default_rng(20_260_101).normal(10, 1, 36).round(2)


def test_each_verdict_is_a_word_beside_its_sign(followed):
    figure = charts.target_signs.signs(followed(STEADY, targets=[{"value": 10}]))
    assert figure.text == (
        "A table of signs and words, one row a measure. Permits on time: no signal, hit or miss, uncertain, not met."
    )
    assert [layer["mark"]["type"] for layer in figure.chart.to_dict()["layer"]] == ["point", "text"]
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)


def test_each_tone_has_a_shape_of_its_own():
    assert len(set(charts.target_signs.SHAPES.values())) == len(charts.target_signs.SHAPES)


def test_the_page_is_printed_and_counts_targets_met_and_not(followed):
    figure = charts.target_signs.signs(followed(STEADY, targets=[{"value": 5}]))
    assert figure.is_printed
    assert (
        figure.chart.to_dict()["title"]["text"] == "Works, the fourth quarter of 2025, as of 15 January 2026"
    )
    assert figure.see.startswith(
        "Of 1 measures whose latest value can be held against a target, 1 met it and 0 did not."
    )


def test_false_alarms_are_expected_in_a_sentence(followed):
    results = followed(STEADY)
    facts = results.facts | {"judged": 25, "false_alarms_expected": 0.4}
    see = charts.target_signs.signs(type(results)(**vars(results) | {"facts": facts})).see
    assert (
        "If none of the 25 measures judged had changed, 0.4 of them would be expected to show a signal all the "
        "same: one false alarm in about 2 reviews." in see
    )


def test_the_table_says_chart_why_gate_and_pace(followed):
    entry = {"kind": "cumulative", "direction": "increase", "unit": "lines"}
    entry |= {"columns": {"interval": "month", "numerator": "n"}}
    counts = [(int(value), None) for value in STEADY]
    target = {"value": 1000, "kind": "cumulative", "since": "2023-01", "by": "2026-12"}
    results = followed([above for above, _ in counts], counts=counts, targets=[target], **entry)
    row = charts.target_signs.signs(results).table.iloc[0]
    assert row["Chart"] == "XmR"
    assert row["Before judging"] == "nothing stood against judging it"
    required, low, high = (
        results.verdicts[name].iloc[0] for name in ("required", "runs_lower", "runs_upper")
    )
    assert row["Pace"] == (
        f"It needs {required:.1f} lines each month until December 2026; the process runs {low:.2f} to {high:.1f}."
    )


@pytest.mark.parametrize(
    ("values", "target", "looked_at"),
    [(STEADY, 10, False), (STEADY, 30, True), ([*STEADY[:35], 30.0], 10, True)],
    ids=["steady", "out of reach", "signal"],
)
def test_a_signal_or_a_target_out_of_reach_needs_a_look(followed, values, target, looked_at):
    results = followed(values, targets=[{"value": target}])
    assert needs_a_look(results, "wait") is looked_at
    assert len(charts.target_tracking.process_charts(results)) == looked_at
    assert len(charts.target_tracking.steady_charts(results)) == (not looked_at)
    assert len(charts.target_small.small_charts(results)) == (not looked_at)


@pytest.mark.parametrize(
    ("verdicts", "behind", "word", "status"),
    [
        (["widening", "narrowing"], ["yes", "no"], "widening", "met; gap widened"),
        (["widening", "no clear change"], ["no", "yes"], "no clear change", "met; gap steady"),
        (["narrowing", "no clear change"], ["yes", "yes"], "narrowing", "met; gap narrowed"),
        (["not shown, to protect privacy"] * 2, [None, None], "", "met"),
    ],
    ids=["fell behind", "pulled ahead", "narrowing", "hidden"],
)
def test_a_gap_is_told_beside_the_target_by_the_group_that_fell_behind(
    followed, verdicts, behind, word, status
):
    gaps = pd.DataFrame({"measure": "wait", "verdict": verdicts, "behind": behind})
    results = followed(STEADY, targets=[{"value": 5}]).with_frames(gap_verdicts=gaps)
    figure = charts.target_signs.signs(results)
    assert (figure.table["Gap"].tolist(), figure.table["Status"].tolist()) == ([word], [status])
    assert figure.text.endswith(f", {status}.")
    drawn = figure.chart.to_dict()["datasets"].values()
    signs = {row["Word"]: row["Tone"] for rows in drawn for row in rows if row["Column"] == "Status"}
    assert signs == {status: {"widening": "concern", "narrowing": "good"}.get(word, "steady")}
    assert needs_a_look(results, "wait") == (word == "widening")


def test_a_target_that_is_not_met_is_said_without_a_gap_and_nothing_without_a_target(followed):
    figure = charts.target_signs.signs(followed(STEADY, targets=[{"value": 30}]))
    assert figure.table["Status"].tolist() == ["not met"]
    assert charts.target_signs.signs(followed(STEADY)).table["Status"].tolist() == [""]
