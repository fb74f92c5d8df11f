"""Tests of decisions: what searches found, and whether darkness changes who is stopped."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "acted", "hits", "rate", "lower", "upper"),
    *(
        "reference_acted",
        "reference_hits",
        "reference_rate",
        "difference",
        "difference_lower",
        "difference_upper",
        "ratio",
        "ratio_lower",
        "ratio_upper",
    ),
    *("p", "smallest_detectable", "method", "verdict", "state", "cells"),
]


def decisions(cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row a group; empty where no hit is declared."""
    return empty(COLUMNS)


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


def daylight(cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row a group; empty where no time of stops is declared."""
    return empty(DAYLIGHT_COLUMNS)
