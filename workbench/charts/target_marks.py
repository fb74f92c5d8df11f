"""Marks of a tracked measure over time: points, limits, targets, restarts, what is to come.

Shape and dash tell the same as colour, so that a page printed in grey says as much.
"""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.layers import layer
from workbench.charts.target_rows import EXCLUDED, PROVISIONAL, WORDS, Measured, told_waits

SHAPES = {
    WORDS["common_cause"]: "circle",
    WORDS["special_cause_improvement"]: "triangle-up",
    WORDS["special_cause_concern"]: "triangle-down",
    WORDS["special_cause_neutral_high"]: "diamond",
    WORDS["special_cause_neutral_low"]: "diamond",
    WORDS[""]: "circle",
    PROVISIONAL: "square",
    EXCLUDED: "cross",
}
COLOURS = {
    WORDS["common_cause"]: theme.TONE_COLOURS["steady"],
    WORDS["special_cause_improvement"]: theme.TONE_COLOURS["good"],
    WORDS["special_cause_concern"]: theme.TONE_COLOURS["concern"],
    WORDS["special_cause_neutral_high"]: theme.TONE_COLOURS["watch"],
    WORDS["special_cause_neutral_low"]: theme.TONE_COLOURS["watch"],
    WORDS[""]: theme.TONE_COLOURS["open"],
    PROVISIONAL: theme.TONE_COLOURS["open"],
    EXCLUDED: theme.TONE_COLOURS["open"],
}
OUTER, INNER = "#dde3ea", "#b4c0cd"  # of the forecast: within 80 and within 50 of 100
_STEPPED = ("p", "u", "laney_p", "laney_u")  # limits of each interval's own denominator
_TARGETS = ("Target", "Target from", "Target to")


def on_time(data: pd.DataFrame | None = None) -> alt.Chart:
    """A chart with time on its axis."""
    axis = alt.Axis(format="%b %Y", tickCount=6)
    chart = alt.Chart() if data is None else alt.Chart(data)
    return chart.encode(x=alt.X("Start:T", title=None, axis=axis))


def limits(rows: pd.DataFrame, chart: str) -> list[alt.Chart]:
    """Dashed process limits and the thin mean, each stretch by itself; of an EWMA chart its own line and limits too."""
    curve = "step" if chart in _STEPPED else "linear"
    dashed = on_time().mark_line(strokeDash=[6, 3], strokeWidth=1.5, color=theme.MUTED, interpolate=curve)
    mean = on_time().mark_line(strokeWidth=1.2, color=theme.MUTED)
    found = [(dashed, "Lower limit"), (dashed, "Upper limit"), (mean, "Mean")]
    if "Weighted mean" in rows:
        fine = on_time().mark_line(strokeDash=[1, 2], strokeWidth=1.5, color=theme.INK)
        thick = on_time().mark_line(strokeWidth=3, color=theme.INK, opacity=0.55)
        found += [(fine, "Weighted from"), (fine, "Weighted to"), (thick, "Weighted mean")]
    return [line.encode(y=alt.Y(f"{name}:Q"), detail=alt.Detail("phase:N")) for line, name in found]


def targets(rows: pd.DataFrame, data: pd.DataFrame | None = None) -> list[alt.Chart]:
    """The target as a dotted step line in its own colour, its path as a line of long dashes, where there are any."""
    line = on_time(data).mark_line(
        interpolate="step", strokeDash=[2, 2], strokeWidth=2, color=theme.SERIES[3]
    )
    path = on_time(data).mark_line(strokeDash=[12, 4], strokeWidth=2, color=theme.SERIES[3])
    known = [name for name in (*_TARGETS, "Path") if name in rows and rows[name].notna().any()]
    return [(path if name == "Path" else line).encode(y=alt.Y(f"{name}:Q")) for name in known]


def points(rows: pd.DataFrame) -> alt.LayerChart:
    """Each kind of point in its shape and colour; those that may still change or are left out are hollow."""
    known = _by_kind(rows, "Value").transform_filter("isValid(datum.Value)")
    changing = (alt.datum["Point"] == PROVISIONAL) | (alt.datum["Point"] == EXCLUDED)
    return layer(*_solid_and_hollow(known, changing))


def _by_kind(rows: pd.DataFrame, field: str) -> alt.Chart:
    """Points in the shape and colour of their kind."""
    present = [word for word in SHAPES if (rows["Point"] == word).any()]
    shapes = alt.Scale(domain=present, range=[SHAPES[word] for word in present])
    colours = alt.Scale(domain=present, range=[COLOURS[word] for word in present])
    return on_time().encode(
        y=alt.Y(f"{field}:Q"),
        shape=alt.Shape("Point:N", scale=shapes, title=None, legend=theme.legend(present)),
        color=alt.Color("Point:N", scale=colours, title=None, legend=theme.legend(present)),
    )


def _solid_and_hollow(known: alt.Chart, is_hollow) -> list[alt.Chart]:
    solid = known.transform_filter(~is_hollow).mark_point(filled=True, size=60, opacity=1)
    hollow = known.transform_filter(is_hollow).mark_point(filled=False, size=60, opacity=1, strokeWidth=2)
    return [solid, hollow]


def fan(coming: pd.DataFrame) -> list[alt.Chart]:
    """What is to come if the process goes on as it runs: bands of 80 and 50 of 100, and the middle."""
    if coming.empty:
        return []
    base = on_time(coming.drop(columns=["Interval", "state"], errors="ignore"))
    bands = [
        base.mark_area(color=colour, opacity=1).encode(y=alt.Y(f"{part} from:Q"), y2=alt.Y2(f"{part} to:Q"))
        for part, colour in (("80 of 100", OUTER), ("50 of 100", INNER))
        if f"{part} from" in coming
    ]
    middle = base.mark_line(strokeDash=[4, 4], strokeWidth=1.8, color=theme.ACCENT)
    return [*bands, middle.encode(y=alt.Y("Expected:Q"))]


def events(days: pd.DataFrame, dash: tuple[int, int] = (1, 3)) -> list[alt.Chart]:
    """Days that something began, each a line with its word beside it, the words of neighbours one below the other."""
    if days.empty:
        return []
    placed = days.sort_values("Start").assign(at=lambda rows: [4 + 15 * (n % 3) for n in range(len(rows))])
    base = on_time(placed)
    words = base.mark_text(align="left", baseline="top", dx=4, fontSize=12, color=theme.INK)
    rule = base.mark_rule(strokeDash=list(dash), strokeWidth=1.5, color=theme.INK)
    return [rule, words.encode(text=alt.Text("Word:N"), y=alt.Y("at:Q", scale=None, axis=None, title=None))]


def restarts(shown: Measured) -> list[alt.Chart]:
    """Where the limits were restarted, and where a restart is proposed."""
    return [*events(shown.restarted()), *events(shown.proposed(), (6, 6))]


def marked(rows: pd.DataFrame, period: str | None) -> list[alt.Chart]:
    """A vertical line at the interval that was asked for."""
    own = rows.loc[rows["Interval"] == period, ["Start"]]
    if own.empty:
        return []
    return [alt.Chart(own).mark_rule(strokeDash=[1, 3], color=theme.INK).encode(x=alt.X("Start:T"))]


def sums(rows: pd.DataFrame) -> alt.LayerChart:
    """Of a CUSUM chart: the sums above and below the mean in a strip, with the sum that is a signal."""
    named = {"Sum above": [1, 0], "Sum below": [6, 3], "Sum that is a signal": [2, 2]}
    long = rows.melt("Start", list(named), "Line", "Sum").dropna(subset=["Sum"])
    scale = alt.Scale(domain=list(named), range=list(named.values()))
    line = on_time(long).mark_line(strokeWidth=1.8, color=theme.INK)
    drawn = line.encode(
        y=alt.Y("Sum:Q", title="sum"),
        strokeDash=alt.StrokeDash("Line:N", scale=scale, title=None, legend=alt.Legend(orient="bottom")),
    )
    return layer(drawn, width=theme.WIDTH, height=90)


def waits(rows: pd.DataFrame, each: str) -> alt.LayerChart:
    """Of rare events: the waits between them in a strip, with the median and the longest that chance makes.

    A point where a wait ended; a hollow one at the end is the wait that goes on.
    """
    own = told_waits(rows).drop(columns=["state", "Interval"])
    dashed = on_time().mark_line(strokeDash=[6, 3], strokeWidth=1.5, color=theme.MUTED)
    thin = on_time().mark_line(strokeWidth=1.2, color=theme.MUTED)
    y = alt.Y("Waited:Q", title=[f"{each}s without", "a case"], scale=alt.Scale(zero=True, padding=8))
    layers = [
        dashed.encode(y=alt.Y("Longest wait:Q"), detail=alt.Detail("phase:N")),
        thin.encode(y=alt.Y("Median wait:Q"), detail=alt.Detail("phase:N")),
        on_time().mark_line(strokeWidth=1, color=theme.ACCENT).encode(y=y),
        *_solid_and_hollow(_by_kind(rows, "Waited"), alt.datum["goes_on"]),
    ]
    return layer(*layers, data=own, width=theme.WIDTH, height=110)
