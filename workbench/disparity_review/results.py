"""What a disparity review finds: one tidy frame for each question that is asked of a service."""

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses import Results

_PLACE = ("place_level", "place")
_COMPARED = ("interval", "question", "dimension", "group", "reference_group", *_PLACE)


@dataclass(frozen=True)
class DisparityResults(Results):
    """Result frames of one service.

    Every row has ``state`` and ``cells``; every column is described in GLOSSARY.md.

    Parameters
    ----------
    rates : DataFrame
        One row for each interval, group and place: numerator, denominator, rate, lower, upper, method;
        design effect of repeat users; grade of an estimated denominator.
    gaps : DataFrame
        One row for each comparison: the group's and the reference's counts and rates; difference,
        ratio and adverse ratio with limits; p, smallest detectable difference, verdict.
    changes : DataFrame
        One row for each comparison and earlier interval: how the difference moved, and its verdict.
    unknown : DataFrame
        One row for each interval and place: how many have no recorded group or place.
    waits : DataFrame
        One row for each interval, group and place of a service judged by waiting times: median and
        90th percentile, those still waiting counted, and the median against the reference.
    stages : DataFrame
        One row for each stage of a service that people ask for (asks, outcome, service) and each
        comparison.
    adjusted : DataFrame
        One row for each comparison of the reviewed interval and each mix (a place level, or the
        service's stratum): the gap as it is, the gap standardised to one mix, the gap pooled within.
    split : DataFrame
        One row as in ``adjusted``: how much of the gap is mix (where people live), how much is rate
        (how they fare there).
    contributions : DataFrame
        One row for each place of a split that is shown: what it adds to either part.
    pieces : DataFrame
        One row for each group, mix and interval: how the two parts of the gap moved since the first;
        the pieces of any two intervals add up.
    summary : DataFrame
        One row for each summary measure over all groups, or over all places of a level.
    funnel : DataFrame
        One row for each place of the reviewed interval: funnel limits, shrunken rate, rank with its
        interval.
    clustering : DataFrame
        One row a place level (place ``all``): Moran's I; and one for each of its places: local cluster.
    trend : DataFrame
        One row for each group and interval: the gap as a series.
    trend_limits : DataFrame
        One row a group: process limits of that series, and the verdicts on difference and ratio.
    bounds : DataFrame
        One row for each group of the reviewed interval: the least and the largest gap, whoever those
        without a recorded group are; beside it the gap with imputed groups where that is asked for.
    decisions : DataFrame
        One row for each group: how often a search (tow, inspection) found what it looked for.
    daylight : DataFrame
        One row for each group: whether darkness changes who is stopped.
    """

    rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaps: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    unknown: pd.DataFrame = field(default_factory=pd.DataFrame)
    waits: pd.DataFrame = field(default_factory=pd.DataFrame)
    stages: pd.DataFrame = field(default_factory=pd.DataFrame)
    adjusted: pd.DataFrame = field(default_factory=pd.DataFrame)
    split: pd.DataFrame = field(default_factory=pd.DataFrame)
    contributions: pd.DataFrame = field(default_factory=pd.DataFrame)
    pieces: pd.DataFrame = field(default_factory=pd.DataFrame)
    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    funnel: pd.DataFrame = field(default_factory=pd.DataFrame)
    clustering: pd.DataFrame = field(default_factory=pd.DataFrame)
    trend: pd.DataFrame = field(default_factory=pd.DataFrame)
    trend_limits: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: pd.DataFrame = field(default_factory=pd.DataFrame)
    decisions: pd.DataFrame = field(default_factory=pd.DataFrame)
    daylight: pd.DataFrame = field(default_factory=pd.DataFrame)

    KEYS = {
        "rates": ("interval", "dimension", "group", *_PLACE),
        "gaps": _COMPARED,
        "changes": ("interval", "since", *_COMPARED[1:]),
        "unknown": ("interval", "dimension", *_PLACE),
        "waits": ("interval", "dimension", "group", *_PLACE),
        "stages": ("stage", *_COMPARED),
        "adjusted": (*_COMPARED, "mix"),
        "split": (*_COMPARED, "mix"),
        "contributions": (*_COMPARED, "mix", "part"),
        "pieces": ("interval", "dimension", "group", "reference_group", "mix"),
        "summary": ("interval", "dimension", "place_level", "index"),
        "funnel": ("interval", *_PLACE),
        "clustering": ("interval", *_PLACE),
        "trend": ("interval", "dimension", "group", "reference_group"),
        "trend_limits": ("dimension", "group", "reference_group"),
        "bounds": ("interval", "dimension", "group", "reference_group"),
        "decisions": ("interval", "dimension", "group", "reference_group"),
        "daylight": ("dimension", "group", "reference_group"),
    }


def empty(columns: list[str]) -> pd.DataFrame:
    """A frame without rows, its columns those of a result that a service does not have."""
    return pd.DataFrame(columns=columns, dtype="object")
