"""Marks of a tracked measure over time: points, limits, targets, restarts, what is to come.

Shape and dash tell the same as colour, so that a page printed in grey says as much.
"""

from functools import cache

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.fixed import Fixed
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
_BANDS = {"80 of 100": "#dde3ea", "50 of 100": "#b4c0cd"}  # of the forecast, the wide one below
_STEPPED = ("p", "u", "laney_p", "laney_u")  # limits of each interval's own denominator
_MONTHS = alt.Axis(format="%b %Y", tickCount=6)
_STEPS = {"interpolate": "step", "strokeDash": (2, 2), "strokeWidth": 2, "color": theme.SERIES[3]}
_TARGETS = {
    **dict.fromkeys(("Target", "Target from", "Target to"), _STEPS),
    "Path": {"strokeDash": (12, 4), "strokeWidth": 2, "color": theme.SERIES[3]},
}
_FINE = {"strokeDash": (1, 2), "strokeWidth": 1.5, "color": theme.INK}
_WEIGHTED = {
    **dict.fromkeys(("Weighted from", "Weighted to"), _FINE),
    "Weighted mean": {"strokeWidth": 3, "color": theme.INK, "opacity": 0.55},
}


def along_time(*layers, axis: alt.Axis = _MONTHS, **properties) -> alt.LayerChart:
    """Layers over one another, with the time on the axis that they share."""
    return layer(*layers, encoding={"x": alt.X("Start:T", title=None, axis=axis)}, **properties)


def drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of rows that a chart shows: those that say something, without the words of the table."""
    known = rows.columns[rows.notna().any().to_numpy()]
    return rows[[name for name in known if name not in ("Interval", "state")]]


@cache
def line(field: str, *, by_phase: bool = False, **look) -> Fixed:
    """A line of a column over time in one look; each phase by itself where there are several."""
    found = alt.Chart().mark_line(**look).encode(y=alt.Y(f"{field}:Q"))
    return Fixed(found.encode(detail=alt.Detail("phase:N")) if by_phase else found)


def limits(rows: pd.DataFrame, chart: str) -> list[Fixed]:
    """Dashed process limits and the thin mean; of an EWMA chart its own line and limits too."""
    curve = "step" if chart in _STEPPED else "linear"
    dashed = {"strokeDash": (6, 3), "strokeWidth": 1.5, "color": theme.MUTED, "interpolate": curve}
    mean = {"strokeWidth": 1.2, "color": theme.MUTED}
    return stretches(rows, {"Lower limit": dashed, "Upper limit": dashed, "Mean": mean, **_WEIGHTED})


def stretches(rows: pd.DataFrame, looks: dict[str, dict]) -> list[Fixed]:
    """Lines of columns where they have values, each stretch between restarts by itself."""
    by_phase = rows["phase"].nunique() > 1
    return [line(name, by_phase=by_phase, **look) for name, look in looks.items() if _is_known(rows, name)]


def targets(rows: pd.DataFrame) -> list[Fixed]:
    """The target as a dotted step line in its own colour, its path as a line of long dashes, where there are any."""
    return [line(name, **look) for name, look in _TARGETS.items() if _is_known(rows, name)]


def _is_known(rows: pd.DataFrame, name: str) -> bool:
    return name in rows and bool(rows[name].notna().any())


def points(rows: pd.DataFrame) -> list[alt.Chart]:
    """Each kind of point in its shape and colour; those that may still change or are left out are hollow."""
    is_hollow = (alt.datum["Point"] == PROVISIONAL) | (alt.datum["Point"] == EXCLUDED)
    hollow = rows["Point"].isin([PROVISIONAL, EXCLUDED])
    return _solid_and_hollow(_by_kind(rows, "Value"), is_hollow, hollow[rows["Value"].notna()])


def _by_kind(rows: pd.DataFrame, field: str) -> alt.Chart:
    """Points in the shape and colour of their kind."""
    words = set(rows["Point"].dropna())
    present = [word for word in SHAPES if word in words]
    shapes = alt.Scale(domain=present, range=[SHAPES[word] for word in present])
    colours = alt.Scale(domain=present, range=[COLOURS[word] for word in present])
    return alt.Chart().encode(
        y=alt.Y(f"{field}:Q"),
        shape=alt.Shape("Point:N", scale=shapes, title=None, legend=theme.legend(present)),
        color=alt.Color("Point:N", scale=colours, title=None, legend=theme.legend(present)),
    )


def _solid_and_hollow(known: alt.Chart, is_hollow, hollow: pd.Series) -> list[alt.Chart]:
    """A layer of the points that are solid and one of those that are hollow; one alone where all are alike."""
    looks = {False: {"filled": True}, True: {"filled": False, "strokeWidth": 2}}
    marks = {kind: known.mark_point(size=60, opacity=1, **look) for kind, look in looks.items()}
    if hollow.nunique() < 2:
        return [marks[bool(hollow.any())]]
    return [marks[False].transform_filter(~is_hollow), marks[True].transform_filter(is_hollow)]


def fan(coming: pd.DataFrame) -> list[alt.LayerChart]:
    """What is to come if the process goes on as it runs: bands of 80 and 50 of 100, the middle, and the target."""
    if coming.empty:
        return []
    bands = [_band(part, colour) for part, colour in _BANDS.items() if f"{part} from" in coming]
    middle = line("Expected", strokeDash=(4, 4), strokeWidth=1.8, color=theme.ACCENT)
    return [layer(*bands, middle, *targets(coming), data=drawn(coming))]


@cache
def _band(part: str, colour: str) -> Fixed:
    area = alt.Chart().mark_area(color=colour, opacity=1)
    return Fixed(area.encode(y=alt.Y(f"{part} from:Q"), y2=alt.Y2(f"{part} to:Q")))


def events(days: pd.DataFrame, dash: tuple[int, int] = (1, 3)) -> list[alt.Chart]:
    """Days that something began, each a line with its word beside it, the words of neighbours one below the other."""
    if days.empty:
        return []
    placed = days.sort_values("Start").assign(at=lambda rows: [4 + 15 * (n % 3) for n in range(len(rows))])
    base = alt.Chart(placed)
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
    return [alt.Chart(own).mark_rule(strokeDash=[1, 3], color=theme.INK)]


def sums(rows: pd.DataFrame) -> alt.LayerChart:
    """Of a CUSUM chart: the sums above and below the mean in a strip, with the sum that is a signal."""
    named = {"Sum above": [1, 0], "Sum below": [6, 3], "Sum that is a signal": [2, 2]}
    long = rows.melt("Start", list(named), "Line", "Sum").dropna(subset=["Sum"])
    scale = alt.Scale(domain=list(named), range=list(named.values()))
    summed = (
        alt.Chart()
        .mark_line(strokeWidth=1.8, color=theme.INK)
        .encode(
            y=alt.Y("Sum:Q", title="sum"),
            strokeDash=alt.StrokeDash("Line:N", scale=scale, title=None, legend=alt.Legend(orient="bottom")),
        )
    )
    return along_time(summed, data=long, width=theme.WIDTH, height=90)


def waits(rows: pd.DataFrame, each: str) -> alt.LayerChart:
    """Of rare events: the waits between them in a strip, with the median and the longest that chance makes.

    A point where a wait ended; a hollow one at the end is the wait that goes on.
    """
    own = told_waits(rows)
    dashed = {"strokeDash": (6, 3), "strokeWidth": 1.5, "color": theme.MUTED}
    looks = {"Longest wait": dashed, "Median wait": {"strokeWidth": 1.2, "color": theme.MUTED}}
    y = alt.Y("Waited:Q", title=[f"{each}s without", "a case"], scale=alt.Scale(zero=True, padding=8))
    layers = [
        *(line(name, by_phase=True, **look) for name, look in looks.items()),
        alt.Chart().mark_line(strokeWidth=1, color=theme.ACCENT).encode(y=y),
        *_solid_and_hollow(_by_kind(rows, "Waited"), alt.datum["goes_on"], own["goes_on"]),
    ]
    return along_time(*layers, data=drawn(own), width=theme.WIDTH, height=110)
