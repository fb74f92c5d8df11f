"""Six Sigma: whether the process as it runs can keep its promise."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.weekly import cases_by_week, medians_of
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.process_timing.log.assembly import OPEN, WITHDRAWN
from workbench.process_timing.times.clocks import level_clock
from workbench.process_timing.times.curves import state_of
from workbench.statistics import capability as indices
from workbench.statistics import sigma_level
from workbench.statistics.assurance import FAIL, INCONSISTENT, PASS
from workbench.statistics.capability import METHODS, Index

INDICES = ("cp", "cpk", "pp", "ppk")
STABLE_WEEKS = 26  # the latest: among many more some break a rule by chance
FEWEST_WEEKS = 13
MOST_OPEN = 0.05
MANY_OPEN, FEW_WEEKS, UNSTABLE = "many open", "few weeks", "unstable"
LACKING = {
    "one_sided": "no lower limit",
    "unstable": UNSTABLE,
    "too_few": "few cases",
    "no_spread": "no spread",
    "needs_normal": "not normal",
    "shape_not_known": "shape not known",
}
_STANDING = {PASS: Verdict.RELIABLY_MEETS, FAIL: Verdict.CANNOT_MEET, INCONSISTENT: Verdict.HIT_OR_MISS}
COLUMNS = [
    *("interval", "clock", "index", "value", "lower", "upper", "form", "n", "limit_days"),
    *("lacking", "method", "verdict", "state", "cells"),
]
DEFECTS_COLUMNS = [
    *("interval", "clock", "due", "defects", "dpmo", "dpmo_lower", "dpmo_upper"),
    *("sigma_shifted", "sigma_shifted_lower", "sigma_shifted_upper"),
    *("sigma_unshifted", "sigma_unshifted_lower", "sigma_unshifted_upper"),
    *("convention", "method", "state", "cells"),
]


def capability(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row for each index: how the spread of lead times fits below the service level, on its clock.

    The indices are refused where they would mislead. Of closed cases alone they flatter, because the slow
    ones are not known yet: they are given where at most a twentieth of the cases is open, and those count with
    their time so far. An unstable process has no spread that lasts: there must be no special cause among the
    weekly medians of the latest 26 weeks (13 at least) that were followed long enough (XmR chart, NHS
    rules; a fifth of stable processes of 26 weeks breaks one by chance). Withdrawn cases are left out.

    Returns
    -------
    DataFrame
        interval, clock, index (``cp``, ``cpk``, from the spread between neighbours in order of submission;
        ``pp``, ``ppk``, from the spread of all); value, lower, upper; form (normal, log-normal, percentile);
        n: cases, rounded where the source is about people; limit_days: the service level; lacking: why there is no
        value; method, verdict, state, cells. No rows without a service level. Where the source is about people,
        indices are told to a hundredth, and limits hold for every n that is rounded to the same.

    Notes
    -----
    A service level is an upper limit only: Cp and Pp, which need two, are listed as undefined, and Cpk is Cpu.
    Of Cpk and Ppk the verdict is: from 1 on the process reliably meets its limit, below 0 its usual case is late
    and it cannot without change, between these some cases are late; by the whole interval.
    """
    clock = level_clock(cohort)
    if clock is None:
        return pd.DataFrame(columns=COLUMNS)
    cases = _pursued(cohort)
    days = cohort.days(cases, clock)
    limit = float(cohort.cube.definition["process"]["service_level"]["days"])
    lacking, found = _found(cohort, cases, days, limit, clock)
    n = cohort.rounding.within(len(cases), len(cohort.own))
    row = {"interval": str(cohort.period), "clock": clock, "n": n, "limit_days": limit}
    row["cells"] = [counts.cell(f"{cohort.period}|not withdrawn", n, len(cohort.own))]
    given = {
        name: _told(getattr(found, name), n, len(cases), cohort) if found else Index() for name in INDICES
    }
    form = (found.form or "") if found else ""
    rows = [row | _index(name, index, form, lacking) for name, index in given.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def _pursued(cohort: Cohort) -> pd.DataFrame:
    """Cases of the period that were not withdrawn, in order of submission, observed from their start."""
    own = cohort.own
    return own[(own["outcome"] != WITHDRAWN) & (own["entered"] == 0)].sort_values(["start", "case"])


def _found(cohort, cases: pd.DataFrame, days: np.ndarray, limit: float, clock: str):
    """Why there is no capability, or what was found."""
    if _open_share(cases, cohort) > MOST_OPEN:
        return MANY_OPEN, None
    _, medians = medians_of(cohort, cases_by_week(cohort), clock)
    latest = medians[np.isfinite(medians)][-STABLE_WEEKS:]
    if latest.size < FEWEST_WEEKS:
        return FEW_WEEKS, None
    return "", indices.capability(
        days,
        upper=limit,
        stable=indices.is_stable(latest),
        shape=indices.shape_of(days),
        confidence=cohort.confidence,
    )


def _open_share(cases: pd.DataFrame, cohort: Cohort) -> float:
    """Share of open cases, as a reader must take it who is not told of fewer than the minimum count."""
    still_open = int((cases["outcome"] == OPEN).sum())
    most = max(still_open, cohort.rounding.fewest - 1) if still_open else 0
    return most / len(cases) if len(cases) else 0.0


def _told(index: Index, shown: int, n: int, cohort: Cohort) -> Index:
    """An index as it is published: for people to a hundredth, with limits as wide as those of the fewest cases.

    The width of exact limits tells of how many cases they are, and hence how few withdrew.
    """
    if index.value is None or cohort.rounding.is_exact:
        return index
    wider = np.sqrt(max(n / cohort.rounding.least(shown), 1.0))
    lower, upper = (index.value + wider * (limit - index.value) for limit in (index.lower, index.upper))
    bounds = np.floor(100 * lower) / 100, np.ceil(100 * upper) / 100
    return replace(index, value=round(index.value, 2), lower=float(bounds[0]), upper=float(bounds[1]))


def _index(name: str, index: Index, form: str, lacking: str) -> dict:
    lacking = lacking or LACKING.get(index.reason, "")
    given = index.value is not None
    return {
        "index": name,
        "value": index.value if given else np.nan,
        "lower": index.lower if given else np.nan,
        "upper": index.upper if given else np.nan,
        "form": form if given else "",
        "lacking": lacking,
        "method": METHODS[form] if given else "",
        "verdict": _verdict(name, index, lacking),
        "state": VALUE if given else NO_DATA,
    }


def _verdict(name: str, index: Index, lacking: str) -> str:
    if name in ("cp", "pp") or lacking == LACKING["needs_normal"]:
        return ""
    standing = None if lacking else indices.standing(index)
    return str(_STANDING.get(standing, Verdict.CANT_TELL))


def defects(cohort: Cohort, levels: pd.DataFrame) -> pd.DataFrame:
    """One row a clock: a case that was due and not closed in time is a defect.

    Counts are those of ``levels``, the frame ``service_levels``: rounded where the source is about people, so
    that cases open after their due date are defects.

    Returns
    -------
    DataFrame
        interval, clock (``whole``, ``city``), due, defects, dpmo (defects per million opportunities, one a
        case) with limits; sigma_shifted, sigma_unshifted with limits: the sigma level by both conventions,
        which differ by 1.5 and are named in ``convention``, missing where there is no defect or nothing else;
        method, state, cells. No rows without a service level.
    """
    own = levels[levels["interval"] == str(cohort.period)].to_dict("records")
    return pd.DataFrame([_defects(row, cohort.confidence) for row in own], columns=DEFECTS_COLUMNS)


def _defects(level: dict, confidence: float) -> dict:
    row = {"interval": level["interval"], "clock": level["clock"], "due": level["due"]}
    row |= {"defects": level["missed"], "convention": sigma_level.CONVENTION, "method": "Wilson"}
    own = [cell for cell in level["cells"] if cell.startswith(f"{level['interval']}|")]
    row |= {"state": state_of(level["due"]), "cells": own}
    figures = dict.fromkeys(("dpmo", "sigma_shifted", "sigma_unshifted"))
    if level["due"]:
        figures = sigma_level.defects(level["missed"], level["due"], confidence=confidence).told
    for name, figure in figures.items():
        for ending, part in (("", "value"), ("_lower", "lower"), ("_upper", "upper")):
            value = getattr(figure, part, None)
            row[f"{name}{ending}"] = np.nan if value is None else value
    return row
