"""Which steps got slower or faster since the period before."""

from dataclasses import dataclass, replace
from math import comb

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.followed import Begun, begins, fairest
from workbench.process_timing.comparison import verdict_of
from workbench.process_timing.counts import NO_DATA, VALUE, Counts
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.steps.holding import holder_after
from workbench.statistics.compared_waits import Comparison
from workbench.statistics.false_discovery import benjamini_hochberg
from workbench.statistics.many_waits import EdgeComparison, EndedWaits, compare_many
from workbench.statistics.percentiles import enough_for
from workbench.statistics.resampling import Contrast

NEW, GONE = "not walked before", "not walked now"
FEW_WAITS, FEW_WEEKS, NOT_FOLLOWED = "few waits", "few weeks", "not followed long enough"
METHOD = "chance that a wait is shorter, weeks resampled; Benjamini-Hochberg over the edges of the process"
COLUMNS = [
    *("interval", "since", "from", "to", "holder", "within_days", "difference", "lower", "upper"),
    *("faster", "faster_lower", "faster_upper", "p", "adjusted_p", "n", "n_before"),
    *("method", "lacking", "verdict", "state", "cells"),
]
_NOTHING = Contrast(None, None, None)


def edges_compared(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an edge that cases of the period or of the one before walked: did its waits get longer or shorter.

    Both periods are seen at the same age, and a wait counts when it could be followed for ``within_days``
    and ended within them (see ``followed``): the newest period, whose long waits have not ended,
    would look faster otherwise. Waits that have not ended are on no edge yet: as many are taken to be on
    this one as of those that have. A verdict is only given where at most about half are longer than
    ``within_days`` or still last, and where to count these as the longest would not turn it round.

    Returns
    -------
    DataFrame
        interval, since (the period before), from, to, holder, within_days (missing where all waits were
        followed to their end); difference of median waits in calendar days with lower and upper, weeks
        resampled; faster: chance that a random wait is shorter than one of before, with limits (to a thousandth for people, or
        else the exact counts would follow); p: of that
        chance being one half; adjusted_p: the p of all edges of this process judged together (Benjamini and
        Hochberg 1995); n, n_before: waits compared (rounded where the source is about people); lacking:
        what it would take to tell; verdict, state, cells. Ordered by adjusted_p.

    Notes
    -----
    ``adjusted_p`` is of a family inside one process. The q values of findings are of all processes and
    exist in the agenda only.

    Slower and faster need an adjusted p of at most 1 less the confidence, an interval of the chance that
    leaves out one half and medians that differ in the same direction (docs/decisions/0013). Edges with
    fewer than ten waits, or fewer than the minimum count, in a period are not judged.
    """
    since = cohort.period.previous()
    if str(since) not in cohort.intervals:
        return pd.DataFrame(columns=COLUMNS)
    edges = _edges(cohort)
    found = _compared([edge for edge in edges if not edge.lacking], cohort.confidence)
    rows = [_row(edge, found.get(edge.code), cohort, counts) for edge in edges]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["adjusted_p", "from", "to"], ignore_index=True)


@dataclass(frozen=True)
class _Edge:
    """An edge of two periods, of each pair the period under review first.

    Parameters
    ----------
    code : int
        ``from * activities + to``.
    walked : tuple of int
        How often it was walked in all.
    within : float
        Days for which waits are followed.
    kept : tuple of Begun
        The waits that are compared.
    ended : tuple of float
        About what share of its waits that could be followed so long ended within that time.
    fewest : int
        Waits that each period needs.
    """

    code: int
    walked: tuple[int, int]
    within: float
    kept: tuple[Begun, Begun]
    ended: tuple[float, float]
    fewest: int

    @property
    def lacking(self) -> str:
        """What it would take to compare it, or nothing."""
        now, before = (each.days.size for each in self.kept)
        if not self.walked[1]:
            return NEW
        if not self.walked[0] and before:
            return GONE
        if not enough_for(min(now, before), 0.5) or min(now, before) < self.fewest:
            return FEW_WAITS
        return "" if min(self.ended) >= 0.5 else NOT_FOLLOWED


def _edges(cohort: Cohort) -> list[_Edge]:
    """Every edge of both periods, by code."""
    periods = (cohort.period, cohort.period.previous())
    age = cohort.cube.definition["as_of_instant"] - begins(cohort, cohort.period)
    sides = [Begun.of(cohort, period, age) for period in periods]
    walked = [_walked(cohort, str(period)) for period in periods]
    codes = sorted(set(walked[0]) | set(walked[1]))
    return [_edge(code, tuple(each.get(code, 0) for each in walked), sides, cohort) for code in codes]


def _edge(code: int, walked: tuple[int, int], sides: list[Begun], cohort: Cohort) -> _Edge:
    own = [side.of_edge(code) for side in sides]
    within = fairest(*own)
    return _Edge(
        code,
        walked,
        within,
        kept=tuple(waits.ended_within(within) for waits in own),
        ended=tuple(side.share_ended(code // len(cohort.names), code, within) for side in sides),
        fewest=cohort.cube.definition["least_listed"],
    )


def _walked(cohort: Cohort, interval: str) -> dict[int, int]:
    """How often cases of an interval walked each edge, by code."""
    steps = cohort.cube.frames["edges"]
    own = np.isin(steps["case"].to_numpy(), cohort.of_interval(interval)["case"].to_numpy())
    codes = steps["from"].to_numpy("int64")[own] * len(cohort.names) + steps["to"].to_numpy("int64")[own]
    edges, times = np.unique(codes, return_counts=True)
    return dict(zip(edges.tolist(), times.tolist(), strict=True))


def _compared(edges: list[_Edge], confidence: float) -> dict[int, tuple[EdgeComparison, float]]:
    """The comparison of each edge by code, with its p among all of them."""
    if not edges:
        return {}
    waits = (_waits([edge.kept[side] for edge in edges]) for side in (0, 1))
    found = [
        _settled(each, edge)
        for each, edge in zip(compare_many(*waits, confidence=confidence), edges, strict=True)
    ]
    adjusted = benjamini_hochberg([np.nan if each.faster.p is None else each.faster.p for each in found])
    return {each.edge: (each, float(p)) for each, p in zip(found, adjusted, strict=True)}


def _settled(found: EdgeComparison, edge: _Edge) -> EdgeComparison:
    """The comparison with the p that all orders of the weeks give where every wait of one period is the longer.

    Draws of weeks do not differ then, and p would only tell how many were drawn: among many edges too few.
    """
    if found.faster.p is None or 0 < found.faster.value < 1:
        return found
    now, before = (np.unique(each.weeks).size for each in edge.kept)
    return replace(found, faster=replace(found.faster, p=min(found.faster.p, 2 / comb(now + before, now))))


def _waits(kept: list[Begun]) -> EndedWaits:
    """The waits of all edges, one after the other."""
    return EndedWaits(
        np.concatenate([each.edges for each in kept]),
        np.concatenate([each.days for each in kept]),
        np.concatenate([each.weeks for each in kept]),
    )


def _row(edge: _Edge, found: tuple[EdgeComparison, float] | None, cohort: Cohort, counts: Counts) -> dict:
    start, end = (cohort.names[code] for code in divmod(edge.code, len(cohort.names)))
    comparison, adjusted = found or (None, np.nan)
    shown = [cohort.rounding.nearest(each.days.size) for each in edge.kept]
    verdict, lacking = _word(edge, comparison, adjusted, cohort.confidence)
    row = {"interval": str(cohort.period), "since": str(cohort.period.previous()), "from": start, "to": end}
    return {
        **row,
        "holder": holder_after(cohort, start)["holder"],
        "within_days": edge.within if np.isfinite(edge.within) else np.nan,
        **_numbers(comparison, cohort.rounding),
        "adjusted_p": adjusted,
        "n": shown[0],
        "n_before": shown[1],
        "method": METHOD,
        "lacking": lacking,
        "verdict": str(verdict),
        "state": VALUE if comparison else NO_DATA,
        "cells": _cells(row, edge, shown, cohort, counts),
    }


def _cells(row: dict, edge: _Edge, shown: list[int], cohort: Cohort, counts: Counts) -> list[str]:
    """The counts of the edge in both periods as the map has them, and of its waits that are compared."""
    cells = []
    for interval, walked, compared in zip((row["interval"], row["since"]), edge.walked, shown, strict=True):
        name = f"{interval}|edge|{row['from']}|{row['to']}"
        cells.append(counts.cell(name, cohort.rounding.nearest(walked)))
        cells.append(counts.cell(f"{name}|compared", compared))
    return cells


def _word(
    edge: _Edge, found: EdgeComparison | None, adjusted: float, confidence: float
) -> tuple[Verdict, str]:
    """The word for an edge, and what is lacking where it cannot be told."""
    if found is None:
        return Verdict.CANT_TELL, edge.lacking
    word = verdict_of(Comparison(found.difference, None, _NOTHING, np.inf, found.faster))
    if word not in (Verdict.SLOWER, Verdict.FASTER):
        return word, FEW_WEEKS if word == Verdict.CANT_TELL else ""
    if adjusted > 1 - confidence:
        return Verdict.NO_CLEAR_CHANGE, ""
    if (_with_longest(found.faster.value, *edge.ended) < 0.5) != (word == Verdict.SLOWER):
        return Verdict.CANT_TELL, NOT_FOLLOWED
    return word, ""


def _with_longest(faster: float, ended: float, ended_before: float) -> float:
    """The chance of being faster where waits that had not ended are longer than all others, and alike."""
    not_before = 1 - ended_before
    return ended * (ended_before * faster + not_before) + (1 - ended) * not_before / 2


def _numbers(found: EdgeComparison | None, rounding: Rounding) -> dict[str, float]:
    difference, faster = (found.difference, found.faster) if found else (_NOTHING, _NOTHING)
    values = {"difference": difference.value, "lower": difference.lower, "upper": difference.upper}
    chances = {"faster": faster.value, "faster_lower": faster.lower, "faster_upper": faster.upper}
    values |= {name: rounding.chance(value) for name, value in chances.items()}
    values |= {"p": faster.p}
    return {name: np.nan if value is None else value for name, value in values.items()}
