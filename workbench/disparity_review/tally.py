"""Waiting times as counts a day: one line for each cell, on one grid of days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.counted import KNOWN
from workbench.disparity_review.cube import ALL, CITY
from workbench.disparity_review.keys import KEY
from workbench.disparity_review.precision import design_effect
from workbench.disparity_review.scope import Scope


@dataclass(frozen=True)
class Waited:
    """The waits of one side: how many ended on each day, how many are open since so many days.

    Parameters
    ----------
    days : ndarray
        Rising.
    ended, still_open : ndarray of int
    effect : float
        Design effect of repeat users, by whether they were served within the standard.
    lender : str
        The cell that the effect is taken from, where it is not the side's own; else empty.
    """

    days: np.ndarray
    ended: np.ndarray
    still_open: np.ndarray
    effect: float
    lender: str

    @property
    def n(self) -> int:
        """All waits."""
        return int(self.ended.sum() + self.still_open.sum())

    @property
    def over(self) -> int:
        """Waits that ended."""
        return int(self.ended.sum())

    @property
    def effective(self) -> tuple[np.ndarray, np.ndarray]:
        """Ended and open by day, of as many independent waits as these are worth."""
        return self.ended / self.effect, self.still_open / self.effect


@dataclass(frozen=True)
class Tally:
    """The waits of many cells, on one grid of days.

    Parameters
    ----------
    days : ndarray
        Rising.
    ended, still_open : ndarray of shape (cells, days)
    effects : ndarray
        Design effect of each cell, 1 where persons are not told apart.
    lenders : list of str
    """

    days: np.ndarray
    ended: np.ndarray
    still_open: np.ndarray
    effects: np.ndarray
    lenders: list[str]

    @classmethod
    def of(cls, cube: Cube, cells: pd.DataFrame, scope: Scope) -> Tally:
        """Of the frame ``waits``, one line for each row of ``cells``; ``known`` adds up the groups."""
        waited = cube.frames["waits"]
        own = waited[waited["dimension"].isin([ALL, scope.dimension])].assign(dimension=scope.dimension)
        known = own[own["group"].isin(list(scope.groups))].assign(group=KNOWN)
        lines = cells[KEY].assign(line=np.arange(len(cells)))
        found = pd.concat([own, known], ignore_index=True).merge(lines, on=KEY)
        days, column = np.unique(found["days"].to_numpy(), return_inverse=True)
        tables = [np.zeros((len(cells), len(days)), dtype="int64") for _ in range(2)]
        for table, name in zip(tables, ("ended", "open"), strict=True):
            np.add.at(table, (found["line"].to_numpy(), column), found[name].to_numpy())
        return cls(days, *tables, *_effects(cells, scope))

    def line(self, k: int) -> Waited:
        """One cell."""
        return Waited(self.days, self.ended[k], self.still_open[k], self.effects[k], self.lenders[k])

    def rest(self, whole: int, part: int) -> Waited:
        """A cell without another that is part of it; repeat users as in the whole."""
        left = self.ended[whole] - self.ended[part], self.still_open[whole] - self.still_open[part]
        return Waited(self.days, *left, self.effects[whole], self.lenders[whole])


def _effects(cells: pd.DataFrame, scope: Scope) -> tuple[np.ndarray, list[str]]:
    """Design effects; of groups within places those that they have in the whole city, and whose those are."""
    own = design_effect(cells, scope)
    city = cells.assign(effect=own)[(cells["place_level"] == CITY) & ~np.isnan(own)]
    lent = city.set_index(["interval", "group"]).reindex(
        pd.MultiIndex.from_frame(cells[["interval", "group"]])
    )
    borrowed = np.isnan(own) & lent["effect"].notna().to_numpy()
    effects = np.where(borrowed, lent["effect"].to_numpy(float), own)
    lenders = [cell if taken else "" for cell, taken in zip(lent["cell"].tolist(), borrowed, strict=True)]
    return np.nan_to_num(effects, nan=1.0), lenders
