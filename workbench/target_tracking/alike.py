"""Which measures are read by one query, and in which cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.catalog.model import Catalog, Condition, Measure


@dataclass(frozen=True)
class Cut:
    """Everyone (both empty), the groups of a dimension, or the places of a level."""

    dimension: str = ""
    place_level: str = ""


def cuts_of(measure: Measure) -> list[Cut]:
    """The cuts that a measure declares; everyone comes first."""
    dimensions = [name for name in measure.groups if name in measure.columns.group]
    return [
        Cut(),
        *(Cut(dimension=name) for name in dimensions),
        *(Cut(place_level=name) for name in measure.columns.place),
    ]


@dataclass(frozen=True)
class Batch:
    """Measures that differ only in which rows of a source are theirs.

    Parameters
    ----------
    measures : dict of str to Measure
    column : str
        The text column whose value tells them apart; empty for a measure by itself.
    """

    measures: Mapping[str, Measure]
    column: str = ""

    @property
    def like(self) -> Measure:
        """Any of them."""
        return next(iter(self.measures.values()))

    @property
    def where(self) -> list[Condition]:
        """The conditions that the rows of one of them or another meet."""
        if not self.column:
            return self.like.where
        return [self.like.where[0].model_copy(update={"equals": list(self.ids)})]

    @property
    def ids(self) -> dict[str, str]:
        """A value of the column: the measure whose rows have it."""
        return {_value(measure): id for id, measure in self.measures.items()} if self.column else {}


def batches(catalog: Catalog, measures: Mapping[str, Measure]) -> list[Batch]:
    """The measures in as few queries as may be, because a query costs more than its rows."""
    alike: dict[tuple, dict[str, Measure]] = {}
    for id, measure in measures.items():
        sign = _sign(catalog, measure)
        alike.setdefault((*sign, _value(measure) in _values(alike, sign)) if sign else (id,), {})[id] = (
            measure
        )
    found = []
    for sign, own in alike.items():
        together = len(sign) > 1 and not sign[-1]
        found += [Batch(own, sign[0])] if together else [Batch({id: measure}) for id, measure in own.items()]
    return found


def _sign(catalog: Catalog, measure: Measure) -> tuple:
    """What measures of one query have in common; empty where a measure's conditions are not a single word."""
    if len(measure.where) != 1 or not measure.where[0].equals or len(measure.where[0].equals) != 1:
        return ()
    column = measure.where[0].column
    declared = catalog.sources[measure.source].columns.get(column)
    if declared is None or declared.type != "text":
        return ()
    return column, measure.source, measure.frequency, measure.columns.model_dump_json(), tuple(measure.groups)


def _value(measure: Measure) -> str:
    equals = measure.where[0].equals if measure.where else None
    return equals[0] if equals else ""


def _values(alike: dict[tuple, dict[str, Measure]], sign: tuple) -> set[str]:
    """Words already taken by measures of one query: two measures of the same rows need a query each."""
    return {_value(measure) for measure in alike.get((*sign, False), {}).values()}
