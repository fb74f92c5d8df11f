"""Parts of an entry of ``processes.yml``, as typed values."""

from datetime import date
from typing import Literal

from pydantic import Field

from workbench.catalog.entry import Entry, Text


class ServiceLevel(Entry):
    """How long a case may take."""

    days: float = Field(gt=0)
    calendar: Literal["calendar", "working"] = "calendar"


Holder = Literal["city", "applicant", "agency", "hold"]


class Window(Entry):
    """What of a process its extract holds: a log that begins in the middle does not know earlier cases."""

    since: date
    holds: Literal["submitted", "active"] = "submitted"  # cases submitted since, or all with an event since


class KnownChange(Entry):
    """Something that changed on a day, marked beside a change that the figures show."""

    on: date
    what: Text


class Staff(Entry):
    """Who does a step, where the log does not tell."""

    people: float = Field(gt=0)
    available: float = Field(default=1.0, gt=0, le=1)  # share of their working hours that is for this step
    minutes: float | None = Field(default=None, gt=0)  # of work in one case, where starts are not recorded
