"""What holds for all measures of a result: as of when, by which rules, how many false alarms to expect."""

from datetime import date
from typing import Any

import pandas as pd

from workbench.analyses import Cube
from workbench.periods import Period
from workbench.target_tracking.false_alarms import expected
from workbench.target_tracking.misfits import misfits
from workbench.target_tracking.oddities import oddity
from workbench.target_tracking.series import Series
from workbench.target_tracking.targets import FACTORS
from workbench.target_tracking.tracked import Tracked


def facts(
    cube: Cube, reviewed: Period, period: str, rules: str, screened: bool, tracked: list[Tracked]
) -> dict[str, Any]:
    """What holds for the whole result, and what each measure is."""
    definition = cube.definition
    said = [(str(one.verdict), one.judgement.choice.chart) for one in tracked]
    judged, alarms = expected(pd.DataFrame(said, columns=["verdict", "chart"]), rules)
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
        "judged_of_groups": 0,
        "false_alarms_expected": round(alarms, 2),
        "labels": {**definition["labels"], **{one.series.id: one.series.entry["title"] for one in tracked}},
        "residents": definition["residents"],
        "measures": {one.series.id: _described(one.series) | _doubted(one, definition) for one in tracked},
        "rows": dict(cube.provenance.rows),
        "rejects": dict(cube.provenance.rejects),
    }


_SHOWN = ("title", "unit", "scale", "direction", "kind", "frequency", "owner", "goals", "initiative")
# What an app judges a measure by once more, from the values that are shown.
_JUDGED_BY = ("revision_lag", "targets", "baseline", "chart", "columns")


def _described(series: Series) -> dict[str, Any]:
    entry = series.entry
    return {name: entry[name] for name in (*_SHOWN, *_JUDGED_BY)} | {
        "factor": FACTORS[entry["scale"]],
        "unit_shown": unit_shown(entry),
        "rebased": dict(entry["baseline"]["rebase"]),
    }


def _doubted(one: Tracked, definition: dict[str, Any]) -> dict[str, Any]:
    """What cannot be right: values that do not fit together, targets that are all over, and what no value bears out."""
    return {
        "oddity": oddity(one),
        "date_passed": str(one.date_passed or ""),
        **misfits(one.series, date.fromisoformat(definition["as_of"])),
        "strays": definition.get("strays", {}).get(one.series.id, []),
        "refused": _refused(one.series.entry, definition.get("refused", {})),
    }


def _refused(entry: dict[str, Any], refused: dict[str, Any]) -> dict[str, Any]:
    """Why no row of a measure is used, though others of its source are; empty where they are."""
    words = entry["where"][0]["equals"] or () if len(entry["where"]) == 1 else ()
    return refused.get(entry["source"], {}).get(words[0], {}) if len(words) == 1 else {}


def unit_shown(entry: dict[str, Any]) -> str:
    """The unit as it stands behind a shown number: ``% of permits``, ``evictions per 1,000``."""
    unit = entry["unit"]
    words = {
        "percent": f"% {unit}",
        "per_1000": f"{unit} per 1,000",
        "per_100000": f"{unit} per 100,000",
    }
    return words.get(entry["scale"], unit).strip()
