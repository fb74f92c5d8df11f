"""The part of a period that a log covers, on the working clock, cut into days and weeks."""

from dataclasses import dataclass

import numpy as np

from workbench.process_timing.cohort import WORKING, Cohort
from workbench.process_timing.times.clocks import begins_of, calendar_of, day_of


@dataclass(frozen=True)
class Window:
    """A stretch of working time.

    Parameters
    ----------
    since, until : int
        Working time at its ends, in microseconds of the process' clock; ``until`` is not in it.
    day : int
        Microseconds of work in an ordinary working day.
    days, weeks : array of int
        Working time at which each date that is worked, and each week from Monday, begins; ``until`` last.
    """

    since: int
    until: int
    day: int
    days: np.ndarray
    weeks: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort) -> "Window | None":
        """The window of a period; None where the log covers none of its working time.

        It ends on the as-of day, and begins and ends with the log's own events: an office is not idle
        in weeks that an extract leaves out.
        """
        events, day = cohort.cube.frames["events"], day_of(cohort, WORKING)
        if not len(events) or not day:
            return None
        after = np.datetime64(cohort.period.end) + np.timedelta64(2, "D")
        dates = np.arange(cohort.period.start, after, dtype="datetime64[D]")
        calendar = calendar_of(cohort)
        midnights = calendar.worked(calendar.midnight(dates))
        last = min(cohort.cube.definition["as_of_working"], int(events["time_working"].max()))
        since = max(int(midnights[0]), int(begins_of(cohort, events, WORKING).min()))
        until = min(int(midnights[-1]), last)
        if since >= until:
            return None
        mondays = (dates.astype("int64") + 3) % 7 == 0
        cut = [
            np.unique(np.clip([since, *each, until], since, until))
            for each in (midnights, midnights[mondays])
        ]
        return cls(since, until, day, *cut)

    @property
    def working_days(self) -> float:
        """Its length in ordinary working days."""
        return (self.until - self.since) / self.day

    @property
    def week_lengths(self) -> np.ndarray:
        """Length of each week in ordinary working days."""
        return np.diff(self.weeks) / self.day

    @property
    def dates_by_week(self) -> np.ndarray:
        """How many dates of each week are worked."""
        return np.bincount(self.week_at(self.days[:-1]), minlength=self.weeks.size - 1)

    def week_at(self, working: np.ndarray) -> np.ndarray:
        """The week, from 0, of each instant of working time; what lies outside is in the nearest."""
        return _piece(self.weeks, working)

    def day_at(self, working: np.ndarray) -> np.ndarray:
        """The date, from 0, of each instant of working time; what lies outside is in the nearest."""
        return _piece(self.days, working)


def _piece(edges: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.clip(np.searchsorted(edges, at, side="right") - 1, 0, edges.size - 2)
