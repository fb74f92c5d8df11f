"""What a measure declares besides its title: targets, tolerance, gaps between groups, columns, baseline."""

from typing import Literal

from workbench.catalog.entry import Entry, Text


class Target(Entry):
    """A value to reach. ``kind`` says what it is compared with."""

    value: float | None = None
    lower: float | None = None  # of a range
    upper: float | None = None
    by: str = ""  # a period; empty: from the first to the last
    since: str = ""
    kind: Literal["each_period", "level", "cumulative", "maintain"] = "each_period"
    path: dict[str, float] = {}  # a period: what is planned for it on the way to a level or total
    plan: list[float] = []  # of a total: how it falls on the intervals of a year, in any unit
    groups: dict[str, float] = {}  # "race/black": the value that this group is to reach


class Tolerance(Entry):
    """Between which every value of a measure should lie; one end is enough."""

    lower: float | None = None
    upper: float | None = None


class Gap(Entry):
    """How far groups of a dimension may lie apart: difference to or ratio over the reference, and its target."""

    kind: Literal["difference", "ratio"] = "difference"
    reference: str = ""  # a group id or everyone_else; empty: the dimension's own
    target: float | None = None  # a difference is written as the measure is shown
    by: str = ""  # a period


class MeasureColumns(Entry):
    """Which columns of a source hold a measure."""

    interval: Text  # a date column; the interval is the one it falls in
    numerator: str = ""
    denominator: str = ""
    value: str = ""
    n: str = ""
    target: str = ""
    recorded_at: str = ""
    provisional: str = ""
    group: dict[str, str] = {}  # a dimension: the column that codes it
    place: dict[str, str] = {}  # a place level: the column that names it


class Baseline(Entry):
    """Where the process limits are computed from, and why they were restarted."""

    start: str = ""
    end: str = ""
    rebase: dict[str, str] = {}  # a period: the reason
    exclude: dict[str, str] = {}  # a period whose value is drawn and not judged by: the reason


Chart = Literal["", "xmr", "p", "u", "c", "laney_p", "laney_u", "g", "t", "waits", "run", "ewma", "cusum"]
Stage = Literal["", "activity", "output", "outcome"]
