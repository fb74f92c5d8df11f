"""The events of a log as arrays, and what follows for each from its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.process_timing.log.reading import MISSING
from workbench.process_timing.log.touch import pieces

NONE = -1  # the code of an activity, resource or team that is not known


@dataclass(frozen=True)
class Log:
    """Events of all cases as arrays, an element an event, ordered by case and step.

    Times are microseconds in UTC; ``MISSING`` marks a time that is not known, ``NONE`` a code.

    Parameters
    ----------
    key : array of int64
        First row of the case in the source.
    activity, following : array of int16
        Codes of the activity and of the next one of the case, ``NONE`` after the last.
    time, started, assigned : array of int64
        When the work was done, begun and given to somebody.
    until : array of int64
        When the next event of the case begins (its time, where no start is known).
    resource, team : array of int
        Codes; ``NONE`` where not known and of system accounts.
    paused : array of int64
        How long the work rested between its start and its end.
    row, copies : array of int64
        First row of the event in the source, and how many rows say the same.
    system, is_reversed : array of bool
        Whether a system account did it; whether its start lay after its end, and is therefore not known.
    pauses : DataFrame
        One row a rest: row (of the event), from, until; empty where the log does not tell.
    """

    key: np.ndarray
    activity: np.ndarray
    following: np.ndarray
    time: np.ndarray
    started: np.ndarray
    assigned: np.ndarray
    until: np.ndarray
    resource: np.ndarray
    team: np.ndarray
    paused: np.ndarray
    row: np.ndarray
    copies: np.ndarray
    system: np.ndarray
    is_reversed: np.ndarray
    pauses: pd.DataFrame

    @classmethod
    def of(cls, steps: pd.DataFrame, pauses: pd.DataFrame) -> Log:
        """From the rows of :func:`workbench.process_timing.log.events.steps`, in order."""
        size = len(steps)

        def column(name: str, kind: str, otherwise=NONE) -> np.ndarray:
            return steps[name].to_numpy(kind) if name in steps else np.full(size, otherwise, kind)

        times = {name: column(name, "int64", MISSING) for name in ("time", "started", "until", "assigned")}
        return cls(
            key=column("case", "int64"),
            activity=column("from", "int16"),
            following=column("to", "int16"),
            **times,
            resource=column("resource", "int32"),
            team=column("team", "int16"),
            paused=_paused(pauses, column("row", "int64")),
            row=column("row", "int64"),
            copies=column("copies", "int64", 1),
            system=column("system", "bool", False),
            is_reversed=column("reversed", "bool", False),
            pauses=pauses,
        )

    @property
    def size(self) -> int:
        """How many events there are."""
        return self.key.size

    @cached_property
    def begin(self) -> np.ndarray:
        """Whether each event is the first of its case."""
        return np.r_[True, self.key[1:] != self.key[:-1]][: self.size]

    @cached_property
    def case(self) -> np.ndarray:
        """0, 1, 2, ... in the order of the keys, for each event."""
        return np.cumsum(self.begin) - 1

    @cached_property
    def first(self) -> np.ndarray:
        """Where each case begins in the arrays."""
        return np.flatnonzero(self.begin)

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return self.first.size

    @property
    def last(self) -> np.ndarray:
        """Where each case ends in the arrays."""
        return np.r_[self.first[1:], self.size][: self.cases] - 1

    @property
    def begins(self) -> np.ndarray:
        """Start of each event where it is known, else its time."""
        return np.where(self.started == MISSING, self.time, self.started)

    @property
    def edge(self) -> np.ndarray:
        """Which events another one of the case follows."""
        return self.following != NONE

    @cached_property
    def is_repeat(self) -> np.ndarray:
        """Whether the activity of each event was done before in its case."""
        pair = self.case * (int(self.activity.max(initial=0)) + 1) + self.activity
        repeats = np.ones(self.size, bool)
        repeats[np.unique(pair, return_index=True)[1]] = False
        return repeats

    @cached_property
    def resource_time(self) -> np.ndarray:
        """When the resource of each event finished its previous event, in whichever case."""
        order = np.lexsort((self.row, self.time, self.resource))
        who, when = self.resource[order], self.time[order]
        same = np.r_[False, who[1:] == who[:-1]][: self.size] & (who != NONE)
        found = np.full(self.size, MISSING)
        found[order[same]] = np.r_[MISSING, when[:-1]][: self.size][same]
        return found

    def changes(self, codes: np.ndarray) -> np.ndarray:
        """For each event: 1 if the next of the case has another code, 0 if the same, -1 if one is not known."""
        after = np.r_[codes[1:], NONE][: self.size]
        known = self.edge & (codes != NONE) & (after != NONE)
        return np.where(known, codes != after, -1).astype("int8")

    def per_case(self, values: np.ndarray) -> np.ndarray:
        """Sum of whole numbers over the events of each case."""
        return np.add.reduceat(values.astype("int64"), self.first) if self.size else np.zeros(0, "int64")

    def work(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Recorded spans of work without their rests: case, start, end."""
        known = self.started != MISSING
        number = pd.Series(np.arange(self.size), index=self.row).reindex(self.pauses["row"]).to_numpy("int64")
        place, start, end = pieces(
            np.flatnonzero(known),
            self.started[known],
            self.time[known],
            (number, self.pauses["from"].to_numpy("int64"), self.pauses["until"].to_numpy("int64")),
        )
        return self.case[place], start, end


def _paused(pauses: pd.DataFrame, row: np.ndarray) -> np.ndarray:
    rested = (pauses["until"] - pauses["from"]).groupby(pauses["row"]).sum()
    return rested.reindex(row, fill_value=0).to_numpy("int64")
