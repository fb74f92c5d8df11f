"""Did it get slower or faster: the period against the one before and the same of last year."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import NO_DATA, VALUE
from workbench.statistics.compared_waits import Comparison, compare
from workbench.statistics.percentiles import enough_for
from workbench.statistics.resampling import Contrast

FEW_CASES, NOT_REACHED = "few cases", "median not reached"
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
    "n",
    "n_before",
    "method",
    "lacking",
    "verdict",
    "state",
    "cells",
]


def comparison(cohort: Cohort) -> pd.DataFrame:
    """One row a comparison, in calendar days; none with cases that an extract knows because they waited long.

    Returns
    -------
    DataFrame
        interval, comparison (``previous`` or ``last_year``), since (the other interval), difference of
        Kaplan-Meier medians with lower and upper; faster: chance that a random case is faster than one of
        before; within: the same chance for two cases of one kind (both to a thousandth
        for people); p90: difference of 90th percentiles, from 50 cases in both; same_mix: the difference of medians at the earlier mix of case attributes; mix:
        what the change of mix adds; covered: share of earlier cases whose kind still occurs (to a twentieth for
        people); p: of the test that the verdict rests on; n, n_before; lacking: what it would take to
        tell; verdict.
    """
    period = cohort.period
    others = {"previous": period.previous()}
    if period.frequency != "year":
        others["last_year"] = period.same_last_year()
    known = {each for each in cohort.intervals if not cohort.of_interval(each)["entered"].any()}
    rows = [
        _row(cohort, name, str(other)) for name, other in others.items() if {str(period), str(other)} <= known
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict_of(found: Comparison | None) -> Verdict:
    """The word for a comparison, which rests on one test (docs/decisions/0013).

    Slower and faster need a chance of being faster, within kinds of case where they are known, whose interval
    leaves out one half, and a difference of medians in the same direction. Otherwise, where the medians
    clearly differ and so does what the mix adds, it is a change of case mix only.
    """
    if found is None or (found.difference.lower is None and found.difference.upper is None):
        return Verdict.CANT_TELL
    slower = found.test.value is not None and found.test.value < 0.5
    if found.test.leaves_out(0.5) and _is_so(found.difference, slower):
        return Verdict.SLOWER if slower else Verdict.FASTER
    if found.difference.is_clear and found.mix is not None and found.mix.is_clear:
        return Verdict.MIX_ONLY
    return Verdict.CANT_TELL if found.difference.value is None else Verdict.NO_CLEAR_CHANGE


def p_of(found: Comparison | None, verdict: Verdict) -> float | None:
    """P of what the verdict claims: of the test or, of a change of mix only, that medians and mix both changed."""
    if found is None or verdict == Verdict.CANT_TELL:
        return None
    if verdict != Verdict.MIX_ONLY:
        return found.test.p
    both = found.difference.p, found.mix.p
    return None if None in both else max(both)


def _is_so(difference: Contrast, slower: bool) -> bool:
    """Whether the medians say the same. One that is not reached must clearly do so: only its bound is told."""
    if difference.is_open:
        return difference.is_clear and slower == (difference.lower is not None and difference.lower > 0)
    return difference.value > 0 if slower else difference.value < 0


def _row(cohort: Cohort, name: str, since: str) -> dict:
    interval = str(cohort.period)
    now, before = (cohort.of_interval(each) for each in (interval, since))
    enough = enough_for(min(len(now), len(before)), 0.5)
    found = None
    if enough:
        waits = (cohort.waits(cases) for cases in (now, before))
        found = compare(*waits, confidence=cohort.confidence)
    verdict = verdict_of(found)
    lacking = "" if verdict != Verdict.CANT_TELL else NOT_REACHED if enough else FEW_CASES
    cells = [f"{each}|submitted" for each in (interval, since)]
    return {
        "interval": interval,
        "comparison": name,
        "since": since,
        **_numbers(found, cohort),
        "p": _or_missing(p_of(found, verdict)),
        "n": len(now),
        "n_before": len(before),
        "method": "chance of being faster within kinds, weeks resampled",
        "lacking": lacking,
        "verdict": str(verdict),
        "state": VALUE if enough else NO_DATA,
        "cells": cells,
    }


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
