"""Figures of target tracking, drawn from released rows: each measure over time, and by group.

Shape tells the same as colour. A value that is hidden or missing leaves a gap in the line and is named
in the table; a value that may still change is drawn hollow.
"""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures, Folded
from workbench.charts.layers import layer, vconcat
from workbench.charts.table import digits_of, number_text
from workbench.charts.target_marks import (
    along_time,
    drawn,
    fan,
    limits,
    marked,
    points,
    restarts,
    sums,
    targets,
    waits,
)
from workbench.charts.target_rows import PROVISIONAL, Measured, period_words
from workbench.charts.target_signs import needs_a_look
from workbench.charts.target_words import lines_of, pace, restarted, status, to_come, waited

_HIDDEN_COLUMNS = ["Start", "phase"]


def process_chart(results, measure: str | None = None, period: str | None = None) -> Figure:
    """A measure over time by the chart that it is judged by, with its target and what is to come.

    Parameters
    ----------
    results : TargetResults
        Released.
    measure : str, optional
        Id of the measure; the first when left out.
    period : str, optional
        An interval to mark.
    """
    shown = Measured(results, measure)
    rows, coming = shown.points(), shown.coming()
    return Figure(
        name=f"process-{shown.slug}",
        title=f"{shown.facts['title']}, {_span(rows)}",
        text=_process_text(shown, rows, coming),
        see=_see(shown, rows, coming),
        table=_table(rows, coming),
        chart=_process(shown, rows, coming, period),
    )


def process_charts(results) -> Figures:
    """A process chart of every measure that needs a look, in the order of the catalog."""
    return Figures(process_chart(results, id) for id in _drawable(results) if needs_a_look(results, id))


def steady_charts(results) -> Folded:
    """A process chart of every other measure that has values, folded away."""
    ids = [id for id in _drawable(results) if not needs_a_look(results, id)]
    words = f"Charts of the {len(ids)} measures without a signal and without a target that is out of reach"
    return Folded([process_chart(results, id) for id in ids], words)


def _drawable(results) -> list[str]:
    known = set(results.points["measure"])
    return [id for id in results.measures["measure"] if id in known]


def _span(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "no values"
    return f"{period_words(rows['Interval'].iloc[0])} to {period_words(rows['Interval'].iloc[-1])}"


def _see(shown: Measured, rows: pd.DataFrame, coming: pd.DataFrame) -> str:
    """Status, the chart and why, what each line is, and what pace is needed."""
    said = [f"Status: {status(shown)}.", pace(shown), shown.verdict.get("chart_reason"), *shown.exclusions()]
    said += [lines_of(shown, rows), *restarted(shown), to_come(coming, is_pace=shown.is_total)]
    return " ".join(sentence for sentence in said if isinstance(sentence, str) and sentence)


def _table(rows: pd.DataFrame, coming: pd.DataFrame) -> pd.DataFrame:
    """The points, and below them what is to come."""
    told = rows.drop(columns=_HIDDEN_COLUMNS)
    if len(coming):
        told = pd.concat([told, coming.drop(columns=["Start"]).assign(Point="to come")], ignore_index=True)
    return told.dropna(axis="columns", how="all")


def _process_text(shown: Measured, rows: pd.DataFrame, coming: pd.DataFrame) -> str:
    """The text alternative: what is drawn, the latest value, the limits, the signals, what is to come."""
    known = rows.dropna(subset=["Value"])
    if known.empty:
        return "A chart over time without any value."
    last = known.iloc[-1]
    changing = ", which may still change" if last["Point"] == PROVISIONAL else ""
    parts = [
        f"A line of {len(known)} values. The latest, {period_words(last['Interval'])}: {shown.text(last['Value'])}{changing}."
    ]
    if not pd.isna(last["Lower limit"]):
        parts.append(
            f"Mean {shown.text(last['Mean'])}, process limits {shown.text(last['Lower limit'])} to "
            f"{shown.text(last['Upper limit'])}."
        )
    if not pd.isna(last["Target"]):
        parts.append(f"Target {shown.text(last['Target'])}.")
    signals = known[known["Point"].str.startswith("signal")]
    parts.append(f"Points with a signal: {len(signals)}.")
    parts.append(waited(shown, rows))
    hidden = int((rows["state"] == "suppressed").sum())
    parts.append(f"{hidden} values are suppressed to protect privacy." if hidden else "")
    parts.append(_end(shown, coming))
    return " ".join(part for part in parts if part)


def _end(shown: Measured, coming: pd.DataFrame) -> str:
    """Where the forecast ends."""
    if coming.empty or pd.isna(coming["Expected"].iloc[-1]):
        return ""
    end = coming.iloc[-1]
    return (
        f"If it goes on as it runs, {period_words(end['Interval'])} brings {shown.text(end['Expected'])}; 80 times of "
        f"100 between {shown.text(end['80 of 100 from'])} and {shown.text(end['80 of 100 to'])}."
    )


def _process(shown: Measured, rows: pd.DataFrame, coming: pd.DataFrame, period: str | None):
    y = alt.Y("Value:Q", title=shown.axis or "value", scale=alt.Scale(zero=False, padding=6))
    layers = [
        *fan(coming),
        *limits(rows, shown.verdict.get("chart", "xmr")),
        alt.Chart().mark_line(strokeWidth=1.5, color=theme.ACCENT).encode(y=y),
        *targets(rows),
        *points(rows),
        *restarts(shown),
        *marked(rows, period),
    ]
    chart = along_time(*layers, data=drawn(rows), width=theme.WIDTH, height=200)
    strips = [sums(rows)] if "Sum above" in rows else []
    strips += [waits(rows, shown.facts["frequency"])] if "Waited" in rows else []
    return vconcat(chart, *strips).resolve_scale(x="shared") if strips else chart


def groups(results, measure: str | None = None) -> Figure:
    """A measure by group or place in its latest interval, with everyone as a line."""
    shown = Measured(results, measure)
    rows = shown.groups()
    drawn = rows.dropna(subset=["Value"]).drop(columns=["state", "Number"])
    base = alt.Chart().encode(y=alt.Y("Group:N", sort=list(rows["Group"]), title=None))
    x = alt.X("Value:Q", title=shown.axis or "value", scale=alt.Scale(zero=False))
    layers = [
        base.transform_filter("isValid(datum.Lower)")
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("Lower:Q"), x2=alt.X2("Upper:Q")),
        base.mark_point(filled=True, size=90, opacity=1, color=theme.ACCENT).encode(x=x),
    ]
    when = "" if pd.isna(shown.row["interval"]) else f", {period_words(shown.row['interval'])}"
    digits = digits_of(drawn["Value"])
    values = ", ".join(
        f"{g} {number_text(v, digits)}" for g, v in zip(drawn["Group"], drawn["Value"], strict=True)
    )
    hidden = list(rows.loc[rows["state"] == "suppressed", "Group"])
    return Figure(
        name=f"groups-{shown.slug}",
        title=f"{shown.facts['title']} by {shown.cuts()}{when}",
        text=f"Dots, one row a {shown.cuts()}: {values or 'none'}, {shown.axis}."
        + (f" Suppressed to protect privacy: {', '.join(hidden)}." if hidden else ""),
        see=f"Lines are 95% intervals: {shown.cuts('s')} whose lines overlap may differ by chance alone.",
        table=rows,
        chart=layer(*layers, data=drawn, width=theme.WIDTH, height=max(1, len(rows)) * theme.ROW),
    )


def group_charts(results) -> Figures:
    """A chart by group of every measure that declares groups or places."""
    cut = set(results.groups["measure"])
    return Figures(groups(results, id) for id in results.measures["measure"] if id in cut)
