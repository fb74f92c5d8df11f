"""How much of a gap goes with the mix, how much is there within its parts (Kitagawa 1955)."""

import numpy as np
import pandas as pd

from workbench.disparity_review.mix.adjusted import coverages, named
from workbench.disparity_review.mix.many import WITHHELD, Grain, protection
from workbench.disparity_review.mix.mixes import COMPARISON
from workbench.disparity_review.mix.parts import Parts
from workbench.disparity_review.mix.patterns import verdict_of
from workbench.disparity_review.mix.together import together
from workbench.disparity_review.precision import larger_effect, repeats_counted
from workbench.disparity_review.scope import Scope
from workbench.statistics.decomposition import SplitInterval, split_interval
from workbench.statistics.margins_of_error import standard_error

MINIMUM_PARTS = 2  # of one part there is no mix
METHOD = "Kitagawa, parametric bootstrap"
AT_ONE_MIX = "; limits of the treatment at one mix"

COLUMNS = [
    *COMPARISON,
    *("mix", "difference", "composition", "composition_lower", "composition_upper"),
    *("treatment", "treatment_lower", "treatment_upper"),
    *("composition_share", "composition_share_lower", "composition_share_upper"),
    *("parts", "left_out", "coverage", "reference_coverage", "method", "verdict", "state", "cells"),
]
_FIGURES = COLUMNS[COLUMNS.index("difference") : COLUMNS.index("parts")]


def split(cut: list[tuple[dict, str, Parts]], scope: Scope) -> pd.DataFrame:
    """Every comparison of the reviewed interval in two parts that add up to it.

    Parameters
    ----------
    cut : list of (dict, str, Parts)
        As ``mixes.comparisons`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        One row a comparison and mix: the gap over the parts in which both sides occur; how much of it
        goes with the mix (``composition``: where people live, what they ask for), how much is there
        within the parts (``treatment``), with intervals; the first as a share of the gap, missing where
        the gap may be nothing; in how many parts; how many were left out, and how much of either side
        remained. The verdict is that of the treatment.

    Notes
    -----
    Composition and treatment add up to the difference exactly. Places in which one side does not occur
    are put together (``together``) or left out: nobody has no rate. Intervals are those of a parametric
    bootstrap; shares of residents are drawn with their margin of error. Those of the treatment of fixed
    shares are of the difference of both sides at one mix. Persons that come more than once are counted as
    in ``adjusted``.
    """
    rows = [_row(*comparison, scope) for comparison in cut]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(crude: dict, mix: str, parts: Parts, scope: Scope) -> dict:
    used, left = used_and_left(parts)
    how = _how_told(parts, used, scope)
    shown = crude["state"] == "value" and len(used) >= MINIMUM_PARTS and how != WITHHELD
    effect = larger_effect(crude)
    found = measured(used, scope, effect) if shown else None
    figures = told(found, Grain.of(how, crude, scope)) if found else dict.fromkeys(_FIGURES, np.nan)
    limits = [figures[name] for name in ("treatment", "treatment_lower", "treatment_upper")]
    return {
        **{name: crude[name] for name in COMPARISON},
        "mix": mix,
        **figures,
        "parts": len(used),
        "left_out": int((left.sides[:, 1::2].sum(axis=1) > 0).sum()),
        **coverages(used, crude, scope),
        "method": _method(used, effect, scope) if shown else "",
        "verdict": verdict_of(*limits, crude["reference_rate"], scope),
        "state": "value" if shown else "no data",
        "cells": [*crude["cells"], *named(parts, how)],
    }


def used_and_left(parts: Parts) -> tuple[Parts, Parts]:
    """The parts in which both sides occur, some put together; and those that are left out."""
    found = together(parts.names.tolist(), parts.parents.tolist(), parts.sides[:, 1::2].astype(float))
    left = np.ones(len(parts), bool)
    left[[i for inside in found.values() for i in inside]] = False
    return parts.joined(found), parts.take(left)


def _how_told(parts: Parts, used: Parts, scope: Scope) -> str:
    """Of unpublished parts the figures tell only what was put together; of published ones all are known."""
    return protection(parts if parts.published.all() else used, scope)


def measured(used: Parts, scope: Scope, effect: float = 1.0) -> SplitInterval:
    """The split of a comparison over these parts, its limits those of counts divided by the design effect."""
    sides = used.columns
    errors = [_share_error(margin, n) for margin, n in zip(used.margins.T, sides[1::2], strict=True)]
    return split_interval(
        *(side / effect for side in sides),
        scope.confidence,
        share_error_a=errors[0],
        share_error_b=errors[1],
        rates=scope.per_exposure,
    )


def _method(used: Parts, effect: float, scope: Scope) -> str:
    drawn = scope.per_exposure or used.margins.any()
    return METHOD + ("" if drawn else AT_ONE_MIX) + repeats_counted(effect)


def _share_error(margin: np.ndarray, n: np.ndarray) -> np.ndarray | None:
    """Standard error of each part's share; None where the denominators were counted."""
    return standard_error(margin) / n.sum() if margin.any() else None


def told(found: SplitInterval, grain: Grain) -> dict[str, float]:
    """The figures as published: the gap and its composition to their step, the treatment what is left."""
    difference, composition = grain.rate(found.split.gap), grain.rate(found.split.composition)
    treatment = round(difference - composition, 12) if grain.step else float(found.split.rate)
    gap = [grain.rate(limit) for limit in found.gap]
    sure = not gap[0] <= 0 <= gap[1]
    share = [np.nan] * 3
    if sure:
        share = [found.split.composition / found.split.gap, *found.composition_share]
    figures = [difference, composition, *map(grain.rate, found.composition)]
    figures += [treatment, *map(grain.rate, found.rate), *map(grain.share, share)]
    return dict(zip(_FIGURES, figures, strict=True))
