"""Which edges are told apart for the groups of a dimension, and which are put together as other steps.

What a reader can subtract. The rows of a group add up to its gap in mean lead time, so nothing is gained by
leaving a row out: it is the gap less the others. And gap after gap gives, of every edge, each group's mean
time less that of all, hence, with the total of the edge on the map, nearly that of the groups that have no
rows. Therefore an edge is told for all groups of a dimension or for none: told when in each group that has
rows, in each one's reference, and in those without rows taken together, nobody or enough cases passed
it. All other edges are one row, *other steps*, of which the same holds. Whatever is added or subtracted is
then of an edge, or the other steps together, in a union of such groups: nobody, or enough.
"""

from dataclasses import dataclass

import numpy as np

from workbench.process_timing.cohort import Cohort, Some
from workbench.process_timing.equity.groups import UNKNOWN, Pair
from workbench.process_timing.equity.passes import Passes

OTHER_STEPS = "other steps"
MOST_PLACES = 3  # of a level
FEWEST_PASSING = 10  # of all groups, also where nobody is protected: a mean of fewer says little


def has_rows(pairs: list[Pair], cohort: Cohort) -> list[Pair]:
    """The groups of one dimension that have rows: the largest places, and while those without are few, one less."""
    most = MOST_PLACES if pairs[0].kind == "place" else None
    pairs = sorted(pairs, key=lambda pair: (-len(pair.own), pair.group))[:most]
    while pairs and 0 < _others(pairs, cohort).sum() < cohort.rounding.fewest:
        pairs = pairs[:-1]
    return sorted(pairs, key=lambda pair: pair.group)


@dataclass(frozen=True)
class Told:
    """The edges that are told apart for each of the groups of one dimension.

    Parameters
    ----------
    passes : Passes
        Of the period, as far as they are seen.
    edges : array of int
        Rising; empty where to tell any would tell of few. The place after the last is that of the other steps.
    """

    passes: Passes
    edges: np.ndarray

    @classmethod
    def of(cls, passes: Passes, pairs: list[Pair], cohort: Cohort) -> "Told":
        """While the other steps tell of few, the least used of the told edges joins them."""
        members = np.column_stack([_known(pairs, cohort), *_sides(pairs, cohort), _others(pairs, cohort)])
        edges = np.unique(passes.edge)
        users = passes.users(edges, members)
        is_told = _is_enough(users[:, 1:], cohort) & (users[:, 0] >= FEWEST_PASSING)
        order = np.lexsort((edges, users[:, 0]))
        for least in order[is_told[order]]:
            if _is_enough(_together(passes, edges[~is_told], members)[1:], cohort):
                break
            is_told[least] = False
        return cls(passes, edges[is_told])

    def places(self, edges: np.ndarray) -> np.ndarray:
        """The place of each edge among those told."""
        place = np.searchsorted(self.edges, edges)
        return np.where(np.r_[self.edges, -1][place] == edges, place, len(self.edges))

    def name_of(self, place: int) -> tuple[str, str]:
        """From where to where."""
        is_other = place == len(self.edges)
        return (OTHER_STEPS, OTHER_STEPS) if is_other else self.passes.name_of(self.edges[place])

    def users(self, cases: np.ndarray) -> np.ndarray:
        """How many of some cases, by their place, passed each edge and the other steps."""
        size = len(self.edges) + 1
        kept = np.isin(self.passes.case, cases)
        once = np.unique(self.passes.case[kept] * size + self.places(self.passes.edge[kept]))
        return np.bincount(once % size, minlength=size)


def _is_enough(users: np.ndarray, cohort: Cohort) -> np.ndarray:
    """Whether nobody or enough cases of every side passed."""
    return ((users == 0) | (users >= cohort.rounding.fewest)).all(axis=-1)


def _together(passes: Passes, edges: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Cases of each side that passed any of the edges."""
    cases = np.unique(passes.case[np.isin(passes.edge, edges)])
    return members[cases].sum(axis=0)


def _known(pairs: list[Pair], cohort: Cohort) -> np.ndarray:
    return (cohort.own[f"by_{pairs[0].dimension}"] != UNKNOWN).to_numpy()


def _sides(pairs: list[Pair], cohort: Cohort) -> list[np.ndarray]:
    return [_among(side, cohort) for pair in pairs for side in (pair.own, pair.other)]


def _others(pairs: list[Pair], cohort: Cohort) -> np.ndarray:
    """Cases of known groups that have no rows and are no group's own reference."""
    named = {pair.group for pair in pairs} | {pair.reference for pair in pairs}
    return _known(pairs, cohort) & ~cohort.own[f"by_{pairs[0].dimension}"].isin(named).to_numpy()


def _among(cases: Some, cohort: Cohort) -> np.ndarray:
    return np.isin(np.arange(len(cohort.own)), cases.rows)
