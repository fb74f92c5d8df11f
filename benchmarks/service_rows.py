"""Ten million rows of one service as a city would have them, and the SQL that a person would write to count them."""

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from workbench.catalog.model import Catalog

AS_OF, PERIOD = date(2026, 1, 31), "2025-Q4"
FIRST, DAYS = "2023-01-01", 1096  # three years: twelve quarters
USUAL = 30  # times as often as each other spelling
PLACES, COMMUNITIES, GROUPS, KINDS = 90, 9, 8, 20
_NAMES = [f"Neighbourhood {number:02}" for number in range(PLACES)]
_PARENTS = {name: f"Community {number % COMMUNITIES}" for number, name in enumerate(_NAMES)}
_CODES = {f"group-{n}": [f"G{n}", f"Group {n}", f"{n} - GROUP"] for n in range(GROUPS)}
_CROSSWALK = {
    written: name for name in _NAMES for written in (name.upper(), name.replace("Neighbourhood", "Nbhd."))
}
_KEYS = ["interval", "group", "place", "stratum"]

SERVICE = {
    "title": "Requests",
    "department": "works",
    "source": "requests",
    "interval": "opened",
    "outcome": {
        "numerator": [{"column": "closed", "on_or_before": "due"}],
        "denominator": [{"column": "due", "filled": True}],
        "words": "closed on time",
    },
    "favourable": True,
    "groups": {"race": "race"},
    "places": {"neighbourhood": "area"},
    "stratum": "kind",
}


def city() -> Catalog:
    """A city with the one service: requests closed on time, by group, by place in two levels, by kind."""
    columns = {name: {"name": name} for name in ("request", "race", "area", "kind", "address")}
    columns |= {name: {"name": name, "type": "date"} for name in ("opened", "due", "closed")}
    columns["due"]["planned"] = True
    groups = {name: {"title": name.title(), "codes": codes} for name, codes in _CODES.items()}
    return Catalog(
        root=Path("."),
        city={"name": "Benchmark City", "time_zone": "America/Chicago"},
        departments={"works": {"title": "Public Works"}},
        dimensions={
            "race": {"title": "Race", "groups": groups, "unknown": ["Declined"], "reference": "group-0"}
        },
        places={
            "community": {"title": "Community"},
            "neighbourhood": {
                "title": "Neighbourhood",
                "within": "community",
                "parents": _PARENTS,
                "crosswalk": _CROSSWALK,
            },
        },
        sources={"requests": {"location": "requests.csv", "columns": columns}},
        services={"requests": SERVICE},
    )


def write_rows(path: Path, rows: int) -> None:
    """Rows with all spellings, with codes that mean nothing, and with gaps, as Parquet."""
    usual = [codes[0] for codes in _CODES.values()]
    codes = [*usual * USUAL, *[code for codes in _CODES.values() for code in codes]]
    codes += ["Declined", "", "?", None] * (USUAL // 4)
    areas = [*_NAMES * USUAL, *_CROSSWALK, *[None] * USUAL]
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    connection.execute(
        "CREATE TABLE texts AS SELECT $codes::VARCHAR[] AS codes, $areas::VARCHAR[] AS areas",
        {"codes": codes, "areas": areas},
    )
    connection.execute("SELECT setseed(0.311)")
    connection.execute(
        f"""COPY (
        WITH dated AS MATERIALIZED (
            SELECT n AS _row, DATE '{FIRST}' + CAST(floor(random() * {DAYS}) AS INTEGER) AS opened
            FROM range(1, {rows} + 1) AS t(n))
        SELECT _row, 'R-' || _row AS request, opened,
               CASE WHEN random() < 0.97 THEN opened + CAST(3 + floor(random() * 20) AS INTEGER) END AS due,
               CASE WHEN random() < 0.95 THEN opened + CAST(floor(random() * 24) AS INTEGER) END AS closed,
               list_extract(codes, CAST(1 + floor(random() * len(codes)) AS INTEGER)) AS race,
               list_extract(areas, CAST(1 + floor(random() * len(areas)) AS INTEGER)) AS area,
               'Kind ' || CAST(floor(random() * {KINDS}) AS INTEGER) AS kind,
               CAST(floor(random() * 9999) AS INTEGER) || ' Elm Street' AS address
        FROM dated, texts) TO '{path}' (FORMAT PARQUET, COMPRESSION ZSTD)"""
    )
    connection.close()


def with_names(connection: duckdb.DuckDBPyConnection) -> None:
    """What each code means, as tables to join."""
    codes = [(code, name) for name, codes in _CODES.items() for code in codes]
    codes += [(text, name) for name in _CODES for text in (name, name.title())]
    for table, pairs in (("group_names", codes), ("place_names", list(_CROSSWALK.items()))):
        connection.execute(f"CREATE TABLE {table} (code VARCHAR PRIMARY KEY, name VARCHAR)")
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", dict(pairs).items())


_ON_TIME = "count(*) FILTER (due IS NOT NULL AND closed <= due) AS numerator, count(due) AS denominator"
_NAMED = "coalesce(g.name, 'unknown') AS \"group\", coalesce(p.name, area, 'unknown') AS place"
_JOINED = "LEFT JOIN group_names AS g ON race = g.code LEFT JOIN place_names AS p ON area = p.code"
SQL = {
    "named, then grouped": f"""
        SELECT year(opened) || '-Q' || quarter(opened) AS interval, {_NAMED},
               coalesce(kind, 'unknown') AS stratum, {_ON_TIME}
        FROM requests {_JOINED} GROUP BY ALL""",
    "grouped, then named": f"""
        WITH raw AS (SELECT date_trunc('quarter', opened) AS day, race, area, kind, {_ON_TIME}
                     FROM requests GROUP BY ALL)
        SELECT year(day) || '-Q' || quarter(day) AS interval, {_NAMED}, coalesce(kind, 'unknown') AS stratum,
               sum(numerator) AS numerator, sum(denominator) AS denominator
        FROM raw {_JOINED} GROUP BY ALL""",
}


def in_order(found: pd.DataFrame) -> pd.DataFrame:
    """Counts at the finest grain, of either side, so that equal counts are equal frames."""
    plain = found.rename(columns={"neighbourhood": "place"})[[*_KEYS, "numerator", "denominator"]]
    plain = plain.astype({**dict.fromkeys(_KEYS, "str"), "numerator": "int64", "denominator": "int64"})
    return plain.sort_values(_KEYS, ignore_index=True)
