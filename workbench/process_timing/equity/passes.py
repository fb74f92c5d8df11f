"""How each case of the period got from its submission to its end, step by step, without a gap between."""

from dataclasses import dataclass

import numpy as np

from workbench.process_timing.cohort import CALENDAR, DAY, Cohort
from workbench.process_timing.log.assembly import OPEN
from workbench.process_timing.times.clocks import lead_of, place_of, read

SUBMITTED, CLOSED, NOT_YET = "submitted", "closed", "not yet"


@dataclass(frozen=True)
class Passes:
    """Passes of the period's cases through edges, from the end of one step to the end of the next.

    A case passes first from its submission to its first step; last, where it did not end in a step, to
    ``closed`` or, open, to ``not yet``. So the passes of a case add up to its lead time so far.

    Parameters
    ----------
    names : list of str
        Of steps, by code; those three among them.
    case : array of int
        The place of the case among the period's cases.
    edge : array of int
        ``from * len(names) + to``.
    begins, ends : array of float
        Days since the submission of the case.
    """

    names: list[str]
    case: np.ndarray
    edge: np.ndarray
    begins: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, cohort: Cohort) -> "Passes":
        """Every pass of the period, by case and time; what a log has after the end of a case is left out."""
        names = [*cohort.names, *(word for word in (SUBMITTED, CLOSED, NOT_YET) if word not in cohort.names)]
        own, events = cohort.own, cohort.events
        place, lead = place_of(own, events), lead_of(own, CALENDAR)
        since = read(cohort, events, "time", CALENDAR) - read(cohort, own, "start", CALENDAR)[place]
        at, step = np.clip(since, 0, lead[place]), events["activity"].to_numpy("int64")
        first, last = np.r_[True, place[1:] != place[:-1]][: place.size], np.r_[place[1:] != place[:-1], True]
        last = last[: place.size]
        until = np.where((own["outcome"] == OPEN).to_numpy(), names.index(NOT_YET), names.index(CLOSED))
        case = np.concatenate([place, place[last]])
        begins = np.concatenate([np.where(first, 0, np.r_[0, at[:-1]][: place.size]), at[last]])
        ends = np.concatenate([at, lead[place[last]]])
        source = np.concatenate(
            [np.where(first, names.index(SUBMITTED), np.r_[0, step[:-1]][: place.size]), step[last]]
        )
        target = np.concatenate([step, until[place[last]]])
        is_step = np.concatenate([~first, np.zeros(last.sum(), bool)])
        kept = (begins < lead[case]) & (is_step | (begins < ends))
        columns = (case, source * len(names) + target, begins / DAY, ends / DAY)
        return cls(names, *(column[kept] for column in columns))

    def within(self, horizon: float, entered: np.ndarray | None) -> "Passes":
        """Passes as far as they are seen: up to a horizon, and from the day each case came under observation."""
        begins = self.begins if entered is None else np.maximum(self.begins, entered[self.case])
        kept = (begins < horizon) & (begins <= self.ends)
        ends = np.minimum(self.ends, horizon)
        return Passes(self.names, self.case[kept], self.edge[kept], begins[kept], ends[kept])

    def of_cases(self, places: np.ndarray) -> "Passes":
        """Passes of some cases, by the place of each among them; ``places`` rise."""
        kept = np.isin(self.case, places)
        case = np.searchsorted(places, self.case[kept])
        return Passes(self.names, case, self.edge[kept], self.begins[kept], self.ends[kept])

    def users(self, edges: np.ndarray, members: np.ndarray) -> np.ndarray:
        """How many cases of each group passed each edge: edges by groups.

        Parameters
        ----------
        edges : array of int
            Rising.
        members : array of bool, cases by groups
        """
        once = np.unique(self.edge * len(members) + self.case)
        edge, case = np.searchsorted(edges, once // len(members)), once % len(members)
        found = np.zeros((len(edges), members.shape[1]), dtype="int64")
        np.add.at(found, edge, members[case].astype("int64"))
        return found

    def name_of(self, edge: int) -> tuple[str, str]:
        """From where to where."""
        return tuple(self.names[code] for code in divmod(int(edge), len(self.names)))
