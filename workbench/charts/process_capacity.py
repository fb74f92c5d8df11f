"""Figures of what if: other staff, other arrivals, batches, or a step that takes no time."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.asks import Choice, Slider, asking, present_in
from workbench.charts.disparity_dots import Dots, words
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.process_rows import (
    LONG_NAMES,
    MOST,
    figure_of,
    of_period,
    shown,
    silent,
    told_apart,
    why_empty,
)
from workbench.charts.process_words import number, period
from workbench.findings.rows import records

NO_WORK = (
    "Starts of work are not recorded and no minutes a case are declared, or nobody's name stands beside the steps, "
    "so how busy people are cannot be told from this log."
)
_NOW, _OTHER, _THEORY = "as in the period", "simulated", "by theory (Allen-Cunneen)"
_LOOKS = {
    _NOW: ("diamond", theme.SERIES[1]),
    _OTHER: ("circle", theme.SERIES[0]),
    _THEORY: ("cross", theme.SERIES[5]),
}
_TOO_SHORT = 0.01  # working days, about five minutes
_MOST_DAYS = 20.0  # working days: a longer wait is written, and does not stretch the axis


def _activities(results) -> list[tuple[str, str]]:
    rows = shown(of_period(results, "scenarios"))
    return [(name, name) for name in dict.fromkeys(rows["activity"])] if len(rows) else []


def _first_activity(results) -> str | None:
    names = _activities(results)
    return names[0][1] if names else None


def _more_options(results) -> list[tuple[str, int]]:
    rows = shown(of_period(results, "scenarios"))
    found = sorted({int(value) for value in rows["more"]}) if len(rows) else []
    return [(_more_words(value), value) for value in found]


def _more_words(more: int) -> str:
    if not more:
        return "as now"
    return f"{abs(more)} {'more' if more > 0 else 'fewer'}"


@asking(
    Choice("activity", "Step", _activities, _first_activity),
    Slider("more", "People", _more_options, lambda results: 1),
    present_in("arrivals", "Arrivals", "scenarios", "arrivals", base="is_base", words="{:.0%} of now"),
    present_in("batch", "Cases released at once", "scenarios", "batch", base="is_base"),
)
def what_if(
    results,
    *,
    activity: str | None = None,
    more: int | None = None,
    arrivals: float | None = None,
    batch: float | None = None,
) -> Figure:
    """How long a case would wait for the constraint with other people, arrivals or batches.

    Parameters
    ----------
    results : ProcessResults
        Released.
    activity : str, optional
        One of the steps that scenarios are given of; the busiest by default.
    more : int, optional
        People more than now that the sentence is about; one more by default.
    arrivals : float, optional
        Times those of the period; 1 by default.
    batch : int, optional
        Cases released at once; 1 by default. Batches are known at the arrivals as they are.
    """
    frame, name = of_period(results, "scenarios"), "what-if"
    activity = activity or _first_activity(results)
    title = f"What if there were more people, or fewer, {period(results)}"
    if why := why_empty(frame, "staff", NO_WORK):
        return silent(name, title, why)
    base = _base(shown(frame, "staff"), activity)
    rows = _chosen(shown(frame, "staff"), activity, arrivals or base["arrivals"], batch or base["batch"])
    if rows.empty:
        return silent(name, f"{title}: {activity}", "Batches were tried at the arrivals as they are only.")
    sentence = _sentence(rows, base, 1 if more is None else more)
    table = _table(rows)
    return Figure(
        name=name,
        title=f"{title}: {activity}",
        text=f"Dots with intervals, one row a number of people, working days until work on {activity} begins. {sentence}",
        see=f"{sentence}{_doubt(base)} {_assumed(results)}",
        table=table,
        chart=_chart(table),
    )


def _base(rows: pd.DataFrame, step: str) -> dict:
    """The row of things as they are."""
    return records(rows[(rows["activity"] == step) & rows["is_base"].astype(bool)])[0]


def _chosen(rows: pd.DataFrame, step: str, arrivals: float, batch: float) -> pd.DataFrame:
    """Scenarios of a step at these arrivals and batches, from few people to many."""
    same = (rows["activity"] == step) & (rows["batch"].astype(float) == float(batch))
    near = (rows["arrivals"].astype(float) - arrivals).abs() < 1e-9
    return rows[same & near].sort_values("staff", kind="stable", ignore_index=True)


def _sentence(rows: pd.DataFrame, base: dict, more: int) -> str:
    """With so many more: the wait, or how fast the queue grows, beside what it is as things are."""
    found = records(rows[rows["more"].astype(int) == more])
    if not found:
        return "So few people cannot be tried."
    row = found[0]
    lead = f"With {_people_words(more)} ({_people(row)} people's time in all){_setting(row, base)}"
    if pd.notna(row["growth_per_day"]):
        return f"{lead}, more arrives than is cleared: the queue grows by {number(row['growth_per_day'])} a working day."
    if pd.isna(row["wait_days"]):
        return f"{lead}, the wait cannot be told."
    return f"{lead}, the average wait would be {_days(row['wait_days'])}{_instead(row, base)}."


def _people_words(more: int) -> str:
    if not more:
        return "people as now"
    count = {1: "one", 2: "two", 3: "three"}.get(abs(more), f"{abs(more):,}")
    return f"{count} {'more' if more > 0 else 'fewer'}"


def _setting(row: dict, base: dict) -> str:
    said = []
    if abs(row["arrivals"] - base["arrivals"]) > 1e-9:
        said.append(f"{row['arrivals']:.0%} of the arrivals")
    if row["batch"] != base["batch"]:
        said.append(f"cases released {int(row['batch'])} at once")
    return f" and {' and '.join(said)}" if said else ""


def _instead(row: dict, base: dict) -> str:
    """What is compared with, and by how much it differs."""
    if row["is_base"]:
        return ""
    if pd.notna(base["growth_per_day"]):
        return f"; as things are, the queue grows by {number(base['growth_per_day'])} a working day"
    if pd.isna(base["wait_days"]):
        return ""
    if max(abs(row["change"]), base["wait_days"]) < _TOO_SHORT:
        return ", as good as none, and so it is now"
    change = f"a difference of {_signed(row['change'])}"
    limits = f" ({_signed(row['change_lower'])} to {_signed(row['change_upper'])})"
    return (
        f" instead of {_days(base['wait_days'])}, {change}{limits if pd.notna(row['change_lower']) else ''}"
    )


def _days(value: float) -> str:
    return f"{_size(value)} working days"


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else '+'}{_size(abs(value))}"


def _size(value: float) -> str:
    return f"less than {_TOO_SHORT:g}" if value < _TOO_SHORT else number(value)


def _people(row: dict) -> str:
    return f"{row['staff']:,.1f}".removesuffix(".0")


def _doubt(base: dict) -> str:
    """What it means that record and model differ."""
    record = (
        f"On record the average wait is {_days(base['record_days'])}" if pd.notna(base["record_days"]) else ""
    )
    if base["fit"] == "longer":
        return (
            f" {record}, longer than the model's: it leaves something out, such as other work or cases left lying, "
            "and more people alone would not take that wait away."
        )
    if base["fit"] == "shorter":
        return f" {record}, shorter than the model's: it leaves something out, and its waits are too long."
    return f" {record}, as the model has it." if record else ""


def _assumed(results) -> str:
    assumed = results.facts.get("what_if_assumes", [])
    return f"Assumed: {', '.join(assumed)}." if assumed else ""


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """Scenarios for people: one row a number of people."""
    names = [f"{_people(row)} ({_more_words(int(row['more']))})" for row in records(rows[["staff", "more"]])]
    columns = {
        "wait_days": "Wait",
        "lower": "At least",
        "upper": "At most",
        "p90_days": "90% within",
        "theory_days": "By theory",
        "growth_per_day": "Queue grows a day",
        "utilisation": "Busy",
        "is_base": "As now",
    }
    table = rows[list(columns)].rename(columns=columns).assign(state=rows["state"])
    busy = [f"{value:.0%}" if pd.notna(value) else "" for value in rows["utilisation"].astype(float)]
    return table.assign(Busy=busy).assign(People=names)[["People", *columns.values(), "state"]]


def _chart(table: pd.DataFrame) -> alt.LayerChart:
    names = list(table["People"])
    axis = alt.Axis(titleAngle=0, titleAlign="left", titleAnchor="start", titleY=-8)
    y = alt.Y("People:N", sort=names, scale=alt.Scale(domain=names), title="People", axis=axis)
    data, top = _marks_of(table), _top(table)
    base = alt.Chart(data).encode(y=y)
    across = alt.X("Days:Q", title="working days until work begins, on average",
                   scale=alt.Scale(domain=[0, top], clamp=True))  # fmt: skip
    looks = told_apart("Kind", _LOOKS, data["Kind"])
    spans = base.mark_rule(strokeWidth=2, clip=True).encode(
        x=alt.X("Lower:Q"), x2=alt.X2("Upper:Q"), color=looks["color"]
    )
    dots = base.mark_point(filled=True, opacity=1, size=90).encode(x=across, **looks)
    said = words(_grows(table), y)
    return layer(dots, spans, *said, width=theme.WIDTH - 100, height=max(len(names), 2) * theme.ROW)


def _marks_of(table: pd.DataFrame) -> pd.DataFrame:
    """One row a mark: simulated waits, and those of theory."""
    now = table["As now"].astype(bool)
    kinds = pd.Series(_OTHER, index=table.index).mask(now, _NOW)
    ends = {"Days": table["Wait"], "Lower": table["At least"], "Upper": table["At most"]}
    simulated = pd.DataFrame({"People": table["People"], "Kind": kinds, **ends})
    theory = pd.DataFrame({"People": table["People"], "Kind": _THEORY, "Days": table["By theory"]})
    data = pd.concat([theory, simulated], ignore_index=True).astype({"Days": float})
    return data.dropna(subset=["Days"])


def _top(table: pd.DataFrame) -> float:
    """Where the axis ends: the longest wait or its limit, but none far beyond what is worth telling apart."""
    longest = table[["Wait", "At most", "By theory"]].astype(float).max(axis=None)
    return float(min(max(longest, 0.01), _MOST_DAYS)) if pd.notna(longest) else 1.0


def _grows(table: pd.DataFrame) -> pd.DataFrame:
    """What is written in a row that has no wait."""
    rows = table[table["Queue grows a day"].notna()]
    said = [f"queue grows by {number(value)} a day" for value in rows["Queue grows a day"]]
    return pd.DataFrame({"People": rows["People"], "Words": said}, dtype="object")


def removed(results) -> Figure:
    """How much sooner half of the cases would be closed if one step, and the wait before it, took no time."""
    frame, name = of_period(results, "removed"), "removed"
    title = f"What if one step took no time, {period(results)}"
    if why := why_empty(frame, "change", "The period has no steps.", "Too few cases are closed to tell."):
        return silent(name, title, why)
    rows = shown(frame, "change").sort_values("change", kind="stable")
    table = pd.DataFrame(
        {
            "Step": rows["activity"],
            "Difference": rows["change"],
            "At least": rows["change_lower"],
            "At most": rows["change_upper"],
            "Half closed within": rows["median"],
            "state": rows["state"],
        }
    ).head(MOST)
    told = [f"{row['Step']} {_signed(row['Difference'])} days" for row in records(table.head(3))]
    dots = Dots(table, "Difference", "At least", "At most", "days that half of the cases would be closed sooner (left)",
                "Step", line=0, names=LONG_NAMES)  # fmt: skip
    return figure_of(
        frame,
        "change",
        len(table),
        "Steps",
        name=name,
        title=title,
        text=f"Dots with intervals, one row a step, the largest difference first: {'; '.join(told)}.",
        see="The most that could be won at each step, the wait before it included. A step that is taken while another is waited for wins nothing.",
        table=table,
        chart=dots.chart(),
    )
