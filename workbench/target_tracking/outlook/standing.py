"""Where a measure stands today: against its path, and against what it was to keep."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.continuation import Process
from workbench.statistics.outlook import LIKELY, UNLIKELY, chance
from workbench.target_tracking.outlook.forecast import standing_at
from workbench.target_tracking.outlook.totals import Total
from workbench.target_tracking.series import Series
from workbench.target_tracking.targets import Aim

AHEAD, ON, BEHIND = "ahead of path", "on path", "behind path"
_ONE_SIGMA = (0.158655, 0.841345)


@dataclass(frozen=True)
class PathStanding:
    """Against the path today.

    Parameters
    ----------
    planned : float
        What the path plans for the latest interval; NaN without a path.
    probability : float
        That the process, its ups and downs apart, is there or beyond.
    """

    planned: float = np.nan
    probability: float = np.nan

    @property
    def word(self) -> str:
        """Ahead of path from 0.8, behind path below 0.2, else on path; empty where not known."""
        if np.isnan(self.probability):
            return ""
        return AHEAD if self.probability >= LIKELY else BEHIND if self.probability < UNLIKELY else ON


def on_path(series: Series, aim: Aim, process: Process | None) -> PathStanding:
    """A target that is no total against its path, in the latest final interval."""
    if series.latest is None:
        return PathStanding()
    planned = aim.planned(series.periods[series.latest])
    if np.isnan(planned) or process is None:
        return PathStanding(planned)
    return PathStanding(planned, standing_at(process, planned, series.direction))


def total_on_path(series: Series, total: Total, process: Process | None) -> PathStanding:
    """A total against its path: how far what is done lies from it, beside the ups and downs of so many intervals."""
    done = int(total.done.sum())
    if not total.aim.path or not done:
        return PathStanding()
    if process is None or not len(process.coming):
        return PathStanding(total.plan)
    low, high = process.prediction.quantiles(_ONE_SIGMA)[:, 0]
    spread = (high - low) / 2 * (np.sqrt(done) if not total.weight else 1 / np.sqrt(done))
    return PathStanding(total.plan, chance(total.so_far, spread, total.plan, series.direction))


@dataclass(frozen=True)
class Kept:
    """What was to be maintained.

    Parameters
    ----------
    since : str
        The interval from which on every final value met it, up to the latest; empty where the latest does not.
    lost : str
        The latest interval in which it was lost after it had been met; empty where it never was.
    """

    since: str = ""
    lost: str = ""


def kept(series: Series, aim: Aim) -> Kept:
    """Whether a level that was to be maintained was, from its beginning on."""
    meets = series.meets_target
    begun = [aim.since is None or aim.since.start <= period.start for period in series.periods]
    rows = np.flatnonzero(series.columns["final"] & ~np.isnan(meets) & np.array(begun, bool))
    met = meets[rows] == 1
    if aim.kind != "maintain" or not met.any():
        return Kept()
    missed = rows[~met & (np.arange(len(rows)) > met.argmax())]
    again = rows[rows > (rows[~met].max() if (~met).any() else -1)]
    return Kept(
        since=str(series.periods[again[0]]) if len(again) else "",
        lost=str(series.periods[missed[-1]]) if len(missed) else "",
    )
