"""Residents as the denominator of a service that is counted against the people who live somewhere."""

import pandas as pd

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube import ALL, CELL, CITY, COUNTS, UNKNOWN, levels_of

_WHO = ["dimension", "group", "place_level", "place"]


def against_residents(cells: pd.DataFrame, catalog: Catalog, service: Service) -> pd.DataFrame:
    """Cells with the number of residents as denominator.

    Parameters
    ----------
    cells : DataFrame
        Counts; the numerator is kept.

    Returns
    -------
    DataFrame
        The same columns. A cell in which residents live but nothing happened is there with
        numerator 0; whoever is not in the population table has denominator 0.
    """
    from workbench.sources import population

    entry = catalog.populations[service.outcome.population]
    people = population(catalog, service.outcome.population)
    residents = resident_margins(people, entry.dimension, _parents(catalog, service, entry.place_level))
    plain = cells[cells["stratum"] == ALL].drop(columns="denominator")
    grid = plain[["interval"]].drop_duplicates().merge(residents, how="cross")
    joined = plain.merge(grid, how="outer", on=["interval", *_WHO])
    filled = joined.fillna({"stratum": ALL, "numerator": 0, "denominator": 0})
    filled = filled.astype(dict.fromkeys(COUNTS, "int64"))
    return filled.sort_values(CELL, ignore_index=True)[CELL + COUNTS]


def _parents(catalog: Catalog, service: Service, level: str) -> dict[str, dict[str, str]]:
    """For each level of the service at or above the population's: a place of the table, and the place there."""
    maps = {level: {}}
    current, upwards = level, {}
    while catalog.places[current].parents and catalog.places[current].within:
        parents = catalog.places[current].parents
        upwards = {name: parents.get(place, UNKNOWN) for name, place in upwards.items()} or dict(parents)
        current = catalog.places[current].within
        maps[current] = upwards
    return {name: places for name, places in maps.items() if name in levels_of(catalog, service)}


def resident_margins(
    people: pd.DataFrame, dimension: str, parents: dict[str, dict[str, str]]
) -> pd.DataFrame:
    """Residents of every group and place, and of every margin.

    Parameters
    ----------
    people : DataFrame
        Columns place, group, count: one row for each place and group (group missing or ``all``
        where the table has no groups).
    dimension : str
        The dimension of the groups; empty where there is none.
    parents : dict
        A place level: the place there of each place of the table (empty: the same).

    Returns
    -------
    DataFrame
        Columns dimension, group, place_level, place, denominator (whole people).
    """
    parts = []
    for level in [CITY, *parents]:
        place = ALL if level == CITY else _lifted(people["place"], parents[level])
        placed = people.assign(place_level=level, place=place, denominator=people["count"])
        parts.append(placed.assign(dimension=ALL, group=ALL))
        if dimension:
            parts.append(placed.assign(dimension=dimension))
    summed = pd.concat(parts, ignore_index=True).groupby(_WHO, as_index=False)["denominator"].sum()
    return summed.assign(denominator=summed["denominator"].round().astype("int64"))


def _lifted(places: pd.Series, parents: dict[str, str]) -> pd.Series:
    """The places of a level above; the same places where no parents are given."""
    return places.map(parents).fillna(UNKNOWN) if parents else places
