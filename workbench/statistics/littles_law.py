"""Little's law, L = lambda W, measured over a window, and whether it may be used there (Little 1961).

In a window of length T the identity ``lambda W (closed / opened) = L - ageing`` holds exactly, where W is the mean
time of the cases closed in it and ``ageing`` is the rise of the total age of open cases over T. So the law holds as
far as two things are small: the drift of the number of open cases and their ageing, the conditions of Little and
Graves 2008.
"""

from dataclasses import dataclass

import numpy as np

TOLERANCE = 0.1  # share by which drift or ageing may put the law out


@dataclass(frozen=True)
class LittlesLaw:
    """The terms of the law over a window, each measured by itself.

    Parameters
    ----------
    opened, closed : int
        Cases opened and closed in the window, its first instant left out and its last counted.
    wip_at_start, wip_at_end : int
        Cases open at either end.
    mean_wip : float
        L: the number of open cases, averaged over the window's time.
    arrivals : float
        lambda: cases opened per unit of time.
    mean_time : float or None
        W: mean time from start to end of the cases closed in the window; None where none closed.
    ageing : float
        Rise of the total age of open cases over the length of the window, in cases like L: positive where
        old cases are left lying.
    """

    opened: int
    closed: int
    wip_at_start: int
    wip_at_end: int
    mean_wip: float
    arrivals: float
    mean_time: float | None
    ageing: float

    @property
    def drift(self) -> int:
        """Cases open at the end less those open at the start, which is opened less closed."""
        return self.wip_at_end - self.wip_at_start

    @property
    def product(self) -> float | None:
        """Lambda times W, to be set beside L."""
        return None if self.mean_time is None else self.arrivals * self.mean_time

    @property
    def may_be_used(self) -> bool:
        """Whether drift is at most a tenth of the cases closed, and ageing at most a tenth of L."""
        few_drift = abs(self.drift) <= TOLERANCE * self.closed
        return bool(self.closed and few_drift and abs(self.ageing) <= TOLERANCE * self.mean_wip)


def littles_law(starts, ends, *, since: float, until: float) -> LittlesLaw:
    """Measure L, lambda and W over the window from ``since`` to ``until``.

    Parameters
    ----------
    starts, ends : array_like of float
        Start and end of each case on one time scale (working days, say); the end is missing where the case is open.
        Cases opened before the window belong here with their own start, or L is too small.
    since, until : float
        The window; what happens after ``until`` is taken as not known yet.

    Returns
    -------
    LittlesLaw
    """
    assert since < until, (since, until)
    starts, ends = _cases(starts, ends)
    opened, closed = (starts > since) & (starts <= until), (ends > since) & (ends <= until)
    inside = np.clip(np.minimum(ends, until) - np.maximum(starts, since), 0, None)
    length = until - since
    at_start, at_end = wip(starts, ends, [since, until])
    return LittlesLaw(
        opened=int(opened.sum()),
        closed=int(closed.sum()),
        wip_at_start=int(at_start),
        wip_at_end=int(at_end),
        mean_wip=float(inside.sum() / length),
        arrivals=float(opened.sum() / length),
        mean_time=float((ends - starts)[closed].mean()) if closed.any() else None,
        ageing=(_total_age(starts, ends, until) - _total_age(starts, ends, since)) / length,
    )


def wip(starts, ends, at) -> np.ndarray:
    """Work in progress at each time: cases opened by then less cases closed by then.

    Parameters
    ----------
    starts, ends : array_like of float
        As of :func:`littles_law`.
    at : array_like of float

    Returns
    -------
    array of int
    """
    starts, ends = _cases(starts, ends)
    opened = np.searchsorted(np.sort(starts), at, side="right")
    return opened - np.searchsorted(np.sort(ends), at, side="right")


def _cases(starts, ends) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends as numbers, an open case ending never, in an order of their own: sums differ by it."""
    starts, ends = np.asarray(starts, float), np.asarray(ends, float)
    ends = np.where(np.isnan(ends), np.inf, ends)
    assert (starts <= ends).all(), "a start is missing or after its end"
    order = np.lexsort((ends, starts))
    return starts[order], ends[order]


def _total_age(starts: np.ndarray, ends: np.ndarray, at: float) -> float:
    return float((at - starts[(starts <= at) & (ends > at)]).sum())
