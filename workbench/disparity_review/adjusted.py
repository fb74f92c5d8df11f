"""The gap as it is, standardised to one mix, and pooled within its parts, side by side."""

import pandas as pd

from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *("mix", "crude_difference", "crude_difference_lower", "crude_difference_upper", "crude_p"),
    *(
        "standardised_rate",
        "standardised_reference_rate",
        "standardised_difference",
        "standardised_difference_lower",
        "standardised_difference_upper",
        "standardised_ratio",
        "standardised_ratio_lower",
        "standardised_ratio_upper",
    ),
    *(
        "difference",
        "difference_lower",
        "difference_upper",
        "ratio",
        "ratio_lower",
        "ratio_upper",
        "odds_ratio",
        "odds_ratio_lower",
        "odds_ratio_upper",
        "p",
    ),
    *("homogeneity_p", "parts", "coverage", "reference_coverage", "pattern"),
    *("method", "verdict", "state", "cells"),
]


def adjusted(parts: pd.DataFrame, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a comparison and mix."""
    return empty(COLUMNS)
