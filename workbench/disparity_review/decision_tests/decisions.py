"""The outcome test of decisions: how often a search (tow, inspection) found what it looked for."""

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.counted import KNOWN
from workbench.disparity_review.cube import CITY
from workbench.disparity_review.decision_tests.hits import hit_cell, hits
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import comparison_verdicts, material_difference, ruled_out, states
from workbench.statistics.outcome_test import outcome_test

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "acted", "hits", "rate", "lower", "upper"),
    *(
        "reference_acted",
        "reference_hits",
        "reference_rate",
        "difference",
        "difference_lower",
        "difference_upper",
        "ratio",
        "ratio_lower",
        "ratio_upper",
    ),
    *("p", "smallest_detectable", "method", "verdict", "state", "cells"),
]
_SIDES = ["hits", "acted", "reference_hits", "reference_acted"]


def decisions(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Hit rates of each group against the reference; empty where no hit is declared.

    Parameters
    ----------
    cube : Cube
        Frame ``decisions``.
    counts : DataFrame
        As ``counted`` gives it.

    Returns
    -------
    DataFrame
        One row a group of the reviewed interval. A lower hit rate than the reference's is the concern,
        whichever way the outcome itself is good: the group is acted on with less ground. Against the city
        the comparison is with everyone else.

    Notes
    -----
    Becker 1957; Knowles, Persico and Todd 2001. Hit rates are averages: groups that differ in how
    suspicious their members are can differ under one threshold and agree under two
    (infra-marginality; Simoiu, Corbett-Davies and Goel 2017).
    """
    found = hits(cube, counts, scope)
    if found.empty:
        return empty(COLUMNS)
    return _tested(_sides(found, hit_reference(counts, scope), scope), scope)[COLUMNS]


def hit_reference(counts: pd.DataFrame, scope: Scope) -> str:
    """Whom decisions are compared with: as the gaps, but everyone else in place of the city."""
    reference = reference_group(counts, scope)
    return EVERYONE_ELSE if reference == CITY else reference


def _sides(found: pd.DataFrame, reference: str, scope: Scope) -> pd.DataFrame:
    """Counts of each group beside those of the reference."""
    by_group = found.set_index("group")
    others = by_group.loc[KNOWN if reference == EVERYONE_ELSE else reference]
    groups = [group for group in scope.groups if group != reference]
    own = by_group.loc[groups].reset_index()
    kept = own if reference == EVERYONE_ELSE else own.assign(hits=0, acted=0)
    cells = [[cell, hit_cell(cell), others["cell"], hit_cell(others["cell"])] for cell in own["cell"]]
    return own.assign(
        interval=scope.interval,
        dimension=scope.dimension,
        reference_group=reference,
        reference_hits=others["hits"] - kept["hits"],
        reference_acted=others["acted"] - kept["acted"],
        cells=pd.Series(cells, index=own.index, dtype="object"),
    )


def _tested(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """With the outcome test, its state and its word."""
    test = outcome_test(*(rows[name] for name in _SIDES), scope.confidence)
    both = [states(rows[hit], rows[of], per_exposure=False) for hit, of in (_SIDES[:2], _SIDES[2:])]
    missing, few = (np.logical_or(*(side == word for side in both)) for word in ("no data", "unreliable"))
    state = np.select([missing, few], ["no data", "unreliable"], "value")
    material = material_difference(test.reference_rate, per_exposure=False)
    verdict = comparison_verdicts(
        test.difference,
        test.p,
        ruled_out(test.difference_lower, test.difference_upper, test.detectable, material),
        state == "value",
        favourable=True,
        alpha=1 - scope.confidence,
    )
    names = ("rate", "lower", "upper", "reference_rate", "p")
    names += tuple(
        f"{figure}{side}" for figure in ("difference", "ratio") for side in ("", "_lower", "_upper")
    )
    return rows.assign(
        **{name: getattr(test, name) for name in names},
        smallest_detectable=test.detectable,
        method="outcome test: Miettinen-Nurminen score",
        verdict=verdict,
        state=state,
    ).assign(p=np.where(state == "value", test.p, np.nan))
