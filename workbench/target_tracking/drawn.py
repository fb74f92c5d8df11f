"""The lines of each control chart, and which of its points are signals."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.statistics.anhoej import long_runs, run_chart
from workbench.statistics.attribute_limits import c_chart, p_chart, u_chart
from workbench.statistics.cusum import cusum_chart
from workbench.statistics.ewma import WEIGHT, ewma_chart
from workbench.statistics.laney import p_prime_chart, u_prime_chart
from workbench.statistics.memory import inflation, run_length, widening
from workbench.statistics.nhs_rules import (
    Flags,
    Lines,
    RuleSet,
    beyond,
    fill_back,
    shift_flags,
    sides,
    signals,
    trend_flags,
)
from workbench.statistics.rare_events import g_chart, t_chart
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.xmr import chart
from workbench.target_tracking.chosen import FROM_RANGES

LEVELS = ("mean", "lower", "upper", "near_lower", "near_upper")
# Lines of their own that an EWMA and a CUSUM chart are judged by; missing on the other charts.
OWN = ("smoothed", "smoothed_lower", "smoothed_upper", "sum_above", "sum_below", "sum_limit")
SPEAKS = 2.7  # standard deviations to the limits of an EWMA: about as many false alarms as at 3 of an XmR


@dataclass(frozen=True)
class Points:
    """What a chart is drawn from, one entry an interval; missing where a value is not judged.

    Parameters
    ----------
    values : ndarray
        Without their season.
    counts : tuple of ndarray or None
        Numerators and denominators.
    used : ndarray of bool
        In the baseline.
    phase : ndarray of int
    screened : bool
        Whether wild moving ranges are left out of the limits.
    memory : float
        Lag-1 autocorrelation that limits and runs allow for.
    """

    values: np.ndarray
    counts: tuple[np.ndarray, np.ndarray] | None
    used: np.ndarray
    phase: np.ndarray
    screened: bool
    memory: float

    @property
    def over(self) -> dict[str, np.ndarray]:
        """Baseline and phases as the charts take them."""
        return {"baseline": self.used, "phases": self.phase}

    def since(self, first: int) -> "Points":
        """Those from an interval on, as one level that all of them tell of."""
        left = len(self.values) - first
        counts = None if self.counts is None else tuple(part[first:] for part in self.counts)
        level = {"used": np.ones(left, bool), "phase": np.zeros(left, int)}
        return replace(self, values=self.values[first:], counts=counts, **level)


def drawn(points: Points, kind: str) -> pd.DataFrame:
    """The lines of a chart: columns of :func:`workbench.statistics.xmr.chart`, and ``OWN``.

    Notes
    -----
    Limits that rest on moving ranges are too narrow where neighbours are alike; they are widened by the
    memory. EWMA and CUSUM are drawn over natural process limits, and judged by lines of their own.
    """
    found = _CHARTS[kind](points)
    if kind in FROM_RANGES and points.memory:
        found = _widened(found, widening(points.memory))
    return found.reindex(columns=[*found.columns, *(name for name in OWN if name not in found)])


def _widened(lines: pd.DataFrame, factor: float) -> pd.DataFrame:
    centre = lines["mean"]
    levels = {name: centre + factor * (lines[name] - centre) for name in LEVELS[1:]}
    return lines.assign(**levels, sigma=factor * lines["sigma"])


def _xmr(points: Points) -> pd.DataFrame:
    return chart(points.values, screen=points.screened, **points.over)


def _ewma(points: Points) -> pd.DataFrame:
    kept, memory = 1 - WEIGHT, points.memory
    wider = widening(memory) * np.sqrt((1 + memory * kept) / (1 - memory * kept))
    own = ewma_chart(points.values, screen=points.screened, reach=SPEAKS * wider, **points.over)
    lines = {"smoothed": own["ewma"], "smoothed_lower": own["lower"], "smoothed_upper": own["upper"]}
    return _xmr(points).assign(**lines)


def _cusum(points: Points) -> pd.DataFrame:
    natural = _xmr(points)
    parts = []
    for number in np.unique(points.phase):
        own = points.phase == number
        sigma = float(natural["sigma"][own].iloc[0]) * widening(points.memory) * inflation(points.memory)
        target = float(natural["mean"][own].iloc[0])
        parts.append(cusum_chart(points.values[own], target=target, sigma=sigma))
    own = pd.concat(parts, ignore_index=True)
    sums = {"sum_above": own["upper_sum"], "sum_below": own["lower_sum"], "sum_limit": own["limit"]}
    return natural.assign(**sums)


_CHARTS: dict[str, Callable[[Points], pd.DataFrame]] = {
    "xmr": _xmr,
    "p": lambda points: p_chart(*points.counts, **points.over),
    "u": lambda points: u_chart(*points.counts, **points.over),
    "c": lambda points: c_chart(points.counts[0], **points.over),
    "laney_p": lambda points: p_prime_chart(*points.counts, screen=points.screened, **points.over),
    "laney_u": lambda points: u_prime_chart(*points.counts, screen=points.screened, **points.over),
    "g": lambda points: g_chart(points.values, **points.over),
    "t": lambda points: t_chart(points.values, screen=points.screened, **points.over),
    "run": lambda points: run_chart(points.values, **points.over),
    "ewma": _ewma,
    "cusum": _cusum,
}


def signals_of(points: Points, lines: pd.DataFrame, kind: str, rules: str) -> pd.DataFrame:
    """``rule`` and ``high`` of each point, by the rules that its chart allows.

    Notes
    -----
    A run chart is judged by Anhoej's longest run, EWMA and CUSUM by their own lines whatever ``rules`` says.
    Where values follow one another, patterns within the limits come up by themselves: only points outside,
    trends, and runs as rare as those of the set would otherwise be, are signals.
    """
    if kind == "run":
        return _named("long_run", long_runs(points.values, lines))
    if kind == "ewma":
        return _named("ewma", beyond(lines["smoothed"], lines["smoothed_lower"], lines["smoothed_upper"]))
    if kind == "cusum":
        above, below = (sides(lines[name], lines["sum_limit"]) == 1 for name in ("sum_above", "sum_below"))
        farther = np.where(lines["sum_above"] >= lines["sum_below"], 1, -1)
        return _named("cusum", np.where(above & below, farther, above.astype(int) - below))
    chosen = RULE_SETS[rules]
    if points.memory:
        shift = chosen.shift if isinstance(chosen, RuleSet) else RuleSet().shift
        chosen = Remembering(run_length(points.memory, shift))
    return signals(points.values, lines, chosen)


def _named(rule: str, high: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"rule": pd.Series(np.where(high != 0, rule, ""), dtype=str), "high": high})


@dataclass(frozen=True)
class Remembering(RuleSet):
    """Rules of a process whose values follow one another: no patterns within the limits but long runs."""

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, for the points of one phase."""
        highs = {
            "outside": beyond(series, limits["lower"], limits["upper"]),
            "trend": fill_back(trend_flags(series, self.trend), self.trend),
            "shift": fill_back(shift_flags(sides(series, limits["mean"]), self.shift), self.shift),
        }
        return {name: (high != 0, high) for name, high in highs.items()}
