"""Who waits longest: lead time, service level and rework by group and place."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import CALENDAR, Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.equity.groups import Pair, pairs
from workbench.process_timing.equity.lead import MEDIAN, curves_of, mean_row, median_row
from workbench.process_timing.equity.same_mix import SameMix, same_mix
from workbench.process_timing.equity.shares import SERVICE_LEVEL, share_rows
from workbench.process_timing.frames import with_floats
from workbench.process_timing.times.restricted import horizon_of
from workbench.statistics.false_discovery import benjamini_hochberg

NUMBERS = [
    *(
        "horizon_days",
        "value",
        "value_lower",
        "value_upper",
        "reference_value",
        "difference",
        "lower",
        "upper",
    ),
    *("same_mix", "same_mix_lower", "same_mix_upper", "covered", "p", "adjusted_p"),
]
COLUMNS = [
    *("interval", "dimension", "kind", "group", "reference", "quantity", "unit", *NUMBERS, "cases"),
    *("method", "verdict", "state", "cells"),
]


def equity(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each dimension, group or place of the period, and quantity.

    Returns
    -------
    DataFrame
        interval, dimension, kind (group, place), group, reference (a group, or ``everyone_else``: all others
        whose group is recorded; empty where nothing is compared: of the reference itself, and of
        ``unknown``), quantity, unit; value with value_lower and value_upper; reference_value; difference from the
        reference with lower and upper; same_mix: that difference if the group's cases had the reference's mix of
        kinds, with limits; covered: the share of the reference whose kinds occur on both sides (to a twentieth for
        people); p; adjusted_p (Benjamini and Hochberg 1995, over the groups of a dimension and
        quantity); cases it is of; method; verdict; state, cells.

        ``median``: Kaplan-Meier median lead time in calendar days, not judged. ``mean``: mean lead time
        within horizon_days, of which the gap is judged. ``service level``: share closed in time of the cases
        that were due, on the resident's clock. ``rework``: share of cases in which anything was done more
        than once so far.

    Notes
    -----
    Worse or better off needs an adjusted p of at most 1 less the confidence. A verdict is on the gap as it is;
    whether it is one of kinds of case shows ``same_mix``. Where the source is about people, what a row says of
    the others would give them away: it derives from their count as well, when they are few or one
    group. Counts are rounded: of the service level as ``service_levels`` does, of rework to the nearest
    step, with limits and p that hold for every count that is rounded to the same.
    """
    compared = pairs(cohort, counts)
    rows = [
        *_lead_times(compared, cohort),
        *share_rows(compared, cohort, counts),
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return judged(with_floats(frame, NUMBERS), cohort.confidence)


def _lead_times(compared: list[Pair], cohort: Cohort) -> list[dict]:
    horizon, rows = horizon_of(cohort, CALENDAR), []
    for pair in compared:
        curves, mix = curves_of(pair, cohort), _mix(pair, cohort)
        mean = mean_row(pair, curves, horizon, mix, cohort)
        if "same_mix" in mean:
            mean["covered"] = mix.covered if cohort.rounding.is_exact else round(20 * mix.covered) / 20
        rows += [{**pair.row(cohort), **row} for row in (median_row(pair, curves, cohort), mean)]
    return rows


def _mix(pair: Pair, cohort: Cohort) -> SameMix | None:
    return same_mix(
        pair.own["kind_of_case"], pair.other["kind_of_case"], cohort.cube.definition["least_listed"]
    )


def judged(frame: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Rows with their p among all groups of a dimension and quantity, and the word for each gap."""
    adjusted = frame.groupby(["dimension", "quantity"])["p"].transform(
        lambda p: benjamini_hochberg(p.to_numpy())
    )
    worse = np.where(frame["quantity"] == SERVICE_LEVEL, -1, 1) * frame["difference"] > 0
    words = words_of(worse, adjusted, confidence)
    silent = (frame["reference"] == "") | (frame["quantity"] == MEDIAN)
    return frame.assign(adjusted_p=adjusted, verdict=words.mask(silent, ""))


def words_of(worse: pd.Series, adjusted: pd.Series, confidence: float) -> pd.Series:
    """Worse off, better off, no difference found, or can't tell where there is no test."""
    clear = adjusted <= 1 - confidence
    words = [
        np.where(worse, str(Verdict.WORSE_OFF), str(Verdict.BETTER_OFF)),
        np.full(len(adjusted), str(Verdict.NO_DIFFERENCE)),
    ]
    found = np.select([clear, adjusted.notna()], words, str(Verdict.CANT_TELL))
    return pd.Series(found.astype(object), index=adjusted.index)
