"""Places beside what chance would give: funnel limits, shrunken rates and ranks."""

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.places.standing import Places, standing
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics import funnel as limits
from workbench.statistics.proportions import critical_value, share

COLUMNS = [
    *("interval", "place_level", "place", "numerator", "denominator", "rate", "target"),
    *(
        "lower_95",
        "upper_95",
        "lower_998",
        "upper_998",
        "wide_lower_95",
        "wide_upper_95",
        "wide_lower_998",
        "wide_upper_998",
    ),
    *("signal", "overdispersion", "shrunken_rate", "rank", "rank_lower", "rank_upper"),
    *("method", "state", "cells"),
]
ABOVE_998, ABOVE_95, INSIDE, BELOW_95, BELOW_998 = (
    "above 99.8",
    "above 95",
    "within",
    "below 95",
    "below 99.8",
)
_WORDS = dict(zip(limits.WORDS, (BELOW_998, BELOW_95, INSIDE, ABOVE_95, ABOVE_998), strict=True))
_PAIRS = {"95": limits.WARNING, "998": limits.ALARM}
_METHOD = "funnel limits of the city's rate, additive over-dispersion; empirical-Bayes rates; "
_ALL, _COARSE = "ranks by simulation", "ranks to be expected, spread told coarsely"


def funnel(counts: pd.DataFrame, cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row a place of the reviewed interval, of every level.

    Parameters
    ----------
    counts : DataFrame
        As ``counted`` gives it.
    cube : Cube
    scope : Scope

    Returns
    -------
    DataFrame
        Rate of everyone in the place; ``target``, the city's rate; limits at 95 and 99.8 % for a place of
        its size; where places differ more than chance explains (``overdispersion``, the variance between
        them on the transformed scale, above 0) the wide limits that allow for it; ``signal``: ``above
        99.8``, ``above 95``, ``within``, ``below 95`` or ``below 99.8``, by the wide limits where there are
        any; the empirical-Bayes rate for maps; ``rank`` with its interval, 1 the worst off.

    Notes
    -----
    Spiegelhalter 2005; Marshall 1991. Where the source is about people and a level has 20 places or more
    that are not known from those above them, how far they differ beyond chance is told to a factor of
    two (0.5, 1, 2, 4 ... times chance), and a row names its own count and the city's. At other levels a
    row names the counts of all places.
    """
    now = counts[(counts["interval"] == scope.interval) & (counts["group"] == ALL)]
    city = now[now["place_level"] == CITY].iloc[0]
    parts = [
        _of_level(places_of(now, level), city, level, scope) for level in scope.levels if city["denominator"]
    ]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else empty(COLUMNS)


def places_of(now: pd.DataFrame, level: str) -> pd.DataFrame:
    """Everyone in each place of a level; those without a place are left out."""
    there = now[(now["place_level"] == level) & (now["place"] != UNKNOWN)]
    return there.sort_values("place", ignore_index=True)


def _of_level(found: pd.DataFrame, city: pd.Series, level: str, scope: Scope) -> pd.DataFrame:
    places = Places.of(found, city, level, scope)
    rate, tau2, stands = share(places.x, places.n), places.tau2, standing(places)
    narrow = {name: _limits(places, confidence) for name, confidence in _PAIRS.items()}
    wide = {name: _wide(places, tau2, confidence) for name, confidence in _PAIRS.items()}
    judged = wide if tau2 else narrow
    words = limits.significance(rate, judged["95"], judged["998"])
    return found.assign(
        rate=rate,
        target=places.target,
        **_named("", narrow),
        **_named("wide_", wide),
        signal=[_WORDS.get(word) for word in words],
        overdispersion=tau2,
        shrunken_rate=stands.rate,
        rank=stands.rank,
        rank_lower=stands.lower,
        rank_upper=stands.upper,
        method=_METHOD + (_COARSE if places.coarse else _ALL),
        state=states(found["numerator"], found["denominator"], per_exposure=scope.per_exposure),
        cells=_cells(found, city, places, scope),
    )[COLUMNS]


def _limits(places: Places, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    if places.per_exposure:
        return limits.rate_limits(places.n, places.target, confidence)
    return limits.proportion_limits(places.n, places.target, critical_value(confidence))


def _wide(places: Places, tau2: float, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits that allow for over-dispersion; missing where there is none."""
    if not tau2:
        return (np.full(places.n.shape, np.nan),) * 2
    return limits.adjusted_limits(places.n, places.target, tau2, places.kind, confidence=confidence)


def _named(prefix: str, pairs: dict) -> dict[str, np.ndarray]:
    return {
        f"{prefix}{side}_{name}": values
        for name, pair in pairs.items()
        for side, values in zip(("lower", "upper"), pair, strict=True)
    }


def _cells(found: pd.DataFrame, city: pd.Series, places: Places, scope: Scope) -> pd.Series:
    """A place's count and the city's, or those of all places where its figures derive from them finely."""
    apart = places.coarse or not scope.definition["about_people"]
    own, whole = found["cell"].tolist(), city["cell"]
    named = [[cell, whole] if apart else [*own, whole] for cell in own]
    return pd.Series(named, index=found.index, dtype="object")
