"""Figures of a disparity review, drawn from released rows.

Shape tells the same as colour everywhere; what is suppressed or absent is not drawn, and is
named in the table and in the text alternative.
"""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import Dots, nothing
from workbench.charts.disparity_groups import groups_in_places
from workbench.charts.disparity_rows import Shown, listed
from workbench.charts.disparity_split import gap_split
from workbench.charts.disparity_stages import bounds, daylight, decisions, more, stages, waits
from workbench.charts.disparity_tables import adjusted_table, summary_table, table
from workbench.charts.disparity_time import gap_over_time, gap_pieces
from workbench.charts.figure import Figure
from workbench.charts.layers import hconcat
from workbench.findings.model import Verdict

__all__ = [
    "CHOICES", "adjusted_table", "bounds", "daylight", "decisions", "gap_over_time", "gap_pieces", "gap_split", "gaps",
    "groups_in_places", "more", "place_map", "places", "rates", "stages", "summary_table", "table", "waits",
]  # fmt: skip
PLACES = 40  # that are drawn; all are on the map
_VERDICTS = {
    Verdict.WORSE_OFF: "triangle-down",
    Verdict.BETTER_OFF: "triangle-up",
    Verdict.NO_DIFFERENCE: "circle",
    Verdict.CANT_TELL: "diamond",
}
_MARKS = tuple(zip(("circle", "square", "diamond"), theme.SERIES, strict=False))


def rates(results, *, group=None, place=None, period=None) -> Figure:
    """The rate of each group, those without a recorded group beside them.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice such as ``race/black``, ``neighbourhood/Elm``, ``2025-Q4``; all groups are drawn.
    """
    shown = Shown(results, group, place, period)
    rows = shown.group_rates()
    everyone = rows.loc[rows["Group"] == shown.name_of("all"), ["Rate"]].dropna()
    dots = Dots(rows, "Rate", "Lower", "Upper", shown.axis)
    line = alt.Chart(everyone).mark_rule(strokeDash=[4, 4]).encode(x=alt.X("Rate:Q"))
    return Figure(
        name="rates",
        title=f"{shown.outcome_title} by {shown.dimension}{shown.place}, {shown.period}",
        text=f"Dots with intervals, one row a group: {listed(rows, 'Group', 'Rate')}, {shown.axis}. "
        f"A dashed line marks everyone together.{shown.missing(rows, 'Rate')}",
        see=f"Intervals that lie apart are groups that fare differently; {shown.chance}.",
        table=rows,
        chart=dots.chart(below=[line] if len(everyone) else []),
    )


def gaps(results, *, group=None, place=None, period=None) -> Figure:
    """The gap of each group against the reference, as a difference and as a ratio.

    In the whole city; at one mix of the finest places; and within the same place.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in :func:`rates`; in a chosen place there is one gap for each group.
    """
    shown = Shown(results, group, place, period)
    rows = shown.group_gaps()
    city = rows[rows["Comparison"] == shown.comparisons[0]]
    within = rows[rows["Comparison"] == shown.comparisons[2]]
    return Figure(
        name="gaps",
        title=f"Gap to {shown.reference}: {shown.outcome_title}{shown.place}, {shown.period}",
        text=f"Dots with intervals around a line at no gap: {_with_ratios(city)}, {shown.gap_axis}. "
        f"Diamonds give the gap among people in the same place: {_with_ratios(within)}.{shown.missing(city, 'Difference')}",
        see=f"{shown.worse_side} An interval that crosses the line may be chance. A diamond near the line beside a "
        "dot far from it is a gap that goes with where people live.",
        table=rows,
        chart=_gap_panels(rows, shown) if len(rows) else nothing("No groups are compared here."),
    )


def _gap_panels(rows: pd.DataFrame, shown: Shown) -> alt.HConcatChart:
    """The difference, and beside it the ratio of the same rows."""
    marks = dict(zip(shown.comparisons, _MARKS, strict=True))
    common = {"rows": rows, "series": "Comparison", "marks": marks, "step": 17}
    columns = ("Difference", "Lower", "Upper"), ("Ratio", "Ratio at least", "Ratio at most")
    difference, ratio = (dict(zip(("value", "lower", "upper"), names, strict=True)) for names in columns)
    left = Dots(**common, **difference, title=shown.gap_axis, line=0.0, width=205)
    right = Dots(**common, **ratio, title="ratio", line=1.0, ratio=True, width=118, named=False)
    return hconcat(left.chart(), right.chart(), spacing=12)


def _with_ratios(rows: pd.DataFrame) -> str:
    """``Black -10.0 (ratio 0.86)``."""
    drawn = rows.dropna(subset=["Difference"]).to_dict("records")
    said = [f"{row['Group']} {row['Difference']:.1f}{_ratio(row['Ratio'])}" for row in drawn]
    return ", ".join(said) or "nothing that can be shown"


def _ratio(value: float) -> str:
    return f" (ratio {value:.2f})" if pd.notna(value) else ""


def place_map(results, *, place=None) -> Figure:
    """The map of places with the funnel below it: see ``charts.disparity_places``."""
    from workbench.charts import disparity_places  # geometry, which pages of other analyses do without

    return disparity_places.place_map(results, place=place)


def places(results, *, group=None, place=None, period=None) -> Figure:
    """The rate of each place, the least favourable first, of the finest level that can mostly be shown.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in :func:`rates`; everyone's rate is judged against the rest of the city, a chosen
        group's against the reference in the same place.
    """
    shown = Shown(results, group, place, period)
    rows = shown.place_rates()
    drawn = _fewer(rows)
    words = [str(word) for word in _VERDICTS if str(word) in set(drawn["Verdict"])]
    marks = {word: (_VERDICTS[word], theme.colour_of(word)) for word in words}
    named = {word: list(rows.loc[rows["Verdict"] == word, "Place"]) for word in words[:2]}
    told = " ".join(f"{word.capitalize()}: {', '.join(found)}." for word, found in named.items() if found)
    more = f" {len(rows) - len(drawn)} more are not drawn." if len(drawn) < len(rows) else ""
    return Figure(
        name="places",
        title=f"{shown.outcome_title} by {shown.level}{shown.among}, {shown.period}",
        text=f"Dots with intervals, one row a {shown.level}, the least favourable first: "
        f"{listed(rows, 'Place', 'Rate')}, {shown.axis}. {told}{shown.missing(rows, 'Rate')}{more}",
        see=f"A triangle marks a {shown.level} that differs from {shown.judged_against} by more than chance; "
        f"one that points down is worse off.{more}",
        table=rows,
        chart=Dots(
            drawn,
            "Rate",
            "Lower",
            "Upper",
            shown.axis,
            row="Place",
            series="Verdict",
            marks=marks,
            beside=False,
        ).chart(),
    )


def _fewer(rows: pd.DataFrame) -> pd.DataFrame:
    """At most ``PLACES``, in their order: those that differ, then others that have a rate."""
    differ = rows["Verdict"].isin([str(Verdict.WORSE_OFF), str(Verdict.BETTER_OFF)])
    rank = (~differ).astype(int) + rows["Rate"].isna()
    return rows.loc[rank.sort_values(kind="stable").index[:PLACES].sort_values()]


CHOICES = {
    "Gap": gaps,
    "Parts of the gap": gap_split,
    "Rate of each group": rates,
    "Gap over time": gap_over_time,
    "Map": place_map,
    "Places": places,
    "Groups within places": groups_in_places,
    "Waiting times": waits,
    "Asks and need": stages,
}  # what an app offers to draw
