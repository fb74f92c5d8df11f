"""How far places spread around the city, how their rates are drawn in, and where each of them stands.

What all places have in common (their mean, their spread) derives from every one of them. Where the source is
about people and the places are many, it is told so coarsely that none can be worked back, and each place is set
beside the distribution of the others instead of their own rates. Where they are few, rows name all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from workbench.disparity_review.mix.many import MANY, parents_of
from workbench.disparity_review.scope import Scope
from workbench.statistics.funnel import Overdispersion, overdispersion
from workbench.statistics.proportions import critical_value, share
from workbench.statistics.shrinkage import mean_and_variance, ranks

LEAST = 0.5  # times chance: spread beyond chance by less is told as none, by more as 0.5, 1, 2, 4 ... times
WINSORISED = 0.6787  # mean square of a standard normal value that is drawn in to its outer tenths
REPLICATES = 500


@dataclass(frozen=True)
class Places:
    """The places of one level in one interval.

    Parameters
    ----------
    x, n : ndarray
        Events, and trials or exposure, of everyone in each place.
    target : float
        Rate of the city.
    size : float
        Trials or exposure of the city for each place.
    confidence : float
    favourable, per_exposure : bool
    coarse : bool
        Whether what derives from all places is told coarsely.
    """

    x: np.ndarray
    n: np.ndarray
    target: float
    size: float
    confidence: float
    favourable: bool
    per_exposure: bool
    coarse: bool

    @classmethod
    def of(cls, places: pd.DataFrame, city: pd.Series, level: str, scope: Scope) -> "Places":
        """The places of a level, from their counts and the city's."""
        about_people = scope.definition["about_people"]
        return cls(
            places["numerator"].to_numpy(float),
            places["denominator"].to_numpy(float),
            float(city["numerator"] / city["denominator"]),
            float(city["denominator"] / max(1, len(places))),
            scope.confidence,
            scope.favourable,
            scope.per_exposure,
            about_people and is_many(places, level, scope),
        )

    @property
    def kind(self) -> str:
        """What the rate is to a funnel."""
        return "rate" if self.per_exposure else "proportion"

    @property
    def chance(self) -> float:
        """Variance by chance of a place with a denominator of one: Poisson, or binomial."""
        return self.mean if self.per_exposure else self.mean * (1 - self.mean)

    @property
    def mean(self) -> float:
        """What rates are drawn towards: the mean of the places; of the city where told coarsely."""
        return self.target if self.coarse or not self.n.sum() else mean_and_variance(self.x, self.n)[0]

    @property
    def spread(self) -> Overdispersion:
        """How places lie around the city's rate on the scale of ``statistics.funnel``."""
        return overdispersion(self.x, self.n, self.target, self.kind)

    @property
    def varies(self) -> bool:
        """Whether rates can differ: there are some, and the city's is not at an end."""
        return bool(self.n.sum() > 0 and 0 < self.target < (np.inf if self.per_exposure else 1))

    @property
    def told(self) -> float:
        """By how many times chance places differ beyond chance, coarsely."""
        beyond = self.spread.phi / WINSORISED - 1 if self.varies else 0.0
        return _told(beyond) if beyond > LEAST else 0.0

    @property
    def tau2(self) -> float:
        """Additive over-dispersion on the scale of ``statistics.funnel`` (Spiegelhalter 2005)."""
        if not self.coarse:
            return self.spread.tau2 if self.varies else 0.0
        precision = self.size * (self.target if self.per_exposure else 4)
        return max(0.0, WINSORISED * (1 + self.told) - 1) / precision if self.told else 0.0

    @property
    def between(self) -> float:
        """Variance between the places' true rates by moments (Marshall 1991), chance as of the kind of rate."""
        if self.coarse:
            return self.told * self.chance / self.size
        if not self.n.sum():
            return 0.0
        middle, beyond_poisson = mean_and_variance(self.x, self.n)
        return max(0.0, beyond_poisson + (middle - self.chance) / self.n[self.n > 0].mean())


def _told(beyond: float) -> float:
    """The nearest power of two."""
    return float(2.0 ** round(np.log2(beyond)))


def is_many(places: pd.DataFrame, level: str, scope: Scope) -> bool:
    """Whether so many places are free that what all have in common tells of none of them."""
    above = places["place"].map(parents_of(level, scope))
    return len(places) - above.nunique(dropna=False) >= MANY


@dataclass(frozen=True)
class Standing:
    """Shrunken rate of each place, and its rank with an interval, 1 the worst off; missing without trials."""

    rate: np.ndarray
    rank: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


def standing(places: Places) -> Standing:
    """Where each place stands.

    Rates are drawn towards the mean as far as chance could have moved them (Marshall 1991). Ranks are those
    of the shrunken rates, with intervals by simulation (Goldstein and Spiegelhalter 1996); told coarsely,
    those to be expected if the other places' true rates are normal with the spread that is told: another
    place's rank would tell between which two rates it lies.
    """
    between, middle = places.between, places.mean
    chance = share(places.chance, places.n)
    own = share(places.x, places.n)
    weight = between / (between + chance) if between > 0 else np.where(places.n > 0, 0.0, np.nan)
    rate = middle + weight * (own - middle)
    error = np.sqrt(between * (1 - weight))
    worse = -1 if places.favourable else 1
    if places.coarse:
        return Standing(rate, *_expected(worse * (rate - middle), error, between, places))
    found = ranks(worse * rate, error, confidence=places.confidence, replicates=REPLICATES)
    return Standing(rate, found.rank, found.lower, found.upper)


def _expected(above, error, between: float, places: Places) -> list[np.ndarray]:
    """Rank to be expected among others of whom nothing is known but their spread, and its limits."""
    others = len(places.n) - 1  # which of them have anyone is not told where they are hidden
    reach = critical_value(places.confidence) * error
    ends = ((0.0, between + error**2, np.round), (reach, between, np.floor), (-reach, between, np.ceil))
    if between > 0:
        return [_rank(above + shift, variance, others, to) for shift, variance, to in ends]
    known = np.isfinite(above)
    return [np.where(known, value, np.nan) for value in (1 + others / 2, 1.0, 1.0 + others)]


def _rank(above, variance, others: int, to: Callable) -> np.ndarray:
    return to(1 + others * ndtr(-above / np.sqrt(variance)))
