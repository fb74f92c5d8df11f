"""Which further cells to hide so that subtraction gives no small count away.

The exact method of Fischetti and Salazar-González (2001), by cutting planes: attack the
pattern; for each count that the attacker pins down, the dual of his problem says which
cells, hidden as well, would stop him; hide the cheapest set that satisfies all such
demands; repeat. After so many rounds what is still exposed is protected one count at a
time, each at least further cost: correct always, and within some per cent of the cheapest.
Rounds are counted and not timed, so that the same counts give the same pattern anywhere.

References
----------
Fischetti, M., Salazar-González, J. J. (2001). Solving the cell suppression problem on
tabular data with linear constraints. Management Science 47(7), 1008-1027.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import hstack

from workbench.disclosure.attacker import CLOSE, Attacker, strongest
from workbench.disclosure.programme import Programme, Solution
from workbench.disclosure.tables import Layer
from workbench.errors import DisclosureError

WORK = 500  # cells times rounds
NODES = 1000  # of a search for the cheapest pattern


@dataclass(frozen=True)
class Problem:
    """What to protect.

    Parameters
    ----------
    layers : list of Layer
        Counts of the same cells; a cell's counts are hidden together.
    targets : list of arrays of bool, one a layer
        Counts that nobody may pin down.
    primary : array of bool
        Cells hidden in any case.
    frozen : array of bool
        Cells that cannot be hidden.
    cost : array of float, above 0
        What hiding a cell costs.
    width : int
        Least width of the range that can be worked out for a target.
    """

    layers: list[Layer]
    targets: list[np.ndarray]
    primary: np.ndarray
    frozen: np.ndarray
    cost: np.ndarray
    width: int


def protect(problem: Problem, rounds: int | None = None) -> np.ndarray:
    """Cells to hide: the primary ones and others, at low cost, that protect all targets.

    Parameters
    ----------
    problem : Problem
    rounds : int
        How often the cheapest pattern is looked for: the more cells, the fewer, when not given. A
        small table gets its cheapest pattern.

    Returns
    -------
    array of bool, one a cell

    Raises
    ------
    DisclosureError
        When hiding everything that may be hidden would not protect them.
    """
    attackers = [Attacker(layer, targets, problem.width) for layer, targets in _pairs(problem)]
    hidden, cuts = problem.primary.copy(), []
    for _ in range(rounds or max(4, WORK // len(problem.cost))):
        demands = [demand for attacker in attackers for _, demand in attacker.demands(hidden)]
        if not demands:
            return hidden
        cuts += demands
        hidden = _cheapest(problem, np.array(cuts), hidden)
    return extended(problem, hidden)


def extended(problem: Problem, hidden: np.ndarray) -> np.ndarray:
    """The pattern with each exposed target protected in turn at the least further cost.

    Hiding more never exposes a target that was protected, so one pass is enough.
    """
    for layer, targets in _pairs(problem):
        for target, _ in Attacker(layer, targets, problem.width).demands(hidden):
            hidden = hidden | _detour(problem, layer, target, hidden)
    return hidden


def _pairs(problem: Problem):
    return [
        (layer, targets)
        for layer, targets in zip(problem.layers, problem.targets, strict=True)
        if targets.any()
    ]


def _cheapest(problem: Problem, cuts: np.ndarray, so_far: np.ndarray) -> np.ndarray:
    """The cheapest set of cells that meets all demands; as so far, when it is not found in time."""
    choice = ~problem.primary & ~problem.frozen
    wanted = problem.width - cuts[:, problem.primary].sum(axis=1)
    coefficients = np.minimum(cuts[wanted > CLOSE][:, choice], wanted[wanted > CLOSE, None])
    demands = Programme(
        coefficients / wanted[wanted > CLOSE, None],
        1,
        np.inf,
        whole=True,
        presolve="off",
        mip_rel_gap=0.0,
        mip_max_nodes=NODES,
        mip_heuristic_run_feasibility_jump=False,  # takes longer than the search of a table so small
    )
    found = demands.least(problem.cost[choice], np.zeros(choice.sum()), np.ones(choice.sum()))
    if found.x is None and found.cut_short:
        return so_far
    hidden = problem.primary.copy()
    hidden[np.flatnonzero(choice)[np.round(_solution(found)) == 1]] = True
    return hidden


def _detour(problem: Problem, layer: Layer, target: int, hidden: np.ndarray) -> np.ndarray:
    """Cells that must be hidden too for a target to move up as far as its width still lacks."""
    lacking = problem.width - strongest(layer, target, hidden, -1.0, problem.width).reach
    if lacking <= CLOSE:
        return hidden
    size = len(hidden)
    usable = ~np.isnan(layer.values) & ~problem.frozen
    down = np.where(usable, np.minimum(layer.values - layer.least, problem.width), 0)
    up = np.where(usable, np.minimum(layer.most - layer.values, problem.width * size), 0)
    fixed = np.zeros(size)
    fixed[target] = lacking
    cost = np.where(hidden, 0, problem.cost)
    found = Programme(hstack([layer.matrix, -layer.matrix]), 0, 0).least(
        np.r_[cost, cost],
        np.r_[fixed, np.zeros(size)],
        np.r_[np.where(fixed, fixed, up), np.where(fixed, 0, down)],
    )
    moves = _solution(found)
    return moves[:size] + moves[size:] > CLOSE


def _solution(found: Solution) -> np.ndarray:
    if found.x is None:
        raise DisclosureError(
            "no set of cells that may be hidden protects the small counts of this result; merge groups or places."
        )
    return found.x
