"""Outlines of places to draw: flattened, simplified with borders still shared, on a grid of whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from workbench.sources.boundaries import Boundaries

if TYPE_CHECKING:
    import pandas as pd

GRID = 1000  # steps along the longer side of the city
POINTS = 60  # at most so many a place, on average
SPECK = 4  # grid squares: a smaller island or hole is not drawn, unless it is all there is of a place


def outlines(places: Boundaries) -> pd.DataFrame:
    """The rings of every place as a drawing needs them.

    Parameters
    ----------
    places : Boundaries

    Returns
    -------
    DataFrame
        ``place``, ``ring`` (counted from 0 in each place), ``x``, ``y``: whole numbers from 0 to 1000,
        y downwards, one row a corner in the order of the ring, which ends where it began. Outer rings
        and holes turn in opposite directions, so that holes stay open however a ring is filled.

    Notes
    -----
    Equirectangular projection true at the middle latitude, which is as good as any for one city;
    borders are thinned by Visvalingam and Whyatt's area rule (1993) applied to all places together.
    """
    import pandas as pd

    rows = [
        (name, number, int(x), int(y))
        for name, shape in zip(places.names, _simplified(places.shapes), strict=True)
        for number, ring in enumerate(_rings(shape))
        for x, y in ring
    ]
    return pd.DataFrame(rows, columns=["place", "ring", "x", "y"]).astype(
        {"place": "str", "ring": "int64", "x": "int64", "y": "int64"}
    )


def _simplified(shapes: np.ndarray) -> np.ndarray:
    """Shapes on the grid with few enough corners."""
    if not len(shapes):
        return shapes
    flat = _projected(shapes)
    snapped = shapely.set_precision(flat, 1)
    gone = shapely.is_empty(snapped)
    snapped[gone] = [_square(shape) for shape in flat[gone]]
    step, drawn = 1, snapped
    while shapely.get_num_coordinates(drawn).mean() > POINTS and step < GRID:
        drawn, step = shapely.coverage_simplify(snapped, step), 2 * step
    return drawn


def _projected(shapes: np.ndarray) -> np.ndarray:
    west, south, east, north = shapely.total_bounds(shapes)
    shrink = np.cos(np.deg2rad((south + north) / 2))
    scale = GRID / max((east - west) * shrink, north - south)

    def flat(spots: np.ndarray) -> np.ndarray:
        return np.column_stack([(spots[:, 0] - west) * shrink * scale, (north - spots[:, 1]) * scale])

    return shapely.transform(shapes, flat)


def _square(shape: shapely.Geometry) -> shapely.Polygon:
    """What stands for a place that is smaller than a step of the grid."""
    x, y = np.floor(shapely.bounds(shape)[:2])
    return shapely.box(x, y, x + 1, y + 1)


def _rings(shape: shapely.Geometry) -> list[np.ndarray]:
    """Corners of each ring that is large enough to be seen, the largest part first."""
    parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
    parts = [part for number, part in enumerate(parts) if number == 0 or part.area >= SPECK]
    turned = shapely.orient_polygons(np.array(parts, dtype=object))
    rings = [ring for part in turned for ring in (part.exterior, *filter(_is_seen, part.interiors))]
    return [np.rint(shapely.get_coordinates(ring)) for ring in rings]


def _is_seen(hole: shapely.LinearRing) -> bool:
    return shapely.Polygon(hole).area >= SPECK
