"""Waits as two periods would have been seen at the same age, each followed equally long.

Of the latest period the long waits have not ended, so that those that have would make it look faster. Three
things keep the comparison fair. The earlier period is seen as it was at the same age. A wait counts
only when it began so long before that day that it could have been seen to last a given number of days,
and ended within them; else steps that are reached later than before, because those ahead of them got
slower, would have their long waits cut off. And how many did not end within them is known.
"""

from dataclasses import dataclass

import numpy as np

from workbench.periods import Period
from workbench.process_timing.cohort import DAY, Cohort, weeks
from workbench.process_timing.log.assembly import OPEN
from workbench.process_timing.times.clocks import calendar_of, place_of

# Days that waits may be followed for. Fixed, so that the choice tells nobody's wait.
FOLLOWED = np.array(
    [1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 540, 730, 1095, 1825, 3650, np.inf]
)


@dataclass(frozen=True)
class Begun:
    """Waits that began in the cases of a period before a day, an element a wait.

    Parameters
    ----------
    origins : array of int
        The activity, by code, after which the case waits.
    edges : array of int
        ``origin * activities + next activity``; -1 where the case still waits and nobody knows for what.
    days : array of float
        Calendar days waited; infinite where the case still waits.
    room : array of float
        Days from the beginning of the wait to the day on which the period is seen.
    weeks : array of int
        The week in which the case was submitted.
    """

    origins: np.ndarray
    edges: np.ndarray
    days: np.ndarray
    room: np.ndarray
    weeks: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort, period: Period, age: int) -> "Begun":
        """Waits of the cases of a period, begun before it was of an age.

        Cases that came under observation after their start are left out: the extract knows of such
        a case because it waited long. Where cases belong to the period in which they were closed all
        waits have ended, and there is always room.

        Parameters
        ----------
        age : int
            Microseconds from the first day of the period.
        """
        cases = cohort.of_interval(str(period))
        cases = cases[cases["entered"] == 0]
        steps = cohort.cube.frames["edges"]
        steps = steps[np.isin(steps["case"].to_numpy(), cases["case"].to_numpy())]
        still = cases[cases["outcome"] == OPEN]
        of_case = weeks(cases["submitted_on"])
        origin, until = steps["from"].to_numpy("int64"), steps["to"].to_numpy("int64")
        begun = np.concatenate([steps["time"].to_numpy(), still["last_time"].to_numpy()])
        days = np.concatenate([steps["wait"].to_numpy() / DAY, np.full(len(still), np.inf)])
        edges = np.concatenate([origin * len(cohort.names) + until, np.full(len(still), -1)])
        room = (begins(cohort, period) + age - begun) / DAY
        room = np.full(room.size, np.inf) if cohort.kind == "closed" else room
        found = cls(
            np.concatenate([origin, still["last"].to_numpy("int64")]),
            np.where(days <= room, edges, -1),
            np.where(days <= room, days, np.inf),
            room,
            np.concatenate([of_case[place_of(cases, steps)], of_case[place_of(cases, still)]]),
        )
        return found.where(found.room >= 0)

    def where(self, chosen: np.ndarray) -> "Begun":
        """Some of the waits."""
        parts = (self.origins, self.edges, self.days, self.room, self.weeks)
        return Begun(*(part[chosen] for part in parts))

    def of_edge(self, edge: int) -> "Begun":
        """Waits that ended in the step that makes them of an edge."""
        return self.where(self.edges == edge)

    def ended_within(self, days: float) -> "Begun":
        """Waits that could be followed for so many days, and ended within them."""
        return self.where((self.days <= days) & (self.room >= days))

    def share_ended(self, origin: int, edge: int, days: float) -> float:
        """Of the waits on an edge that could be followed for so many days: about what share ended within them.

        Of those that still last, as many are taken to be on it as of those that have ended. Missing
        without any.
        """
        followed = self.where((self.origins == origin) & (self.room >= days))
        own = followed.of_edge(edge).days
        return float((own <= days).mean() * np.isfinite(followed.days).mean()) if own.size else np.nan


def begins(cohort: Cohort, period: Period) -> int:
    """The first instant of a period, in microseconds."""
    return int(calendar_of(cohort).midnight([np.datetime64(period.start)]).astype("int64")[0])


def fairest(now: Begun, before: Begun) -> float:
    """The number of days that keeps most waits: with few the long ones are left out, with many the late ones."""
    kept = sum(
        ((side.days[:, None] <= FOLLOWED) & (side.room[:, None] >= FOLLOWED)).sum(axis=0)
        for side in (now, before)
    )
    return float(FOLLOWED[kept.argmax()])
