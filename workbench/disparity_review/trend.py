"""The gap as a series: process limits, and whether it narrows or widens, as a difference and as a ratio."""

import pandas as pd

from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *(
        "interval",
        "dimension",
        "group",
        "reference_group",
        "difference",
        "difference_lower",
        "difference_upper",
        "ratio",
        "ratio_lower",
        "ratio_upper",
    ),
    *("method", "state", "cells"),
]


def trend(compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group and interval."""
    return empty(COLUMNS)


LIMIT_COLUMNS = [
    *("dimension", "group", "reference_group", "points", "mean", "process_lower", "process_upper"),
    *("latest_point_type", "verdict", "ratio_verdict", "agree", "p", "ratio_p"),
    *("compared_interval", "method", "state", "cells"),
]


def trend_limits(compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group: the process limits of its series, and what the series shows."""
    return empty(LIMIT_COLUMNS)
