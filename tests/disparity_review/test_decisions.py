import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.counted import counted
from workbench.disparity_review.decision_tests.decisions import COLUMNS, decisions
from workbench.disparity_review.scope import Scope
from workbench.findings.model import Verdict


@pytest.fixture
def tested(build_cube):
    """``tested(reference, **groups)``: the outcome test of searches and hits of each group."""

    def build(reference="", *, favourable=False, **groups):
        rows = [("2025-Q4", group, "Elm", acted, 2 * acted + 50) for group, (acted, _) in groups.items()]
        found = [("2025-Q4", "race", group, acted, hit) for group, (acted, hit) in groups.items()]
        names = ["interval", "dimension", "group", "acted", "hits"]
        frames = {"decisions": pd.DataFrame(found, columns=names)}
        cube = build_cube(rows, frames=frames, favourable=favourable)
        scope = Scope.of(cube, "2025-Q4", reference=reference)
        return decisions(cube, counted(cube, scope), scope)

    return build


@pytest.mark.parametrize("favourable", [True, False])
def test_a_lower_hit_rate_is_the_concern_whatever_the_outcome(tested, favourable):
    row = tested(black=(400, 60), white=(500, 150), favourable=favourable).iloc[0]
    assert (row["acted"], row["hits"], row["rate"]) == (400, 60, 0.15)
    assert (row["reference_acted"], row["reference_hits"], row["reference_rate"]) == (500, 150, 0.3)
    assert row["difference"] == pytest.approx(-0.15)
    assert row["ratio"] == pytest.approx(0.5)
    assert row["verdict"] == Verdict.WORSE_OFF


def test_a_higher_hit_rate_is_better_off(tested):
    assert tested(black=(400, 200), white=(500, 150)).iloc[0]["verdict"] == Verdict.BETTER_OFF


def test_equal_rates_of_many_searches_are_no_difference_and_of_few_untold(tested):
    assert tested(black=(4000, 1200), white=(5000, 1500)).iloc[0]["verdict"] == Verdict.NO_DIFFERENCE
    assert tested(black=(40, 12), white=(50, 15)).iloc[0]["verdict"] == Verdict.CANT_TELL


def test_the_row_names_the_counts_of_searches_and_of_hits_on_both_sides(tested):
    row = tested(black=(400, 60), white=(500, 150)).iloc[0]
    assert row["cells"] == [
        "2025-Q4|race=black|city=all",
        "2025-Q4|race=black|city=all|hits",
        "2025-Q4|race=white|city=all",
        "2025-Q4|race=white|city=all|hits",
    ]


@pytest.mark.parametrize("reference", ["everyone_else", "city"])
def test_everyone_else_leaves_out_the_group_and_the_unknown(tested, reference):
    found = tested(reference, black=(400, 60), white=(500, 150), unknown=(70, 7)).set_index("group")
    assert set(found["reference_group"]) == {"everyone_else"}
    assert found.loc["black", ["reference_acted", "reference_hits"]].tolist() == [500, 150]
    assert found.loc["white", ["reference_acted", "reference_hits"]].tolist() == [400, 60]


@pytest.mark.parametrize(("acted", "state"), [(0, "no data"), (29, "unreliable"), (30, "value")])
def test_state_by_the_number_of_searches(tested, acted, state):
    row = tested(black=(acted, 0), white=(500, 150)).iloc[0]
    assert row["state"] == state
    assert np.isnan(row["p"]) == (state != "value")
    assert state == "value" or row["verdict"] == Verdict.CANT_TELL


def test_a_service_without_hits_has_an_empty_frame(build_cube):
    cube = build_cube([("2025-Q4", "black", "Elm", 5, 10)])
    scope = Scope.of(cube, "2025-Q4")
    found = decisions(cube, counted(cube, scope), scope)
    assert found.empty
    assert list(found.columns) == COLUMNS
