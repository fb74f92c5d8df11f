"""The gap of each group over time: with its process limits, and in the two parts it is made of."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import DOT, nothing
from workbench.charts.disparity_rows import Shown, absent, listed
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.target_rows import WORDS
from workbench.findings.model import Verdict

LIVE, FARE, WHOLE = "where people live", "how they fare there", "the gap"
_LIMITS = {"Mean": "mean", "Process lower": "process_lower", "Process upper": "process_upper"}
_SIGNALS = {
    "special_cause_concern": ("triangle-down", theme.TONE_COLOURS["concern"]),
    "special_cause_improvement": ("triangle-up", theme.TONE_COLOURS["good"]),
}
_PIECES = {
    WHOLE: ("circle", theme.DASHES[0], theme.SERIES[0]),
    LIVE: ("square", theme.DASHES[1], theme.SERIES[1]),
    FARE: ("diamond", theme.DASHES[2], theme.SERIES[2]),
}
_HIDDEN = {str(Verdict.SUPPRESSED): "trend not shown"}
_LINE = " | "  # between the lines of a panel's head
_PANEL = {"width": 192, "height": 115}


def gap_over_time(results, *, group=None, place=None, period=None) -> Figure:
    """The gap of each group, interval by interval, with the limits of its usual ups and downs.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; a chosen group is drawn alone, for the whole city.
    """
    shown = Shown(results, group, place, period)
    rows, judged = shown.gaps_over_time(), _judged(shown)
    drawn = _in_runs(rows, "Difference").merge(judged, on="Group", how="left")
    shows = drawn["Trend"].fillna("").replace(_HIDDEN)
    heads = [f"{name}{_LINE}{word}" for name, word in zip(drawn["Group"], shows, strict=True)]
    drawn = drawn.assign(Panel=heads)
    last = rows[rows["Interval"] == shown.intervals[-1]]
    first = rows[rows["Interval"] == shown.intervals[0]]
    limited = drawn["Mean"].notna().any()
    return Figure(
        name="gap-over-time",
        title=f"Gap to {shown.reference} over time: {shown.outcome_title}",
        text=f"One panel a group, a dot with its interval for each of {len(shown.intervals)} intervals. "
        f"First, {shown.intervals[0]}: {listed(first, 'Group', 'Difference')}. "
        f"Last, {shown.intervals[-1]}: {listed(last, 'Group', 'Difference')}. "
        f"{_said(judged)}{shown.missing(last, 'Difference')}",
        see=f"{_vertical(shown)} Look for a level that stays changed, not for single points."
        f"{_limits_said(limited, judged)}{absent(rows, 'Group', 'Difference')}",
        table=rows,
        chart=_panels(_gap_layers(drawn, shown), drawn, shown)
        if len(drawn)
        else nothing("No gap can be shown."),
    )


def _judged(shown: Shown) -> pd.DataFrame:
    """Each group's limits, and what its series shows."""
    found = shown.results.trend_limits
    scaled = {name: shown.scaled(found[column]) for name, column in _LIMITS.items()}
    named = found.assign(Group=[shown.name_of(group) for group in found["group"]], **scaled)
    named = named.rename(
        columns={"latest_point_type": "Type", "verdict": "Trend", "ratio_verdict": "Ratio trend"}
    )
    return named[["Group", *scaled, "Type", "Trend", "Ratio trend", "needed"]]


def _said(judged: pd.DataFrame) -> str:
    """What each series shows, as a difference and, where that is another word, as a ratio."""
    said = []
    for row in judged[judged["Trend"].notna() & judged["Ratio trend"].notna()].to_dict("records"):
        ratio = "" if row["Trend"] == row["Ratio trend"] else f", as a ratio {row['Ratio trend']}"
        signal = f", {WORDS[row['Type']]}" if row["Type"] in _SIGNALS else ""
        said.append(f"{row['Group']} {row['Trend']}{ratio}{signal}")
    return f"Since a year before: {'; '.join(said)}." if said else ""


def _in_runs(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Rows with a figure; a line is not drawn over an interval that has none."""
    run = rows[value].isna().groupby(rows["Group"]).cumsum()
    return rows.assign(Run=run).dropna(subset=[value])


def _vertical(shown: Shown) -> str:
    return shown.worse_side.replace("left of", "below").replace("right of", "above")


def _limits_said(limited: bool, judged: pd.DataFrame) -> str:
    if limited:
        return (
            " Between the dotted lines are the usual ups and downs of a group's gap; a triangle marks a latest "
            "point that is more than that."
        )
    needed = judged["needed"].dropna()
    more = int(needed.max()) if len(needed) else 0
    return f" Limits of usual ups and downs need {more} more intervals." if more else ""


def _gap_layers(drawn: pd.DataFrame, shown: Shown) -> alt.LayerChart:
    base = alt.Chart().encode(x=_across(shown.intervals))
    gap = alt.Y("Difference:Q", title=None)
    limits = [
        base.mark_line(strokeWidth=1, strokeDash=dash, color=theme.MUTED).encode(
            y=alt.Y(f"{name}:Q", title=None)
        )
        for name, dash in zip(_LIMITS, ([1, 0], [2, 3], [2, 3]), strict=True)
        if drawn[name].notna().any()
    ]
    spans = base.mark_rule(strokeWidth=1.5).encode(y=alt.Y("Lower:Q", title=None), y2=alt.Y2("Upper:Q"))
    path = base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(y=gap, detail=alt.Detail("Run:N"))
    dots = base.mark_point(**DOT, size=40, color=theme.ACCENT).encode(y=gap)
    at_end = base.transform_filter(f"datum.Interval == '{shown.intervals[-1]}'")
    signals = [
        at_end.transform_filter(f"datum.Type == '{kind}'")
        .mark_point(**DOT, size=150, shape=shape, color=tone)
        .encode(y=gap)
        for kind, (shape, tone) in _SIGNALS.items()
        if kind in set(drawn["Type"])
    ]
    return layer(_zero(), *limits, spans, path, dots, *signals)


def gap_pieces(results, *, group=None, place=None, period=None) -> Figure:
    """How the two parts of each gap moved: what goes with where people live, and what is there within places.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; a chosen group is drawn alone, for the whole city.
    """
    shown = Shown(results, group, place, period)
    rows = _pieces(shown)
    drawn = _in_runs(rows, "The gap")
    drawn = drawn[drawn.groupby("Group")["Interval"].transform("count") > 1].assign(
        Panel=lambda kept: kept["Group"]
    )
    return Figure(
        name="gap-pieces",
        title=f"The two parts of the gap to {shown.reference} over time: {shown.outcome_title}",
        text=f"One panel a group, three lines: the gap, its part that goes with where people live, and its part "
        f"within the same place. {_moved(drawn)}{absent(rows, 'Group', 'The gap')}",
        see="The two broken lines add up to the solid one: where they part, see which of them moves it."
        f"{absent(rows, 'Group', 'The gap')}",
        table=rows,
        chart=_panels(_piece_layers(shown), _long(drawn), shown)
        if len(drawn)
        else nothing("The parts of no gap can be shown over time."),
    )


def _pieces(shown: Shown) -> pd.DataFrame:
    """Group, interval, the gap with its two parts, and what each adds to the change since the first interval."""
    found = shown.results.pieces
    found = shown.in_order(found[found["group"].eq(shown.group) | (shown.group == "all")])
    columns = {
        "The gap": "difference",
        "Where people live": "composition",
        "How they fare there": "treatment",
        "Change that goes with where they live": "composition_change",
        "Change in how they fare there": "treatment_change",
    }
    scaled = {name: shown.scaled(found[column]) for name, column in columns.items()}
    named = found.assign(
        Group=[shown.name_of(each) for each in found["group"]], Interval=found["interval"], **scaled
    )
    return named[["Group", "Interval", *scaled, "state"]].reset_index(drop=True)


def _long(drawn: pd.DataFrame) -> pd.DataFrame:
    """One row a line and interval."""
    names = {"The gap": WHOLE, "Where people live": LIVE, "How they fare there": FARE}
    wide = drawn[["Panel", "Interval", "Run", *names]].rename(columns=names)
    return wide.melt(["Panel", "Interval", "Run"], var_name="Part", value_name="Points")


def _piece_layers(shown: Shown) -> alt.LayerChart:
    names = list(_PIECES)
    shapes, dashes, colours = zip(*_PIECES.values(), strict=True)
    scales = [alt.Scale(domain=names, range=list(each)) for each in (colours, dashes, shapes)]
    legend = alt.Legend(columns=3, symbolDash=[1, 0], symbolStrokeWidth=0)
    base = alt.Chart().encode(
        x=_across(shown.intervals),
        y=alt.Y("Points:Q", title=None),
        color=alt.Color("Part:N", scale=scales[0], title=None, legend=legend),
    )
    lines = base.mark_line(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("Part:N", scale=scales[1], legend=None), detail=alt.Detail("Run:N")
    )
    dots = base.mark_point(**DOT, size=40).encode(
        shape=alt.Shape("Part:N", scale=scales[2], title=None, legend=legend)
    )
    return layer(_zero(), lines, dots)


def _moved(drawn: pd.DataFrame) -> str:
    """Of each group the parts at the end, and what they add to the change."""
    said = []
    for name, own in drawn.groupby("Group", sort=False):
        last = own.iloc[-1]
        said.append(
            f"{name}: in {last['Interval']} a gap of {last['The gap']:.1f}, {last['Where people live']:.1f} of it "
            f"{LIVE}, {last['How they fare there']:.1f} {FARE}; since {own['Interval'].iloc[0]} "
            f"{last['Change that goes with where they live']:+.1f} and {last['Change in how they fare there']:+.1f}"
        )
    return f"{'. '.join(said)}." if said else "Nothing can be shown."


def _across(intervals: list[str]) -> alt.X:
    axis = alt.Axis(labelAngle=-60, labelOverlap=True, **theme.SHORT)
    return alt.X("Interval:O", title=None, sort=intervals, scale=alt.Scale(domain=intervals), axis=axis)


def _zero() -> alt.Chart:
    """A line at no gap; it takes the rows of the layers beside it, as a facet demands."""
    return alt.Chart().mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(y=alt.YDatum(0))


def _panels(layers: alt.LayerChart, drawn: pd.DataFrame, shown: Shown) -> alt.FacetChart:
    """One panel a group, two in a line."""
    names = list(dict.fromkeys(drawn["Panel"]))
    panel = layers.properties(**_PANEL, data=drawn)
    header = alt.Header(labelExpr=f"split(datum.label, '{_LINE}')", labelLineHeight=16)
    return panel.facet(facet=alt.Facet("Panel:N", sort=names, title=shown.gap_axis, header=header), columns=2)
