"""Comparisons cut into the parts of a mix: the places people live in, or the kinds of what they ask for."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *("mix", "part", "numerator", "denominator", "reference_numerator", "reference_denominator"),
    *("margin", "reference_margin", "published", "cells"),
]


def mixes(cube: Cube, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a comparison of the reviewed interval, mix and part; private: not a result frame."""
    return empty(COLUMNS)
