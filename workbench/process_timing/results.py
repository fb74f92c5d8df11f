"""What process map timing finds: where the time goes, how long cases take, and what changed."""

from dataclasses import dataclass, field

import pandas as pd

from workbench.analyses import Results


@dataclass(frozen=True)
class ProcessResults(Results):
    """Result frames of one process.

    Every row has ``state`` and ``cells``; every column is described in GLOSSARY.md.

    Parameters
    ----------
    summary : DataFrame
        One row a quantity of the whole log: events, cases, variants, durations, lead times.
    lead_times : DataFrame
        One row for each interval and clock: submitted; Kaplan-Meier median and 90th percentile with
        limits beside the median of closed cases only.
    progress : DataFrame
        One row for each interval and ``open`` or ``overdue``: how many, of how many.
    survival : DataFrame
        One row for each interval shown and share: the days within which that share was closed.
    comparison : DataFrame
        One row a comparison (``previous``, ``last_year``): difference of medians, chance of
        being faster, difference at the same mix, verdict.
    service_levels : DataFrame
        One row an interval: cases that were due, met, missed; none where no service level is declared.
    attributes : DataFrame
        One row for each dimension and group of the period: lead time.
    edges : DataFrame
        One row an edge of the period: count, waits, share of the total wait, verdict of the longest.
    activities : DataFrame
        One row an activity of the period: how often it was done.
    waiting : DataFrame
        One row an activity after which open cases wait: how many, how long so far.
    rework : DataFrame
        One row an activity of the period: cases in which it was done more than once.
    variants : DataFrame
        The most frequent variants of the period and one row for all others.
    quality : DataFrame
        One row a check of the log: how many, of how many.
    """

    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    lead_times: pd.DataFrame = field(default_factory=pd.DataFrame)
    progress: pd.DataFrame = field(default_factory=pd.DataFrame)
    survival: pd.DataFrame = field(default_factory=pd.DataFrame)
    comparison: pd.DataFrame = field(default_factory=pd.DataFrame)
    service_levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    attributes: pd.DataFrame = field(default_factory=pd.DataFrame)
    edges: pd.DataFrame = field(default_factory=pd.DataFrame)
    activities: pd.DataFrame = field(default_factory=pd.DataFrame)
    waiting: pd.DataFrame = field(default_factory=pd.DataFrame)
    rework: pd.DataFrame = field(default_factory=pd.DataFrame)
    variants: pd.DataFrame = field(default_factory=pd.DataFrame)
    quality: pd.DataFrame = field(default_factory=pd.DataFrame)

    KEYS = {
        "summary": ("quantity", "unit"),
        "lead_times": ("interval", "clock"),
        "progress": ("interval", "outcome"),
        "survival": ("interval", "share"),
        "comparison": ("interval", "comparison", "since"),
        "service_levels": ("interval",),
        "attributes": ("interval", "dimension", "group"),
        "edges": ("interval", "from", "to", "holder"),
        "activities": ("interval", "activity"),
        "waiting": ("interval", "activity", "holder"),
        "rework": ("interval", "activity"),
        "variants": ("interval", "rank"),
        "quality": ("check",),
    }
