"""Waiting times as counts a day: one line for each cell, on one grid of days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.counted import KEY, KNOWN
from workbench.disparity_review.cube import ALL
from workbench.disparity_review.scope import Scope


@dataclass(frozen=True)
class Tally:
    """How many waits ended on each day, and how many are open since so many days.

    Parameters
    ----------
    days : ndarray
        Rising.
    ended, still_open : ndarray of shape (cells, days)
    """

    days: np.ndarray
    ended: np.ndarray
    still_open: np.ndarray

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
        return cls(days, *tables)

    def line(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Ended and open by day, of one cell."""
        return self.ended[k], self.still_open[k]

    def rest(self, whole: int, part: int) -> tuple[np.ndarray, np.ndarray]:
        """Ended and open by day, of a cell without another that is part of it."""
        return self.ended[whole] - self.ended[part], self.still_open[whole] - self.still_open[part]
