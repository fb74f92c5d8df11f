"""How the two parts of a gap moved from interval to interval, in pieces that add up (Das Gupta 1993)."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.adjusted import covered
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.counted import KNOWN, cell_id
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.many import EXACT, SIDES, WITHHELD, Grain, parents_of, protection, small
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.together import together
from workbench.disparity_review.verdicts import states
from workbench.statistics.decomposition import kitagawa, over_periods

MINIMUM_PARTS = 2  # of one part there is no mix

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "mix"),
    *("difference", "composition", "treatment", "composition_change", "treatment_change"),
    *("method", "state", "cells"),
]


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


@dataclass
class _Chosen:
    """The intervals of one comparison that are looked at."""

    sides: dict[str, pd.DataFrame]
    how: dict[str, str] = field(default_factory=dict)
    inside: dict[str, list[int]] = field(default_factory=dict)


class _Series:
    """Counts of the groups in the finest places, interval by interval."""

    def __init__(self, cube: Cube, counts: pd.DataFrame, scope: Scope, reference: str):
        self.scope, self.reference = scope, reference
        self.level = next(iter(scope.levels))
        self.city = counts[counts["place_level"] == CITY].set_index(["interval", "group"])[SIDES[:2]]
        cells = cube.frames["cells"]
        own = cells[(cells["dimension"] == scope.dimension) & (cells["stratum"] == ALL)]
        own = own[(own["place_level"] == self.level) & (own["place"] != UNKNOWN)]
        own = own[own["interval"].isin(scope.intervals)]
        wide = own.pivot(index="place", columns=["interval", "group"], values=SIDES[:2])
        self.counts = wide.fillna(0).astype("int64").sort_index()
        self.places = [str(place) for place in self.counts.index]
        parents = parents_of(self.level, scope)
        self.parents = [parents.get(place, "") for place in self.places]

    def rows(self, group: str) -> list[dict]:
        """One row an interval."""
        chosen = self._chosen(group)
        figures = self._figures(chosen, group)
        return [self._row(group, interval, chosen, figures) for interval in self.scope.intervals]

    def _chosen(self, group: str) -> _Chosen:
        """The intervals in which figures may be shown, the places put together alike in all of them."""
        usable = [name for name in self.scope.intervals if self._state(name, group) == "value"]
        chosen = _Chosen({name: self._sides(name, group) for name in usable})
        if not usable:
            return chosen
        sizes = np.hstack([rows[[SIDES[1], SIDES[3]]].to_numpy() for rows in chosen.sides.values()])
        chosen.inside = together(self.places, self.parents, sizes)
        chosen.sides = {name: self._added(rows, chosen.inside) for name, rows in chosen.sides.items()}
        chosen.how = {name: protection(rows, self.level, self.scope) for name, rows in chosen.sides.items()}
        enough = len(chosen.inside) >= MINIMUM_PARTS
        told = [name for name, how in chosen.how.items() if how != WITHHELD and enough]
        return _Chosen({name: chosen.sides[name] for name in told}, chosen.how, chosen.inside)

    def _state(self, interval: str, group: str) -> str:
        """Of the comparison in the whole city; a count that could be hidden is too few to go by."""
        row = pd.DataFrame([self._whole(interval, group)])
        exposed = self.scope.per_exposure
        found = [states(row[SIDES[i]], row[SIDES[i + 1]], per_exposure=exposed)[0] for i in (0, 2)]
        if "no data" in found:
            return "no data"
        few = "unreliable" in found or small(row, self.scope).any()
        return "unreliable" if few else "value"

    def _whole(self, interval: str, group: str) -> dict:
        """Counts of both sides in the whole city."""
        own = self.city.loc[(interval, group)]
        other = self.city.loc[(interval, self._other)]
        less = own if self.reference in (CITY, EVERYONE_ELSE) else 0 * own
        return dict(zip(SIDES, map(int, [*own, *(other - less)]), strict=True))

    @property
    def _other(self) -> str:
        """The group that the other side is, or is part of."""
        return {EVERYONE_ELSE: KNOWN, CITY: ALL}.get(self.reference, self.reference)

    def _sides(self, interval: str, group: str) -> pd.DataFrame:
        """Counts of both sides in each place, as ``mixes`` has them."""
        if self.reference in self.scope.groups:
            others = [self.reference]
        else:
            others = [name for name in self.scope.groups if name != group]
            others += [UNKNOWN] if self.reference == CITY else []
        published = self.level == self.scope.crossed_level and interval in self.scope.crossed
        columns = {
            f"{side}{name}": self._sum(name, interval, groups)
            for side, groups in (("", [group]), ("reference_", others))
            for name in SIDES[:2]
        }
        return pd.DataFrame(columns).assign(part=self.places, parent=self.parents, published=published)

    def _sum(self, name: str, interval: str, groups: list[str]) -> np.ndarray:
        columns = [(name, interval, group) for group in groups]
        return self.counts.reindex(columns=columns, fill_value=0).sum(axis=1).to_numpy()

    @staticmethod
    def _added(rows: pd.DataFrame, inside: dict[str, list[int]]) -> pd.DataFrame:
        """Counts of the places that are compared as one."""
        summed = [rows[SIDES].to_numpy()[members].sum(axis=0) for members in inside.values()]
        first = rows.iloc[[members[0] for members in inside.values()]]
        added = pd.DataFrame(np.reshape(summed, (-1, len(SIDES))), columns=SIDES, index=first.index)
        return first.assign(part=list(inside), **{name: added[name] for name in SIDES})

    def _figures(self, chosen: _Chosen, group: str) -> dict[str, dict]:
        """Of each interval the figures as published."""
        found, grains = {}, {}
        for name, rows in chosen.sides.items():
            grains[name] = Grain.of(chosen.how[name], self._whole(name, group), self.scope)
            split = kitagawa(*_shares_and_rates(rows))
            difference, composition = (grains[name].rate(v) for v in (split.gap, split.composition))
            treatment = round(difference - composition, 12) if grains[name].step else float(split.rate)
            found[name] = {"difference": difference, "composition": composition, "treatment": treatment}
        return _with_changes(found, chosen, grains) if found else found

    def _row(self, group: str, interval: str, chosen: _Chosen, figures: dict) -> dict:
        """One row; what is not shown is missing."""
        shown = interval in figures
        state = self._state(interval, group)
        measures = figures[interval] if shown else dict.fromkeys(COLUMNS[5:10], np.nan)
        return {
            "interval": interval,
            "dimension": self.scope.dimension,
            "group": group,
            "reference_group": EVERYONE_ELSE if self.reference == CITY else self.reference,
            "mix": self.level,
            **measures,
            "method": self._method(group, interval, chosen) if shown else "",
            "state": "value" if shown else "no data" if state == "value" else state,
            "cells": self._cells(group, list(chosen.sides) if shown else [interval], chosen),
        }

    def _cells(self, group: str, intervals: list[str], chosen: _Chosen) -> list[str]:
        """The city's counts of both sides in all intervals used, and the published ones of places."""
        sides, dimension = (group, self._other), self.scope.dimension
        cells = [cell_id(name, dimension, side, CITY, ALL) for name in intervals for side in sides]
        for name in intervals:
            if name in chosen.sides and chosen.how[name] == EXACT and chosen.sides[name]["published"].all():
                where = [(side, place) for place in self.places for side in sides]
                cells += [cell_id(name, dimension, side, self.level, place) for side, place in where]
        return cells

    def _method(self, group: str, interval: str, chosen: _Chosen) -> str:
        rows, whole = chosen.sides[interval], self._whole(interval, group)
        own, other = (covered(rows[name].sum(), whole[name], self.scope) for name in (SIDES[1], SIDES[3]))
        return (
            f"Kitagawa, Das Gupta over {len(chosen.sides)} intervals; {len(rows)} parts with {own:.0%} of the "
            f"group and {other:.0%} of the others"
        )


def _shares_and_rates(rows: pd.DataFrame) -> list[np.ndarray]:
    x1, n1, x2, n2 = (rows[name].to_numpy(float) for name in SIDES)
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
