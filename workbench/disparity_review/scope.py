"""What one analysis is about: its period, groups, places and reference, checked against the cube."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any

from workbench.analyses import Cube
from workbench.disparity_review.cube import ALL, CITY
from workbench.errors import ParameterError
from workbench.periods import Period

BEST, EVERYONE_ELSE = "best", "everyone_else"
SCORE, CLOSED = "score", "closed"
PER_RESIDENT, RATE, WAITING_TIME = "per_resident", "rate", "waiting_time"
HISTORY = {"month": 36, "quarter": 12, "year": 6}  # intervals shown, the period included


@dataclass(frozen=True)
class Scope:
    """One service, one dimension, one period.

    Parameters
    ----------
    definition : mapping
        Of the cube.
    period : Period
    dimension : str
        ``all`` where the service has no groups.
    reference : str
        A group id, ``best``, ``everyone_else`` or ``city``.
    confidence : float
    observed : frozenset of str
        Intervals in which the cube has any rows.
    intervals_by : str
        ``score`` (Miettinen-Nurminen, Koopman) or ``closed`` (Newcombe, MOVER-Wilson): how gaps of
        proportions get their limits.
    best_minimum : int
        Denominator from which a group can be the best.
    impute : bool
        Whether gaps with imputed groups are shown beside the bounds.
    """

    definition: Mapping[str, Any]
    period: Period
    dimension: str
    reference: str
    confidence: float
    observed: frozenset[str] = frozenset()
    intervals_by: str = SCORE
    best_minimum: int = 100
    impute: bool = False

    @classmethod
    def of(
        cls,
        cube: Cube,
        period: str,
        dimension: str = "",
        reference: str = "",
        confidence: float = 0.95,
        *,
        intervals: str = SCORE,
        best_minimum: int = 100,
        impute: bool = False,
    ) -> Scope:
        """The scope of checked parameters.

        Raises
        ------
        ParameterError
            When a parameter does not fit the service; the message lists what would.
        """
        definition = cube.definition
        chosen = _dimension(definition, dimension)
        return cls(
            definition,
            _period(definition, period),
            chosen,
            _reference(definition, chosen, reference),
            _confidence(confidence),
            frozenset(cube.frames["cells"]["interval"].unique()),
            _intervals(intervals),
            _best_minimum(best_minimum),
            _impute(definition, impute),
        )

    @property
    def service(self) -> Mapping[str, Any]:
        """The catalog's entry."""
        return self.definition["service"]

    @property
    def outcome(self) -> Mapping[str, Any]:
        """The catalog's entry of the outcome."""
        return self.service["outcome"]

    @property
    def kind(self) -> str:
        """What the outcome is: a proportion, a count per resident, a rate, a waiting time."""
        return self.outcome["kind"]

    @property
    def per_resident(self) -> bool:
        """Whether the denominator is residents and not rows of the source."""
        return self.kind == PER_RESIDENT

    @property
    def per_exposure(self) -> bool:
        """Whether events are counted against an exposure (residents, bed nights) that they may exceed."""
        return self.kind in (PER_RESIDENT, RATE)

    @property
    def per(self) -> int:
        """How many of the denominator a rate is said for: 100, of an exposure 1,000."""
        return 1000 if self.per_exposure else 100

    @property
    def exposure_unit(self) -> str:
        """What an exposure counts; empty where the denominator is rows of the source."""
        if self.per_resident:
            return self.outcome["unit"]
        return self.outcome["exposure_unit"] if self.kind == RATE else ""

    @property
    def favourable(self) -> bool:
        """Whether more of the outcome is better for those it happens to."""
        return self.service["favourable"]

    @property
    def dimension_title(self) -> str:
        """The dimension in words."""
        return _named(self.definition["dimensions"])[self.dimension]["title"]

    @property
    def groups(self) -> dict[str, str]:
        """Groups that are compared, in the city's order: id and title."""
        declared = _named(self.definition["dimensions"]).get(self.dimension, {"groups": []})
        return {group["id"]: group["title"] for group in declared["groups"]}

    @property
    def levels(self) -> Mapping[str, Any]:
        """Place levels, the finest first."""
        return _named(self.definition["levels"])

    @property
    def place_reference(self) -> str:
        """What a place is compared with."""
        return CITY if self.reference == CITY else EVERYONE_ELSE

    @property
    def interval(self) -> str:
        """The interval that is reviewed."""
        return str(self.period)

    @property
    def earlier(self) -> dict[str, str]:
        """Intervals that it is compared with, by the word that names the comparison."""
        before = {"previous": str(self.period.previous())}
        if self.period.frequency != "year":
            before["same_last_year"] = str(self.period.same_last_year())
        return before

    @property
    def recent(self) -> list[str]:
        """Intervals in which places are shown: the reviewed one and those it is compared with."""
        wanted = {self.interval, *self.earlier.values()}
        return [interval for interval in self.intervals if interval in wanted]

    @property
    def crossed_level(self) -> str:
        """The place level at which groups within places are shown: the coarsest.

        At a finer one nearly all counts of a group in a place are too small to show, and hiding
        them would take most totals with them.
        """
        return list(self.levels)[-1] if self.levels else ""

    @property
    def crossed(self) -> list[str]:
        """Intervals in which groups within places are shown."""
        both = [self.earlier.get("same_last_year"), self.interval]
        return [interval for interval in both if interval in self.intervals]

    @property
    def intervals(self) -> list[str]:
        """All intervals looked at, in order, from the first one with any rows."""
        steps = HISTORY[self.period.frequency]
        names = [str(self.period.shift(step)) for step in range(1 - steps, 1)]
        return list(dropwhile(lambda name: name not in self.observed, names[:-1])) + names[-1:]


def _named(entries) -> dict[str, Any]:
    return {entry["id"]: entry for entry in entries}


def _period(definition, text: str) -> Period:
    frequency, start = definition["service"]["frequency"], definition["fiscal_start"]
    given = Period.parse(text, start)
    period = given.recounted(start) if given.frequency == frequency else None
    if period is None:
        example = str(Period.containing(given.start, frequency, start))
        raise ParameterError(
            f"`period` {text!r} is not a {frequency} as {definition['subject']} is counted; write one like {example!r}."
        )
    return period


def _dimension(definition, dimension: str) -> str:
    known = list(_named(definition["dimensions"]))
    if not dimension:
        return known[0] if known else ALL
    if dimension in known:
        return dimension
    listed = ", ".join(map(repr, known)) or "none"
    raise ParameterError(
        f"`dimension` {dimension!r} is not coded for {definition['subject']}; there are: {listed}."
    )


def _reference(definition, dimension: str, reference: str) -> str:
    if dimension == ALL:
        return CITY if reference == CITY else EVERYONE_ELSE
    declared = _named(definition["dimensions"])[dimension]
    chosen = reference or declared["reference"]
    allowed = [*(group["id"] for group in declared["groups"]), BEST, EVERYONE_ELSE, CITY]
    if chosen not in allowed:
        listed = ", ".join(map(repr, allowed))
        raise ParameterError(f"`reference` {chosen!r} is not a group of {dimension}; write one of {listed}.")
    return chosen


def _confidence(confidence: float) -> float:
    if not 0.5 <= confidence < 1:
        raise ParameterError(
            f"`confidence` {confidence!r} is not a level of intervals; write a fraction like 0.95."
        )
    return float(confidence)


def _intervals(intervals: str) -> str:
    if intervals not in (SCORE, CLOSED):
        raise ParameterError(
            f"`intervals` {intervals!r} is not a kind of interval; write {SCORE!r} (Miettinen-Nurminen and "
            f"Koopman) or {CLOSED!r} (Newcombe and MOVER-Wilson)."
        )
    return intervals


def _best_minimum(least: int) -> int:
    if isinstance(least, bool) or not isinstance(least, int) or least < 1:
        raise ParameterError(
            f"`best_minimum` {least!r} is not a size of a group; write a whole number from 1, like 100."
        )
    return least


def _impute(definition, impute: bool) -> bool:
    if not isinstance(impute, bool):
        raise ParameterError(f"`impute` {impute!r} does not say whether to impute; write True or False.")
    if impute and not definition["service"].get("imputation"):
        raise ParameterError(
            f"`impute` is on, but {definition['subject']} declares no imputation; write False, or declare "
            "`imputation` in services.yml."
        )
    return impute
