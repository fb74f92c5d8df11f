"""Where the boxes, lines and labels of a process map go: layers from start to end, few crossings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import graphlay

from workbench.charts.map_labels import placed

MARGIN = 16.0
# Parallel lines stay so far apart that a label of one row fits on each of them.
_OPTIONS = {
    "direction": "topbottom",
    "spacing": {"layer_gap": 80.0, "bundle_lane_gap": 20.0, "port_gap": 30.0},
    "routing": {"style": "orthogonal", "lane_gap": 20.0},
}
# Lines without labels lie closer, so that thirty boxes in five columns fit the width of a page.
_IN_COLUMNS = {
    "direction": "leftright",
    "spacing": {"layer_gap": 40.0, "node_gap": 16.0, "dummy_gap": 18.0, "isolated_gap": 16.0},
    "routing": {"style": "orthogonal", "lane_gap": 8.0},
}

Point = tuple[float, float]
Size = tuple[float, float]
Edge = tuple[str, str]


@dataclass(frozen=True)
class Link:
    """One edge to lay out.

    Parameters
    ----------
    start, end : str
        Names of boxes; the same for a step that follows itself.
    weight : float
        How often: frequent lines are kept short and straight, and decide what is up and down.
    width : float
        Of the line, in pixels.
    label : (float, float), optional
        Width and height of its label, that is given room of its own.
    """

    start: str
    end: str
    weight: float = 1.0
    width: float = 1.0
    label: Size | None = None


@dataclass(frozen=True)
class Layout:
    """A laid-out map, in pixels from its upper left corner.

    Parameters
    ----------
    nodes : dict of str to (float, float)
        Centre of each box.
    paths : dict of (str, str) to list of (float, float)
        Corners that each line passes, from border to border of its boxes.
    labels : dict of (str, str) to (float, float)
        Centre of the label of each link that has one.
    width, height : float
    """

    nodes: dict[str, Point]
    paths: dict[Edge, list[Point]]
    labels: dict[Edge, Point]
    width: float
    height: float


def laid_out(
    boxes: Mapping[str, Size], links: Iterable[Link], ranks: Mapping[str, int] | None = None
) -> Layout:
    """Lay out a map from top to bottom, or in columns from left to right (Sugiyama, Tagawa and Toda 1981).

    Ranks and places across are by network simplex (Gansner, Koutsofios, North and Vo 1993), lines run
    upright and level. Lines that would close a circle run upwards. The same map gives the
    same layout whatever the order of its parts.

    Parameters
    ----------
    boxes : dict of str to (float, float)
        Width and height of each box.
    links : iterable of Link
        Between boxes, at most one from one box to another.
    ranks : dict of str to int, optional
        The column of each box, 0 on the left; without it ranks follow from the lines, from top to bottom.
    """
    ordered = sorted(links, key=lambda link: (-link.weight, link.start, link.end))
    if not boxes:
        return Layout({}, {}, {}, 0.0, 0.0)
    options = _OPTIONS if ranks is None else _IN_COLUMNS
    drawing = graphlay.layout(_graph(boxes, ordered, ranks or {}), preset="process_map", options=options)
    points = [[(point["x"], point["y"]) for point in edge["points"]] for edge in drawing.edges]
    paths = {(link.start, link.end): line for link, line in zip(ordered, points, strict=True)}
    nodes = drawing.positions()
    sizes = {(link.start, link.end): link.label for link in ordered if link.label}
    labels = placed(list(sizes.items()), paths, [(*nodes[name], *boxes[name]) for name in boxes])
    return _in_view(nodes, boxes, paths, labels, sizes)


def _graph(boxes: Mapping[str, Size], links: Sequence[Link], ranks: Mapping[str, int]) -> graphlay.Graph:
    graph = graphlay.Graph()
    for name in sorted(boxes):
        column = {"rank": {"fixed": ranks[name]}} if ranks else {}
        graph.node(name, width=boxes[name][0], height=boxes[name][1], **column)
    for link in links:
        room = {"label_size": {"width": link.label[0], "height": link.label[1]}} if link.label else {}
        graph.edge(link.start, link.end, weight=link.weight, thickness=link.width, **room)
    return graph


def _in_view(nodes, boxes, paths, labels, sizes) -> Layout:
    """The same layout, moved so that all of it lies within its width and height."""
    parts = [(*nodes[name], *boxes[name]) for name in boxes]
    parts += [(*labels[edge], *sizes[edge]) for edge in labels]
    parts += [(x, y, 12.0, 12.0) for line in paths.values() for x, y in line]
    left = min(x - wide / 2 for x, _, wide, _ in parts) - MARGIN
    top = min(y - tall / 2 for _, y, _, tall in parts) - MARGIN
    right = max(x + wide / 2 for x, _, wide, _ in parts) + MARGIN
    low = max(y + tall / 2 for _, y, _, tall in parts) + MARGIN
    return Layout(
        {name: (x - left, y - top) for name, (x, y) in nodes.items()},
        {edge: [(x - left, y - top) for x, y in line] for edge, line in paths.items()},
        {edge: (x - left, y - top) for edge, (x, y) in labels.items()},
        right - left,
        low - top,
    )
