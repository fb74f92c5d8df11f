"""Tests of decisions: how often they find what they look for, and whether darkness changes who is stopped."""

import pandas as pd

from workbench.charts.disparity_dots import Dots, nothing
from workbench.charts.disparity_rows import Shown, listed, number, tabled, worded
from workbench.charts.figure import Figure
from workbench.findings.messages import fill

_SHARES = {"Rate": "rate", "Lower": "lower", "Upper": "upper", "Rate of the others": "reference_rate"}
_ODDS = {"Odds ratio": "odds_ratio", "At least": "odds_ratio_lower", "At most": "odds_ratio_upper"}


def decisions(results, *, group=None, place=None, period=None) -> Figure:
    """How often what is done to each group finds what it looks for.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; all groups of the city and the reviewed interval are drawn.
    """
    shown = Shown(results, group, place, period)
    rows = _hits(shown)
    words, found = shown.facts["words"], shown.facts["hit_words"] or "found something"
    axis = f"of every 100 that were {words}, how many {found}"
    panel = Dots(rows, "Rate", "Lower", "Upper", axis, line=_of_reference(rows, shown))
    return Figure(
        name="decisions",
        title=f"How many of those {words} {found}, by {shown.dimension}, {shown.period}",
        text=f"Dots with intervals, one row a group: {listed(rows, 'Group', 'Rate')}, {axis}. "
        f"{worded(rows, 'Group')}{shown.missing(rows, 'Rate')}",
        see="A group far to the left is acted on with less ground than others. Averages can mislead where groups "
        "differ in more than the ground for suspicion.",
        table=rows,
        chart=panel.chart() if len(rows) else nothing("This service declares no hits."),
    )


def _hits(shown: Shown) -> pd.DataFrame:
    """Group, acted on, hits, their share with limits and that of the others."""
    found = shown.results.decisions
    shares = {name: 100 * number(found[column]) for name, column in _SHARES.items()}
    names = {"Acted on": "acted", "Hits": "hits", **{name: name for name in shares}}
    return tabled(shown, found.assign(**shares), names)


def _of_reference(rows: pd.DataFrame, shown: Shown) -> float | None:
    """Where a line marks the reference group; everyone else is another share for each group."""
    known = rows["Rate of the others"].dropna()
    return float(known.iloc[0]) if len(known) and shown.facts["reference"] in shown.facts["groups"] else None


def daylight(results, *, group=None, place=None, period=None) -> Figure:
    """Whether darkness, that hides who it is, changes who is stopped.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; all groups of the city are drawn, over the last year.
    """
    shown = Shown(results, group, place, period)
    rows = tabled(shown, shown.results.daylight, {**_ODDS, "In darkness": "dark", "By daylight": "light"})
    drawn = rows.dropna(subset=["Odds ratio"])
    odds = ", ".join(
        f"{name} {value:.2f}" for name, value in zip(drawn["Group"], drawn["Odds ratio"], strict=True)
    )
    panel = Dots(rows, *_ODDS, "odds ratio", line=1.0, ratio=True)
    return Figure(
        name="daylight",
        title=f"Stops in darkness against stops by daylight at the same time of day{_over(shown)}",
        text="Odds that a stop is of the group, in darkness relative to daylight, with intervals around a line at the "
        f"same: {odds or 'nothing that can be shown'}. {worded(rows, 'Group')}{shown.missing(rows, 'Odds ratio')}",
        see="Left of the line a group makes up less of the stops when it is dark and people cannot be seen. A dot on "
        "the line clears nobody: street lights weaken this test.",
        table=rows,
        chart=panel.chart() if len(rows) else nothing("This service declares no times of stops."),
    )


def _over(shown: Shown) -> str:
    """``, the first quarter of 2025 to the fourth quarter of 2025``."""
    ends = shown.results.daylight[["first_interval", "last_interval"]].dropna().head(1).to_numpy().ravel()
    said = dict.fromkeys(fill("{period:period}", {"period": each}) for each in ends)
    return f", {' to '.join(said)}" if said else ""
