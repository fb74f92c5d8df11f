"""Boundary files: GeoJSON polygons become the named shapes of a place level, and who lies beside whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from workbench.catalog.model import Boundary, Catalog
from workbench.errors import Fault, SourceError

if TYPE_CHECKING:
    import pandas as pd

TOUCHING = 1e-5  # degrees, about a metre: a border that was drawn twice leaves slivers
LISTED = 5
_DEGREES = ("CRS84", "EPSG:4326", "EPSG::4326")
_EXPORT = "Export it as EPSG:4326: `ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`"
_MENDED = {
    "boundary_repaired": "the rings of {} cross themselves or are not closed; they are mended while reading.",
    "boundary_united": "there are several features of {}; they are taken together.",
}
_POLYGONS = ("Polygon", "MultiPolygon")


@dataclass(frozen=True)
class Boundaries:
    """The places of one level on the map.

    Parameters
    ----------
    names : tuple of str
        As the catalog uses them: through the level's crosswalk, each once, in the order of the file.
    shapes : ndarray of shapely polygons
        Valid, one a name, in degrees of longitude and latitude.
    vintage : str
        Which boundaries they are, as declared.
    notices : tuple of dict
        What was mended while reading: ``message`` (``boundary_repaired``, ``boundary_united``) and its
        arguments ``level`` and ``places``.
    """

    names: tuple[str, ...]
    shapes: np.ndarray
    vintage: str = ""
    notices: tuple[Mapping[str, Any], ...] = ()


def boundaries(catalog: Catalog, level_id: str) -> Boundaries:
    """The places of a level by the names that the catalog uses; none where it declares no boundary.

    Parameters
    ----------
    catalog : Catalog
    level_id : str
        A key of ``places``.

    Raises
    ------
    SourceError
        When the file is missing or not what it is declared to be; all its faults are in ``faults``.
    """
    level = catalog.places[level_id]
    if level.boundary is None:
        return Boundaries((), np.array([], dtype=object))
    found, shapes, repaired = _read(catalog, level_id)
    used = {name: place for name in found if (place := level.crosswalk.get(name, name)) not in level.unknown}
    parts: dict[str, list] = {}
    for name, shape in zip(found, shapes, strict=True):
        if name in used:
            parts.setdefault(used[name], []).append(shape)
    united = [place for place, several in parts.items() if len(several) > 1]
    mended = {"boundary_repaired": [used.get(name, name) for name in repaired], "boundary_united": united}
    return Boundaries(
        tuple(parts),
        np.array([shapely.union_all(several) for several in parts.values()], dtype=object),
        level.boundary.vintage,
        tuple(
            {"message": message, "level": level_id, "places": sorted(set(places))}
            for message, places in mended.items()
            if places
        ),
    )


def boundary_of(catalog: Catalog, level_id: str) -> tuple[list[str], np.ndarray]:
    """Names as the file has them and their shapes, one a feature; none where no boundary is declared.

    Raises
    ------
    SourceError
        As :func:`boundaries`.
    """
    if catalog.places[level_id].boundary is None:
        return [], np.array([], dtype=object)
    names, shapes, _ = _read(catalog, level_id)
    return names, shapes


def check_boundaries(catalog: Catalog) -> list[str]:
    """Read every boundary file that is there; returns a sentence for each that was mended while reading.

    Raises
    ------
    SourceError
        When a file is not what it is declared to be; the faults of all files are in ``faults``.
    """
    faults: set[Fault] = set()
    mended = []
    for level_id, level in catalog.places.items():
        if level.boundary is None or not (catalog.root / level.boundary.file).is_file():
            continue  # like the files of sources, it may not have come yet
        try:
            notices = boundaries(catalog, level_id).notices
        except SourceError as error:
            faults |= set(error.faults)
        else:
            said = (_MENDED[notice["message"]].format(_few(notice["places"])) for notice in notices)
            mended += [f"{level.boundary.file}: {words}" for words in said]
    if faults:
        raise SourceError(faults=tuple(faults))
    return mended


def neighbours(places: Boundaries) -> pd.DataFrame:
    """Which places touch, at a border or a corner (queen contiguity).

    Returns
    -------
    DataFrame
        ``place`` and ``neighbour``, each pair both ways, in order. An island has no row.

    Notes
    -----
    Places closer than about a metre touch, because borders that were drawn twice leave slivers.
    """
    import pandas as pd

    own, other = np.array([], dtype=int), np.array([], dtype=int)
    if places.names:
        tree = shapely.STRtree(places.shapes)
        own, other = tree.query(places.shapes, predicate="dwithin", distance=TOUCHING)
    pairs = [(places.names[i], places.names[j]) for i, j in zip(own, other, strict=True) if i != j]
    return pd.DataFrame(sorted(pairs), columns=["place", "neighbour"], dtype="str")


def _read(catalog: Catalog, level_id: str) -> tuple[list[str], np.ndarray, list[str]]:
    """Names and valid shapes of all features, and the names of those that were repaired."""
    boundary = catalog.places[level_id].boundary
    collection = _collection(catalog.root, boundary.file)
    features = collection["features"]
    names, faults = _names(features, boundary, level_id)
    called = [name or f"feature {number}" for number, name in enumerate(names, 1)]
    shapes, unfit = _shapes(features, called)
    drawn = [name for name, shape in zip(called, shapes, strict=True) if shape is not None]
    present = np.array([shape for shape in shapes if shape is not None], dtype=object)
    elsewhere = list(_other_projection(collection)) or list(_out_of_range(drawn, present))
    # Shapes in metres are as valid as those in degrees: what else is wrong with them is told at once.
    valid, beyond = _repaired(drawn, present)
    said = [*faults, *unfit, *elsewhere, *beyond]
    if said:
        raise SourceError(faults=tuple(Fault(boundary.file, 0, 0, *words) for words in said))
    broken = ~shapely.is_valid(present) | np.array([_is_open(feature["geometry"]) for feature in features])
    return names, valid, [name for name, bad in zip(names, broken, strict=True) if bad]


def _collection(root: Path, file: str) -> dict:
    """The GeoJSON object of a file."""

    def fault(what: str) -> SourceError:
        instead = "" if what.startswith("there") else "Write a FeatureCollection of polygons."
        return SourceError(faults=(Fault(file, 0, 0, what, instead),))

    try:
        found = json.loads((root / file).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise fault("there is no such file.") from None
    except OSError as error:
        raise fault(f"there is a file that cannot be read ({error.strerror}).") from None
    except json.JSONDecodeError as error:
        raise fault(f"is not GeoJSON ({error.msg} in line {error.lineno}).") from None
    except (UnicodeDecodeError, RecursionError):
        raise fault("is not GeoJSON (it is not JSON text in UTF-8).") from None
    kind = found.get("type") if isinstance(found, dict) else type(found).__name__
    if kind != "FeatureCollection" or not isinstance(found.get("features"), list):
        raise fault(f"is not GeoJSON with named features; it is of type {kind!r}.")
    if not found["features"] or not all(isinstance(feature, dict) for feature in found["features"]):
        raise fault("is not GeoJSON with named features; it has none.")
    return found


def _names(features: list[dict], boundary: Boundary, level_id: str) -> tuple[list[str], list[tuple]]:
    """The name of each feature, empty where it has none, and what is wrong with them."""
    wanted = boundary.property
    given = (feature.get("properties") for feature in features)
    properties = [found if isinstance(found, dict) else {} for found in given]
    names = [_name(found.get(wanted)) for found in properties]
    if not any(wanted in found for found in properties):
        has = ", ".join(map(repr, properties[0])) or "none at all"
        instead = f"Write one of them as the `property` of place level `{level_id}`."
        return names, [(f"has no {wanted!r}; its features have {has}.", instead)]
    blank = [str(number) for number, name in enumerate(names, 1) if not name]
    if not blank:
        return names, []
    which = f"{len(blank)} of {len(names)} features have no name in {wanted!r} (feature {_few(blank)})."
    return names, [(which, "Name them, or leave them out of the file.")]


def _name(value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _few(words: list[str]) -> str:
    more = f" and {len(words) - LISTED} more" if len(words) > LISTED else ""
    return ", ".join(words[:LISTED]) + more


def _shapes(features: list[dict], called: list[str]) -> tuple[list, list[tuple]]:
    """The polygon of each feature as drawn, None where it has none, and what is wrong with those."""
    shapes, kinds, unreadable = [], [], []
    for feature, name in zip(features, called, strict=True):
        geometry = feature.get("geometry") or {}
        kind = geometry.get("type") if isinstance(geometry, dict) else "geometry"
        shapes.append(_shape(geometry) if kind in _POLYGONS else None)
        if kind not in _POLYGONS:
            kinds.append(f"{name!r} is a {kind}" if kind else f"{name!r} has no geometry")
        elif shapes[-1] is None:
            unreadable.append(repr(name))
    said = []
    if kinds:
        said.append((f"not all features are polygons: {_few(kinds)}.", "Keep the areas only."))
    if unreadable:
        rings = "A ring is a list of at least four [longitude, latitude] pairs."
        said.append((f"the rings of {_few(unreadable)} cannot be read.", rings))
    return shapes, said


def _shape(geometry: Mapping) -> shapely.Geometry | None:
    """The shape as drawn, its rings closed; None where that is impossible."""
    try:
        shape = shapely.force_2d(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.GEOSException):
        return None
    return shape if np.isfinite(shapely.get_coordinates(shape)).all() else None


def _is_open(geometry: Mapping) -> bool:
    """Whether a ring does not end where it began."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return any(ring[:1] != ring[-1:] for rings in polygons for ring in rings)


def _repaired(names: list[str], shapes: np.ndarray) -> tuple[np.ndarray, list[tuple]]:
    """Shapes that are valid, and which could not be made so."""
    valid = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    lost = [i for i, area in enumerate(shapely.area(valid)) if not area > 0]
    if not lost:
        return valid, []
    why = _few([f"{names[i]!r} ({shapely.is_valid_reason(shapes[i])})" for i in lost])
    return valid, [(f"no area is left of {why} once its rings are mended.", "Draw its border again.")]


def _other_projection(collection: Mapping) -> Iterator[tuple]:
    """What a ``crs`` member says, where that is not degrees of longitude and latitude."""
    member = collection.get("crs")
    if not member:
        return
    named = member.get("properties") if isinstance(member, dict) else None
    name = str(named.get("name", named) if isinstance(named, dict) else member)
    if not name.upper().endswith(_DEGREES):
        yield f"its `crs` is {name!r}, not degrees of longitude and latitude.", f"{_EXPORT}."


def _out_of_range(names: list[str], shapes: np.ndarray) -> Iterator[tuple]:
    """The first coordinate that is no longitude or latitude."""
    spots, owner = shapely.get_coordinates(shapes, return_index=True)
    beyond = np.abs(spots) > (180.0, 90.0)
    if not beyond.any():
        return
    row = int(np.flatnonzero(beyond.any(axis=1))[0])
    axis = 0 if beyond[row, 0] else 1
    wanted, where = ("longitude", "latitude")[axis], names[owner[row]]
    what = f"{'xy'[axis]} {spots[row, axis]} is not a {wanted} ({where!r})"
    if (np.abs(spots) <= (90.0, 180.0)).all():
        yield f"{what}; the two are swapped.", "Write longitude before latitude."
    else:
        yield (
            f"{what}.",
            f"{_EXPORT}; add `-s_srs` with its own projection where the file does not name one.",
        )
