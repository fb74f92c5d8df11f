"""Other hidden counts, the same pattern: what is shown of other places, of hits and of series may not change.

What places have in common, their spread, is told to a factor of two. Tables in which every hidden count is
within its minimum count of the true one give the same step; those of any kind the same figures at one step.
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
from workbench.disparity_review.places.standing import Places

SIDE = 6
PARENTS = {f"P{place:02}": f"C{place // 12}" for place in range(SIDE * SIDE)}
FRAMES = ["summary", "funnel", "clustering", "trend", "trend_limits", "bounds", "decisions"]


@pytest.fixture(scope="module")
def service(build_cube) -> Cube:
    """Three quarters of searches in 36 neighbourhoods, some of which have few."""
    random, rows = np.random.default_rng(11), []
    for interval in ("2024-Q4", "2025-Q3", "2025-Q4"):
        for position, place in enumerate(PARENTS):
            for group, size in {"black": 20, "white": 60, "unknown": 4}.items():
                n = int(random.poisson(size))
                rate = 0.02 if position in (4, 21) else 0.2 + 0.04 * (position % 6)
                rows.append((interval, group, place, int(random.binomial(n, rate)), n))
    cube = build_cube(rows, PARENTS, favourable=False)
    city = cube.frames["cells"].query("place_level == 'city' and dimension == 'race'")
    hits = city.assign(acted=city["numerator"], hits=(city["numerator"] * 0.02).round().astype(int))
    levels = [{**level, "parents": PARENTS if level["within"] else {}} for level in cube.definition["levels"]]
    frames = {
        "decisions": hits[["interval", "dimension", "group", "acted", "hits"]].reset_index(drop=True),
        "neighbours": _beside(),
    }
    return replace(cube, frames=cube.frames | frames, definition={**cube.definition, "levels": levels})


def _beside() -> pd.DataFrame:
    names, pairs = list(PARENTS), []
    for position in range(SIDE * SIDE):
        for step in (1, SIDE):
            other = position + step
            if other < SIDE * SIDE and (step == SIDE or other % SIDE):
                pairs += [(names[position], names[other]), (names[other], names[position])]
    return pd.DataFrame(pairs, columns=["place", "neighbour"]).assign(place_level="neighbourhood")


def other_table(results, hidden: set[str], seed: int, near: float = np.inf) -> dict[tuple[str, str], int]:
    """Other values of the hidden counts, by cell and kind, that agree with every shown count and sum."""
    largest = float(results.counts[["numerator", "denominator"]].max().max())
    unknown = Unknown.of(results.counts, results.sums, hidden, 0, largest)
    unknown = replace(
        unknown,
        lowest=np.maximum(unknown.lowest, unknown.truth - near),
        highest=np.minimum(unknown.highest, unknown.truth + near),
    )
    table = unknown.furthest(np.random.default_rng(seed).normal(size=len(unknown.truth)))
    assert (table != unknown.truth).any()
    names = [name for name in unknown.counts if name[1] != COMPLEMENT]
    return {name: int(value) for name, value in zip(names, table, strict=True)}


def swapped(cube: Cube, values: dict[tuple[str, str], int]) -> Cube:
    """The cube with other counts; totals of the known groups, and misses, follow from them."""
    cells, found = cube.frames["cells"].copy(), cube.frames["decisions"].copy()
    names = ["interval", "group", "place_level", "place"]
    row_of = {
        f"{interval}|race={group}|{level}={place}": row
        for row, interval, group, level, place in cells[names].itertuples()
    }
    for (cell, kind), value in values.items():
        main, _, part = cell.partition("=all|") if cell.endswith(("|hits", "|misses")) else (cell, "", "")
        if "|race=known|" in cell or "|race=all|city=all|" in cell:
            continue
        if part == "hits" and kind == "numerator":
            interval, group = main.split("|")[0], main.split("race=")[1].split("|")[0]
            found.loc[(found["interval"] == interval) & (found["group"] == group), "hits"] = value
        elif not part:
            cells.loc[row_of[cell], kind] = value
    return replace(cube, frames=cube.frames | {"cells": cells, "decisions": found})


@pytest.fixture(scope="module")
def released(service):
    """The released frames, the pattern, and the true results."""
    results = analyse(service, period="2025-Q4")
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    return results, hidden, blank(results, hidden)


def test_the_service_has_hidden_and_shown_places_and_hits(released):
    _, hidden, shown = released
    fine = shown.funnel[shown.funnel["place_level"] == "neighbourhood"]
    assert 0 < (fine["state"] == "suppressed").sum() < 15
    assert any(cell.endswith("|hits") for cell in hidden)
    local = shown.clustering[shown.clustering["place"] != "all"]
    assert 0 < (local["state"] == "suppressed").sum() < len(local)


def assert_same(service, released, seed: int, near: float = np.inf, apart: tuple[str, ...] = ()) -> None:
    """Nothing shown changes with another table of the hidden counts."""
    results, hidden, shown = released
    again = analyse(swapped(service, other_table(results, hidden, seed, near)), period="2025-Q4")
    again = blank(again, hidden)
    for name in FRAMES:
        left, right = (getattr(each, name).drop(columns=apart, errors="ignore") for each in (again, shown))
        pd.testing.assert_frame_equal(left, right, obj=name)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_nothing_shown_tells_of_counts_within_the_minimum_of_the_hidden_ones(service, released, seed):
    assert_same(service, released, seed, near=11)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_one_step_of_the_spread_nothing_shown_tells_of_any_hidden_count(service, monkeypatch, seed):
    monkeypatch.setattr(Places, "told", 1.0)
    results = analyse(service, period="2025-Q4")
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    # How many places are in clusters moves the correction of all, which is told in five steps.
    assert_same(service, (results, hidden, blank(results, hidden)), seed, apart=("local_q", "cluster"))


def test_a_hidden_place_hides_the_clusters_beside_it_and_not_their_funnel(released):
    _, hidden, shown = released
    city = "2025-Q4|race=all|neighbourhood="
    gone = {place for place in PARENTS if city + place in hidden}
    beside = set(_beside().query("place in @gone")["neighbour"]) - gone
    local = shown.clustering.set_index("place")["state"]
    funnel = shown.funnel[shown.funnel["place_level"] == "neighbourhood"].set_index("place")["state"]
    assert set(local[sorted(beside | gone)]) == {"suppressed"}
    assert "suppressed" not in set(funnel[sorted(beside)])
    assert shown.clustering.query("place == 'all'")["state"].tolist() == ["suppressed"]
