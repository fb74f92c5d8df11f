"""How far along the way to a dated target. Signed and never clamped: going backwards shows."""

from collections.abc import Sequence

import numpy as np

from workbench.statistics.rows import plain

ON_PLAN, NEAR_PLAN = 0.9, 0.75  # share of the plan from which it is on plan, and near it
SUBSTANTIAL, MODERATE = 0.95, 0.6  # growth over what is required (Statistics Canada; Open SDG's defaults)


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


def shares_of_running_plan(actual: Sequence[float], plan: Sequence[float]) -> np.ndarray:
    """Share of plan up to each interval, for plans and results of single intervals.

    Parameters
    ----------
    actual, plan : sequence of float
        One an interval; NaN where not reported. An interval counts once both are.

    Returns
    -------
    ndarray
        NaN before the first reported interval and where the plan so far is nought.

    Examples
    --------
    >>> shares_of_running_plan([220, 240, 200], [250, 250, 250]).round(2).tolist()
    [0.88, 0.92, 0.88]
    """
    done, planned = np.asarray(actual, float), np.asarray(plan, float)
    reported = ~np.isnan(done + planned)
    return shares_of_total_plan(
        np.cumsum(np.where(reported, done, 0.0)), np.cumsum(np.where(reported, planned, 0.0))
    )


def shares_of_total_plan(actual: Sequence[float], plan: Sequence[float]) -> np.ndarray:
    """Share of plan at each interval, for plans and results that are totals to date; NaN where the plan is nought."""
    done, planned = np.asarray(actual, float), np.asarray(plan, float)
    return np.divide(done, planned, out=np.full(done.shape, np.nan), where=planned != 0)


def plan_word(share: float) -> str:
    """``on plan`` from 0.9, ``near plan`` from 0.75, else ``off plan``; empty where not known.

    Half-open, so that a share of 0.895 has a word: in the published rule "75 to 89, 90 and more" it has none.
    """
    if np.isnan(share):
        return ""
    return "on plan" if share >= ON_PLAN else "near plan" if share >= NEAR_PLAN else "off plan"


def required_slope(current, target, left) -> float | np.ndarray:
    """Change that each of the intervals left must bring to reach a level; NaN when none is left. Numbers or arrays."""
    way, steps = np.broadcast_arrays(np.asarray(target, float) - current, left)
    return plain(np.divide(way, steps, out=np.full(way.shape, np.nan), where=steps > 0))


def required_path(start: float, target: float, steps: int) -> np.ndarray:
    """Levels of the straight way, the start first and the target last: ``steps`` + 1 of them."""
    return np.linspace(start, target, steps + 1) if steps > 0 else np.array([float(target)])


def share_of_required_slope(start: float, current: float, target: float, passed: int, left: int) -> float:
    """Observed change for each interval over that which is required of each interval of the whole way.

    Preferred to the ratio of growth rates: it is defined for every sign and for a base of nought.
    """
    required = required_slope(start, target, passed + left)
    return (current - start) / passed / required if passed > 0 and required else np.nan


def growth_ratio(
    base: float, current: float, target: float, base_year: float, year: float, target_year: float
) -> float:
    """Yearly growth since the base year over the yearly growth that the target requires, towards it.

    The ratio of compound annual growth rates of Open SDG (Statistics Canada's method 2). It rests on two points and
    has no uncertainty.

    Returns
    -------
    float
        1 on pace, below 0 when moving away. NaN where growth rates do not exist: a base or target of nought (which
        Open SDG replaces by 0.001), values of different signs, no time passed, no time between base and target,
        or a target that is the base.

    Examples
    --------
    >>> round(growth_ratio(100, 80, 50, 2015, 2020, 2030), 4)
    0.9665
    """
    passed, whole = year - base_year, target_year - base_year
    if not (passed > 0 and whole > 0 and base * target > 0 and base * current > 0 and base != target):
        return np.nan
    required = (target / base) ** (1 / whole) - 1
    return float(((current / base) ** (1 / passed) - 1) / required)


def growth_word(ratio: float, current: float, target: float, direction: str) -> str:
    """Open SDG's words for a growth ratio; a level that already meets the target is achieved.

    One of ``target achieved``, ``substantial progress`` (from 0.95), ``moderate progress`` (from 0.6),
    ``limited progress`` (from 0), ``deterioration``; empty where the ratio is not known.
    """
    sign = {"increase": 1, "decrease": -1}.get(direction, np.nan)
    if sign * (current - target) >= 0:
        return "target achieved"
    if np.isnan(ratio) or np.isnan(sign):
        return ""
    if ratio < 0:
        return "deterioration"
    return (
        "substantial progress"
        if ratio >= SUBSTANTIAL
        else "moderate progress"
        if ratio >= MODERATE
        else "limited progress"
    )
