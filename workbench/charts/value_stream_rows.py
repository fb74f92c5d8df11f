"""What stands in each box of a value stream map, from released rows."""

from dataclasses import dataclass

import pandas as pd

from workbench.charts.process_words import duration, percent

CALENDAR, WORKING = "calendar days", "working days"
NOT_KNOWN = "not known"


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
    path = results.value_stream[results.value_stream["state"] != "suppressed"].sort_values("position")
    times = {clock: _by_activity(results.step_times, clock=clock) for clock in (CALENDAR, WORKING)}
    found = {
        "calendar": times[CALENDAR],
        "working": times[WORKING],
        "yields": _by_activity(results.yields),
        "people": _by_activity(results.constraint),
        "waiting": _by_activity(results.waiting),
    }
    rows = path.to_dict("records")
    return [_station(row, before, found) for row, before in zip(rows, [None, *rows], strict=False)]


def _station(row: dict, previous: dict | None, found: dict[str, dict]) -> Station:
    name = row["activity"]
    calendar, working = found["calendar"].get(name, {}), found["working"].get(name, {})
    people = found["people"].get(name, {}).get("people")
    return Station(
        name=name,
        is_value_adding=bool(row["is_value_adding"]),
        work=_work(calendar),
        wait=_time(calendar.get("wait_median")) if previous else "",
        working_wait=_working(working.get("wait_median")) if previous else "",
        at_hand=_at_hand(found["waiting"], previous["activity"]) if previous else "",
        holder=str(previous["holder"]) if previous else "",
        accurate=_share(found["yields"].get(name, {}).get("complete_accurate")),
        people=NOT_KNOWN if people is None or pd.isna(people) else f"{people:g}",
    )


def _by_activity(frame: pd.DataFrame, **wanted) -> dict[str, dict]:
    """Rows of a frame by activity; suppressed ones as such, so that they are told from what is not known."""
    rows = frame
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return {row["activity"]: row for row in rows.to_dict("records")}


def _work(row: dict) -> str:
    recorded, most = row.get("touch_median"), row.get("touch_at_most_median")
    if recorded is not None and pd.notna(recorded):
        return duration(recorded)
    if most is not None and pd.notna(most):
        return f"0 to {duration(most)}"
    return NOT_KNOWN


def _time(days) -> str:
    return NOT_KNOWN if days is None or pd.isna(days) else duration(days)


def _working(days) -> str:
    return NOT_KNOWN if days is None or pd.isna(days) else f"{days:.1f} working days"


def _share(share) -> str:
    return NOT_KNOWN if share is None or pd.isna(share) else percent(share)


def _at_hand(waiting: dict[str, dict], previous: str) -> str:
    """Open cases that have done the step before; none where no row says of any."""
    row = waiting.get(previous)
    if row is None:
        return "0"
    return "few" if pd.isna(row["cases"]) else f"{int(row['cases']):,}"
