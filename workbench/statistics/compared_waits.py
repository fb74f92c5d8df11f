"""Did waits get longer or shorter: two periods compared, open cases included."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from workbench.statistics.drawn_curves import Curves, counts_by_block, medians_of_draws, parts
from workbench.statistics.percentiles import enough_for
from workbench.statistics.resampling import (
    REPLICATES,
    SEED,
    Blocks,
    Contrast,
    Waits,
    contrast,
    draws_of_blocks,
)

FEWEST = 10  # cases followed to a horizon, or that ended within it


@dataclass(frozen=True)
class Ended:
    """What share of the waits of now and of before ended within a horizon, and the difference: below 0 is slower."""

    shares: tuple[float, float]
    difference: Contrast


@dataclass(frozen=True)
class Comparison:
    """How one period's waits differ from another's. A difference is now less before: positive is slower.

    Parameters
    ----------
    difference : Contrast
        Of the medians.
    p90 : Contrast or None
        Of the 90th percentiles; None where a period has fewer than 50 cases.
    restricted_mean : Contrast
        Of the mean times waited within ``horizon``.
    horizon : float
        How long both are followed. In the mean longer waits count as this long; for the chances two waits that are
        both longer are a tie.
    faster : Contrast
        Chance that a random case of now is faster than one of before, ties half; its interval is of the
        chance itself and its p of one half.
    faster_within : Contrast or None
        The same chance for two cases of one kind. None without kinds.
    same_mix : Contrast or None
        The difference of medians with this period's kinds of case weighted as they were before.
    mix : Contrast or None
        What the change of mix adds: ``difference - same_mix``.
    covered : float or None
        Share of the earlier cases whose kind also occurs now.
    ended : Ended or None
        Within the horizon; None where fewer than ten of a period did, or the blocks are too few for limits.
    """

    difference: Contrast
    p90: Contrast | None
    restricted_mean: Contrast
    horizon: float
    faster: Contrast
    faster_within: Contrast | None = None
    same_mix: Contrast | None = None
    mix: Contrast | None = None
    covered: float | None = None
    ended: Ended | None = None

    @property
    def test(self) -> Contrast:
        """The one test of whether waits changed: the chance of being faster, within kinds where there are."""
        return self.faster if self.faster_within is None else self.faster_within


def compare(
    now: Waits,
    before: Waits,
    *,
    horizon: float | None = None,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Comparison:
    """Compare two periods' waits: percentiles, mean, chance of being faster, and the same at the earlier mix.

    Percentiles and means are read from Kaplan-Meier curves, so that open cases count as waiting. The
    chance of being faster is the area of one curve over the other (Efron 1967) up to the horizon: two waits
    that are both longer are a tie. Without open cases it is Mann and Whitney's.
    Within kinds it is the mean of the kinds' chances, weighted by ``n1 n2 / (n1 + n2)`` (van Elteren 1960). For
    the same mix, this period's cases are weighted so that each kind has the share it had
    before (direct standardisation). Kinds that do not occur in both periods are left out of these
    two, and ``covered`` says how much is left.

    Parameters
    ----------
    now, before : Waits
        Neither empty; ``strata`` in both or in neither.
    horizon : float, optional
        To which both periods are compared, see :class:`Comparison`; without it :func:`common_horizon`. The tail of
        a curve rests on the few cases that were followed so long: where many are open, a horizon to which more
        were makes the chances surer.
    confidence : float
    replicates : int
        Draws of weeks.
    seed : int
        Of the random numbers: the same seed gives the same bytes.

    Returns
    -------
    Comparison
    """
    sides = tuple(_Side.of(waits.ordered(), replicates, seed + k) for k, waits in enumerate((now, before)))
    horizon = common_horizon(now, before) if horizon is None else horizon
    read = partial(contrast, confidence=confidence, blocks=Blocks.of(now, before))
    median, p90, mean, shares, chance = _plain(*sides, horizon)
    enough = enough_for(min(now.durations.size, before.durations.size), 0.9)
    found = Comparison(
        read(median),
        read(p90) if enough else None,
        read(mean),
        horizon,
        read(chance, null=0.5),
        ended=_ended(now, before, horizon, shares, read),
    )
    if now.strata is None or before.strata is None:
        return found
    same_mix, covered = _at_same_mix(*sides)
    return replace(
        found,
        faster_within=read(_faster_within(*sides, horizon), null=0.5),
        same_mix=read(same_mix),
        mix=read(_less(median, same_mix)),
        covered=covered,
    )


def common_horizon(now: Waits, before: Waits) -> float:
    """The longest time to which at least ten cases of each period were followed.

    A period of which every case has ended is followed to the end.
    """
    return float(min(_followed(now), _followed(before)))


def _ended(now: Waits, before: Waits, horizon: float, shares: np.ndarray, read) -> Ended | None:
    """The shares of now and before, a column each; None where they are of few, or have no limits."""
    fewest = min((waits.observed & (waits.durations <= horizon)).sum() for waits in (now, before))
    difference = read(shares[:, 0] - shares[:, 1])
    return None if fewest < FEWEST or difference.is_open else Ended(tuple(shares[0].tolist()), difference)


def _followed(waits: Waits) -> float:
    longest = np.sort(waits.durations)
    if waits.observed[waits.durations == longest[-1]].all():
        return longest[-1]
    return longest[-min(FEWEST, longest.size)]


@dataclass(frozen=True)
class _Side:
    """One period: its cases in order, the block of each, and how often each block is drawn."""

    waits: Waits
    block: np.ndarray
    draws: np.ndarray

    @classmethod
    def of(cls, waits: Waits, replicates: int, seed: int) -> "_Side":
        names, block = np.unique(waits.blocks, return_inverse=True)
        return cls(waits, block, draws_of_blocks(names.size, replicates, seed))

    def of_kind(self, kind: int) -> "_Side":
        own, waits = self.waits.strata == kind, self.waits
        kept = Waits(waits.durations[own], waits.observed[own], waits.blocks[own])
        return _Side(kept, self.block[own], self.draws)

    def until(self, horizon: float) -> "_Side":
        """The same cases as seen when each had waited for so long."""
        waits, ended = self.waits, self.waits.durations <= horizon
        seen = replace(waits, durations=np.minimum(waits.durations, horizon), observed=waits.observed & ended)
        return replace(self, waits=seen)

    def sizes(self) -> np.ndarray:
        """How many cases each draw has."""
        return self.draws @ np.bincount(self.block, minlength=self.draws.shape[1])

    def places_in(self, kinds: np.ndarray) -> np.ndarray:
        """The place of each case's kind in a rising list of all."""
        return np.searchsorted(kinds, self.waits.strata)

    def sizes_of(self, kinds: np.ndarray) -> np.ndarray:
        """How many cases of each kind each draw has."""
        place = self.block * kinds.size + self.places_in(kinds)
        cells = np.bincount(place, minlength=self.draws.shape[1] * kinds.size)
        return self.draws @ cells.reshape(-1, kinds.size)

    def weighted(self, kinds: np.ndarray, factors: np.ndarray) -> "_Side":
        """The same cases with those of each kind counted so many times in each draw, by block and kind."""
        names, cell = np.unique(self.block * kinds.size + self.places_in(kinds), return_inverse=True)
        block, kind = np.divmod(names, kinds.size)
        return replace(self, block=cell, draws=self.draws[:, block] * factors[:, kind])

    def counts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The times at which something happens; of each block, how many waits end at each and how many last as long."""
        times, place = np.unique(self.waits.durations, return_inverse=True)
        blocks = self.draws.shape[1]
        return times, *counts_by_block(self.block, place, self.waits.observed, (blocks, times.size))


def _curves(now: _Side, before: _Side) -> Iterator[tuple[Curves, Curves]]:
    """The curves of both periods, so many draws at a time that memory stays small."""
    counts = now.counts(), before.counts()
    products = max(ended.size for _, ended, _ in counts)
    for draws in zip(parts(now.draws, products), parts(before.draws, products), strict=True):
        yield tuple(Curves.of(drawn, *count) for drawn, count in zip(draws, counts, strict=True))


def _plain(now: _Side, before: _Side, horizon: float) -> list[np.ndarray]:
    """Differences of median, 90th percentile and restricted mean, both shares ended, and the chance of being faster."""
    found = []
    for here, there in _curves(now, before):
        differences = [_less(here.first_below(q), there.first_below(q)) for q in (0.5, 0.1)]
        mean = here.mean(horizon) - there.mean(horizon)
        shares = np.column_stack([curves.ended_by(horizon) for curves in (here, there)])
        found.append([*differences, mean, shares, _chance(here, there, horizon)])
    return [np.concatenate(rows) for rows in zip(*found, strict=True)]


def _less(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Difference, missing where both are infinite."""
    with np.errstate(invalid="ignore"):
        return values - others


def _chance(here: Curves, there: Curves, horizon: float = np.inf) -> np.ndarray:
    """Area of one curve over the other; waits longer than both are followed are ties."""
    until = np.minimum(np.minimum(here.known, there.known), horizon)
    fell = here.survival[:, :-1] - here.survival[:, 1:]
    after, before = (np.searchsorted(there.times, here.times, side=side) for side in ("right", "left"))
    later = there.survival.take(after, axis=1)
    if (after > before).any():  # a tie counts half
        later = (later + there.survival.take(before, axis=1)) / 2
    won = np.einsum("rt,rt,rt->r", fell, later, (here.times <= until[:, None]).astype(float))
    return won + here.at(until) * there.at(until) / 2


def _faster(now: _Side, before: _Side) -> np.ndarray:
    """Chance that a case of now ends first, for each draw."""
    return np.concatenate([_chance(*curves) for curves in _curves(now, before)])


def _faster_within(now: _Side, before: _Side, horizon: float) -> np.ndarray:
    """Chance of being faster within kinds, for each draw; missing where no kind occurs in both periods."""
    now, before = now.until(horizon), before.until(horizon)
    total, weight = np.zeros(len(now.draws)), np.zeros(len(now.draws))
    for kind in np.intersect1d(now.waits.strata, before.waits.strata):
        here, there = now.of_kind(kind), before.of_kind(kind)
        own = here.sizes() * there.sizes() / np.maximum(here.sizes() + there.sizes(), 1)
        total += own * _faster(here, there)
        weight += own
    with np.errstate(invalid="ignore"):
        return total / weight


def _at_same_mix(now: _Side, before: _Side) -> tuple[np.ndarray, float]:
    """Difference of medians at the earlier mix, and the share of earlier cases whose kind still occurs."""
    kinds = np.unique(np.concatenate([now.waits.strata, before.waits.strata]))
    size_now, size_before = (side.sizes_of(kinds) for side in (now, before))
    shared = (size_now > 0) & (size_before > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.where(shared, size_before / size_now, 0.0), shared.astype(float)
    medians = [
        _medians(side.weighted(kinds, each)) for side, each in zip((now, before), factors, strict=True)
    ]
    return _less(*medians), float((size_before[0] * shared[0]).sum() / size_before[0].sum())


def _medians(side: _Side) -> np.ndarray:
    """Kaplan-Meier median of each draw."""
    return medians_of_draws(side.draws, *side.counts())
