"""The ground of the practice city: six communities, thirty neighbourhoods, and where each lies."""

import json
from pathlib import Path

import numpy as np
import shapely

COMMUNITIES: dict[str, tuple[str, ...]] = {
    "Northgate": ("Cedar Grove", "Fern Hollow", "Harmon Park", "Mill Pond", "North Landing"),
    "Riverside": ("Bridge Street", "Ferry Point", "Granite Bend", "Old Harbor", "Willow Bank"),
    "Eastlake": ("Birchmont", "Clearwater", "Lakeview Terrace", "Orchard Heights", "Summit Ridge"),
    "Central": ("Capitol Square", "Depot Town", "Market Row", "Saint Annes Hill", "University Gate"),
    "Southfield": ("Garden City", "Kensington", "Maple Run", "Prairie View", "Stonebridge"),
    "Westbrook": ("Foundry Flats", "Iron Works", "Rail Yards", "Sugar Creek", "Westbrook Park"),
}
NEIGHBOURHOODS: tuple[str, ...] = tuple(name for names in COMMUNITIES.values() for name in names)
COMMUNITY_OF: dict[str, str] = {name: community for community, names in COMMUNITIES.items() for name in names}
ALIASES: dict[str, tuple[str, ...]] = {
    "Saint Annes Hill": ("St. Anne's Hill", "St Annes Hill", "ST ANNES HILL"),
    "Old Harbor": ("Old Harbour",),
    "University Gate": ("Univ. Gate",),
    "Lakeview Terrace": ("Lakeview Terr.",),
    "Foundry Flats": ("Foundry Flats (West)",),
    "Westbrook Park": ("Westbrook Pk",),
}
CITY_HALL = (43.9720, -92.0480)
# Households in poverty, percent.
POVERTY: dict[str, float] = {
    **dict(zip(COMMUNITIES["Northgate"], (24.6, 29.1, 31.8, 22.3, 26.0), strict=True)),
    **dict(zip(COMMUNITIES["Riverside"], (13.4, 10.9, 8.2, 11.6, 15.0), strict=True)),
    **dict(zip(COMMUNITIES["Eastlake"], (5.1, 6.7, 4.2, 7.9, 3.8), strict=True)),
    **dict(zip(COMMUNITIES["Central"], (14.3, 21.5, 18.8, 12.2, 25.3), strict=True)),
    **dict(zip(COMMUNITIES["Southfield"], (9.6, 7.2, 8.8, 5.9, 10.3), strict=True)),
    **dict(zip(COMMUNITIES["Westbrook"], (20.4, 27.7, 30.2, 17.5, 23.1), strict=True)),
}

# Community of each square of the street grid, north row first.
_GRID = ("NNRREE", "NNRREE", "NCCRES", "WWCCSS", "WWWCSS")
_INITIALS = {community[0]: community for community in COMMUNITIES}
_NORTH, _WEST = 44.010, -92.110
_HEIGHT, _WIDTH = 0.016, 0.020


def corners(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The four corners of every neighbourhood, which tile the city without gap or overlap.

    Returns
    -------
    dict of str to array of shape (4, 2)
        Longitude and latitude, from the north-west corner clockwise.
    """
    rows, columns = len(_GRID), len(_GRID[0])
    shift = rng.uniform(-0.22, 0.22, size=(rows + 1, columns + 1, 2))
    row, column = np.mgrid[0 : rows + 1, 0 : columns + 1]
    longitude = _WEST + (column + shift[..., 0]) * _WIDTH
    latitude = _NORTH - (row + shift[..., 1]) * _HEIGHT
    point = np.stack([longitude, latitude], axis=-1).round(6)
    waiting = {community: iter(names) for community, names in COMMUNITIES.items()}
    found = {}
    for r, line in enumerate(_GRID):
        for c, initial in enumerate(line):
            name = next(waiting[_INITIALS[initial]])
            found[name] = np.array([point[r, c], point[r, c + 1], point[r + 1, c + 1], point[r + 1, c]])
    return {name: found[name] for name in NEIGHBOURHOODS}


def points_within(rng: np.random.Generator, squares: dict[str, np.ndarray], place: np.ndarray) -> np.ndarray:
    """A random point inside the neighbourhood of each index: longitude and latitude, five decimals."""
    corner = np.stack([squares[name] for name in NEIGHBOURHOODS])[place]
    across, down = rng.uniform(0.03, 0.97, size=(2, len(place), 1))
    north = corner[:, 0] * (1 - across) + corner[:, 1] * across
    south = corner[:, 3] * (1 - across) + corner[:, 2] * across
    return (north * (1 - down) + south * down).round(5)


def write_boundaries(folder: Path, squares: dict[str, np.ndarray]) -> None:
    """Write ``neighbourhoods.geojson`` and ``communities.geojson``."""
    polygons = {name: shapely.Polygon(square) for name, square in squares.items()}
    features = [
        _feature(polygon, {"neighbourhood": name, "community": COMMUNITY_OF[name]})
        for name, polygon in polygons.items()
    ]
    _write(folder / "neighbourhoods.geojson", features)
    merged = {
        community: shapely.union_all([polygons[name] for name in names])
        for community, names in COMMUNITIES.items()
    }
    _write(folder / "communities.geojson", [_feature(area, {"community": c}) for c, area in merged.items()])


def _feature(polygon: shapely.Polygon, properties: dict[str, str]) -> dict:
    geometry = json.loads(shapely.to_geojson(shapely.orient_polygons(polygon)))
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _write(path: Path, features: list[dict]) -> None:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, indent=1), "utf-8")
