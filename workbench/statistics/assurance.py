"""Whether a process, as it runs, can be relied on to meet its target.

Source: NHS England, Making Data Count, assurance icons; as coded in NHSRplotthedots 0.2.2
(strict inequalities, limits of the last rebase group).
"""

import numpy as np

from workbench.statistics.nhs_rules import Direction, sides
from workbench.statistics.rows import plain

PASS = "consistent_pass"
FAIL = "consistent_fail"
INCONSISTENT = "inconsistent"


def assurance(lower, upper, target, direction: Direction) -> str | None | np.ndarray:
    """The target against the process limits.

    Parameters
    ----------
    lower, upper : float or ndarray
        Process limits of the last rebase group; of many series arrays, an entry each.
    target : float or ndarray
        NaN where there is none.
    direction : {'increase', 'decrease', 'neutral'}
        Which way is better.

    Returns
    -------
    str or None, or ndarray of them
        ``consistent_pass`` when every value inside the limits would meet the target,
        ``consistent_fail`` when none would, else ``inconsistent``. None without target, without
        limits, or where neither way is better.

    Notes
    -----
    A target exactly on a limit is ``inconsistent``. A constant series has one value: it passes when
    that value meets the target and fails when it does not.

    Examples
    --------
    >>> assurance(1, 3, 4, "increase"), assurance(1, 3, 4, "decrease"), assurance(1, 5, 4, "increase")
    ('consistent_fail', 'consistent_pass', 'inconsistent')
    """
    low, high, aim = np.broadcast_arrays(*(np.asarray(each, float) for each in (lower, upper, target)))
    against_lower, against_upper = sides(low, aim), sides(high, aim)
    rising = direction == "increase"
    worst, best = (against_lower, against_upper) if rising else (-against_upper, -against_lower)
    constant = sides(low, high) == 0
    passed, failed = np.where(constant, worst >= 0, worst > 0), np.where(constant, worst < 0, best < 0)
    word = np.where(passed, PASS, np.where(failed, FAIL, INCONSISTENT)).astype(object)
    unknown = np.isnan(low) | np.isnan(high) | np.isnan(aim) | (direction == "neutral")
    return plain(np.where(unknown, None, word))


def assurance_of_range(lower: float, upper: float, target_lower: float, target_upper: float) -> str | None:
    """A target range against the process limits: ``consistent_pass`` when they lie inside it.

    Limits that end exactly on the range's end lie inside: a value on the end meets the target.
    """
    if np.isnan([lower, upper, target_lower, target_upper]).any():
        return None
    if _compared(upper, target_lower) < 0 or _compared(lower, target_upper) > 0:
        return FAIL
    inside = _compared(lower, target_lower) >= 0 and _compared(upper, target_upper) <= 0
    return PASS if inside else INCONSISTENT


def _compared(value: float, other: float) -> int:
    return int(sides([value], other)[0])
