"""What is known of a measure interval by interval."""

import numpy as np
import pandas as pd

from workbench.target_tracking.drawn import OWN
from workbench.target_tracking.series import clipped
from workbench.target_tracking.tracked import Tracked

PROPOSED = {
    "measure": "str",
    "interval": "str",
    "before": "float64",
    "after": "float64",
    "run": "int64",
    "cells": "object",
    "state": "str",
}


def points(one: Tracked) -> pd.DataFrame:
    """Value and target of each interval."""
    columns = one.series.columns
    names = ["interval", "interval_start", "interval_end", "value", "numerator", "denominator", "n"]
    names += ["target", "target_lower", "target_upper", "planned"]
    value, why = columns["value"], columns["excluded_because"]
    state = np.where(np.isnan(value), "no data", np.where(value == 0, "zero", "value"))
    return pd.DataFrame(
        {
            **{name: columns[name] for name in names},
            "meets_target": one.series.meets_target,
            "provisional": columns["provisional"],
            "measure": one.series.id,
            "excluded": why != "",
            "excluded_because": why,
            "baseline": columns["baseline"],
            "cells": [[cell] if cell else [] for cell in columns["cell"]],
            "state": state,
        }
    )


def limits(one: Tracked) -> pd.DataFrame:
    """Process limits, season, signal and rule of each interval."""
    series, judgement = one.series, one.judgement
    found, effects = judgement.lines, judgement.effects
    names = ["mean", "lower", "upper", "near_lower", "near_upper"]
    bounds = {name: clipped(found[name] + effects, series.entry) for name in names}
    bounds |= {name: found[name] + effects for name in OWN if name.startswith("smoothed")}
    bounds |= {name: found[name] for name in OWN if name.startswith(("sum", "wait"))}
    return pd.DataFrame(
        {
            "interval": series.columns["interval"],
            "phase": found["phase"],
            **bounds,
            "measure": series.id,
            "adjusted": judgement.adjusted,
            "season": effects,
            "point_type": pd.Series(judgement.point_type, dtype=str),
            "rule": pd.Series(judgement.marks.rule, dtype=str),
            "cells": [one.all_cells] * len(series.periods),
            "state": np.where(
                np.isnan(found["mean"]), "no data", np.where(found["n"] < 13, "unreliable", "value")
            ),
        }
    )


def proposals(tracked: list[Tracked]) -> pd.DataFrame:
    """Where limits might be restarted: the interval, the medians before and after, and the values of the run."""
    rows = [
        {
            "measure": one.series.id,
            "interval": str(one.series.periods[at]),
            "before": found.before + one.judgement.effects[at],
            "after": found.after + one.judgement.effects[at],
            "run": found.length,
            "cells": one.all_cells,
            "state": "value",
        }
        for one in tracked
        for at, found in one.judgement.proposed
    ]
    return pd.DataFrame(rows, columns=list(PROPOSED)).astype(PROPOSED)


def stacked(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of several measures under each other, the measure first."""
    filled = [part for part in parts if len(part)] or parts[:1]
    whole = pd.concat(filled, ignore_index=True)
    return whole[["measure", *(name for name in whole if name != "measure")]]
