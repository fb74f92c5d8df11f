"""Whether a series changed when something was done: interrupted time series.

Sources: A. K. Wagner, S. B. Soumerai, F. Zhang and D. Ross-Degnan, J. Clinical Pharmacy and Therapeutics 27, 2002
(segments); J. Lopez Bernal, S. Cummins and A. Gasparrini, International J. Epidemiology 46, 2017 (harmonics, counts
with an offset); P. McCullagh and J. A. Nelder, Generalized Linear Models, 1989, section 4.5 and chapter 6
(dispersion). Nothing is said with fewer than eight intervals on either side, a rule of thumb.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from workbench.statistics.newey_west import (
    UNKNOWN,
    Errors,
    Estimate,
    Regression,
    lags_for,
    newey_west,
    noise_inflation,
)
from workbench.statistics.quasi_poisson import quasi_poisson

FLOOR = 8  # known intervals before, and after
FURTHEST = 120  # intervals that a change is waited for
POWER = 0.8
_TERMS = 4  # intercept, slope, change of level, change of slope


@dataclass(frozen=True)
class Missing:
    """How many more known intervals are needed on each side before anything is said; nought where there are enough."""

    before: int
    after: int

    @property
    def any(self) -> bool:
        """Whether anything is missing."""
        return self.before > 0 or self.after > 0


@dataclass(frozen=True)
class Change:
    """What changed at the start, against what would have been expected without.

    Parameters
    ----------
    missing : Missing
        Where anything is, all estimates are unknown.
    level : Estimate
        At once, in the unit of the series; for counts a factor, and then ``p`` is of "it is 1".
    slope : Estimate
        Of the slope, for each interval; for counts a factor.
    effect : Estimate
        Value at the last interval less the counterfactual; for counts their ratio.
    average : Estimate
        Of that effect over the known intervals after; for counts the geometric mean of the ratios. It is surer than
        the effect at the last interval, which carries the slope the whole way.
    counterfactual : Estimate
        Expected at the last interval without the change; for counts with the exposure of that interval.
    expected, fitted : ndarray
        The counterfactual and the fit at each interval; empty where anything is missing.
    harmonics : int
        Pairs of yearly waves in the model.
    lags : int
        Of the errors.
    dispersion : float
        Of counts, by Pearson: 1 for Poisson counts. NaN for values.
    """

    missing: Missing
    level: Estimate = UNKNOWN
    slope: Estimate = UNKNOWN
    effect: Estimate = UNKNOWN
    average: Estimate = UNKNOWN
    counterfactual: Estimate = UNKNOWN
    expected: np.ndarray = field(default_factory=lambda: np.empty(0))
    fitted: np.ndarray = field(default_factory=lambda: np.empty(0))
    harmonics: int = 0
    lags: int = 0
    dispersion: float = np.nan


def missing(values: Sequence[float], start: int) -> Missing:
    """What is missing before anything can be said.

    Parameters
    ----------
    values : sequence of float
        In time order; NaN where missing.
    start : int
        Place of the first interval after the change.
    """
    known = ~np.isnan(np.asarray(values, float))
    return Missing(max(0, FLOOR - int(known[:start].sum())), max(0, FLOOR - int(known[start:].sum())))


def change_of_values(
    values: Sequence[float],
    start: int,
    season: int = 0,
    confidence: float = 0.95,
    errors: Errors = "adjusted",
) -> Change:
    """Change of level and slope by least squares with Newey and West's errors.

    Parameters
    ----------
    values : sequence of float
        In time order, one an interval; NaN where missing.
    start : int
        Place of the first interval after the change.
    season : int
        Intervals in a year where the series is seasonal, else 0: adds yearly waves where two full years are
        known, and lags of a year.
    confidence : float
        Of the two-sided intervals.
    errors : {'adjusted', 'plain'}
        Newey and West's errors adjusted for short series, or as published: those find a change where there is none
        in up to 19 of 100 series of noise.
    """
    short = missing(values, start)
    if short.any:
        return Change(short)
    series = np.asarray(values, float)
    pairs = harmonics(series, season)
    x = design(len(series), start, season, pairs)
    lags = lags_for(int((~np.isnan(series)).sum()), season if pairs else 0)
    found = newey_west(x, series, lags)
    without = _without(x)
    return Change(
        short,
        *_effects(found, x, ~np.isnan(series), confidence, errors),
        counterfactual=found.estimate(without[-1], confidence, errors),
        expected=without @ found.coefficients,
        fitted=x @ found.coefficients,
        harmonics=pairs,
        lags=lags,
    )


def change_of_counts(
    counts: Sequence[float],
    start: int,
    exposure: Sequence[float] | None = None,
    season: int = 0,
    confidence: float = 0.95,
    errors: Errors = "adjusted",
) -> Change:
    """Change of level and slope of counts, or of rates by their exposure, as factors: quasi-Poisson.

    Parameters
    ----------
    counts : sequence of float
        Not below 0; NaN where missing. Where one side has none but noughts there is no factor to tell.
    start, season, confidence
        As for ``change_of_values``.
    exposure : sequence of float, optional
        Above 0: people, miles or days that the counts are of; 1 each where not given.
    errors : {'adjusted', 'plain'}
        Allowing for neighbours that move together, or those of the dispersion alone, which do not.

    Raises
    ------
    ValueError
        Where a count is below 0 or an exposure not above 0.
    """
    short, series = missing(counts, start), np.asarray(counts, float)
    if short.any or not (np.nansum(series[:start]) and np.nansum(series[start:])):
        return Change(short)
    size = np.ones(len(series)) if exposure is None else np.asarray(exposure, float)
    pairs = harmonics(series, season)
    x = design(len(series), start, season, pairs)
    found = quasi_poisson(x, series, size)
    without = _without(x)
    counterfactual = _factor(found.regression.estimate(without[-1], confidence, errors))
    return Change(
        short,
        *(_factor(part) for part in _effects(found.regression, x, ~np.isnan(series), confidence, errors)),
        counterfactual=_times(counterfactual, size[-1]),
        expected=size * np.exp(without @ found.regression.coefficients),
        fitted=size * np.exp(x @ found.regression.coefficients),
        harmonics=pairs,
        lags=found.regression.lags,
        dispersion=found.dispersion,
    )


def harmonics(series: np.ndarray, season: int) -> int:
    """Pairs of yearly waves: none without two full known years, one with two, two with three."""
    if season < 3:
        return 0
    years = int((~np.isnan(series)).sum()) // season
    return max(0, min(years - 1, 2, (season - 1) // 2))


def design(length: int, start: int, season: int = 0, pairs: int = 0) -> np.ndarray:
    """Intercept, slope, change of level, change of slope (intervals since the start), and yearly waves."""
    place = np.arange(length, dtype=float)
    after = (place >= start).astype(float)
    columns = [np.ones(length), place, after, (place - start) * after]
    for pair in range(1, pairs + 1):
        angle = 2 * np.pi * pair * place / season
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def _without(x: np.ndarray) -> np.ndarray:
    """The design as if nothing had changed."""
    return np.hstack([x[:, :2], np.zeros((len(x), 2)), x[:, _TERMS:]])


def _effects(
    found: Regression, x: np.ndarray, known: np.ndarray, confidence: float, errors: Errors
) -> tuple[Estimate, ...]:
    """Change of level, of slope, and what both make at the last interval and on average since the start."""
    level, slope = np.eye(x.shape[1])[2:_TERMS]
    middle = x[known & (x[:, 2] == 1), 3].mean()
    parts = (level, slope, level + x[-1, 3] * slope, level + middle * slope)
    return tuple(found.estimate(part, confidence, errors) for part in parts)


def _factor(log: Estimate) -> Estimate:
    bounds = np.exp([log.value, log.lower, log.upper])
    return Estimate(float(bounds[0]), float(bounds[0] * log.error), float(bounds[1]), float(bounds[2]), log.p)


def _times(found: Estimate, size: float) -> Estimate:
    scaled = (float(size * part) for part in (found.value, found.error, found.lower, found.upper))
    return Estimate(*scaled)


def periods_needed(
    values: Sequence[float], start: int, size: float, season: int = 0, power: float = POWER
) -> float:
    """How many more intervals until a change of level of the registered size could be seen.

    Parameters
    ----------
    values : sequence of float
        So far, in time order; NaN where missing. Logarithms for a size that is the logarithm of a factor.
    start : int
        Place of the first interval after the change; it may lie ahead.
    size : float
        Of the change of level, in the unit of the values.
    season : int
        As for ``change_of_values``.
    power : float
        Probability with which a change of that size is to be found at 5 %.

    Returns
    -------
    float
        0 where it could be seen already; infinite where not within 120 intervals: with few intervals before the
        start their own slope is too much in doubt. NaN with too few before to know their spread.

    Notes
    -----
    The smallest number of intervals with at least eight on each side for which the size is at least
    (t(0.975) + t(power)) s sqrt(f v): the minimum detectable effect of H. S. Bloom, Evaluation Review 19, 1995.
    s is the spread around the line before the start, f the inflation of their long-run variance, v the diagonal
    element of the change of level in the inverse of X'X.
    """
    series = np.asarray(values, float)
    before = series[:start]
    if missing(values, start).before or size == 0:
        return np.nan
    spread = _spread_before(before, season)
    for more in range(FURTHEST + 1):
        length = len(series) + more
        known = np.concatenate([~np.isnan(series), np.ones(more, bool)])
        if known[start:].sum() >= FLOOR and abs(size) >= _detectable(
            length, known, start, season, spread, power
        ):
            return float(more)
    return np.inf


def _spread_before(before: np.ndarray, season: int) -> float:
    """Spread around the line before the start, widened for neighbours that move together."""
    pairs = harmonics(before, season)
    x = np.delete(design(len(before), len(before), season, pairs), [2, 3], axis=1)
    lags = lags_for(int((~np.isnan(before)).sum()), season if pairs else 0)
    found = newey_west(x, before, lags)
    variance = np.nansum(found.residuals**2) / found.freedom
    return float(np.sqrt(variance * noise_inflation(found.residuals, lags)))


def _detectable(
    length: int, known: np.ndarray, start: int, season: int, spread: float, power: float
) -> float:
    """The smallest change of level that would be found with that power."""
    pairs = harmonics(np.where(known, 0.0, np.nan), season)
    x = design(length, start, season, pairs)[known]
    freedom = len(x) - x.shape[1]
    variance = np.linalg.inv(x.T @ x)[2, 2]
    return float((stdtrit(freedom, 0.975) + stdtrit(freedom, power)) * spread * np.sqrt(variance))
