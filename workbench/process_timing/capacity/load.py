"""How busy the people of each step are: what arrives, the work it takes, and how many they are."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import exp, floor, log10

import numpy as np
import pandas as pd

from workbench.process_timing.capacity.people import People, people
from workbench.process_timing.capacity.visits import MINUTE, still_waiting, visits
from workbench.process_timing.capacity.window import Window
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import NO_DATA, UNRELIABLE, VALUE
from workbench.process_timing.log.arrays import MISSING
from workbench.statistics.percentiles import enough_for
from workbench.statistics.queue_simulation import Scenario
from workbench.statistics.queue_streams import Streams, resampled
from workbench.statistics.queueing import Queue, ggc, mmc
from workbench.statistics.resampling import REPLICATES, SEED, Blocks, Contrast, contrast, draws_of_blocks

# What it takes to tell how busy a step is, where the log does not.
FEW_CASES, NO_WORK, NO_PEOPLE = "more cases", "starts of work or minutes a case", "who did it or staff"
STEPS_OF_ROUNDING = 5  # a count of fewer is too coarse to divide by


@dataclass(frozen=True)
class Load:
    """What arrives at one step in a window, and who is there to do it. Times are in working days.

    Parameters
    ----------
    activity : str
    cases : int
        Cases that arrived, those still waiting counted; as published.
    known : float
        Share of the visits whose work is recorded or declared.
    arrivals : float
        A day; missing without cases.
    work : float
        That of one person on one case.
    in_hand : float
        Cases that a person had in hand at once while at work, on average.
    people : People
    wait : float
        Mean wait of the cases that were begun, where it is known.
    batch : int
        Cases that are begun at once, usually; 1 where that is chance.
    state : str
    lacking : tuple of str
        What it would take to tell how busy the step is; empty where it is told.
    utilisation : Contrast
        Share of their time that the step's people need for what arrives, with the interval over weeks.
    draws : array of float
        Utilisation in each draw of weeks, the sample first; the same weeks for all steps.
    interarrivals, services : array of float
        As observed, for a simulation.
    block : int
        Arrivals in a week.
    """

    activity: str
    cases: int
    known: float
    arrivals: float
    work: float
    in_hand: float
    people: People
    wait: float
    batch: int
    state: str
    lacking: tuple[str, ...]
    utilisation: Contrast = Contrast(None, None, None)
    draws: np.ndarray = field(default_factory=lambda: np.zeros(0))
    interarrivals: np.ndarray = field(default_factory=lambda: np.zeros(0))
    services: np.ndarray = field(default_factory=lambda: np.zeros(0))
    block: int = 1

    @property
    def is_told(self) -> bool:
        """Whether it can be said how busy the step is."""
        return not self.lacking

    @property
    def random_queue(self) -> Queue:
        """The step as an M/M/c queue."""
        return mmc(self.arrivals, 1 / self.work, self.people.staff)

    def queue(self, arrivals: float = 1.0, staff: float | None = None) -> Queue:
        """The step by Allen and Cunneen, with so many times its arrivals and other staff."""
        servers, (ca2, cs2) = self.people.staff if staff is None else staff, self._unevenness
        return ggc(arrivals * self.arrivals, 1 / self.work, servers, ca2=ca2, cs2=cs2)

    @cached_property
    def _unevenness(self) -> tuple[float, float]:
        """Squared coefficients of variation of arrivals, by the week, and of work."""
        few = self.streams(replications=1, cases=1)
        return few.ca2, few.cs2

    def streams(self, **size) -> Streams:
        """Arrivals and work drawn from those observed."""
        return resampled(self.interarrivals, self.services, block=self.block, **size)

    def scenario(self, streams: Streams, *, staff: float, arrivals: float, batch: int) -> Scenario:
        """What a simulation must be told so that its arrivals and work have the means that are published."""
        factor = self.arrivals / streams.arrivals
        return Scenario(staff, arrivals * factor, self.work * streams.rate, batch)


def loads(cohort: Cohort) -> list[Load]:
    """The load of each step that people did in the period, in the order of the names.

    Working time throughout. Utilisation is arrivals a day times the work on a case over the staff: the
    share of their time that people need for what arrives, 1 or more where they cannot keep up. Where the source
    is about people, arrivals are of rounded counts, and work and wait are told to two digits.
    """
    window = Window.of(cohort)
    if window is None:
        return []
    found = visits(cohort, window)
    staff, waiting = people(cohort, window, found), still_waiting(cohort, window)
    drawn = draws_of_blocks(window.weeks.size - 1, REPLICATES, SEED)
    by_step = found.groupby("activity", sort=True)
    return [_load(cohort, window, code, own, (staff[code], waiting[code], drawn)) for code, own in by_step]


def busiest(found: list[Load]) -> tuple[list[Load], np.ndarray]:
    """The steps of which it can be judged how busy they are, and in what share of the draws of weeks each is the busiest.

    Steps of few cases and steps of which utilisation is not known are not judged.

    Returns
    -------
    tuple of list of Load and array of float
        The step of the highest utilisation first. Shares are missing where the log covers a single week.
    """
    judged = [load for load in found if load.is_told and load.state == VALUE]
    ordered = sorted(judged, key=lambda load: (-load.utilisation.value, load.activity))
    if not ordered or ordered[0].utilisation.lower is None:
        return ordered, np.full(len(ordered), np.nan)
    draws = np.nan_to_num(np.array([load.draws[1:] for load in ordered]), nan=-1.0)
    return ordered, np.bincount(draws.argmax(axis=0), minlength=len(ordered)) / draws.shape[1]


def told(value: float, cohort: Cohort) -> float:
    """A mean as it is published: to two digits where the source is about people, so that with a total it gives no count."""
    if cohort.rounding.is_exact or not value or not np.isfinite(value):
        return float(value)
    return round(float(value), 1 - floor(log10(abs(value))))


def _load(cohort: Cohort, window: Window, code: int, own: pd.DataFrame, given: tuple) -> Load:
    who, waiting, drawn = given
    new = own[(own["arrived"] >= window.since) & (own["arrived"] < window.until)].sort_values("arrived")
    works = new["work"].dropna().to_numpy() / window.day
    cases = cohort.rounding.nearest(round(len(new) + waiting))
    lacking = _lacking(new, works, who)
    load = Load(
        activity=cohort.names[code],
        cases=cases,
        known=told(len(works) / len(new), cohort) if len(new) else np.nan,
        arrivals=cases / window.working_days if cases else np.nan,
        work=told(works.mean(), cohort) if works.any() else np.nan,
        in_hand=told(new["in_hand"].sum() / new["work"].sum(), cohort) if works.any() else np.nan,
        people=who,
        wait=told(new["wait"].mean() / window.day, cohort),
        batch=_batch(new, window),
        state=NO_DATA if lacking else _state(cases, cohort),
        lacking=lacking,
    )
    return load if lacking else _with_utilisation(load, cohort, window, new, drawn)


def _with_utilisation(load: Load, cohort: Cohort, window: Window, new: pd.DataFrame, drawn) -> Load:
    value = load.arrivals * load.work / load.people.staff
    draws = _drawn_utilisation(load.people, window, new, drawn)
    draws = draws * (value / draws[0])
    weeks = window.weeks.size - 1
    arrived = new["arrived"].to_numpy()
    return replace(
        load,
        utilisation=contrast(draws, cohort.confidence, Blocks(weeks, weeks, drawn_together=True)),
        draws=draws,
        interarrivals=np.diff(arrived) / window.day,
        services=new["work"].dropna().to_numpy() / window.day,
        block=int(np.clip(round(len(new) / weeks), 1, len(new) - 1)),
    )


def _drawn_utilisation(who: People, window: Window, new: pd.DataFrame, drawn: np.ndarray) -> np.ndarray:
    """Utilisation in each draw of weeks: a ratio of sums over the weeks drawn."""
    week, weeks = window.week_at(new["arrived"].to_numpy()), window.weeks.size - 1
    known = new["work"].notna().to_numpy()
    arrived = np.bincount(week, minlength=weeks)
    timed = np.bincount(week[known], minlength=weeks)
    work = np.bincount(week[known], new["work"].to_numpy()[known] / window.day, minlength=weeks)
    staff = who.staff
    with np.errstate(divide="ignore", invalid="ignore"):
        if who.by_week is not None:
            staff = (drawn @ who.by_week) / (drawn @ window.dates_by_week)
        return (drawn @ arrived) / (drawn @ window.week_lengths) * (drawn @ work) / (drawn @ timed) / staff


def _lacking(new: pd.DataFrame, works: np.ndarray, who: People) -> tuple[str, ...]:
    """What it would take to tell how busy a step is."""
    spread = len(new) > 1 and new["arrived"].iloc[0] < new["arrived"].iloc[-1]
    few = not enough_for(len(new), 0.5) or not spread
    no_work = not works.any() or (not few and not enough_for(len(works), 0.5))
    checks = {FEW_CASES: few, NO_WORK: no_work, NO_PEOPLE: not who.source}
    return tuple(name for name, fails in checks.items() if fails)


def _state(cases: int, cohort: Cohort) -> str:
    """Few cases, or few steps of a rounded count, tell little."""
    enough = enough_for(cases, 0.9) and cases >= STEPS_OF_ROUNDING * cohort.rounding.base
    return VALUE if enough else UNRELIABLE


def _batch(new: pd.DataFrame, window: Window) -> int:
    """Cases begun in the same minute, on average, where that is twice what chance would make."""
    started = new["started"].to_numpy()
    started = started[started != MISSING]
    if not started.size:
        return 1
    at_once = started.size / np.unique(started // MINUTE).size
    rate = started.size * MINUTE / (window.until - window.since)
    by_chance = rate / (1 - exp(-rate))
    return round(at_once) if at_once >= 2 * by_chance else 1
