"""The cases of a period: which they are, and how long they have waited."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.errors import ParameterError
from workbench.periods import Period
from workbench.process_timing.log.assembly import CLOSED, OPEN, SET_ASIDE
from workbench.process_timing.log.clock import DAY
from workbench.process_timing.rounding import Rounding
from workbench.statistics.resampling import Waits

COHORTS = ("submitted", "closed")
CALENDAR, WORKING = "calendar days", "working days"
CLOCKS = (CALENDAR, WORKING)
TIMED = ["lead", "working_lead", "start", "start_working", "entered", "submitted_on", "is_open", "is_closed"]
TIMED += ["due", "end", "outcome"]


@dataclass(frozen=True)
class Cohort:
    """All cases of a cube with the interval each belongs to.

    Parameters
    ----------
    cube : Cube
    period : Period
        The period under review; ``intervals`` are those of its frequency up to it.
    kind : {'submitted', 'closed'}
        Whether a case belongs to the interval it was submitted in or the one it was closed in.
    cases : DataFrame
        Cases of the cube with ``interval`` (text; missing where the case belongs to none), ``is_open`` and
        ``is_closed``. Those set aside have no known lead time: they are counted by themselves and are in no
        other frame.
    confidence : float
    """

    cube: Cube
    period: Period
    kind: str
    cases: pd.DataFrame
    confidence: float

    @classmethod
    def of(cls, cube: Cube, period: str, kind: str, confidence: float) -> "Cohort":
        """Cases by interval.

        Raises
        ------
        ParameterError
            When the period cannot be read, or ``kind`` or ``confidence`` is not allowed.
        """
        if kind not in COHORTS:
            raise ParameterError(f"`cohort` is {kind!r}; write one of {', '.join(COHORTS)}.")
        if not 0.5 <= confidence < 1:
            raise ParameterError(f"`confidence` is {confidence!r}; write a number such as 0.95.")
        parsed = Period.parse(period, cube.definition["fiscal_start"])
        cases = cube.frames["cases"]
        dates = cases["submitted_on"] if kind == "submitted" else cases["closed_on"].where(~cases["censored"])
        own = _quick(cases.assign(interval=_intervals(dates, parsed)))
        return cls(cube, parsed, kind, own, confidence)

    @cached_property
    def intervals(self) -> list[str]:
        """Names of the intervals that have cases, the earliest first, the period itself always last."""
        found = set(self._by_interval)
        periods = sorted(
            {_parsed(name, self.period) for name in found} | {self.period}, key=lambda p: p.start
        )
        return [str(each) for each in periods if each.start <= self.period.start]

    def of_interval(self, interval: str) -> pd.DataFrame:
        """Cases of one interval whose lead time is known, or known to be longer than so far."""
        return self._by_interval[interval] if interval in self._by_interval else self.cases.head(0)

    def times_of(self, interval: str) -> "Some":
        """The same cases, with the columns that times are read from."""
        return Some(self._all_timed, self.of_interval(interval).index.to_numpy())

    @property
    def own(self) -> pd.DataFrame:
        """Cases of the period under review."""
        return self.of_interval(str(self.period))

    @cached_property
    def timed(self) -> dict[str, np.ndarray]:
        """Of the cases of the period, the columns that times are read from."""
        return {name: self.own[name].to_numpy() for name in TIMED}

    @cached_property
    def _all_timed(self) -> dict[str, np.ndarray]:
        return {name: self.cases[name].to_numpy() for name in TIMED}

    def days(self, cases: "pd.DataFrame | Some", clock: str = CALENDAR) -> np.ndarray:
        """Lead time of each case in days of a clock."""
        if clock == CALENDAR:
            return np.asarray(cases["lead"]) / DAY
        return np.asarray(cases["working_lead"]) / (self.cube.definition["working_day_seconds"] * 1_000_000)

    def observed(self, cases: "pd.DataFrame | Some") -> np.ndarray:
        """Whether each case was closed."""
        return np.asarray(cases["is_closed"])

    def median_of(self, cases: "pd.DataFrame | Some", clock: str = CALENDAR) -> float:
        """Median lead time of those that are closed; missing where they are so few that it would be theirs."""
        days = self.days(cases, clock)[self.observed(cases)]
        if not days.size or days.size < self.cube.definition["least_listed"]:
            return np.nan
        return float(np.median(days))

    def waits(self, cases: pd.DataFrame) -> Waits:
        """Waiting times of cases for a comparison: weeks of submission are blocks, kinds of case strata."""
        kinds = None if self._kinds is None else self._kinds[cases.index].to_numpy()
        return Waits(self.days(cases), self.observed(cases), weeks(cases["submitted_on"]), kinds)

    @cached_property
    def _kinds(self) -> pd.Series | None:
        """The kind of each case: one number for each combination of its attributes."""
        dimensions = self.cube.definition["dimensions"]
        strata = [f"by_{each['name']}" for each in dimensions if each["kind"] == "attribute"]
        return self.cases.groupby(strata, sort=True, dropna=False).ngroup() if strata else None

    @cached_property
    def _by_interval(self) -> dict[str, pd.DataFrame]:
        timed = self.cases[self.cases["outcome"] != SET_ASIDE]
        return dict(list(timed.groupby("interval", sort=True)))

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Edge occurrences of the cases of the period."""
        return self._of_own_cases("edges")

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events of the cases of the period."""
        return self._of_own_cases("events")

    def _of_own_cases(self, frame: str) -> pd.DataFrame:
        rows = self.cube.frames[frame]
        return rows[np.isin(rows["case"].to_numpy(), self.own["case"].to_numpy())]

    @property
    def rounding(self) -> Rounding:
        """How counts along the steps are published."""
        return Rounding(self.cube.definition["rounding"], self.cube.definition["least_listed"])

    @cached_property
    def names(self) -> list[str]:
        """Activities by code."""
        return self.cube.frames["activities"]["activity"].tolist()


@dataclass(frozen=True)
class Some:
    """Some of many cases: of their columns each is picked when it is asked for.

    Hundreds of groups are asked for a few numbers each: to pick their rows of a frame would be most of the work.

    Parameters
    ----------
    columns : mapping of str to array
        Of all the cases.
    rows : array of int
        Which of them, rising.
    """

    columns: Mapping[str, np.ndarray]
    rows: np.ndarray

    def __len__(self) -> int:
        return self.rows.size

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name][self.rows]


def weeks(dates: pd.Series | np.ndarray) -> np.ndarray:
    """The number of the week, from Monday, of each date."""
    return (np.asarray(dates).astype("datetime64[D]").astype("int64") + 3) // 7


def _quick(cases: pd.DataFrame) -> pd.DataFrame:
    """The same cases, from which a few can be picked and asked hundreds of times whether they are open or closed.

    Text as objects, in one block.
    """
    asked = cases.assign(is_open=cases["outcome"] == OPEN, is_closed=cases["outcome"] == CLOSED)
    return asked.astype(dict.fromkeys(asked.select_dtypes("str").columns, object)).copy()


def _parsed(name: str, like: Period) -> Period:
    return Period.parse(name, like.fiscal_start)


def _intervals(dates: pd.Series, period: Period) -> pd.Series:
    days = pd.Series(dates.dropna().unique())
    names = {
        day: str(Period.containing(day.date(), period.frequency, period.fiscal_start))
        for day in pd.to_datetime(days)
    }
    return pd.to_datetime(dates).map(names).astype(object)
