"""Other hidden counts, the same pattern: nothing that is released may change."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.disclosure import Policy
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


def assert_same(shown, again) -> None:
    assert again.facts == shown.facts
    for name, frame in {"counts": shown.counts, **shown.frames()}.items():
        pd.testing.assert_frame_equal({"counts": again.counts, **again.frames()}[name], frame, obj=name)
    assert not np.isnan(shown.points["value"]).all()
