"""What a series says of its process: limits, signals, season, movement, and whether they can be trusted."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.statistics.movement import Movement, movement
from workbench.statistics.nhs_rules import RULE_SETS, point_type, signals
from workbench.statistics.outlook import latest_p
from workbench.statistics.seasonality import Season, autocorrelated, season
from workbench.statistics.xmr import chart
from workbench.target_tracking.series import Series

ENOUGH = 13  # points before a signal is believed (NHSRplotthedots)
TRIAL = 5  # points before limits are drawn at all

TOO_FEW, AUTOCORRELATED, SEASONAL = "too_few", "autocorrelated", "seasonal"
DRIFTING, CONSTANT, CONFLICTING = "drifting", "constant", "conflicting"
BLOCKING = (AUTOCORRELATED, CONFLICTING)


@dataclass(frozen=True)
class Judgement:
    """What is known of the process behind a series.

    Parameters
    ----------
    limits : DataFrame
        One row an interval, as :func:`workbench.statistics.xmr.chart` gives, on the adjusted scale;
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
    reasons : tuple of str
        Why to look twice: ``too_few``, ``conflicting``, ``autocorrelated``, ``drifting``, ``seasonal``, ``constant``.
    p : float
        Of "the latest intervals differ from those before by chance alone".
    """

    limits: pd.DataFrame
    adjusted: np.ndarray
    effects: np.ndarray
    signals: pd.DataFrame
    stretch: np.ndarray
    season: Season
    movement: Movement
    reasons: tuple[str, ...]
    p: float

    @property
    def n(self) -> int:
        """Points that the latest stretch's limits rest on."""
        return int(self.limits["n"][self.stretch].max()) if self.stretch.any() else 0


def judge(series: Series, rules: str, screened: bool) -> Judgement:
    """The judgement of a series.

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
    Autocorrelation is looked for in what the season, a step and a drift leave over, so that a process that
    shifted once is not suspected.
    """
    frame = series.frame
    final, phase = frame["final"].to_numpy(), frame["phase"].to_numpy()
    pattern = _season(series)
    effects = np.array([pattern.effects.get(number, 0.0) for number in series.seasons])
    adjusted = np.where(final, frame["value"].to_numpy(), np.nan) - effects
    limits = chart(adjusted, baseline=frame["baseline"], phases=phase, screen=screened)
    stretch = phase == (phase[series.latest] if series.latest is not None else -1)
    moved = movement(adjusted[stretch])
    reasons = _reasons(series, limits, stretch, pattern, moved, adjusted)
    return Judgement(
        limits=_without_trials(limits),
        adjusted=adjusted,
        effects=effects,
        signals=_signals(series, adjusted, limits, rules),
        stretch=stretch,
        season=pattern,
        movement=moved,
        reasons=reasons,
        p=latest_p(adjusted[stretch]),
    )


def _season(series: Series) -> Season:
    if series.cycle == 1 or not len(series.frame):
        return Season(np.nan, {})
    values = series.frame["value"].where(series.frame["baseline"])
    return season(values.to_numpy(), series.seasons, series.cycle)


def _without_trials(limits: pd.DataFrame) -> pd.DataFrame:
    names = ["mean", "lower", "upper", "near_lower", "near_upper"]
    enough = limits["n"] >= TRIAL
    return limits.assign(**{name: limits[name].where(enough) for name in names})


def _signals(series: Series, adjusted: np.ndarray, limits: pd.DataFrame, rules: str) -> pd.DataFrame:
    found = signals(adjusted, limits, RULE_SETS[rules])
    believed = (limits["n"] >= ENOUGH) & ~np.isnan(adjusted)
    high, rule = found["high"].where(believed, 0), found["rule"].where(believed, "")
    types = [
        point_type(side, series.direction) if sure else "" for side, sure in zip(high, believed, strict=True)
    ]
    return pd.DataFrame({"rule": rule, "high": high, "point_type": pd.Series(types, dtype=str)})


def _reasons(
    series, limits, stretch, pattern: Season, moved: Movement, adjusted: np.ndarray
) -> tuple[str, ...]:
    known = adjusted[stretch & ~np.isnan(adjusted)]
    if len(known) == 0:
        return ()
    scale = np.abs(known).max()
    reasons = {
        TOO_FEW: limits["n"][stretch].max() < ENOUGH,
        CONFLICTING: bool(series.frame["conflicting"][stretch].any()),
        AUTOCORRELATED: len(known) >= ENOUGH and autocorrelated(adjusted[stretch] - moved.fitted),
        DRIFTING: moved.kind == "drift",
        SEASONAL: pattern.found,
        CONSTANT: len(known) > 1 and np.ptp(known) <= 1e-9 * scale,
    }
    return tuple(name for name, holds in reasons.items() if holds)


def variation(series: Series, judgement: Judgement) -> tuple[Verdict, str]:
    """The verdict on the latest final interval and the rule that gives it.

    Order: no data and too few points cannot tell; suspicious data are to be checked; a drift is a change;
    then the rules speak.
    """
    if series.latest is None or TOO_FEW in judgement.reasons:
        return Verdict.CANT_TELL, ""
    if set(BLOCKING) & set(judgement.reasons):
        return Verdict.CHECK_DATA, ""
    if judgement.movement.kind == "drift":
        return changed(judgement.movement.slope, series.direction), "drift"
    signal = judgement.signals.iloc[series.latest]
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
        first = int(np.flatnonzero(judgement.stretch)[0])
        return str(series.periods[first + judgement.movement.at])
    found, at = judgement.signals, series.latest
    high = found["high"].iloc[at]
    if rule == "outside" or rule == "two_of_three":
        return str(series.periods[at])
    while at > 0 and found["high"].iloc[at - 1] == high and judgement.stretch[at - 1]:
        at -= 1
    return str(series.periods[at])


def level_since(series: Series, judgement: Judgement) -> str:
    """The interval in which the level stepped; empty where it did not."""
    if judgement.movement.kind != "step":
        return ""
    return str(series.periods[int(np.flatnonzero(judgement.stretch)[0]) + judgement.movement.at])
