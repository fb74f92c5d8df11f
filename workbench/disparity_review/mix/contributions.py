"""What each part of a mix adds to the two parts of a gap."""

from itertools import chain

import numpy as np
import pandas as pd

from workbench.disparity_review.counted import KNOWN, cell_id
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.mix.mixes import COMPARISON
from workbench.disparity_review.mix.parts import Parts
from workbench.disparity_review.mix.split import used_and_left
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics.decomposition import kitagawa
from workbench.statistics.proportions import share

COLUMNS = [
    *COMPARISON,
    *("mix", "part", "share", "reference_share", "composition", "treatment", "state", "cells"),
]


def contributions(cut: list[tuple[dict, str, Parts]], scope: Scope) -> pd.DataFrame:
    """What each part adds to the composition and to the treatment of a gap.

    Parameters
    ----------
    cut : list of (dict, str, Parts)
        As ``mixes.comparisons`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        One row a comparison, mix and part: the share of either side that is there, of all whose place
        (or kind) is on record, and what the part adds, missing where one side does not occur. Of people
        only parts whose counts are published.

    Notes
    -----
    Shares are of all on record, also of those in parts where the other side does not occur, because
    those are few and would follow from exact shares of the rest. Where both sides occur in every part
    the pieces add up to the split. A single part's composition depends on the level of the rates; only
    the sum over parts says how much goes with the mix.
    """
    found = []
    for crude, mix, own in cut:
        shown = own.published.all() or not scope.definition["about_people"]
        if shown and len(own):
            found.append(_columns(crude, mix, own, scope))
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    return pd.DataFrame({name: list(chain.from_iterable(each[name] for each in found)) for name in COLUMNS})


def _columns(crude: dict, mix: str, parts: Parts, scope: Scope) -> dict[str, list]:
    used, left = used_and_left(parts)
    every = used.followed_by(left)
    x1, n1, x2, n2 = every.columns
    shares = share(n1, n1.sum()), share(n2, n2.sum())
    added = kitagawa(shares[0], share(x1, n1), shares[1], share(x2, n2))
    compared = (n1 > 0) & (n2 > 0)
    whole = [*crude["cells"], *_without_place(crude, mix, scope)]
    return {
        **{name: [crude[name]] * len(every) for name in COMPARISON},
        "mix": [mix] * len(every),
        "part": every.names.tolist(),
        "share": shares[0].tolist(),
        "reference_share": shares[1].tolist(),
        "composition": np.where(compared, added.composition_by, np.nan).tolist(),
        "treatment": np.where(compared, added.rate_by, np.nan).tolist(),
        "state": np.where(compared, _states(every, scope), "no data").tolist(),
        "cells": [[*cells, *whole] for cells in every.cells],
    }


def _without_place(crude: dict, mix: str, scope: Scope) -> list[str]:
    """Cells of either side without a recorded place: what is on record follows from them and the city's."""
    if mix != scope.crossed_level:
        return []
    other = ALL if scope.reference == CITY else crude["reference_group"]
    other = KNOWN if other == EVERYONE_ELSE else other
    sides = (crude["group"], other)
    return [cell_id(scope.interval, scope.dimension, side, mix, UNKNOWN) for side in sides]


def _states(used: Parts, scope: Scope) -> np.ndarray:
    """Unreliable where one side is too small to go by."""
    sides = (used.sides[:, :2], used.sides[:, 2:])
    few = [states(*side.T, per_exposure=scope.per_exposure) == "unreliable" for side in sides]
    return np.where(few[0] | few[1], "unreliable", "value")
