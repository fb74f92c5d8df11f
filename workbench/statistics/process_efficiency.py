"""How much of the time work takes is work: process cycle efficiency, activity ratio, cycle time efficiency.

Sources: George, Lean Six Sigma, 2002 (process cycle efficiency); Lashkevich et al. 2022, arXiv
2212.01392 (cycle time efficiency and what it would be without a cause of waiting).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Times:
    """A time of each case, and the clock it was read from.

    Parameters
    ----------
    values : array of float, an element a case
        Any unit, the same in numerator and denominator; NaN where not known.
    clock : str
        Its name: ``calendar`` or the name of a working calendar.
    """

    values: np.ndarray
    clock: str


@dataclass(frozen=True)
class Efficiency:
    """A ratio of times.

    Parameters
    ----------
    ratio : float or None
        Sum over the cases by sum over the cases: of all the time that passed, the part that was work.
    median : float or None
        Median of the cases' own ratios: what a case in the middle sees.
    n : int
        Cases that both rest on: both times known and some time passed.
    left_out : int
        Cases without one of the times, or of no length.
    clock : str
    """

    ratio: float | None
    median: float | None
    n: int
    left_out: int
    clock: str


def process_cycle_efficiency(value_added: Times, lead: Times) -> Efficiency:
    """Value-added time over lead time.

    Parameters
    ----------
    value_added : Times
        Time in the steps that someone has declared to add value; touch time of the others is not in it.
    lead : Times

    Raises
    ------
    ValueError
        When the two are read from different clocks, differ in number of cases, are negative, or when
        more value was added than time passed.
    """
    return _efficiency(value_added, lead, "value-added time")


def activity_ratio(touch: Times, lead: Times) -> Efficiency:
    """Touch time of all steps over lead time.

    Parameters
    ----------
    touch : Times
        Length of the union of a case's work intervals, not their sum.
    lead : Times

    Raises
    ------
    ValueError
        As :func:`process_cycle_efficiency`.
    """
    return _efficiency(touch, lead, "touch time")


def _efficiency(part: Times, lead: Times, name: str) -> Efficiency:
    if part.clock != lead.clock:
        raise ValueError(
            f"{name} is read from the clock {part.clock!r} and lead time from {lead.clock!r}: "
            "read both from the same, or the ratio means nothing."
        )
    above, below = np.asarray(part.values, float), np.asarray(lead.values, float)
    if above.shape != below.shape:
        raise ValueError(f"{name} is of {above.size} cases and lead time of {below.size}.")
    wrong = (above < 0) | (above > below * (1 + 1e-12))
    if wrong.any():
        raise ValueError(
            f"{name} is negative or longer than the lead time in {wrong.sum()} of {wrong.size} cases."
        )
    known = ~np.isnan(above) & (below > 0)
    above, below = above[known], below[known]
    ratio = float(above.sum() / below.sum()) if known.any() else None
    median = float(np.median(above / below)) if known.any() else None
    return Efficiency(ratio, median, int(known.sum()), int((~known).sum()), part.clock)


def cycle_time_efficiency(processing: float, waiting: float) -> float | None:
    """Processing time over processing and waiting time, sums over all cases; None without either.

    It is not the activity ratio: time in which a case is worked on twice counts twice here.
    """
    return processing / (processing + waiting) if processing + waiting > 0 else None


def efficiency_without(
    processing: float, waiting: float, parts: Mapping[str, float]
) -> dict[str, float | None]:
    """Cycle time efficiency if one cause of waiting were gone, for each cause.

    Parameters
    ----------
    processing, waiting : float
        Sums over all cases, from one clock.
    parts : mapping of str to float
        Waiting time by cause, or by step; each at most ``waiting``.

    Returns
    -------
    dict
        ``processing / (processing + waiting - part)``: an upper bound on what removing the cause
        gives, since other waits can take its place.

    Raises
    ------
    ValueError
        When a part is negative or more than the whole.
    """
    for name, part in parts.items():
        if not 0 <= part <= waiting:
            raise ValueError(f"{name} is {part:g} of {waiting:g} waited: a part is between 0 and the whole.")
    return {name: cycle_time_efficiency(processing, waiting - part) for name, part in parts.items()}
