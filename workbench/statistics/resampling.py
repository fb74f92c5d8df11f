"""Two periods' waiting times compared by resampling whole weeks, open cases included.

Cases of one week share staff, rules and weather, so weeks are drawn, not cases (block
bootstrap: Efron and Tibshirani 1993, chapter 8).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

REPLICATES = 999
SEED = 20_260_101
_CELLS = 4_000_000  # numbers held at once by one array
_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Waits:
    """One period's waiting times, an element a case.

    Parameters
    ----------
    durations : array of float
        Time waited until the end, or until last seen.
    observed : array of bool
        Whether the wait ended.
    blocks : array of int
        The week, or other block, that is drawn as a whole.
    strata : array of int, optional
        The kind of case, for a comparison at the same mix.
    """

    durations: np.ndarray
    observed: np.ndarray
    blocks: np.ndarray
    strata: np.ndarray | None = None

    def ordered(self) -> "Waits":
        """The same cases in an order that does not depend on the order they were given in."""
        strata = np.zeros(self.durations.size, int) if self.strata is None else self.strata
        order = np.lexsort((strata, self.blocks, ~self.observed, self.durations))
        return Waits(self.durations[order], self.observed[order], self.blocks[order], strata[order])


@dataclass(frozen=True)
class Contrast:
    """A number that compares two periods: value, interval and p; None where it cannot be said."""

    value: float | None
    lower: float | None
    upper: float | None
    p: float | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the interval, open where a bound is not reached, leaves out 0."""
        return (self.lower is not None and self.lower > 0) or (self.upper is not None and self.upper < 0)


@dataclass(frozen=True)
class Comparison:
    """How one period's waits differ from another's.

    Parameters
    ----------
    difference : Contrast
        Median now less median before: positive is slower.
    same_mix : Contrast or None
        The same difference with this period's kinds of case weighted as they were before.
    mix : Contrast or None
        What the change of mix adds: ``difference - same_mix``.
    faster : Contrast
        Chance that a random case of now is faster than one of before, ties half; its interval is of the
        chance itself and its p of one half.
    covered : float or None
        Share of the earlier cases whose kind also occurs now.
    """

    difference: Contrast
    same_mix: Contrast | None
    mix: Contrast | None
    faster: Contrast
    covered: float | None


def block_counts(blocks: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """How often each case is drawn when whole blocks are drawn with replacement.

    Parameters
    ----------
    blocks : array of int
        The block of each case.
    replicates : int
    seed : int

    Returns
    -------
    array of float, replicates by cases
    """
    names, place = np.unique(blocks, return_inverse=True)
    draws = np.random.default_rng(seed).multinomial(names.size, [1 / names.size] * names.size, replicates)
    return draws.astype(float)[:, place]


def compare(
    now: Waits,
    before: Waits,
    *,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Comparison:
    """Compare two periods' waits: medians, chance of being faster, and the same at the earlier mix.

    Medians are read from Kaplan-Meier curves, so that open cases count as waiting. The chance of
    being faster is the area of one curve over the other (Efron 1967); without open cases it is
    Mann and Whitney's. For the same mix, this period's cases are weighted so that each
    stratum has the share it had before (direct standardisation); strata that do not occur in
    both periods are left out of that comparison, and ``covered`` says how much is left.

    Parameters
    ----------
    now, before : Waits
        Neither empty; ``strata`` in both or in neither.
    confidence : float
    replicates : int
        Draws of weeks.
    seed : int
        Of the random numbers: the same seed gives the same bytes.

    Returns
    -------
    Comparison
    """
    stratified = now.strata is not None and before.strata is not None
    now, before = now.ordered(), before.ordered()
    drawn_now = _with_whole(block_counts(now.blocks, replicates, seed))
    drawn_before = _with_whole(block_counts(before.blocks, replicates, seed + 1))
    plain_now, plain_before = _medians(now, drawn_now), _medians(before, drawn_before)
    difference = _less(plain_now, plain_before)
    faster = _contrast(_faster(now, drawn_now, before, drawn_before), confidence, null=0.5)
    if not stratified:
        return Comparison(_contrast(difference, confidence), None, None, faster, None)
    weights_now, weights_before, covered = _same_mix(now, drawn_now, before, drawn_before)
    at_same_mix = _less(_medians(now, weights_now), _medians(before, weights_before))
    return Comparison(
        _contrast(difference, confidence),
        _contrast(at_same_mix, confidence),
        _contrast(_less(difference, at_same_mix), confidence),
        faster,
        covered,
    )


def _less(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Difference, missing where both are infinite."""
    with np.errstate(invalid="ignore"):
        return values - others


def _with_whole(drawn: np.ndarray) -> np.ndarray:
    """The sample itself as row 0, then the draws."""
    return np.vstack([np.ones(drawn.shape[1]), drawn])


def _same_mix(now: Waits, drawn_now, before: Waits, drawn_before) -> tuple[np.ndarray, np.ndarray, float]:
    """Weights of both periods' cases at the earlier mix, and the share of earlier cases that keep theirs."""
    kinds = np.unique(np.concatenate([now.strata, before.strata]))
    member_now = (now.strata[:, None] == kinds).astype(float)
    member_before = (before.strata[:, None] == kinds).astype(float)
    size_now, size_before = drawn_now @ member_now, drawn_before @ member_before
    shared = (size_now > 0) & (size_before > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(shared, size_before / size_now, 0.0)
    weights_now = drawn_now * (factor @ member_now.T)
    weights_before = drawn_before * (shared.astype(float) @ member_before.T)
    return weights_now, weights_before, float((size_before[0] * shared[0]).sum() / size_before[0].sum())


def _medians(waits: Waits, weights: np.ndarray) -> np.ndarray:
    """Kaplan-Meier median of each row of weights; infinite where it is not reached."""
    times, _ = np.unique(waits.durations, return_index=True)
    medians = []
    for part in _parts(weights, times.size):
        below = _survival(waits, part) <= 0.5 + _TOLERANCE
        medians.append(np.where(below.any(axis=1), times[below.argmax(axis=1)], np.inf))
    return np.concatenate(medians)


def _survival(waits: Waits, weights: np.ndarray) -> np.ndarray:
    """S(t) at each distinct duration, a row for each row of weights. ``waits`` are in order."""
    _, first = np.unique(waits.durations, return_index=True)
    leaving = np.add.reduceat(weights, first, axis=1)
    ended = np.add.reduceat(weights * waits.observed, first, axis=1)
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.cumprod(np.where(at_risk > 0, 1 - ended / at_risk, 1.0), axis=1)


def _faster(now: Waits, drawn_now, before: Waits, drawn_before) -> np.ndarray:
    """Chance that a case of now ends first, for each draw; waits that outlast both curves are ties."""
    grid = np.union1d(now.durations, before.durations)
    answers = []
    parts = zip(_parts(drawn_now, grid.size), _parts(drawn_before, grid.size), strict=True)
    for part_now, part_before in parts:
        here, there = _on_grid(now, part_now, grid), _on_grid(before, part_before, grid)
        fell = -np.diff(here, axis=1)
        later = (there[:, 1:] + there[:, :-1]) / 2  # a tie counts half
        answers.append((fell * later).sum(axis=1) + here[:, -1] * there[:, -1] / 2)
    return np.concatenate(answers)


def _on_grid(waits: Waits, weights: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """S(t) on a common grid of times, with S = 1 before it."""
    curve = np.hstack([np.ones((len(weights), 1)), _survival(waits, weights)])
    index = np.searchsorted(np.unique(waits.durations), grid, side="right")
    return np.hstack([np.ones((len(weights), 1)), curve[:, index]])


def _parts(weights: np.ndarray, width: int) -> list[np.ndarray]:
    """Rows in parts that keep memory small whatever the number of cases."""
    return np.array_split(weights, max(1, len(weights) * max(width, weights.shape[1]) // _CELLS))


def _contrast(draws: np.ndarray, confidence: float, null: float = 0.0) -> Contrast:
    """Value of the sample (row 0) with the percentile interval and p of the draws.

    A draw in which a median is not reached is infinite. One in which both are not reached says
    nothing and could lie on either side.
    """
    value, replicates = draws[0], draws[1:]
    unsaid = np.isnan(replicates)
    tail = (1 - confidence) / 2
    lower = _order_statistic(np.where(unsaid, -np.inf, replicates), tail)
    upper = _order_statistic(np.where(unsaid, np.inf, replicates), 1 - tail)
    if not np.isfinite(value):
        return Contrast(None, _finite(lower), _finite(upper))
    return Contrast(float(value), _finite(lower), _finite(upper), _p_value(value, replicates, null))


def _p_value(value: float, replicates: np.ndarray, null: float) -> float:
    """Two-sided p: the share of draws beyond the null; by their spread where too few are beyond to count."""
    beyond = min((~(replicates > null)).sum(), (~(replicates < null)).sum())
    counted = min(1.0, 2 * (beyond + 1) / (len(replicates) + 1))
    finite = replicates[np.isfinite(replicates)]
    if beyond > 0 or finite.size < len(replicates) or finite.std() == 0:
        return float(counted)
    return float(min(counted, 2 * ndtr(-abs(value - null) / finite.std(ddof=1))))


def _order_statistic(values: np.ndarray, p: float) -> float:
    return float(np.quantile(values, p, method="inverted_cdf"))


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
