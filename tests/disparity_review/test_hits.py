import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint

from workbench.analyses import Sum
from workbench.disclosure import Policy
from workbench.disclosure.pattern import hidden_cells
from workbench.disclosure.unknown import COMPLEMENT, NUMERATOR, Unknown
from workbench.disparity_review import analyse
from workbench.disparity_review.counted import counted
from workbench.disparity_review.decision_tests.hits import hit_counts, hit_sums, hits
from workbench.disparity_review.scope import Scope

CITY = "2025-Q4|race={}|city=all"


@pytest.fixture
def searches(build_cube):
    """``searches(black, white, unknown)``: stops, searches and hits of each group in one quarter."""

    def build(**groups):
        rows, found = [], []
        for group, (stops, searched, hit) in groups.items():
            rows.append(("2025-Q4", group, "Elm", searched, stops))
            found.append(("2025-Q4", "race", group, searched, hit))
        names = ["interval", "dimension", "group", "acted", "hits"]
        return build_cube(rows, frames={"decisions": pd.DataFrame(found, columns=names)}, favourable=False)

    return build


def of(cube, kind="proportion"):
    scope = Scope.of(cube, "2025-Q4")
    if kind != "proportion":
        scope.definition["service"]["outcome"]["kind"] = kind
    return hits(cube, counted(cube, scope), scope), scope


def test_a_count_of_the_outcome_falls_into_hits_and_all_others(searches):
    found, scope = of(searches(black=(90, 30, 12), white=(200, 40, 20), unknown=(11, 1, 0)))
    frame = hit_counts(found, scope).set_index("cell")
    assert frame.loc[CITY.format("black") + "|hits"].tolist() == [12, 12]
    assert frame.loc[CITY.format("black") + "|misses"].tolist() == [18, 78]
    assert frame.loc[CITY.format("known") + "|hits", "numerator"] == 32
    assert frame.loc[CITY.format("all") + "|misses"].tolist() == [39, 269]


def test_every_sum_of_hits_and_misses_adds_up(searches):
    cube = searches(black=(90, 30, 12), white=(200, 40, 20), unknown=(11, 1, 0))
    results = analyse(cube, period="2025-Q4")
    counts = results.counts.set_index("cell")[["numerator", "denominator"]]
    mine = [one for one in results.sums if any("|hits" in part for part in one.parts)]
    assert (
        Sum(CITY.format("black"), (CITY.format("black") + "|hits", CITY.format("black") + "|misses")) in mine
    )
    assert len(mine) == 5 + 2
    for one in mine:
        assert counts.loc[one.total].tolist() == counts.loc[list(one.parts)].sum().tolist()


def test_of_an_exposure_only_events_fall_into_parts(searches):
    found, scope = of(searches(black=(90, 30, 12), white=(200, 40, 20)), kind="per_resident")
    frame = hit_counts(found, scope)
    assert frame["denominator"].isna().all()
    assert frame["numerator"].notna().all()


def test_without_declared_hits_there_are_no_counts(build_cube):
    found, scope = of(build_cube([("2025-Q4", "black", "Elm", 5, 10)]))
    assert hit_counts(found, scope).empty
    assert hit_sums(found, scope) == ()


def test_a_group_nobody_of_which_was_acted_on_has_no_hits(searches):
    found, _ = of(searches(black=(90, 0, 0), white=(200, 40, 20)))
    row = found.set_index("group").loc["black"]
    assert (row["acted"], row["hits"]) == (0, 0)


@pytest.mark.parametrize("hit", [5, 36])
def test_a_small_count_of_hits_or_of_misses_cannot_be_worked_out(searches, hit):
    """Searches less hits are a count too: of 40 searches 36 hits tell of 4 people.

    The attacker is told, beside the sums, that all in a count of hits are hits.
    """
    results = analyse(
        searches(black=(190, 40, hit), white=(400, 90, 45), unknown=(60, 20, 0)), period="2025-Q4"
    )
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    small = CITY.format("black") + ("|hits" if hit < 11 else "|misses")
    assert small in hidden
    unknown = Unknown.of(results.counts, results.sums, hidden, 0, 1000)
    alike = [cell.endswith("|hits") and kind == COMPLEMENT for cell, kind in unknown.counts]
    told = LinearConstraint(unknown.matrix[np.flatnonzero(alike)], 0, 0)
    push = unknown.matrix[[unknown.counts.index((small, NUMERATOR))]].toarray()[0]
    least, most = ((push @ unknown.furthest(way * push, told)).item() for way in (1, -1))
    assert most - least >= 11
