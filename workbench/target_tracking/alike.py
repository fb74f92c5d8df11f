"""Which measures are read by one query, and in which cuts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.catalog.model import Catalog, Condition, Measure

NUMBERS = ("numerator", "denominator", "value", "n", "target")  # what a measure may read of a row


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
    """Measures that differ only in which rows of a source are theirs, and in which numbers they read of them.

    Parameters
    ----------
    measures : dict of str to Measure
        No two of them read the same number from different columns.
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

    @property
    def numbers(self) -> dict[str, str]:
        """What is read of a row: the column that those which read it find it in."""
        return {name: column for each in self.measures.values() for name, column in _numbers(each).items()}

    def reading(self, *names: str) -> list[str]:
        """The measures that read all of these numbers."""
        return [id for id, measure in self.measures.items() if _numbers(measure).keys() >= set(names)]

    def takes(self, measure: Measure) -> bool:
        """Whether a measure with the same sign can be read with these: its rows are others, its numbers not elsewhere."""
        agreed = self.numbers
        return _value(measure) not in self.ids and all(
            agreed.get(name, column) == column for name, column in _numbers(measure).items()
        )


def batches(catalog: Catalog, measures: Mapping[str, Measure]) -> list[Batch]:
    """The measures in as few queries as may be, because a query costs more than its rows."""
    alike: dict[tuple, list[Batch]] = {}
    for id, measure in measures.items():
        sign = _sign(catalog, measure)
        found = alike.setdefault(sign or (id,), [])
        place = next((place for place, batch in enumerate(found) if batch.takes(measure)), None)
        if place is None:
            found.append(Batch({id: measure}, sign[0] if sign else ""))
        else:
            found[place] = replace(found[place], measures={**found[place].measures, id: measure})
    return [batch for found in alike.values() for batch in found]


def _sign(catalog: Catalog, measure: Measure) -> tuple:
    """What measures of one query have in common; empty where a measure's conditions are not a single word."""
    if len(measure.where) != 1 or not measure.where[0].equals or len(measure.where[0].equals) != 1:
        return ()
    column = measure.where[0].column
    declared = catalog.sources[measure.source].columns.get(column)
    if declared is None or declared.type != "text":
        return ()
    columns = measure.columns.model_dump_json(exclude=set(NUMBERS))
    whose = counts_rows(measure), bool(cut_columns(measure)) and stands_alone(measure)
    return column, measure.source, measure.frequency, columns, tuple(measure.groups), *whose


def counts_rows(measure: Measure) -> bool:
    """Whether a measure counts the rows of its source instead of reading a number from them."""
    return not (measure.columns.numerator or measure.columns.value)


def stands_alone(measure: Measure) -> bool:
    """Whether values cannot be added up; everyone's is then in the rows that name no group and place."""
    return bool(measure.columns.value) and not measure.columns.n


def cut_columns(measure: Measure) -> list[str]:
    """The columns of its groups and places."""
    return list(dict.fromkeys([*measure.columns.group.values(), *measure.columns.place.values()]))


def _numbers(measure: Measure) -> dict[str, str]:
    return {name: column for name in NUMBERS if (column := getattr(measure.columns, name))}


def _value(measure: Measure) -> str:
    equals = measure.where[0].equals if measure.where else None
    return equals[0] if equals else ""
