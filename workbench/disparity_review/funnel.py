"""Places beside what chance would give: funnel limits, shrunken rates, ranks and clusters."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "place_level", "place", "numerator", "denominator", "rate", "target"),
    *(
        "lower_95",
        "upper_95",
        "lower_998",
        "upper_998",
        "wide_lower_95",
        "wide_upper_95",
        "wide_lower_998",
        "wide_upper_998",
    ),
    *("signal", "overdispersion", "shrunken_rate", "rank", "rank_lower", "rank_upper"),
    *("local_i", "local_p", "local_q", "cluster", "method", "state", "cells"),
]


def funnel(counts: pd.DataFrame, cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row a place of the reviewed interval."""
    return empty(COLUMNS)


CLUSTERING_COLUMNS = [
    *("interval", "place_level", "moran_i", "expected", "p", "places", "islands"),
    *("method", "verdict", "state", "cells"),
]


def clustering(counts: pd.DataFrame, cube: Cube, scope: Scope) -> pd.DataFrame:
    """One row a place level with boundaries: whether like rates lie beside like."""
    return empty(CLUSTERING_COLUMNS)
