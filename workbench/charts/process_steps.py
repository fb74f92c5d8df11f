"""Figures of where the time goes step by step: whose hands, work and wait, causes, and what is right the first time."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.asks import Choice, asking
from workbench.charts.disparity_dots import Dots
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.process_rows import (
    LONG_NAMES,
    MARKS,
    MOST,
    UNITS,
    figure_of,
    holder_name,
    of_hundred,
    of_period,
    percents,
    shown,
    silent,
    why_empty,
)
from workbench.charts.process_words import CALENDAR, WORKING, dates_only, number, percent, period
from workbench.findings.rows import records

CAUSES = {
    "batching": "Kept for a batch",
    "prioritisation": "Later cases went first",
    "contention": "People busy with other cases",
    "unavailability": "Outside working hours",
    "extraneous": "None of these",
    "held elsewhere": "Held by somebody else",
    "not known": "Not known from this log",
}
_BAR, _GAP = 11, 14
_WAIT, _WORK, _RANGE = "usual wait before it", "usual work in it", "work, somewhere up to"
_FIRST, _USABLE = "right the first time", "complete and accurate for the next step"
_CLOCK = Choice("clock", "Clock", lambda _: [(name, name) for name in UNITS], lambda _: CALENDAR)


def holders(results) -> Figure:
    """Whose hands the time was in, as shares of it, on both clocks."""
    frame, name = of_period(results, "holders"), "holders"
    title = f"In whose hands the time was, {period(results)}"
    if why := why_empty(frame, "share", "The period has no cases whose time could be split."):
        return silent(name, title, why)
    rows = shown(frame, "share")
    table = pd.DataFrame(
        {
            "Held by": [holder_name(results, word) for word in rows["holder"]],
            "Clock": rows["clock"],
            **of_hundred(rows, "share", "share_lower", "share_upper", "Share"),
            "Usual days in a case that it held": rows["median_days"],
            "Cases that it held": rows["cases"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )
    marks = dict(zip((CALENDAR, WORKING), MARKS, strict=False))
    dots = Dots(
        table, "Share", "At least", "At most", "percent of all time so far", "Held by", "Clock", marks, line=0
    )
    own = rows[rows["clock"] == CALENDAR]
    said = [f"{holder_name(results, row['holder'])} {percent(row['share'])}" for row in records(own)]
    return figure_of(
        frame,
        "share",
        len(rows),
        "Holders and clocks",
        name=name,
        title=title,
        text=f"Dots with intervals, one row a holder: {'; '.join(said)} of all calendar days so far.",
        see=_seen_holders(rows),
        table=table,
        chart=dots.chart(),
    )


def _seen_holders(rows: pd.DataFrame) -> str:
    if set(rows["holder"]) == {"city"}:
        return "No step is declared to leave a case in other hands, so that all of the time counts as the city's."
    return (
        "The shares of one clock add up to all. What the city does not hold it cannot shorten alone; on the clock of "
        "working days nights and weekends are left out."
    )


@asking(_CLOCK)
def step_times(results, *, clock: str | None = None) -> Figure:
    """How long the usual case waits for each step, and how long somebody works in it.

    Parameters
    ----------
    results : ProcessResults
        Released.
    clock : {'calendar days', 'working days'}, optional
        Working days by default, since work is done in them.
    """
    clock = clock or WORKING
    frame = of_period(results, "step_times")
    frame = frame[frame["clock"] == clock] if len(frame) else frame
    name, title = "step-times", f"Wait and work, step by step, {period(results)}, in {UNITS[clock]}"
    if why := why_empty(
        frame, "wait_median", "No steps were done in the period.", "No wait before a step is known."
    ):
        return silent(name, title, why)
    rows = shown(frame, "wait_median").sort_values("total_wait_days", ascending=False, kind="stable")
    rows = rows.head(MOST)
    told = [_told_step(row, UNITS[clock]) for row in records(rows.head(3))]
    return figure_of(
        frame,
        "wait_median",
        len(rows),
        "Steps",
        name=name,
        title=title,
        text=f"Two bars a step, of the median wait and the median work; most waiting in all first: {'; '.join(told)}.",
        see="The tick after a wait is where nine in ten had ended. An open bar is a range: where a start is not "
        "recorded, the work took anything up to its end. Work that starts are recorded of is filled."
        f"{dates_only(results)}",
        table=_step_table(rows),
        chart=_step_chart(rows, UNITS[clock]),
    )


def _told_step(row: dict, unit: str) -> str:
    work = (
        f"work {number(row['touch_median'])}"
        if pd.notna(row["touch_median"])
        else f"work up to {number(row['touch_at_most_median'])}"
    )
    return f"{row['activity']}: wait {number(row['wait_median'])}, {work} {unit}, {int(row['count']):,} times"


def _step_table(rows: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "activity": "Step",
        "count": "Times",
        "wait_median": "Usual wait",
        "wait_p90": "Wait, 90% within",
        "touch_median": "Usual work, where recorded",
        "touch_at_most_median": "Usual work, at most",
    }
    table = rows[[*columns, "state"]].rename(columns=columns)
    return table.assign(**{"Starts recorded": percents(rows["timed"])})


def _step_chart(rows: pd.DataFrame, unit: str) -> alt.LayerChart:
    names = list(rows["activity"])
    fills = {_WAIT: theme.SERIES[0], _WORK: theme.SERIES[1], _RANGE: theme.PAPER}
    data = pd.DataFrame([bar for row in records(rows) for bar in _bars(row)])
    kinds = [kind for kind in fills if kind in set(data["Kind"])]
    y = alt.Y(
        "Step:N", sort=names, title=None, axis=alt.Axis(**LONG_NAMES), scale=alt.Scale(paddingInner=0.25)
    )
    offset = alt.YOffset("Bar:N", sort=["wait", "work"], scale=alt.Scale(domain=["wait", "work"]))
    fill = alt.Scale(domain=kinds, range=[fills[kind] for kind in kinds])
    base = alt.Chart(data).encode(y=y, yOffset=offset)
    across = alt.X("From:Q", title=unit, scale=alt.Scale(zero=True))
    bars = base.mark_bar(stroke=theme.INK, strokeWidth=1, height=_BAR).encode(
        x=across, x2=alt.X2("To:Q"), fill=alt.Fill("Kind:N", title=None, scale=fill, sort=kinds)
    )
    slow = base.transform_filter("isValid(datum.P90)")
    lines = slow.mark_rule().encode(x=alt.X("To:Q"), x2=alt.X2("P90:Q"))
    ticks = slow.mark_tick(thickness=2, size=_BAR + 3, color=theme.INK).encode(x=alt.X("P90:Q"))
    said = base.mark_text(align="left", dx=5).encode(x=alt.X("Last:Q"), text=alt.Text("Words:N"))
    return layer(
        bars, lines, ticks, said, width=theme.WIDTH - 100, height=max(len(names), 2) * (2 * _GAP + 16)
    )


def _bars(row: dict) -> list[dict]:
    """The bars of one step: its wait; work as recorded; and, where starts are not, the range that it is in."""
    wait, work, most = row["wait_median"], row["touch_median"], row["touch_at_most_median"]
    is_recorded, known = pd.notna(work), 0.0 if pd.isna(work) else work
    end = pd.Series([wait, row["wait_p90"]], dtype=float).max()
    most_wait = "" if pd.isna(row["wait_p90"]) else f" (90%: {number(row['wait_p90'])})"
    bars = [_bar(row, _WAIT, 0.0, wait, end, f"{number(wait)}{most_wait}")]
    if is_recorded:
        bars.append(_bar(row, _WORK, 0.0, work, max(known, most), number(work)))
    if most > known:
        bars.append(_bar(row, _RANGE, known, most, most, "" if is_recorded else f"up to {number(most)}"))
    return bars


def _bar(row: dict, kind: str, start: float, end: float, last: float, words: str) -> dict:
    bar = {"Step": row["activity"], "Kind": kind, "Bar": "wait" if kind == _WAIT else "work"}
    p90 = float(row["wait_p90"]) if kind == _WAIT else float("nan")
    return {**bar, "From": start, "To": end, "P90": p90, "Last": last, "Words": words}


def _waited_for(results) -> list[tuple[str, str]]:
    rows = shown(of_period(results, "causes"))
    names = list(dict.fromkeys(rows["activity"])) if len(rows) else []
    return [("all steps" if name == "" else name, name) for name in names]


@asking(Choice("waited", "Waits for", _waited_for, lambda _: ""))
def causes(results, *, waited: str | None = None) -> Figure:
    """Why cases waited: the share of the wait by cause, what cannot be known among them.

    Parameters
    ----------
    results : ProcessResults
        Released.
    waited : str, optional
        The step that was waited for; all of them by default.
    """
    frame, step = of_period(results, "causes"), waited or ""
    frame = frame[frame["activity"] == step] if len(frame) else frame
    name, title = "causes", f"Why cases wait{f' for {step}' if step else ''}, {period(results)}"
    if why := why_empty(frame, "share", "No wait between two steps is recorded."):
        return silent(name, title, why)
    rows = shown(frame, "share").sort_values("share", ascending=False, kind="stable")
    table = pd.DataFrame(
        {
            "Cause": [CAUSES.get(cause, cause) for cause in rows["cause"]],
            **of_hundred(rows, "share", "share_lower", "share_upper", "Share"),
            "Total days": rows["total_days"],
            "Waits": rows["waits"],
            "Verdict": rows["verdict"],
            "state": rows["state"],
        }
    )
    said = [f"{row['Cause']} {number(row['Share'])}%" for row in records(table)]
    dots = Dots(
        table, "Share", "At least", "At most", "percent of the time waited", "Cause", line=0, names=LONG_NAMES
    )
    return figure_of(
        frame,
        "share",
        len(rows),
        "Causes",
        name=name,
        title=title,
        text=f"Dots with intervals, one row a cause: {'; '.join(said)}; of {int(rows['waits'].max()):,} waits.",
        see=_seen_causes(set(rows["cause"])),
        table=table,
        chart=dots.chart(),
    )


def _seen_causes(causes: set[str]) -> str:
    known = "Batches and the order of work can be changed without more people; a wait for busy people cannot."
    unknown = "What is not known has no start or nobody's name in the record."
    if causes == {"not known"}:
        return f"Why cases wait cannot be told from this log. {unknown}"
    return f"{known} {unknown}" if "not known" in causes else known


def yields(results) -> Figure:
    """Which steps are right the first time, and whose work the next step could use as it was."""
    frame, name = of_period(results, "yields"), "yields"
    frame = frame[frame["activity"] != ""] if len(frame) else frame
    title = f"Right the first time, step by step, {period(results)}"
    if why := why_empty(frame, "first_pass_yield", "No steps were done in the period."):
        return silent(name, title, why)
    rows = shown(frame, "first_pass_yield").sort_values("first_pass_yield", kind="stable").head(MOST)
    table = pd.concat(
        [_yield_rows(rows, _FIRST, "passes", "first_pass_yield", "yield"),
         _yield_rows(rows, _USABLE, "passed_on", "complete_accurate", "accurate")]
    )  # fmt: skip
    table = table.sort_index(kind="stable").reset_index(drop=True)
    marks = dict(zip((_FIRST, _USABLE), MARKS, strict=False))
    dots = Dots(table, "Percent", "At least", "At most", "percent of passes", "Step", "What", marks, line=0,
                names=LONG_NAMES)  # fmt: skip
    told = [f"{row['activity']} {percent(row['first_pass_yield'])}" for row in records(rows.head(4))]
    return figure_of(
        frame,
        "first_pass_yield",
        len(rows),
        "Steps",
        name=name,
        title=title,
        text=f"Dots with intervals, one row a step, the least right the first time first: {'; '.join(told)}.",
        see="A low circle is a step that is done again; a low square is one whose work the next step sends back. "
        "What is put right without being sent back leaves no trace.",
        table=table,
        chart=dots.chart(),
    )


def _yield_rows(rows: pd.DataFrame, what: str, n: str, value: str, limits: str) -> pd.DataFrame:
    shares = of_hundred(rows, value, f"{limits}_lower", f"{limits}_upper")
    table = pd.DataFrame(
        {"Step": rows["activity"], "What": what, **shares, "Passes": rows[n], "state": rows["state"]}
    )
    return table.reset_index(drop=True).dropna(subset=["Percent"])
