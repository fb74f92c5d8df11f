"""What stands in each box of a value stream map, from released rows."""

from dataclasses import dataclass

import pandas as pd

from workbench.charts.process_rows import shown
from workbench.charts.process_words import CALENDAR, NOT_KNOWN, WORKING, duration, percent
from workbench.findings.rows import records

_MINUTE = 1 / 1440  # of a day


@dataclass(frozen=True)
class Station:
    """One step of the value stream in words; ``not known`` is written where a figure is missing.

    Parameters
    ----------
    name : str
    is_value_adding : bool
    work : str
        Usual work on one case; a range where starts are not recorded.
    wait : str
        Usual wait before the step, by the calendar; empty for the first step.
    working_wait : str
        The same by the city's working time.
    at_hand : str
        Open cases that wait for the step; empty for the first.
    holder : str
        Who holds the case before the step.
    accurate : str
        Percent complete and accurate.
    people : str
    """

    name: str
    is_value_adding: bool
    work: str
    wait: str
    working_wait: str
    at_hand: str
    holder: str
    accurate: str
    people: str


def stations(results) -> list[Station]:
    """The steps of the usual path, in order."""
    path = shown(results.value_stream).sort_values("position")
    times = results.step_times
    found = {
        "calendar": _by_activity(times[times["clock"] == CALENDAR]),
        "working": _by_activity(times[times["clock"] == WORKING]),
        "yields": _by_activity(results.yields),
        "people": _by_activity(results.constraint),
        "waiting": _by_activity(results.waiting),
    }
    rows = records(path)
    return [_station(row, before, found) for row, before in zip(rows, [None, *rows], strict=False)]


def _station(row: dict, previous: dict | None, found: dict[str, dict]) -> Station:
    name = row["activity"]
    calendar, working = found["calendar"].get(name, {}), found["working"].get(name, {})
    people, accurate = (
        found[frame].get(name, {}).get(column)
        for frame, column in (("people", "people"), ("yields", "complete_accurate"))
    )
    return Station(
        name=name,
        is_value_adding=bool(row["is_value_adding"]),
        work=_work(calendar),
        wait=_said(calendar.get("wait_median"), duration) if previous else "",
        working_wait=_said(working.get("wait_median"), "{:.1f} working days".format) if previous else "",
        at_hand=_at_hand(found["waiting"], previous["activity"]) if previous else "",
        holder=str(previous["holder"]) if previous else "",
        accurate=_said(accurate, percent),
        people=_said(people, "{:g}".format),
    )


def _by_activity(frame: pd.DataFrame) -> dict[str, dict]:
    """Rows of a frame by activity; suppressed ones as such, so that they are told from what is not known."""
    return {row["activity"]: row for row in records(frame)}


def _work(row: dict) -> str:
    recorded = row.get("touch_median")
    if recorded is not None and pd.notna(recorded):
        return duration(recorded)
    return _said(row.get("touch_at_most_median"), _up_to)


def _up_to(days: float) -> str:
    """A range from nothing; where it is hardly one, its end."""
    return duration(days) if days < _MINUTE else f"0 to {duration(days)}"


def _said(value, words) -> str:
    return NOT_KNOWN if value is None or pd.isna(value) else words(value)


def _at_hand(waiting: dict[str, dict], previous: str) -> str:
    """Open cases that have done the step before; none where no row says of any."""
    row = waiting.get(previous)
    if row is None:
        return "0"
    return "few" if pd.isna(row["cases"]) else f"{int(row['cases']):,}"
