"""How many people live where, by group, from a population table with margins of error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.catalog.model import Catalog
from workbench.errors import SourceError
from workbench.sources.coding import UNKNOWN
from workbench.sources.tables import tables

if TYPE_CHECKING:
    import pandas as pd

    from workbench.catalog.model import Population

EVERYONE = "all"
CONTROLLED = -555555555  # the Census Bureau's sign for an estimate held to a known total: no sampling error
OVERLAP = 0.005  # by which groups may add up to more than everyone: tables are rounded
_NAMED = 5


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
        ``group`` (a group id, ``unknown``, or ``all``: where no dimension is declared, and of rows that
        count everyone together), ``count`` (people) and ``margin`` (of error at 90 %; 0 where none is
        declared).

    Raises
    ------
    SourceError
        As :func:`population_rows`.
    """
    return added_up(population_rows(catalog, population_id), ["place", "group"])


def population_rows(catalog: Catalog, population_id: str) -> pd.DataFrame:
    """The rows of a population table that have a count, in the order of the source.

    Returns
    -------
    DataFrame
        Columns as :func:`population` gives them, not yet added; ``margin`` is missing where it is blank
        or one of the Census Bureau's signs for "not available". A count below 0 is such a sign as well.

    Raises
    ------
    SourceError
        When the population is not declared, its source cannot be read, none of its groups is known, or
        its groups add up to more than everyone.
    """
    if population_id not in catalog.populations:
        known = ", ".join(sorted(catalog.populations)) or "none"
        raise SourceError(f"there is no population {population_id!r}; declared are: {known}.")
    declared = catalog.populations[population_id]
    found = _coded(catalog, population_id)
    total = found["code"].isin(declared.total)
    rows = found.assign(group=found["group"].mask(total, EVERYONE), margin=_known(found["margin"]))
    if declared.dimension:
        _must_have_groups(rows, population_id, declared)
        _must_not_overlap(rows, population_id, declared)
    return rows.drop(columns="code")


def added_up(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sums of estimates and their margins of error.

    Parameters
    ----------
    rows : DataFrame
        Columns ``count``, ``margin`` and those to add up by.
    by : list of str

    Returns
    -------
    DataFrame
        ``by``, ``count``, ``margin``; ordered by ``by``.

    Notes
    -----
    The margin of a sum is the square root of the sum of the squared margins, in which only the largest
    margin among estimates of zero counts (U.S. Census Bureau 2020, Understanding and Using ACS Data,
    ch. 8). Missing margins are left out.
    """
    margin, none = rows["margin"].fillna(0.0), rows["count"] == 0
    parts = rows.assign(squared=(margin**2).mask(none, 0.0), largest=margin.where(none, 0.0))
    how = {"count": "sum", "squared": "sum", "largest": "max"}
    added = parts.groupby(by, as_index=False, sort=True).agg(how)
    margin = (added["squared"] + added["largest"] ** 2) ** 0.5
    return added.drop(columns=["squared", "largest"]).assign(margin=margin.astype("float64"))


def _known(margin: pd.Series) -> pd.Series:
    """Margins with the Bureau's signs resolved: controlled is 0, other negatives are missing."""
    return margin.mask(margin == CONTROLLED, 0.0).mask((margin < 0) & (margin != CONTROLLED))


def _must_have_groups(rows: pd.DataFrame, population_id: str, declared: Population) -> None:
    if len(rows) and rows["group"].isin([UNKNOWN, EVERYONE]).all():
        codes = ", ".join(map(repr, sorted(rows["code"].dropna().unique())[:_NAMED])) or "nothing"
        raise SourceError(
            f"population `{population_id}`: column `{declared.group}` has no code of `{declared.dimension}`; "
            f"it has {codes}. Add them to the `codes` of its groups in dimensions.yml."
        )


def _must_not_overlap(rows: pd.DataFrame, population_id: str, declared: Population) -> None:
    """Where rows that count everyone are there, the groups may not add up to more."""
    everyone = rows[rows["group"] == EVERYONE].groupby("place")["count"].sum()
    parts = rows[(rows["group"] != EVERYONE) & rows["place"].isin(everyone.index)]
    by_group = parts.groupby("group")["count"].sum()
    if by_group.sum() <= everyone.sum() * (1 + OVERLAP):
        return
    excess = parts.groupby("place")["count"].sum().sub(everyone, fill_value=0)
    listed = ", ".join(f"{group} {count:,.0f}" for group, count in by_group.items())
    raise SourceError(
        f"population `{population_id}`: its groups add up to {by_group.sum():,.0f} ({listed}), the rows of "
        f"everyone to {everyone.sum():,.0f}; the most too many are in {excess.idxmax()!r}. Groups overlap, as "
        f"when Hispanic residents are in their race as well: write codes of `{declared.dimension}` that have "
        "everyone once (alone, not Hispanic), or correct `total`."
    )


def _coded(catalog: Catalog, population_id: str) -> pd.DataFrame:
    """Rows with a count, under the names of the catalog, and the code of the group as found."""
    import ibis

    from workbench.sources.coding import group_of, place_of, text_of

    declared = catalog.populations[population_id]
    with tables(catalog, [declared.source]) as opened:
        table = opened.tables[declared.source]
        group, code = ibis.literal(EVERYONE), ibis.null("string")
        if declared.dimension:
            group = group_of(table, declared.group, catalog.dimensions[declared.dimension])
            code = text_of(table[declared.group])
        people = table[declared.count].cast("float64")
        margin = table[declared.margin].cast("float64") if declared.margin else ibis.literal(0.0)
        place = place_of(table, declared.place, catalog.places[declared.place_level])
        coded = table.order_by("_row").select(
            place=place, group=group, count=people, margin=margin, code=code
        )
        return coded.filter(coded["count"] >= 0).to_pandas()
