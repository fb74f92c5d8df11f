"""What a series says of its process: limits, signals, season, movement, and whether they can be trusted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.statistics.movement import Movement, movement
from workbench.statistics.nhs_rules import point_type
from workbench.statistics.outlook import latest_p
from workbench.statistics.rare_events import latest_events_p
from workbench.statistics.rebasing import Proposal, proposals
from workbench.statistics.seasonality import Season, season
from workbench.target_tracking.chosen import OF_COUNTS, RARE, WAITS, Choice, by_waits, choose, counts_of
from workbench.target_tracking.drawn import LEVELS, Points, drawn, signals_of
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
    remembered,
)
from workbench.target_tracking.series import Series

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
    limits : DataFrame
        One row an interval, as :func:`workbench.target_tracking.drawn.drawn` gives, on the adjusted scale;
        missing in a stretch with fewer than five points.
    adjusted : ndarray
        Final values less their season's effect; missing elsewhere.
    effects : ndarray
        The season's effect in each interval; zero without a season.
    signals : DataFrame
        One row an interval: ``rule``, ``high``, ``point_type``; empty words in a stretch with fewer than 13 points.
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
    proposed : tuple of (int, Proposal)
        Where the limits might be restarted: position of the first interval, and the shift.
    """

    choice: Choice
    points: Points
    limits: pd.DataFrame
    adjusted: np.ndarray
    effects: np.ndarray
    signals: pd.DataFrame
    stretch: np.ndarray
    season: Season
    movement: Movement
    memory: float
    reasons: tuple[str, ...]
    p: float
    proposed: tuple[tuple[int, Proposal], ...] = ()

    @property
    def n(self) -> int:
        """Points that the latest stretch's limits rest on."""
        return int(self.limits["n"][self.stretch].max()) if self.stretch.any() else 0

    @property
    def first(self) -> int:
        """Position of the first interval of the latest stretch."""
        return int(np.flatnonzero(self.stretch)[0])

    @property
    def now(self) -> pd.DataFrame:
        """Limits of the level that holds now, from its first interval on: of one that stepped, from its own points."""
        if self.movement.kind != "step":
            return self.limits[self.stretch]
        level = self.points.since(self.first + self.movement.at)
        return _without_trials(drawn(level, self.choice.chart))

    @property
    def gate(self) -> str:
        """What the gate did, in words of a closed list, joined by commas."""
        if set(BLOCKING) & set(self.reasons):
            return "not judged"
        done = {"season taken out": self.season.found, "limits widened": self.memory > 0}
        return ", ".join(word for word, holds in done.items() if holds) or "passed"


def judge(series: Series, rules: str, screened: bool) -> Judgement:
    """The judgement of a series: first what stands against one, then the chart, then its signals.

    Parameters
    ----------
    series : Series
    rules : str
        Name of a rule set.
    screened : bool
        Whether wild moving ranges are left out of the limits.

    Notes
    -----
    The season, where there is one, is taken out first: limits and rules apply to the adjusted values.
    Memory is looked for in what the season, a step and a drift leave over, so that a process that
    shifted once is not suspected.
    """
    stretch = _latest_stretch(series)
    waiting = by_waits(series)
    found = Season(np.nan, {}) if waiting else _season(series)
    pattern = Season(found.p, {}) if series.entry["chart"] in (*OF_COUNTS, *RARE) else found
    effects = np.array([pattern.effects.get(number, 0.0) for number in series.seasons])
    adjusted = series.final_values - effects
    moved = movement(np.full(stretch.sum(), np.nan) if waiting else adjusted[stretch])
    memory = 0.0 if waiting else remembered(adjusted[stretch], moved)
    odd = odd_data(series, stretch) if stretch.any() else ()
    choice = choose(series, pattern.found, memory, odd)
    points = _points(series, adjusted, screened, memory)
    limits = drawn(points, choice.chart)
    judged = {
        TOO_FEW: limits["n"][stretch].max() < ENOUGH,
        FEW_EVENTS: choice.chart == WAITS and limits["waits"][stretch].max() < ENOUGH,
        AUTOCORRELATED: memory >= WANDERS,
        REMEMBERING: 0 < memory < WANDERS,
        DRIFTING: moved.kind == "drift",
        SEASONAL: pattern.found,
        SEASON_LEFT_IN: found.found and not pattern.found,
    }
    reasons = (*odd, *(name for name, holds in judged.items() if holds))
    return Judgement(
        choice=choice,
        points=points,
        limits=_without_trials(limits),
        adjusted=adjusted,
        effects=effects,
        signals=_signals(series, points, limits, choice.chart, rules),
        stretch=stretch,
        season=pattern,
        movement=moved,
        memory=memory,
        reasons=reasons if _any(adjusted[stretch]) else _of_nothing(series),
        p=_p(points, stretch) if waiting else latest_p(adjusted[stretch], remembered=memory),
        proposed=_proposed(adjusted, stretch, moved),
    )


def _latest_stretch(series: Series) -> np.ndarray:
    phase = series.frame["phase"].to_numpy()
    return phase == (phase[series.latest] if series.latest is not None else -1)


def _points(series: Series, adjusted: np.ndarray, screened: bool, memory: float) -> Points:
    used, phase = (series.frame[name].to_numpy() for name in ("baseline", "phase"))
    return Points(adjusted, counts_of(series), used, phase, screened, memory, series.entry["kind"])


def _of_nothing(series: Series) -> tuple[str, ...]:
    """What is odd of a series without a final value: two values at once may be why it has none."""
    return (CONFLICTING,) if series.frame["conflicting"].any() else ()


def _p(points: Points, stretch: np.ndarray) -> float:
    """Of as many seldom events in the latest intervals as before."""
    above, below = (part[stretch] for part in points.counts)
    return latest_events_p(above, below)


def _any(values: np.ndarray) -> bool:
    return bool((~np.isnan(values)).any())


def _season(series: Series) -> Season:
    if series.cycle == 1 or not len(series.frame):
        return Season(np.nan, {})
    values = np.where(series.frame["baseline"], series.frame["value"], np.nan)
    return season(values, series.seasons, series.cycle)


def _without_trials(limits: pd.DataFrame) -> pd.DataFrame:
    enough = limits["n"] >= TRIAL
    if enough.all():
        return limits
    return limits.assign(**{name: limits[name].where(enough) for name in LEVELS})


def _signals(series: Series, points: Points, limits: pd.DataFrame, kind: str, rules: str) -> pd.DataFrame:
    found = signals_of(points, limits, kind, rules)
    enough = limits["waits" if kind == WAITS else "n"] >= ENOUGH
    believed = enough.to_numpy() & ~np.isnan(points.values)
    high, rule = np.where(believed, found["high"], 0), np.where(believed, found["rule"].to_numpy(object), "")
    types = [
        point_type(side, series.direction) if sure else "" for side, sure in zip(high, believed, strict=True)
    ]
    words = {"rule": pd.Series(rule, dtype=str), "point_type": pd.Series(types, dtype=str)}
    return pd.DataFrame({**words, "high": high})


def _proposed(adjusted: np.ndarray, stretch: np.ndarray, moved: Movement) -> tuple[tuple[int, Proposal], ...]:
    """Where the limits might be restarted: a long run about the first median, of a level that stepped for sure."""
    if moved.kind != "step":
        return ()
    first = int(np.flatnonzero(stretch)[0])
    return tuple((first + each.start, each) for each in proposals(adjusted[stretch]))


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
    signal = judgement.signals.iloc[series.latest]
    if signal["rule"] and not signal["high"]:
        return Verdict.MOVED, signal["rule"]
    return changed(signal["high"], series.direction), signal["rule"]


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
    same = _same_run(judgement, rule, judgement.signals["high"].iloc[at])
    while at > 0 and same[at - 1] and judgement.stretch[at - 1]:
        at -= 1
    return str(series.periods[at])


def _same_run(judgement: Judgement, rule: str, high: int) -> np.ndarray:
    """Intervals that belong to the run of a signal: of a CUSUM since its sum was last 0."""
    if rule == "cusum":
        return judgement.limits["sum_above" if high > 0 else "sum_below"].gt(0).to_numpy()
    found = judgement.signals
    return ((found["high"] == high) & ((found["rule"] == rule) | (high != 0))).to_numpy()


def level_since(series: Series, judgement: Judgement) -> str:
    """The interval in which the level stepped; empty where it did not."""
    if judgement.movement.kind != "step":
        return ""
    return str(series.periods[judgement.first + judgement.movement.at])
