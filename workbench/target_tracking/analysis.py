"""Target tracking: what each measure of a department does, and what it will do about its target."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.errors import ParameterError
from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.statistics.nhs_rules import RULE_SETS
from workbench.statistics.outlook import outlook_word
from workbench.statistics.proportions import wilson
from workbench.target_tracking.cells import cells_of, counts_and_sums
from workbench.target_tracking.judgement import TOO_FEW, Judgement, judge, level_since, run_start, variation
from workbench.target_tracking.prospects import Prospect, prospect
from workbench.target_tracking.results import TargetResults
from workbench.target_tracking.series import Series, clipped, series_of
from workbench.target_tracking.targets import FACTORS, aim_of

# How often a steady series has a signal at its latest point: 2,000 simulated series each of 24 and 36 months
# went through this analysis, and 1.5 and 1.7 of 100 had one.
FALSE_ALARM = 0.016

# Intervals without a value after which an owner is asked for one.
SILENT_AFTER = {"month": 2, "quarter": 1, "year": 1}


@dataclass(frozen=True)
class Tracked:
    """One measure, followed to its verdicts."""

    series: Series
    judgement: Judgement
    prospect: Prospect
    verdict: Verdict
    rule: str
    behind: int

    @property
    def status(self) -> str:
        """The status in words: no data, too few points, check data, or variation, assurance and outlook."""
        if self.series.latest_known is None:
            return "no data"
        if self.series.latest is None:
            return "only provisional data"
        if self.verdict == Verdict.CANT_TELL:
            return "too few points"
        change = "usual ups and downs" if self.verdict == Verdict.COMMON_CAUSE else str(self.verdict)
        words = [change, str(self.prospect.verdict or ""), outlook_word(self.prospect.probability)]
        return " · ".join(word for word in words if word and word != Verdict.CANT_TELL)


def analyse(cube: Cube, *, period: str, rules: str = "nhs", screened: bool = True) -> TargetResults:
    """Measures of a department against their targets and their own history.

    Parameters
    ----------
    cube : Cube
        ``observations``, as :func:`workbench.target_tracking.cube.cube` makes them.
    period : str
        The period under review, such as ``2025-Q4``; later intervals are not looked at.
    rules : str
        ``nhs``: seven points make a shift or trend; ``nhs_six``: six do.
    screened : bool
        Whether moving ranges of 3.267 times their average are left out of the limits.

    Raises
    ------
    ParameterError
        When the period is none, or the rules are not known.

    References
    ----------
    NHS England, Making Data Count, Strengthening your decisions, 2019.
    """
    fiscal_start = cube.definition["fiscal_year_starts"]
    reviewed = Period.parse(period, fiscal_start)
    _check_rules(rules)
    observations = cube.frames["observations"]
    observations = observations[observations["interval_end"] <= pd.Timestamp(reviewed.end)]
    observations = observations.assign(cell=cells_of(observations, cube.definition))
    everyone = observations[(observations["dimension"] == "all") & (observations["place_level"] == "city")]
    by_measure = dict(tuple(everyone.groupby("measure", sort=False)))
    tracked = [
        track(id, entry, by_measure.get(id, everyone.iloc[:0]), reviewed, cube.definition, rules, screened)
        for id, entry in cube.definition["measures"].items()
    ]
    groups = _groups(observations, tracked)
    published = observations.loc[everyone.index.union(groups.index)]
    counts, sums = counts_and_sums(published, cube.definition)
    return TargetResults(
        counts=counts,
        sums=sums,
        facts=_facts(cube, reviewed, period, rules, screened, tracked),
        about_people=any(cube.definition["about_people"].values()),
        measures=pd.DataFrame([_measure(one) for one in tracked]),
        verdicts=pd.DataFrame([_verdict(one) for one in tracked]),
        points=_stacked([_points(one) for one in tracked]),
        limits=_stacked([_limits(one) for one in tracked]),
        groups=_group_rows(groups, cube.definition["measures"]),
    )


def track(
    id: str,
    entry: dict[str, Any],
    own: pd.DataFrame,
    reviewed: Period,
    definition: dict[str, Any],
    rules: str = "nhs",
    screened: bool = True,
) -> Tracked:
    """One measure followed to its verdicts.

    Parameters
    ----------
    id, entry
        The measure and its definition.
    own : DataFrame
        Its observations of everyone.
    reviewed : Period
    definition : dict
        Of the cube: ``as_of`` and ``fiscal_year_starts`` are read.
    rules, screened
        See :func:`analyse`.
    """
    as_of = date.fromisoformat(definition["as_of"])
    series = series_of(id, entry, own, reviewed.end, as_of, definition["fiscal_year_starts"])
    judgement = judge(series, rules, screened)
    verdict, rule = variation(series, judgement)
    return Tracked(series, judgement, prospect(series, judgement), verdict, rule, _behind(series, reviewed))


def _check_rules(rules: str) -> None:
    if rules not in RULE_SETS:
        near = get_close_matches(str(rules), RULE_SETS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ParameterError(f"`rules` is {rules!r}; write one of {', '.join(RULE_SETS)}.{hint}")


def _behind(series: Series, reviewed: Period) -> int:
    """Intervals from the latest value to the end of the period under review."""
    if series.latest_known is None:
        return 0
    period, behind = series.periods[series.latest_known], 0
    while period.shift(behind + 1).end <= reviewed.end:
        behind += 1
    return behind


def silent(one: Tracked) -> bool:
    """Whether a value is so late that its owner should be asked."""
    frequency = one.series.entry["frequency"]
    return one.series.latest_known is None or one.behind >= SILENT_AFTER[frequency]


def _cells(one: Tracked, rows: np.ndarray) -> list[str]:
    """Ids of the counts behind some intervals."""
    found = one.series.frame["cell"].to_numpy()[rows]
    return [cell for cell in found if isinstance(cell, str) and cell]


def _of_latest(one: Tracked) -> np.ndarray:
    """Intervals that the latest value rests on: one, or all of a running total."""
    series = one.series
    at = series.latest if series.latest is not None else series.latest_known
    if one.prospect.kind == "cumulative":
        aim = aim_of(series.periods[at], series.aims, np.nan)
        return np.array([aim.holds(period) for period in series.periods])
    return np.arange(len(series.frame)) == (-1 if at is None else at)


def _measure(one: Tracked) -> dict[str, Any]:
    series, found = one.series, one.prospect
    at = series.latest if series.latest is not None else series.latest_known
    known = series.latest_known
    return {
        "measure": series.id,
        "title": series.entry["title"],
        "owner": series.entry["owner"],
        "interval": None if at is None else str(series.periods[at]),
        "value": found.value,
        "target": found.target,
        "target_lower": found.lower,
        "target_upper": found.upper,
        "target_kind": found.kind,
        "meets_target": found.meets,
        "updated": None if known is None else str(series.periods[known]),
        "behind": one.behind,
        "silent": silent(one),
        "cells": _cells(one, _of_latest(one)),
        "state": "no data" if known is None else "zero" if found.value == 0 else "value",
    }


def _verdict(one: Tracked) -> dict[str, Any]:
    series, judgement, found = one.series, one.judgement, one.prospect
    at = series.latest
    limits = judgement.limits.iloc[at] if at is not None else pd.Series(dtype=float)
    effect = judgement.effects[at] if at is not None else 0.0
    return {
        "measure": series.id,
        "verdict": str(one.verdict),
        "value": series.frame["value"].iloc[at] if at is not None else np.nan,
        "rule": one.rule,
        "since": run_start(series, judgement, one.rule),
        "slope": judgement.movement.slope,
        "p": judgement.p if one.verdict not in (Verdict.CANT_TELL, Verdict.CHECK_DATA) else np.nan,
        "n_points": judgement.n,
        "mean": limits.get("mean", np.nan) + effect,
        "lower": clipped(limits.get("lower", np.nan) + effect, series.entry),
        "upper": clipped(limits.get("upper", np.nan) + effect, series.entry),
        "target_verdict": str(found.verdict or ""),
        "assurance": found.assurance,
        "probability": found.probability,
        "outlook": outlook_word(found.probability),
        "runs_lower": found.runs_lower,
        "runs_upper": found.runs_upper,
        "level_since": level_since(series, judgement),
        "required": found.required,
        "left": found.left,
        "due": found.due,
        "progress": found.progress,
        "reasons": ", ".join(judgement.reasons),
        "status": one.status,
        "cells": _cells(one, np.ones(len(series.frame), bool)),
        "state": "no data"
        if series.latest_known is None
        else "unreliable"
        if TOO_FEW in judgement.reasons
        else "value",
    }


def _points(one: Tracked) -> pd.DataFrame:
    frame = one.series.frame
    names = ["interval", "interval_start", "interval_end", "value", "numerator", "denominator", "n"]
    names += ["target", "target_lower", "target_upper", "meets_target", "provisional"]
    state = np.where(frame["value"].isna(), "no data", np.where(frame["value"] == 0, "zero", "value"))
    return frame[names].assign(
        measure=one.series.id,
        excluded=~frame["baseline"],
        cells=[_cells(one, np.arange(len(frame)) == at) for at in range(len(frame))],
        state=state,
    )


def _limits(one: Tracked) -> pd.DataFrame:
    series, judgement = one.series, one.judgement
    limits, effects = judgement.limits, judgement.effects
    names = ["mean", "lower", "upper", "near_lower", "near_upper"]
    bounds = {name: clipped(limits[name] + effects, series.entry) for name in names}
    cells = _cells(one, np.ones(len(limits), bool))
    return pd.DataFrame({"interval": series.frame["interval"], "phase": limits["phase"], **bounds}).assign(
        measure=series.id,
        adjusted=judgement.adjusted,
        season=effects,
        point_type=judgement.signals["point_type"],
        rule=judgement.signals["rule"],
        cells=[cells] * len(limits),
        state=np.where(limits["mean"].isna(), "no data", np.where(limits["n"] < 13, "unreliable", "value")),
    )


def _stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    stacked = pd.concat(filled, ignore_index=True)
    return stacked[["measure", *(name for name in stacked if name != "measure")]]


def _groups(observations: pd.DataFrame, tracked: list[Tracked]) -> pd.DataFrame:
    """Observations of groups and places in the latest interval of each measure."""
    latest = {
        one.series.id: str(one.series.periods[one.series.latest])
        for one in tracked
        if one.series.latest is not None
    }
    cut = (observations["dimension"] != "all") | (observations["place_level"] != "city")
    return observations[cut & (observations["interval"] == observations["measure"].map(latest))]


def _group_rows(groups: pd.DataFrame, entries: dict[str, Any]) -> pd.DataFrame:
    names = ["measure", "interval", "dimension", "group", "place_level", "place"]
    names += ["numerator", "denominator", "value", "n", "provisional"]
    state = np.where(groups["value"].isna(), "no data", np.where(groups["value"] == 0, "zero", "value"))
    cells = [[cell] if cell else [] for cell in groups["cell"]]
    rows = groups[names].assign(**_intervals(groups, entries), cells=cells, state=state)
    return rows.reset_index(drop=True)


def _intervals(groups: pd.DataFrame, entries: dict[str, Any]) -> dict[str, np.ndarray]:
    """Wilson intervals of the shares among groups; other kinds have none yet."""
    share = groups["measure"].map({id: entry["kind"] == "proportion" for id, entry in entries.items()})
    usable = share.eq(True) & (groups["numerator"] <= groups["denominator"]) & (groups["denominator"] > 0)
    counts = (groups[name].where(usable).fillna(0.0) for name in ("numerator", "denominator"))
    lower, upper = wilson(*counts)
    return {"lower": lower, "upper": upper}


def _facts(
    cube: Cube, reviewed: Period, period: str, rules: str, screened: bool, tracked: list[Tracked]
) -> dict[str, Any]:
    definition = cube.definition
    judged = sum(one.verdict not in (Verdict.CANT_TELL, Verdict.CHECK_DATA) for one in tracked)
    return {
        "period": period,
        "previous": str(reviewed.previous()),
        "as_of": definition["as_of"],
        "department": definition["department"],
        "fiscal_year_starts": definition["fiscal_year_starts"],
        "rules": rules,
        "screened": screened,
        "method": f"XmR limits from {'screened ' if screened else ''}moving ranges, {rules} rules.",
        "judged": judged,
        "false_alarms_expected": round(judged * FALSE_ALARM, 2),
        "labels": {**definition["labels"], **{one.series.id: one.series.entry["title"] for one in tracked}},
        "measures": {one.series.id: _described(one.series) for one in tracked},
        "rows": dict(cube.provenance.rows),
        "rejects": dict(cube.provenance.rejects),
    }


def _described(series: Series) -> dict[str, Any]:
    entry = series.entry
    names = ("title", "unit", "scale", "direction", "kind", "frequency", "owner", "goals", "initiative")
    return {name: entry[name] for name in names} | {
        "factor": FACTORS[entry["scale"]],
        "unit_shown": unit_shown(entry),
        "rebased": dict(entry["baseline"]["rebase"]),
    }


def unit_shown(entry: dict[str, Any]) -> str:
    """The unit as it stands behind a shown number: ``% of permits``, ``evictions per 1,000``."""
    unit = entry["unit"]
    words = {
        "percent": f"% {unit}",
        "per_1000": f"{unit} per 1,000",
        "per_100000": f"{unit} per 100,000",
    }
    return words.get(entry["scale"], unit).strip()
