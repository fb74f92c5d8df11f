"""A process map as one SVG drawing: boxes for activities, lines for what follows what, a key.

Nothing is told by colour alone: how often is the width, who holds the case the dashes, a long wait
a symbol and bold words, and every figure is written on its line.
"""

from dataclasses import dataclass
from xml.etree import ElementTree

from workbench.charts import map_marks as marks
from workbench.charts import theme
from workbench.charts.map_layout import Layout, Link, Point, laid_out
from workbench.charts.map_lines import rounded, shortened
from workbench.charts.map_words import BOLD, PLAIN, drawing, element, text_width, words, wrapped

BOX_WIDTH = 196.0
THIN, THICK = 1.4, 8.0
ROW, PAD = 15.0, 9.0
_LEAST = 0.8  # of its size


@dataclass(frozen=True)
class Step:
    """One activity as it is drawn.

    Parameters
    ----------
    name : str
        Shortened to two lines; whole in the title that a pointer shows.
    rows : tuple of str
        Below the name.
    starts, ends : str
        What is written beside the mark of a start and of an end; empty where there is none.
    """

    name: str
    rows: tuple[str, ...] = ()
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True)
class Line:
    """One edge as it is drawn.

    Parameters
    ----------
    start, end : str
        Names of steps.
    weight : float
        How often: the width of the line.
    label : str
        On the line.
    marks : tuple of str
        Names of symbols of :data:`map_marks.SYMBOLS`: drawn dark, with its label in bold.
    holder : str
        Kind of holder: the dashes of the line, of :data:`map_marks.DASHES`.
    """

    start: str
    end: str
    weight: float
    label: str
    marks: tuple[str, ...] = ()
    holder: str = "city"


@dataclass(frozen=True)
class Key:
    """What the signs of a map mean, in words.

    Parameters
    ----------
    holders : dict of str to str
        A kind of holder that is drawn: its words.
    marks : dict of str to str
        A symbol that is drawn: its words.
    """

    holders: dict[str, str]
    marks: dict[str, str]


def drawn(steps: list[Step], lines: list[Line], key: Key | None = None) -> str:
    """SVG of a map with its key.

    Parameters
    ----------
    steps : list of Step
    lines : list of Line
        Between steps of the list.
    key : Key, optional

    Returns
    -------
    str
        One ``<svg>`` element without script or style sheet; empty maps give an empty drawing. The same map gives
        the same bytes whatever the order of its parts; the most frequent lines lie above others.
    """
    steps = sorted(steps, key=lambda step: step.name)
    lines = sorted(lines, key=lambda line: (line.weight, line.start, line.end))
    heaviest = max((line.weight for line in lines), default=1.0)
    widths = {(line.start, line.end): _width(line, heaviest) for line in lines}
    layout = laid_out(
        {step.name: (BOX_WIDTH, _height(step)) for step in steps}, [_link(line, widths) for line in lines]
    )
    width = max(layout.width, 2 * BOX_WIDTH)
    signs, top = _signs(key, lines, layout, width)
    body = element("g", transform=f"translate({(width - layout.width) / 2:g},{top:g})")
    # Labels last: a number is never crossed out by a line.
    body.extend([_path(line, widths[line.start, line.end], layout) for line in lines])
    body.extend([_box(step, layout.nodes[step.name]) for step in steps])
    body.extend([_label(line, layout) for line in lines if (line.start, line.end) in layout.labels])
    root = drawing(width, layout.height + top, _LEAST)
    root.extend([*marks.arrows(), *signs, body])
    return ElementTree.tostring(root, encoding="unicode")


def goes_up(line: Line, layout: Layout) -> bool:
    """Whether a line leads to a step above: cases return to it."""
    return line.start != line.end and layout.nodes[line.end][1] < layout.nodes[line.start][1]


def _signs(key: Key | None, lines: list[Line], layout: Layout, width: float) -> tuple[list, float]:
    """The key of what is drawn, and its height."""
    if key is None:
        return [], 0.0
    has_up = any(goes_up(line, layout) for line in lines)
    said = {name: words_of for name, words_of in key.marks.items() if name != "up" or has_up}
    return marks.key(key.holders, said, width, has_lines=bool(lines))


def _width(line: Line, heaviest: float) -> float:
    return THIN + (THICK - THIN) * (line.weight / heaviest) ** 0.5


def _link(line: Line, widths: dict) -> Link:
    size = None if line.start == line.end or not line.label else _label_size(line)
    return Link(line.start, line.end, line.weight, widths[line.start, line.end], size)


def _label_size(line: Line) -> tuple[float, float]:
    # Room for an arrow upwards, whether it is needed is known when the map is laid out.
    signs = marks.SIZE * (1 + len(line.marks))
    return text_width(line.label, PLAIN, bold=bool(line.marks)) + signs + 6, ROW + 3


def _height(step: Step) -> float:
    rows = len(wrapped(step.name)) + len(step.rows) + bool(step.starts) + bool(step.ends)
    return max(rows * ROW + 2 * PAD, 50.0)


def _path(line: Line, width: float, layout: Layout) -> ElementTree.Element:
    colour = marks.colour(line.marks)
    points = shortened(layout.paths[line.start, line.end])
    dashes = marks.dashes(line.holder, width)
    styled = {"stroke-dasharray": dashes} if dashes else {}
    return element(
        "path",
        d=rounded(points),
        fill="none",
        stroke=colour,
        **{"stroke-width": round(width, 2), "marker-end": f"url(#{marks.arrow(line.marks)})"},
        **styled,
    )


def _box(step: Step, centre: Point) -> ElementTree.Element:
    x, y = centre
    height = _height(step)
    group = element("g")
    title = element("title")
    title.text = step.name
    shape = {"x": x - BOX_WIDTH / 2, "y": y - height / 2, "width": BOX_WIDTH, "height": height, "rx": 6}
    frame = element("rect", fill=theme.PAPER, stroke=theme.INK, **shape, **{"stroke-width": 1.4})
    group.extend([title, frame])
    rows = [(row, True, "") for row in wrapped(step.name)] + [(row, False, "") for row in step.rows]
    rows += [(row, False, mark) for row, mark in ((step.starts, "start"), (step.ends, "end")) if row]
    for number, (row, is_bold, mark) in enumerate(rows):
        level = y + 4.5 + (number - (len(rows) - 1) / 2) * ROW
        group.append(words(row, x, level, BOLD if is_bold else PLAIN, bold=is_bold))
        if mark:
            group.append(marks.symbol(mark, x - text_width(row, PLAIN) / 2 - 8, level - 4.5))
    return group


def _label(line: Line, layout: Layout) -> ElementTree.Element:
    x, y = layout.labels[line.start, line.end]
    shown = (*line.marks, *(["up"] if goes_up(line, layout) else []))
    wide, bold = text_width(line.label, PLAIN, bold=bool(line.marks)), bool(line.marks)
    room = marks.SIZE * len(shown)
    group = element("g")
    size = {"width": wide + room + 6, "height": ROW}
    back = element("rect", x=x - size["width"] / 2, y=y - ROW / 2, rx=3, fill=theme.PAPER, **size)
    group.extend([back, words(line.label, x + room / 2, y + 4.5, PLAIN, bold=bold)])
    for number, mark in enumerate(shown):
        group.append(marks.symbol(mark, x - (wide + room) / 2 + marks.SIZE * (number + 0.5), y))
    return group
