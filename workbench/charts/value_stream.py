"""The value stream map: one page to print, in black and grey.

Boxes are the steps of the usual path, triangles the cases at hand before each, and the ladder
below has the wait between them above and the work in them below (Rother and Shook 1999).
"""

from xml.etree import ElementTree

import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure
from workbench.charts.map_words import drawing, element, text_width, words, wrapped
from workbench.charts.process_words import (
    CALENDAR,
    NOT_KNOWN,
    WORKING,
    dates_only,
    duration,
    number,
    percent,
)
from workbench.charts.process_words import period as period_said
from workbench.charts.value_stream_rows import Station, stations
from workbench.findings.messages import fill
from workbench.findings.rows import records

WIDTH, MARGIN = 1040.0, 20.0
A_ROW = 5  # stations on one row
ROWS = 3  # rows on one page
BOX, BOX_TOP, BOX_HEIGHT = 142.0, 40.0, 116.0
ROW_HEIGHT = 252.0
HEAD = 44.0  # of the page: its heading
LADDER = 200.0  # from the top of a row to the middle of its ladder
NAME, SMALL = 11.5, 11.0
_LETTERS = 20  # of a name on one line of a box
_LEAST = 0.95  # of its size: it has the smallest letters of all drawings


def value_stream_map(results) -> Figure:
    """The value stream of the period, as one page to print.

    Parameters
    ----------
    results : ProcessResults
        Released.
    """
    found = stations(results)
    shown = found[: A_ROW * ROWS]
    whole = _whole(results)
    return Figure(
        name="value-stream-map",
        title=f"Value stream of {results.facts['noun']}, {period_said(results)}",
        text=f"{len(shown)} steps of the usual path, from left to right. {_told(shown)} {_sentence(whole)}{_rest(found)}",
        see="Above the ladder is the usual wait before each step, below it the usual work in it. Where a start of "
        f"work is not recorded, the work is a range from nothing to the longest it can have been.{dates_only(results)}{_rest(found)}",
        table=_table(found),
        drawn=_drawn(shown, whole, _heading(results)),
        is_printed=True,
    )


def _whole(results) -> list[tuple[str, str]]:
    """What is said of all steps together: lead time, work and the share of the time that adds value."""
    rows = results.lead_times
    own = records(rows[(rows["interval"] == results.facts["period"]) & (rows["clock"] == CALENDAR)])
    lead = duration(own[0]["median"]) if own else ""
    said = [("Half are closed within", lead or NOT_KNOWN)]
    for clock, words_of_clock in ((CALENDAR, "by the calendar"), (WORKING, "of working time")):
        for measure, name in (
            ("activity ratio", "Work"),
            ("process cycle efficiency", "Work that adds value"),
        ):
            said.append((f"{name}, {words_of_clock}", _range(results.efficiency, clock, measure)))
    return said


def _range(efficiency: pd.DataFrame, clock: str, measure: str) -> str:
    chosen = (efficiency["clock"] == clock) & (efficiency["measure"] == measure)
    rows = records(efficiency[chosen])
    if not rows or pd.isna(rows[0]["at_least"]):
        return NOT_KNOWN
    least, most = rows[0]["at_least"], rows[0]["at_most"]
    return percent(least) if pd.isna(most) or least == most else f"{percent(least)} to {percent(most)}"


def _table(found: list[Station]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Step": [each.name for each in found],
            "Adds value": ["yes" if each.is_value_adding else "no" for each in found],
            "At hand before it": [each.at_hand for each in found],
            "Held by": [each.holder for each in found],
            "Wait before it": [each.wait for each in found],
            "Wait in working time": [each.working_wait for each in found],
            "Work": [each.work for each in found],
            "Complete and accurate": [each.accurate for each in found],
            "People": [each.people for each in found],
        }
    )


def _told(shown: list[Station]) -> str:
    if not shown:
        return "No path is usual enough to be drawn."
    parts = [f"{each.name}: wait {each.wait or 'none'}, work {each.work}" for each in shown]
    return "; ".join(parts) + "."


def _sentence(whole: list[tuple[str, str]]) -> str:
    return " ".join(f"{name}: {value}." for name, value in whole)


def _rest(found: list[Station]) -> str:
    left = len(found) - A_ROW * ROWS
    return f" {number(left)} later steps are in the table only." if left > 0 else ""


def _heading(results) -> tuple[str, str]:
    """What stands over the page: of what, and of when."""
    as_of = fill("{as_of:date}", {"as_of": results.facts["as_of"]})
    said = f"Value stream, {period_said(results)}. Data as of {as_of}. Waits and work are medians."
    return results.facts["title"], said


def _drawn(shown: list[Station], whole: list[tuple[str, str]], heading: tuple[str, str]) -> str:
    rows = [shown[start : start + A_ROW] for start in range(0, len(shown), A_ROW)]
    height = HEAD + len(rows) * ROW_HEIGHT + 84
    root = drawing(WIDTH, height, _LEAST)
    root.append(words(_fitted(heading[0], WIDTH - 2 * MARGIN, 18), MARGIN, 30, 18, bold=True, anchor="start"))
    root.append(words(heading[1], MARGIN, 50, 12, anchor="start"))
    for place, row in enumerate(rows):
        root.extend(_row(row, HEAD + place * ROW_HEIGHT))
    root.extend(_totals(whole, HEAD + len(rows) * ROW_HEIGHT + 10))
    return ElementTree.tostring(root, encoding="unicode")


def _row(row: list[Station], top: float) -> list[ElementTree.Element]:
    pitch = (WIDTH - 2 * MARGIN) / A_ROW
    parts = []
    for place, station in enumerate(row):
        left = MARGIN + place * pitch + (pitch - BOX)
        if station.wait:
            parts += _stock(station, left - (pitch - BOX) / 2, top + BOX_TOP)
        parts += [*_box(station, left, top + BOX_TOP), *_rung(station, left, pitch - BOX, top + LADDER)]
    return parts


def _stock(station: Station, middle: float, top: float) -> list[ElementTree.Element]:
    """The triangle of cases at hand, and the arrow that pushes them on."""
    points = f"{middle:g},{top + 20:g} {middle - 19:g},{top + 54:g} {middle + 19:g},{top + 54:g}"
    parts = [
        element("polygon", points=points, fill=theme.PAPER, stroke=theme.INK, **{"stroke-width": 1.2}),
        words("I", middle, top + 49, 13, bold=True),
        words(station.at_hand, middle, top + 69, NAME, bold=True),
    ]
    tip = middle + 25
    arrow = f"M{middle - 24:g},{top + 84:g} L{tip - 6:g},{top + 84:g}"
    parts.append(element("path", d=arrow, stroke=theme.INK, fill="none", **{"stroke-width": 2}))
    head = f"{tip:g},{top + 84:g} {tip - 8:g},{top + 79:g} {tip - 8:g},{top + 89:g}"
    parts.append(element("polygon", points=head, fill=theme.INK))
    return parts


def _box(station: Station, left: float, top: float) -> list[ElementTree.Element]:
    """The box of a step: its name, then its facts; a thick border where it adds value."""
    thick = 3.0 if station.is_value_adding else 1.0
    border = {"fill": theme.PAPER, "stroke": theme.INK, "stroke-width": thick}
    parts = [element("rect", x=left, y=top, width=BOX, height=BOX_HEIGHT, **border)]
    names = wrapped(station.name, _LETTERS)
    for place, line in enumerate(names):
        parts.append(
            words(line, left + BOX / 2, top + (22 if len(names) == 1 else 15) + 14 * place, NAME, bold=True)
        )
    parts.append(
        element("path", d=f"M{left:g},{top + 38:g} h{BOX:g}", stroke=theme.INK, **{"stroke-width": 1})
    )
    facts = [("Work", station.work), ("%C&A", station.accurate), ("People", station.people)]
    facts.append(("Adds value", "yes" if station.is_value_adding else "no"))
    for place, (name, value) in enumerate(facts):
        y = top + 54 + 17 * place
        parts.append(words(name, left + 6, y, SMALL, anchor="start"))
        parts.append(
            words(
                _fitted(value, BOX - 18 - text_width(name, SMALL), SMALL),
                left + BOX - 6,
                y,
                SMALL,
                bold=True,
                anchor="end",
            )
        )
    return parts


def _rung(station: Station, left: float, gap: float, middle: float) -> list[ElementTree.Element]:
    """One rung of the ladder: up during the wait, down during the work."""
    high, low = middle - 16, middle + 16
    path = f"M{left - gap:g},{high:g} H{left:g} V{low:g} H{left + BOX:g}"
    if not station.wait:
        path = f"M{left:g},{low:g} H{left + BOX:g}"
    parts = [element("path", d=path, stroke=theme.INK, fill="none", **{"stroke-width": 1.6})]
    parts.append(words(station.work, left + BOX / 2, low + 15, SMALL))
    if station.wait:
        parts.append(words(station.wait, left - gap / 2, high - 6, SMALL, bold=True))
        held = "" if station.holder == "city" else f"({station.holder})"
        parts.append(words(_fitted(held, gap + 30, SMALL), left - gap / 2, high + 13, SMALL))
    return parts


def _totals(whole: list[tuple[str, str]], top: float) -> list[ElementTree.Element]:
    pitch = (WIDTH - 2 * MARGIN) / len(whole)
    border = {"fill": "none", "stroke": theme.INK, "stroke-width": 1}
    parts = [element("rect", x=MARGIN, y=top, width=WIDTH - 2 * MARGIN, height=56.0, **border)]
    for place, (name, value) in enumerate(whole):
        middle = MARGIN + (place + 0.5) * pitch
        parts += [words(name, middle, top + 22, SMALL), words(value, middle, top + 42, 13, bold=True)]
    return parts


def _fitted(text: str, room: float, size: float) -> str:
    """The text, or as much of it as there is room for."""
    if text_width(text, size, bold=True) <= room:
        return text
    kept = next(
        (cut for cut in range(len(text), 0, -1) if text_width(text[:cut], size, bold=True) <= room - 8), 0
    )
    return text[:kept].rstrip() + "…"
