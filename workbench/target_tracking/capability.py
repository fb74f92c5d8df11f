"""Six Sigma: whether a measure keeps within the tolerance that the catalog declares for each of its values."""

from typing import Any

import numpy as np

from workbench.findings.model import Verdict
from workbench.statistics import capability as indices
from workbench.statistics import sigma_level
from workbench.statistics.capability import METHODS, Index
from workbench.statistics.proportions import wilson
from workbench.target_tracking.gate import BLOCKING
from workbench.target_tracking.outlook.forecast import inside
from workbench.target_tracking.prospects import WORDS
from workbench.target_tracking.targets import FACTORS
from workbench.target_tracking.tracked import Tracked

INDICES = ("cp", "cpk", "pp", "ppk")
LATEST = 24  # intervals without a signal: among many more some break a rule by chance
CONFIDENCE = 0.95
# Why there is no index, beside the reasons of workbench.statistics.capability.Index.
NOT_JUDGED, SEASONAL, REMEMBERING = "not_judged", "seasonal", "remembering"
_SIGMA = {
    "dpmo": "Wilson",
    "sigma_shifted": sigma_level.WITH_SHIFT,
    "sigma_unshifted": sigma_level.WITHOUT_SHIFT,
}
COLUMNS = [
    *("measure", "index", "value", "lower", "upper", "tolerance_lower", "tolerance_upper", "n"),
    *("form", "lacking", "method", "verdict", "cells", "state"),
]


def capability_rows(one: Tracked) -> list[dict[str, Any]]:
    """One row for each figure of a measure with a tolerance; none without one.

    Returns
    -------
    list of dict
        measure; index: ``within`` (share of intervals within the tolerance, the figure to read first; Wilson),
        ``cp``, ``cpk`` (from the spread between neighbours), ``pp``, ``ppk`` (from that of all), ``dpmo``,
        ``sigma_shifted``, ``sigma_unshifted`` (an interval outside is a defect); value, lower, upper;
        tolerance_lower, tolerance_upper; n: intervals of the latest stretch; form; lacking: why there is no value;
        method, verdict (of ``cpk`` and ``ppk``), cells, state.

    Notes
    -----
    The indices say what a process does if it goes on, so there are none where it does not go on as it was: where one
    of the latest 24 intervals is a signal, where it drifts or stepped, follows the year or itself, or is not judged.
    With one limit Cp and Pp do not exist and Cpk is that of its side. Sources: Montgomery, chapter 8; Bissell 1990.
    """
    ends = _tolerance(one)
    values = one.judgement.adjusted[one.judgement.stretch] + one.judgement.effects[one.judgement.stretch]
    if ends is None:
        return []
    known = values[~np.isnan(values)]
    within, *outside = _of_intervals(known, *ends)
    rows = [within, *_of_process(one, values, *ends), *outside]
    low, high = (np.nan if np.isinf(end) else end for end in ends)
    shared = {"measure": one.series.id, "tolerance_lower": low, "tolerance_upper": high, "n": len(known)}
    return [shared | row | {"cells": one.all_cells} for row in rows]


def _tolerance(one: Tracked) -> tuple[float, float] | None:
    """Its ends on the scale of the raw values, infinite where open."""
    declared, factor = one.series.entry["tolerance"], FACTORS[one.series.entry["scale"]]
    if not declared or (declared["lower"] is None and declared["upper"] is None):
        return None
    low, high = declared["lower"], declared["upper"]
    return (-np.inf if low is None else low / factor, np.inf if high is None else high / factor)


def _of_intervals(known: np.ndarray, low: float, high: float) -> list[dict[str, Any]]:
    """Which share of intervals lies within, and the same as defects."""
    if not len(known):
        return [_row(name, None, None, None, lacking="too_few") for name in ("within", *_SIGMA)]
    within = int(inside(known, low, high).sum())
    found = sigma_level.defects(len(known) - within, len(known), confidence=CONFIDENCE)
    lower, upper = (float(end) for end in wilson(within, len(known), CONFIDENCE))
    return [
        _row("within", within / len(known), lower, upper, method="Wilson"),
        *(
            _row(name, figure.value, figure.lower, figure.upper, method=_SIGMA[name])
            for name, figure in found.told.items()
        ),
    ]


def _of_process(one: Tracked, values: np.ndarray, low: float, high: float) -> list[dict[str, Any]]:
    """The four indices, or why there are none."""
    lacking = _refused(one)
    if lacking:
        return [_indexed(name, Index(reason=lacking), None) for name in INDICES]
    found = indices.capability(
        values,
        lower=None if np.isinf(low) else low,
        upper=None if np.isinf(high) else high,
        stable=_is_stable(one),
        shape=indices.shape_of(values),
        confidence=CONFIDENCE,
    )
    return [_indexed(name, getattr(found, name), found.form) for name in INDICES]


def _refused(one: Tracked) -> str:
    judgement = one.judgement
    if set(BLOCKING) & set(judgement.reasons):
        return NOT_JUDGED
    if judgement.season.found:
        return SEASONAL
    return REMEMBERING if judgement.memory else ""


def _is_stable(one: Tracked) -> bool:
    judged = one.judgement.signals[one.judgement.stretch]
    latest = judged[judged["point_type"] != ""].tail(LATEST)
    return one.judgement.movement.kind == "steady" and bool((latest["rule"] == "").all())


def _indexed(name: str, index: Index, form) -> dict[str, Any]:
    given = index.value is not None
    numbers = (index.value, index.lower, index.upper)
    row = _row(name, *numbers, lacking=index.reason, method=METHODS[form] if given else "")
    of_centre = name in ("cpk", "ppk") and index.reason != "needs_normal"
    verdict = str(WORDS.get(indices.standing(index), Verdict.CANT_TELL)) if of_centre else ""
    return row | {"form": form if given else "", "verdict": verdict}


def _row(name: str, value, lower, upper, *, lacking: str = "", method: str = "") -> dict[str, Any]:
    numbers = {"value": value, "lower": lower, "upper": upper}
    return {
        "index": name,
        **{key: np.nan if number is None else number for key, number in numbers.items()},
        "form": "",
        "lacking": lacking,
        "method": method,
        "verdict": "",
        "state": "no data" if value is None else "value",
    }
