"""Who works on each step: as declared, or as the log shows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.process_timing.capacity.window import Window
from workbench.process_timing.cohort import Cohort

DECLARED, SEEN, UNKNOWN = "declared", "seen in the log", ""


@dataclass(frozen=True)
class People:
    """The people of one step.

    Parameters
    ----------
    number : float
        Declared, or how many different ones did it in the window; missing where neither is known.
    staff : float
        Their whole working days at this step on a day, in people: number times the share of their time.
    source : str
        ``DECLARED``, ``SEEN`` or ``UNKNOWN``.
    share : float
        Of a further one's working hours that would be for this step: as declared, else all of them.
    by_week : array of float or None
        Days that people gave to the step in each week of the window, where they are seen in the log.
    """

    number: float
    staff: float
    source: str
    share: float = 1.0
    by_week: np.ndarray | None = None

    @property
    def available(self) -> float:
        """The share of their working hours that is for this step."""
        return self.staff / self.number if self.number else np.nan


def people(cohort: Cohort, window: Window, found: pd.DataFrame) -> list[People]:
    """The people of each activity, by code.

    What ``staff`` of the process declares comes first. Otherwise people are counted by days: on a date on
    which somebody worked in this process the day is shared between the steps they worked on, by the time spent on
    each, and the days of all are divided by the dates worked. A day with nothing in the log is not counted, and
    other work is not seen: whoever does much else is counted as more staff than the step has.

    Parameters
    ----------
    cohort : Cohort
    window : Window
    found : DataFrame
        Of :func:`workbench.process_timing.capacity.visits.visits`.
    """
    declared = cohort.cube.definition["process"]["staff"]
    given, numbers = _days_given(window, found, len(cohort.names))
    seen = given.sum(axis=1) / (window.days.size - 1)
    return [
        _declared(declared[name]) if name in declared else _seen(seen[code], numbers[code], given[code])
        for code, name in enumerate(cohort.names)
    ]


def _declared(entry: dict) -> People:
    share = entry["available"]
    return People(entry["people"], entry["people"] * share, DECLARED, share)


def _seen(staff: float, number: int, by_week: np.ndarray) -> People:
    """To a tenth of a person, which is as well as days tell."""
    if not number:
        return People(np.nan, np.nan, UNKNOWN)
    return People(number, max(round(float(staff), 1), 0.1), SEEN, by_week=by_week)


def _days_given(window: Window, found: pd.DataFrame, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Days of people by activity and week, and how many people did each activity."""
    known = found[found["resource"] >= 0]
    worked = _by_date(window, known)
    whole = worked.groupby(["resource", "date"], sort=False)["time"].transform("sum")
    weeks = window.weeks.size - 1
    week = window.week_at(window.days[:-1])[worked["date"]]
    place = worked["activity"].to_numpy("int64") * weeks + week
    given = np.bincount(place, worked["time"] / whole, minlength=size * weeks).reshape(size, weeks)
    pairs = known[["activity", "resource"]].drop_duplicates()
    return given, np.bincount(pairs["activity"].to_numpy("int64"), minlength=size)


def _by_date(window: Window, known: pd.DataFrame) -> pd.DataFrame:
    """Work cut at the dates of the window: resource, activity, date, and time (1 at least, so that it counts)."""
    begun, done = (np.clip(known[name].to_numpy(), window.since, window.until) for name in ("begun", "done"))
    first, last = window.day_at(begun), window.day_at(np.maximum(done - 1, begun))
    times = last - first + 1
    row = np.repeat(np.arange(len(known)), times)
    date = first[row] + np.arange(row.size) - np.repeat(np.cumsum(times) - times, times)
    spent = np.minimum(done[row], window.days[date + 1]) - np.maximum(begun[row], window.days[date])
    return pd.DataFrame(
        {
            **{name: known[name].to_numpy()[row] for name in ("resource", "activity")},
            "date": date,
            "time": np.maximum(spent, 1),
        }
    )
