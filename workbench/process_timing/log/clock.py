"""How long it was between two instants: by the clock, or in whole days where the log has dates only."""

from dataclasses import dataclass

import numpy as np

from workbench.calendars import WorkingCalendar

DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Clock:
    """Elapsed time of a log.

    Parameters
    ----------
    calendar : WorkingCalendar
        For the local date of an instant, and for working time.
    whole_days : bool
        Whether the log has dates only: between two of them lie whole days, whatever the clocks did.
    """

    calendar: WorkingCalendar
    whole_days: bool

    def between(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Microseconds from each start to its end."""
        if not self.whole_days:
            return ends - starts
        dates = [self.calendar.local_dates(instants) for instants in (starts, ends)]
        return (dates[1] - dates[0]).astype("int64") * DAY
