"""The tree of the strategic plan."""

from collections.abc import Mapping


def above(goal: str, parents: Mapping[str, str]) -> list[str]:
    """The goals that a goal serves, the nearest first.

    Parameters
    ----------
    goal : str
    parents : dict of str to str
        A goal of the plan: the one that it serves; empty for none. In a circle, the goal itself is among them.
    """
    found, parent = [], parents.get(goal, "")
    while parent in parents and parent not in found:
        found.append(parent)
        parent = parents[parent]
    return found
