"""Other hidden counts, the same pattern: nothing that is released may change.

The attacker is asked for another whole table that agrees with all that is shown. The analysis is
calculated from it again and blanked by the same pattern.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.disclosure import Policy
from workbench.disclosure.pattern import hidden_cells
from workbench.disclosure.release import blank
from workbench.disclosure.unknown import COMPLEMENT, Unknown
from workbench.disparity_review import analyse

PARENTS = {f"P{place}": f"C{place // 6}" for place in range(24)}


@pytest.fixture(scope="module")
def service(build_cube) -> Cube:
    """Three quarters of a service in 24 neighbourhoods of 4 communities, with many small cells."""
    random, rows = np.random.default_rng(7), []
    for interval in ("2024-Q4", "2025-Q3", "2025-Q4"):
        for place in PARENTS:
            for group, size in {"black": 5, "white": 40, "unknown": 3}.items():
                n = int(random.poisson(size))
                rows.append((interval, group, place, int(random.binomial(n, 0.4)), n))
    cube = build_cube(rows, PARENTS)
    levels = [{**level, "parents": PARENTS if level["within"] else {}} for level in cube.definition["levels"]]
    return replace(cube, definition={**cube.definition, "levels": levels})


def other_table(results, hidden: set[str], seed: int) -> dict[tuple[str, str], int]:
    """Other values of the hidden counts, by cell and kind, that agree with every shown count and sum."""
    largest = float(results.counts[["numerator", "denominator"]].max().max())
    unknown = Unknown.of(results.counts, results.sums, hidden, 0, largest)
    table = unknown.furthest(np.random.default_rng(seed).normal(size=len(unknown.truth)))
    assert (table != unknown.truth).any()
    names = [name for name in unknown.counts if name[1] != COMPLEMENT]
    return {name: int(value) for name, value in zip(names, table, strict=True)}


def swapped(cube: Cube, values: dict[tuple[str, str], int]) -> Cube:
    """The cube with other counts; totals of the known groups follow from them."""
    cells = cube.frames["cells"].copy()
    names = ["interval", "group", "place_level", "place"]
    row_of = {
        f"{interval}|race={group}|{level}={place}": row
        for row, interval, group, level, place in cells[names].itertuples()
    }
    for (cell, kind), value in values.items():
        if "|race=known|" not in cell:
            cells.loc[row_of[cell], kind] = value
    return replace(cube, frames={"cells": cells})


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("reference", ["everyone_else", "white", "city"])
def test_nothing_tells_of_the_hidden_counts(service, seed, reference):
    results = analyse(service, period="2025-Q4", reference=reference)
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    other = swapped(service, other_table(results, hidden, seed))
    shown = blank(results, hidden)
    again = blank(analyse(other, period="2025-Q4", reference=reference), hidden)
    assert again.facts == shown.facts
    for name, frame in {"counts": shown.counts, **shown.frames()}.items():
        pd.testing.assert_frame_equal({"counts": again.counts, **again.frames()}[name], frame, obj=name)
    for frame in (shown.adjusted, shown.split):
        states = frame.set_index(["group", "mix"])["state"]
        assert states["black", "community"] == "suppressed"
        assert states["black", "neighbourhood"] == "value"
