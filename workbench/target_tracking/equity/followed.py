"""One group of a measure, judged by its released values as everyone is by all of theirs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.target_tracking.equity.points import (
    GROUP,
    SUPPRESSED,
    empty,
    under_each_other,
)
from workbench.target_tracking.intervals import limits
from workbench.target_tracking.rows import verdict_row
from workbench.target_tracking.series import Series
from workbench.target_tracking.tracked import Tracked, tracked_of

# Of the intervals of a group, so many may be hidden before its limits say too little: those that are hidden
# are its smallest, and limits of the others lie too close together.
MOST_HIDDEN = 0.25


@dataclass(frozen=True)
class Followed:
    """A series judged by what is shown of it.

    Parameters
    ----------
    key : tuple of str
        Measure, dimension and group.
    series : Series
    tracked : Tracked or None
        None where nothing is said of it: its latest interval is hidden, or too many are.
    hidden : int
        How many of its intervals are hidden.
    """

    key: tuple[str, str, str]
    series: Series
    tracked: Tracked | None
    hidden: int

    def named(self) -> dict[str, str]:
        """Its key by column."""
        return dict(zip(GROUP, self.key, strict=True))


def follow(
    key: tuple[str, str, str],
    series: Series,
    points: pd.DataFrame,
    reviewed: Period,
    rules: str,
    screened: bool,
) -> Followed:
    """A group followed to its verdicts.

    Parameters
    ----------
    key
        Measure, dimension and group.
    series : Series
        Of its released points.
    points : DataFrame
        These: ``interval`` and ``state``, one row an interval.
    reviewed, rules, screened
        See :func:`workbench.target_tracking.tracked.track`.
    """
    known = dict(zip(points["interval"], points["state"], strict=True))
    state = np.array([known.get(name, "no data") for name in series.frame["interval"]], dtype=object)
    said = not _kept_back(series, state)
    tracked = tracked_of(series, reviewed, rules, screened) if said else None
    return Followed(key, series, tracked, int((state == SUPPRESSED).sum()))


def _kept_back(series: Series, state: np.ndarray) -> bool:
    """Whether the latest interval that could be judged is hidden, or more than a quarter of all are."""
    frame, known, hidden = series.frame, state != "no data", state == SUPPRESSED
    usable = np.flatnonzero(
        known & ~frame["provisional"].to_numpy() & frame["excluded_because"].eq("").to_numpy()
    )
    return hidden.sum() > MOST_HIDDEN * known.sum() or bool(len(usable) and hidden[usable[-1]])


def group_limits(followed: list[Followed]) -> pd.DataFrame:
    """Process limits, signal and rule of each interval of each group of which something is said."""
    said = [one for one in followed if one.tracked]
    columns = ["interval", "phase", "mean", "lower", "upper", "near_lower", "near_upper"]
    columns += ["adjusted", "season", "point_type", "rule"]
    return under_each_other([empty(columns), *(limits(one.tracked).assign(**one.named()) for one in said)])


def group_verdicts(followed: list[Followed]) -> pd.DataFrame:
    """Variation, assurance, outlook and status of each group, with how many intervals are hidden."""
    rows = [
        {**(verdict_row(one.tracked) if one.tracked else kept_back()), **one.named(), "hidden": one.hidden}
        for one in followed
    ]
    columns = ["verdict", "value", "rule", "since", "p", "n_points", "mean", "lower", "upper"]
    columns += ["target_verdict", "probability", "outlook", "status", "hidden"]
    return under_each_other([empty(columns), pd.DataFrame(rows)])


def kept_back() -> dict[str, Any]:
    """The row of what is not shown."""
    return {"verdict": str(Verdict.SUPPRESSED), "cells": [], "state": SUPPRESSED}
