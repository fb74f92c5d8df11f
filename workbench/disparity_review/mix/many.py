"""Which figures over many parts may be shown where the counts of the parts may not, and how finely."""

from dataclasses import dataclass

import numpy as np

from workbench.disparity_review.mix.parts import Parts
from workbench.disparity_review.scope import Scope

MANY = 20  # parts whose small counts nobody can work back from the figures over all of them
EXACT, ROUNDED, WITHHELD = "exact", "rounded", "withheld"
TENTH = 0.001  # of a point: differences of proportions are told no finer
PER_EXPOSURE = 1e-5  # rates are told no finer
HUNDREDTH, TWENTIETH, FIFTH = 0.01, 0.05, 0.2
PEOPLE = 2
P_VALUES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)
_BOTH = ("", "reference_")


def protection(parts: Parts, scope: Scope) -> str:
    """How figures over all parts of a comparison may be told.

    Parameters
    ----------
    parts : Parts
    scope : Scope

    Returns
    -------
    str
        ``exact``: their counts are published, or are not about people, and the row names those that
        are published. ``rounded``: as one figure over many, or over parts in none of which any group has
        a small count. ``withheld``: not at all.

    Notes
    -----
    Some twenty figures over few parts nearly tell their counts. That the two sides have no small count is
    then not enough: others' counts would follow from the totals.
    """
    if not scope.definition["about_people"]:
        return EXACT
    if enough_parts(parts, scope):
        return ROUNDED
    if len(parts) and parts.published.all():
        return EXACT
    return ROUNDED if len(parts) and parts.safe.all() else WITHHELD


def enough_parts(parts: Parts, scope: Scope) -> bool:
    """Whether so many counts of the parts are unknown that rounded figures over all of them tell none.

    Of published parts those with a small count are unknown. Of others all are in which both sides occur,
    but one within each place above them, which is known from the rest.
    """
    if len(parts) and parts.published.all():
        return int(small(parts, scope).sum()) >= MANY
    above = parts.parents[parts.has_both]
    return len(above) - len(set(above)) >= MANY


def parents_of(level: str, scope: Scope) -> dict[str, str]:
    """The place above each place of a level; of the coarsest, and of another mix, none."""
    entry = scope.levels.get(level)
    return dict(entry["parents"]) if entry and entry["within"] in scope.levels else {}


def small(parts: Parts, scope: Scope) -> np.ndarray:
    """In which parts a count of one side, or what it lacks of its denominator, is too small to be shown."""
    own, other = parts.sides[:, :2], parts.sides[:, 2:]
    return few(*own.T, scope) | few(*other.T, scope)


def few(events: np.ndarray, trials: np.ndarray, scope: Scope) -> np.ndarray:
    """Where a count, or what it lacks of its denominator, is too small to be shown; an exposure is no such count."""
    least = scope.definition["least_listed"]
    kept = [events] if scope.per_exposure else [events, trials, trials - events]
    return np.any([(count > 0) & (count < least) for count in kept], axis=0)


@dataclass(frozen=True)
class Grain:
    """How finely figures of a comparison are told.

    Parameters
    ----------
    step : float
        Of rates and their differences; 0 where they are told as they are.
    relative : float
        Of ratios, as a fraction of the ratio.

    Notes
    -----
    A step is at least what two people of the smaller side move its rate by, and a fifth of a standard
    error of that rate (of ratios: of their logarithm, from the events): what is told finer tells of single
    people and nothing of the city. Steps are 1, 2 or 5 times a power of ten and at least a tenth of a
    point; of ratios, a hundredth.
    """

    step: float = 0.0
    relative: float = 0.0

    @classmethod
    def of(cls, how: str, row: dict, scope: Scope) -> "Grain":
        """The grain of a comparison with these counts of both sides in the whole city."""
        if how != ROUNDED:
            return cls()
        sides = [(max(1, row[f"{side}numerator"]), max(1, row[f"{side}denominator"])) for side in _BOTH]
        least = PER_EXPOSURE if scope.per_exposure else TENTH
        errors = [np.sqrt(x) / n if scope.per_exposure else 0.5 / np.sqrt(n) for x, n in sides]
        step = max(least, *(PEOPLE / n for _, n in sides), FIFTH * max(errors))
        events = min(x for x, _ in sides)
        return cls(_ladder(step), max(PEOPLE / events, FIFTH / np.sqrt(events)))

    def rate(self, value: float) -> float:
        """A rate, a difference or one of their limits."""
        return _to(value, self.step)

    def ratio(self, value: float) -> float:
        """A ratio or one of its limits."""
        if not self.relative or not np.isfinite(value):
            return float(value)
        return _to(value, max(HUNDREDTH, _ladder(abs(value) * self.relative)))

    def share(self, value: float) -> float:
        """A share of a whole: to a twentieth."""
        return _to(value, TWENTIETH if self.step else 0)

    def p(self, value: float) -> float:
        """A p value: the least of a few that is no smaller."""
        if not self.step or not np.isfinite(value):
            return float(value)
        return next(told for told in P_VALUES if told >= value)


def _ladder(value: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is no less."""
    if value <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(power * next(step for step in (1, 2, 5, 10) if power * step >= value * (1 - 1e-9)))


def _to(value: float, step: float) -> float:
    """The nearest whole number of steps, without the noise of floats."""
    if not step or not np.isfinite(value):
        return float(value)
    return float(round(round(value / step) * step, 12)) + 0.0  # no negative zero
