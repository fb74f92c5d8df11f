"""A small city and its requests, as literal as can be."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.catalog.model import Catalog
from workbench.disparity_review.cube import ALL, COUNTS, definition_of, with_margins

LEVELS = ["neighbourhood", "community"]
_WHERE = ["interval", "group", "neighbourhood"]
_CELL = ["interval", "dimension", "group", "place_level", "place"]
PARENTS = {"Elm": "North", "Oak": "North", "Fir": "South"}


def small_city(**service) -> Catalog:
    """A catalog with one service, on-time repairs by race and neighbourhood."""
    entry = {
        "title": "Pothole repair",
        "department": "works",
        "source": "requests",
        "interval": "opened",
        "outcome": {
            "numerator": [{"column": "closed", "on_or_before": "due"}],
            "denominator": [{"column": "due", "filled": True}],
            "words": "closed on time",
            "unit": "requests",
        },
        "favourable": True,
        "groups": {"race": "race"},
        "places": {"neighbourhood": "area"},
    }
    race = {
        "title": "Race",
        "groups": {"black": {"title": "Black", "codes": ["B"]}, "white": {"title": "White", "codes": ["W"]}},
        "unknown": ["U"],
        "reference": "white",
    }
    columns = {name: {"name": name} for name in ("race", "area", "kind")}
    columns |= {name: {"name": name, "type": "date"} for name in ("opened", "due", "closed")}
    return Catalog(
        root=Path("."),
        city={"name": "Small City", "time_zone": "America/Chicago"},
        departments={"works": {"title": "Public Works"}},
        dimensions={"race": race},
        places={
            "community": {"title": "Community"},
            "neighbourhood": {"title": "Neighbourhood", "within": "community", "parents": PARENTS},
        },
        sources={"requests": {"location": "requests.csv", "columns": columns}},
        services={"potholes": entry | service},
    )


def cube_of(
    rows, parents=PARENTS, *, margins=None, waits=None, repeats=None, frames=None, definition=None, **service
) -> Cube:
    """A cube of literal rows: interval, race, neighbourhood, numerator, denominator and, if wanted, stratum.

    Parameters
    ----------
    margins : dict, optional
        ``(group, place_level, place)``: the margin of error of its denominator, in every interval.
    waits : list of tuple, optional
        interval, race, neighbourhood, days, ended, open.
    repeats : list of tuple, optional
        interval, race, neighbourhood, people, n_squared, n_times_x, x_squared; each person in one place.
    frames : dict, optional
        Other frames of the cube, as they are.
    definition : dict, optional
        Entries of the definition that differ.
    **service
        Entries of the service that differ.
    """
    found = pd.DataFrame([(*row, ALL)[:6] for row in rows], columns=[*_WHERE, *COUNTS, "stratum"])
    cells = with_margins(_placed(found, parents), LEVELS, stratified=(found["stratum"] != ALL).any())
    estimated = [
        (margins or {}).get(key, 0.0) for key in zip(*(cells[name] for name in _CELL[2:]), strict=True)
    ]
    made = {"cells": cells.assign(margin=pd.Series(estimated, index=cells.index, dtype="float64"))}
    if waits:
        made["waits"] = _summed(waits, parents, ["days"], ["ended", "open"], within=LEVELS[-1:])
    if repeats:
        made["repeats"] = _summed(repeats, parents, [], ["people", "n_squared", "n_times_x", "x_squared"])
    declared = definition_of(small_city(**service), "works", "potholes", date(2026, 1, 15))
    return Cube(made | (frames or {}), declared | (definition or {}))


def _placed(rows: pd.DataFrame, parents: dict[str, str]) -> pd.DataFrame:
    community = rows["neighbourhood"].map(parents).fillna("unknown")
    return rows.assign(dimension="race", community=community)


def _summed(rows, parents, names: list[str], values: list[str], within=()) -> pd.DataFrame:
    """Sums for each group in the city, everyone in each place, and each group in places ``within``."""
    found = _placed(pd.DataFrame(rows, columns=[*_WHERE, *names, *values]), parents)
    parts = [(ALL, level) for level in ["city", *LEVELS]] + [("race", level) for level in ["city", *within]]
    keyed = [
        found.assign(
            dimension=dimension,
            group=ALL if dimension == ALL else found["group"],
            place_level=level,
            place=ALL if level == "city" else found[level],
        )
        for dimension, level in parts
    ]
    return pd.concat(keyed).groupby([*_CELL, *names], as_index=False)[values].sum()


@pytest.fixture
def city() -> Catalog:
    """The small city."""
    return small_city()


@pytest.fixture
def build_city():
    """``build_city(**changes)``: the small city with another service."""
    return small_city


@pytest.fixture(scope="session")
def build_cube():
    """``build_cube(rows, **changes of the service)``: a cube of literal rows."""
    return cube_of


@pytest.fixture
def in_duckdb(duckdb_connection):
    """``in_duckdb(frame)``: the frame as an Ibis table."""

    def table(frame: pd.DataFrame):
        import ibis
        import pyarrow as pa

        rows = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
        return duckdb_connection.create_table("requests", rows)

    return table


@pytest.fixture
def two_quarters() -> Cube:
    """White residents fare better in every neighbourhood, in both years."""
    rows = []
    for interval in ("2024-Q4", "2025-Q3", "2025-Q4"):
        for place in ("Elm", "Oak", "Fir"):
            rows += [(interval, "white", place, 360, 400), (interval, "black", place, 210, 300)]
            rows += [(interval, "unknown", place, 38, 50)]
    return cube_of(rows)
