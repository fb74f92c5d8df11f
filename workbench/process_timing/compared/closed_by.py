"""What share of the cases of two periods was closed by a day to which both are followed, as it may be published."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import DAY, Cohort
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.times.restricted import STEP
from workbench.statistics.compared_waits import FEWEST, Ended

FOLLOWED = 0.3  # of the cases of each period, at least
COLUMNS = ("closed_by", "closed_by_before", "closed_by_difference", "closed_by_lower", "closed_by_upper")
_CLOSE = 1e-9


@dataclass(frozen=True)
class ClosedBy:
    """Shares of two periods as columns of a row, with their difference and its limits, and the counts they are worth."""

    columns: dict[str, float]
    counts: tuple[int, ...]


UNTOLD = ClosedBy(dict.fromkeys(COLUMNS, np.nan), ())


def horizon(cohort: Cohort, sides: Sequence[pd.DataFrame]) -> float | None:
    """How long the cases of two periods are followed; None where they are of the period in which they were closed."""
    seen = cohort.cube.definition["as_of_instant"]
    ages = ((seen - cases["start"].to_numpy()) / DAY for cases in sides)
    return None if cohort.kind == "closed" else horizon_of(*ages)


def horizon_of(*ages: np.ndarray) -> float:
    """The most days, in steps of 5, for which three in ten of the cases of each period, and ten, could be followed.

    It depends on when cases came, not on how they fared. Beyond it a curve rests on so few that it is unsure.

    Parameters
    ----------
    *ages : array of float
        Of each period, days from the submission of each case to the day on which it is seen; ten cases or more.
    """
    followed = (np.sort(each)[-max(FEWEST, ceil(FOLLOWED * each.size))] for each in ages)
    return float(min(followed) // STEP * STEP)


def of_few(ended: Ended, sizes: Sequence[int], rounding: Rounding) -> bool:
    """Whether the shares would tell of a few people that they were closed by the horizon, or that they were not."""
    counts = _counts(ended, sizes)
    rests = [n - count for count, n in zip(counts, sizes, strict=True)]
    return not rounding.is_exact and bool(rounding.few([*counts, *rests]))


def closed_by(ended: Ended, sizes: Sequence[int], rounding: Rounding) -> ClosedBy:
    """The shares as published: of people those of rounded counts, limits moved with the difference and rounded outwards.

    Limits that are rounded by themselves would leave a case or two for the counts (see ``outcomes``).
    """
    counts, found = _counts(ended, sizes), ended.difference
    if rounding.is_exact:
        return _told((*ended.shares, found.value, found.lower, found.upper), counts)
    counts = [rounding.nearest_of(count, n) for count, n in zip(counts, sizes, strict=True)]
    now, before = (count / n for count, n in zip(counts, sizes, strict=True))
    step, moved = rounding.base / min(sizes), now - before - found.value
    lower = np.floor((found.lower + moved) / step + _CLOSE) * step
    upper = np.ceil((found.upper + moved) / step - _CLOSE) * step
    return _told((now, before, now - before, max(lower, -1.0), min(upper, 1.0)), counts)


def _told(numbers: Sequence[float], counts: Sequence[int]) -> ClosedBy:
    return ClosedBy(dict(zip(COLUMNS, map(float, numbers), strict=True)), tuple(counts))


def _counts(ended: Ended, sizes: Sequence[int]) -> list[int]:
    return [round(share * n) for share, n in zip(ended.shares, sizes, strict=True)]
