import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.counted import counted
from workbench.disparity_review.places.funnel import COLUMNS, funnel
from workbench.disparity_review.scope import Scope

FEW = {"P0": "North", "P1": "North", "P2": "South", "P3": "South"}
MANY = {f"P{place:02}": f"C{place // 10}" for place in range(30)}


@pytest.fixture
def drawn(build_cube):
    """``drawn(counts, parents)``: the funnel of places with these (events, trials)."""

    def build(counts, parents=FEW, *, extra=(), definition=None, kind=None, **service):
        rows = [("2025-Q4", "white", place, *pair) for place, pair in zip(parents, counts, strict=True)]
        rows += [("2025-Q4", *row) for row in extra]
        cube = build_cube(rows, parents, definition=definition, **service)
        for level in cube.definition["levels"]:
            level["parents"] = parents if level["within"] else {}
        if kind:
            cube.definition["service"]["outcome"]["kind"] = kind
        scope = Scope.of(cube, "2025-Q4")
        return funnel(counted(cube, scope), cube, scope)

    return build


def fine(frame):
    return frame[frame["place_level"] == "neighbourhood"].set_index("place")


def test_the_target_is_the_citys_rate_those_without_a_place_included(drawn):
    found = drawn([(50, 100)] * 4, extra=[("white", "unknown", 0, 100)])
    assert found["target"].tolist() == [0.4] * len(found)
    assert set(found["place_level"]) == {"neighbourhood", "community"}
    assert "unknown" not in set(found["place"])


def test_limits_of_a_proportion_are_the_normal_ones_at_95_and_99_8(drawn):
    row = fine(drawn([(50, 100)] * 4)).loc["P0"]
    assert (row["lower_95"], row["upper_95"]) == pytest.approx((0.5 - 1.959964 * 0.05, 0.5 + 1.959964 * 0.05))
    assert (row["lower_998"], row["upper_998"]) == pytest.approx(
        (0.5 - 3.090232 * 0.05, 0.5 + 3.090232 * 0.05), abs=1e-6
    )
    assert row["signal"] == "within"


@pytest.mark.parametrize(
    ("odd", "word"),
    [(33, "below 99.8"), (38, "below 95"), (50, "within"), (62, "above 95"), (67, "above 99.8")],
)
def test_signal_words_by_where_the_rate_lies(drawn, odd, word):
    parents = {f"P{place:02}": "C" for place in range(40)}
    found = fine(drawn([(odd, 100)] + [(50, 100)] * 39, parents))
    assert found.loc["P00", "signal"] == word
    assert found["overdispersion"].iloc[0] == 0
    assert np.isnan(found["wide_upper_95"]).all()


def test_over_dispersion_widens_the_limits_and_the_words_follow(drawn):
    found = fine(drawn([(200, 1000), (400, 1000), (600, 1000), (800, 1000)]))
    assert (found["overdispersion"] > 0.01).all()
    assert (found["wide_lower_95"] < found["lower_95"]).all()
    assert (found["wide_upper_998"] > found["upper_998"]).all()
    assert set(found["signal"]) == {"within"}


def test_rates_have_exact_poisson_limits(drawn):
    row = fine(drawn([(10, 1000)] * 4, kind="per_resident")).loc["P0"]
    # Exact 95 % interval of 10 events: 4.795 to 18.39 (Garwood 1936).
    assert (row["lower_95"], row["upper_95"]) == pytest.approx((0.004795, 0.018390), abs=1e-6)


def test_few_places_name_all_of_their_counts(drawn):
    cells = fine(drawn([(50, 100)] * 4))["cells"]
    every = [f"2025-Q4|race=all|neighbourhood=P{place}" for place in range(4)]
    assert cells["P0"] == [*every, "2025-Q4|race=all|city=all"]


def test_of_many_places_each_names_its_own_count_and_the_citys(drawn):
    found = fine(drawn([(50, 100)] * 30, MANY))
    assert found.loc["P07", "cells"] == ["2025-Q4|race=all|neighbourhood=P07", "2025-Q4|race=all|city=all"]
    assert found["method"].str.endswith("told coarsely").all()


def test_sources_about_things_are_exact_and_name_their_own_count(drawn):
    things = {"about_people": False, "least_listed": 1}
    found = fine(drawn([(50, 100)] * 4, definition=things))
    assert found.loc["P0", "cells"] == ["2025-Q4|race=all|neighbourhood=P0", "2025-Q4|race=all|city=all"]
    assert found["method"].str.endswith("simulation").all()


@pytest.mark.parametrize("count", [0, 100])
def test_nobody_and_everybody_are_within(drawn, count):
    found = fine(drawn([(count, 100)] * 4))
    assert set(found["signal"]) == {"within"}
    assert found["shrunken_rate"].tolist() == [count / 100] * 4


def test_a_place_without_rows_has_no_rate_and_no_word(drawn):
    row = fine(drawn([(0, 0), (50, 100), (50, 100), (50, 100)])).loc["P0"]
    assert row["state"] == "no data"
    assert pd.isna(row["signal"])
    assert np.isnan([row["rate"], row["shrunken_rate"], row["rank"], row["lower_95"]]).all()


def test_a_city_without_rows_has_no_funnel(drawn):
    found = drawn([(0, 0)] * 4)
    assert found.empty
    assert list(found.columns) == COLUMNS
