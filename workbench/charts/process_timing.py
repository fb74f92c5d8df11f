"""Figures of process map timing, drawn from released rows.

What is hidden is not drawn, and is counted in the text alternative and below the picture.
"""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.process_capacity import removed, what_if
from workbench.charts.process_changes import edges_compared, falling_due, outcomes, service_levels
from workbench.charts.process_equity import equity_gaps, equity_steps
from workbench.charts.process_rows import TWO_LINES, UNITS, edge_names, figure_of, percents, visible_edges
from workbench.charts.process_steps import causes, holders, step_times, yields
from workbench.charts.process_words import CALENDAR, duration, number, percent, period_name
from workbench.charts.process_words import period as period_said
from workbench.charts.timing_map import process_map
from workbench.findings.rows import records

__all__ = [
    "CHOICES", "causes", "edges", "edges_compared", "equity_gaps", "equity_steps", "falling_due", "holders",
    "lead_time_by_group", "lead_time_over_time", "outcomes", "process_map", "removed", "service_levels", "step_times",
    "survival", "what_if", "yields",
]  # fmt: skip
BARS = 10
_KAPLAN_MEIER, _CLOSED_ONLY = "open cases counted as waiting", "closed cases only"


def edges(results) -> Figure:
    """Where the time goes: the waits between steps, the longest first."""
    rows = visible_edges(results)
    shown = rows.head(BARS)
    table = pd.DataFrame(
        {
            "Wait": edge_names(shown),
            "Total days": shown["total_days"],
            "Share": percents(shown["share"]),
            "Interval": _intervals(shown),
            "Times": shown["count"],
            "Median": [duration(value) for value in shown["median_days"]],
            "90% within": [duration(value) for value in shown["p90_days"]],
            "Held by": shown["holder"],
        }
    )
    first = "; ".join(f"{row['Wait']}: {row['Share']}" for row in records(table.head(3)))
    return figure_of(
        results.edges,
        "total_days",
        len(shown),
        "Pairs of steps",
        name="edges",
        title=f"Where the time goes, {period_said(results)}",
        text=f"Bars of the total time waited between steps, with each one's share: {first or 'none'}.",
        see="The longest bar is where most of the waiting is; its median in the table says whether most cases "
        "wait there or few wait very long.",
        table=table,
        chart=_edge_bars(table, shown),
    )


def _edge_bars(table: pd.DataFrame, shown: pd.DataFrame) -> alt.LayerChart:
    ends = {"Lower": 100 * shown["share_lower"], "Upper": 100 * shown["share_upper"]}
    data = table[["Wait", "Share"]].assign(Percent=100 * shown["share"], **ends)
    data["Last"] = data[["Percent", "Upper"]].max(axis="columns")
    base = alt.Chart().encode(y=alt.Y("Wait:N", sort=None, title=None, axis=alt.Axis(**TWO_LINES)))
    bars = base.mark_bar(height=18).encode(
        x=alt.X("Percent:Q", title="percent of the time waited, all cases")
    )
    spans = base.mark_rule(color=theme.INK, strokeWidth=2).encode(x=alt.X("Lower:Q"), x2=alt.X2("Upper:Q"))
    words = base.mark_text(align="left", dx=4).encode(x=alt.X("Last:Q"), text=alt.Text("Share:N"))
    return layer(bars, spans, words, data=data, width=theme.WIDTH - 120, height=max(len(shown), 2) * 42)


def lead_time_over_time(results, *, clock: str = CALENDAR, period: str | None = None) -> Figure:
    """Half of the cases were closed within so many days, period by period, beside closed cases only.

    Parameters
    ----------
    results : ProcessResults
        Released.
    clock : {'calendar days', 'working days'}
    period : str, optional
        The last period that is drawn.
    """
    frame = results.lead_times
    rows = frame[frame["clock"] == clock].sort_values("interval", kind="stable")
    rows = rows[rows["interval"] <= period] if period else rows
    unit = UNITS[clock]
    table = rows[["interval", "submitted", "median", "lower", "upper", "closed_median", "p90", "state"]]
    return Figure(
        name="lead-time-over-time",
        title=f"Time until half of the {results.facts['noun']} were closed, by period, in {unit}",
        text=f"Dots with intervals, one a period. {_last_periods(rows, unit)}",
        see="Squares below their dots show how much too short closed cases alone look, most so in the latest "
        "period. A dot without the end of its line has no upper limit yet.",
        table=table.rename(columns={"closed_median": "closed cases only", "p90": "90% within"}),
        chart=_lead_dots(rows, unit),
    )


def _lead_dots(rows: pd.DataFrame, unit: str) -> alt.LayerChart:
    order = list(rows["interval"])
    waiting = rows[["interval", "median", "lower", "upper"]].assign(Kind=_KAPLAN_MEIER)
    closed = (
        rows[["interval", "closed_median"]]
        .rename(columns={"closed_median": "median"})
        .assign(Kind=_CLOSED_ONLY)
    )
    data = pd.concat([waiting, closed], ignore_index=True).dropna(subset=["median"]).astype({"interval": str})
    data["upper"] = data["upper"].fillna(data["median"].where(data["Kind"] == _KAPLAN_MEIER)).astype(float)
    scale = {"domain": [_KAPLAN_MEIER, _CLOSED_ONLY]}
    x = alt.X("interval:O", sort=order, title=None, axis=alt.Axis(labelAngle=-45))
    base = alt.Chart().encode(x=x, xOffset=alt.XOffset("Kind:N", sort=[_KAPLAN_MEIER, _CLOSED_ONLY]))
    spans = base.mark_rule(strokeWidth=2).encode(y=alt.Y("lower:Q", title=unit), y2=alt.Y2("upper:Q"))
    color = alt.Color("Kind:N", title=None, scale=alt.Scale(**scale, range=list(theme.SERIES[:2])))
    shape = alt.Shape("Kind:N", title=None, scale=alt.Scale(**scale, range=["circle", "square"]))
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=alt.Y("median:Q"), color=color, shape=shape
    )
    return layer(spans, dots, data=data, width=theme.WIDTH, height=240)


def lead_time_by_group(results, *, group: str | None = None) -> Figure:
    """How long half of the cases of each group took in the period, the longest first.

    Parameters
    ----------
    results : ProcessResults
        Released.
    group : str, optional
        A group written as ``dimension/group``: the groups of its dimension are drawn, and it is marked.
    """
    named = results.facts["dimensions"]
    dimension, _, chosen = (group or next(iter(named), "")).partition("/")
    rows = results.attributes[results.attributes["dimension"] == dimension]
    rows = rows.sort_values(["median", "group"], ascending=[False, True], na_position="last")
    labels = results.facts["labels"]
    names = [labels.get(f"{dimension}/{name}", name) for name in rows["group"]]
    marks = ["chosen" if name == chosen else "others" for name in rows["group"]]
    table = pd.DataFrame({"Group": names, "Submitted": rows["submitted"], "Median": rows["median"]})
    table = table.assign(Lower=rows["lower"], Upper=rows["upper"], state=rows["state"])
    data = table.assign(Mark=marks).dropna(subset=["Median"])[["Group", "Median", "Lower", "Upper", "Mark"]]
    told = "; ".join(f"{row['Group']}: {number(row['Median'])} days" for row in records(data))
    return Figure(
        name="lead-time-by-group",
        title=f"Time until half of the {results.facts['noun']} were closed, by {_title(named, dimension)}, "
        f"{period_said(results)}",
        text=f"Dots with intervals, one row a group, the longest first: {told or 'none can be shown'}."
        f"{_without_median(table)}",
        see="Intervals that lie apart are groups that wait differently long. It does not say why.",
        table=table,
        chart=_group_dots(data),
    )


def _group_dots(data: pd.DataFrame) -> alt.LayerChart:
    base = alt.Chart().encode(y=alt.Y("Group:N", sort=list(data["Group"]), title=None))
    spans = base.mark_rule(strokeWidth=2).encode(x=alt.X("Lower:Q", title="days"), x2=alt.X2("Upper:Q"))
    scale = {"domain": ["chosen", "others"]}
    color = alt.Color("Mark:N", legend=None, scale=alt.Scale(**scale, range=[theme.SERIES[1], theme.ACCENT]))
    shape = alt.Shape("Mark:N", legend=None, scale=alt.Scale(**scale, range=["diamond", "circle"]))
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("Median:Q"), color=color, shape=shape
    )
    return layer(spans, dots, data=data, width=theme.WIDTH, height=max(len(data), 2) * theme.ROW)


def _title(named: dict[str, str], dimension: str) -> str:
    return str(named.get(dimension, "group")).lower()


def _without_median(table: pd.DataFrame) -> str:
    missing = int(table["Median"].isna().sum())
    return f" {missing} more are suppressed, or too few of their cases are closed." if missing else ""


def survival(results) -> Figure:
    """Share of cases closed by each day, this period beside the ones it is compared with."""
    rows = results.survival.dropna(subset=["days"]).sort_values(
        ["interval", "share"], ascending=[False, True]
    )
    names = list(dict.fromkeys([results.facts["period"], *rows["interval"]]))
    present = [name for name in names if name in set(rows["interval"])]
    data = rows[["interval", "share", "days"]].rename(columns={"interval": "Period"})
    scale = alt.Scale(domain=present, range=list(theme.SERIES[: len(present)]))
    dashes = alt.Scale(domain=present, range=[list(dash) for dash in theme.DASHES[: len(present)]])
    chart = (
        alt.Chart(data)
        .mark_line(interpolate="linear")
        .encode(
            x=alt.X("days:Q", title="days since submission", scale=alt.Scale(zero=True)),
            y=alt.Y(
                "share:Q", title="share closed", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
            ),
            order=alt.Order("share:Q"),
            color=alt.Color("Period:N", scale=scale, title=None, legend=theme.legend(present)),
            strokeDash=alt.StrokeDash("Period:N", scale=dashes, title=None, legend=theme.legend(present)),
        )
    )
    own = rows[rows["interval"] == results.facts["period"]]
    reached = [f"{percent(row['share'])} within {duration(row['days'])}" for row in records(own)]
    return Figure(
        name="survival",
        title=f"How soon {results.facts['noun']} are closed, {period_said(results)}",
        text=f"Lines that rise with the days since submission; open cases count as waiting. In {period_said(results)}: "
        f"{', '.join(reached[1::4]) or 'too few are closed to draw a line'}.",
        see="A line to the right of another is slower at that share. A line that ends early has not got further yet.",
        table=rows[["interval", "share", "days", "lower", "upper", "state"]],
        chart=chart.properties(width=theme.WIDTH, height=260),
    )


def _last_periods(rows: pd.DataFrame, unit: str) -> str:
    last = records(rows.dropna(subset=["median"]).tail(2))
    said = [f"{period_name(row['interval'])}: {number(row['median'])} {unit}" for row in last]
    closed = [f", closed cases only {number(row['closed_median'])}" for row in last]
    return (
        "; ".join(a + b for a, b in zip(said, closed, strict=True)) + "."
        if said
        else "No median is reached yet."
    )


def _intervals(rows: pd.DataFrame) -> list[str]:
    limits = zip(rows["share_lower"], rows["share_upper"], strict=True)
    return ["" if pd.isna(low) else f"{percent(low)} to {percent(high)}" for low, high in limits]


CHOICES = {
    "Map": process_map,
    "Where the time goes": edges,
    "Wait and work, step by step": step_times,
    "In whose hands": holders,
    "Closed in time": service_levels,
    "When open cases fall due": falling_due,
    "Over time": lead_time_over_time,
    "By group": lead_time_by_group,
    "How soon closed": survival,
    "What becomes of cases": outcomes,
    "Which waits changed": edges_compared,
    "Why cases wait": causes,
    "Right the first time": yields,
    "What if": what_if,
    "What if a step took no time": removed,
    "Who waits longest": equity_gaps,
    "In which steps the gap arises": equity_steps,
}
"""Charts of the app by the words that they are chosen by, in the order of the page."""
