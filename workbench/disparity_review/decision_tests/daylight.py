"""The veil of darkness: whether who is stopped changes when it is dark and people cannot be seen."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from workbench.analyses import Cube
from workbench.disparity_review.counted import KNOWN, cell_id
from workbench.disparity_review.cube import ALL, CITY
from workbench.disparity_review.decision_tests.decisions import hit_reference
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.verdicts import MATERIAL_RATE
from workbench.findings.model import Verdict
from workbench.statistics.proportions import critical_value
from workbench.statistics.veil_of_darkness import VALUE, Veil, veil_of_darkness

YEAR = {"month": 12, "quarter": 4, "year": 1}  # intervals that make a year: one clock time is dark and light
STEP = 20  # to which stops are rounded
DIGITS = 2  # of an odds ratio
DAYLIGHT_COLUMNS = [
    *("dimension", "group", "reference_group", "first_interval", "last_interval"),
    *(
        "odds_ratio",
        "odds_ratio_lower",
        "odds_ratio_upper",
        "p",
        "dark",
        "light",
        "method",
        "verdict",
        "state",
        "cells",
    ),
]


def daylight(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Odds that a stop is of the group, in darkness relative to daylight at the same time of day.

    Parameters
    ----------
    cube : Cube
        Frame ``daylight``.
    counts : DataFrame
        As ``counted`` gives it.

    Returns
    -------
    DataFrame
        One row a group, over the year that ends with the reviewed interval; empty where no time of
        stops is declared. An odds ratio below 1, the group making up less of the stops in darkness, is
        the concern. ``dark`` and ``light`` are all stops that the answer rests on.

    Notes
    -----
    Grogger and Ridgeway 2006. Where the source is about people, stops are rounded to 20, odds ratios to 2
    digits, p follows from the rounded limits, and with a small count on any of the four sides (group or
    reference, dark or light) there is no answer.
    """
    found = cube.frames.get("daylight")
    if found is None or not scope.groups:
        return empty(DAYLIGHT_COLUMNS)
    intervals = scope.intervals[-YEAR[scope.period.frequency] :]
    rows = found[found["interval"].isin(intervals) & (found["dimension"] == scope.dimension)]
    reference = hit_reference(counts, scope)
    groups = [group for group in scope.groups if group != reference]
    made = [_row(rows, group, reference, intervals, scope) for group in groups]
    return pd.DataFrame(made, columns=DAYLIGHT_COLUMNS)


def _row(rows: pd.DataFrame, group: str, reference: str, intervals: list[str], scope: Scope) -> dict:
    others = [name for name in scope.groups if name != group] if reference == EVERYONE_ELSE else [reference]
    stops = rows["rows"].to_numpy()
    own, other = (np.where(rows["group"].isin(names), stops, 0) for names in ([group], others))
    veil = veil_of_darkness(rows["clock"], rows["dark"], own, other, confidence=scope.confidence)
    state = _state(veil, scope)
    sides = [group, KNOWN if reference == EVERYONE_ELSE else reference]
    return {
        "dimension": scope.dimension,
        "group": group,
        "reference_group": reference,
        "first_interval": intervals[0],
        "last_interval": intervals[-1],
        **_figures(veil, state, scope),
        "method": veil.method,
        "state": state,
        "cells": [cell_id(each, scope.dimension, side, CITY, ALL) for each in intervals for side in sides],
    }


def _figures(veil: Veil, state: str, scope: Scope) -> dict:
    """What is published: rounded where it is about people."""
    about_people = scope.definition["about_people"]
    limits = [veil.odds_ratio, veil.lower, veil.upper] if state == "value" else [np.nan] * 3
    limits = [round(float(limit), DIGITS) if about_people else float(limit) for limit in limits]
    step = STEP if about_people else 1
    p = _p_of(*limits, scope.confidence) if about_people else veil.p
    return {
        **dict(zip(("odds_ratio", "odds_ratio_lower", "odds_ratio_upper"), limits, strict=True)),
        "p": p if state == "value" else np.nan,
        "dark": step * round(veil.dark / step),
        "light": step * round(veil.light / step),
        "verdict": _verdict(*limits, p, 1 - scope.confidence),
    }


def _state(veil: Veil, scope: Scope) -> str:
    """``no data`` where nothing can be told, ``unreliable`` where a side is too small to be shown."""
    if veil.state != VALUE:
        return "no data"
    four = [veil.own_dark, veil.own_light, veil.dark - veil.own_dark, veil.light - veil.own_light]
    return "value" if min(four) >= scope.definition["least_listed"] else "unreliable"


def _p_of(ratio: float, lower: float, upper: float, confidence: float) -> float:
    """P value from the published figures, so that it tells no more than they do."""
    if not 0 < lower < upper:
        return np.nan
    error = np.log(upper / lower) / (2 * critical_value(confidence))
    return float(2 * ndtr(-abs(np.log(ratio)) / error))


def _verdict(ratio: float, lower: float, upper: float, p: float, alpha: float) -> str:
    """Worse off where darkness lowers the group's part; no difference only where a fifth either way is ruled out."""
    if p < alpha:
        return str(Verdict.WORSE_OFF if ratio < 1 else Verdict.BETTER_OFF)
    still = lower >= 1 / (1 + MATERIAL_RATE) and upper <= 1 + MATERIAL_RATE
    return str(Verdict.NO_DIFFERENCE if still else Verdict.CANT_TELL)
