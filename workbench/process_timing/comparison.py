"""Did it get slower or faster: the period against the one before and the same of last year."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.closed_by import COLUMNS as SHARES
from workbench.process_timing.compared.closed_by import UNTOLD, ClosedBy, closed_by, horizon, of_few
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.process_timing.rounding import Rounding
from workbench.statistics.compared_waits import Comparison, compare
from workbench.statistics.percentiles import enough_for
from workbench.statistics.resampling import Contrast

FEW_CASES, NOT_REACHED = "few cases", "median not reached"
METHOD = "chance of being faster within kinds, weeks resampled"
COLUMNS = [
    "interval",
    "comparison",
    "since",
    "difference",
    "lower",
    "upper",
    "p",
    "faster",
    "faster_lower",
    "faster_upper",
    "within",
    "within_lower",
    "within_upper",
    "p90",
    "p90_lower",
    "p90_upper",
    "same_mix",
    "same_mix_lower",
    "same_mix_upper",
    "mix",
    "mix_lower",
    "mix_upper",
    "covered",
    "horizon_days",
    *SHARES,
    "n",
    "n_before",
    "method",
    "lacking",
    "verdict",
    "state",
    "cells",
]


def comparison(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a comparison, in calendar days; none with cases that an extract knows because they waited long.

    Returns
    -------
    DataFrame
        interval, comparison (``previous`` or ``last_year``), since (the other interval), difference of
        Kaplan-Meier medians with lower and upper; faster: chance that a random case is faster than one of
        before; within: the same chance for two cases of one kind (both to a thousandth
        for people); p90: difference of 90th percentiles, from 50 cases in both; same_mix: the difference of medians at
        the earlier mix of case attributes; mix: what the change of mix adds; covered: share of earlier cases whose
        kind still occurs (to a twentieth for people); horizon_days: how long both are followed (see
        ``closed_by``; missing where all are to their end); where a median or a limit of the difference is not
        reached, closed_by, closed_by_before: the shares closed by the horizon, and closed_by_difference with
        closed_by_lower and closed_by_upper (in steps for people); p: of the test
        that the verdict rests on; n, n_before; lacking: what it would take to tell; verdict.
    """
    period = cohort.period
    others = {"previous": period.previous()}
    if period.frequency != "year":
        others["last_year"] = period.same_last_year()
    known = {each for each in cohort.intervals if not cohort.of_interval(each)["entered"].any()}
    pairs = {name: str(other) for name, other in others.items() if {str(period), str(other)} <= known}
    rows = [_row(cohort, counts, name, other) for name, other in pairs.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict_of(found: Comparison | None) -> Verdict:
    """The word for a comparison, which rests on one test (docs/decisions/0013).

    Slower and faster need a chance of being faster, within kinds of case where they are known, whose interval
    leaves out one half, and a difference of medians, or else of the shares closed by the horizon, in the same direction.
    Otherwise, where the medians clearly differ and so does what the mix adds, it is a change of case mix only.
    """
    longer = None if found is None else _longer(found)
    if longer is None:
        return Verdict.CANT_TELL
    slower = found.test.value is not None and found.test.value < 0.5
    if found.test.leaves_out(0.5) and (longer > 0 if slower else longer < 0):
        return Verdict.SLOWER if slower else Verdict.FASTER
    if found.difference.is_clear and found.mix is not None and found.mix.is_clear:
        return Verdict.MIX_ONLY
    return Verdict.NO_CLEAR_CHANGE


def p_of(found: Comparison | None, verdict: Verdict) -> float | None:
    """P of what the verdict claims: of the test or, of a change of mix only, that medians and mix both changed."""
    if found is None or verdict == Verdict.CANT_TELL:
        return None
    if verdict != Verdict.MIX_ONLY:
        return found.test.p
    both = found.difference.p, found.mix.p
    return None if None in both else max(both)


def _longer(found: Comparison) -> float | None:
    """How much longer it takes, above 0, by what tells the size: the medians or, with a limit that is open, the shares.

    None where neither can be told. Whether they can must not depend on what the test finds.
    """
    if not found.difference.is_open:
        return found.difference.value
    return None if found.ended is None else -found.ended.difference.value


def _row(cohort: Cohort, counts: Counts, name: str, since: str) -> dict:
    interval = str(cohort.period)
    sides = [cohort.of_interval(each) for each in (interval, since)]
    sizes = [len(cases) for cases in sides]
    enough = enough_for(min(sizes), 0.5)
    days = horizon(cohort, sides) if enough else None
    found = _found(cohort, sides, days) if enough else None
    verdict = verdict_of(found)
    shares = _shares(found, sizes, cohort.rounding)
    cells = [
        counts.cell(f"{each}|submitted", size) for each, size in zip((interval, since), sizes, strict=True)
    ]
    for each, size, count in zip((interval, since), sizes, shares.counts, strict=False):
        cells.append(counts.cell(f"{each}|closed by {days:g} days, compared", count, size))
    return {
        "interval": interval,
        "comparison": name,
        "since": since,
        **_numbers(found, cohort),
        "horizon_days": _or_missing(days),
        **shares.columns,
        "p": _or_missing(p_of(found, verdict)),
        "n": sizes[0],
        "n_before": sizes[1],
        "method": METHOD,
        "lacking": "" if verdict != Verdict.CANT_TELL else NOT_REACHED if enough else FEW_CASES,
        "verdict": str(verdict),
        "state": VALUE if enough else NO_DATA,
        "cells": cells,
    }


def _found(cohort: Cohort, sides: Sequence[pd.DataFrame], days: float | None) -> Comparison:
    """The comparison, without shares that are those of a few people."""
    waits = (cohort.waits(cases) for cases in sides)
    found = compare(*waits, horizon=days, confidence=cohort.confidence)
    if found.ended is None or days is None:
        return replace(found, ended=None)
    hides = of_few(found.ended, [len(cases) for cases in sides], cohort.rounding)
    return replace(found, ended=None) if hides else found


def _shares(found: Comparison | None, sizes: Sequence[int], rounding: Rounding) -> ClosedBy:
    """Shares closed by the horizon, where the medians do not tell the size."""
    if found is None or found.ended is None or not found.difference.is_open:
        return UNTOLD
    return closed_by(found.ended, sizes, rounding)


def _covered(share: float | None, cohort: Cohort) -> float | None:
    """The share, to a twentieth where the source is about people: what is not covered may be few."""
    return share if share is None or cohort.rounding.is_exact else round(20 * share) / 20


def _numbers(found: Comparison | None, cohort: Cohort) -> dict[str, float]:
    nothing = Contrast(None, None, None)
    contrasts = {
        "faster": found and found.faster,
        "within": found and found.faster_within,
        "p90": found and found.p90,
        "same_mix": found and found.same_mix,
        "mix": found and found.mix,
    }
    difference = found.difference if found else nothing
    values = {"difference": difference.value, "lower": difference.lower, "upper": difference.upper}
    values["covered"] = _covered(found.covered, cohort) if found else None
    for name, contrast in contrasts.items():
        one = contrast or nothing
        limits = {name: one.value, f"{name}_lower": one.lower, f"{name}_upper": one.upper}
        is_chance = name in ("faster", "within")
        values |= {
            each: cohort.rounding.chance(value) if is_chance else value for each, value in limits.items()
        }
    return {name: _or_missing(value) for name, value in values.items()}


def _or_missing(value: float | None) -> float:
    return np.nan if value is None else value
