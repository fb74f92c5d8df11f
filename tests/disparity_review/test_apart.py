import numpy as np
import pytest

from workbench.disparity_review.apart import apart
from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope

MANY = {f"P{place:02}": f"C{place // 10}" for place in range(30)}


@pytest.fixture
def spread(build_cube):
    """``spread(black, white, parents)``: dissimilarity of counts of rows by place."""

    def build(black, white, parents=MANY, *, reference="", about_people=True, kind=None):
        rows = []
        for place, own, other in zip(parents, black, white, strict=True):
            rows += [
                ("2025-Q4", "black", place, own // 2, own),
                ("2025-Q4", "white", place, other // 2, other),
            ]
        changes = {} if about_people else {"about_people": False, "least_listed": 1}
        cube = build_cube(rows, parents, definition=changes)
        for level in cube.definition["levels"]:
            level["parents"] = parents if level["within"] else {}
        if kind:
            cube.definition["service"]["outcome"]["kind"] = kind
        scope = Scope.of(cube, "2025-Q4", reference=reference)
        return {row["index"]: row for row in apart(counted(cube, scope), scope)}

    return build


def test_groups_in_wholly_different_places_are_wholly_apart(spread):
    row = spread([100, 0] * 15, [0, 100] * 15, about_people=False)["dissimilarity_black"]
    assert (row["value"], row["corrected"]) == (100, 100)
    assert row["above_noise"]
    assert (row["unit"], row["groups"], row["place_level"]) == ("percent", 30, "neighbourhood")


def test_groups_spread_alike_are_not_apart_beyond_noise(spread):
    row = spread([40] * 30, [80] * 30)["dissimilarity_black"]
    assert row["value"] == 0
    assert not row["above_noise"]


def test_chance_alone_is_told_from_living_apart(spread):
    random = np.random.default_rng(4)
    row = spread(random.poisson(6, 30), random.poisson(40, 30))["dissimilarity_black"]
    assert row["value"] > 10
    assert row["corrected"] < row["value"] - 5
    assert not row["above_noise"]


def test_unpublished_counts_are_told_in_whole_steps_and_only_where_places_are_many(spread):
    random = np.random.default_rng(5)
    row = spread(random.poisson(6, 30), random.poisson(40, 30))["dissimilarity_black"]
    assert row["value"] == pytest.approx(round(row["value"]))  # one of 180 rows moves it by half a percent
    assert row["cells"] == ["2025-Q4|race=black|city=all", "2025-Q4|race=white|city=all"]
    few = {place: MANY[place] for place in list(MANY)[:21]}
    row = spread(random.poisson(6, 21), random.poisson(40, 21), few)["dissimilarity_black"]
    assert row["state"] == "no data"
    assert np.isnan([row["value"], row["corrected"], row["noise_floor"]]).all()


def test_things_are_told_exactly(spread):
    exact = spread([7] + [6] * 29, [40] * 30, about_people=False)["dissimilarity_black"]
    assert exact["value"] == pytest.approx(50 * (abs(7 / 181 - 1 / 30) + 29 * abs(6 / 181 - 1 / 30)))


def test_where_residents_live_derives_from_no_count(spread):
    row = spread([60] * 15 + [20] * 15, [40] * 30, kind="per_resident")["dissimilarity_black"]
    assert row["value"] == pytest.approx(25)
    assert row["cells"] == []


@pytest.mark.parametrize("reference", ["everyone_else", "city"])
def test_against_everyone_the_others_are_the_reference(spread, reference):
    found = spread([100, 0] * 15, [0, 100] * 15, reference=reference, about_people=False)
    assert {name: row["value"] for name, row in found.items()} == {
        "dissimilarity_black": 100,
        "dissimilarity_white": 100,
    }


def test_a_group_of_few_has_no_figure(spread):
    row = spread([1] * 29 + [0], [40] * 30)["dissimilarity_black"]
    assert row["state"] == "no data"


def test_nobody_at_all_has_no_figure(spread):
    row = spread([0] * 30, [40] * 30)["dissimilarity_black"]
    assert row["state"] == "no data"
    assert np.isnan(row["value"])
