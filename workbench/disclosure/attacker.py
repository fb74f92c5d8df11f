"""The attacker whom a pattern must withstand: how far each hidden count could be from the truth.

Moves are differences to the true table. A move is possible when it changes hidden cells
only, keeps every sum, and takes no count beyond what everybody knows of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from workbench.disclosure.programme import Programme
from workbench.disclosure.tables import Layer

IDLE_ATTACKS = 2
FEW = 2  # so few targets are sooner attacked one by one
CLOSE = 1e-6


@dataclass(frozen=True)
class Move:
    """The furthest that one count can move in one direction.

    Parameters
    ----------
    reach : float
    moves : array of float, one a cell
        A possible table that goes so far.
    adds : array of float, one a cell
        What each cell, were it hidden, could add to the reach at most: the dual of the attack.
    """

    reach: float
    moves: np.ndarray
    adds: np.ndarray


class Moves:
    """The moves that are possible in one layer when ``hidden`` cells are hidden.

    Parameters
    ----------
    layer : Layer
    hidden : array of bool, one a cell
    width : int
        A target is exposed when the range that can be worked out for it is narrower.
    """

    def __init__(self, layer: Layer, hidden: np.ndarray, width: int):
        self._layer, self._hidden, self._width = layer, hidden, width
        self._known = ~np.isnan(layer.values)
        self._free = np.flatnonzero(hidden & self._known)

    @cached_property
    def _over(self) -> csr_array:
        return self._layer.by_cell[self._free]

    @cached_property
    def _rows(self) -> np.ndarray:
        """Sums with a hidden cell."""
        return np.unique(self._over.indices)

    @cached_property
    def _sums(self) -> Programme:
        over = self._over
        parts = (over.data, np.searchsorted(self._rows, over.indices), over.indptr)
        return Programme(csr_array(parts, shape=(len(self._free), len(self._rows))).T, 0, 0, presolve="off")

    def strongest(self, target: int, direction: float) -> Move:
        """The furthest move of one target up (``direction`` 1) or down (-1)."""
        down, up = self._far
        goal = np.zeros(len(down))
        goal[target] = direction
        if self._layer.matrix.shape[0] == 1:
            return _in_one_sum(self._layer, goal, self._hidden & self._known, down, up)
        free = self._free
        found = self._sums.least(-goal[free], -down[free], up[free])
        duals = np.zeros(self._layer.matrix.shape[0])
        duals[self._rows] = found.duals
        rest = goal + self._layer.by_cell @ duals
        rest[np.abs(rest) < CLOSE] = 0
        moves = np.zeros(len(down))
        moves[free] = found.x
        return Move(goal @ moves, moves, np.where(rest > 0, rest * up, -rest * down))

    def pushed(self, push: np.ndarray) -> np.ndarray:
        """The move, of no cell further than the width, that goes furthest against ``push``."""
        down, up = self._near
        moves = np.zeros(len(push))
        moves[self._free] = self._sums.least(push[self._free], -down[self._free], up[self._free], on=True).x
        return moves

    @cached_property
    def _far(self) -> tuple[np.ndarray, np.ndarray]:
        return self._room(self._width * len(self._known))

    @cached_property
    def _near(self) -> tuple[np.ndarray, np.ndarray]:
        return self._room(self._width)

    def _room(self, limit: float) -> tuple[np.ndarray, np.ndarray]:
        """How far each cell could move down and up by itself."""
        layer, known = self._layer, self._known
        down = np.where(known, np.minimum(layer.values - layer.least, limit), 0)
        return down, np.where(known, np.minimum(layer.most - layer.values, limit), 0)


def strongest(layer: Layer, target: int, hidden: np.ndarray, direction: float, width: int) -> Move:
    """The furthest move of one target up (``direction`` 1) or down (-1) when ``hidden`` cells are hidden."""
    return Moves(layer, hidden, width).strongest(target, direction)


def _in_one_sum(layer: Layer, goal: np.ndarray, free: np.ndarray, down: np.ndarray, up: np.ndarray) -> Move:
    """The furthest move in a table of one sum, which needs no search: what one count gains, the others make up for."""
    signs = layer.matrix.toarray()[0]
    target = np.flatnonzero(goal)[0]
    own = np.where(goal > 0, up, down)
    ways = -signs * signs[target] * goal[target]
    others = np.where(ways > 0, up, np.where(ways < 0, down, 0))
    others[target] = 0
    if not signs[target] or own[target] <= others[free].sum():
        reach, adds = own[target], np.abs(goal) * own
    else:
        reach, adds = others[free].sum(), others
    before = np.cumsum(np.where(free, others, 0)) - np.where(free, others, 0)
    moves = np.sign(ways) * np.where(free, np.clip(reach - before, 0, others), 0) + goal * reach
    return Move(reach, moves, adds)


class Attacker:
    """Attacks the targets of one layer, pattern after pattern, and remembers moves that still hold.

    Parameters
    ----------
    layer : Layer
    targets : array of bool, one a cell
    width : int
        A target is exposed when the range that can be worked out for it is narrower.
    """

    def __init__(self, layer: Layer, targets: np.ndarray, width: int):
        self._layer, self._targets, self._width = layer, targets, width
        self._seen = np.zeros((1, len(targets)))

    def demands(self, hidden: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """Exposed targets, each with its demand: what each cell adds when hidden; a valid pattern adds up to the width."""
        self._seen = self._seen[~(np.abs(self._seen[:, ~hidden]) > CLOSE).any(axis=1)]
        self._ends = self._seen.min(axis=0), self._seen.max(axis=0)
        moves = Moves(self._layer, hidden, self._width)
        if self._layer.matrix.shape[0] > 1:
            self._attack_together(moves)
        for target in self._left():
            if not self._wide()[target]:
                reach, demand = self._attack_one(target, moves)
                if reach < self._width - CLOSE:
                    yield target, np.minimum(demand, self._width)

    def _attack_one(self, target: int, moves: Moves) -> tuple[float, np.ndarray]:
        """How wide a target's range is, and what each cell adds to that at most.

        Down it can go no further than to its least. Where that is not enough beside the way up, it
        need not be attacked.
        """
        up = moves.strongest(target, 1.0)
        self._note(up.moves)
        below = self._layer.values[target] - self._layer.least[target]
        if self._wide()[target] or up.reach + below < self._width - CLOSE:
            at_most = np.zeros(len(up.adds))
            at_most[target] = below
            return up.reach + below, up.adds + at_most
        down = moves.strongest(target, -1.0)
        self._note(down.moves)
        return up.reach + down.reach, up.adds + down.adds

    def _note(self, moves: np.ndarray) -> None:
        self._seen = np.vstack([self._seen, moves])
        self._ends = np.minimum(self._ends[0], moves), np.maximum(self._ends[1], moves)

    def _wide(self) -> np.ndarray:
        return self._ends[1] - self._ends[0] >= self._width - CLOSE

    def _left(self) -> np.ndarray:
        return np.flatnonzero(self._targets & ~self._wide())

    def _attack_together(self, moves: Moves) -> None:
        """Push all targets at once, each with its own weight, some up and some down, while that helps."""
        random, left, idle = np.random.default_rng(0), self._left(), 0
        while len(left) > FEW and idle < IDLE_ATTACKS:
            push = np.zeros(len(self._targets))
            push[left] = 1 - 2 * random.exponential(size=len(left)) ** 2
            self._note(moves.pushed(push))
            before, left = left, self._left()
            idle = 0 if len(left) < len(before) else idle + 1
