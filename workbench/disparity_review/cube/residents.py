"""Residents, or the need, as the denominator of what is counted against the people who live somewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.cells import ALL, CELL, CITY, COUNTS, UNKNOWN, WHO
from workbench.disparity_review.cube.coded_rows import levels_of
from workbench.errors import SourceError

_NAMED = 10  # places that a notice names


@dataclass(frozen=True)
class Residents:
    """The people of a population by group and place, margins included, and what is odd about them.

    Parameters
    ----------
    counts : DataFrame
        As :func:`resident_margins` gives it.
    notices : list of dict
        Each with its ``message`` and typed arguments.
    """

    counts: pd.DataFrame
    notices: list[dict]


def residents_of(catalog: Catalog, subject: str, population: str, cells: pd.DataFrame) -> Residents:
    """The people of a population, at the place levels of a service and compared with its places.

    Parameters
    ----------
    catalog : Catalog
    subject, population : str
        Ids of the service and of the population.
    cells : DataFrame
        Of the service.

    Raises
    ------
    SourceError
        When the population cannot be read, or no place of it is a place of the service.
    """
    from workbench.sources import population_rows

    entry, people = catalog.populations[population], population_rows(catalog, population)
    parents = _parents(catalog, catalog.services[subject], entry.place_level)
    counts = resident_margins(people, entry.dimension, parents)
    notices = _odd_places(catalog, subject, population, cells, counts, next(iter(parents), ""))
    missing = int(people["margin"].isna().sum())
    if missing:
        notices.append({"message": "margins_missing", "population": population, "number": missing})
    return Residents(counts, notices)


def against_residents(cells: pd.DataFrame, residents: pd.DataFrame) -> pd.DataFrame:
    """Cells with the number of residents as denominator.

    Parameters
    ----------
    cells : DataFrame
        Counts; the numerator is kept.
    residents : DataFrame
        As :func:`resident_margins` gives it.

    Returns
    -------
    DataFrame
        The same columns and ``margin``. A cell in which residents live but nothing happened is there with
        numerator 0; whoever is not in the population table has denominator 0.
    """
    plain = cells[cells["stratum"] == ALL].drop(columns=["denominator", "margin"], errors="ignore")
    people = residents.rename(columns={"count": "denominator"})
    grid = plain[["interval"]].drop_duplicates().merge(people, how="cross")
    joined = plain.merge(grid, how="outer", on=["interval", *WHO])
    filled = joined.fillna({"stratum": ALL, "numerator": 0, "denominator": 0, "margin": 0.0})
    filled = filled.astype(dict.fromkeys(COUNTS, "int64"))
    return filled.sort_values(CELL, ignore_index=True)[[*CELL, *COUNTS, "margin"]]


def of_roles(residents: Mapping[str, Residents]) -> pd.DataFrame:
    """Residents of several populations, each by the role that it has; ordered."""
    parts = [people.counts.assign(role=role) for role, people in residents.items()]
    names = ["role", *WHO]
    return pd.concat(parts).sort_values(names, ignore_index=True)[[*names, "count", "margin"]]


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
    """Residents of every group and place, and of every margin, with margins of error.

    Parameters
    ----------
    people : DataFrame
        Columns place, group, count, margin: rows of each place and group (group ``all`` where the table
        has no groups, and where a row counts everyone together).
    dimension : str
        The dimension of the groups; empty where there is none.
    parents : dict
        A place level: the place there of each place of the table (empty: the same).

    Returns
    -------
    DataFrame
        Columns dimension, group, place_level, place, count (whole people), margin (at 90 %); ordered.
        Everyone of a place is the row that counts everyone where there is one, else the sum of groups.
    """
    from workbench.sources import added_up

    grouped = people[people["group"] != ALL] if dimension else people.head(0)
    parts = []
    for level in [CITY, *parents]:
        for who, rows in ((ALL, _everyone(people)), (dimension, grouped)):
            place = ALL if level == CITY else _lifted(rows["place"], parents[level])
            group = ALL if who == ALL else rows["group"]
            parts.append(rows.assign(dimension=who, group=group, place_level=level, place=place))
    summed = added_up(pd.concat(parts, ignore_index=True), WHO)
    return summed.assign(count=summed["count"].round().astype("int64"))


def _everyone(people: pd.DataFrame) -> pd.DataFrame:
    total = people["group"] == ALL
    return people[total | ~people["place"].isin(people.loc[total, "place"])]


def _lifted(places: pd.Series, parents: dict[str, str]) -> pd.Series:
    """The places of a level above; the same places where no parents are given."""
    return places.map(parents).fillna(UNKNOWN) if parents else places


def _odd_places(
    catalog: Catalog, subject: str, population: str, cells: pd.DataFrame, counts: pd.DataFrame, level: str
) -> list[dict]:
    """Places of the service that nobody lives in, and places with residents where nothing happened."""
    rows, people = (
        set(frame.loc[(frame["place_level"] == level) & (frame["dimension"] == ALL), "place"]) - {UNKNOWN}
        for frame in (cells, counts)
    )
    if rows and not rows & people:
        raise SourceError(_nothing_in_common(catalog, subject, population, level, rows, people))
    found = {"places_without_residents": rows - people, "residents_without_rows": people - rows}
    about = {"population": population, "level": level}
    return [
        {"message": message, **about, "places": sorted(places)[:_NAMED], "number": len(places)}
        for message, places in found.items()
        if places and level
    ]


def _nothing_in_common(
    catalog: Catalog, subject: str, population: str, level: str, rows: set[str], people: set[str]
) -> str:
    entry = catalog.populations[population]
    theirs, ours = (", ".join(map(repr, sorted(names)[:3])) or "none" for names in (people, rows))
    return (
        f"population `{population}` and service `{subject}` have no {level} in common: column `{entry.place}` of "
        f"`{entry.source}` has {theirs}, the service has {ours}. Add to `places: {entry.place_level}:` in "
        "dimensions.yml a `crosswalk` from one spelling to the other, or `parents` that hold the table's places."
    )
