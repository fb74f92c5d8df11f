"""One figure for all groups, or for all places: summary measures with what chance alone would give."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "dimension", "place_level", "index", "value", "lower", "upper"),
    *("corrected", "noise_floor", "noise_upper", "above_noise", "weighted", "unit", "groups"),
    *("method", "state", "cells"),
]


def summary(counts: pd.DataFrame, cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row an index over the groups (place level ``city``), and over the places of a level."""
    return empty(COLUMNS)
