"""How much of a stretch of time is covered by intervals, and by which, for many stretches at once."""

import numpy as np

NOTHING = np.iinfo(np.int64).max  # the value of time that no interval covers


class Occupancy:
    """Intervals on several tracks (a person's work, a calendar's open hours), ready to be asked.

    Each track is cut where an interval begins or ends. Between two cuts the lowest value of
    the intervals there is kept, so a question about values is one about a range of cuts; those are
    answered together by a wavelet tree (Grossi, Gupta and Vitter 2003) of the values, weighted by length.

    Parameters
    ----------
    track, start, end, value : array of int, an element an interval
        ``end >= start``; times in any whole unit; ``value`` below ``NOTHING``.
    """

    def __init__(self, track, start, end, value):
        track, start, end, value = (np.asarray(a, np.int64) for a in (track, start, end, value))
        self.times = np.unique(np.concatenate([start, end]))
        first, last = self._key(track, start), self._key(track, end)
        self.keys = np.unique(np.concatenate([first, last]))
        self.track, rank = np.divmod(self.keys, max(self.times.size, 1))
        self.start = self.times[rank]
        lasting = np.append(self.track[1:] == self.track[:-1], False) if self.keys.size else []
        self.end = np.where(lasting, np.roll(self.start, -1), self.start)
        places = np.searchsorted(self.keys, first), np.searchsorted(self.keys, last)
        self.value = lowest_over_ranges(*places, value, self.keys.size)
        self._sums = _WeightBelow(self.value, self.end - self.start)

    def _key(self, track, instant) -> np.ndarray:
        return track * self.times.size + np.searchsorted(self.times, instant)

    def at(self, track, instant) -> tuple[np.ndarray, np.ndarray]:
        """The piece that an instant is in or after, and how far into it (0 before the track's first)."""
        if not self.keys.size:
            return np.zeros(len(track), int), np.zeros(len(track), np.int64)
        rank = np.searchsorted(self.times, instant, "right") - 1
        piece = np.searchsorted(self.keys, track * self.times.size + np.maximum(rank, 0), "right") - 1
        inside = (rank >= 0) & (piece >= 0) & (self.track[piece] == track)
        first = np.minimum(np.searchsorted(self.keys, track * self.times.size), self.keys.size - 1)
        within = np.minimum(instant, self.end[piece]) - self.start[piece]
        return np.where(inside, piece, first), np.where(inside, within, 0)

    def covered(self, track, since, until, at_most=NOTHING - 1) -> np.ndarray:
        """Time between two instants that is covered by an interval with at most the given value.

        Parameters
        ----------
        track, since, until : array of int, an element a question
            ``until >= since``.
        at_most : int or array of int

        Returns
        -------
        array of int
        """
        track, since, until = (np.asarray(a, np.int64) for a in (track, since, until))
        if not self.keys.size:
            return np.zeros(track.size, np.int64)
        limit = np.broadcast_to(np.asarray(at_most, np.int64), track.shape)
        (first, before), (last, beyond) = self.at(track, since), self.at(track, until)
        whole = self._sums(first, np.maximum(last, first), limit)
        part = np.where(self.value[last] <= limit, beyond, 0) - np.where(
            self.value[first] <= limit, before, 0
        )
        return whole + part


def lowest_over_ranges(first, last, value, size: int) -> np.ndarray:
    """At each of ``size`` places the lowest value of the ranges ``[first, last)`` that hold it."""
    kept = last > first
    first, last, value = first[kept], last[kept], value[kept]
    level = np.log2(np.maximum(last - first, 1)).astype(int)
    lowest = np.full(size, NOTHING)
    for height in range(int(level.max(initial=0)), -1, -1):
        of_level, width = level == height, 1 << height
        np.minimum.at(lowest, first[of_level], value[of_level])
        np.minimum.at(lowest, last[of_level] - width, value[of_level])
        if height:  # a range of 2^h is two of 2^(h-1)
            half = width // 2
            lowest[half:] = np.minimum(lowest[half:], lowest[:-half].copy())
    return lowest


class _WeightBelow:
    """Sum of weights over a range of places, of those whose value is at most a limit."""

    def __init__(self, value, weight):
        self.sorted = np.unique(value)
        code = np.searchsorted(self.sorted, value)
        self.levels = []
        for bit in range(int(self.sorted.size).bit_length() - 1, -1, -1):
            low = (code >> bit) & 1 == 0
            lows = np.concatenate([[0], np.cumsum(low)])
            sums = np.concatenate([[0], np.cumsum(np.where(low, weight, 0))])
            self.levels.append((bit, lows, sums))
            order = np.argsort(~low, kind="stable")
            code, weight = code[order], weight[order]

    def __call__(self, first, last, at_most) -> np.ndarray:
        code = np.searchsorted(self.sorted, at_most, "right")
        total = np.zeros(first.size, np.int64)
        for bit, lows, sums in self.levels:
            high = (code >> bit) & 1 == 1
            total += np.where(high, sums[last] - sums[first], 0)
            first = np.where(high, lows[-1] + first - lows[first], lows[first])
            last = np.where(high, lows[-1] + last - lows[last], lows[last])
        return total
