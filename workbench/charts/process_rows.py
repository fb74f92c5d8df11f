"""What the figures of process map timing share: why nothing is drawn, what is hidden, names of steps and holders."""

import altair as alt
import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import nothing
from workbench.charts.figure import Figure
from workbench.charts.process_words import CALENDAR, WORKING, number, percent
from workbench.findings.messages import fill
from workbench.findings.model import Verdict

HIDDEN = "suppressed"
MOST = 12  # rows that are drawn
UNITS = {CALENDAR: "days", WORKING: "working days"}
MARKS = tuple(zip(("circle", "square", "triangle-up", "diamond"), theme.SERIES, strict=False))
VERDICT_MARKS = {
    str(verdict): (shape, theme.colour_of(verdict))
    for verdict, shape in (
        (Verdict.WORSE_OFF, "triangle-down"),
        (Verdict.SLOWER, "triangle-down"),
        (Verdict.BETTER_OFF, "triangle-up"),
        (Verdict.FASTER, "triangle-up"),
        (Verdict.NO_DIFFERENCE, "circle"),
        (Verdict.NO_CLEAR_CHANGE, "circle"),
        (Verdict.CANT_TELL, "diamond"),
    )
}
# Long names are shortened in the middle: those of steps often begin alike. Two steps stand on two lines.
_ARROW = "indexof(datum.label, ' → ')"
_SHORT = "truncate({}, 32, 'center', '…')"
LONG_NAMES = {"labelExpr": _SHORT.format("datum.label"), "labelLimit": 240}
TWO_LINES = LONG_NAMES | {
    "labelExpr": f"{_ARROW} < 0 ? {LONG_NAMES['labelExpr']} : ["
    f"{_SHORT.format(f'slice(datum.label, 0, {_ARROW})')} + ' →', {_SHORT.format(f'slice(datum.label, {_ARROW} + 3)')}]"
}


def of_period(results, name: str) -> pd.DataFrame:
    """Rows of a frame; a frame without columns has none, and each column that is asked for is there."""
    frame = results.frames().get(name)
    return pd.DataFrame(columns=["state"]) if frame is None or "state" not in frame.columns else frame


def shown(frame: pd.DataFrame, value: str = "") -> pd.DataFrame:
    """Rows that are not suppressed, and that have the value."""
    return frame[_is_shown(frame, value)]


def _is_shown(frame: pd.DataFrame, value: str) -> np.ndarray:
    is_shown = (frame["state"] != HIDDEN).to_numpy(bool)
    return is_shown & frame[value].notna().to_numpy() if value and is_shown.any() else is_shown


def visible_edges(results) -> pd.DataFrame:
    """Edges that are not suppressed, the longest total wait first; the city holds where no holder is declared."""
    rows = shown(results.edges)
    rows = rows.assign(holder=rows["holder"].fillna(""))
    return rows.sort_values(["total_days", "from", "to"], ascending=[False, True, True], ignore_index=True)


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
    return "" if _is_shown(frame, value).any() else few or "Too few cases to tell."


def silent(name: str, title: str, why: str) -> Figure:
    """A figure without a mark: it says why."""
    table = pd.DataFrame({"What is not known": [why]})
    return Figure(name=name, title=title, text=why, see=why, table=table, chart=nothing(why))


def figure_of(frame: pd.DataFrame, value: str, drawn: int, what: str, **figure) -> Figure:
    """A figure that says in its text and below the picture what is not drawn, and why.

    Parameters
    ----------
    frame : DataFrame
        Released.
    value : str
        Column that is drawn.
    drawn : int
        Rows of the frame that are drawn.
    what : str
        What its rows are called, such as ``Steps``.
    **figure
        Of :class:`Figure`.
    """
    hidden = not_drawn(frame, value, drawn, what)
    return Figure(**figure | {name: f"{figure[name]}{hidden}" for name in ("text", "see")})


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


def of_hundred(
    rows: pd.DataFrame, value: str, lower: str, upper: str, name: str = "Percent"
) -> dict[str, pd.Series]:
    """Columns of shares with their limits, of a hundred."""
    return {name: 100 * rows[value], "At least": 100 * rows[lower], "At most": 100 * rows[upper]}


def own_times(step_times: pd.DataFrame) -> pd.DataFrame:
    """How long it is from the event before to this one by the calendar, where that is published: by activity."""
    if step_times.empty:
        return pd.DataFrame(columns=["median_days", "p90_days", "total_days"], dtype=float)
    return shown(step_times[step_times["clock"] == CALENDAR]).set_index("activity")


def percents(values: pd.Series) -> list[str]:
    """Shares in percent; empty where they are not known."""
    return ["" if pd.isna(value) else percent(value) for value in values]


def not_drawn(frame: pd.DataFrame, value: str, drawn: int, what: str) -> str:
    """How many rows are not drawn, and why, as a sentence with a space before it."""
    hidden, known = int((frame["state"] == HIDDEN).sum()), int(_is_shown(frame, value).sum())
    reasons = {
        f"after the first {drawn}": known - drawn,
        "of which too little is known": len(frame) - hidden - known,
        "suppressed to protect privacy": hidden,
    }
    said = [f"{count:,} {why}" for why, count in reasons.items() if count]
    return f" {what} not drawn: {fill('{said:list}', {'said': said})}." if said else ""


def edge_names(rows: pd.DataFrame) -> list[str]:
    """Names of pairs of steps."""
    return [edge_name(start, end) for start, end in zip(rows["from"], rows["to"], strict=True)]


def edge_name(start: str, end: str) -> str:
    """Two steps in one name, which :data:`TWO_LINES` takes apart."""
    return f"{start} → {end}"


def told_apart(column: str, marks: dict[str, tuple[str, str]], drawn: pd.Series) -> dict:
    """Channels that give each kind of mark that is drawn its shape and colour, with one legend."""
    names = [name for name in marks if name in set(drawn)]
    legend = alt.Legend(columns=1) if names else None
    shapes, colours = (
        alt.Scale(domain=names, range=[marks[name][place] for name in names]) for place in (0, 1)
    )
    return {
        "color": alt.Color(f"{column}:N", title=None, legend=legend, scale=colours),
        "shape": alt.Shape(f"{column}:N", title=None, legend=legend, scale=shapes),
    }


def holder_name(results, holder: str) -> str:
    """Who holds a case, in words: a word that the city declares has what it stands for beside it."""
    kind = results.facts.get("holders", {}).get(holder, "")
    plain = {"city": "The city", "applicant": "The applicant", "agency": "Another agency", "hold": "On hold"}
    name = plain.get(holder, holder[:1].upper() + holder[1:])
    return f"{name} ({plain[kind].lower()})" if kind in plain and kind != holder else name
