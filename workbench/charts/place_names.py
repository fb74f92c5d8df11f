"""Where the names of marks go in a chart, so that no name lies on another or on a mark."""

from collections.abc import Iterable
from dataclasses import dataclass

CHARACTER, LINE = 7.4, 15.0  # room for a letter and a line of text of the theme's size
OFF = 9.0  # from the middle of a mark to its name
_SIDES = (("left", 1, 0), ("right", -1, 0), ("center", 0, -1), ("center", 0, 1))

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Placed:
    """A name beside its mark.

    Parameters
    ----------
    name : str
    x, y : float
        Where the text is anchored, y downwards.
    align : {'left', 'right', 'center'}
        Which end of the text is there.
    """

    name: str
    x: float
    y: float
    align: str


def placed(
    names: Iterable[tuple[str, float, float]],
    marks: Iterable[tuple[float, float]],
    width: float,
    height: float,
) -> list[Placed]:
    """The names for which there is room, those given first before others.

    Parameters
    ----------
    names : iterable of (str, float, float)
        Name and spot of its mark, in pixels from the left and from above.
    marks : iterable of (float, float)
        Spots of all marks that should stay free.
    width, height : float
        Of the chart.
    """
    taken = [(x - 4, y - 4, x + 4, y + 4) for x, y in marks]
    found = []
    for name, x, y in names:
        for align, across, down in _SIDES:
            spot = Placed(name, x + across * OFF, y + down * (OFF + LINE / 2), align)
            box = _box(spot)
            if _inside(box, width, height) and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found.append(spot)
                break
    return found


def _box(spot: Placed) -> Box:
    long = CHARACTER * len(spot.name)
    left = spot.x - {"left": 0.0, "center": long / 2, "right": long}[spot.align]
    return left, spot.y - LINE / 2, left + long, spot.y + LINE / 2


def _inside(box: Box, width: float, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
