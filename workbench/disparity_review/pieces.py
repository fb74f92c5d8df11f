"""How the two parts of a gap moved from interval to interval, in pieces that add up (Das Gupta 1993)."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "dimension", "group", "reference_group", "mix"),
    *("difference", "composition", "treatment", "composition_change", "treatment_change"),
    *("method", "state", "cells"),
]


def pieces(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a group, mix and interval."""
    return empty(COLUMNS)
