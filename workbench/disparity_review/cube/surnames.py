"""People without a recorded group, counted for each group by its probability given surname and place."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.catalog.model import Catalog, Imputation, Service
from workbench.disparity_review.cube.cells import COUNTS, UNKNOWN
from workbench.disparity_review.cube.coded_rows import codes, levels_of, named, rows_of
from workbench.disparity_review.cube.counting import sums_of

if TYPE_CHECKING:
    import ibis

DIGITS = 6
OTHERS = "ALL OTHER NAMES"  # the row of a census table of surnames for those too rare to be listed
_KEYS = ["interval", "dimension", "group"]


def unknown_query(table: ibis.Table, catalog: Catalog, service: Service, as_of: date) -> ibis.Table:
    """The query: numerator and denominator of rows without a recorded group, by surname and place.

    Returns
    -------
    ibis.Table
        Columns interval, dimension, surname, place (of the population's level), numerator, denominator.
    """
    import ibis

    asked = service.imputation
    dimension = catalog.populations[asked.population].dimension
    level = catalog.populations[asked.population].place_level
    rows = rows_of(table, catalog, service, as_of)
    by = codes(rows, catalog, service, [dimension]) | {"surname": rows[asked.surname]}
    raw = rows.group_by(**by).aggregate(**sums_of(rows, catalog, service, as_of))
    names = named(raw, catalog, service, dimension)
    place = names[level] if level in levels_of(catalog, service) else ibis.literal(UNKNOWN)
    coded = raw.select(
        interval=names["interval"],
        dimension=names["dimension"],
        group=names["group"],
        surname=raw["surname"].strip().upper(),
        place=place,
        numerator=raw["numerator"],
        denominator=raw["denominator"],
    )
    return (
        coded.filter(coded["group"] == UNKNOWN)
        .group_by("interval", "dimension", "surname", "place")
        .aggregate(**{name: coded[name].sum().cast("int64") for name in COUNTS})
    )


def shares_query(table: ibis.Table, asked: Imputation) -> ibis.Table:
    """The query: a row a surname, a column a group: the share of bearers who belong to it."""
    shares = {group: table[column].cast("float64") for group, column in asked.shares.items()}
    return table.select(surname=table[asked.surname_in].strip().upper(), **shares)


def imputed_of(
    found: pd.DataFrame, shares: pd.DataFrame, people: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows of unknown group, each counted for every group by its probability.

    Parameters
    ----------
    found : DataFrame
        As :func:`unknown_query` gives it.
    shares : DataFrame
        Column surname, and one for each group: fractions or percentages. A share that is not published
        is missing: what is left of the whole is divided evenly among those missing.
    people : DataFrame
        Columns place, group, count: residents.

    Returns
    -------
    imputed : DataFrame
        Columns interval, dimension, group, numerator, denominator (sums of probabilities, to 6 digits).
    number : dict
        ``rows`` of unknown group that are judged, and how many of them have no surname in the table.

    Notes
    -----
    Elliott and others 2009; probabilities are added and nobody is put into the likeliest group (Chen and
    others 2019). A surname that is not listed stands for ``ALL OTHER NAMES`` where the table has it.
    """
    from workbench.statistics.bisg import place_given_group, posterior

    groups = [name for name in shares.columns if name != "surname"]
    found = found.sort_values(["interval", "dimension", "surname", "place"], ignore_index=True)
    known = _whole(shares.drop_duplicates("surname").set_index("surname"))
    surname = found["surname"].astype("str")
    surname = surname.where(surname.isin(known.index), OTHERS)
    residents = people[people["group"].isin(groups)]
    residents = residents.pivot_table("count", "place", "group", aggfunc="sum", fill_value=0.0)
    residents = residents.reindex(columns=groups, fill_value=0.0)
    likely = pd.DataFrame(
        place_given_group(residents.to_numpy()), index=residents.index.astype("str"), columns=groups
    )
    weight = np.nan_to_num(
        posterior(
            known.reindex(surname)[groups].to_numpy(),
            likely.reindex(found["place"].astype("str"))[groups].to_numpy(),
        )
    )
    unlisted = ~surname.isin(known.index)
    number = {"rows": int(found["denominator"].sum()), "unlisted": int(found["denominator"][unlisted].sum())}
    return _weighted(found, weight, groups), number


def _whole(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares that add up to 1 for each surname; a surname of which none is known is left out."""
    left = (100 if shares.max(axis=None) > 1 else 1) - shares.sum(axis=1)
    missing = shares.isna().sum(axis=1)
    each = (left.clip(lower=0) / missing.where(missing > 0)).fillna(0.0)
    filled = shares.apply(lambda column: column.fillna(each))
    total = filled.sum(axis=1)
    usable = (total > 0) & (shares.notna().any(axis=1))
    return filled[usable].div(total[usable], axis=0)


def _weighted(found: pd.DataFrame, weight: np.ndarray, groups: list[str]) -> pd.DataFrame:
    parts = [
        found[["interval", "dimension"]].assign(
            group=group, **{name: found[name].to_numpy() * weight[:, i] for name in COUNTS}
        )
        for i, group in enumerate(groups)
    ]
    rows = pd.concat(parts).astype(dict.fromkeys(_KEYS, "str"))
    summed = rows.groupby(_KEYS, as_index=False)[COUNTS].sum()
    return summed.assign(**{name: summed[name].round(DIGITS) for name in COUNTS})
