"""Small logs for tests: rows as literals, a catalog that declares them, a cube made from them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.calendars import WorkingCalendar
from workbench.catalog.model import Catalog, City, Department, Dimension, Process
from workbench.catalog.tables import Column, Source
from workbench.disclosure import Policy, release
from workbench.process_timing.capacity.constraint import constraint
from workbench.process_timing.capacity.flow_check import flow_check
from workbench.process_timing.capacity.load import loads
from workbench.process_timing.capacity.removed import removed
from workbench.process_timing.capacity.scenarios import scenarios
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.log.cube import cube
from workbench.process_timing.results import ProcessResults

WORKING_DAY = 8 * 3_600_000_000
TIMES = {"completed", "started", "submitted", "closed"}
RACE = Dimension.model_validate({"title": "Race", "groups": {"black": {"title": "Black", "codes": ["B"]}}})


def catalog_of(
    process: dict, columns, zone: str = "UTC", about_people: bool = True, dimensions=None, places=None, **city
) -> Catalog:
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
        dimensions={"race": RACE, **(dimensions or {})},
        places=places or {},
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


@pytest.fixture(scope="session")
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


@pytest.fixture
def capacity_of(cube_of) -> Callable[..., ProcessResults]:
    """``capacity_of(rows, columns=..., process=..., ...)``: what a log's first quarter of 2026 says of capacity."""

    def made(rows, columns, process, as_of="2026-03-31", about_people=False, **more):
        cube = cube_of(rows, columns, process=process, as_of=as_of, about_people=about_people, **more)
        chosen, counts = Cohort.of(cube, "2026-Q1", "submitted", 0.95), Counts()
        found = loads(chosen)
        frames = {
            "constraint": constraint(chosen, counts, found),
            "scenarios": scenarios(chosen, found),
            "flow_check": flow_check(chosen, counts),
            "removed": removed(chosen, counts),
        }
        return ProcessResults(counts=counts.frame(), about_people=about_people, **frames)

    return made


@pytest.fixture(scope="session")
def release_of() -> Callable[..., ProcessResults]:
    """``release_of(cohort, frames, counts=...)``: these frames of people's cases as a reader has them, the others empty."""

    def made(cohort, frames, counts=None):
        counts = Counts() if counts is None else counts
        own = {each.__name__: each(cohort, counts) for each in frames}
        absent = {
            name: pd.DataFrame(columns=[*keys, "state", "cells"])
            for name, keys in ProcessResults.KEYS.items()
            if name not in own
        }
        results = ProcessResults(counts=counts.frame(), sums=counts.sums, about_people=True, **own, **absent)
        return release(results, Policy(11))

    return made


@pytest.fixture(scope="session")
def queue_log() -> Callable[..., pd.DataFrame]:
    """``queue_log(seed=..., people=..., per_day=..., rate=..., days=...)``: an M/M/c queue as a log.

    Cases are filed by a portal at random and reviewed by the first reviewer who is free, from 1 January 2026, 09:00
    to 17:00 on weekdays, in UTC. ``per_day`` and ``rate`` (of one reviewer) are per working day.
    """

    def made(seed: int = 24, people: int = 5, per_day: float = 9, rate: float = 2, days: int = 64):
        random = np.random.default_rng(seed)
        filed = np.cumsum(random.exponential(1 / per_day, int(per_day * days * 1.3)))
        filed = filed[filed < days]
        work, free, begun, who = random.exponential(1 / rate, filed.size), np.zeros(people), [], []
        for arrival, length in zip(filed, work, strict=True):
            who.append(int(free.argmin()))
            begun.append(max(arrival, free[who[-1]]))
            free[who[-1]] = begun[-1] + length
        zero, calendar = np.datetime64("2026-01-01T00:00", "us"), WorkingCalendar("UTC")
        filed, begun, done = (
            pd.Series(
                calendar.after(np.full(filed.size, zero), (np.asarray(times) * WORKING_DAY).astype("int64"))
            )
            for times in (filed, begun, begun + work)
        )
        case = [f"c{number:05}" for number in range(len(filed))]
        portal = pd.DataFrame({"case": case, "activity": "Filed", "completed": filed, "started": filed})
        review = pd.DataFrame({"case": case, "activity": "Review", "completed": done, "started": begun})
        both = pd.concat([portal.assign(resource="portal"), review.assign(resource=[f"r{k}" for k in who])])
        stamps = {
            name: both[name].map(lambda at: f"{at.isoformat()}+00:00") for name in ("completed", "started")
        }
        return both.assign(**stamps).astype(object).reset_index(drop=True)

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
