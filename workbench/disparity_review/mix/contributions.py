"""What each part of a mix adds to the two parts of a gap."""

import numpy as np
import pandas as pd

from workbench.disparity_review.counted import KNOWN, cell_id
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.mix.many import SIDES
from workbench.disparity_review.mix.mixes import COMPARISON, comparisons
from workbench.disparity_review.mix.split import used_and_left
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics.decomposition import kitagawa
from workbench.statistics.proportions import share

COLUMNS = [
    *COMPARISON,
    *("mix", "part", "share", "reference_share", "composition", "treatment", "state", "cells"),
]


def contributions(parts: pd.DataFrame, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """What each part adds to the composition and to the treatment of a gap.

    Parameters
    ----------
    parts : DataFrame
        As ``mixes`` gives it.
    compared : DataFrame
        As ``comparison.gaps`` gives it.
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
    for crude, mix, own in comparisons(parts, compared, scope):
        shown = own["published"].all() or not scope.definition["about_people"]
        if shown and len(own):
            found.append(_rows(crude, mix, own, scope))
    frame = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)
    return frame[COLUMNS]


def _rows(crude: dict, mix: str, parts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    every = pd.concat(used_and_left(parts), ignore_index=True)
    x1, n1, x2, n2 = (every[name].to_numpy(float) for name in SIDES)
    shares = share(n1, n1.sum()), share(n2, n2.sum())
    added = kitagawa(shares[0], share(x1, n1), shares[1], share(x2, n2))
    compared = (n1 > 0) & (n2 > 0)
    whole = [*crude["cells"], *_without_place(crude, mix, scope)]
    return every.assign(
        **{name: crude[name] for name in COMPARISON},
        mix=mix,
        share=shares[0],
        reference_share=shares[1],
        composition=np.where(compared, added.composition_by, np.nan),
        treatment=np.where(compared, added.rate_by, np.nan),
        state=np.where(compared, _states(every, scope), "no data"),
        cells=pd.Series([[*cells, *whole] for cells in every["cells"]], index=every.index, dtype="object"),
    )


def _without_place(crude: dict, mix: str, scope: Scope) -> list[str]:
    """Cells of either side without a recorded place: what is on record follows from them and the city's."""
    if mix != scope.crossed_level:
        return []
    other = ALL if scope.reference == CITY else crude["reference_group"]
    other = KNOWN if other == EVERYONE_ELSE else other
    sides = (crude["group"], other)
    return [cell_id(scope.interval, scope.dimension, side, mix, UNKNOWN) for side in sides]


def _states(used: pd.DataFrame, scope: Scope) -> np.ndarray:
    """Unreliable where one side is too small to go by."""
    few = [
        states(used[f"{side}numerator"], used[f"{side}denominator"], per_exposure=scope.per_exposure)
        == "unreliable"
        for side in ("", "reference_")
    ]
    return np.where(few[0] | few[1], "unreliable", "value")
