"""What the figures of process map timing share: why nothing is drawn, what is hidden, names of steps and holders."""

from collections.abc import Iterable

import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import nothing
from workbench.charts.figure import Figure
from workbench.charts.process_words import number, percent
from workbench.findings.model import Verdict

HIDDEN = "suppressed"
CALENDAR, WORKING = "calendar days", "working days"
UNITS = {CALENDAR: "days", WORKING: "working days"}
MARKS = tuple(zip(("circle", "square", "triangle-up", "diamond"), theme.SERIES, strict=False))
VERDICT_MARKS = {
    Verdict.SLOWER: "triangle-down",
    Verdict.FASTER: "triangle-up",
    Verdict.NO_CLEAR_CHANGE: "circle",
    Verdict.CANT_TELL: "diamond",
}
# A name of two steps stands on two lines; any other stays whole.
TWO_LINES = {"labelExpr": "split(replace(datum.label, ' → ', ' →|'), '|')", "labelLimit": 230}
LONG_NAMES = {"labelLimit": 230}


def of_period(results, name: str) -> pd.DataFrame:
    """Rows of a frame; a frame without columns has none, and each column that is asked for is there."""
    frame = results.frames().get(name)
    return pd.DataFrame(columns=["state"]) if frame is None or "state" not in frame.columns else frame


def shown(frame: pd.DataFrame, value: str = "") -> pd.DataFrame:
    """Rows that are not suppressed, and that have the value."""
    rows = frame[frame["state"] != HIDDEN]
    return rows.dropna(subset=[value]) if value and len(rows) else rows


def why_empty(frame: pd.DataFrame, value: str, absent: str, few: str = "") -> str:
    """Why a figure has no mark; empty where it has one.

    Parameters
    ----------
    frame : DataFrame
        Released.
    value : str
        Column that is drawn.
    absent : str
        What it means that there are no rows.
    few : str
        What it means that no row has the value.
    """
    if frame.empty:
        return absent
    if (frame["state"] == HIDDEN).all():
        return "Every figure is suppressed to protect privacy."
    return "" if len(shown(frame, value)) else few or "Too few cases to tell."


def silent(name: str, title: str, why: str) -> Figure:
    """A figure without a mark: it says why."""
    table = pd.DataFrame({"What is not known": [why]})
    return Figure(name=name, title=title, text=why, see=why, table=table, chart=nothing(why))


def told(table: pd.DataFrame, why: str) -> pd.DataFrame:
    """A table, or where it has no rows one that says why."""
    return table if len(table) else pd.DataFrame({"Nothing to list": [why]})


def limited(rows: pd.DataFrame, value: str, lower: str, upper: str, said=number) -> list[str | None]:
    """Figures with their limits, in one text each: ``2.2 (−0.9 to 9)``; None where there is no figure."""
    found = []
    for figure, low, high in zip(rows[value], rows[lower], rows[upper], strict=True):
        if pd.isna(figure):
            found.append(None)
        elif pd.isna(low) and pd.isna(high):
            found.append(said(figure))
        else:
            found.append(f"{said(figure)} ({_between(low, high, said)})")
    return found


def _between(low: float, high: float, said) -> str:
    if pd.isna(high):
        return f"{said(low)} or more"
    return f"up to {said(high)}" if pd.isna(low) else f"{said(low)} to {said(high)}"


def percents(values: pd.Series) -> list[str]:
    """Shares in percent; empty where they are not known."""
    return ["" if pd.isna(value) else percent(value) for value in values]


def not_drawn(frame: pd.DataFrame, drawn: int, what: str) -> str:
    """How many rows are not drawn, and why, as a sentence with a space before it."""
    hidden = int((frame["state"] == HIDDEN).sum())
    others = len(frame) - hidden - drawn
    said = [f"{others:,} of which too little is known"] if others else []
    said += [f"{hidden:,} suppressed to protect privacy"] if hidden else []
    return f" {what} not drawn: {' and '.join(said)}." if said else ""


def edge_names(rows: pd.DataFrame) -> list[str]:
    """Two steps in one name."""
    return [f"{start} → {end}" for start, end in zip(rows["from"], rows["to"], strict=True)]


def verdict_marks(words: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Shape and colour of each verdict that is drawn."""
    return {
        str(word): (shape, theme.colour_of(word))
        for word, shape in VERDICT_MARKS.items()
        if word in set(words)
    }


def holder_name(results, holder: str) -> str:
    """Who holds a case, in words: a word that the city declares has what it stands for beside it."""
    kind = results.facts.get("holders", {}).get(holder, "")
    plain = {"city": "The city", "applicant": "The applicant", "agency": "Another agency", "hold": "On hold"}
    name = plain.get(holder, holder[:1].upper() + holder[1:])
    return f"{name} ({plain[kind].lower()})" if kind in plain and kind != holder else name
