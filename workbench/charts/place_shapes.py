"""Outlines of places as shapes to draw, and the patterns that fill them where there is no colour."""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely

Rings = Sequence[Sequence[Sequence[float]]]  # of one place: rings of [x, y]; holes turn the other way
DOT = 0.01  # of the grid's unit: a dot is a line so short that its round ends make it


def extent(places: Iterable[Rings]) -> tuple[float, float]:
    """Width and height that the places take."""
    spots = np.array([spot for rings in places for ring in rings for spot in ring])
    return float(spots[:, 0].max()), float(spots[:, 1].max())


def filled(rings: Rings) -> dict:
    """A place as GeoJSON: all its rings in one polygon, so that holes stay open."""
    return {"type": "Polygon", "coordinates": [[list(spot) for spot in ring] for ring in rings]}


def hatched(rings: Rings, spacing: float) -> dict:
    """Slanting lines inside a place, on one lattice for the whole map, as GeoJSON."""
    shape = _shape(rings)
    west, north, east, south = shape.bounds
    starts = np.arange(np.floor((west - south) / spacing) * spacing, east - north + spacing, spacing)
    lines = [[(start + north, north), (start + south, south)] for start in starts]
    cut = shapely.intersection(shape, shapely.multilinestrings(lines))
    return _lines(cut) or _lines(shapely.intersection(shape, _stroke(shape, spacing)))


def dotted(rings: Rings, spacing: float) -> dict:
    """Dots inside a place, every other row moved by half a step, as GeoJSON lines with round ends."""
    shape = _shape(rings)
    west, north, east, south = shape.bounds
    rows = np.arange(np.floor(north / spacing), south / spacing + 1)
    columns = np.arange(np.floor(west / spacing) - 1, east / spacing + 1)
    x, y = np.meshgrid(columns, rows)
    x = (x + (y % 2) / 2) * spacing
    spots = shapely.points(x.ravel(), y.ravel() * spacing)
    inside = spots[shapely.contains(shape, spots)]
    if not len(inside):
        inside = [shapely.Point(middle(rings))]
    return {
        "type": "MultiLineString",
        "coordinates": [[[spot.x, spot.y], [spot.x + DOT, spot.y]] for spot in inside],
    }


def middle(rings: Rings) -> tuple[float, float]:
    """The spot for a symbol: the centre of gravity, or where that is near the border, the spot farthest from it."""
    shape = _shape(rings)
    radius = shapely.maximum_inscribed_circle(shape, tolerance=1)
    centre = shapely.centroid(shape)
    inside = shapely.contains(shape, centre)
    near = not inside or shapely.distance(centre, shape.boundary) < 0.8 * radius.length
    x, y = radius.coords[0] if near else centre.coords[0]
    return round(x, 1), round(y, 1)


def _shape(rings: Rings) -> shapely.Geometry:
    """The area of the rings: those that turn like the first, without those that turn the other way."""
    outer = shapely.LinearRing(rings[0]).is_ccw
    parts: dict[bool, list] = {True: [], False: []}
    for ring in rings:
        parts[shapely.LinearRing(ring).is_ccw == outer].append(shapely.Polygon(ring))
    return shapely.difference(shapely.union_all(parts[True]), shapely.union_all(parts[False]))


def _stroke(shape: shapely.Geometry, spacing: float) -> shapely.LineString:
    spot = shapely.point_on_surface(shape)
    return shapely.LineString([(spot.x - spacing, spot.y - spacing), (spot.x + spacing, spot.y + spacing)])


def _lines(cut: shapely.Geometry) -> dict:
    """Lines of a cut as GeoJSON, to a tenth of a unit; empty where there are none."""
    parts = [part for part in shapely.get_parts(cut) if part.geom_type == "LineString"]
    lines = [[[round(x, 1), round(y, 1)] for x, y in part.coords] for part in parts if part.length]
    return {"type": "MultiLineString", "coordinates": lines} if lines else {}
