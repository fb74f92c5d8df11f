"""When each event was worked on: as recorded or, where it has one time only, at the earliest."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CALENDAR, CLOCKS, Cohort
from workbench.process_timing.log.arrays import MISSING, NONE
from workbench.process_timing.log.touch import union_length
from workbench.process_timing.times.clocks import begins_of, place_of, read


@dataclass(frozen=True)
class Work:
    """The events of the period's cases on one clock, an element an event, ordered by case and step.

    Parameters
    ----------
    place : array of int
        Which of the period's cases each event belongs to.
    activity : array of int
    timed : array of bool
        Whether its start is recorded.
    previous, begins, time : array of int
        When the case's previous event was done (the start of the case, for its first), when this one began,
        and when it was done.
    earliest : array of int
        When it can have begun: its start or, where none is recorded, the later of the case's and
        the same resource's last event before it.
    paused : array of int
        How long recorded work rested.
    follows : array of bool
        Whether something comes before it: another event, or a submission that is recorded by itself.
    start, end : array of int, an element a case
        Beginning and end of each of the period's cases.
    """

    place: np.ndarray
    activity: np.ndarray
    timed: np.ndarray
    previous: np.ndarray
    begins: np.ndarray
    time: np.ndarray
    earliest: np.ndarray
    paused: np.ndarray
    follows: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort, clock: str) -> "Work":
        """The events of the period's cases; of a resource, all events of the cube count."""
        events, own = cohort.cube.frames["events"], cohort.own
        here = np.isin(events["case"].to_numpy(), own["case"].to_numpy())
        place = place_of(own, events[here])
        start, end = (read(cohort, own, name, clock) for name in ("start", "end"))
        time, begins = read(cohort, events, "time", clock), begins_of(cohort, events, clock)
        first = np.r_[True, place[1:] != place[:-1]][: place.size]
        before = np.r_[0, time[here][:-1]][: place.size]
        previous = np.where(first, np.minimum(start[place], begins[here]), before)
        last = np.maximum(_last_of(events, "resource", time)[here], _last_of(events, "case", time)[here])
        timed = events["started"].to_numpy()[here] != MISSING
        since = np.minimum(np.maximum(last, start[place]), time[here])
        return cls(
            place=place,
            activity=events["activity"].to_numpy()[here],
            timed=timed,
            previous=previous,
            begins=begins[here],
            time=time[here],
            earliest=np.where(timed, begins[here], since),
            paused=events["paused" if clock == CALENDAR else "paused_working"].to_numpy()[here],
            follows=~first | (start[place] < begins[here]),
            start=start,
            end=end,
        )

    @classmethod
    def by_clock(cls, cohort: Cohort) -> "dict[str, Work]":
        """The same on each clock."""
        return {clock: cls.of(cohort, clock) for clock in CLOCKS}

    @property
    def touch(self) -> np.ndarray:
        """Recorded work of each event; 0 where its start is not known."""
        return np.maximum(self.time - self.begins - self.paused, 0)

    @property
    def touch_at_most(self) -> np.ndarray:
        """The most that somebody can have worked for each event."""
        return np.maximum(self.time - self.earliest - self.paused, 0)

    @property
    def wait(self) -> np.ndarray:
        """From the previous event to the beginning of each; work that overlaps has no wait between it."""
        return np.maximum(self.begins - self.previous, 0)

    @property
    def step(self) -> np.ndarray:
        """From the previous event to each."""
        return np.maximum(self.time - self.previous, 0)

    def touched(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Least and most that each case was worked on in chosen events, within its lead time.

        Work done at once counts once. Least is what is recorded; most is besides what lies between
        the earliest beginning of the other events and their time, and is not recorded work anyway.
        """
        recorded = self._union(self.begins, chosen & self.timed)
        either = self._union(self.earliest, chosen)
        rests = np.zeros(self.start.size, dtype="int64")
        np.add.at(rests, self.place[chosen], self.paused[chosen])
        least = np.maximum(recorded - rests, 0)
        return least, least + either - recorded

    def _union(self, since: np.ndarray, chosen: np.ndarray) -> np.ndarray:
        place = self.place[chosen]
        lower, upper = (
            np.clip(times[chosen], self.start[place], self.end[place]) for times in (since, self.time)
        )
        return union_length(place, lower, upper, self.start.size)


def _last_of(events: pd.DataFrame, name: str, time: np.ndarray) -> np.ndarray:
    """When the last earlier event of the same case or resource was done; missing where there is none.

    Events at the same instant have the same last event: of a batch that was stamped at once, each may have
    been what was worked on.
    """
    instant, group = events["time"].to_numpy(), events[name].to_numpy()
    order = np.lexsort((instant, group))
    changes = (group[order][1:] != group[order][:-1]) | (instant[order][1:] != instant[order][:-1])
    run = np.maximum.accumulate(np.where(np.r_[True, changes][: order.size], np.arange(order.size), 0))
    earlier = order[np.maximum(run - 1, 0)]
    known = (run > 0) & (group[earlier] == group[order]) & (group[order] != NONE)
    found = np.full(order.size, MISSING)
    found[order[known]] = time[earlier[known]]
    return found
