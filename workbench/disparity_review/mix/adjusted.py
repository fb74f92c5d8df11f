"""The gap as it is, standardised to one mix, and pooled within its parts, side by side."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.disparity_review.mix.kinds import STRATUM
from workbench.disparity_review.mix.many import (
    EXACT,
    WITHHELD,
    Grain,
    protection,
)
from workbench.disparity_review.mix.mixes import COMPARISON
from workbench.disparity_review.mix.parts import Parts
from workbench.disparity_review.mix.patterns import OF_KINDS, p_of, pattern_of, verdict_of
from workbench.disparity_review.precision import larger_effect, repeats_counted
from workbench.disparity_review.scope import Scope
from workbench.statistics import mantel_haenszel, pooled_scores
from workbench.statistics.margins_of_error import standard_error
from workbench.statistics.standardisation import (
    directly_standardised,
    standardised_difference,
    standardised_proportion,
    standardised_ratio,
)

MINIMUM_PLACES, MINIMUM_KINDS = 3, 2  # a gap pooled over fewer would nearly be the gap in one of them
HEAVY = 10  # events of the part with the largest weight that would make up the whole standardised rate

COLUMNS = [
    *COMPARISON,
    *("mix", "crude_difference", "crude_difference_lower", "crude_difference_upper", "crude_p"),
    *("standardised_rate", "standardised_reference_rate"),
    *("standardised_difference", "standardised_difference_lower", "standardised_difference_upper"),
    *("standardised_ratio", "standardised_ratio_lower", "standardised_ratio_upper"),
    *("difference", "difference_lower", "difference_upper", "ratio", "ratio_lower", "ratio_upper"),
    *("odds_ratio", "odds_ratio_lower", "odds_ratio_upper", "p"),
    *("homogeneity_p", "parts", "coverage", "reference_coverage", "pattern"),
    *("method", "verdict", "state", "cells"),
]
_FIGURES = COLUMNS[COLUMNS.index("standardised_rate") : COLUMNS.index("p")]


def adjusted(cut: list[tuple[dict, str, Parts]], scope: Scope) -> pd.DataFrame:
    """Every comparison of the reviewed interval, side by side with itself at one mix and within its parts.

    Parameters
    ----------
    cut : list of (dict, str, Parts)
        As ``mixes.comparisons`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        One row a comparison and mix: the gap as it is; the rates of both sides at one mix, that of both
        together, with difference and ratio; the gap pooled within the parts (Mantel-Haenszel; score
        interval of Klingenberg 2014 for the difference, Greenland and Robins 1985 for ratios) as
        difference, ratio and odds ratio; whether it differs from part to part; in how
        many parts both sides occur and how much of either is there (parts without one side say nothing
        and are left out); and ``pattern``: what the crude and the pooled gap say together.

    Notes
    -----
    Figures over counts that are not published one by one are rounded, and missing where they could tell
    a small count (``many``). Over published ones they name all of them. A gap pooled over fewer than 3
    places or 2 kinds is missing. Standardised proportions have Wilson's interval in the effective number
    of trials, rates that of Dobson and others (1991), or of Fay and Feuer (1997) where one part carries
    much weight. Where persons come more than once, limits and p are those of counts divided by the larger
    design effect of both sides; likewise by that of margins of error of residents.
    """
    rows = [_row(*comparison, scope) for comparison in cut]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(crude: dict, mix: str, parts: Parts, scope: Scope) -> dict:
    used = parts.take(parts.has_both)
    how = protection(parts, scope)
    enough = len(used) >= (MINIMUM_KINDS if mix == STRATUM else MINIMUM_PLACES)
    shown = crude["state"] == "value" and enough and how != WITHHELD
    grain = Grain.of(how, crude, scope)
    repeated, estimated = larger_effect(crude), margin_effect(used)
    worth = replace(used, sides=used.sides / (repeated * estimated))
    figures = _told(_figures(worth, scope), grain) if shown else dict.fromkeys(_FIGURES, np.nan)
    limits = [figures[name] for name in ("difference", "difference_lower", "difference_upper")]
    row = {
        **{name: crude[name] for name in COMPARISON},
        "mix": mix,
        "crude_difference": crude["difference"],
        **{f"crude_{name}": crude[name] for name in ("difference_lower", "difference_upper", "p")},
        **figures,
        "p": p_of(*limits, scope.confidence),
        "homogeneity_p": grain.p(_homogeneity(worth, scope)) if shown else np.nan,
        "parts": len(used),
        **coverages(used, crude, scope),
        "method": _method(worth, repeated, estimated, scope) if shown else "",
        "verdict": verdict_of(*limits, crude["reference_rate"], scope),
        "state": "value" if np.isfinite(limits[1]) else "no data",
        "cells": [*crude["cells"], *named(parts, how)],
    }
    return row | {"pattern": _pattern(row, mix, scope)}


def margin_effect(used: Parts) -> float:
    """How many times larger the variance of the pooled difference is because denominators are estimated.

    A rate x/t has the variance x/t^2, times 1 + x CV^2 where its denominator has the coefficient of
    variation CV; parts are weighted as Mantel and Haenszel weight them. 1 where denominators are counted.
    """
    if not used.margins.any():
        return 1.0
    x1, n1, x2, n2 = used.columns
    weight = (n1 * n2 / (n1 + n2)) ** 2
    counted = estimated = 0.0
    for x, size, margin in zip((x1, x2), (n1, n2), used.margins.T, strict=True):
        variance = weight * x / size**2
        error = standard_error(margin) / size
        counted += variance.sum()
        estimated += (variance * (1 + x * error**2)).sum()
    return float(estimated / counted) if counted else 1.0


def named(parts: Parts, how: str) -> list[str]:
    """The published counts that figures over all parts name; those of many parts are not looked at singly."""
    return list(dict.fromkeys(cell for cells in parts.cells for cell in cells)) if how == EXACT else []


def coverages(used: Parts, crude: dict, scope: Scope) -> dict[str, float]:
    """Share of either side that is in the parts that are compared; of people to a twentieth."""
    own, other = used.sides[:, 1::2].sum(axis=0)
    return {
        "coverage": covered(own, crude["denominator"], scope),
        "reference_coverage": covered(other, crude["reference_denominator"], scope),
    }


def covered(part: float, whole: float, scope: Scope) -> float:
    """A share of a group that may leave few out: of people to a twentieth, because the rest is a count."""
    if not whole:
        return np.nan
    return round(20 * part / whole) / 20 if scope.definition["about_people"] else float(part / whole)


def _figures(used: Parts, scope: Scope) -> dict[str, float]:
    """All figures of one comparison, in the order of the columns."""
    sides = used.columns
    first, second = _standardised(sides, scope)
    if scope.per_exposure:
        gap = pooled_scores.pooled_score_rate_difference(*sides, scope.confidence)[:3]
        ratio, odds = mantel_haenszel.pooled_rate_ratio(*sides, scope.confidence), [np.nan] * 3
    else:
        gap = pooled_scores.pooled_score_difference(*sides, scope.confidence)[:3]
        ratio = mantel_haenszel.pooled_ratio(*sides, scope.confidence)
        odds = mantel_haenszel.pooled_odds_ratio(*sides, scope.confidence)[:3]
    figures = [first.rate, second.rate, *standardised_difference(first, second)]
    figures += [*standardised_ratio(first, second), *gap, *ratio, *odds]
    return dict(zip(_FIGURES, figures, strict=True))


def _standardised(sides: list[np.ndarray], scope: Scope):
    """Both sides at the mix of both together."""
    x1, n1, x2, n2 = sides
    weights = n1 + n2
    if not scope.per_exposure:
        return [standardised_proportion(x, n, weights, scope.confidence) for x, n in ((x1, n1), (x2, n2))]
    method = _interval(sides)
    return [directly_standardised(x, n, weights, scope.confidence, method) for x, n in ((x1, n1), (x2, n2))]


def _interval(sides: list[np.ndarray]) -> str:
    """Fay and Feuer's gamma interval where a few events of one part would make up a whole rate."""
    x1, n1, x2, n2 = sides
    weights = (n1 + n2) / (n1 + n2).sum()
    heavy = any(HEAVY * (weights / n).max() > (weights * x / n).sum() for x, n in ((x1, n1), (x2, n2)))
    return "gamma" if heavy else "dobson"


def _homogeneity(used: Parts, scope: Scope) -> float:
    """How often gaps would differ from part to part as much as these do if they were all alike."""
    measure = "rate_difference" if scope.per_exposure else "difference"
    return float(mantel_haenszel.homogeneity(*used.columns, measure=measure)[2])


def _told(figures: dict[str, float], grain: Grain) -> dict[str, float]:
    return {name: (grain.ratio if "ratio" in name else grain.rate)(value) for name, value in figures.items()}


def _method(used: Parts, repeated: float, estimated: float, scope: Scope) -> str:
    interval = "Wilson in effective trials"
    if scope.per_exposure:
        interval = {"dobson": "Dobson", "gamma": "Fay-Feuer"}[_interval(used.columns)]
    margins = ", margins of residents counted" if estimated > 1 else ""
    return f"Mantel-Haenszel, score interval; standardised: {interval}{repeats_counted(repeated)}{margins}"


def _pattern(row: dict, mix: str, scope: Scope) -> str:
    found = pattern_of(row, 1 - scope.confidence)
    return OF_KINDS.get(found, found) if mix == STRATUM else found
