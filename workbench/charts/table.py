"""Released rows as a table that a screen reader, a printer and a pasted mail all understand."""

from html import escape
from itertools import groupby

import numpy as np
import pandas as pd

from workbench.analyses import CELLS, STATE
from workbench.findings.model import Verdict

ROWS = 60
BLANKS = {
    "suppressed": "suppressed to protect privacy",
    "no data": "no data",
    "zero": "0",
    "unreliable": "unreliable",
}
NONE = "none"  # of a row that has its counts: no upper limit, no target
_COUNTED = ("value", "zero", "unreliable")
_HEADERS = {"p": "p", "q": "q", "n": "Number", "id": "Id"}


def table_html(frame: pd.DataFrame, caption: str, rows: int = ROWS) -> str:
    """A semantic table: caption, scope on every header, numbers aligned, blanks told in words.

    Parameters
    ----------
    frame : DataFrame
        Released rows. The first column names the row; ``state`` says why a value is blank
        or not to be relied on and ``cells`` is not shown. A blank of a row that has its counts is
        ``none``; without a column ``state`` a blank is ``no data``.
    caption : str
        What the table is.
    rows : int
        A longer table is shortened to so many rows, and says so.

    Returns
    -------
    str
        HTML with every value escaped, in a box that scrolls by itself on a narrow screen.
    """
    shown = frame.head(rows)
    columns = {name: _kind(shown[name]) for name in frame.columns if name not in (CELLS, STATE)}
    states = _states(shown)
    texts = [_texts(shown[name], kind, states) for name, kind in columns.items()]
    kinds, names = list(columns.values()), [header(name) for name in columns]
    if "unreliable" in states:
        kinds, names = [*kinds, "text"], [*names, "Note"]
        texts.append([BLANKS[state] if state == "unreliable" else "" for state in states])
    head = "".join(
        f'<th scope="col"{_class(kind)}>{escape(name)}</th>' for name, kind in zip(names, kinds, strict=True)
    )
    body = "".join(_row(kinds, row) for row in zip(*texts, strict=True)) or _nothing(len(names))
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="Table: {escape(caption)}">'
        f"<table><caption>{escape(caption)}{_shortened(len(frame), rows)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def header(name) -> str:
    """A column's name for people: ``lead_time`` is ``Lead time``."""
    text = str(name)
    if text in _HEADERS:
        return _HEADERS[text]
    text = text.replace("_", " ") if text.isidentifier() else text
    return text[:1].upper() + text[1:]


def number_text(value: float, digits: int) -> str:
    """A number with thousands separated, and a real minus sign."""
    text = f"{value:,.{digits}f}"
    if text.strip("-0."):
        return text.replace("-", "−")
    if digits and value:
        return f"less than {10**-digits:g}" if value > 0 else f"between −{10**-digits:g} and 0"
    return text.removeprefix("-")


def digits_of(values: pd.Series) -> int:
    """Decimals that a column of numbers is shown with: the same for all its rows."""
    present = values.to_numpy(float, na_value=np.nan)
    present = present[~np.isnan(present)]
    if not present.size or (present % 1 == 0).all():
        return 0
    return digits_for(np.abs(present).max())


def digits_for(size: float) -> int:
    """Decimals of numbers of a size that are not whole."""
    return 0 if size >= 1000 else 1 if size >= 10 else 2 if size >= 1 else 3


def _shortened(total: int, rows: int) -> str:
    return f" (the first {rows:,} of {total:,} rows)" if total > rows else ""


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "text"
    return "number" if pd.api.types.is_numeric_dtype(values) else "text"


def _class(kind: str) -> str:
    return ' class="number"' if kind == "number" else ""


def _states(frame: pd.DataFrame) -> list[str]:
    if STATE not in frame.columns:
        return ["unknown"] * len(frame)
    return ["value" if pd.isna(state) else str(state) for state in frame[STATE]]


def _texts(values: pd.Series, kind: str, states: list[str]) -> list[str]:
    digits = digits_of(values) if kind == "number" else 0
    pairs = zip(values, states, strict=True)
    return [_text(value, kind, digits, state) for value, state in pairs]


def _text(value, kind: str, digits: int, state: str) -> str:
    if _is_missing(value):
        return NONE if state in _COUNTED else BLANKS.get(state, BLANKS["no data"])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "number":
        return number_text(float(value), digits)
    return _plain(value)


def _is_missing(value) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and pd.isna(value))


def _plain(value) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    if isinstance(value, float):
        return number_text(value, 0 if value.is_integer() else 3)
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


def _nothing(columns: int) -> str:
    """The one row of a table without rows."""
    return f'<tr><td colspan="{max(columns, 1)}" class="blank">nothing to list</td></tr>'


def _row(kinds: list[str], texts: tuple[str, ...]) -> str:
    cells = [f'<th scope="row">{escape(texts[0])}</th>']
    for hidden, run in groupby(zip(texts[1:], kinds[1:], strict=True), key=_suppressed):
        columns = list(run)
        if hidden:
            cells.append(f'<td colspan="{len(columns)}" class="blank">{escape(BLANKS["suppressed"])}</td>')
        else:
            cells.extend(f"<td{_class(kind)}>{escape(text)}</td>" for text, kind in columns)
    return f"<tr>{''.join(cells)}</tr>"


def _suppressed(cell: tuple[str, str]) -> bool:
    """A blank that is hidden, and the verdict that says the same."""
    return cell[0] in (BLANKS["suppressed"], str(Verdict.SUPPRESSED))
