"""Names of activities, resources and teams written as small numbers: what every later table carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis
    import pandas as pd

_LISTS = {"activity": "activities", "resource": "resources", "team": "teams"}


@dataclass(frozen=True)
class Names:
    """The names of a log in alphabetical order: the code of a name is its place.

    Parameters
    ----------
    activities, resources, teams : list of str
        Empty where the log has none.
    """

    activities: list[str]
    resources: list[str]
    teams: list[str]

    @classmethod
    def of(cls, found: ibis.Table) -> Names:
        """The names that occur in rows or events, all of them from one pass over what may be a long query."""
        told = [column for column in _LISTS if column in found.columns]
        combined = found.select(told).distinct().execute()
        return cls(**{name: _distinct(combined, column) for column, name in _LISTS.items()})

    @property
    def activity_type(self) -> str:
        """The smallest type that the code of every activity fits into."""
        return "int8" if len(self.activities) < 128 else "int16"


def coded(found: ibis.Table, names: Names) -> ibis.Table:
    """Events with the code of activity, resource and team instead of the name; -1 where there is none."""
    import ibis

    for column, name in _LISTS.items():
        if column in found.columns:
            listed = _listed(getattr(names, name), f"{column}_name", f"{column}_code")
            joined = found.left_join(listed, found[column] == listed[f"{column}_name"])
            code = joined[f"{column}_code"].fill_null(ibis.literal(-1, "int32"))
            found = joined.mutate(**{column: code}).drop(f"{column}_name", f"{column}_code")
    return found


def keyed(found: ibis.Table) -> ibis.Table:
    """Events with ``key``, a whole number for their case, instead of its id: the first of its rows in the source.

    An exact number for a text: half the memory and time of every later grouping.
    """
    keys = found.group_by("case").aggregate(key=found["row"].min())
    return found.join(keys, "case").drop("case")


def ranked(found: ibis.Table, activities: list[str], order: list[str]) -> ibis.Table:
    """Events with ``rank``: the place of their activity in the declared order, all others after it."""
    import ibis

    places = {activities.index(name): rank for rank, name in enumerate(order) if name in activities}
    last = ibis.literal(len(order), "int32")
    if not places:
        return found.mutate(rank=last)
    branches = [(found["activity"] == code, ibis.literal(rank, "int32")) for code, rank in places.items()]
    return found.mutate(rank=ibis.cases(*branches, else_=last))


def _distinct(combined: pd.DataFrame, column: str) -> list[str]:
    if column not in combined:
        return []
    return sorted(str(name) for name in combined[column].dropna().unique())


def _listed(names: list[str], name: str, code: str) -> ibis.Table:
    import ibis
    import pyarrow as pa

    columns = {name: pa.array(names, pa.string()), code: pa.array(range(len(names)), pa.int32())}
    return ibis.memtable(pa.table(columns))
