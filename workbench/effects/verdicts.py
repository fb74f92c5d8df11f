"""The result of an action in words, and what is advised: one documented rule.

======================================================  ==========================  ================
the 95 % interval of the average effect                 result                      advice
======================================================  ==========================  ================
registered after it began                               described, not tested       not tested
fewer than eight values since                           too early                   can't tell yet
fewer than eight values before                          can't tell yet              can't tell yet
lies wholly on the expected side of nought              moved as expected           keep
lies wholly on the other side                           moved the other way         stop
holds nought and leaves out the registered size         no clear change             change
holds nought and the registered size, or none was said  no clear change             can't tell yet
any of these, with another action at the same time      the same                    can't tell yet
======================================================  ==========================  ================
"""

from dataclasses import dataclass, replace

import numpy as np

from workbench.effects.effect import Effect
from workbench.findings.model import Verdict

KEEP, CHANGE, STOP, WAIT = "keep", "change", "stop", "can't tell yet"
NOT_TESTED = "not tested"
FAINT, LESS = "faint", "less_than_registered"  # caveats


@dataclass(frozen=True)
class Result:
    """What became of an action.

    Parameters
    ----------
    verdict : Verdict
    advice : str
        ``keep``, ``change``, ``stop``, ``can't tell yet`` or ``not tested``.
    more : float
        Intervals that are still needed; 0 for none, missing where more would not help or it is not known.
    caveats : tuple of str
    """

    verdict: Verdict
    advice: str
    more: float = 0.0
    caveats: tuple[str, ...] = ()


def result(
    found: Effect, sign: int, size: float, needed: float, *, late: bool = False, together: bool = False
) -> Result:
    """The result by the rule of this file.

    Parameters
    ----------
    found : Effect
    sign : int
        Which way it was to move: 1 or -1; 0 where that was not said, and then it is never as expected.
    size : float
        How far, raw; missing where it was not said.
    needed : float
        More intervals until that size could be seen; infinite where it never could.
    late : bool
        Whether it was registered after it began: what was expected may have been written knowing the figures.
    together : bool
        Whether another action was at work at the same time: neither is to be kept or stopped for what both did.
    """
    if late:
        return Result(Verdict.DESCRIBED, NOT_TESTED, np.nan)
    alone = _of_interval(found, sign, size, needed)
    return replace(alone, advice=WAIT) if together else alone


def _of_interval(found: Effect, sign: int, size: float, needed: float) -> Result:
    faint = (FAINT,) if np.isinf(needed) else ()
    if found.missing.before:
        return Result(Verdict.CANT_TELL, WAIT, np.nan)
    if found.missing.after:
        more = max(found.missing.after, needed) if np.isfinite(needed) else found.missing.after
        return Result(Verdict.TOO_EARLY, WAIT, float(more), faint)
    low, high = sorted((sign * found.average.lower, sign * found.average.upper))
    if sign and low > 0:
        less = (LESS,) if not np.isnan(size) and high < size else ()
        return Result(Verdict.AS_EXPECTED, KEEP, caveats=less)
    if sign and high < 0:
        return Result(Verdict.OTHER_WAY, STOP)
    if sign and high < size:
        return Result(Verdict.NO_CLEAR_CHANGE, CHANGE)
    return Result(Verdict.NO_CLEAR_CHANGE, WAIT, float(needed) if np.isfinite(needed) else np.nan, faint)
