"""What series say of their processes: limits, signals, season, movement, and whether they can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.statistics.movement import Movement
from workbench.statistics.nhs_rules import Lines, point_type
from workbench.statistics.outlook import latest_p
from workbench.statistics.rare_events import latest_events_p
from workbench.statistics.rebasing import Proposal, proposals
from workbench.statistics.seasonality import Season
from workbench.target_tracking.chosen import WAITS, Choice, choose
from workbench.target_tracking.drawn import LEVELS, Marks, Points, drawn, signals_of
from workbench.target_tracking.gate import (
    AUTOCORRELATED,
    BLOCKING,
    CONFLICTING,
    DRIFTING,
    ENOUGH,
    FEW_EVENTS,
    REMEMBERING,
    SEASON_LEFT_IN,
    SEASONAL,
    TOO_FEW,
    TRIAL,
    WANDERS,
    odd_data,
)
from workbench.target_tracking.processes import Process, processes_of
from workbench.target_tracking.series import Series
from workbench.target_tracking.together import as_tables

AT_ONCE = (
    "outside",
    "two_of_three",
    "four_of_five",
    "ewma",
    "long_wait",
    "latest_six",
    "few_crossings",
)  # rules that date no beginning


@dataclass(frozen=True)
class Judgement:
    """What is known of the process behind a series.

    Parameters
    ----------
    choice : Choice
        The chart, and why it.
    points : Points
        What it is drawn from.
    lines : dict of str to ndarray
        One entry an interval, as :func:`workbench.target_tracking.drawn.drawn` gives, on the adjusted scale;
        missing in a stretch with fewer than five points.
    adjusted : ndarray
        Final values less their season's effect; missing elsewhere.
    effects : ndarray
        The season's effect in each interval; zero without a season.
    marks : Marks
        Signals, one entry an interval; empty words in a stretch with fewer than 13 points.
    believed : ndarray of bool
        Points that have a value and enough others to be judged by.
    direction : str
        Which way is better.
    now : dict of str to ndarray
        Lines of the level that holds now: of one that stepped, from its own points.
    stretch : ndarray of bool
        Intervals of the latest stretch, the one that verdicts are about.
    season : Season
    movement : Movement
        Over the latest stretch.
    memory : float
        Lag-1 autocorrelation that limits allow for; 0 without any.
    reasons : tuple of str
        What the gate found, in the words of :mod:`workbench.target_tracking.gate`.
    p : float
        Of "the latest intervals differ from those before by chance alone".
    """

    choice: Choice
    points: Points
    lines: Lines
    adjusted: np.ndarray
    effects: np.ndarray
    marks: Marks
    believed: np.ndarray
    direction: str
    now: Lines
    stretch: np.ndarray
    season: Season
    movement: Movement
    memory: float
    reasons: tuple[str, ...]
    p: float

    @cached_property
    def limits(self) -> pd.DataFrame:
        """``lines``, one row an interval."""
        return pd.DataFrame(self.lines)

    @cached_property
    def signals(self) -> pd.DataFrame:
        """``marks`` and ``point_type``, one row an interval: ``rule``, ``point_type``, ``high``."""
        words = {"rule": self.marks.rule, "point_type": self.point_type}
        return pd.DataFrame(
            {name: pd.Series(each, dtype=str) for name, each in words.items()} | {"high": self.marks.high}
        )

    @property
    def n(self) -> int:
        """Points that the latest stretch's limits rest on."""
        return int(self.lines["n"][self.stretch].max()) if self.stretch.any() else 0

    @property
    def first(self) -> int:
        """Position of the first interval of the latest stretch."""
        return int(np.flatnonzero(self.stretch)[0])

    @cached_property
    def point_type(self) -> np.ndarray:
        """What each signal means for better or worse; empty where it is not believed."""
        words = np.array([point_type(side, self.direction) for side in (-1, 0, 1)], dtype=object)
        return np.where(self.believed, words[self.marks.high + 1], "")

    @cached_property
    def proposed(self) -> tuple[tuple[int, Proposal], ...]:
        """Where the limits might be restarted, position and shift: a long run about the first median.

        Only of a level that stepped for sure.
        """
        if self.movement.kind != "step":
            return ()
        return tuple((self.first + each.start, each) for each in proposals(self.adjusted[self.stretch]))

    @property
    def gate(self) -> str:
        """What the gate did, in words of a closed list, joined by commas."""
        if set(BLOCKING) & set(self.reasons):
            return "not judged"
        done = {"season taken out": self.season.found, "limits widened": self.memory > 0}
        return ", ".join(word for word, holds in done.items() if holds) or "passed"


def judge(series: Series, rules: str, screened: bool) -> Judgement:
    """The judgement of one series: see :func:`judge_all`."""
    return judge_all([series], rules, screened)[0]


def judge_all(several: Sequence[Series], rules: str, screened: bool) -> list[Judgement]:
    """The judgement of each of some series: first what stands against one, then the chart, then its signals.

    Parameters
    ----------
    several : sequence of Series
    rules : str
        Name of a rule set.
    screened : bool
        Whether wild moving ranges are left out of the limits.

    Notes
    -----
    The season, where there is one, is taken out first: limits and rules apply to the adjusted values.
    Memory is looked for in what the season, a step and a drift leave over, so that a process that
    shifted once is not suspected.

    Series of one length are calculated as one table; each comes out as if it were judged alone.
    """
    processes = processes_of(several)
    odd = [
        odd_data(one, own.stretch) if own.stretch.any() else ()
        for one, own in zip(several, processes, strict=True)
    ]
    choices = [
        choose(one, own.season.found, own.memory, words)
        for one, own, words in zip(several, processes, odd, strict=True)
    ]
    points = [_points(*each, screened) for each in zip(several, processes, strict=True)]
    charts = [choice.chart for choice in choices]
    lines = drawn(points, charts)
    marks = signals_of(points, lines, charts, rules)
    shown = [_without_trials(each) for each in lines]
    now, p = _levels(points, processes, charts, shown), _p(points, processes)
    judged = zip(several, processes, odd, choices, points, shown, marks, now, p, strict=True)
    return [_judgement(*each) for each in judged]


def _levels(
    points: Sequence[Points], processes: Sequence[Process], charts: Sequence[str], lines: Sequence[Lines]
) -> list[Lines]:
    """The lines of the level that holds now of each series: its own, or those since it stepped."""
    stepped = [place for place, own in enumerate(processes) if own.movement.kind == "step"]
    begun = [int(np.flatnonzero(processes[place].stretch)[processes[place].movement.at]) for place in stepped]
    levels = [points[place].since(first) for place, first in zip(stepped, begun, strict=True)]
    since = dict(zip(stepped, drawn(levels, [charts[place] for place in stepped]), strict=True))
    return [_without_trials(since[place]) if place in since else own for place, own in enumerate(lines)]


def _judgement(
    series: Series,
    process: Process,
    odd: tuple[str, ...],
    choice: Choice,
    points: Points,
    lines: Lines,
    marks: Marks,
    now: Lines,
    p: float,
) -> Judgement:
    believed = (lines["waits" if choice.chart == WAITS else "n"] >= ENOUGH) & ~np.isnan(points.values)
    reasons = (*odd, *_reasons(process, choice, lines))
    return Judgement(
        choice=choice,
        points=points,
        lines=lines,
        adjusted=process.adjusted,
        effects=process.effects,
        marks=marks if believed.all() else Marks(*map(partial(np.where, believed), marks, ("", 0))),
        believed=believed,
        direction=series.direction,
        now=now,
        stretch=process.stretch,
        season=process.season,
        movement=process.movement,
        memory=process.memory,
        reasons=_of_nothing(series) if series.latest is None else reasons,
        p=p,
    )


def _reasons(process: Process, choice: Choice, lines: Lines) -> list[str]:
    """What the gate found beside odd data."""
    judged = {
        TOO_FEW: lines["n"][process.stretch].max(initial=0) < ENOUGH,
        FEW_EVENTS: choice.chart == WAITS and lines["waits"][process.stretch].max(initial=0) < ENOUGH,
        AUTOCORRELATED: process.memory >= WANDERS,
        REMEMBERING: 0 < process.memory < WANDERS,
        DRIFTING: process.movement.kind == "drift",
        SEASONAL: process.season.found,
        SEASON_LEFT_IN: process.found.found and not process.season.found,
    }
    return [name for name, holds in judged.items() if holds]


def _points(series: Series, process: Process, screened: bool) -> Points:
    used, phase = (series.columns[name] for name in ("baseline", "phase"))
    kind = series.entry["kind"]
    return Points(process.adjusted, series.counts, used, phase, screened, process.memory, kind)


def _of_nothing(series: Series) -> tuple[str, ...]:
    """What is odd of a series without a final value: two values at once may be why it has none."""
    return (CONFLICTING,) if series.columns["conflicting"].any() else ()


def _p(points: Sequence[Points], processes: Sequence[Process]) -> list[float]:
    """Of "the latest intervals are as those before": of values, or of as many seldom events."""
    values = [np.full(0, np.nan) if own.waiting else own.adjusted[own.stretch] for own in processes]
    memories = [own.memory for own in processes]
    found = as_tables(values, lambda rows, alike: latest_p(rows, remembered=alike).tolist(), memories)
    return [
        latest_events_p(*(part[own.stretch] for part in each.counts)) if own.waiting else p
        for each, own, p in zip(points, processes, found, strict=True)
    ]


def _without_trials(lines: Lines) -> Lines:
    enough = lines["n"] >= TRIAL
    if enough.all():
        return lines
    return lines | {name: np.where(enough, lines[name], np.nan) for name in LEVELS}


def variation(series: Series, judgement: Judgement) -> tuple[Verdict, str]:
    """The verdict on the latest final interval and the rule that gives it.

    Order: suspicious data are to be checked, however few they are; no data and too few points cannot tell; a drift is
    a change; then the rules speak. A rule that knows no side (values that alternate, or hug the mean) says that
    the process changed, for better or worse.
    """
    if set(BLOCKING) & set(judgement.reasons):
        return Verdict.CHECK_DATA, ""
    if series.latest is None or {TOO_FEW, FEW_EVENTS} & set(judgement.reasons):
        return Verdict.CANT_TELL, ""
    if judgement.movement.kind == "drift":
        return changed(judgement.movement.slope, series.direction), "drift"
    rule, high = (each[series.latest] for each in judgement.marks)
    if rule and not high:
        return Verdict.MOVED, rule
    return changed(high, series.direction), rule


def changed(up: float, direction: str) -> Verdict:
    """The word for a move up (positive) or down (negative)."""
    if up == 0:
        return Verdict.COMMON_CAUSE
    if direction == "neutral":
        return Verdict.MOVED
    return Verdict.IMPROVING if (up > 0) == (direction == "increase") else Verdict.WORSENING


def run_start(series: Series, judgement: Judgement, rule: str) -> str:
    """The interval in which the run that the latest point ends began; empty without a signal."""
    if not rule:
        return ""
    if rule == "drift":
        return str(series.periods[judgement.first + judgement.movement.at])
    at = series.latest
    if rule in AT_ONCE:
        return str(series.periods[at])
    same = _same_run(judgement, rule, judgement.marks.high[at])
    while at > 0 and same[at - 1] and judgement.stretch[at - 1]:
        at -= 1
    return str(series.periods[at])


def _same_run(judgement: Judgement, rule: str, high: int) -> np.ndarray:
    """Intervals that belong to the run of a signal: of a CUSUM since its sum was last 0."""
    if rule == "cusum":
        return judgement.lines["sum_above" if high > 0 else "sum_below"] > 0
    found = judgement.marks
    return (found.high == high) & ((found.rule == rule) | (high != 0))


def level_since(series: Series, judgement: Judgement) -> str:
    """The interval in which the level stepped; empty where it did not."""
    if judgement.movement.kind != "step":
        return ""
    return str(series.periods[judgement.first + judgement.movement.at])
