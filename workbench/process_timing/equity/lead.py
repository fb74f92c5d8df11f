"""Lead time of each group and place, and how it differs from the reference."""

import numpy as np

from workbench.process_timing.cohort import CALENDAR, Cohort
from workbench.process_timing.counts import NO_DATA
from workbench.process_timing.equity.groups import Pair
from workbench.process_timing.equity.same_mix import SameMix
from workbench.process_timing.times.curves import curve_of, entries, state_of, told
from workbench.process_timing.times.restricted import may_be_told, mean_of
from workbench.statistics.differences import mover_difference
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import critical_value
from workbench.statistics.survival import Curve, Reached, percentile, restricted_mean_difference
from workbench.statistics.time_at_risk import weighted_restricted_mean

MEDIAN, MEAN = "median", "mean"
MEDIAN_METHOD = "Kaplan-Meier; difference by Zou and Donner"
MEAN_METHOD = "Kaplan-Meier to the horizon; Royston and Parmar"


def curves_of(pair: Pair, cohort: Cohort) -> tuple[Curve, Curve]:
    """The curves of the group and of those it is compared with; without points where there are none."""
    return curve_of(cohort, pair.own), curve_of(cohort, pair.other)


def median_row(pair: Pair, curves: tuple[Curve, Curve], cohort: Cohort) -> dict:
    """The median, and its difference, in calendar days."""
    return {"quantity": MEDIAN, "method": MEDIAN_METHOD, **_row(pair), **_median(pair, *curves, cohort)}


def mean_row(
    pair: Pair, curves: tuple[Curve, Curve], horizon: int, mix: SameMix | None, cohort: Cohort
) -> dict:
    """The mean within the horizon, and its difference, in calendar days."""
    mean = {"horizon_days": horizon or np.nan, **_mean(pair, *curves, horizon, mix, cohort)}
    return {"quantity": MEAN, "method": MEAN_METHOD, **_row(pair), **mean}


def _row(pair: Pair) -> dict:
    state = state_of(len(pair.own))
    return {"unit": "days", "cases": len(pair.own), "state": state, "cells": pair.cells}


def _median(pair: Pair, curve: Curve, other: Curve, cohort: Cohort) -> dict:
    own = told(percentile(curve, 0.5), pair.own, 0.5, cohort)
    row = {"value": own.value, "value_lower": own.lower, "value_upper": own.upper}
    if not len(pair.other):
        return row
    reference = told(percentile(other, 0.5), pair.other, 0.5, cohort)
    row |= {"reference_value": reference.value}
    if own.value is None or reference.value is None:
        return row
    lower, upper = mover_difference(own.value, _limits(own), reference.value, _limits(reference))
    return row | {"difference": own.value - reference.value, "lower": lower, "upper": upper}


def _limits(reached: Reached) -> tuple[float, float]:
    """Limits, missing where they are not reached."""
    return tuple(np.nan if limit is None else limit for limit in (reached.lower, reached.upper))


def _mean(pair: Pair, curve: Curve, other: Curve, horizon: int, mix: SameMix | None, cohort: Cohort) -> dict:
    if not may_be_told(curve, horizon, cohort):
        return {"state": NO_DATA}
    own = mean_of(curve, horizon, cohort.confidence)
    row = {"value": own["mean"], "value_lower": own["lower"], "value_upper": own["upper"]}
    if not is_compared(pair) or not may_be_told(other, horizon, cohort):
        return row
    found = restricted_mean_difference(curve, other, horizon, confidence=cohort.confidence)
    row |= {"reference_value": own["mean"] - found.value, "difference": found.value}
    row |= {"lower": found.lower, "upper": found.upper, "p": found.p if is_judged(pair) else np.nan}
    return row if mix is None else row | _at_same_mix(pair, horizon, mix, cohort)


def _at_same_mix(pair: Pair, horizon: int, mix: SameMix, cohort: Cohort) -> dict:
    """The difference of means when the cases of the group are weighted to the mix of the reference."""
    sides = ((pair.own, mix.own), (pair.other, mix.other))
    (own, error), (other, other_error) = (
        weighted_restricted_mean(
            cohort.days(cases, CALENDAR), cohort.observed(cases), weights, horizon, entries(cohort, cases)
        )
        for cases, weights in sides
    )
    value, reach = own - other, critical_value(cohort.confidence) * np.hypot(error, other_error)
    return {"same_mix": value, "same_mix_lower": value - reach, "same_mix_upper": value + reach}


def is_compared(pair: Pair) -> bool:
    """Whether both sides have enough cases for a difference of their means."""
    return _have_enough(pair, 0.5)


def is_judged(pair: Pair) -> bool:
    """Whether both sides have enough cases for its p: times are skewed, and p of fewer many times too small."""
    return _have_enough(pair, 0.9)


def _have_enough(pair: Pair, p: float) -> bool:
    return bool(enough_for(min(len(pair.own), len(pair.other)), p))
