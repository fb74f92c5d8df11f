"""How far along the way to a dated target. Signed and never clamped: going backwards shows."""

import numpy as np


def share_of_way(start: float, target: float, current: float) -> float:
    """(current - start) / (target - start); NaN when the target is the start.

    Works for both directions: from 100 to 20, a value of 80 is a quarter of the way.

    Examples
    --------
    >>> share_of_way(20, 100, -20), share_of_way(100, 20, 80)
    (-0.5, 0.25)
    """
    return (current - start) / (target - start) if target != start else np.nan


def share_of_plan(actual: list[float], plan: list[float]) -> float:
    """Sum of what was done over sum of what was planned for the same intervals; NaN without a plan."""
    planned = float(np.sum(plan))
    return float(np.sum(actual)) / planned if planned else np.nan
