"""One page of signs: what each measure does, against its target and towards its date, in words beside shapes."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.target_rows import Measured, row_of
from workbench.charts.target_words import CHARTS, gate, pace
from workbench.findings.messages import fill
from workbench.findings.model import Verdict
from workbench.findings.tones import tone_of

SHORT = {
    Verdict.CANNOT_MEET: "cannot meet",
    Verdict.RELIABLY_MEETS: "reliably meets",
    Verdict.COMMON_CAUSE: "no signal",
    Verdict.SUPPRESSED: "not shown",
}
SHAPES = {
    "concern": "triangle-down",
    "good": "triangle-up",
    "watch": "diamond",
    "steady": "circle",
    "open": "cross",
    "hidden": "square",
}
_OUTLOOKS = {"likely": "good", "uncertain": "watch", "unlikely": "concern"}
_STEADY = {str(word) for word in (Verdict.COMMON_CAUSE, Verdict.CANT_TELL, Verdict.SUPPRESSED)}
COLUMNS = ["Change", "Target", "Outlook", "Status"]
_GAPS = (Verdict.NARROWING, Verdict.NO_CLEAR_CHANGE)  # where no group fell further behind
_GAP_WORDS = {
    Verdict.WIDENING: "gap widened",
    Verdict.NARROWING: "gap narrowed",
    Verdict.NO_CLEAR_CHANGE: "gap steady",
}


def signs(results) -> Figure:
    """The verdicts of all measures in words beside shapes: a page to print and to begin a meeting with."""
    rows = statuses(results)
    strips = {"Change": "verdict", "Target": "target_verdict"}
    drawn = pd.concat([*(_strip(rows, *names) for names in strips.items()), _outlooks(rows), _now(rows)])
    return Figure(
        name="overview",
        title=f"Verdicts on {len(rows)} measures",
        text="A table of signs and words, one row a measure. " + _text(rows),
        see=f"{_met(results)} {_by_chance(results)}Triangles pointing down are concerns, pointing up good news; "
        "diamonds need a look.",
        table=_table(results, rows),
        chart=_chart(rows, drawn, _heading(results)),
        is_printed=True,
    )


def _heading(results) -> alt.Title:
    """What the printed page needs to be read alone: of whom, of when, and what the shapes are."""
    facts = results.facts
    department = str(facts.get("department", "")).replace("_", " ").capitalize()
    when = [
        fill(sentence, {"it": facts[name]})
        for name, sentence in (("period", "{it:period}"), ("as_of", "as of {it:date}"))
        if facts.get(name)
    ]
    shapes = "Triangle down: concern. Triangle up: good news. Diamond: look. Circle: steady. Cross: open."
    return alt.Title(", ".join([department or "Measures", *when]), subtitle=shapes, fontSize=14, offset=12)


def _chart(rows: pd.DataFrame, drawn: pd.DataFrame, heading: alt.Title) -> alt.LayerChart:
    base = alt.Chart().encode(
        y=alt.Y("Measure:N", sort=list(rows["Measure"]), title=None, axis=alt.Axis(labelLimit=340)),
        x=alt.X("Column:N", sort=COLUMNS, title=None, axis=alt.Axis(orient="top", labelAngle=0)),
    )
    tones = list(SHAPES)
    shape = alt.Shape("Tone:N", scale=alt.Scale(domain=tones, range=list(SHAPES.values())), legend=None)
    colours = alt.Scale(domain=tones, range=[theme.TONE_COLOURS[tone] for tone in tones])
    marks = base.mark_point(filled=True, size=90, opacity=1, xOffset=-46).encode(
        shape=shape, color=alt.Color("Tone:N", scale=colours, legend=None)
    )
    words = base.mark_text(align="left", dx=-36, fontSize=12).encode(text=alt.Text("Word:N"))
    size = {"width": alt.Step(126), "height": alt.Step(theme.ROW)}
    return layer(marks, words, data=drawn, **size, title=heading)


def needs_a_look(results, measure: str) -> bool:
    """Whether a measure shows a signal or a gap that widened, is to be checked, or has a target out of reach."""
    row = row_of(results.verdicts, measure)
    out_of_reach = row["target_verdict"] == Verdict.CANNOT_MEET or row.get("outlook") == "unlikely"
    widened = gap_of(results, measure) == Verdict.WIDENING
    return out_of_reach or widened or str(row["verdict"]) not in _STEADY


def gap_of(results, measure: str) -> str:
    """The worst that is known of the gaps of a measure: widening where a group fell further behind; empty without."""
    frame = results.gap_verdicts
    if frame.empty:
        return ""
    told = zip(*(frame[name].tolist() for name in ("measure", "verdict", "behind")), strict=True)
    own = [(verdict, behind) for id, verdict, behind in told if id == measure]
    if any(verdict == Verdict.WIDENING and behind != "no" for verdict, behind in own):
        return str(Verdict.WIDENING)
    words = {verdict for verdict, _ in own}
    return next((str(word) for word in _GAPS if word in words), "")


def statuses(results) -> pd.DataFrame:
    """Measure, Change, Target, Outlook, Gap and Status of each measure, in short words.

    The status is of now: whether the latest value meets its target, and what the gap between its groups does, so that
    an average that is met does not stand alone: ``met; gap widened``.
    """
    table = results.measures.merge(results.verdicts, on="measure", suffixes=("", "_of_verdict"), sort=False)
    gaps = [gap_of(results, id) for id in table["measure"]]
    return pd.DataFrame(
        {
            "Measure": table["title"],
            "Change": table["verdict"].map(_short),
            "Target": table["target_verdict"].map(_short),
            "Outlook": table["outlook"].fillna(""),
            "Gap": gaps,
            "Status": [_status(*pair) for pair in zip(table["meets_target"], gaps, strict=True)],
            "verdict": table["verdict"],
            "target_verdict": table["target_verdict"].fillna(""),
            "state": table["state_of_verdict"],
        }
    )


def _table(results, rows: pd.DataFrame) -> pd.DataFrame:
    """The verdicts, how each measure is judged (its chart and why, what was looked at before), and the pace it needs."""
    found = [Measured(results, id) for id in results.measures["measure"]]
    told = {
        "Pace": [pace(one) or "no pace to keep" for one in found],
        "Chart": [CHARTS.get(one.verdict.get("chart"), "") for one in found],
        "Why": [one.verdict.get("chart_reason") or "" for one in found],
        "Before judging": [gate(one) for one in found],
    }
    hidden = rows["state"] == "suppressed"
    told = {name: pd.Series(words, rows.index, dtype=object).mask(hidden) for name, words in told.items()}
    return rows.drop(columns=["verdict", "target_verdict"]).assign(**told)


def _status(meets, gap: str) -> str:
    met = "" if pd.isna(meets) else "met" if meets else "not met"
    return "; ".join(words for words in (met, _GAP_WORDS[Verdict(gap)] if gap else "") if words)


def _short(word) -> str:
    if pd.isna(word) or not word:
        return "no target"
    return SHORT.get(Verdict(word), str(word))


def _met(results) -> str:
    """How many measures met their latest target and how many did not, of those of which it can be said."""
    met = results.measures["meets_target"].dropna().astype(bool)
    return f"Of {len(met)} measures whose latest value can be held against a target, {met.sum()} met it and {(~met).sum()} did not."


def _by_chance(results) -> str:
    """How many signals to expect by chance alone, of measures, their groups and gaps."""
    expected, judged = results.facts.get("false_alarms_expected"), results.facts.get("judged")
    if not expected or not judged:
        return ""
    groups = results.facts.get("judged_of_groups")
    also = f" and {groups} series of groups and gaps" if groups else ""
    return (
        f"If none of the {judged} measures{also} judged had changed, {expected:.2g} of them would be expected to show a signal "
        f"all the same: one false alarm in about {_reviews(expected)}. "
    )


def _reviews(expected: float) -> str:
    reviews = round(1 / expected)
    return f"{reviews} reviews" if reviews > 1 else "every review"


def _strip(rows: pd.DataFrame, column: str, verdict: str) -> pd.DataFrame:
    tones = [tone_of(word).name if isinstance(word, str) and word else "open" for word in rows[verdict]]
    found = pd.DataFrame({"Measure": rows["Measure"], "Column": column, "Word": rows[column], "Tone": tones})
    return found[found["Word"] != "no target"]


def _outlooks(rows: pd.DataFrame) -> pd.DataFrame:
    tones = rows["Outlook"].map(_OUTLOOKS)
    found = pd.DataFrame(
        {"Measure": rows["Measure"], "Column": "Outlook", "Word": rows["Outlook"], "Tone": tones}
    )
    return found.dropna(subset=["Tone"])


def _now(rows: pd.DataFrame) -> pd.DataFrame:
    """The status of now, in the tone of the gap; without one, a target that is not met is worth a look."""
    tones = [
        tone_of(gap).name if gap else "watch" if status.startswith("not") else "steady"
        for gap, status in zip(rows["Gap"], rows["Status"], strict=True)
    ]
    found = pd.DataFrame(
        {"Measure": rows["Measure"], "Column": "Status", "Word": rows["Status"], "Tone": tones}
    )
    return found[found["Word"] != ""]


def _told(row: dict) -> list[str]:
    return [row["Change"], row["Target"], row["Outlook"], row["Status"]]


def _text(rows: pd.DataFrame) -> str:
    named = [
        f"{row['Measure']}: {', '.join(word for word in _told(row) if word)}"
        for row in rows.to_dict("records")
    ]
    return "; ".join(named) + "."
