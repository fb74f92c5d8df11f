"""One run of one engine in a process of its own: prints seconds, CPU seconds, peak memory and what it found, as JSON.

Seconds are from opening the file to finished numbers; imports are not counted.
"""

import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

ZONE, OPEN, CLOSE = "Europe/Amsterdam", 7, 17
_DAYS = (date(2010, 1, 1), date(2016, 12, 31))
_CHANNEL = "Internet"


def sql(log: Path):
    """What a person would write: one window, one grouping."""
    import duckdb

    return lambda: _told(
        duckdb.connect()
        .execute(
            f"""
            SELECT activity, following, count(*), avg(wait), quantile_cont(wait, 0.5), quantile_cont(wait, 0.9)
            FROM (
                SELECT activity, lead(activity) OVER w AS following,
                       epoch_us(lead(time) OVER w) - epoch_us(time) AS wait
                FROM '{log}' WINDOW w AS (PARTITION BY "case" ORDER BY time)
            )
            WHERE following IS NOT NULL GROUP BY ALL
            """
        )
        .fetchall()
    )


def sql_business(log: Path):
    """The same in working time, each instant joined to the span that opened last before it."""
    import duckdb
    import pandas as pd

    connection = duckdb.connect()
    days = pd.bdate_range(_DAYS[0], _DAYS[1])
    opens = (days + pd.Timedelta(hours=OPEN)).tz_localize(ZONE).tz_convert("UTC").tz_localize(None)
    length = (CLOSE - OPEN) * 3_600_000_000
    spans = pd.DataFrame({"opens": opens, "before": range(0, len(days) * length, length)})
    connection.register("spans", spans.astype({"opens": "datetime64[us]"}))
    return lambda: _told(
        connection.execute(
            f"""
            SELECT activity, following, count(*), avg(wait), quantile_cont(wait, 0.5), quantile_cont(wait, 0.9)
            FROM (
                SELECT activity, lead(activity) OVER w AS following, lead(passed) OVER w - passed AS wait
                FROM (
                    SELECT "case", activity, time,
                           before + least(epoch_us(time) - epoch_us(opens), {length}) AS passed
                    FROM '{log}' ASOF JOIN spans ON time >= opens
                )
                WINDOW w AS (PARTITION BY "case" ORDER BY time)
            )
            WHERE following IS NOT NULL GROUP BY ALL
            """
        ).fetchall()
    )


def pm4py(log: Path):
    """pm4py's performance graph, with all waits, of which quantiles are taken."""
    import numpy as np
    import pandas as pd
    from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

    def run():
        frame = pd.read_parquet(log, columns=["case", "activity", "time"])
        waits = get_dfg_graph(
            frame,
            measure="performance",
            activity_key="activity",
            case_id_glue="case",
            timestamp_key="time",
            perf_aggregation_key="raw_values",
        )
        found = {}
        for edge, values in waits.items():
            seconds = np.asarray(values, dtype=float)
            times = [seconds.mean(), np.quantile(seconds, 0.5), np.quantile(seconds, 0.9)]
            found["|".join(edge)] = [len(seconds), *map(float, times)]
        return found

    return run


def ours(log: Path, days=None):
    """The workbench, from rows to every edge."""
    import ibis

    from workbench.process_timing.log.codes import Names
    from workbench.process_timing.log.edge_times import every_edge

    _import_all()

    def run():
        rows = ibis.duckdb.connect().read_parquet(log)
        names = Names.of(rows)
        return _named(every_edge(rows, names, days=days), names)

    return run


def ours_business(log: Path):
    """The same in working time."""
    return ours(log, _day_table())


def prepare(log: Path):
    """Write the edge table once, with both clocks and the channel of each case as a code."""
    import ibis

    from workbench.process_timing.log.codes import Names
    from workbench.process_timing.log.edge_table import write_edge_table

    _import_all()

    def run():
        rows = ibis.duckdb.connect().read_parquet(log)
        rows = rows.mutate(channel=(rows["channel"] == _CHANNEL).cast("int8"))
        write_edge_table(rows, _prepared(log), Names.of(rows), days=_day_table(), kept=["channel"])
        return {}

    return run


def filtered(log: Path):
    """The edges of one channel from the edge table."""
    import ibis

    from workbench.process_timing.log.edge_table import only
    from workbench.process_timing.log.edge_times import edge_times

    _import_all()
    edges = ibis.duckdb.connect().read_parquet(_prepared(log))

    def run():
        found = edge_times(only(edges, {"channel": [1]})).execute()
        return {"edges": len(found)}

    return run


def _import_all() -> None:
    """Ask a log of two events, so that what is imported late is imported before the clock runs."""
    import ibis

    from workbench.process_timing.log.codes import Names
    from workbench.process_timing.log.edge_times import every_edge

    rows = ibis.memtable({"case": ["c", "c"], "activity": ["A", "B"], "time": [0, 1], "row": [1, 2]})
    rows = ibis.duckdb.connect().create_table("warm", rows.mutate(time=rows["time"].as_timestamp("s")))
    every_edge(rows, Names.of(rows), days=_day_table())


def _day_table():
    from workbench.calendars import WorkingCalendar
    from workbench.process_timing.log.working_time import day_table

    return day_table(WorkingCalendar(ZONE, spans=((OPEN * 60, CLOSE * 60),)), *_DAYS)


def _prepared(log: Path) -> Path:
    return log.with_name(f"{log.stem}-edges.parquet")


def _told(rows) -> dict:
    return {f"{start}|{end}": [count, *(t / 1e6 for t in times)] for start, end, count, *times in rows}


def _named(found, names) -> dict:
    activities = names.activities
    columns = ["from", "to", "count", "mean", "median", "p90"]
    return _told(
        (activities[start], activities[end], int(count), *map(float, times))
        for start, end, count, *times in found[columns].itertuples(index=False)
    )


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run the engine that is named on the log that is named."""
    run = globals()[sys.argv[1]](Path(sys.argv[2]))
    begun, worked = time.perf_counter(), _processor_seconds()
    edges = run()
    told = {"seconds": time.perf_counter() - begun, "cpu": _processor_seconds() - worked}
    told["gigabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({**told, "edges": edges}))


if __name__ == "__main__":
    main()
