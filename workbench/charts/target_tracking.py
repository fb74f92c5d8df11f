"""Figures of target tracking, drawn from released rows.

Shape tells the same as colour. A value that is hidden or missing leaves a gap in the line and is named
in the table; a value that may still change is drawn hollow.
"""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures
from workbench.charts.table import digits_of, number_text
from workbench.charts.target_rows import LEFT_OUT, PROVISIONAL, WORDS, Measured, period_words, statuses
from workbench.findings.tones import tone_of

_SHAPES = {
    WORDS["common_cause"]: "circle",
    WORDS["special_cause_improvement"]: "triangle-up",
    WORDS["special_cause_concern"]: "triangle-down",
    WORDS["special_cause_neutral_high"]: "diamond",
    WORDS["special_cause_neutral_low"]: "diamond",
    WORDS[""]: "circle",
    PROVISIONAL: "square",
    LEFT_OUT: "cross",
}
_COLOURS = {
    WORDS["common_cause"]: theme.TONE_COLOURS["steady"],
    WORDS["special_cause_improvement"]: theme.TONE_COLOURS["good"],
    WORDS["special_cause_concern"]: theme.TONE_COLOURS["concern"],
    WORDS["special_cause_neutral_high"]: theme.TONE_COLOURS["watch"],
    WORDS["special_cause_neutral_low"]: theme.TONE_COLOURS["watch"],
    WORDS[""]: theme.TONE_COLOURS["open"],
    PROVISIONAL: theme.TONE_COLOURS["open"],
    LEFT_OUT: theme.TONE_COLOURS["open"],
}
_TONE_SHAPES = {
    "concern": "triangle-down",
    "good": "triangle-up",
    "watch": "diamond",
    "steady": "circle",
    "open": "cross",
    "hidden": "square",
}


def process_chart(results, measure: str | None = None, period: str | None = None) -> Figure:
    """A measure over time: values, mean, process limits and target, each kind of point with its own shape.

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
    rows = shown.points()
    title = f"{shown.facts['title']}, {_span(rows)}"
    return Figure(
        name=f"process-{shown.slug}",
        title=title,
        text=_process_text(shown, rows),
        see=f"Status: {_status(shown)}. {_chart_of(shown)}The thin line is the mean, dashed lines are process limits, a dotted line is "
        "the target. Triangles and diamonds are signals; circles are the usual ups and downs.",
        table=rows.drop(columns=["Start", "phase"]).dropna(axis="columns", how="all"),
        chart=_process(shown, rows, period),
    )


def process_charts(results) -> Figures:
    """A process chart of every measure that has values, in the order of the catalog."""
    known = set(results.points["measure"])
    return Figures(process_chart(results, id) for id in results.measures["measure"] if id in known)


def _span(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "no values"
    return f"{period_words(rows['Interval'].iloc[0])} to {period_words(rows['Interval'].iloc[-1])}"


def _status(shown: Measured) -> str:
    status = shown.verdict["status"]
    return "not shown, to protect privacy" if pd.isna(status) else str(status)


def _chart_of(shown: Measured) -> str:
    """Which chart it is judged by and why; which values are left out and why."""
    said = [shown.verdict.get("chart_reason"), *shown.left_out()]
    return "".join(f"{sentence} " for sentence in said if isinstance(sentence, str) and sentence)


def _process_text(shown: Measured, rows: pd.DataFrame) -> str:
    """The text alternative: what is drawn, the latest value, the limits, the signals."""
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
    hidden = int((rows["state"] == "suppressed").sum())
    parts.append(f"{hidden} values are suppressed to protect privacy." if hidden else "")
    return " ".join(part for part in parts if part)


def _process(shown: Measured, rows: pd.DataFrame, period: str | None) -> alt.LayerChart:
    drawn = rows.drop(columns=["state", "Interval"])
    base = alt.Chart().encode(x=alt.X("Start:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6)))
    y = alt.Y("Value:Q", title=shown.axis or "value", scale=alt.Scale(zero=False))
    dashed = base.mark_line(strokeDash=[6, 3], strokeWidth=1.5, color=theme.MUTED)
    layers = [
        dashed.encode(y=alt.Y("Lower limit:Q"), detail=alt.Detail("phase:N")),
        dashed.encode(y=alt.Y("Upper limit:Q"), detail=alt.Detail("phase:N")),
        base.mark_line(strokeWidth=1.2, color=theme.MUTED).encode(
            y=alt.Y("Mean:Q"), detail=alt.Detail("phase:N")
        ),
        base.mark_line(strokeWidth=1.5, color=theme.ACCENT).encode(y=y),
        *_targets(base, rows),
        _points(base, rows),
        *_marked(rows, period),
    ]
    return alt.layer(*layers, data=drawn).properties(width=theme.WIDTH, height=200)


def _targets(base: alt.Chart, rows: pd.DataFrame) -> list[alt.Chart]:
    """The target as a step line in its own colour and dash, where there is one."""
    line = base.mark_line(interpolate="step", strokeDash=[2, 2], strokeWidth=2, color=theme.SERIES[3])
    return [
        line.encode(y=alt.Y(f"{name}:Q"))
        for name in ("Target", "Target from", "Target to")
        if rows[name].notna().any()
    ]


def _points(base: alt.Chart, rows: pd.DataFrame) -> alt.LayerChart:
    """Each kind of point in its shape and colour; those that may still change or are left out are hollow."""
    present = [word for word in _SHAPES if (rows["Point"] == word).any()]
    shapes = alt.Scale(domain=present, range=[_SHAPES[word] for word in present])
    colours = alt.Scale(domain=present, range=[_COLOURS[word] for word in present])
    known = base.transform_filter("isValid(datum.Value)").encode(
        y=alt.Y("Value:Q"),
        shape=alt.Shape("Point:N", scale=shapes, title=None, legend=theme.legend(present)),
        color=alt.Color("Point:N", scale=colours, title=None, legend=theme.legend(present)),
    )
    changing = (alt.datum["Point"] == PROVISIONAL) | (alt.datum["Point"] == LEFT_OUT)
    solid = known.transform_filter(~changing).mark_point(filled=True, size=60, opacity=1)
    hollow = known.transform_filter(changing).mark_point(filled=False, size=60, opacity=1, strokeWidth=2)
    return alt.layer(solid, hollow)


def _marked(rows: pd.DataFrame, period: str | None) -> list[alt.Chart]:
    """A vertical line at the interval that was asked for."""
    own = rows.loc[rows["Interval"] == period, ["Start"]]
    return (
        [alt.Chart(own).mark_rule(strokeDash=[1, 3], color=theme.INK).encode(x=alt.X("Start:T"))]
        if len(own)
        else []
    )


def overview(results) -> Figure:
    """The verdicts of all measures in words: change, target, outlook; a page of signs as a summary."""
    rows = statuses(results)
    order = list(rows["Measure"])
    drawn = pd.concat(
        [_strip(rows, "Change", "verdict"), _strip(rows, "Target", "target_verdict"), _outlooks(rows)]
    )
    base = alt.Chart().encode(
        y=alt.Y("Measure:N", sort=order, title=None, axis=alt.Axis(labelLimit=260)),
        x=alt.X(
            "Column:N",
            sort=["Change", "Target", "Outlook"],
            title=None,
            axis=alt.Axis(orient="top", labelAngle=0),
        ),
    )
    tones = list(_TONE_SHAPES)
    shape = alt.Shape("Tone:N", scale=alt.Scale(domain=tones, range=list(_TONE_SHAPES.values())), legend=None)
    colour = alt.Color(
        "Tone:N", scale=alt.Scale(domain=tones, range=[theme.TONE_COLOURS[t] for t in tones]), legend=None
    )
    signs = base.mark_point(filled=True, size=90, opacity=1, xOffset=-46).encode(shape=shape, color=colour)
    words = base.mark_text(align="left", dx=-36, fontSize=12).encode(text=alt.Text("Word:N"))
    return Figure(
        name="overview",
        title=f"Verdicts on {len(rows)} measures",
        text="A table of signs and words, one row a measure. " + _overview_text(rows),
        see=f"{_met(results)} Triangles pointing down are concerns, pointing up good news; diamonds need a look.",
        table=rows.drop(columns=["verdict", "target_verdict"]),
        chart=alt.layer(signs, words, data=drawn).properties(width=alt.Step(118), height=alt.Step(theme.ROW)),
    )


def _met(results) -> str:
    """How many measures met their latest target and how many did not, of those of which it can be said."""
    met = results.measures["meets_target"].dropna().astype(bool)
    return f"Of {len(met)} measures whose latest value can be held against a target, {met.sum()} met it and {(~met).sum()} did not."


def _strip(rows: pd.DataFrame, column: str, verdict: str) -> pd.DataFrame:
    tones = [tone_of(word).name if isinstance(word, str) and word else "open" for word in rows[verdict]]
    found = pd.DataFrame({"Measure": rows["Measure"], "Column": column, "Word": rows[column], "Tone": tones})
    return found[found["Word"] != "no target"]


def _outlooks(rows: pd.DataFrame) -> pd.DataFrame:
    tones = rows["Outlook"].map({"likely": "good", "uncertain": "watch", "unlikely": "concern"})
    found = pd.DataFrame(
        {"Measure": rows["Measure"], "Column": "Outlook", "Word": rows["Outlook"], "Tone": tones}
    )
    return found.dropna(subset=["Tone"])


def _overview_text(rows: pd.DataFrame) -> str:
    named = [
        f"{row['Measure']}: {', '.join(word for word in (row['Change'], row['Target'], row['Outlook']) if word)}"
        for row in rows.to_dict("records")
    ]
    return "; ".join(named) + "."


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
        title=f"{shown.facts['title']} by group{when}",
        text=f"Dots, one row a group: {values or 'none'}, {shown.axis}."
        + (f" Suppressed to protect privacy: {', '.join(hidden)}." if hidden else ""),
        see="Lines are 95% intervals: groups whose lines overlap may differ by chance alone.",
        table=rows,
        chart=alt.layer(*layers, data=drawn).properties(
            width=theme.WIDTH, height=max(1, len(rows)) * theme.ROW
        ),
    )


def group_charts(results) -> Figures:
    """A chart by group of every measure that declares groups or places."""
    cut = set(results.groups["measure"])
    return Figures(groups(results, id) for id in results.measures["measure"] if id in cut)
