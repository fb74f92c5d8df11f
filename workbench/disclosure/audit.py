"""Attack what is about to be published, independently of what chose the pattern.

The attacker sees the counts that are shown, every sum and the pattern, and knows the rule. For
each hidden small count, whole tables must exist that agree with what is shown and in which the
count differs by the width asked for: he cannot tell them apart. Among the tables that agree with
the rule as well (every group of hidden cells has a small count in it) the count must still range
over all small counts: the mark says "small", and nothing says more. The counts of a cell are
attacked together: numerators lie within denominators, and their difference is a count too.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.optimize import LinearConstraint

from workbench.analyses import Sum
from workbench.disclosure.policy import Policy
from workbench.disclosure.unknown import Unknown

IDLE_ATTACKS = 2


def attack(
    counts: pd.DataFrame, sums: Iterable[Sum], hidden: set[str], least: int = 0, most: float | None = None
) -> pd.DataFrame:
    """The range that can be worked out for each hidden count.

    Parameters
    ----------
    counts : DataFrame
        ``cell``, ``numerator``, ``denominator``: the true counts of all cells.
    sums : iterable of Sum
    hidden : set of str
        Cells that are not shown.
    least, most : number
        What everybody knows of what is in a hidden cell; ``most`` is the largest count shown
        when not given.

    Returns
    -------
    DataFrame
        One row a hidden count: ``cell``, ``kind`` (numerator, denominator or complement),
        ``lower``, ``upper``: whole numbers, both possible.
    """
    shown = counts.loc[~counts["cell"].isin(hidden), ["numerator", "denominator"]]
    limit = most if most is not None else float(shown.max().max())
    unknown = Unknown.of(counts, list(sums), hidden, least, limit)
    ranges = []
    for (cell, kind), push in zip(unknown.counts, unknown.matrix.toarray(), strict=True):
        ends = [int(round((push @ unknown.furthest(way * push)).item())) for way in (1, -1)]
        ranges.append((cell, kind, *ends))
    return pd.DataFrame(ranges, columns=["cell", "kind", "lower", "upper"])


def exposed(
    counts: pd.DataFrame, sums: Iterable[Sum], hidden: set[str], policy: Policy
) -> list[tuple[str, str]]:
    """Hidden small counts, as (cell, kind), that an attacker can narrow down too far; empty when all is safe.

    Too far is: to a range narrower than ``policy.width``, or, with the rule, within the small counts. A cell in
    no sum cannot be narrowed down: hidden, it may have any counts, small ones and others.
    """
    sums = list(sums)
    bound = hidden & {cell for one in sums for cell in (one.total, *one.parts)}
    if not bound:
        return []
    largest = max(float(value) for kind in ("numerator", "denominator") for value in counts[kind].dropna())
    unknown = Unknown.of(counts, sums, bound, int(policy.show_zeros), 10 * largest + 1000)
    return _Audit(unknown, policy).exposed()


class _Audit:
    """Collects possible tables until every sensitive count was seen far enough apart, or cannot be.

    Only the ends of the ranges seen are kept: of each count among the possible tables, and among the
    plausible ones, those that agree with the rule as well.
    """

    def __init__(self, unknown: Unknown, policy: Policy):
        self._unknown, self._policy = unknown, policy
        self._cells, self._matrix = unknown.counts, unknown.matrix
        self._groups = np.array([unknown.group_of[cell] for cell, _ in self._cells], dtype=int)
        self._truth = self._matrix @ unknown.truth
        self._targets = self._small(self._truth)
        self._possible = (self._truth, self._truth)
        self._plausible = (self._truth, self._truth)

    def exposed(self) -> list[tuple[str, str]]:
        self._attack_together()
        for target in self._left():
            if not self._wide()[target]:
                self._attack_one(target)
        return [self._cells[target] for target in self._left()]

    def _small(self, values: np.ndarray) -> np.ndarray:
        return (values >= self._policy.smallest_hidden) & (values < self._policy.minimum_count)

    def _wide(self) -> np.ndarray:
        (low, high), (least, most) = self._possible, self._plausible
        small = self._policy.minimum_count - 1 - self._policy.smallest_hidden
        return (high - low >= self._policy.width) & (most - least >= small)

    def _left(self) -> np.ndarray:
        return np.flatnonzero(self._targets & ~self._wide())

    def _see(
        self, push: np.ndarray, also: LinearConstraint | None = None, within: float = np.inf
    ) -> np.ndarray:
        """Note a possible table and return it.

        A group of hidden cells without a small count goes against the rule: among the plausible
        tables the truth stands in for it.
        """
        table = self._unknown.furthest(self._matrix.T @ push, also, within)
        values = self._truth if table is None else self._matrix @ table
        plausible = np.isin(self._groups, list(set(self._groups[self._small(values)])))
        self._possible = _wider(self._possible, values)
        self._plausible = _wider(self._plausible, np.where(plausible, values, self._truth))
        return values

    def _attack_together(self) -> None:
        """Push all counts that are left at once, no further than is asked for: what one takes, others cannot have."""
        random, left, idle = np.random.default_rng(1), self._left(), 0
        while len(left) and idle < IDLE_ATTACKS:
            push = np.zeros(len(self._cells))
            push[left] = -random.exponential(size=len(left))
            self._see(push, within=self._policy.width)
            idle = 0 if len(self._left()) < len(left) else idle + 1
            left = self._left()

    def _attack_one(self, target: int) -> None:
        """Up and down; then the same with each cell of its group in turn held small, as the rule demands of one."""
        push = np.zeros(len(self._cells))
        push[target] = 1
        ends = [self._see(way * push)[target] for way in (-1, 1)]
        if ends[0] - ends[1] < self._policy.width:
            return
        for also in self._held_small(target):
            if self._wide()[target]:
                return
            for way in (-1, 1):
                self._see(way * push, also)

    def _held_small(self, target: int):
        low, high = self._policy.smallest_hidden, self._policy.minimum_count - 1
        for other in np.flatnonzero(self._groups == self._groups[target]):
            yield LinearConstraint(self._matrix[[other]], low, high)


def _wider(ends: tuple[np.ndarray, np.ndarray], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of ranges, with one more table."""
    return np.minimum(ends[0], values), np.maximum(ends[1], values)
