"""What tests of comparisons share: kinds of outcome, one row of a frame, and an analysis without its other parts."""

from types import SimpleNamespace

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.comparison import gaps
from workbench.disparity_review.counted import counted
from workbench.disparity_review.facts import facts
from workbench.disparity_review.group_rates import rates, unknown
from workbench.disparity_review.scope import Scope

KINDS = {
    "proportion": {"kind": "proportion"},
    "per_resident": {"kind": "per_resident", "unit": "residents"},
    "rate": {"kind": "rate", "exposure": "nights", "exposure_unit": "bed nights"},
    "waiting_time": {"kind": "waiting_time", "ended": "closed", "standard_days": 30},
}


def one(frame: pd.DataFrame, **key) -> pd.Series:
    """The only row with these keys."""
    rows = frame
    for name, value in key.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, rows
    return rows.iloc[0]


def reviewed(cube: Cube, **parameters) -> SimpleNamespace:
    """What this module is about, of the whole analysis: rates, gaps, the unknown, and facts."""
    scope = Scope.of(cube, "2025-Q4", **parameters)
    counts = counted(cube, scope)
    published = counts[counts["published"]]
    return SimpleNamespace(
        rates=rates(published, scope),
        gaps=gaps(counts, scope),
        unknown=unknown(published, scope),
        facts=facts(cube, counts, scope),
    )


def limits(row: pd.Series, figure: str) -> list[float]:
    return [row[f"{figure}_lower"], row[f"{figure}_upper"]]
