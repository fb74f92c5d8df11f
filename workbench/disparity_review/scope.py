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
    """

    definition: Mapping[str, Any]
    period: Period
    dimension: str
    reference: str
    confidence: float
    observed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cube: Cube, period: str, dimension: str, reference: str, confidence: float) -> Scope:
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
    def per_resident(self) -> bool:
        """Whether the denominator is residents and not rows of the source."""
        return self.outcome["kind"] == "per_resident"

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
