"""One group of a measure, judged by its released values as everyone is by all of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.target_tracking.equity.points import GROUP, SUPPRESSED, under_each_other
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
    keys: Sequence[tuple[str, str, str]],
    several: Sequence[Series],
    points: Sequence[pd.DataFrame],
    reviewed: Period,
    rules: str,
    screened: bool,
) -> list[Followed]:
    """Groups followed to their verdicts.

    Parameters
    ----------
    keys
        Measure, dimension and group of each.
    several : sequence of Series
        Of their released points.
    points : sequence of DataFrame
        These: ``interval`` and ``state``, one row an interval.
    reviewed, rules, screened
        See :func:`workbench.target_tracking.tracked.track`.
    """
    states = [_states(*each) for each in zip(several, points, strict=True)]
    said = [not _kept_back(*each) for each in zip(several, states, strict=True)]
    shown = [series for series, is_said in zip(several, said, strict=True) if is_said]
    tracked = iter(tracked_of(shown, reviewed, rules, screened))
    return [
        Followed(key, series, next(tracked) if is_said else None, int((state == SUPPRESSED).sum()))
        for key, series, state, is_said in zip(keys, several, states, said, strict=True)
    ]


def _states(series: Series, points: pd.DataFrame) -> np.ndarray:
    """What is shown of each interval."""
    known = dict(zip(points["interval"], points["state"], strict=True))
    return np.array([known.get(str(period), "no data") for period in series.periods], dtype=object)


def _kept_back(series: Series, state: np.ndarray) -> bool:
    """Whether the latest interval that could be judged is hidden, or more than a quarter of all are."""
    columns, known, hidden = series.columns, state != "no data", state == SUPPRESSED
    usable = np.flatnonzero(known & ~columns["provisional"] & columns["excluded_because"].eq("").to_numpy())
    return hidden.sum() > MOST_HIDDEN * known.sum() or bool(len(usable) and hidden[usable[-1]])


def group_limits(followed: list[Followed]) -> pd.DataFrame:
    """Process limits, signal and rule of each interval of each group of which something is said."""
    said = [one for one in followed if one.tracked]
    columns = ["interval", "phase", "mean", "lower", "upper", "near_lower", "near_upper"]
    columns += ["adjusted", "season", "point_type", "rule"]
    return under_each_other([limits(one.tracked).assign(**one.named()) for one in said], columns)


def group_verdicts(followed: list[Followed]) -> pd.DataFrame:
    """Variation, assurance, outlook and status of each group, with how many intervals are hidden."""
    rows = [
        {**(verdict_row(one.tracked) if one.tracked else kept_back()), **one.named(), "hidden": one.hidden}
        for one in followed
    ]
    columns = ["verdict", "value", "rule", "since", "p", "n_points", "mean", "lower", "upper"]
    columns += ["target_verdict", "probability", "outlook", "status", "hidden"]
    return under_each_other([pd.DataFrame(rows)], columns)


def kept_back() -> dict[str, Any]:
    """The row of what is not shown."""
    return {"verdict": str(Verdict.SUPPRESSED), "cells": [], "state": SUPPRESSED}
