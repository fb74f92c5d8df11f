"""How far a group lies from its reference, interval by interval, from released counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.statistics.differences import newcombe, rate_difference
from workbench.statistics.ratios import koopman, rate_ratio
from workbench.target_tracking.equity.points import GROUP, SUPPRESSED, TOTALS

DIFFERENCE, RATIO = "difference", "ratio"
NO_GAP = {DIFFERENCE: 0.0, RATIO: 1.0}
EVERYONE_ELSE, CITY, BEST = "everyone_else", "city", "best"
SCORE = {
    ("proportion", DIFFERENCE): newcombe,
    ("proportion", RATIO): koopman,
    ("rate", DIFFERENCE): rate_difference,
    ("rate", RATIO): rate_ratio,
}
_COUNTS = ["numerator", "denominator", "value", "n"]


@dataclass(frozen=True)
class GapSeries:
    """The gap of one group of a measure over time.

    Parameters
    ----------
    key : tuple of str
        Measure, dimension and group.
    entry : dict
        The measure's definition.
    kind : {'difference', 'ratio'}
    reference : str
        A group, or ``everyone_else`` or ``city``.
    target : float or None
        As the catalog writes it.
    by : str
    frame : DataFrame
        One row an interval: ``value`` (the gap), ``lower``, ``upper`` (its 95 % interval), ``own`` and
        ``reference_value``, ``cells``, ``state``, and what a point has besides.
    """

    key: tuple[str, str, str]
    entry: Mapping[str, Any]
    kind: str
    reference: str
    target: float | None
    by: str
    frame: pd.DataFrame

    def judged_as(self) -> dict[str, Any]:
        """The gap as a measure of its own: which way is better cannot be said of its sign alone."""
        scale = self.entry["scale"] if self.kind == DIFFERENCE else "number"
        columns = {**self.entry["columns"], "numerator": "", "denominator": "", "n": "", "target": ""}
        return {
            **self.entry,
            "kind": "value",
            "scale": scale,
            "direction": "neutral",
            "chart": "",
            "tolerance": None,
            "columns": {**columns, "value": "gap"},
            "targets": [] if self.target is None else [self._target()],
        }

    def _target(self) -> dict[str, Any]:
        """A range around no gap: a group may lie so far on either side."""
        far = abs(self.target)
        ends = (-far, far) if self.kind == DIFFERENCE else sorted((far, 1 / far))
        lower, upper = map(float, ends)
        kind = "level" if self.by else "each_period"
        whole = {"value": None, "lower": lower, "upper": upper, "by": self.by, "since": "", "kind": kind}
        return {**whole, "path": {}, "plan": [], "groups": {}}


def gaps_of(points: pd.DataFrame, groups: pd.DataFrame, definition: Mapping[str, Any]) -> Iterator[GapSeries]:
    """The gap of each group to its reference, for every measure by group whose gap means something.

    Parameters
    ----------
    points, groups : DataFrame
        Released points of everyone and of groups.
    definition : dict
        Of the cube.

    Notes
    -----
    Counts and running totals of groups differ as the groups do in size; their gap is looked at only where the
    catalog asks for one.
    """
    everyone = dict(tuple(points.groupby("measure", sort=False)))
    for (measure, dimension), own in groups.groupby(GROUP[:2], sort=False):
        entry = definition["measures"][measure]
        declared = entry["gaps"].get(dimension)
        if declared or entry["kind"] not in TOTALS:
            standard = definition.get("references", {}).get(dimension, EVERYONE_ELSE)
            gap = declared or {"kind": DIFFERENCE, "reference": "", "target": None, "by": ""}
            asked = {**gap, "reference": gap["reference"] or standard}
            yield from _of_dimension(own, everyone[measure], entry, asked)


def _of_dimension(
    own: pd.DataFrame, everyone: pd.DataFrame, entry: Mapping[str, Any], gap: Mapping[str, Any]
) -> Iterator[GapSeries]:
    named = dict(tuple(own.groupby("group", sort=False)))
    reference = _reference(named, entry, gap["reference"])
    for group, rows in named.items():
        if group != reference:
            key = tuple(rows[GROUP].iloc[0])
            other = named.get(reference, everyone) if reference in named else everyone
            frame = _compared(rows, other, entry, gap["kind"], reference)
            yield GapSeries(key, entry, gap["kind"], reference, gap["target"], gap["by"], frame)


def _reference(named: Mapping[str, pd.DataFrame], entry: Mapping[str, Any], declared: str) -> str:
    """The group that all others are compared with, or the rule: of the best one, which it is."""
    if declared == BEST:
        means = {group: rows["value"].mean() for group, rows in sorted(named.items())}
        sign = {"increase": 1, "decrease": -1, "neutral": 0}[entry["direction"]]
        known = {group: mean * sign for group, mean in means.items() if pd.notna(mean)}
        return max(known, key=known.__getitem__) if sign and known else EVERYONE_ELSE
    if declared in (CITY, EVERYONE_ELSE):
        return declared
    return declared if declared in named else EVERYONE_ELSE


def _compared(
    own: pd.DataFrame, other: pd.DataFrame, entry: Mapping[str, Any], kind: str, reference: str
) -> pd.DataFrame:
    """The gap in each interval of a group."""
    beside = other.set_index("interval").reindex(own["interval"])
    first = {name: own[name].to_numpy(float, na_value=np.nan) for name in _COUNTS}
    second = {name: beside[name].to_numpy(float, na_value=np.nan) for name in _COUNTS}
    if reference == EVERYONE_ELSE:
        second = everyone_else(second, first, entry["kind"])
    gap = gap_between(first["value"], second["value"], kind)
    lower, upper = _interval(first, second, entry, kind if reference != CITY else "")
    cells = [[*a, *b] for a, b in zip(own["cells"], _lists(beside["cells"]), strict=True)]
    return own.assign(
        value=gap,
        lower=lower,
        upper=upper,
        own=first["value"],
        reference_value=second["value"],
        target=np.nan,
        cells=cells,
        state=_state(own, beside, gap),
        provisional=own["provisional"].eq(True) | beside["provisional"].eq(True).to_numpy(),
        **dict.fromkeys(("numerator", "denominator", "n"), np.nan),
    )


def everyone_else(
    everyone: Mapping[str, np.ndarray], group: Mapping[str, np.ndarray], kind: str
) -> dict[str, np.ndarray]:
    """Counts and value of all who are not of a group; missing where only averages without a number are known."""
    less = {name: everyone[name] - group[name] for name in ("numerator", "denominator", "n")}
    with np.errstate(invalid="ignore", divide="ignore"):
        averaged = everyone["value"] * everyone["n"] - group["value"] * group["n"]
        by_counts = less["numerator"] / np.where(less["denominator"] > 0, less["denominator"], np.nan)
        by_number = averaged / np.where(less["n"] > 0, less["n"], np.nan)
    value = less["numerator"] if kind in TOTALS else np.where(np.isnan(by_counts), by_number, by_counts)
    return {**less, "value": value}


def gap_between(first: np.ndarray, second: np.ndarray, kind: str) -> np.ndarray:
    """The first less the second, or over it; missing where the second is zero and a ratio is asked."""
    if kind == DIFFERENCE:
        return first - second
    return first / np.where(second != 0, second, np.nan)


def _interval(first, second, entry: Mapping[str, Any], kind: str) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of the gap of two shares or rates that rest on counts; missing for other kinds."""
    method = SCORE.get((entry["kind"], kind))
    counts = [each[name] for each in (first, second) for name in ("numerator", "denominator")]
    usable = ~np.isnan(np.sum(counts, axis=0)) & (counts[1] > 0) & (counts[3] > 0)
    if entry["kind"] == "proportion":
        usable &= (counts[0] <= counts[1]) & (counts[2] <= counts[3])
    usable &= np.min(counts, axis=0, initial=0, where=~np.isnan(counts)) >= 0
    lower, upper = np.full((2, len(usable)), np.nan)
    if method and usable.any():
        lower[usable], upper[usable] = method(*(each[usable] for each in counts))
    return np.where(np.isinf(lower), np.nan, lower), np.where(np.isinf(upper), np.nan, upper)


def _state(own: pd.DataFrame, beside: pd.DataFrame, gap: np.ndarray) -> np.ndarray:
    hidden = own["state"].eq(SUPPRESSED).to_numpy() | beside["state"].eq(SUPPRESSED).to_numpy()
    missing = np.where(np.isnan(gap), "no data", np.where(gap == 0, "zero", "value"))
    return np.where(hidden, SUPPRESSED, missing)


def _lists(cells: pd.Series) -> list[list[str]]:
    return [list(each) if isinstance(each, list | np.ndarray) else [] for each in cells]
