import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.counted import counted
from workbench.disparity_review.places.clusters import CLUSTERING_COLUMNS, clustering
from workbench.disparity_review.scope import Scope
from workbench.findings.model import Verdict

SIDE = 6
MAP = {f"P{place:02}": f"C{place // 18}" for place in range(SIDE * SIDE)}
THINGS = {"about_people": False, "least_listed": 1}


def beside(places=MAP, islands=()) -> pd.DataFrame:
    """Places on a square grid touch those left, right, above and below."""
    pairs = []
    for position, place in enumerate(places):
        for other in (position - SIDE, position - 1, position + 1, position + SIDE):
            row = position // SIDE == other // SIDE or abs(position - other) == SIDE
            if 0 <= other < len(places) and row and not {position, other} & set(islands):
                pairs.append(("neighbourhood", place, list(places)[other]))
    return pd.DataFrame(pairs, columns=["place_level", "place", "neighbour"])


@pytest.fixture
def clustered(build_cube):
    """``clustered(events, n)``: clusters of a square map whose places have so many events of n."""

    def build(events, n=300, *, definition=None, neighbours=None, favourable=True):
        sizes = [n] * len(MAP) if isinstance(n, int) else n
        rows = [("2025-Q4", "white", *row) for row in zip(MAP, map(int, events), sizes, strict=True)]
        frames = {"neighbours": beside() if neighbours is None else neighbours}
        cube = build_cube(rows, MAP, frames=frames, definition=definition, favourable=favourable)
        for level in cube.definition["levels"]:
            level["parents"] = MAP if level["within"] else {}
        scope = Scope.of(cube, "2025-Q4")
        return clustering(counted(cube, scope), cube, scope).set_index("place")

    return build


def sloping(top: float, step: float) -> list[int]:
    """High in P00, lower with every place to the right and below, lowest in P35."""
    return [round(top - step * (place % SIDE + place // SIDE)) for place in range(SIDE * SIDE)]


CORNER = sloping(232, 16.5)
CHEQUERED = [180 if (place % SIDE + place // SIDE) % 2 else 100 for place in range(SIDE * SIDE)]


@pytest.mark.parametrize("definition", [None, THINGS])
def test_high_rates_beside_high_ones_are_a_cluster(clustered, definition):
    found = clustered(CORNER, definition=definition)
    assert found.loc["all", "clustered"] == "like beside like"
    assert found.loc["all", "moran_i"] > 0.5 > 0 > found.loc["all", "expected"]
    assert (found.loc["all", "places"], found.loc["all", "islands"]) == (36, 0)
    assert found.loc["P07", "cluster"] == "high among high"
    assert found.loc["P07", "local_i"] > 0
    assert found.loc["P07", "local_q"] <= 0.05


@pytest.mark.parametrize("definition", [None, THINGS])
def test_of_frequent_outcomes_low_ones_among_low_are_low(clustered, definition):
    """The rarer side is standardised, and its words are turned."""
    found = clustered([300 - count for count in sloping(196, 12)], definition=definition)
    assert found.loc["P28", "cluster"] == "high among high"
    assert found.loc["P07", "cluster"] == "low among low"


@pytest.mark.parametrize("definition", [None, THINGS])
def test_those_on_time_and_those_late_have_one_pattern(clustered, definition):
    sizes = [100 + 40 * (place % 7) for place in range(SIDE * SIDE)]
    late = [round(size * (0.1 + 0.02 * (place % SIDE))) for place, size in enumerate(sizes)]
    on_time = [size - count for size, count in zip(sizes, late, strict=True)]
    there, here = (clustered(events, n=sizes, definition=definition) for events in (late, on_time))
    assert there.loc["all", "moran_i"] == pytest.approx(here.loc["all", "moran_i"])
    assert there["local_i"].tolist() == pytest.approx(here["local_i"].tolist(), nan_ok=True)


def test_a_chequered_map_is_not_like_beside_like(clustered):
    found = clustered(CHEQUERED)
    assert found.loc["all", "moran_i"] < -0.5
    assert found.loc["all", "clustered"] == Verdict.CANT_TELL
    assert (found.drop("all")["local_i"] < 0).all()


def test_told_coarsely_and_exactly_the_same_places_lie_in_clusters(clustered):
    coarse, exact = clustered(CORNER), clustered(CORNER, definition=THINGS)
    high = {
        name: set(found.index[found["cluster"] == "high among high"])
        for name, found in (("c", coarse), ("e", exact))
    }
    assert {"P00", "P01", "P06", "P07"} <= high["c"] & high["e"]
    assert len(high["c"] ^ high["e"]) <= 4
    assert set(coarse["local_q"].dropna()) <= {0.01, 0.05, 0.1, 0.2, 1.0}
    assert np.sign(coarse["local_i"].drop("all")).tolist() == np.sign(exact["local_i"].drop("all")).tolist()


def test_a_random_map_has_few_clusters(clustered):
    random = np.random.default_rng(3)
    found = [clustered(random.binomial(200, 0.3, 36)) for _ in range(5)]
    assert sum((each["cluster"].isin(["none"])).sum() for each in found) >= 178


def test_a_places_row_names_its_neighbours_and_the_levels_row_all_places(clustered):
    found = clustered(CORNER)
    names = [f"2025-Q4|race=all|neighbourhood={place}" for place in ("P00", "P01", "P06")]
    assert found.loc["P00", "cells"] == [*names, "2025-Q4|race=all|city=all"]
    assert len(found.loc["all", "cells"]) == 37


def test_an_island_has_no_index_and_is_counted(clustered):
    found = clustered(CORNER, neighbours=beside(islands=[35]))
    assert found.loc["all", "islands"] == 1
    assert found.loc["P35", "cluster"] == "island"
    assert np.isnan(found.loc["P35", "local_i"])


def test_places_that_are_all_alike_have_no_pattern(clustered):
    found = clustered([100] * 36)
    assert found.loc["all", "state"] == "no data"
    assert np.isnan(found.loc["all", "moran_i"])
    assert set(found["cluster"].drop("all")) == {"none"}


def test_a_neighbour_that_the_service_does_not_know_is_left_out(clustered):
    strange = pd.DataFrame([("neighbourhood", "P00", "Atlantis")], columns=list(beside().columns))
    found = clustered(CORNER, neighbours=pd.concat([beside(), strange]))
    assert found.loc["P00", "local_i"] == clustered(CORNER).loc["P00", "local_i"]


def test_without_boundaries_there_are_no_clusters(build_cube):
    cube = build_cube([("2025-Q4", "white", "Elm", 5, 10)])
    scope = Scope.of(cube, "2025-Q4")
    found = clustering(counted(cube, scope), cube, scope)
    assert found.empty
    assert list(found.columns) == CLUSTERING_COLUMNS
