"""Figures of actions: a measure before and since, beside what would have been expected had nothing been done.

Shape tells the same as colour: values before are circles, since then triangles, in the interval in which it began
squares. What would have been expected is dashed, and the day it began is a line with words.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures
from workbench.charts.layers import layer
from workbench.charts.table import digits_of, number_text
from workbench.charts.target_rows import period_words
from workbench.findings.messages import fill, message

BEFORE, BEGAN, SINCE = "before", "the interval in which it began", "since"
_SHAPES = {BEFORE: "circle", BEGAN: "square", SINCE: "triangle-up"}
_COLOURS = {BEFORE: theme.MUTED, BEGAN: theme.TONE_COLOURS["open"], SINCE: theme.ACCENT}
EXPECTED, FITTED, OTHER = "expected without it", "level", "compared with"
_DASHES = {FITTED: [1, 0], EXPECTED: [6, 3], OTHER: [2, 2]}
_INKS = {FITTED: theme.ACCENT, EXPECTED: theme.SERIES[1], OTHER: theme.MUTED}
_ADVICE = {
    "keep": "By the rule: keep it.",
    "change": "By the rule: change it.",
    "stop": "By the rule: stop it.",
    "can't tell yet": "It cannot be told yet what to do about it.",
    "not tested": "It was registered when figures of it could be known, so nothing is advised.",
}


def action_chart(results, action: str | None = None) -> Figure:
    """A measure before and since an action, beside what would have been expected.

    Parameters
    ----------
    results : TargetResults
        Released.
    action : str, optional
        Id of the action; the first when left out.
    """
    action = action or results.actions["action"].iloc[0]
    row = results.actions[results.actions["action"] == action].iloc[0].to_dict()
    facts = results.facts["measures"][row["measure"]]
    rows = _rows(results, row, facts)
    hidden = row["state"] == "suppressed"
    return Figure(
        name=f"action-{'-'.join(action.replace('_', '-').split())[:60]}",
        title=f"{row['title']}: {facts['title']}",
        text="Not shown, to protect privacy." if hidden else _text(row, rows, facts),
        see="Not shown, to protect privacy." if hidden else _see(row),
        table=rows.drop(columns=["Start"]).dropna(axis="columns", how="all"),
        chart=_chart(row, rows, facts),
    )


def action_charts(results) -> Figures:
    """A chart of every action about which nothing was decided before the period under review."""
    frame = results.actions
    listed = frame[frame["open"].eq(True) | (frame["state"] == "suppressed")] if len(frame) else frame
    return Figures(action_chart(results, action) for action in listed.get("action", ()))


def _rows(results, row: Mapping[str, Any], facts: Mapping[str, Any]) -> pd.DataFrame:
    """Interval, Start, Part, Value, Expected, Fitted, Compared with and state of each interval, as shown."""
    own = results.action_points[results.action_points["action"] == row["action"]]
    since = pd.to_datetime(own["interval_start"]) >= pd.Timestamp(row["start"])
    return pd.DataFrame(
        {
            "Interval": own["interval"],
            "Start": own["interval_start"],
            "Part": own["part"],
            "Value": own["value"] * facts["factor"],
            "Level": own["fitted"] * facts["factor"],
            "Expected": (own["expected"] * facts["factor"]).where(since),
            "Compared with": own["other"] * facts["factor"],
            "state": own["state"],
        }
    )


def _see(row: Mapping[str, Any]) -> str:
    beside = "" if pd.isna(row["beside"]) else f" Begun near in time: {row['beside']}."
    if pd.isna(row["effect"]):
        needed = "" if pd.isna(row["more"]) else f" Values still needed: {int(row['more'])}."
        return f"{_sentence(row)} The vertical line is where it began.{needed}{beside}"
    return (
        f"{_sentence(row)} {_ADVICE[row['advice']]} The vertical line is where it began; the dashed line is what "
        f"would have been expected had nothing been done.{beside}"
    )


def _sentence(row: Mapping[str, Any]) -> str:
    words = message("verdict", str(row["verdict"]))
    return f"{words[:1].upper()}{words[1:]}."


def _text(row: Mapping[str, Any], rows: pd.DataFrame, facts: Mapping[str, Any]) -> str:
    began = fill("{day:date}", {"day": row["start"]})
    said = [
        f"A line of {int(row['before'])} values before {began} and {int(row['after'])} since.",
        f"Result: {_sentence(row)}",
    ]
    if not pd.isna(row["effect"]):
        shown = {
            name: _amount(row[name], facts)
            for name in ("average", "without", "effect", "lower", "upper", "value", "counterfactual")
        }
        sure = "" if pd.isna(row["lower"]) else f", between {shown['lower']} and {shown['upper']}"
        said.append(
            f"Since then {shown['average']} on average, where {shown['without']} would have been expected; the "
            f"difference is {shown['effect']}{sure}. "
            f"{period_words(row['interval'])}: {shown['value']}, expected {shown['counterfactual']}."
        )
    if row["compared_with"]:
        said.append(f"Compared with: {row['compared_with']}.")
    return " ".join(said)


def _amount(value: float, facts: Mapping[str, Any]) -> str:
    shown = float(value) * facts["factor"]
    return f"{number_text(shown, digits_of(pd.Series([shown])))} {facts['unit_shown']}".replace(
        " %", "%"
    ).strip()


def _chart(row: Mapping[str, Any], rows: pd.DataFrame, facts: Mapping[str, Any]) -> alt.LayerChart:
    axis = alt.X("Start:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6))
    drawn = rows[["Start", "Part", "Value"]].dropna(subset=["Value"])
    present = [part for part in _SHAPES if (drawn["Part"] == part).any()]
    y = alt.Y("Value:Q", title=facts["unit_shown"] or "value", scale=alt.Scale(zero=False))
    points = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=60, opacity=1)
        .encode(
            x=axis,
            y=y,
            shape=_scaled(alt.Shape, "Part", present, _SHAPES),
            color=_scaled(alt.Color, "Part", present, _COLOURS),
        )
    )
    layers = layer(*_lines(rows, axis), points, *_begun(row))
    return layers.resolve_scale(
        color="independent", shape="independent", strokeDash="independent"
    ).properties(width=theme.WIDTH, height=220)


def _scaled(channel, column: str, present: list[str], looks: Mapping[str, Any], orient: str = "top"):
    scale = alt.Scale(domain=present, range=[looks[word] for word in present])
    legend = alt.Legend(orient=orient, columns=3) if present else None
    return channel(f"{column}:N", scale=scale, title=None, legend=legend)


def _lines(rows: pd.DataFrame, axis: alt.X) -> list[alt.Chart]:
    """The level before and since, what was expected since, and what it is compared with, in long form."""
    named = {FITTED: "Level", EXPECTED: "Expected", OTHER: "Compared with"}
    parts = [
        pd.DataFrame({"Start": rows["Start"], "Part": rows["Part"], "Line": word, "Value": rows[column]})
        for word, column in named.items()
    ]
    lines = pd.concat(parts, ignore_index=True).dropna(subset=["Value"])
    present = [word for word in named if (lines["Line"] == word).any()]
    if not present:
        return []
    lines = lines.assign(Piece=lines["Line"].where(lines["Line"] != FITTED, lines["Part"]))
    return [
        alt.Chart(lines)
        .mark_line(strokeWidth=2)
        .encode(
            x=axis,
            y=alt.Y("Value:Q"),
            detail=alt.Detail("Piece:N"),
            strokeDash=_scaled(alt.StrokeDash, "Line", present, _DASHES, "bottom"),
            color=_scaled(alt.Color, "Line", present, _INKS, "bottom"),
        )
    ]


def _begun(row: Mapping[str, Any]) -> list[alt.Chart]:
    """The day it began, as a line with words."""
    day = pd.DataFrame({"Start": [pd.Timestamp(row["start"])], "Word": ["begun"]})
    base = alt.Chart(day).encode(x=alt.X("Start:T"))
    word = base.mark_text(align="left", dx=4, baseline="top", color=theme.INK)
    return [
        base.mark_rule(strokeDash=[1, 3], color=theme.INK, strokeWidth=2),
        word.encode(text=alt.Text("Word:N"), y=alt.value(0)),
    ]
