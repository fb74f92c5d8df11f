"""The least and the largest that a gap can be, whoever those without a recorded group are."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "unknown", "unknown_share"),
    *(
        "difference",
        "lowest",
        "highest",
        "sign_certain",
        "imputed_difference",
        "imputed_difference_lower",
        "imputed_difference_upper",
    ),
    *("method", "state", "cells"),
]


def bounds(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group of the reviewed interval, in the whole city."""
    return empty(COLUMNS)
