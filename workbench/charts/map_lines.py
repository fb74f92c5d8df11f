"""The course of a line between two boxes: rounded corners, and room for the head of its arrow."""

from workbench.charts.map_layout import Point

_TIP = 9.0  # the line ends where the head of its arrow begins
_ROUND = 7.0  # radius of a line's corners


def shortened(points: list[Point]) -> list[Point]:
    """A line without the room that the head of its arrow takes."""
    (x0, y0), (x1, y1) = points[-2:]
    whole = max(abs(x1 - x0) + abs(y1 - y0), 1e-9)
    part = min(_TIP / whole, 1.0)
    return [*points[:-1], (x1 - (x1 - x0) * part, y1 - (y1 - y0) * part)]


def rounded(points: list[Point]) -> str:
    """A path through corners that are rounded a little, so that the eye follows them."""
    parts = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (ax, ay), (bx, by) = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{ax:.1f},{ay:.1f} Q{corner[0]:.1f},{corner[1]:.1f} {bx:.1f},{by:.1f}")
    return " ".join([*parts, f"L{points[-1][0]:.1f},{points[-1][1]:.1f}"])


def _towards(corner: Point, other: Point) -> Point:
    across, down = other[0] - corner[0], other[1] - corner[1]
    whole = max((across**2 + down**2) ** 0.5, 1e-9)
    part = min(_ROUND, whole / 2) / whole
    return corner[0] + across * part, corner[1] + down * part
