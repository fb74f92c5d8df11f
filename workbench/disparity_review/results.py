"""What a disparity review finds: frames of rates, gaps, changes, pooled gaps and unknown shares."""

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses import Results

_PLACE = ("place_level", "place")


@dataclass(frozen=True)
class DisparityResults(Results):
    """Result frames of one service.

    Every row has ``state`` and ``cells``; every column is described in GLOSSARY.md.

    Parameters
    ----------
    rates : DataFrame
        One row for each interval, group and place: numerator, denominator, rate, lower, upper, method.
    gaps : DataFrame
        One row for each comparison: the group's and the reference's counts and rates; difference,
        ratio and adverse ratio with limits; p, smallest detectable difference, verdict.
    changes : DataFrame
        One row for each comparison and earlier interval: how the difference moved, and its verdict.
    pooled : DataFrame
        One row for each group and place level: the gap pooled within places beside the crude one.
    unknown : DataFrame
        One row for each interval and place: how many have no recorded group or place.
    """

    rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaps: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    pooled: pd.DataFrame = field(default_factory=pd.DataFrame)
    unknown: pd.DataFrame = field(default_factory=pd.DataFrame)

    KEYS = {
        "rates": ("interval", "dimension", "group", *_PLACE),
        "gaps": ("interval", "question", "dimension", "group", "reference_group", *_PLACE),
        "changes": ("interval", "since", "question", "dimension", "group", "reference_group", *_PLACE),
        "pooled": ("interval", "dimension", "group", "reference_group", "place_level"),
        "unknown": ("interval", "dimension", *_PLACE),
    }
