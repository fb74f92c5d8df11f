"""Figures of what became of cases, whether they were in time, and which steps changed."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import Dots
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.process_rows import (
    HIDDEN,
    MARKS,
    MOST,
    TWO_LINES,
    VERDICT_MARKS,
    edge_names,
    figure_of,
    of_hundred,
    of_period,
    percents,
    shown,
    silent,
    told_apart,
    why_empty,
)
from workbench.charts.process_words import CALENDAR, chances, number, percent, period, period_name
from workbench.findings.rows import records

NO_LEVEL = "No service level is declared for this process, so no case is early or late."
CLOCKS = {"whole": "from submission to closing", "city": "while the city held it"}
_BECAME = {"closed": "closed", "withdrawn": "withdrawn", "open": "neither yet"}


def edges_compared(results) -> Figure:
    """Which waits between two steps got longer or shorter since the period before."""
    frame, name = of_period(results, "edges_compared"), "edges-compared"
    title = f"Which waits changed, {period(results)}"
    if why := why_empty(frame, "difference", "There is no earlier period to compare with."):
        return silent(name, title, why)
    rows = shown(frame, "difference").head(MOST)
    table = pd.DataFrame(
        {
            "Wait": edge_names(rows),
            "Difference": rows["difference"],
            "At least": rows["lower"],
            "At most": rows["upper"],
            "Verdict": rows["verdict"],
            "Chance of being shorter": percents(rows["faster"]),
            "p of all edges": chances(rows["adjusted_p"]),
            "Waits": rows["n"],
            "Waits then": rows["n_before"],
            "state": rows["state"],
        }
    )
    dots = Dots(table, "Difference", "At least", "At most", "days longer (right) or shorter (left)", "Wait",
                "Verdict", VERDICT_MARKS, line=0, step=42, beside=False, names=TWO_LINES)  # fmt: skip
    since = period_name(rows["since"].iloc[0])
    return figure_of(
        frame,
        "difference",
        len(rows),
        "Pairs of steps",
        name=name,
        title=f"{title}, since {since}",
        text=f"Dots with intervals, one row a pair of steps, days that the median wait differs from {since}: "
        f"{_counted(rows['verdict'])}.",
        see="A step is called slower or faster only where this would hardly come up by chance among all steps that "
        "were looked at. Both periods are seen at the same age.",
        table=table,
        chart=dots.chart(),
    )


def _counted(verdicts: pd.Series) -> str:
    return ", ".join(f"{count} {word}" for word, count in verdicts.value_counts(sort=False).items())


def outcomes(results) -> Figure:
    """What had become of the period's cases by so many days."""
    frame, name = of_period(results, "outcomes"), "outcomes"
    if len(frame):
        own = (frame["interval"] == results.facts["period"]) & (frame["clock"] == CALENDAR)
        frame = _without_nothing(frame[own & frame["outcome"].isin(_BECAME)])
    title = f"What becomes of {results.facts['noun']}, {period(results)}"
    if why := why_empty(frame, "share", "The period has no cases.", "No case is old enough yet."):
        return silent(name, title, why)
    rows = shown(frame, "share").sort_values("day", kind="stable")
    table = pd.DataFrame(
        {
            "By": [f"{row:g} days" for row in rows["day"]],
            "Became": [_BECAME[outcome] for outcome in rows["outcome"]],
            **of_hundred(rows, "share", "lower", "upper"),
            "state": rows["state"],
        }
    )
    marks = dict(zip(_BECAME.values(), MARKS, strict=False))
    dots = Dots(
        table, "Percent", "At least", "At most", f"percent of {results.facts['noun']}", "By", "Became", marks
    )
    closed = records(rows[rows["outcome"] == "closed"])
    said = [f"{percent(row['share'])} closed by {row['day']:g} days" for row in closed]
    return figure_of(
        frame,
        "share",
        len(rows),
        "Outcomes",
        name=name,
        title=title,
        text=f"Dots with intervals, one an outcome for each number of days since submission: "
        f"{'; '.join(said) or 'none closed'}.",
        see=f"The shares of one row add up to all. {_seen_withdrawn('withdrawn' in set(frame['outcome']))} A day that few "
        "cases have reached yet is left out.",
        table=table,
        chart=dots.chart(),
    )


def _without_nothing(frame: pd.DataFrame) -> pd.DataFrame:
    """Without withdrawal where it is published as nothing on every day that is known."""
    is_withdrawn = frame["outcome"] == "withdrawn"
    own = frame[is_withdrawn]
    shares = own["share"].dropna()
    is_nothing = len(shares) and (shares == 0).all() and not (own["state"] == HIDDEN).any()
    return frame[~is_withdrawn] if is_nothing else frame


def _seen_withdrawn(is_drawn: bool) -> str:
    if is_drawn:
        return "Withdrawn cases are an ending of their own, not a wait."
    return "Withdrawal is left out: its share is 0% throughout."


def service_levels(results) -> Figure:
    """Share of cases closed in time, period by period, on the resident's clock and on the city's."""
    frame, name = of_period(results, "service_levels"), "service-levels"
    title = f"Closed in time, by period{_level(results)}"
    if why := why_empty(frame, "share", NO_LEVEL, "No case is due yet."):
        return silent(name, title, why)
    rows = shown(frame, "share").sort_values(["interval", "clock"], kind="stable")
    table = pd.DataFrame(
        {
            "Period": rows["interval"].astype(str),
            "Clock": rows["clock"].map(CLOCKS),
            **of_hundred(rows, "share", "lower", "upper"),
            "Due": rows["due"],
            "Missed": rows["missed"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )
    return figure_of(
        frame,
        "share",
        len(rows),
        "Dots",
        name=name,
        title=title,
        text=f"Dots with intervals, one a period and clock. {_latest(rows)}",
        see=_seen_levels("city" in set(frame["clock"])),
        table=table,
        chart=_over_time(table),
    )


def _seen_levels(has_city: bool) -> str:
    said = "A case that is still open after its due date is a miss."
    if not has_city:
        return f"{said} No step is declared to leave a case in other hands, so there is one clock only."
    return (
        f"{said} The squares leave out the time in which others held the case: where they lie far above the circles, it "
        "is not the city's time that is lacking."
    )


def _level(results) -> str:
    level = results.facts.get("service_level")
    return f": {level['days']:g} {level['calendar']} days" if level else ""


def _latest(rows: pd.DataFrame) -> str:
    last = records(rows[rows["interval"] == rows["interval"].iloc[-1]])
    said = [f"{percent(row['share'])} {CLOCKS[row['clock']]}, of {int(row['due']):,} due" for row in last]
    return f"In {period_name(rows['interval'].iloc[-1])}: {'; '.join(said)}."


def _over_time(table: pd.DataFrame) -> alt.LayerChart:
    columns = ["Period", "Clock", "Percent", "At least", "At most"]
    marks = dict(zip(CLOCKS.values(), MARKS, strict=False))
    looks = told_apart("Clock", marks, table["Clock"])
    x = alt.X("Period:O", sort=sorted(set(table["Period"])), title=None, axis=alt.Axis(labelAngle=-45))
    base = alt.Chart(table[columns]).encode(x=x, xOffset=alt.XOffset("Clock:N", sort=list(marks)))
    y = alt.Y("Percent:Q", title="percent closed in time", scale=alt.Scale(zero=False))
    spans = base.mark_rule(strokeWidth=2).encode(
        y=alt.Y("At least:Q"), y2=alt.Y2("At most:Q"), color=looks["color"]
    )
    dots = base.mark_point(filled=True, opacity=1).encode(y=y, **looks)
    return layer(dots, spans, width=theme.WIDTH, height=220)


def falling_due(results) -> Figure:
    """Open cases by when they fall due."""
    frame, name = of_period(results, "falling_due"), "falling-due"
    title = f"Open {results.facts['noun']} by when they fall due"
    if why := why_empty(frame, "cases", NO_LEVEL):
        return silent(name, title, why)
    rows = shown(frame, "cases").sort_values("position", kind="stable")
    table = frame.sort_values("position", kind="stable")[["within", "cases", "state"]]
    data = pd.DataFrame({"Due": rows["within"], "Cases": rows["cases"]}).astype({"Cases": float})
    y = alt.Y("Due:N", sort=list(data["Due"]), title=None)
    base = alt.Chart(data).encode(y=y, x=alt.X("Cases:Q", title="open cases"))
    said = base.mark_text(align="left", dx=5).encode(text=alt.Text("Cases:Q", format=",.0f"))
    told = [f"{row['Due']} {number(row['Cases'])}" for row in records(data)]
    return figure_of(
        frame,
        "cases",
        len(rows),
        "Spans",
        name=name,
        title=title,
        text=f"Bars, one a span of time ahead: {'; '.join(told)}.",
        see="Cases in the upper bars can still be kept in time, if they are taken next.",
        table=table.rename(columns={"within": "Due", "cases": "Cases"}),
        chart=layer(base.mark_bar(), said, width=theme.WIDTH - 80, height=len(data) * theme.ROW),
    )
