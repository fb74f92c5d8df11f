"""The tabular CUSUM chart: sums of distances from a target, which show small shifts and date them.

Sources: E. S. Page 1954; D. C. Montgomery, Introduction to Statistical Quality Control, 2009, section 9.1;
head start: J. M. Lucas and R. B. Crosier 1982.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbench.statistics.nhs_rules import sides
from workbench.statistics.xmr import MONTGOMERY, Gaps, chart

SLACK = 0.5  # sigmas: half the shift to be found
DECISION = 5.0  # sigmas: about one false alarm in 465 points


def cusum_chart(
    values: Sequence[float],
    *,
    target: float | None = None,
    sigma: float | None = None,
    slack: float = SLACK,
    decision: float = DECISION,
    head_start: float = 0.0,
    baseline: Sequence[bool] | None = None,
    phases: Sequence[int] | None = None,
    screen: bool = False,
    gaps: Gaps = "break",
) -> pd.DataFrame:
    """Upper sums max(0, y - (T + K) + C) and lower sums max(0, (T - K) - y + C) of every point.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing: such a point has no sums, and those before it are carried on.
    target : float, optional
        T; the mean of each phase's baseline when left out.
    sigma : float, optional
        Standard deviation; each baseline's average moving range / 1.128 when left out.
    slack, decision, head_start : float
        K, H and the sums that a phase starts with, in sigmas. A head start of half of H finds a process that
        is off from the start sooner.
    baseline, phases, screen, gaps
        See :func:`workbench.statistics.xmr.chart`.

    Returns
    -------
    DataFrame
        One row a point: ``phase``, ``mean`` (T), ``sigma``, ``n``, ``upper_sum``, ``lower_sum``, ``limit`` (H),
        all in the unit of the series; ``upper_n``, ``lower_n``: points since the sum was last 0; ``high``: 1 or -1
        where the upper or lower sum is above H, else 0; ``since``: where it is not 0, place of the
        first point since the sum was 0, which dates the change, else -1.

    Raises
    ------
    ValueError
        When slack is negative, or the head start is negative or not below the decision.

    Notes
    -----
    Without a spread there is no H and no signal. Should both sums be above H, the one farther above speaks.
    Sums are not set back after a signal.
    """
    _check(slack, decision, head_start)
    series = np.asarray(values, float)
    lines = chart(series, baseline=baseline, phases=phases, screen=screen, constant=MONTGOMERY, gaps=gaps)
    centre = lines["mean"].to_numpy() if target is None else np.full(len(series), float(target))
    spread = lines["sigma"].to_numpy() if sigma is None else np.full(len(series), float(sigma))
    phase, away = lines["phase"].to_numpy(), series - centre
    upper, upper_n, upper_first = _sums(away - slack * spread, head_start * spread, phase)
    lower, lower_n, lower_first = _sums(-away - slack * spread, head_start * spread, phase)
    limit = np.where(spread > 0, decision * spread, np.nan)
    high = _high(upper, lower, limit)
    since = np.select([high > 0, high < 0], [upper_first, lower_first], -1)
    sums = {"upper_sum": upper, "lower_sum": lower, "limit": limit, "upper_n": upper_n, "lower_n": lower_n}
    own = {"phase": phase, "mean": centre, "sigma": spread, "n": lines["n"]}
    return pd.DataFrame({**own, **sums, "high": high, "since": since})


def _check(slack: float, decision: float, head_start: float) -> None:
    if slack < 0 or not 0 <= head_start < decision:
        got = f"slack={slack:g}, decision={decision:g}, head_start={head_start:g}"
        raise ValueError(f"slack is 0 or more and the head start from 0 to below the decision, got {got}.")


def _sums(
    steps: np.ndarray, start: np.ndarray, phase: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums that never fall below 0, points since they were 0, and the first of these points."""
    sums = np.full(len(steps), np.nan)
    count, first = np.zeros(len(steps), int), np.full(len(steps), -1)
    for number in np.unique(phase):
        own = np.flatnonzero((phase == number) & ~np.isnan(steps))
        total, length, since = start[own[0]] if len(own) else 0.0, 0, -1
        for place in own:
            total = max(0.0, total + steps[place])
            since = place if length == 0 else since
            length = length + 1 if total > 0 else 0
            sums[place], count[place], first[place] = total, length, since if length else -1
    return sums, count, first


def _high(upper: np.ndarray, lower: np.ndarray, limit: np.ndarray) -> np.ndarray:
    above, below = sides(upper, limit) == 1, sides(lower, limit) == 1
    farther = np.where(np.nan_to_num(upper) >= np.nan_to_num(lower), 1, -1)
    return np.where(above & below, farther, above.astype(int) - below)
