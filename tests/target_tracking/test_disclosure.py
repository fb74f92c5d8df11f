"""Other hidden counts, the same pattern: nothing that is released may change."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.disclosure import Policy, release
from workbench.disclosure.pattern import hidden_cells
from workbench.disclosure.release import blank
from workbench.target_tracking import analyse

CALLS = {
    "kind": "proportion",
    "scale": "percent",
    "unit": "of calls",
    "columns": {"interval": "month", "numerator": "a", "denominator": "b", "group": {"race": "race"}},
    "groups": ["race"],
    "targets": [{"value": 40}],
}


def cut(observations, **counts):
    """The latest month by race: pairs of numerator and denominator."""
    parts = [
        observations("m", [a / b], first="2025-12", counts=[(a, b)], dimension="race", group=group)
        for group, (a, b) in counts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_nothing_tells_of_the_hidden_counts_of_groups(measure_cube, observations):
    months = [(80 + step % 5, 200) for step in range(36)]
    everyone = observations("m", [a / b for a, b in months], counts=months)
    truth = cut(observations, black=(40, 100), white=(26, 60), asian=(9, 25), unknown=(5, 15))
    other = cut(observations, black=(40, 100), white=(26, 60), asian=(6, 29), unknown=(8, 11))
    cube = measure_cube(everyone, truth, entries={"m": CALLS}, about_people=True)
    results = analyse(cube, period="2025-Q4")
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    assert {cell.rpartition("=")[2] for cell in hidden} == {"asian", "unknown"}
    same = replace(cube, frames={"observations": pd.concat([everyone, other], ignore_index=True)})
    assert_same(blank(results, hidden), blank(analyse(same, period="2025-Q4"), hidden))


def test_nothing_tells_of_a_hidden_month(measure_cube, observations):
    months = [(80 + step % 5, 200) for step in range(36)]
    shown = None
    for few in (3, 9):
        counts = [*months[:10], (few, 200), *months[11:]]
        cube = measure_cube(
            observations("m", [a / b for a, b in counts], counts=counts),
            entries={"m": CALLS},
            about_people=True,
        )
        results = analyse(cube, period="2025-Q4")
        released = blank(results, hidden_cells(results.counts, results.sums, Policy(11)))
        assert released.verdicts["state"].tolist() == ["suppressed"]
        shown = shown or released
        assert_same(shown, released)


def by_month(observations, groups):
    """Everyone and each race by month, from pairs of numerator and denominator."""
    whole = [
        tuple(map(sum, zip(*(counts[month] for counts in groups.values()), strict=True)))
        for month in range(36)
    ]
    parts = {"all": whole, **groups}
    frames = [
        observations(
            "m",
            [a / b for a, b in counts],
            counts=counts,
            dimension="all" if group == "all" else "race",
            group=group,
        )
        for group, counts in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)


def few_in(months, others=(30, 70)):
    """Asian and unknown race, few in some months: what one lacks of a constant sum the other has."""
    asian = [(months[m], 20) if m in months else others for m in range(36)]
    unknown = [(24 - months[m], 50) if m in months else (40, 90) for m in range(36)]
    return {"asian": asian, "unknown": unknown}


def groups_of_a_city(few):
    black = [(80 + m % 5, 200) for m in range(36)]
    white = [(260 + (7 * m) % 11, 600) for m in range(36)]
    return {"black": black, "white": white, **few_in(few)}


@pytest.mark.parametrize("last", [False, True])
def test_a_group_with_hidden_months_is_judged_by_the_others_and_tells_nothing_of_them(
    measure_cube, observations, last
):
    """Whoever swaps what is hidden, month by month, changes nothing that is released; the words are still there."""
    shown = None
    for few in ((3, 9, 5), (9, 2, 7)):
        months = dict(zip((4, 11, 35 if last else 20), few, strict=True))
        frame = by_month(observations, groups_of_a_city(months))
        cube = measure_cube(frame, entries={"m": CALLS}, about_people=True)
        results = analyse(cube, period="2025-Q4")
        hidden = hidden_cells(results.counts, results.sums, Policy(11))
        assert len(hidden) == 6
        released = blank(results, hidden)
        shown = shown or released
        assert_same(shown, released)
    words = shown.group_verdicts.set_index("group")
    assert words.loc["black", "status"].startswith("usual ups and downs")
    assert words.loc["asian", "hidden"] == 3
    gone = "not shown, to protect privacy"
    assert words.loc["asian", "verdict"] == (gone if last else "common cause")
    assert shown.gap_verdicts.set_index("group").loc["asian", "verdict"] == (
        gone if last else "no clear change"
    )


def test_nothing_that_is_computed_of_groups_rests_on_a_hidden_count(measure_cube, observations):
    frame = by_month(observations, groups_of_a_city({4: 3, 11: 9, 20: 5}))
    results = analyse(measure_cube(frame, entries={"m": CALLS}, about_people=True), period="2025-Q4")
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    released = blank(results, hidden)
    for name in ("group_points", "group_limits", "group_verdicts", "gaps", "gap_verdicts"):
        rows = getattr(released, name)
        open_rows = rows[rows["state"] != "suppressed"]
        assert len(open_rows), name
        assert hidden.isdisjoint(cell for cells in open_rows["cells"] for cell in cells), name
    gone = released.gaps[(released.gaps["group"] == "asian") & (released.gaps["state"] == "suppressed")]
    assert list(gone["interval"]) == ["2023-05", "2023-12", "2024-09"]
    numbers = ["value", "lower", "upper", "own", "reference_value", "mean", "limit_lower", "limit_upper"]
    assert gone[numbers].isna().all(axis=None)


def test_a_group_that_is_mostly_hidden_is_not_judged(measure_cube, observations):
    few = {month: 3 + month % 7 for month in range(10)}
    frame = by_month(observations, groups_of_a_city(few))
    results = analyse(measure_cube(frame, entries={"m": CALLS}, about_people=True), period="2025-Q4")
    released = blank(results, hidden_cells(results.counts, results.sums, Policy(11)))
    assert released.group_verdicts.set_index("group").loc["asian", "state"] == "suppressed"
    assert "asian" not in set(released.group_limits["group"])
    own = released.gaps[released.gaps["group"] == "asian"]
    assert own["limit_lower"].isna().all()
    assert own["value"].notna().sum() == 26


def test_who_hides_nothing_sees_every_group_judged(measure_cube, observations):
    frame = by_month(observations, groups_of_a_city({35: 3}))
    results = analyse(measure_cube(frame, entries={"m": CALLS}, about_people=True), period="2025-Q4")
    internal = release(results, Policy(11, audience="internal"))
    assert set(internal.group_limits["group"]) == {"black", "white", "asian"}


def assert_same(shown, again) -> None:
    assert again.facts == shown.facts
    for name, frame in {"counts": shown.counts, **shown.frames()}.items():
        pd.testing.assert_frame_equal({"counts": again.counts, **again.frames()}[name], frame, obj=name)
    assert not np.isnan(shown.points["value"]).all()
