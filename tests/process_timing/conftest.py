"""Small logs for tests: rows as literals, a catalog that declares them, a cube made from them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.catalog.model import Catalog, City, Department, Dimension, Process
from workbench.catalog.tables import Column, Source
from workbench.process_timing.log.cube import cube

TIMES = {"completed", "started", "submitted", "closed"}
RACE = Dimension.model_validate({"title": "Race", "groups": {"black": {"title": "Black", "codes": ["B"]}}})


def catalog_of(process: dict, columns, zone: str = "UTC", about_people: bool = True, **city) -> Catalog:
    """A catalog with one process ``permits`` over a source ``log``."""
    declared = {"title": "Permits", "department": "works", "source": "log", "noun": "permits"}
    declared |= {"case": "case", "activity": "activity", "timestamp": "completed", **process}
    kinds = {
        name: Column(name=name, type="time" if name in TIMES else "text")
        for name in columns
        if name != "_row"
    }
    return Catalog(
        root=Path("."),
        city=City(name="Town", time_zone=zone, **city),
        departments={"works": Department(title="Public Works")},
        dimensions={"race": RACE},
        sources={"log": Source(location="log.csv", columns=kinds, about_people=about_people)},
        processes={"permits": Process.model_validate(declared)},
    )


def as_snapshot(frame: pd.DataFrame, zone: str = "UTC") -> pd.DataFrame:
    """The frame with times in UTC beside their local dates, and the order of the source."""
    made = frame.copy()
    for name in TIMES & set(frame.columns):
        stamps = pd.to_datetime(frame[name], utc=True, format="ISO8601")
        made[name] = stamps.dt.tz_localize(None).astype("datetime64[us]")
        made[f"{name}_date"] = stamps.dt.tz_convert(zone).dt.date
        made[f"{name}_date"] = made[f"{name}_date"].where(stamps.notna(), None)
    if "_row" not in made:
        made["_row"] = np.arange(1, len(made) + 1)
    return made


def in_memory(frame: pd.DataFrame) -> ibis.Table:
    """The frame as a table of DuckDB."""
    import pyarrow as pa

    table = ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False))
    return ibis.duckdb.connect().create_table("log", table)


@pytest.fixture
def cube_of() -> Callable[..., Cube]:
    """``cube_of(rows, columns=..., process=..., as_of=..., zone=..., table=...)``: the cube of a log."""

    def made(
        rows, columns=("case", "activity", "completed"), process=None, as_of="2026-12-31", zone="UTC", **more
    ):
        frame = (
            rows
            if isinstance(rows, pd.DataFrame)
            else pd.DataFrame(rows, columns=list(columns), dtype=object)
        )
        put = more.pop("table", in_memory)
        catalog = catalog_of(process or {}, frame.columns, zone, **more)
        table = put(as_snapshot(frame, zone))
        return cube(catalog, "works", "permits", {"log": table}, date.fromisoformat(as_of))

    return made


@pytest.fixture(scope="session")
def receipt_rows(shared) -> pd.DataFrame:
    """The receipt phase of an environmental permit in a Dutch municipality (Buijs, CoSeLoG, 4TU)."""
    names = {
        "case:concept:name": "case",
        "concept:name": "activity",
        "time:timestamp": "completed",
        "org:resource": "resource",
        "case:startdate": "submitted",
        "case:enddate": "closed",
        "case:channel": "channel",
        "case:department": "office",
    }
    found = pd.read_csv(shared / "data/coselog-receipt/receipt.csv.gz", dtype=object)
    return found[list(names)].rename(columns=names)


RECEIPT = {
    "resource": "resource",
    "submitted": "submitted",
    "closed": "closed",
    "attributes": ["channel", "office"],
}


@pytest.fixture(scope="session")
def receipt(receipt_rows) -> Cube:
    """The cube of the whole receipt log, on the clock of Amsterdam."""
    catalog = catalog_of(RECEIPT, receipt_rows.columns, "Europe/Amsterdam", working_hours=["07:00-17:00"])
    table = in_memory(as_snapshot(receipt_rows, "Europe/Amsterdam"))
    return cube(catalog, "works", "permits", {"log": table}, date(2012, 1, 31))
