"""Whether a series repeats itself within the year, and the series without that repetition.

Sources: W. H. Kruskal and W. A. Wallis 1952 (rank test of the season); R. A. Fisher 1925 (F test); classical
decomposition by a centred moving average, e.g. R. J. Hyndman and G. Athanasopoulos, Forecasting, 2021, section 3.4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr

FULL_YEARS = 2  # of data before a season can be told from chance
# Level of the two tests together by seasons in a year. Measured on steady series of two to four years of months
# and four of quarters: 4 and 3 of 100 are called seasonal; at one level for both it would be 4 and 8.
SIGNIFICANT = {12: 0.05, 4: 0.01}


@dataclass(frozen=True)
class Season:
    """The yearly pattern of a series.

    Parameters
    ----------
    p : float
        Of "the seasons do not differ"; NaN where it cannot be tested.
    effects : dict of int to float
        A season (month 1-12, quarter 1-4): how far it lies above the year's level. Sums to zero.
        Empty where the pattern is not significant.
    """

    p: float
    effects: dict[int, float]

    @property
    def found(self) -> bool:
        """Whether the series is seasonal."""
        return bool(self.effects)


def level(values: Sequence[float], cycle: int) -> np.ndarray:
    """Centred moving average over one whole cycle; the ends hold the nearest average.

    Its missing points are left out of the averages; a stretch without any value stays missing.
    """
    series = np.asarray(values, float)
    weights = np.ones(cycle + 1)
    weights[[0, -1]] = 0.5
    known = ~np.isnan(series)
    if len(series) <= cycle:
        return np.full(len(series), series[known].mean() if known.any() else np.nan)
    total = np.convolve(np.where(known, series, 0.0), weights, "valid")
    share = np.convolve(known.astype(float), weights, "valid")
    middle = np.divide(total, share, out=np.full(len(total), np.nan), where=share > 0)
    before = cycle // 2
    return np.pad(middle, (before, len(series) - len(middle) - before), mode="edge")


def season(values: Sequence[float], seasons: Sequence[int], cycle: int) -> Season:
    """The yearly pattern of a series, where there is one.

    Parameters
    ----------
    values : sequence of float
        In time order, one an interval; NaN where missing.
    seasons : sequence of int
        The season of each interval.
    cycle : int
        Seasons in a year: 12 or 4.

    Notes
    -----
    Needs two full years and two values of every season. The level is taken out first, so that a shift
    or a trend is not read as a season. Two tests with Bonferroni: ranks do not see a single month that is far
    off, nor any season in two years; the F test trusts in normal values.
    """
    series, label = np.asarray(values, float), np.asarray(seasons, int)
    away = series - level(series, cycle)
    known = ~np.isnan(away)
    parts = [away[known & (label == number)] for number in range(1, cycle + 1)]
    if known.sum() < FULL_YEARS * cycle or min(map(len, parts)) < FULL_YEARS:
        return Season(np.nan, {})
    p = min(1.0, 2 * min(kruskal_wallis(parts), f_test(parts)))
    if not p < SIGNIFICANT[cycle]:
        return Season(p, {})
    means = np.array([part.mean() for part in parts])
    centred = means - means.mean()
    return Season(p, {number: float(effect) for number, effect in enumerate(centred, start=1)})


def kruskal_wallis(parts: Sequence[np.ndarray]) -> float:
    """p value of the Kruskal-Wallis rank test, ties corrected; 1 when all values are equal."""
    together = np.concatenate(parts)
    if np.ptp(together) <= 1e-9 * np.abs(together).max(initial=0.0):
        return 1.0
    _, place, ties = np.unique(together, return_inverse=True, return_counts=True)
    ranks = np.split((np.cumsum(ties) - (ties - 1) / 2)[place], np.cumsum([len(part) for part in parts])[:-1])
    n = len(together)
    between = sum(part.sum() ** 2 / len(part) for part in ranks)
    h = 12 / (n * (n + 1)) * between - 3 * (n + 1)
    untied = 1 - (ties.astype(float) ** 3 - ties).sum() / (n**3 - n)
    return float(chdtrc(len(parts) - 1, h / untied))


def f_test(parts: Sequence[np.ndarray]) -> float:
    """p value of the F test of "all parts have one mean"; 1 when all values are equal."""
    together = np.concatenate(parts)
    if np.ptp(together) <= 1e-9 * np.abs(together).max(initial=0.0):
        return 1.0
    between = sum(len(part) * (part.mean() - together.mean()) ** 2 for part in parts)
    within = sum(((part - part.mean()) ** 2).sum() for part in parts)
    above, below = len(parts) - 1, len(together) - len(parts)
    noise = max(float(within), 1e-12 * float(between)) / below
    return float(fdtrc(above, below, between / above / noise))


def lag1(values: Sequence[float]) -> float:
    """Autocorrelation of neighbouring intervals; pairs with a missing point are left out.

    NaN for a constant series and for fewer than three points.
    """
    series = np.asarray(values, float)
    away = series - np.nanmean(series) if (~np.isnan(series)).any() else series
    spread = np.nansum(away**2)
    scale = np.nanmax(np.abs(series), initial=0.0)
    if (~np.isnan(series)).sum() < 3 or spread <= (1e-9 * scale) ** 2 * len(series):
        return np.nan
    return float(np.nansum(away[1:] * away[:-1]) / spread)


def autocorrelated(values: Sequence[float], alpha: float = 0.01) -> bool:
    """Whether neighbouring intervals move together more than chance allows.

    One-sided normal test of the lag-1 autocorrelation, whose mean under independence is -1/n and whose
    variance is 1/n (M. S. Bartlett 1946). Limits from moving ranges are too narrow where it holds.
    """
    n = int((~np.isnan(np.asarray(values, float))).sum())
    found = lag1(values)
    return bool(not np.isnan(found) and ndtr(-(found + 1 / n) * np.sqrt(n)) < alpha)
