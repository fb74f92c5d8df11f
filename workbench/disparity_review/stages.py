"""Who asks, what comes of it, and how much service there is for the need."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    "stage",
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *("numerator", "denominator", "rate", "lower", "upper", "grade"),
    *("reference_numerator", "reference_denominator", "reference_rate"),
    *("difference", "difference_lower", "difference_upper", "ratio", "ratio_lower", "ratio_upper"),
    *("p", "smallest_detectable", "method", "verdict", "state", "cells"),
]


def stages(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a stage (``asks``, ``outcome``, ``service``) and comparison; empty where no stages are declared."""
    return empty(COLUMNS)
