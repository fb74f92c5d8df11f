"""Whether dimensions, place levels and populations fit each other."""

import json
from collections.abc import Iterator

from workbench.catalog.lookups import RULES, Found, unknown, unknown_columns
from workbench.catalog.model import Catalog, Dimension, PlaceLevel, Population
from workbench.catalog.nodes import Key
from workbench.catalog.words import did_you_mean


def dimension_faults(catalog: Catalog) -> Iterator[Found]:
    """Faults of all that ``dimensions.yml`` declares."""
    for name, dimension in catalog.dimensions.items():
        known = [*dimension.groups, *RULES]
        yield from unknown(("dimensions", name, "reference"), "group", dimension.reference, known)
        yield from _shared_codes(("dimensions", name, "groups"), dimension)
    for name, level in catalog.places.items():
        yield from unknown(("places", name, "within"), "place level", level.within, catalog.places)
        yield from _unplaced(catalog, name, level)
    for name, population in catalog.populations.items():
        yield from _population(catalog, ("populations", name), population)


def _shared_codes(path: Key, dimension: Dimension) -> Iterator[Found]:
    first: dict[str, str] = {}
    for name, group in dimension.groups.items():
        for code in group.codes:
            owner = first.setdefault(code.strip().casefold(), name)
            if owner != name:
                yield (
                    (*path, name, "codes"),
                    f"the code {code!r} already means {owner!r}.",
                    "Keep it in one group.",
                )


def _unplaced(catalog: Catalog, name: str, level: PlaceLevel) -> Iterator[Found]:
    """Places with a figure of disadvantage that are no places of the level."""
    known = _known_places(catalog, name, level)
    if known:
        for place in level.disadvantage:
            yield from unknown(("places", name, "disadvantage", place), name, place, known)


def _known_places(catalog: Catalog, name: str, level: PlaceLevel) -> set[str]:
    """Places of a level: those with parents, the parents of others, and those of its boundary file."""
    below = [other for other in catalog.places.values() if other.within == name]
    return {*level.parents, *(place for other in below for place in other.parents.values())} | _bounded(
        catalog, level
    )


def _bounded(catalog: Catalog, level: PlaceLevel) -> set[str]:
    """The names in the boundary file; none where it cannot be read, of which its reader tells."""
    if not level.boundary or not level.disadvantage:
        return set()
    try:
        features = json.loads((catalog.root / level.boundary.file).read_text(encoding="utf-8"))["features"]
        return {str(feature["properties"][level.boundary.property]) for feature in features}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _population(catalog: Catalog, path: Key, population: Population) -> Iterator[Found]:
    yield from unknown((*path, "place_level"), "place level", population.place_level, catalog.places)
    yield from unknown((*path, "dimension"), "dimension", population.dimension, catalog.dimensions)
    read = [getattr(population, field) for field in ("place", "group", "count", "margin")]
    yield from unknown_columns(catalog, path, population.source, read)
    yield from _grouped(catalog, path, population)
    level = catalog.places.get(population.place_level)
    theirs = level.boundary.vintage if level and level.boundary else ""
    if population.boundaries and theirs and population.boundaries != theirs:
        what = (
            f"the population was counted in boundaries of {population.boundaries!r}, but those of "
            f"{population.place_level!r} are of {theirs!r}."
        )
        instead = (
            f"Take a table in boundaries of {theirs!r}, or a boundary file of {population.boundaries!r}, or "
            f"bring the table to {theirs!r} with a crosswalk and write `boundaries: {theirs}`."
        )
        yield (*path, "boundaries"), what, instead


def _grouped(catalog: Catalog, path: Key, population: Population) -> Iterator[Found]:
    """A dimension needs a column, and the code of everyone is no group's."""
    if population.dimension and not population.group:
        what = f"a population by {population.dimension!r} needs the column of its groups."
        yield path, what, "Add `group: ...`."
    if population.total and not population.dimension:
        what = "`total` names codes of groups, and there is no dimension."
        yield (*path, "total"), what, "Remove it, or add `dimension` and `group`."
    if population.dimension in catalog.dimensions:
        groups = catalog.dimensions[population.dimension].groups
        owners = {code: name for name, group in groups.items() for code in (name, group.title, *group.codes)}
        for i, code in enumerate(population.total):
            if code in owners:
                what = f"{code!r} counts everyone together, and means the group {owners[code]!r} as well."
                yield (*path, "total", i), what, "Keep it in one of the two."


def levels_above(catalog: Catalog, level: str) -> list[str]:
    """A place level and those that its places are known to lie in."""
    found = []
    while level in catalog.places and level not in found:
        found.append(level)
        level = catalog.places[level].within if catalog.places[level].parents else ""
    return found


def unfit_population(
    catalog: Catalog, path: Key, name: str, groups: list[str], places: list[str]
) -> Iterator[Found]:
    """Faults of a population that a service is counted against.

    Parameters
    ----------
    path : tuple
        Of the line that names it.
    name : str
        The population; empty: none.
    groups, places : list of str
        Dimensions and place levels of the service.
    """
    yield from unknown(path, "population", name, catalog.populations)
    if name not in catalog.populations:
        return
    entry = catalog.populations[name]
    if entry.dimension and entry.dimension not in groups:
        what = f"population {name!r} is by {entry.dimension!r}, which the service does not have."
        yield path, what, _another(groups, "groups", entry.dimension)
    known = {level for place in places for level in levels_above(catalog, place)}
    if (
        places
        and entry.place_level in catalog.places
        and not known & {*levels_above(catalog, entry.place_level)}
    ):
        what = f"population {name!r} is by {entry.place_level!r}, which the service does not have."
        yield path, what, _another(places, "places", entry.place_level)


def _another(has: list[str], field: str, wanted: str) -> str:
    near = did_you_mean(wanted, has) if has else "The service has none."
    return f"{near} Add it to `{field}`, or name another population."
