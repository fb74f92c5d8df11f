"""How many people live where, by group, from a population table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog.model import Catalog
from workbench.errors import SourceError
from workbench.sources.tables import tables

if TYPE_CHECKING:
    import pandas as pd


def population(catalog: Catalog, population_id: str) -> pd.DataFrame:
    """Residents by place and group.

    Parameters
    ----------
    catalog : Catalog
    population_id : str
        A key of ``populations``.

    Returns
    -------
    DataFrame
        One row a place and group, in order of both: ``place`` (``unknown`` where it is blank),
        ``group`` (a group id, ``unknown``, or ``all`` where no dimension is declared), ``count``
        (people) and ``margin`` (of error at 90 %; 0 where none is declared).

    Raises
    ------
    SourceError
        When the population is not declared, or its source cannot be read.

    Notes
    -----
    Rows that code to the same place and group are added; the margin of a sum is the square root of
    the sum of the squared margins (U.S. Census Bureau 2020, Understanding and Using ACS Data, ch. 8).
    """
    if population_id not in catalog.populations:
        known = ", ".join(sorted(catalog.populations)) or "none"
        raise SourceError(f"there is no population {population_id!r}; declared are: {known}.")
    residents = _coded(catalog, population_id)
    residents["margin"] = residents["margin"].fillna(0.0) ** 2
    added = residents.groupby(["place", "group"], as_index=False, sort=True)[["count", "margin"]].sum()
    return added.assign(margin=added["margin"] ** 0.5)


def _coded(catalog: Catalog, population_id: str) -> pd.DataFrame:
    """Rows with a count, in the order of the source, under the names of the catalog."""
    import ibis

    from workbench.sources.coding import group_of, place_of

    declared = catalog.populations[population_id]
    with tables(catalog, [declared.source]) as opened:
        table = opened.tables[declared.source]
        group = ibis.literal("all")
        if declared.dimension:
            group = group_of(table, declared.group, catalog.dimensions[declared.dimension])
        people = table[declared.count].cast("float64")
        margin = table[declared.margin].cast("float64") if declared.margin else ibis.literal(0.0)
        place = place_of(table, declared.place, catalog.places[declared.place_level])
        coded = table.order_by("_row").select(place=place, group=group, count=people, margin=margin)
        return coded.filter(coded["count"].notnull()).to_pandas()
