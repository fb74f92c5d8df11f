"""The attacker whom a pattern must withstand: how far each hidden count could be from the truth.

Moves are differences to the true table. A move is possible when it changes hidden cells
only, keeps every sum, and takes no count beyond what everybody knows of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from workbench.disclosure.tables import Layer

IDLE_ATTACKS = 2
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


def strongest(layer: Layer, target: int, hidden: np.ndarray, direction: float, width: int) -> Move:
    """The furthest move of one target up (``direction`` 1) or down (-1) when ``hidden`` cells are hidden."""
    known = ~np.isnan(layer.values)
    limit = width * len(hidden)
    down = np.where(known, np.minimum(layer.values - layer.least, limit), 0)
    up = np.where(known, np.minimum(layer.most - layer.values, limit), 0)
    goal = np.zeros(len(hidden))
    goal[target] = direction
    if layer.matrix.shape[0] == 1:
        return _in_one_sum(layer, goal, hidden & known, down, up)
    free, rows, matrix = _equations(layer, hidden)
    found = linprog(
        -goal[free],
        A_eq=matrix,
        b_eq=np.zeros(len(rows)),
        bounds=np.c_[-down, up][free],
        options={"presolve": False},
    )
    rest = goal + layer.matrix[rows].T @ found.eqlin.marginals
    rest[np.abs(rest) < CLOSE] = 0
    moves = np.zeros(len(hidden))
    moves[free] = found.x
    return Move(-found.fun, moves, np.where(rest > 0, rest * up, -rest * down))


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
        self._moves = np.zeros((1, len(targets)))

    def demands(self, hidden: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """Exposed targets, each with its demand: what each cell adds when hidden; a valid pattern adds up to the width."""
        self._moves = self._moves[~(np.abs(self._moves[:, ~hidden]) > CLOSE).any(axis=1)]
        if self._layer.matrix.shape[0] > 1:
            self._attack_together(hidden)
        for target in self._left():
            if not self._is_wide(target):
                reach, demand = self._attack_one(target, hidden)
                if reach < self._width - CLOSE:
                    yield target, np.minimum(demand, self._width)

    def _attack_one(self, target: int, hidden: np.ndarray) -> tuple[float, np.ndarray]:
        """How wide a target's range is, and what each cell adds to that at most.

        Down it can go no further than to its least. Where that is not enough beside the way up, it
        need not be attacked.
        """
        up = self._moved(target, hidden, 1.0)
        below = self._layer.values[target] - self._layer.least[target]
        if self._is_wide(target) or up.reach + below < self._width - CLOSE:
            at_most = np.zeros(len(hidden))
            at_most[target] = below
            return up.reach + below, up.adds + at_most
        down = self._moved(target, hidden, -1.0)
        return up.reach + down.reach, up.adds + down.adds

    def _moved(self, target: int, hidden: np.ndarray, direction: float) -> Move:
        move = strongest(self._layer, target, hidden, direction, self._width)
        self._moves = np.vstack([self._moves, move.moves])
        return move

    def _left(self) -> np.ndarray:
        return np.flatnonzero(self._targets & (np.ptp(self._moves, axis=0) < self._width - CLOSE))

    def _is_wide(self, target: int) -> bool:
        return np.ptp(self._moves[:, target]) >= self._width - CLOSE

    def _attack_together(self, hidden: np.ndarray) -> None:
        """Push all targets at once, each with its own weight, some up and some down, while that helps."""
        layer, (free, _, matrix) = self._layer, _equations(self._layer, hidden)
        down = np.minimum(layer.values[free] - layer.least[free], self._width)
        up = np.minimum(layer.most[free] - layer.values[free], self._width)
        random, left, idle = np.random.default_rng(0), self._left(), 0
        while len(left) and idle < IDLE_ATTACKS:
            push = np.zeros(len(hidden))
            push[left] = 1 - 2 * random.exponential(size=len(left)) ** 2
            found = milp(
                push[free],
                constraints=LinearConstraint(matrix, 0, 0),
                bounds=Bounds(-down, up),
                options={"presolve": False},
            )
            moves = np.zeros((1, len(hidden)))
            moves[0, free] = found.x
            self._moves = np.vstack([self._moves, moves])
            idle = 0 if len(self._left()) < len(left) else idle + 1
            left = self._left()


def _equations(layer: Layer, hidden: np.ndarray):
    """Positions of the hidden cells, of the sums that they are in, and those sums over them."""
    free = np.flatnonzero(hidden & ~np.isnan(layer.values))
    over = layer.matrix[:, free]
    rows = np.unique(over.nonzero()[0])
    return free, rows, over[rows]
