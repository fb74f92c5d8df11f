"""One change in a series of weeks: whether there is one, when, and how large."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.ranks import ranks
from workbench.statistics.resampling import SEED
from workbench.statistics.survival import medians

FEWEST_AT_ENDS = 6  # weeks before and after a change
FEWEST_WEEKS = 24
REPLICATES = 999
_RUN_IN = 50
_MOST_ALIKE = 0.9
_ON_THE_SAFE_SIDE = 1.28  # standard errors: the upper limit of nine in ten
_FOLLOWED = 2.0  # a week counts when its cases were followed this many times the usual wait
_CELLS = 1_000_000  # numbers held at once


@dataclass(frozen=True)
class ChangePoint:
    """A test of one change. All but ``weeks`` is None where there are too few weeks.

    Parameters
    ----------
    weeks : int
        Weeks with a level.
    first, earliest, latest : int or None
        Place in the series of the first week after the change, and of the weeks between which it lies with
        the confidence asked for.
    size, lower, upper : float or None
        Level after less level before (Hodges and Lehmann 1963), with interval.
    p : float or None
        Of no change.
    autocorrelation : float or None
        How alike weeks that follow each other were taken to be.
    """

    weeks: int
    first: int | None = None
    earliest: int | None = None
    latest: int | None = None
    size: float | None = None
    lower: float | None = None
    upper: float | None = None
    p: float | None = None
    autocorrelation: float | None = None


def weekly_medians(durations, observed, weeks, followed=None) -> tuple[np.ndarray, np.ndarray]:
    """The Kaplan-Meier median wait of the cases of each week.

    Parameters
    ----------
    durations, observed : array_like
        As of :func:`workbench.statistics.survival.kaplan_meier`.
    weeks : array_like of int
        The week in which each case began.
    followed : array_like, optional
        How long each case could have been seen, ended or not. Without it a week was followed for the longest
        wait of its cases that have not ended; some of these may have left for other reasons.

    Returns
    -------
    weeks : array of int
        From the first to the last, none left out.
    medians : array of float
        Missing where a week has no cases, or its cases were followed for less than twice the median of all:
        of such weeks only the quick ones would show. One that is not reached although waits lasted so
        long counts as the longest.
    """
    durations, observed, weeks = np.asarray(durations, float), np.asarray(observed, bool), np.asarray(weeks)
    every = np.arange(weeks.min(), weeks.max() + 1)
    place = weeks - every[0]
    enough = _FOLLOWED * medians(durations, observed, np.zeros_like(place), 1)[0]
    longest = _most(place, durations, every.size)
    if followed is None:  # without end where all have ended
        reach = _most(place[~observed], durations[~observed], every.size)
        reach = np.where(np.isnan(reach), np.inf, reach)
    else:
        reach = -_most(place, -np.asarray(followed, float), every.size)
    found = medians(durations, observed, place, every.size)
    found = np.where(np.isinf(found), np.where(longest >= enough, longest, np.nan), found)
    return every, np.where((reach >= enough) & np.isfinite(enough), found, np.nan)


def _most(place: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """The largest value at each place; missing where there is none."""
    most = np.full(size, np.nan)
    np.fmax.at(most, place, values)
    return most


def change_point(
    levels, *, confidence: float = 0.95, replicates: int = REPLICATES, seed: int = SEED
) -> ChangePoint:
    """Test a series of weeks for one change of level at an unknown week (Pettitt 1979; Hawkins and Deng 2010).

    The statistic is the largest of Mann and Whitney's between the weeks before and those after, over all weeks
    with six on both sides; standardised, because a change in the latest weeks is not found otherwise. Weeks
    that follow each other are alike, and would look like a change: p is from series without a change
    that are as alike, a first-order autoregression of resampled remainders (sieve bootstrap:
    Bühlmann 1997). How alike is read with the change taken out, without the bias of so short a series
    (Kendall 1954, here with two means) and its upper limit of nine in ten is taken, because it
    is itself estimated. Where the change lies and how large it is comes from such series with the fitted change put
    in (Hušková and Kirch 2008); the size's interval is the basic one, because the week that looks most
    like a change was looked for. A steady drift is not a change, but has a small p as well.

    Parameters
    ----------
    levels : array_like of float
        One for each week in order, such as the median wait or its logarithm; missing weeks are left out.
    confidence : float
    replicates : int
    seed : int
        Of the random numbers: the same seed gives the same bytes.

    Returns
    -------
    ChangePoint
        Only ``weeks`` where fewer than 24 have a level.
    """
    levels = np.asarray(levels, float)
    known = np.flatnonzero(np.isfinite(levels))
    if known.size < FEWEST_WEEKS:
        return ChangePoint(known.size)
    levels = levels[known]
    first, size = _fitted(levels)
    left = np.concatenate([levels[:first], levels[first:] - size])
    alike = _autocorrelation(left)
    made = _unchanged(np.random.default_rng(seed), left, alike, replicates)
    p = _p(_excursions(ranks(levels)).max(), made)
    made[:, first:] += size
    places, sizes = _all_fitted(made)
    tail = (1 - confidence) / 2
    week = [int(known[int(place)]) for place in (first, *_quantiles(places, tail))]
    least, most = _quantiles(sizes, tail)
    return ChangePoint(known.size, *week, size, 2 * size - most, 2 * size - least, p, alike)


def _quantiles(values, tail: float) -> tuple[float, float]:
    lower, upper = np.quantile(np.asarray(values, float), [tail, 1 - tail], method="inverted_cdf")
    return float(lower), float(upper)


def _excursions(ranked: np.ndarray) -> np.ndarray:
    """Mann and Whitney's standardised distance at each place where a change may be, along the last axis."""
    n = ranked.shape[-1]
    before = np.arange(FEWEST_AT_ENDS, n - FEWEST_AT_ENDS + 1)
    sums = np.cumsum(ranked - (n + 1) / 2, axis=-1)[..., before - 1]
    return np.abs(sums) / np.sqrt(before * (n - before) * (n + 1) / 12)


def _fitted(levels: np.ndarray) -> tuple[int, float]:
    """Place of the first week after the likeliest change, and the size of the change."""
    places, sizes = _all_fitted(levels[None])
    return int(places[0]), float(sizes[0])


def _all_fitted(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same of many series, a row each; those that change at the same week are measured together."""
    places = _excursions(ranks(series)).argmax(axis=1) + FEWEST_AT_ENDS
    sizes = np.empty(len(series))
    for first in np.unique(places):
        own = np.flatnonzero(places == first)
        for part in np.array_split(own, -(-own.size * series.shape[1] ** 2 // _CELLS)):
            after, before = series[part, first:], series[part, :first]
            sizes[part] = _medians((after[:, :, None] - before[:, None, :]).reshape(part.size, -1))
    return places, sizes


def _medians(values: np.ndarray) -> np.ndarray:
    """The median of each row of known numbers, whose order changes."""
    half = values.shape[1] // 2
    values.partition(half, axis=1)
    upper = values[:, half]
    return upper if values.shape[1] % 2 else (values[:, :half].max(axis=1) + upper) / 2


def _autocorrelation(left: np.ndarray) -> float:
    """How alike weeks in a row are, on the safe side; 0 where all are the same."""
    n, apart = left.size, left - left.mean()
    spread = (apart**2).sum()
    if spread == 0:
        return 0.0
    found = (apart[1:] * apart[:-1]).sum() / spread
    likely = float(np.clip((found + 2 / n) / (1 - 4 / n), 0.0, _MOST_ALIKE))
    return float(min(likely + _ON_THE_SAFE_SIDE * np.sqrt((1 - likely**2) / n), _MOST_ALIKE))


def _unchanged(rng: np.random.Generator, left: np.ndarray, alike: float, times: int) -> np.ndarray:
    """Series as alike as the weeks that have no change, a row each."""
    apart = left - left.mean()
    news = apart[1:] - alike * apart[:-1]
    drawn = rng.choice(news - news.mean(), (times, _RUN_IN + left.size))
    for week in range(1, drawn.shape[1]):
        drawn[:, week] += alike * drawn[:, week - 1]
    return drawn[:, _RUN_IN:]


def _p(largest: float, made: np.ndarray) -> float:
    ranked = made.argsort(axis=1).argsort(axis=1) + 1.0
    beyond = (_excursions(ranked).max(axis=1) >= largest - 1e-9).sum()
    return float((beyond + 1) / (len(made) + 1))
