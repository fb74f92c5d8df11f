"""What is known of a measure as one row: of its latest value, and of its verdicts."""

from typing import Any

import numpy as np

from workbench.findings.messages import message
from workbench.findings.model import Verdict
from workbench.statistics.outlook import outlook_word
from workbench.target_tracking.judgement import TOO_FEW, level_since, run_start
from workbench.target_tracking.prospects import Prospect
from workbench.target_tracking.series import clipped
from workbench.target_tracking.tracked import Tracked


def measure_row(one: Tracked) -> dict[str, Any]:
    """Its latest value and target, whether it is met, and how fresh it is."""
    series, found, at = one.series, one.prospect, one.at
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
        "silent": one.silent,
        "cells": one.latest_cells,
        "state": "no data" if known is None else "zero" if found.value == 0 else "value",
    }


def verdict_row(one: Tracked) -> dict[str, Any]:
    """Its variation, assurance, outlook and status."""
    series, judgement, at = one.series, one.judgement, one.series.latest
    limits = dict.fromkeys(("mean", "lower", "upper"), np.nan)
    limits |= {name: judgement.lines[name][at] for name in limits if at is not None}
    effect = judgement.effects[at] if at is not None else 0.0
    return {
        "measure": series.id,
        "verdict": str(one.verdict),
        "gate": judgement.gate,
        "chart": judgement.choice.chart,
        "chart_why": judgement.choice.why,
        "chart_reason": message("caveat", f"chart_{judgement.choice.why}", "target_tracking"),
        "value": series.columns["value"][at] if at is not None else np.nan,
        "rule": one.rule,
        "since": run_start(series, judgement, one.rule),
        "slope": judgement.movement.slope,
        "p": judgement.p if one.verdict not in (Verdict.CANT_TELL, Verdict.CHECK_DATA) else np.nan,
        "n_points": judgement.n,
        "mean": limits["mean"] + effect,
        "lower": clipped(limits["lower"] + effect, series.entry),
        "upper": clipped(limits["upper"] + effect, series.entry),
        "level_since": level_since(series, judgement),
        "proposed": str(series.periods[judgement.proposed[-1][0]]) if judgement.proposed else "",
        "memory": judgement.memory,
        **_to_its_target(one.prospect),
        "reasons": ", ".join(judgement.reasons),
        "status": one.status,
        "cells": one.all_cells,
        "state": _state(one),
    }


def _to_its_target(found: Prospect) -> dict[str, Any]:
    """How it stands to its target now, and whether it will meet it."""
    return {
        "target_verdict": str(found.verdict or ""),
        "assurance": found.assurance,
        "probability": found.probability,
        "outlook": outlook_word(found.probability),
        "form": found.form,
        "runs_lower": found.runs_lower,
        "runs_upper": found.runs_upper,
        "required": found.required,
        "required_change": found.required_change,
        "left": found.left,
        "due": found.due,
        "progress": found.progress,
        "year_to_date": found.year_to_date,
        "plan_to_date": found.plan,
        "planned": found.path.planned,
        "path": found.path.word,
        "path_probability": found.path.probability,
        "kept_since": found.kept.since,
        "lost": found.kept.lost,
    }


def _state(one: Tracked) -> str:
    if one.series.latest_known is None:
        return "no data"
    return "unreliable" if TOO_FEW in one.judgement.reasons else "value"
