"""First-pass and rolled yield, and percent complete and accurate, with intervals.

Definitions: U.S. EPA, Lean Government Metrics Guide (2009). Interval of a product: recovered from the
intervals of its factors (MOVER: Zou and Donner 2008) on the log scale, the steps taken as independent.
"""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.proportions import checked_counts, share, wilson


@dataclass(frozen=True)
class Yield:
    """A share of work that was right; None where nothing passed.

    Parameters
    ----------
    value, lower, upper : float or None
        As fractions.
    n : int
        Passes it rests on; of a product, those of the step with the fewest.
    """

    value: float | None
    lower: float | None
    upper: float | None
    n: int


def first_pass_yield(clean: int, passes: int, confidence: float = 0.95) -> Yield:
    """Passes of a step without rework over all its passes, with Wilson's interval.

    Parameters
    ----------
    clean : int
        Passes that were neither a repeat of the step nor followed by one.
    passes : int
        All passes of the step.

    Raises
    ------
    ValueError
        When more passes are clean than there are.
    """
    lower, upper = wilson(clean, passes, confidence)
    return Yield(_said(share(clean, passes)), _said(lower), _said(upper), int(passes))


def complete_and_accurate(returned: int, passed_on: int, confidence: float = 0.95) -> Yield:
    """Percent complete and accurate (%C&A) of a step, as a fraction: what the next step can use as it comes.

    From a log, work is not complete or accurate when the next step sends it back: a lower bound
    on faults, since what was corrected without sending it back leaves no trace.

    Parameters
    ----------
    returned : int
        Passes that the next step sent back to this one.
    passed_on : int
        Passes that went on to a next step.
    """
    return first_pass_yield(passed_on - returned, passed_on, confidence)


def rolled_yield(clean, passes, confidence: float = 0.95) -> Yield:
    """Rolled throughput yield, or rolled %C&A: the product of the steps' yields.

    Parameters
    ----------
    clean, passes : array_like of shape (steps,)
        Of each step. A step without passes has no yield, and then the product has none.

    Returns
    -------
    Yield
        A step at 1 narrows neither limit to a point: its own lower limit counts. With a step at 0 the product is
        0 and its upper limit the lowest of those steps' upper limits.
    """
    clean, passes = checked_counts(clean, passes)
    fewest = int(passes.min()) if passes.size else 0
    if not fewest:
        return Yield(None, None, None, fewest)
    each, (lower, upper) = clean / passes, wilson(clean, passes, confidence)
    value = float(each.prod())
    if value == 0:
        return Yield(0.0, 0.0, float(upper[each == 0].min()), fewest)
    with np.errstate(divide="ignore"):
        down = float(np.sqrt((np.log(each / lower) ** 2).sum()))
        up = float(np.sqrt((np.log(upper / each) ** 2).sum()))
    return Yield(value, value * float(np.exp(-down)), min(1.0, value * float(np.exp(up))), fewest)


def _said(value) -> float | None:
    return None if np.isnan(value) else float(value)
