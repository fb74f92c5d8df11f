"""Words in a drawing whose letters cannot be measured: how wide they are at most, and where they break."""

from unicodedata import combining, east_asian_width
from xml.etree import ElementTree

from workbench.charts import theme
from workbench.charts.svg import SVG

LINE = 26  # characters of a name on one line
PLAIN, BOLD = 12.0, 12.5
_NARROW, _WIDE, _HEAVY = 0.52, 1.05, 1.08  # of the size of the font


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text takes up, on the safe side for the fonts of the theme."""
    ems = sum(_WIDE if east_asian_width(sign) in "WF" else _NARROW for sign in text if not combining(sign))
    return ems * size * (_HEAVY if bold else 1.0)


def wrapped(name: str, line: int = LINE) -> list[str]:
    """A name on at most two lines; of a longer one its begin and its end, since steps often begin alike."""
    whole = " ".join(name.split())
    cut = _cut(whole, line)
    rows, left = [whole[:cut].rstrip()], whole[cut:].lstrip()
    if not left:
        return rows
    kept = _fitting(left[::-1], line)
    if kept < len(left):
        kept = _fitting(left[::-1], line - 1)
        left = "…" + left[len(left) - kept :].lstrip()
    return [*rows, left]


def _cut(text: str, line: int) -> int:
    """Where the first line ends: at its last space, or within a word that is longer than a line."""
    fits = _fitting(text, line)
    if fits == len(text):
        return fits
    space = text.rfind(" ", 1, fits + 1)
    return space if space > 0 else fits


def _fitting(text: str, line: int) -> int:
    """Characters of a text that one line holds; wide ones count twice."""
    room = 0
    for number, sign in enumerate(text):
        room += 2 if east_asian_width(sign) in "WF" else 1
        if room > line:
            return number
    return len(text)


def drawing(width: float, height: float, least: float) -> ElementTree.Element:
    """An empty drawing; below this share of its size its letters are too small, and the page scrolls it instead."""
    return element(
        "svg",
        xmlns=SVG,
        width=width,
        height=height,
        viewBox=f"0 0 {width:g} {height:g}",
        fill=theme.INK,
        style=f"min-width:{least * width:.0f}px",
        **{"font-family": theme.FONT, "font-size": PLAIN},
    )


def words(text: str, x: float, y: float, size: float, *, bold: bool = False, anchor: str = "middle"):
    """A text element."""
    weight = {"font-weight": "bold"} if bold else {}
    made = element(
        "text", x=round(x, 1), y=round(y, 1), **{"text-anchor": anchor, "font-size": size}, **weight
    )
    made.text = text
    return made


def element(tag: str, **attributes) -> ElementTree.Element:
    """An SVG element; numbers are written shortly."""
    shown = {
        name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in attributes.items()
    }
    return ElementTree.Element(tag, shown)
