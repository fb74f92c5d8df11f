"""How much of a gap goes with the mix, how much is there within its parts (Kitagawa 1955)."""

import pandas as pd

from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import Scope

COLUMNS = [
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *(
        "mix",
        "difference",
        "composition",
        "composition_lower",
        "composition_upper",
        "treatment",
        "treatment_lower",
        "treatment_upper",
    ),
    *("composition_share", "composition_share_lower", "composition_share_upper"),
    *("parts", "left_out", "coverage", "reference_coverage", "method", "verdict", "state", "cells"),
]


def split(parts: pd.DataFrame, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a comparison and mix."""
    return empty(COLUMNS)


CONTRIBUTION_COLUMNS = [
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *("mix", "part", "share", "reference_share", "composition", "treatment", "state", "cells"),
]


def contributions(parts: pd.DataFrame, compared: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a comparison, mix and part that is shown: what it adds to either part of the gap."""
    return empty(CONTRIBUTION_COLUMNS)
