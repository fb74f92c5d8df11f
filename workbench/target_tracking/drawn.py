"""The lines of each control chart, and which of its points are signals."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbench.statistics.anhoej import RunsRules, long_runs, run_chart
from workbench.statistics.attribute_limits import at_or_below_mean, c_chart, p_chart, u_chart
from workbench.statistics.cusum import cusum_chart
from workbench.statistics.ewma import WEIGHT, ewma_chart
from workbench.statistics.laney import p_prime_chart, u_prime_chart
from workbench.statistics.memory import MOST, inflation, run_length, same_side, step_score, widening
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
from workbench.statistics.rare_events import g_chart, longest_wait, t_chart, waits
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.xmr import chart
from workbench.target_tracking.chosen import FROM_RANGES, WAITS

LEVELS = ("mean", "lower", "upper", "near_lower", "near_upper")
# Lines of their own that EWMA, CUSUM and waits are judged by; missing on the other charts.
OWN = ("smoothed", "smoothed_lower", "smoothed_upper", "sum_above", "sum_below", "sum_limit")
OWN += ("waited", "waited_median", "waited_limit", "waits")
NATURAL = {
    "proportion": "p",
    "rate": "u",
    "count": "c",
}  # the chart of counts that vary as chance alone makes them
FEW = 5.0  # cases an interval below which runs about the mean come up by themselves
# Values that a step is looked for in where they follow one another, and standard errors.
LATEST, STEP = 6, 3.2
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
    kind : str
        Of the measure.
    """

    values: np.ndarray
    counts: tuple[np.ndarray, np.ndarray] | None
    used: np.ndarray
    phase: np.ndarray
    screened: bool
    memory: float
    kind: str = "value"

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


def _waits(points: Points) -> pd.DataFrame:
    """Natural limits of the counts, and the waits between events with their median, their limit, and how many they are."""
    natural = _CHARTS[NATURAL[points.kind]](points)
    parts = []
    for number in np.unique(points.phase):
        own = points.phase == number
        waited = waits(points.counts[0][own])
        ended = waited[(points.counts[0][own] > 0) & points.used[own] & ~np.isnan(waited)]
        lines = (np.median(ended), longest_wait(float(ended.mean()))) if len(ended) else (np.nan, np.nan)
        median, limit = (np.full(own.sum(), line) for line in lines)
        columns = {"waited": waited, "waited_median": median, "waited_limit": limit}
        parts.append(pd.DataFrame(columns, index=np.flatnonzero(own)).assign(waits=float(len(ended))))
    return natural.join(pd.concat(parts))


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
    WAITS: _waits,
}


def signals_of(points: Points, lines: pd.DataFrame, kind: str, rules: str) -> pd.DataFrame:
    """``rule`` and ``high`` of each point, by the rules that its chart allows.

    Notes
    -----
    A run chart is judged by Anhoej's longest run, or by the set of his rules that is asked for; EWMA and CUSUM by their own
    lines whatever ``rules`` says.
    Where values follow one another, or counts are so small that most lie below their mean, patterns within the limits
    come up by themselves: only points outside, trends, and runs as rare as those of the set would otherwise be, are
    signals.
    """
    chosen = RULE_SETS[rules]
    if kind == "run":
        own = isinstance(chosen, RunsRules)
        return (
            signals(points.values, lines, chosen)
            if own
            else _named("long_run", long_runs(points.values, lines))
        )
    if kind == "ewma":
        return _named("ewma", beyond(lines["smoothed"], lines["smoothed_lower"], lines["smoothed_upper"]))
    if kind == WAITS:
        return _waited(points, lines, rules)
    if kind == "cusum":
        above, below = (sides(lines[name], lines["sum_limit"]) == 1 for name in ("sum_above", "sum_below"))
        farther = np.where(lines["sum_above"] >= lines["sum_below"], 1, -1)
        return _named("cusum", np.where(above & below, farther, above.astype(int) - below))
    stays = max(same_side(_at_most(points)), _crowded(points, lines))
    if stays > 0.5:
        of_values = points.memory if kind == "xmr" else 0.0  # sigma of other charts is not that of the values
        chosen = Remembering(run_length(stays, _shift(rules)), memory=of_values)
    return signals(points.values, lines, chosen)


def _at_most(points: Points) -> float:
    """Memory one standard error above what is estimated (Bartlett 1946): of few values it is often taken for too little."""
    known = int((~np.isnan(points.values)).sum())
    more = np.sqrt((1 - points.memory**2) / known) if points.memory else 0.0
    return float(min(points.memory + more, MOST))


def _crowded(points: Points, lines: pd.DataFrame) -> float:
    """Probability that a count of few cases lies at or below its mean, as most do; 0.5 of other values."""
    if points.counts is None or not (points.counts[0] >= 0).any():
        return 0.5
    usual = float(np.nanmean(lines["mean"] * points.counts[1]))
    return at_or_below_mean(usual) if 0 < usual < FEW else 0.5


def _shift(rules: str) -> int:
    """Points in a row on one side that are a signal by a set of rules."""
    chosen = RULE_SETS[rules]
    return chosen.shift if isinstance(chosen, RuleSet) else RuleSet().shift


def _waited(points: Points, lines: pd.DataFrame, rules: str) -> pd.DataFrame:
    """Signals of waits: one beyond the limit, or a run on one side of the median; long ones mean fewer events.

    An interval without an event has the signal of the run that the last event ended, until what is waited since
    leaves the run's side.
    """
    event = points.counts[0] > 0
    side = sides(lines["waited"], lines["waited_median"])
    length = _shift(rules)
    run = np.zeros(len(event), int)
    for number in np.unique(points.phase):
        own = np.flatnonzero(event & (points.phase == number) & ~np.isnan(lines["waited"].to_numpy()))
        run[own] = fill_back(shift_flags(side[own], length), length)
    last = np.maximum.accumulate(np.where(event, np.arange(len(event)), 0))
    carried = np.where(event | (run[last] > 0) | (side <= 0), run[last], 0)
    late = sides(lines["waited"], lines["waited_limit"]) == 1
    found = _named("waits", -carried)
    return found.assign(rule=found["rule"].where(~late, "long_wait"), high=np.where(late, -1, found["high"]))


def _named(rule: str, high: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"rule": pd.Series(np.where(high != 0, rule, ""), dtype=str), "high": high})


@dataclass(frozen=True)
class Remembering(RuleSet):
    """Rules where values stay on their side more often than not: no patterns within the limits but long runs.

    Of values that follow one another the level of the latest six is judged too, because a step hides in them longer than
    among independent ones.
    """

    memory: float = 0.0

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, for the points of one phase."""
        highs = {
            "outside": beyond(series, limits["lower"], limits["upper"]),
            "trend": fill_back(trend_flags(series, self.trend), self.trend),
            "shift": fill_back(shift_flags(sides(series, limits["mean"]), self.shift), self.shift),
        }
        if self.memory:
            mean, sigma = (limits[name][..., 0] for name in ("mean", "sigma"))
            score = np.nan_to_num(step_score(series, mean, sigma, self.memory, LATEST))
            highs["latest_six"] = np.sign(score).astype(int) * (np.abs(score) > STEP)
        return {name: (high != 0, high) for name, high in highs.items()}
