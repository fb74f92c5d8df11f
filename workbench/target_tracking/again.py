"""A measure judged once more from what is shown of it: by another control chart, or by other rules."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.findings.messages import message
from workbench.periods import Period
from workbench.target_tracking.chosen import NOT_DRAWN
from workbench.target_tracking.equity.followed import follow
from workbench.target_tracking.equity.points import GROUP, own_entry, series_of_groups
from workbench.target_tracking.intervals import limits
from workbench.target_tracking.rows import verdict_row
from workbench.target_tracking.targets import FACTORS

if TYPE_CHECKING:
    from workbench.target_tracking.results import TargetResults

Key = tuple[str, str, str]


def judged_again(results: "TargetResults", key: Key, chart: str, rules: str) -> dict[str, pd.DataFrame]:
    """Frames of limits and verdicts in which one measure, or one group of it, is judged otherwise.

    Parameters
    ----------
    results : TargetResults
        Released, computed just now or read back: only what they say of themselves is used.
    key : tuple of str
        Measure, dimension and group; the last two empty for everyone.
    chart, rules : str
        Empty: as the review has it. A chart that cannot be drawn of the values gives an XmR chart and says so.

    Returns
    -------
    dict of str to DataFrame
        Empty where too much is hidden, or the latest value is.
    """
    facts, prefix = results.facts, "group_" if key[2] else ""
    reviewed = Period.parse(facts["period"], facts["fiscal_year_starts"])
    points = getattr(results, f"{prefix}points")
    own = points[_of(points, key)]
    entry = _entry(facts["measures"][key[0]], key, chart)
    recorded = _as_recorded(own, entry)
    (series,) = series_of_groups([(recorded["measure"].iloc[0], entry, recorded)], facts, reviewed)
    found = follow([key], [series], [own], reviewed, rules or facts["rules"], facts["screened"])[0]
    if found.tracked is None:
        return {}
    verdict = verdict_row(found.tracked) | _chosen(chart, found.tracked.judgement.choice.why)
    rows = {"limits": limits(found.tracked), "verdicts": pd.DataFrame([verdict])}
    return {
        f"{prefix}{name}": _replaced(getattr(results, f"{prefix}{name}"), each, key)
        for name, each in rows.items()
    }


def _entry(declared: Mapping[str, Any], key: Key, chart: str) -> dict[str, Any]:
    own = own_entry(declared, *key[1:]) if key[2] else declared
    return {**own, "chart": chart or own["chart"]}


def _chosen(chart: str, why: str) -> dict[str, str]:
    """Why it is this chart, where a reader chose it."""
    if not chart:
        return {}
    name = "chart_cannot_be_chosen" if why == NOT_DRAWN else "chart_chosen"
    return {"chart_reason": message("caveat", name, "target_tracking")}


def _as_recorded(points: pd.DataFrame, entry: Mapping[str, Any]) -> pd.DataFrame:
    """Points with targets as a source writes them: as the measure is shown."""
    target = points["target"] * FACTORS[entry["scale"]]
    return points.assign(target=target, conflicting=points.get("conflicting", False))


def _named(key: Key) -> dict[str, str]:
    return {column: name for column, name in zip(GROUP, key, strict=True) if name}


def _of(frame: pd.DataFrame, key: Key) -> pd.Series:
    named = _named(key)
    return (frame[list(named)] == pd.Series(named)).all(axis=1)


def _replaced(frame: pd.DataFrame, rows: pd.DataFrame, key: Key) -> pd.DataFrame:
    """A frame with other rows in the place of its own, in its columns."""
    other = rows.assign(**_named(key)).reindex(columns=frame.columns)
    return pd.concat([frame[~_of(frame, key)], other], ignore_index=True)
