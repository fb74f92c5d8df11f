"""A small city and its requests, as literal as can be."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.catalog.model import Catalog
from workbench.disparity_review.cube import definition_of, with_margins

LEVELS = ["neighbourhood", "community"]
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


def cube_of(rows, parents=PARENTS, **service) -> Cube:
    """A cube of literal rows: interval, race, neighbourhood, numerator, denominator."""
    found = pd.DataFrame(rows, columns=["interval", "group", "neighbourhood", "numerator", "denominator"])
    community = found["neighbourhood"].map(parents).fillna("unknown")
    found = found.assign(dimension="race", community=community, stratum="all")
    definition = definition_of(small_city(**service), "works", "potholes", date(2026, 1, 15))
    return Cube({"cells": with_margins(found, LEVELS)}, definition)


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
            rows += [(interval, "unknown", place, 40, 50)]
    return cube_of(rows)
