"""How long people wait: medians and 90th percentiles of those served and those still waiting."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "dimension", "group", "place_level", "place", "reference_group"),
    *(
        "denominator",
        "ended",
        "open",
        "median",
        "median_lower",
        "median_upper",
        "p90",
        "p90_lower",
        "p90_upper",
    ),
    *("difference", "difference_lower", "difference_upper", "p"),
    *("method", "verdict", "state", "cells"),
]


def waits(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row an interval, group and place; empty unless the outcome is a waiting time."""
    return empty(COLUMNS)
