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

from workbench.disparity_review.many import MANY, parents_of
from workbench.disparity_review.scope import Scope
from workbench.statistics.funnel import overdispersion
from workbench.statistics.proportions import critical_value, share
from workbench.statistics.shrinkage import mean_and_variance, ranks

RUNGS = 0.4  # of a power of ten: spreads are told as 1, 2.5, 6.3, 16 ...
LEAST = 0.25  # of the spread by chance: what places differ beyond it by less is told as none
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
    confidence : float
    favourable, per_exposure : bool
    coarse : bool
        Whether what derives from all places is told coarsely.
    small : ndarray of bool
        Which places have a count too small to be shown.
    """

    x: np.ndarray
    n: np.ndarray
    target: float
    confidence: float
    favourable: bool
    per_exposure: bool
    coarse: bool
    small: np.ndarray

    @classmethod
    def of(cls, places: pd.DataFrame, level: str, target: float, scope: Scope) -> "Places":
        """The places of a level, from their counts."""
        x, n = (places[name].to_numpy(float) for name in ("numerator", "denominator"))
        kept = [x] if scope.per_resident else [x, n]
        kept += [] if scope.per_exposure else [n - x]
        least = scope.definition["least_listed"]
        small = np.any([(count > 0) & (count < least) for count in kept], axis=0)
        return cls(
            x,
            n,
            target,
            scope.confidence,
            scope.favourable,
            scope.per_exposure,
            scope.definition["about_people"] and is_many(places, level, scope),
            small,
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
    def used(self) -> np.ndarray:
        """Places that spread is judged by: small ones tell least of it, and the most of themselves."""
        return (self.n > 0) & ~(self.small & self.coarse)

    @property
    def tau2(self) -> float:
        """Additive over-dispersion on the scale of ``statistics.funnel`` (Spiegelhalter 2005)."""
        x, n = self.x[self.used], self.n[self.used]
        if not n.size or not 0 < self.target < (np.inf if self.per_exposure else 1):
            return 0.0
        found = overdispersion(x, n, self.target, self.kind)
        return self._told(found.tau2, len(n) * found.phi - (len(n) - 1), len(n))

    @property
    def between(self) -> float:
        """Variance between the places' true rates by moments (Marshall 1991), chance as of the kind of rate."""
        x, n = self.x[self.used], self.n[self.used]
        if not n.size:
            return 0.0
        middle, beyond_poisson = mean_and_variance(x, n)
        by_chance = (middle if self.per_exposure else middle * (1 - middle)) / n.mean()
        between = max(0.0, beyond_poisson + middle / n.mean() - by_chance)
        return self._told(between, len(n) * float(share(between, by_chance)), len(n))

    def _told(self, spread: float, beyond: float, places: int) -> float:
        """A spread as it may be told; ``beyond`` is how much the sum of squared z exceeds what chance gives."""
        if not self.coarse:
            return spread
        if not beyond > LEAST * places or spread <= 0:
            return 0.0
        return float(f"{10 ** (RUNGS * round(np.log10(spread) / RUNGS)):.2g}")


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
    others = int((places.n > 0).sum()) - 1
    reach = critical_value(places.confidence) * error
    ends = ((0.0, between + error**2, np.round), (reach, between, np.floor), (-reach, between, np.ceil))
    if between > 0:
        return [_rank(above + shift, variance, others, to) for shift, variance, to in ends]
    known = np.isfinite(above)
    return [np.where(known, value, np.nan) for value in (1 + others / 2, 1.0, 1.0 + others)]


def _rank(above, variance, others: int, to: Callable) -> np.ndarray:
    return to(1 + others * ndtr(-above / np.sqrt(variance)))
