"""Signs of a process map that are told apart without colour: dashes, symbols, arrows, and their key."""

from xml.etree import ElementTree

from workbench.charts import theme
from workbench.charts.map_words import PLAIN, element, text_width, words

SIZE = 13.0
# Kinds of holder: lengths of dash and gap in widths of the line, with a least length in pixels.
DASHES = {
    "city": (),
    "applicant": (2.5, 1.2),
    "agency": (0.7, 0.9),
    "hold": (3.0, 0.9, 0.7, 0.9),
    "another": (4.5, 0.9, 0.7, 0.9, 0.7, 0.9),
}
SYMBOLS = {
    "total": "M0,-5.5 L6,5 L-6,5 z",
    "usual": "M0,-6 L6,0 L0,6 L-6,0 z",
    "start": "M-3.5,-5 L5,0 L-3.5,5 z",
    "end": "M-4.5,-4.5 L4.5,-4.5 L4.5,4.5 L-4.5,4.5 z",
    "up": "M-1.2,5.5 L-1.2,-1 L-4.5,-1 L0,-6 L4.5,-1 L1.2,-1 L1.2,5.5 z",
}
_COLOURS = {"total": theme.TONE_COLOURS["concern"], "usual": theme.ACCENT}
_LEAST = 4.0
_SAMPLE, _SPACE, _ROW = 46.0, 22.0, 20.0


def colour(marked: tuple[str, ...]) -> str:
    """Of a line with these marks."""
    return _COLOURS[marked[0]] if marked else theme.MUTED


def arrow(marked: tuple[str, ...]) -> str:
    """Id of the head of the arrow of a line with these marks."""
    return f"arrow-{marked[0]}" if marked else "arrow"


def arrows() -> list[ElementTree.Element]:
    """Heads of arrows in the colours of their lines."""
    return [_head("arrow", theme.MUTED), *(_head(f"arrow-{name}", tone) for name, tone in _COLOURS.items())]


def dashes(holder: str, width: float) -> str:
    """``stroke-dasharray`` of a line, in proportion to its width; empty for an unbroken one."""
    base = max(width, _LEAST)
    return " ".join(f"{part * base:.1f}" for part in DASHES[holder])


def symbol(name: str, x: float, y: float) -> ElementTree.Element:
    """A symbol around a point."""
    return element(
        "path",
        d=SYMBOLS[name],
        fill=_COLOURS.get(name, theme.INK),
        transform=f"translate({x:.1f},{y:.1f})",
    )


def key(
    holders: dict[str, str], marks: dict[str, str], width: float, has_lines: bool
) -> tuple[list[ElementTree.Element], float]:
    """Entries of a key in rows across the drawing, and the room that they take.

    Parameters
    ----------
    holders, marks : dict of str to str
        Kinds of holder and symbols that are drawn: their words.
    width : float
        Of the drawing.
    has_lines : bool
        Whether there are lines whose width has to be explained.
    """
    entries = [(_wedge(), _SAMPLE, "wider: more often")] if has_lines else []
    entries += [(_line(holder), _SAMPLE, said) for holder, said in holders.items()]
    entries += [([symbol(name, SIZE / 2, 0.0)], SIZE, said) for name, said in marks.items()]
    parts, x, y = [], 16.0, 18.0
    for sample, taken, said in entries:
        wide = taken + 8 + text_width(said, PLAIN) + _SPACE
        if x + wide > width and x > 16:
            x, y = 16.0, y + _ROW
        group = element("g", transform=f"translate({x:g},{y:g})")
        group.extend([*sample, words(said, taken + 8, 4.5, PLAIN, anchor="start")])
        parts.append(group)
        x += wide
    return parts, y + 10 if entries else 0.0


def _line(holder: str) -> list[ElementTree.Element]:
    pattern = dashes(holder, 3.0)
    styled = {"stroke-dasharray": pattern} if pattern else {}
    ends = {"x1": 0, "x2": _SAMPLE, "y1": 0, "y2": 0}
    return [element("line", **ends, stroke=theme.MUTED, **{"stroke-width": 3}, **styled)]


def _wedge() -> list[ElementTree.Element]:
    return [element("path", d=f"M0,-0.7 L{_SAMPLE:g},-4 L{_SAMPLE:g},4 L0,0.7 z", fill=theme.MUTED)]


def _head(name: str, tone: str) -> ElementTree.Element:
    size = {"markerWidth": 13, "markerHeight": 13, "markerUnits": "userSpaceOnUse", "orient": "auto"}
    marker = element("marker", id=name, viewBox="0 0 10 10", refX=2, refY=5, **size)
    marker.append(element("path", d="M0,0 L10,5 L0,10 z", fill=tone))
    return marker
