"""Did it get slower or faster: the period against the one before and the same of last year."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import NO_DATA, VALUE
from workbench.statistics.percentiles import enough_for
from workbench.statistics.resampling import Comparison, Contrast, compare

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
    """One row a comparison, in calendar days.

    Returns
    -------
    DataFrame
        interval, comparison (``previous`` or ``last_year``), since (the other interval), difference of
        Kaplan-Meier medians with lower, upper and p; faster: chance that a random case is faster
        than one of before; same_mix: the difference at the earlier mix of case attributes; mix:
        what the change of mix adds; covered: share of earlier cases whose kind still occurs (to a twentieth for people); n,
        n_before; lacking: what it would take to tell; verdict.
    """
    period = cohort.period
    others = {"previous": period.previous()}
    if period.frequency != "year":
        others["last_year"] = period.same_last_year()
    known = set(cohort.intervals)
    rows = [_row(cohort, name, str(other)) for name, other in others.items() if str(other) in known]
    return pd.DataFrame(rows, columns=COLUMNS)


def verdict_of(found: Comparison | None) -> Verdict:
    """The word for a comparison.

    Slower and faster need an interval that leaves out 0. Where the interval at the same mix does not,
    and what the mix adds does, it is a change of case mix only.
    """
    if found is None or (found.difference.lower is None and found.difference.upper is None):
        return Verdict.CANT_TELL
    if not found.difference.is_clear:
        unknown = found.difference.value is None
        return Verdict.CANT_TELL if unknown else Verdict.NO_CLEAR_CHANGE
    slower = _is_slower(found.difference)
    holds = found.same_mix is None or (found.same_mix.is_clear and _is_slower(found.same_mix) == slower)
    if not holds and found.mix.is_clear:
        return Verdict.MIX_ONLY
    return Verdict.SLOWER if slower else Verdict.FASTER


def _is_slower(difference: Contrast) -> bool:
    return difference.lower is not None and difference.lower > 0


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
        "n": len(now),
        "n_before": len(before),
        "method": "Kaplan-Meier medians, weeks resampled",
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
    difference, faster = (found.difference, found.faster) if found else (nothing, nothing)
    same_mix, mix = ((found.same_mix or nothing), (found.mix or nothing)) if found else (nothing, nothing)
    values = {
        "difference": difference.value,
        "lower": difference.lower,
        "upper": difference.upper,
        "p": difference.p,
        "covered": _covered(found.covered, cohort) if found else None,
    }
    for name, contrast in (("faster", faster), ("same_mix", same_mix), ("mix", mix)):
        values |= {name: contrast.value, f"{name}_lower": contrast.lower, f"{name}_upper": contrast.upper}
    return {name: np.nan if value is None else value for name, value in values.items()}
