"""A theory of change as one drawing in columns: activity, output, outcome, goal, and what leads to what.

Nothing is told by colour: the column is the kind, the shape says it again, the status stands in each box as a
sign and in words, and a line that nobody declared is dashed. Each box is a link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import pandas as pd

from workbench.charts import map_marks as marks
from workbench.charts import theme
from workbench.charts.figure import Figure
from workbench.charts.map_layout import Layout, Link, laid_out
from workbench.charts.map_lines import rounded, shortened
from workbench.charts.map_words import BOLD, PLAIN, drawing, element, words, wrapped
from workbench.findings.tones import CONCERN, Tone

WIDTH, ROW, PAD, HEAD = 176.0, 15.0, 8.0, 46.0
_TITLE, _SAID = 24, 27  # characters of a row in bold and in plain
_LEAST = 0.75  # of its size
HEADS = {
    "activity": ("Activity", "what is done"),
    "output": ("Output", "what comes of it"),
    "outcome": ("Outcome", "what changes for people"),
    "goal": ("Goal", "of the plan"),
}
_DASHED = {"unsaid": "applicant"}  # kinds of edge: the dashes of a holder of the process map
_SOLID_WORDS, _DASHED_WORDS = "is meant to move", "serves the goal; through what is not declared"


@dataclass(frozen=True)
class Box:
    """One measure or goal as it is drawn.

    Parameters
    ----------
    name : str
        Its id.
    title : str
        Shortened to two lines; whole in the title that a pointer shows.
    column : str
        A key of :data:`HEADS`.
    rank : int
        Place from left to right.
    tone : Tone
    said : str
        Its status in words; of a goal those of its measures.
    note : str
        Below it: whose it is, or what kind of goal.
    href : str
        Where its link leads; empty without one.
    """

    name: str
    title: str
    column: str
    rank: int
    tone: Tone
    said: str
    note: str = ""
    href: str = ""


def theory_of_change(
    name: str, title: str, boxes: Sequence[Box], edges: pd.DataFrame, see: str = ""
) -> Figure:
    """The figure of one theory of change.

    Parameters
    ----------
    name, title : str
        Of the figure.
    boxes : sequence of Box
    edges : DataFrame
        ``start``, ``end`` and ``kind`` (``leads to``, ``serves``, ``unsaid``) of each line.
    see : str
        What to see in it.
    """
    ordered = sorted(boxes, key=lambda box: (box.rank, box.title, box.name))
    table = _table(ordered, edges)
    return Figure(name, title, _text(ordered, edges), see, table, drawn=drawn(boxes, edges), is_linked=True)


def drawn(boxes: Sequence[Box], edges: pd.DataFrame) -> str:
    """SVG of a theory with a heading above each column; the same in any order of its parts."""
    boxes = sorted(boxes, key=lambda box: box.name)
    lines = sorted(edges[["start", "end", "kind"]].itertuples(index=False, name=None))
    layout = _layout(boxes, lines)
    width = max(layout.width, 2 * WIDTH)
    key, top = _key(lines, width)
    body = element("g", transform=f"translate({(width - layout.width) / 2:g},{top + HEAD:g})")
    body.extend(_headings(boxes, layout))
    body.extend([_line(layout.paths[start, end], kind) for start, end, kind in lines])
    body.extend([_box(box, layout.nodes[box.name]) for box in boxes])
    root = drawing(width, layout.height + top + HEAD, _LEAST)
    root.extend([*marks.arrows(), *key, body])
    return ElementTree.tostring(root, encoding="unicode")


def _layout(boxes: Sequence[Box], lines: Sequence[tuple[str, str, str]]) -> Layout:
    return laid_out(
        {box.name: (WIDTH, _height(box)) for box in boxes},
        [Link(start, end) for start, end, _ in lines],
        {box.name: box.rank for box in boxes},
    )


def _key(lines: Sequence[tuple[str, str, str]], width: float) -> tuple[list[ElementTree.Element], float]:
    kinds = {kind for _, _, kind in lines}
    said = {"city": _SOLID_WORDS} if kinds - set(_DASHED) else {}
    said |= {_DASHED[kind]: _DASHED_WORDS for kind in _DASHED if kind in kinds}
    return marks.key(said, {}, width, has_lines=False)


def _headings(boxes: Sequence[Box], layout: Layout) -> list[ElementTree.Element]:
    found = []
    for column, (head, under) in HEADS.items():
        places = [layout.nodes[box.name][0] for box in boxes if box.column == column]
        if places:
            middle = (min(places) + max(places)) / 2
            found.append(words(head, middle, -HEAD + 22, 14.0, bold=True))
            found.append(words(under, middle, -HEAD + 38, PLAIN))
    return found


def _line(points, kind: str) -> ElementTree.Element:
    dashes = marks.dashes(_DASHED[kind], 1.6) if kind in _DASHED else ""
    styled = {"stroke-dasharray": dashes} if dashes else {}
    line = {"stroke": theme.MUTED, "stroke-width": 1.6, "marker-end": f"url(#{marks.arrow(())})", **styled}
    return element("path", d=rounded(shortened(points)), fill="none", **line)


def _height(box: Box) -> float:
    return len(_rows(box)) * ROW + 2 * PAD


def _rows(box: Box) -> list[tuple[str, bool]]:
    """What is written in a box, each row with whether it is bold."""
    rows = [(row, True) for row in wrapped(box.title, _TITLE)]
    rows += [(row, False) for row in wrapped(f"{box.tone.sign} {box.said}", _SAID)]
    return rows + ([(row, False) for row in wrapped(box.note, _SAID)] if box.note else [])


def _box(box: Box, centre: tuple[float, float]) -> ElementTree.Element:
    x, y = centre
    group = element("g")
    title = element("title")
    title.text = f"{box.title}: {box.said}"
    group.extend([title, *_frames(box, x, y)])
    rows = _rows(box)
    for number, (row, is_bold) in enumerate(rows):
        level = y + 4.5 + (number - (len(rows) - 1) / 2) * ROW
        said = words(row, x, level, BOLD if is_bold else PLAIN, bold=is_bold)
        if is_bold and box.href:
            said.set("text-decoration", "underline")
        group.append(said)
    if not box.href:
        return group
    link = element("a", href=box.href)
    link.append(group)
    return link


def _frames(box: Box, x: float, y: float) -> list[ElementTree.Element]:
    """Outline of a box: square for an activity, rounder for output and outcome, double for a goal."""
    height = _height(box)
    corner = {"activity": 0.0, "output": 9.0, "outcome": 22.0, "goal": 0.0}[box.column]
    width = 2.8 if box.tone == CONCERN else 1.3
    insets = (0.0, 3.5) if box.column == "goal" else (0.0,)
    return [
        element(
            "rect",
            x=x - WIDTH / 2 + inset,
            y=y - height / 2 + inset,
            width=WIDTH - 2 * inset,
            height=height - 2 * inset,
            rx=corner,
            fill=theme.PAPER,
            stroke=theme.INK,
            **{"stroke-width": width if not inset else 1.0},
        )
        for inset in insets
    ]


def _table(boxes: Sequence[Box], edges: pd.DataFrame) -> pd.DataFrame:
    titles = {box.name: box.title for box in boxes}
    return pd.DataFrame(
        {
            "Measure or goal": [box.title for box in boxes],
            "Kind": [HEADS[box.column][0] for box in boxes],
            "Status": [box.said for box in boxes],
            "Leads to": [", ".join(_ends(box, edges, titles)) or "nothing" for box in boxes],
            "Of": [box.note for box in boxes],
        }
    )


def _ends(box: Box, edges: pd.DataFrame, titles: Mapping[str, str]) -> list[str]:
    own = edges[edges["start"] == box.name]
    return [
        titles[end] + (" (through what is not declared)" if kind in _DASHED else "")
        for end, kind in zip(own["end"], own["kind"], strict=True)
    ]


def _text(boxes: Sequence[Box], edges: pd.DataFrame) -> str:
    """The text alternative: each measure with its status and what it leads to, from left to right."""
    titles = {box.name: box.title for box in boxes}
    parts = [f"Columns from left to right, {len(boxes)} boxes, {len(edges)} lines."]
    for column, (head, _) in HEADS.items():
        own = [_told(box, _ends(box, edges, titles)) for box in boxes if box.column == column]
        parts += [f"{head}: {'; '.join(own)}."] if own else []
    return " ".join(parts)


def _told(box: Box, ends: Sequence[str]) -> str:
    return f"{box.title} ({box.said})" + (f" leads to {' and '.join(ends)}" if ends else "")
