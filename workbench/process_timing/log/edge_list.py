"""Every way from one step of a case to its next in a log that is written for other tools."""

import pandas as pd

from workbench.analyses import EventLog
from workbench.process_timing.log.clock import DAY
from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.edge_times import every_edge
from workbench.process_timing.log.events import STARTED
from workbench.process_timing.log.written import ACTIVITY, CASE, RESOURCE, START, TEAM, TIME

# Who did a step tells two events of one time apart.
_KNOWN = {
    CASE: "case",
    ACTIVITY: "activity",
    TIME: "time",
    START: STARTED,
    RESOURCE: "resource",
    TEAM: "team",
}
_TIMES = ("mean", "median", "p90", "total")


def edge_list(log: EventLog) -> pd.DataFrame:
    """The edges of a log, the longest in total first.

    Parameters
    ----------
    log : EventLog
        Its events stand in the order of the cube, which breaks ties of time.

    Returns
    -------
    DataFrame
        from, to (activities), count, cases, mean_days, median_days, p90_days, total_days: calendar days from the end of
        one step to the start of the next or, where it is not known, to its end; 0 where they overlap. Quantiles are exact.
    """
    import ibis

    events = log.events.reset_index(drop=True)
    known = {name: column for name, column in _KNOWN.items() if name in events}
    rows = ibis.memtable(events[list(known)].rename(columns=known).assign(row=events.index + 1))
    names = Names.of(rows)
    found = every_edge(ibis.duckdb.connect().create_table("log", rows), names, cases=True)
    told = {end: [names.activities[code] for code in found[end]] for end in ("from", "to")}
    table = pd.DataFrame({**told, "count": found["count"], "cases": found["cases"]})
    table = table.assign(**{f"{name}_days": found[name] / DAY for name in _TIMES})
    return table.sort_values(["total_days", "from", "to"], ascending=[False, True, True], ignore_index=True)
