"""Where labels stand: each on its own line, off boxes and other labels, over few other lines and corners."""

from collections.abc import Mapping, Sequence

import numpy as np

_STEP = 8.0  # pixels between the places that are tried

Edge = tuple[str, str]
Point = tuple[float, float]
Size = tuple[float, float]


def placed(
    labels: Sequence[tuple[Edge, Size]], paths: Mapping[Edge, list[Point]], boxes: Sequence[tuple]
) -> dict[Edge, Point]:
    """Centre of each label, in the order given: earlier ones choose first.

    Parameters
    ----------
    labels : sequence of ((str, str), (float, float))
        An edge and the width and height of its label.
    paths : dict of (str, str) to list of (float, float)
        Corners of every line.
    boxes : sequence of (x, y, width, height)
        Centres and sizes of what no label may touch.
    """
    lines, names = _lines(paths), _names(paths)
    taken = np.array(boxes, dtype=float).reshape(-1, 4)
    centres: dict[Edge, Point] = {}
    for edge, size in labels:
        places, aside, middle = _tried(np.array(paths[edge], dtype=float), size)
        touched = _touching(places, size, taken).sum(axis=1)
        others = lines[[number for number, name in enumerate(names) if name != edge]]
        corners = np.array([(*corner, 0.0, 0.0) for corner in paths[edge]])
        crossed = _touching(places, size, np.vstack([others, corners])).sum(axis=1)
        best = places[np.lexsort((middle, crossed, aside, touched))[0]]
        centres[edge] = (float(best[0]), float(best[1]))
        taken = np.vstack([taken, [*best, *size]])
    return centres


def _names(paths: Mapping[Edge, list[Point]]) -> list[Edge]:
    """The edge of each row of :func:`_lines`."""
    return [edge for edge, corners in paths.items() for _ in corners[1:]]


def _lines(paths: Mapping[Edge, list[Point]]) -> np.ndarray:
    """Every straight part of every line as a rectangle: centre, width, height."""
    parts = [pair for corners in paths.values() for pair in zip(corners, corners[1:], strict=False)]
    ends = np.array(parts, dtype=float).reshape(-1, 2, 2)
    return np.hstack([ends.mean(axis=1), np.abs(ends[:, 1] - ends[:, 0])])


def _tried(corners: np.ndarray, size: Size) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places on a line, then beside it; how far aside each is, and how far from the middle of the line."""
    lengths = np.abs(np.diff(corners, axis=0)).sum(axis=1)
    at = np.concatenate([[0.0], lengths.cumsum()])
    wanted = np.linspace(0.0, at[-1], max(int(at[-1] / _STEP), 1) + 1)
    on = np.column_stack([np.interp(wanted, at, corners[:, axis]) for axis in (0, 1)])
    shifts = np.array([0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 2.0, -2.0]) * (size[0] + 6)
    places = np.vstack([on + [shift, 0.0] for shift in shifts])
    middle = np.abs(wanted - at[-1] / 2)
    return places, np.repeat(np.abs(shifts), len(on)), np.tile(middle, len(shifts))


def _touching(places: np.ndarray, size: Size, others: np.ndarray) -> np.ndarray:
    """Whether a rectangle of this size at each place touches each of the others."""
    apart = np.abs(places[:, None, :] - others[None, :, :2])
    return (apart < (np.array(size) + others[None, :, 2:]) / 2).all(axis=2)
