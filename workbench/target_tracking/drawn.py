"""The lines of each control chart, and which of its points are signals.

Charts of single values are drawn, and all rules that look at neighbours are applied, for many series at once. The
other charts are drawn one at a time: each rests on counts, baselines and stretches of its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.statistics.anhoej import RunsRules, long_runs, run_chart
from workbench.statistics.attribute_limits import at_or_below_mean, c_chart, p_chart, u_chart
from workbench.statistics.cusum import cusum_chart
from workbench.statistics.ewma import WEIGHT, ewma_chart
from workbench.statistics.laney import p_prime_chart, u_prime_chart
from workbench.statistics.memory import MOST, inflation, run_length, same_side, step_score, widening
from workbench.statistics.nhs_rules import (
    LINES,
    Flags,
    Lines,
    Rules,
    RuleSet,
    beyond,
    broken,
    fill_back,
    shift_flags,
    sides,
    trend_flags,
)
from workbench.statistics.rare_events import g_chart, longest_wait, t_chart, waits
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.xmr import chart, chart_lines
from workbench.target_tracking.chosen import FROM_RANGES, WAITS
from workbench.target_tracking.together import together

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
        """Those from an interval on, as one level that all of them tell of; before it nothing is known."""
        after = np.arange(len(self.values)) >= first
        values, *counts = (np.where(after, each, np.nan) for each in (self.values, *(self.counts or ())))
        level = {"used": after, "phase": np.zeros(len(after), int)}
        return replace(self, values=values, counts=tuple(counts) if counts else None, **level)


class Marks(NamedTuple):
    """The rule that each point breaks, empty where none, and to which side: 1, -1, or 0 for neither."""

    rule: np.ndarray
    high: np.ndarray


def drawn(several: Sequence[Points], kinds: Sequence[str]) -> list[dict[str, np.ndarray]]:
    """The lines of each series' chart: columns of :func:`workbench.statistics.xmr.chart`, and ``OWN``.

    Notes
    -----
    Limits that rest on moving ranges are too narrow where neighbours are alike; they are widened by the
    memory. EWMA and CUSUM are drawn over natural process limits, and judged by lines of their own.
    """
    alike = [
        (points.phase.tobytes(), points.screened) if kind == "xmr" else place
        for place, (points, kind) in enumerate(zip(several, kinds, strict=True))
    ]

    def work(places: list[int]) -> list[dict[str, np.ndarray]]:
        own, kind = [several[place] for place in places], kinds[places[0]]
        if kind == "xmr":
            return _natural(own)
        frame = _CHARTS[kind](own[0])
        return [{name: frame[name].to_numpy() for name in frame}]

    found = together(alike, work)
    return [_whole(*each) for each in zip(found, several, kinds, strict=True)]


def _whole(lines: dict[str, np.ndarray], points: Points, kind: str) -> dict[str, np.ndarray]:
    """Lines as wide as the memory wants them, and those of other charts, missing."""
    if kind in FROM_RANGES and points.memory:
        lines = _widened(lines, widening(points.memory))
    missing = np.full(len(points.values), np.nan)
    return lines | {name: missing for name in OWN if name not in lines}


def _widened(lines: dict[str, np.ndarray], factor: float) -> dict[str, np.ndarray]:
    centre = lines["mean"]
    levels = {name: centre + factor * (lines[name] - centre) for name in LEVELS[1:]}
    return lines | levels | {"sigma": factor * lines["sigma"]}


def _natural(several: Sequence[Points]) -> list[dict[str, np.ndarray]]:
    """Natural process limits of series that were restarted together."""
    values, used = (np.array([getattr(points, name) for points in several]) for name in ("values", "used"))
    first = several[0]
    lines = chart_lines(values, first.phase, baseline=used, screen=first.screened)
    return [
        {"phase": first.phase} | {name: line[row] for name, line in lines.items()}
        for row in range(len(several))
    ]


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


def signals_of(
    several: Sequence[Points], lines: Sequence[Lines], kinds: Sequence[str], rules: str
) -> list[Marks]:
    """``rule`` and ``high`` of each point of each series, by the rules that its chart allows.

    Notes
    -----
    A run chart is judged by Anhoej's longest run, or by the set of his rules that is asked for; EWMA and CUSUM by their own
    lines whatever ``rules`` says.
    Where values follow one another, or counts are so small that most lie below their mean, patterns within the limits
    come up by themselves: only points outside, trends, and runs as rare as those of the set would otherwise be, are
    signals.
    """
    sets = [_rules_of(*each, rules) for each in zip(several, lines, kinds, strict=True)]
    alike = [
        place if chosen is None else (_of_memory(chosen), kind, points.phase.tobytes())
        for place, (points, kind, chosen) in enumerate(zip(several, kinds, sets, strict=True))
    ]

    def work(places: list[int]) -> list[Marks]:
        first, chosen = places[0], _as_one([sets[place] for place in places])
        if chosen is None:
            return [_by_own_lines(several[first], lines[first], kinds[first], rules)]
        own = {
            name: np.array([lines[place][name] for place in places]) for name in LINES if name in lines[first]
        }
        values = np.array([several[place].values for place in places])
        return [Marks(*each) for each in zip(*broken(values, own, several[first].phase, chosen), strict=True)]

    return together(alike, work)


def _rules_of(points: Points, lines: Lines, kind: str, rules: str) -> Rules | None:
    """The rules that look at the neighbours of each point of a chart; None of a chart with lines of its own."""
    chosen = RULE_SETS[rules]
    if kind == "run":
        return chosen if isinstance(chosen, RunsRules) else None
    if kind in ("ewma", "cusum", WAITS):
        return None
    stays = max(same_side(_at_most(points)), _crowded(points, lines))
    if stays > 0.5:
        of_values = points.memory if kind == "xmr" else 0.0  # sigma of other charts is not that of the values
        return Remembering(run_length(stays, _shift(rules)), memory=of_values)
    return chosen


def _by_own_lines(points: Points, lines: Lines, kind: str, rules: str) -> Marks:
    """Signals of a chart that is not judged by patterns about its centre line."""
    if kind == "run":
        return _named(
            "long_run",
            long_runs(points.values, pd.DataFrame({name: lines[name] for name in ("phase", "mean")})),
        )
    if kind == "ewma":
        return _named("ewma", beyond(lines["smoothed"], lines["smoothed_lower"], lines["smoothed_upper"]))
    if kind == WAITS:
        return _waited(points, lines, rules)
    above, below = (sides(lines[name], lines["sum_limit"]) == 1 for name in ("sum_above", "sum_below"))
    farther = np.where(lines["sum_above"] >= lines["sum_below"], 1, -1)
    return _named("cusum", np.where(above & below, farther, above.astype(int) - below))


def _at_most(points: Points) -> float:
    """Memory one standard error above what is estimated (Bartlett 1946): of few values it is often taken for too little."""
    if not points.memory:
        return 0.0
    known = int((~np.isnan(points.values)).sum())
    return float(min(points.memory + np.sqrt((1 - points.memory**2) / known), MOST))


def _crowded(points: Points, lines: Lines) -> float:
    """Probability that a count of few cases lies at or below its mean, as most do; 0.5 of other values."""
    if points.counts is None or not (points.counts[0] >= 0).any():
        return 0.5
    usual = float(np.nanmean(lines["mean"] * points.counts[1]))
    return at_or_below_mean(usual) if 0 < usual < FEW else 0.5


def _shift(rules: str) -> int:
    """Points in a row on one side that are a signal by a set of rules."""
    chosen = RULE_SETS[rules]
    return chosen.shift if isinstance(chosen, RuleSet) else RuleSet().shift


def _waited(points: Points, lines: Lines, rules: str) -> Marks:
    """Signals of waits: one beyond the limit, or a run on one side of the median; long ones mean fewer events.

    An interval without an event has the signal of the run that the last event ended, until what is waited since
    leaves the run's side.
    """
    event = points.counts[0] > 0
    side = sides(lines["waited"], lines["waited_median"])
    length = _shift(rules)
    run = np.zeros(len(event), int)
    for number in np.unique(points.phase):
        own = np.flatnonzero(event & (points.phase == number) & ~np.isnan(lines["waited"]))
        run[own] = fill_back(shift_flags(side[own], length), length)
    last = np.maximum.accumulate(np.where(event, np.arange(len(event)), 0))
    carried = np.where(event | (run[last] > 0) | (side <= 0), run[last], 0)
    late = sides(lines["waited"], lines["waited_limit"]) == 1
    found = _named("waits", -carried)
    return Marks(np.where(late, "long_wait", found.rule), np.where(late, -1, found.high))


def _named(rule: str, high: np.ndarray) -> Marks:
    return Marks(np.where(high != 0, rule, "").astype(object), high)


@dataclass(frozen=True)
class Remembering(RuleSet):
    """Rules where values stay on their side more often than not: no patterns within the limits but long runs.

    Of values that follow one another the level of the latest six is judged too, because a step hides in them longer than
    among independent ones. Of many series ``shift`` and ``memory`` are columns, an entry each.
    """

    memory: float | np.ndarray = 0.0

    def found(self, series: np.ndarray, limits: Lines) -> dict[str, Flags]:
        """Flags by the name of a rule, for the points of one phase."""
        highs = {
            "outside": beyond(series, limits["lower"], limits["upper"]),
            "trend": fill_back(trend_flags(series, self.trend), self.trend),
            "shift": fill_back(shift_flags(sides(series, limits["mean"]), self.shift), self.shift),
        }
        if np.any(self.memory):
            mean, sigma = (limits[name][..., 0] for name in ("mean", "sigma"))
            score = np.nan_to_num(step_score(series, mean, sigma, self.memory, LATEST))
            highs["latest_six"] = np.sign(score).astype(int) * (np.abs(score) > STEP)
        return {name: (high != 0, high) for name, high in highs.items()}


def _of_memory(chosen: Rules) -> str:
    """What tells sets of rules apart that cannot be applied at once."""
    return f"memory {chosen.memory > 0}" if isinstance(chosen, Remembering) else ""


def _as_one(sets: Sequence[Rules | None]) -> Rules | None:
    """Sets of rules that differ in numbers alone as one, for a table."""
    if not isinstance(sets[0], Remembering):
        return sets[0]
    shift, memory = (np.array([[getattr(chosen, name)] for chosen in sets]) for name in ("shift", "memory"))
    return Remembering(shift, memory=memory)
