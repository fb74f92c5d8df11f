"""A laid-out process map as one SVG drawing: boxes for activities, lines for what follows what."""

from dataclasses import dataclass
from xml.etree import ElementTree

from workbench.charts import theme
from workbench.charts.map_layout import Layout, Point, laid_out
from workbench.charts.svg import SVG

BOX_WIDTH, BOX_HEIGHT = 188.0, 50.0
LINE = 24  # characters of an activity's name on one line
THIN, THICK = 1.2, 8.0
MARGIN_TOP = 14.0


@dataclass(frozen=True)
class Step:
    """One activity as it is drawn: its name and what stands below it."""

    name: str
    label: str


@dataclass(frozen=True)
class Line:
    """One edge as it is drawn.

    Parameters
    ----------
    start, end : str
        Names of steps.
    weight : float
        How often: the width of the line.
    label : tuple of str
        Lines of its label.
    is_marked : bool
        Whether it is the longest wait: drawn dark, its label in bold.
    """

    start: str
    end: str
    weight: float
    label: tuple[str, ...]
    is_marked: bool = False


def drawn(steps: list[Step], lines: list[Line]) -> str:
    """SVG of a map. Width and labels of lines carry the figures, so that it reads without colour.

    Parameters
    ----------
    steps : list of Step
    lines : list of Line
        Between steps of the list.

    Returns
    -------
    str
        One ``<svg>`` element without script or style sheet; empty maps give an empty drawing.
    """
    layout = laid_out([(line.start, line.end, line.weight) for line in lines])
    width, height = max(layout.width, 2 * BOX_WIDTH), layout.height + MARGIN_TOP
    root = _element(
        "svg",
        xmlns=SVG,
        width=width,
        height=height,
        viewBox=f"0 0 {width:g} {height:g}",
        **_font(13, theme.INK),
    )
    root.append(_arrow("arrow", theme.MUTED))
    root.append(_arrow("arrow-marked", theme.TONE_COLOURS["concern"]))
    heaviest = max((line.weight for line in lines), default=1.0)
    paths = [_path(line, layout, heaviest) for line in lines]
    boxes = [_box(step, layout.nodes[step.name]) for step in steps if step.name in layout.nodes]
    labels = [_label(line, _middle(line, layout)) for line in lines]
    # Labels last: a number is never crossed out by a line.
    root.extend([*paths, *boxes, *labels])
    return ElementTree.tostring(root, encoding="unicode")


def _path(line: Line, layout: Layout, heaviest: float) -> ElementTree.Element:
    colour = theme.TONE_COLOURS["concern"] if line.is_marked else theme.MUTED
    width = THIN + (THICK - THIN) * (line.weight / heaviest) ** 0.5
    arrow = "arrow-marked" if line.is_marked else "arrow"
    return _element(
        "path",
        d=_loop(layout.nodes[line.start]) if line.start == line.end else _curve(_clipped(line, layout)),
        fill="none",
        stroke=colour,
        **{"stroke-width": round(width, 2), "stroke-linejoin": "round", "marker-end": f"url(#{arrow})"},
    )


def _clipped(line: Line, layout: Layout) -> list[Point]:
    """The points of an edge, from border to border of its boxes."""
    points = layout.paths[line.start, line.end]
    down = points[-1][1] >= points[0][1]
    # Lines up leave and arrive beside those down, so that the two do not cover each other.
    aside = 0.0 if down else BOX_WIDTH / 4
    reach = BOX_HEIGHT / 2 if down else -BOX_HEIGHT / 2
    (x0, y0), (x1, y1) = points[0], points[-1]
    tip = 7.0 if down else -7.0
    return [(x0 + aside, y0 + reach), *points[1:-1], (x1 + aside, y1 - reach - tip)]


def _curve(points: list[Point]) -> str:
    """A smooth line through points, upright at each of them."""
    parts = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        middle = (y0 + y1) / 2
        parts.append(f"C{x0:.1f},{middle:.1f} {x1:.1f},{middle:.1f} {x1:.1f},{y1:.1f}")
    return " ".join(parts)


def _loop(centre: Point) -> str:
    x, y = centre[0] + BOX_WIDTH / 2, centre[1]
    return (
        f"M{x:.1f},{y - 12:.1f} C{x + 34:.1f},{y - 26:.1f} {x + 34:.1f},{y + 26:.1f} {x + 8:.1f},{y + 12:.1f}"
    )


def _middle(line: Line, layout: Layout) -> Point:
    """Where the label of an edge stands."""
    if line.start == line.end:
        x, y = layout.nodes[line.start]
        return x + BOX_WIDTH / 2 + 46, y
    points = _clipped(line, layout)
    if len(points) % 2:
        return points[len(points) // 2]
    (x0, y0), (x1, y1) = points[len(points) // 2 - 1], points[len(points) // 2]
    return (x0 + x1) / 2, (y0 + y1) / 2


def _box(step: Step, centre: Point) -> ElementTree.Element:
    x, y = centre
    group = _element("g")
    shape = {
        "x": x - BOX_WIDTH / 2,
        "y": y - BOX_HEIGHT / 2,
        "width": BOX_WIDTH,
        "height": BOX_HEIGHT,
        "rx": 6,
    }
    group.append(_element("rect", fill=theme.PAPER, stroke=theme.INK, **shape, **{"stroke-width": 1.4}))
    rows = [*_wrapped(step.name), step.label]
    for number, words in enumerate(rows):
        row = y + 4.5 + (number - (len(rows) - 1) / 2) * 15
        name = number < len(rows) - 1
        group.append(_words(words, x, row, weight="bold" if name else "normal", size=12.5))
    return group


def _label(line: Line, centre: Point) -> ElementTree.Element:
    x, y = centre
    wide = max((len(words) for words in line.label), default=0) * 6.4 + 8
    tall = len(line.label) * 14 + 4
    group = _element("g")
    back = {"x": x - wide / 2, "y": y - tall / 2, "width": wide, "height": tall, "rx": 3}
    group.append(_element("rect", fill=theme.PAPER, **back, **{"fill-opacity": 0.9}))
    for number, words in enumerate(line.label):
        row = y + 4.5 + (number - (len(line.label) - 1) / 2) * 14
        group.append(_words(words, x, row, weight="bold" if line.is_marked else "normal", size=12))
    return group


def _wrapped(name: str) -> list[str]:
    """A name on at most two lines; a longer one ends in dots (the table has it whole)."""
    words, rows = name.split(), [""]
    for word in words:
        if rows[-1] and len(rows[-1]) + 1 + len(word) > LINE:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    shown = rows[:2]
    if len(rows) > 2 or any(len(row) > LINE + 3 for row in shown):
        shown = [row if len(row) <= LINE else row[: LINE - 1].rstrip() + "…" for row in shown]
        shown[-1] = shown[-1] if shown[-1].endswith("…") else shown[-1] + " …"
    return shown


def _words(words: str, x: float, y: float, weight: str, size: float) -> ElementTree.Element:
    element = _element(
        "text", x=x, y=y, **{"text-anchor": "middle", "font-weight": weight, "font-size": size}
    )
    element.text = words
    return element


def _arrow(name: str, colour: str) -> ElementTree.Element:
    marker = _element(
        "marker",
        id=name,
        viewBox="0 0 10 10",
        refX=2,
        refY=5,
        markerWidth=11,
        markerHeight=11,
        markerUnits="userSpaceOnUse",
        orient="auto-start-reverse",
    )
    marker.append(_element("path", d="M0,0 L10,5 L0,10 z", fill=colour))
    return marker


def _font(size: float, colour: str) -> dict:
    return {"font-family": theme.FONT, "font-size": size, "fill": colour}


def _element(tag: str, **attributes) -> ElementTree.Element:
    shown = {
        name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in attributes.items()
    }
    return ElementTree.Element(tag, shown)
