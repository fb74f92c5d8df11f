"""The map of a service's places: outlines, neighbours, and the names that do not join."""

from __future__ import annotations

from difflib import get_close_matches

import pandas as pd

from workbench.analyses import Cube
from workbench.catalog.model import Catalog
from workbench.disparity_review.cube.cells import UNKNOWN
from workbench.errors import SourceError

ALIKE = 0.6  # of difflib: below it two names are not a slip of the pen apart


def geography(
    catalog: Catalog, levels: list[str], cells: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], list[dict]]:
    """Frames of the places' geometry, and what does not fit.

    Parameters
    ----------
    catalog : Catalog
    levels : list of str
        Place levels of the service.
    cells : DataFrame
        With columns ``place_level`` and ``place``: the places that rows of the service lie in.

    Returns
    -------
    frames : dict of DataFrame
        ``neighbours`` (place_level, place, neighbour) and ``outlines`` (place_level, place, ring, x, y);
        empty where no level declares a boundary that can be read.
    notices : list of dict
        ``message`` and its arguments: ``boundary_repaired``, ``boundary_united``,
        ``boundary_unreadable`` (``faults``), ``places_without_boundary`` (``places``, ``hints``: the name in
        the file that each may mean), ``boundaries_without_rows`` (``places``). A file that cannot be read
        takes the map away, not the review.
    """
    parts: dict[str, list[pd.DataFrame]] = {"neighbours": [], "outlines": []}
    notices: list[dict] = []
    for level in levels:
        if catalog.places[level].boundary is None:
            continue
        try:
            drawn, names = _drawn(catalog, level, notices)
        except SourceError as error:
            notices.append(
                {"message": "boundary_unreadable", "level": level, "faults": str(error).splitlines()}
            )
            continue
        for name, frame in drawn.items():
            parts[name].append(frame)
        notices += _not_joined(level, names, set(cells.loc[cells["place_level"] == level, "place"]))
    frames = {name: pd.concat(several, ignore_index=True) for name, several in parts.items() if several}
    return frames, notices


def shown_outlines(cube: Cube) -> dict[str, dict[str, list]]:
    """Outlines as charts want them: a level: a place: rings of ``[x, y]``; empty without boundaries."""
    frame = cube.frames.get("outlines")
    found: dict[str, dict[str, dict[int, list]]] = {}
    if frame is not None:
        columns = (frame[name].tolist() for name in ("place_level", "place", "ring", "x", "y"))
        for level, place, ring, *point in zip(*columns, strict=True):
            found.setdefault(level, {}).setdefault(place, {}).setdefault(ring, []).append(point)
    return {
        level: {place: list(rings.values()) for place, rings in places.items()}
        for level, places in found.items()
    }


def _drawn(
    catalog: Catalog, level: str, notices: list[dict]
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Neighbours and outlines of one level, and its names; what was mended goes to the notices."""
    from workbench.sources.boundaries import boundaries, neighbours
    from workbench.sources.outlines import outlines

    found = boundaries(catalog, level)
    notices += [dict(notice) for notice in found.notices]
    frames = {"neighbours": neighbours(found), "outlines": outlines(found)}
    for frame in frames.values():
        frame.insert(0, "place_level", pd.Series(level, index=frame.index, dtype="str"))
    return frames, found.names


def _not_joined(level: str, names: tuple[str, ...], places: set[str]) -> list[dict]:
    """Places of the service that are not on the map, and places on the map that the service never names."""
    missing = sorted(places - set(names) - {UNKNOWN})
    unused = sorted(set(names) - places)
    said = []
    if missing:
        hints = [f"{place} → {meant}" for place in missing if (meant := _meant(place, unused))]
        said.append({"message": "places_without_boundary", "level": level, "places": missing, "hints": hints})
    if unused:
        said.append({"message": "boundaries_without_rows", "level": level, "places": unused})
    return said


def _meant(place: str, names: list[str]) -> str:
    """The name that a place may stand for: the same letters, else nearly the same; empty where none is near."""
    bare = {"".join(filter(str.isalnum, name.casefold())): name for name in reversed(names)}
    own = "".join(filter(str.isalnum, place.casefold()))
    near = get_close_matches(own, list(bare), n=1, cutoff=ALIKE)
    return bare[own] if own in bare else bare[near[0]] if near else ""
