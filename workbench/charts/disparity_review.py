"""Figures of a disparity review, drawn from released rows.

Shape tells the same as colour everywhere; what is suppressed or absent is not drawn, and is
named in the table and in the text alternative.
"""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_rows import Shown, listed
from workbench.charts.figure import Figure
from workbench.findings.model import Verdict

_VERDICTS = [Verdict.WORSE_OFF, Verdict.BETTER_OFF, Verdict.NO_DIFFERENCE, Verdict.CANT_TELL]
_VERDICT_SHAPES = ["triangle-down", "triangle-up", "circle", "diamond"]
_DOT = {"filled": True, "size": 90, "opacity": 1}


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
    drawn = rows.dropna(subset=["Rate"])[["Group", "Rate", "Lower", "Upper", "state"]]
    everyone = drawn[drawn["Group"] == "Everyone"]
    base = alt.Chart().encode(y=alt.Y("Group:N", sort=list(rows["Group"]), title=None))
    axis = alt.X("Lower:Q", title=shown.axis, scale=alt.Scale(zero=False))
    spans = base.mark_rule(strokeWidth=2).encode(x=axis, x2=alt.X2("Upper:Q"))
    dots = base.mark_point(**_DOT, color=theme.ACCENT).encode(x=alt.X("Rate:Q"))
    line = alt.Chart(everyone[["Rate"]]).mark_rule(strokeDash=[4, 4]).encode(x=alt.X("Rate:Q"))
    return Figure(
        name="rates",
        title=f"{shown.outcome_title} by {shown.dimension}{shown.place}, {shown.period}",
        text=f"Dots with intervals, one row a group: {listed(rows, 'Group', 'Rate')}, {shown.axis}. "
        f"A dashed line marks everyone together.{shown.missing(rows, 'Rate')}",
        see=f"Intervals that lie apart are groups that fare differently; {shown.chance}.",
        table=rows,
        chart=_sized(alt.layer(line, spans, dots, _hollow(base, "Rate:Q"), data=drawn), len(rows)),
    )


def gaps(results, *, group=None, place=None, period=None) -> Figure:
    """The gap of each group against the reference, in the whole city and within the same place.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in :func:`rates`; in a chosen place there is one gap for each group.
    """
    shown = Shown(results, group, place, period)
    rows = shown.group_gaps()
    drawn = rows.dropna(subset=["Difference"])[
        ["Group", "Comparison", "Difference", "Lower", "Upper", "state"]
    ]
    scale = alt.Scale(domain=list(shown.comparisons), range=["circle", "diamond"])
    colours = alt.Scale(domain=list(shown.comparisons), range=list(theme.SERIES[:2]))
    base = alt.Chart().encode(
        y=alt.Y("Group:N", sort=list(dict.fromkeys(rows["Group"])), title=None),
        yOffset=alt.YOffset("Comparison:N", sort=list(shown.comparisons)),
        color=alt.Color("Comparison:N", scale=colours, title=None),
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("Lower:Q", title=shown.gap_axis), x2=alt.X2("Upper:Q")
    )
    dots = base.mark_point(**_DOT).encode(
        x=alt.X("Difference:Q"),
        shape=alt.Shape("Comparison:N", scale=scale, title=None),
    )
    city = rows[rows["Comparison"] == shown.comparisons[0]]
    return Figure(
        name="gaps",
        title=f"Gap to {shown.reference}: {shown.outcome_title}{shown.place}, {shown.period}",
        text=f"Dots with intervals around a line at no gap: {listed(city, 'Group', 'Difference')}, {shown.gap_axis}. "
        f"Diamonds give the gap among people in the same place: {_pooled_text(rows, shown)}.{shown.missing(city, 'Difference')}",
        see=f"{shown.worse_side} An interval that crosses the line may be chance. A diamond near the line beside a "
        "dot far from it is a gap that goes with where people live.",
        table=rows,
        chart=_sized(
            alt.layer(_zero("x"), spans, dots, _hollow(base, "Difference:Q"), data=drawn), 2 * len(city)
        ),
    )


def _pooled_text(rows: pd.DataFrame, shown: Shown) -> str:
    return listed(rows[rows["Comparison"] == shown.comparisons[1]], "Group", "Difference")


def gap_over_time(results, *, group=None, place=None, period=None) -> Figure:
    """The gap of each group, interval by interval.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in :func:`rates`; a chosen group is drawn alone, for the whole city.
    """
    shown = Shown(results, group, place, period)
    rows = shown.gaps_over_time()
    drawn = rows.dropna(subset=["Difference"])[["Group", "Interval", "Difference", "Lower", "Upper"]]
    names = [name for name in dict.fromkeys(rows["Group"]) if name in set(drawn["Group"])]
    across = alt.X(
        "Interval:O", title=None, sort=shown.intervals, axis=alt.Axis(labelAngle=-60, labelOverlap=True)
    )
    base = alt.Chart().encode(x=across)
    spans = base.mark_rule(strokeWidth=1.5).encode(y=alt.Y("Lower:Q", title=None), y2=alt.Y2("Upper:Q"))
    path = base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(y=alt.Y("Difference:Q"))
    dots = base.mark_point(filled=True, size=40, opacity=1, color=theme.ACCENT).encode(
        y=alt.Y("Difference:Q")
    )
    panel = alt.layer(_zero("y"), spans, path, dots, data=drawn).properties(width=190, height=110)
    chart = panel.facet(facet=alt.Facet("Group:N", sort=names, title=shown.gap_axis), columns=2)
    last = rows[rows["Interval"] == shown.intervals[-1]]
    first = rows[rows["Interval"] == shown.intervals[0]]
    return Figure(
        name="gap-over-time",
        title=f"Gap to {shown.reference} over time: {shown.outcome_title}",
        text=f"One panel a group, a dot with its interval for each of {len(shown.intervals)} intervals. "
        f"First, {shown.intervals[0]}: {listed(first, 'Group', 'Difference')}. "
        f"Last, {shown.intervals[-1]}: {listed(last, 'Group', 'Difference')}.{shown.missing(last, 'Difference')}",
        see=f"{shown.worse_side.replace('left of', 'below').replace('right of', 'above')} "
        "Look for a level that stays changed, not for single points.",
        table=rows,
        chart=chart,
    )


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
    drawn = rows.dropna(subset=["Rate"])[["Place", "Rate", "Lower", "Upper", "Verdict", "state"]]
    words = [str(word) for word in _VERDICTS if str(word) in set(drawn["Verdict"])]
    marks = [mark for word, mark in zip(_VERDICTS, _VERDICT_SHAPES, strict=True) if str(word) in words]
    base = alt.Chart().encode(
        y=alt.Y("Place:N", sort=list(rows["Place"]), title=None),
        color=alt.Color(
            "Verdict:N", scale=theme.verdict_scale(words), title=None, legend=theme.legend(words)
        ),
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("Lower:Q", title=shown.axis, scale=alt.Scale(zero=False)), x2=alt.X2("Upper:Q")
    )
    shapes = alt.Scale(domain=words, range=marks)
    shape = alt.Shape("Verdict:N", scale=shapes, title=None, legend=theme.legend(words))
    dots = base.mark_point(**_DOT).encode(x=alt.X("Rate:Q"), shape=shape)
    named = {word: list(rows.loc[rows["Verdict"] == word, "Place"]) for word in words[:2]}
    told = " ".join(f"{word.capitalize()}: {', '.join(found)}." for word, found in named.items() if found)
    return Figure(
        name="places",
        title=f"{shown.outcome_title} by {shown.level}{shown.among}, {shown.period}",
        text=f"Dots with intervals, one row a {shown.level}, the least favourable first: "
        f"{listed(rows, 'Place', 'Rate')}, {shown.axis}. {told}{shown.missing(rows, 'Rate')}",
        see=f"A triangle marks a {shown.level} that differs from {shown.judged_against} by more than chance; "
        "one that points down is worse off.",
        table=rows,
        chart=_sized(alt.layer(spans, dots, _hollow(base, "Rate:Q"), data=drawn), len(rows)),
    )


def table(results):
    """Every comparison of the reviewed interval, in words and everyday units.

    Parameters
    ----------
    results : DisparityResults
        Released.

    Returns
    -------
    DataFrame
        One row a comparison: groups in the whole city, groups within places, places.
    """
    return Shown(results).all_gaps()


def _hollow(base: alt.Chart, value: str) -> alt.Chart:
    """The middle of marks that rest on too few to be relied on."""
    few = base.transform_filter("datum.state == 'unreliable'")
    return few.mark_point(filled=True, size=28, opacity=1).encode(
        x=alt.X(value), color=alt.value(theme.PAPER)
    )


def _zero(axis: str) -> alt.Chart:
    """A line at no gap; it takes the rows of the layers beside it, as a facet demands."""
    return alt.Chart().mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(**{axis: alt.datum(0)})


def _sized(chart, rows: int):
    return chart.properties(width=theme.WIDTH, height=max(rows, 2) * theme.ROW)
