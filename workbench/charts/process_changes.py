"""Figures of what became of cases, whether they were in time, and which steps changed."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import Dots
from workbench.charts.figure import Figure
from workbench.charts.process_rows import (
    CALENDAR,
    MARKS,
    TWO_LINES,
    edge_names,
    not_drawn,
    of_period,
    shown,
    silent,
    verdict_marks,
    why_empty,
)
from workbench.charts.process_words import number, percent, period, period_name

EDGES = 12  # that are drawn
NO_LEVEL = "No service level is declared for this process, so no case is early or late."
_CLOCKS = {"whole": "from submission to closing", "city": "while the city held it"}
_BECAME = {"closed": "closed", "withdrawn": "withdrawn", "open": "neither yet"}


def edges_compared(results) -> Figure:
    """Which waits between two steps got longer or shorter since the period before."""
    frame, name = of_period(results, "edges_compared"), "edges-compared"
    title = f"Which waits changed, {period(results)}"
    why = why_empty(frame, "difference", "There is no earlier period to compare with.")
    if why:
        return silent(name, title, why)
    rows = shown(frame, "difference").head(EDGES)
    table = pd.DataFrame(
        {
            "Wait": edge_names(rows),
            "Difference": rows["difference"],
            "At least": rows["lower"],
            "At most": rows["upper"],
            "Verdict": rows["verdict"],
            "Chance of being shorter": [
                percent(value) if pd.notna(value) else "" for value in rows["faster"]
            ],
            "p of all edges": rows["adjusted_p"],
            "Waits": rows["n"],
            "Waits then": rows["n_before"],
            "state": rows["state"],
        }
    )
    marks = verdict_marks(rows["verdict"])
    dots = Dots(table, "Difference", "At least", "At most", "days longer (right) or shorter (left)", "Wait",
                "Verdict", marks, line=0, step=42, beside=False, names=TWO_LINES)  # fmt: skip
    since = period_name(rows["since"].iloc[0])
    hidden = not_drawn(frame, len(rows), "Pairs of steps")
    return Figure(
        name=name,
        title=f"{title}, since {since}",
        text=f"Dots with intervals, one row a pair of steps, days that the median wait differs from {since}: "
        f"{_counted(rows['verdict'])}.{hidden}",
        see="A step is called slower or faster only where this would hardly come up by chance among all steps that "
        "were looked at. Both periods are seen at the same age."
        f"{hidden}",
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
        frame = frame[own & frame["outcome"].isin(_BECAME)]
    title = f"What becomes of {results.facts['noun']}, {period(results)}"
    why = why_empty(frame, "share", "The period has no cases.", "No case is old enough yet.")
    if why:
        return silent(name, title, why)
    rows = shown(frame, "share").sort_values("day", kind="stable")
    table = pd.DataFrame(
        {
            "By": [f"{row:g} days" for row in rows["day"]],
            "Became": [_BECAME[outcome] for outcome in rows["outcome"]],
            "Percent": 100 * rows["share"],
            "At least": 100 * rows["lower"],
            "At most": 100 * rows["upper"],
            "state": rows["state"],
        }
    )
    marks = dict(zip(_BECAME.values(), MARKS, strict=False))
    dots = Dots(
        table, "Percent", "At least", "At most", f"percent of {results.facts['noun']}", "By", "Became", marks
    )
    closed = rows[rows["outcome"] == "closed"].to_dict("records")
    said = [f"{percent(row['share'])} closed by {row['day']:g} days" for row in closed]
    hidden = not_drawn(frame, len(rows), "Outcomes")
    return Figure(
        name=name,
        title=title,
        text=f"Dots with intervals, three for each number of days since submission: {'; '.join(said) or 'none closed'}."
        f"{hidden}",
        see="The three shares of one row add up to all. Withdrawn cases are an ending of their own, not a wait; a day "
        "that few cases have reached yet is left out."
        f"{hidden}",
        table=table,
        chart=dots.chart(),
    )


def service_levels(results) -> Figure:
    """Share of cases closed in time, period by period, on the resident's clock and on the city's."""
    frame, name = of_period(results, "service_levels"), "service-levels"
    title = f"Closed in time, by period{_level(results)}"
    why = why_empty(frame, "share", NO_LEVEL, "No case is due yet.")
    if why:
        return silent(name, title, why)
    rows = shown(frame, "share").sort_values(["interval", "clock"], kind="stable")
    table = pd.DataFrame(
        {
            "Period": rows["interval"].astype(str),
            "Clock": rows["clock"].map(_CLOCKS),
            "Percent": 100 * rows["share"],
            "At least": 100 * rows["lower"],
            "At most": 100 * rows["upper"],
            "Due": rows["due"],
            "Missed": rows["missed"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )
    hidden = not_drawn(frame, len(rows), "Dots")
    return Figure(
        name=name,
        title=title,
        text=f"Dots with intervals, one a period and clock. {_latest(rows)}{hidden}",
        see=f"{_seen_levels('city' in set(frame['clock']))}{hidden}",
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
    last = rows[rows["interval"] == rows["interval"].iloc[-1]].to_dict("records")
    said = [f"{percent(row['share'])} {_CLOCKS[row['clock']]}, of {int(row['due']):,} due" for row in last]
    return f"In {period_name(rows['interval'].iloc[-1])}: {'; '.join(said)}."


def _over_time(table: pd.DataFrame) -> alt.LayerChart:
    columns = ["Period", "Clock", "Percent", "At least", "At most"]
    words = [word for word in _CLOCKS.values() if word in set(table["Clock"])]
    marks = dict(zip(_CLOCKS.values(), MARKS, strict=False))
    x = alt.X("Period:O", sort=sorted(set(table["Period"])), title=None, axis=alt.Axis(labelAngle=-45))
    base = alt.Chart(table[columns]).encode(x=x, xOffset=alt.XOffset("Clock:N", sort=words))
    y = alt.Y("Percent:Q", title="percent closed in time", scale=alt.Scale(zero=False))
    legend = alt.Legend(columns=1)
    color = alt.Color("Clock:N", title=None, legend=legend,
                      scale=alt.Scale(domain=words, range=[marks[word][1] for word in words]))  # fmt: skip
    shape = alt.Shape("Clock:N", title=None, legend=legend,
                      scale=alt.Scale(domain=words, range=[marks[word][0] for word in words]))  # fmt: skip
    spans = base.mark_rule(strokeWidth=2).encode(y=alt.Y("At least:Q"), y2=alt.Y2("At most:Q"), color=color)
    dots = base.mark_point(filled=True, opacity=1).encode(y=y, color=color, shape=shape)
    return alt.layer(dots, spans).properties(width=theme.WIDTH, height=220)


def falling_due(results) -> Figure:
    """Open cases by when they fall due."""
    frame, name = of_period(results, "falling_due"), "falling-due"
    title = f"Open {results.facts['noun']} by when they fall due"
    why = why_empty(frame, "cases", NO_LEVEL)
    if why:
        return silent(name, title, why)
    rows = shown(frame, "cases").sort_values("position", kind="stable")
    table = frame.sort_values("position", kind="stable")[["within", "cases", "state"]]
    data = pd.DataFrame({"Due": rows["within"], "Cases": rows["cases"]}).astype({"Cases": float})
    y = alt.Y("Due:N", sort=list(data["Due"]), title=None)
    base = alt.Chart(data).encode(y=y, x=alt.X("Cases:Q", title="open cases"))
    said = base.mark_text(align="left", dx=5).encode(text=alt.Text("Cases:Q", format=",.0f"))
    told = [f"{row['Due']} {number(row['Cases'])}" for row in data.to_dict("records")]
    hidden = not_drawn(frame, len(rows), "Spans")
    return Figure(
        name=name,
        title=title,
        text=f"Bars, one a span of time ahead: {'; '.join(told)}.{hidden}",
        see=f"Cases in the upper bars can still be kept in time, if they are taken next.{hidden}",
        table=table.rename(columns={"within": "Due", "cases": "Cases"}),
        chart=alt.layer(base.mark_bar(), said).properties(
            width=theme.WIDTH - 80, height=len(data) * theme.ROW
        ),
    )
