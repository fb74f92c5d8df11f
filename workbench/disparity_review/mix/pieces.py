"""How the two parts of a gap moved from interval to interval, in pieces that add up (Das Gupta 1993)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.counted import cell_id
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.keys import keys_of
from workbench.disparity_review.mix.adjusted import covered
from workbench.disparity_review.mix.many import EXACT, WITHHELD, Grain, few, parents_of, protection
from workbench.disparity_review.mix.others import Others
from workbench.disparity_review.mix.parts import SIDES, Parts
from workbench.disparity_review.mix.together import together
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.verdicts import states
from workbench.statistics.decomposition import kitagawa, over_periods

MINIMUM_PARTS = 2  # of one part there is no mix

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "mix"),
    *("difference", "composition", "treatment", "composition_change", "treatment_change"),
    *("method", "state", "cells"),
]
_FIGURES = COLUMNS[COLUMNS.index("difference") : COLUMNS.index("method")]


def pieces(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The gap of each group over the finest places in every interval, and what its change goes with.

    Parameters
    ----------
    cube : Cube
    counts : DataFrame
        As ``counted`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        One row a group, mix and interval: the gap over the places in which both sides occur in every
        interval; its composition and treatment (Kitagawa 1955); and of its change since the first of the
        intervals, what goes with a change of the mix of either side, and what with a change of rates.

    Notes
    -----
    The changes are those of Das Gupta (1993, chapter 6) over all intervals: together they are the change
    of the difference, and from any interval to any other they add up. An interval with too few rows, or in
    which a count of the city could be hidden, is left out: the others would tell it. Figures over places
    whose counts are not published are rounded, and missing where they could tell a small count.
    """
    if not scope.groups or not scope.levels:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    reference = reference_group(counts, scope)
    series = _Series(cube, counts, scope, reference)
    rows = [row for group in scope.groups if group != reference for row in series.rows(group)]
    return pd.DataFrame(rows, columns=COLUMNS)


@dataclass(frozen=True)
class _Chosen:
    """The intervals of one comparison that are told, and how."""

    sides: dict[str, Parts]
    how: dict[str, str]


class _Series:
    """Counts of the groups in the finest places, interval by interval."""

    def __init__(self, cube: Cube, counts: pd.DataFrame, scope: Scope, reference: str):
        self.scope, self.level = scope, next(iter(scope.levels))
        self.others = Others(scope, reference)
        self.city = _keyed(counts[counts["place_level"] == CITY])
        cells = cube.frames["cells"]
        own = cells[(cells["place_level"] == self.level) & (cells["dimension"] == scope.dimension)]
        own = own[(own["stratum"] == ALL) & own["interval"].isin(scope.intervals)]
        small = few(own["numerator"].to_numpy(), own["denominator"].to_numpy(), scope)
        self.unsafe = set(own["interval"].to_numpy()[small])
        placed = own[own["place"] != UNKNOWN]
        self.places = sorted(placed["place"].unique())
        parents = parents_of(self.level, scope)
        self.parents = [parents.get(place, "") for place in self.places]
        wide = placed.pivot(index=["interval", "group"], columns="place", values=SIDES[:2]).fillna(0)
        stacked = wide.to_numpy("int64").reshape(len(wide), 2, len(self.places))
        self.counts = dict(zip(wide.index, stacked.swapaxes(1, 2), strict=True))

    def rows(self, group: str) -> list[dict]:
        """One row an interval."""
        states = {name: self._state(name, group) for name in self.scope.intervals}
        chosen = self._chosen(group, [name for name, state in states.items() if state == "value"])
        figures = self._figures(chosen, group)
        return [self._row(group, name, state, chosen, figures) for name, state in states.items()]

    def _state(self, interval: str, group: str) -> str:
        """Of the comparison in the whole city; a count that could be hidden is too few to go by."""
        row = self._whole(interval, group)
        own, other = ((np.array([row[SIDES[i]]]), np.array([row[SIDES[i + 1]]])) for i in (0, 2))
        found = [states(*side, per_exposure=self.scope.per_exposure)[0] for side in (own, other)]
        if "no data" in found:
            return "no data"
        hidden = self.scope.definition["about_people"] and (few(*own, self.scope) | few(*other, self.scope))
        return "unreliable" if "unreliable" in found or hidden else "value"

    def _whole(self, interval: str, group: str) -> dict[str, int]:
        """Counts of both sides in the whole city."""
        own, whole = self.city[interval, group], self.city[interval, self.others.source]
        other = whole - own if self.others.less else whole
        return dict(zip(SIDES, [*own.tolist(), *other.tolist()], strict=True))

    def _chosen(self, group: str, usable: list[str]) -> _Chosen:
        """The intervals that may be told, the places put together alike in all of them."""
        counts = {name: self._sides(name, group) for name in usable}
        if not usable:
            return _Chosen({}, {})
        inside = together(self.places, self.parents, np.hstack([rows[:, 1::2] for rows in counts.values()]))
        sides = {name: self._added(name, rows, inside) for name, rows in counts.items()}
        how = {name: protection(rows, self.scope) for name, rows in sides.items()}
        enough = len(inside) >= MINIMUM_PARTS
        return _Chosen({name: sides[name] for name in usable if enough and how[name] != WITHHELD}, how)

    def _sides(self, interval: str, group: str) -> np.ndarray:
        """Counts of both sides in each place, in the order of ``SIDES``."""
        nothing = np.zeros((len(self.places), 2), "int64")
        found = [self.counts.get((interval, name), nothing) for name in [group, *self.others.of(group)]]
        return np.hstack([found[0], sum(found[1:], nothing)])

    def _added(self, interval: str, rows: np.ndarray, inside: dict[str, list[int]]) -> Parts:
        """Counts of the places that are compared as one."""
        added = np.array([rows[members].sum(axis=0) for members in inside.values()]).reshape(-1, len(SIDES))
        return Parts.counted(
            list(inside),
            [self.parents[members[0]] for members in inside.values()],
            added,
            published=self.level == self.scope.crossed_level and interval in self.scope.crossed,
            safe=interval not in self.unsafe,
        )

    def _figures(self, chosen: _Chosen, group: str) -> dict[str, dict]:
        """Of each interval the figures as published."""
        found, grains = {}, {}
        for name, rows in chosen.sides.items():
            grains[name] = Grain.of(chosen.how[name], self._whole(name, group), self.scope)
            parted = kitagawa(*_shares_and_rates(rows))
            difference, composition = (grains[name].rate(value) for value in (parted.gap, parted.composition))
            treatment = round(difference - composition, 12) if grains[name].step else float(parted.rate)
            found[name] = {"difference": difference, "composition": composition, "treatment": treatment}
        return _with_changes(found, chosen, grains) if found else found

    def _row(self, group: str, interval: str, state: str, chosen: _Chosen, figures: dict) -> dict:
        """One row; what is not shown is missing."""
        shown = interval in figures
        return {
            "interval": interval,
            "dimension": self.scope.dimension,
            "group": group,
            "reference_group": self.others.name,
            "mix": self.level,
            **(figures[interval] if shown else dict.fromkeys(_FIGURES, np.nan)),
            "method": self._method(group, interval, chosen) if shown else "",
            "state": "value" if shown else "no data" if state == "value" else state,
            "cells": self._cells(group, list(chosen.sides) if shown else [interval], chosen),
        }

    def _cells(self, group: str, intervals: list[str], chosen: _Chosen) -> list[str]:
        """The city's counts of both sides in all intervals used, and the published ones of places."""
        sides, dimension = (group, self.others.source), self.scope.dimension
        cells = [cell_id(name, dimension, side, CITY, ALL) for name in intervals for side in sides]
        for name in intervals:
            rows = chosen.sides.get(name)
            if rows is not None and chosen.how[name] == EXACT and rows.published.all():
                where = [(side, place) for place in self.places for side in sides]
                cells += [cell_id(name, dimension, side, self.level, place) for side, place in where]
        return cells

    def _method(self, group: str, interval: str, chosen: _Chosen) -> str:
        rows, whole = chosen.sides[interval], self._whole(interval, group)
        own, other = (covered(rows.sides[:, i].sum(), whole[SIDES[i]], self.scope) for i in (1, 3))
        return (
            f"Kitagawa, Das Gupta over {len(chosen.sides)} intervals; {len(rows)} parts with {own:.0%} of the "
            f"group and {other:.0%} of the others"
        )


def _keyed(counts: pd.DataFrame) -> dict[tuple[str, str], np.ndarray]:
    """Numerator and denominator by interval and group."""
    return dict(zip(keys_of(counts, ["interval", "group"]), counts[SIDES[:2]].to_numpy(), strict=True))


def _shares_and_rates(rows: Parts) -> list[np.ndarray]:
    x1, n1, x2, n2 = rows.columns
    return [n1 / n1.sum(), x1 / n1, n2 / n2.sum(), x2 / n2]


def _gap(factors) -> float:
    """The gap that mixes and rates of both sides make."""
    return float((factors["mix"][0] * factors["rates"][0] - factors["mix"][1] * factors["rates"][1]).sum())


def _with_changes(found: dict[str, dict], chosen: _Chosen, grains: dict[str, Grain]) -> dict[str, dict]:
    """With the change of the gap since the first interval, in two pieces that are all of it."""
    arrays = [_shares_and_rates(rows) for rows in chosen.sides.values()]
    periods = [{"mix": np.array(every[::2]), "rates": np.array(every[1::2])} for every in arrays]
    standardised = over_periods(periods, _gap)
    first = next(iter(found))
    for (name, figures), effects in zip(found.items(), standardised - standardised[0], strict=True):
        change = figures["difference"] - found[first]["difference"]
        coarser = max(grains[name], grains[first], key=lambda grain: grain.step)
        mix = coarser.rate(float(effects[0]))
        rest = round(change - mix, 12) if coarser.step else float(effects[1])
        found[name] = figures | {"composition_change": mix, "treatment_change": rest}
    return found
