"""Which cases of the period are compared with which."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort, Some
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.service_levels import in_time, is_due

UNKNOWN, EVERYONE_ELSE = "unknown", "everyone_else"
CUTS = ("group", "place")
NO_KIND = -1


@dataclass(frozen=True)
class Pair:
    """The cases of a group, and those it is compared with.

    Parameters
    ----------
    dimension, kind, group : str
        The kind is ``group`` or ``place``.
    reference : str
        A group, or ``everyone_else``: all others whose group is recorded. Empty where the group is not
        compared: it is the reference, or ``unknown``.
    own, other : Some
        Of the period's cases, with rework, is_due, in_time and kind_of_case (-1 where no attributes are
        declared); ``other`` is empty where there is no reference.
    cells : list of str
        The counts of both.
    """

    dimension: str
    kind: str
    group: str
    reference: str
    own: Some
    other: Some
    cells: list[str]

    @property
    def name(self) -> str:
        """Names the group's cells: ``race=black``."""
        return f"{self.dimension}={self.group}"

    def row(self, cohort: Cohort) -> dict:
        """What tells the rows of this pair from others."""
        named = ("dimension", "kind", "group", "reference")
        return {"interval": str(cohort.period), **{name: getattr(self, name) for name in named}}


@dataclass(frozen=True)
class _Groups:
    """The groups of a dimension, by name, and the place among them of each case of the period."""

    names: list[str]
    member: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort, dimension: str) -> "_Groups":
        member, names = pd.factorize(cohort.own[f"by_{dimension}"], sort=True)
        return cls(list(names), member)

    def cases(self, names: list[str]) -> np.ndarray:
        """Which of the period's cases are of some groups."""
        is_named = np.array([name in names for name in self.names] + [False])
        return np.flatnonzero(is_named[self.member])

    def size(self, name: str) -> int:
        return self.cases([name]).size


def pairs(cohort: Cohort, counts: Counts) -> list[Pair]:
    """Every group and place of the period with its reference, in the order of the dimensions and by name."""
    found, columns = [], _columns(cohort)
    for dimension in cohort.cube.definition["dimensions"]:
        if dimension["kind"] in CUTS:
            groups = _Groups.of(cohort, dimension["name"])
            found += [_pair(dimension, group, groups, columns, cohort, counts) for group in groups.names]
    return found


def _columns(cohort: Cohort) -> dict[str, np.ndarray]:
    """What is compared, of the period's cases."""
    own = cohort.own
    kinds = cohort.waits(own).strata
    return {
        **cohort.timed,
        "rework": own["rework"].to_numpy(),
        "is_due": is_due(cohort, own),
        "in_time": in_time(own),
        "kind_of_case": np.full(len(own), NO_KIND) if kinds is None else kinds,
    }


def _pair(
    dimension: dict,
    group: str,
    groups: _Groups,
    columns: dict[str, np.ndarray],
    cohort: Cohort,
    counts: Counts,
) -> Pair:
    others = _compared_with(group, dimension.get("reference", EVERYONE_ELSE), groups.names)
    own, among = (Some(columns, groups.cases(names)) for names in ([group], others))
    name, is_one = dimension["name"], len(others) == 1
    cells = [_cell(name, each, groups, cohort, counts) for each in (group, *others[:is_one])]
    if not is_one and 0 < len(among) < cohort.cube.definition["least_listed"]:
        cells.append(_few_others(name, group, len(among), groups, cohort, counts))
    reference = (
        "" if not others else dimension["reference"] if _is_group(dimension, groups) else EVERYONE_ELSE
    )
    return Pair(name, dimension["kind"], group, reference, own, among, cells)


def _is_group(dimension: dict, groups: _Groups) -> bool:
    """Whether the declared reference is a group of the period; otherwise everyone else is."""
    return dimension.get("reference") in groups.names


def _compared_with(group: str, reference: str, groups: list[str]) -> list[str]:
    """The groups that a group is compared with."""
    if group in (UNKNOWN, reference):
        return []
    known = [name for name in groups if name not in (UNKNOWN, group)]
    return [reference] if reference in known else known


def _cell(name: str, group: str, groups: _Groups, cohort: Cohort, counts: Counts) -> str:
    return counts.cell(f"{cohort.period}|{name}={group}", groups.size(group))


def _few_others(name: str, group: str, size: int, groups: _Groups, cohort: Cohort, counts: Counts) -> str:
    """The cell of few others: the group is hidden with them, whose figures would follow from it."""
    whole = counts.cell(f"{cohort.period}|submitted", len(cohort.own))
    parts = [counts.cell(f"{cohort.period}|{name}=not {group}", size)]
    parts += [_cell(name, each, groups, cohort, counts) for each in (group, UNKNOWN) if each in groups.names]
    counts.total(whole, parts)
    return parts[0]
