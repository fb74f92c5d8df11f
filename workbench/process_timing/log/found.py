"""What the queries of a process find in its source, read once each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.process_timing.log import events as queries
from workbench.process_timing.log import lifecycle
from workbench.process_timing.log.arrays import Log
from workbench.process_timing.log.codes import Names
from workbench.process_timing.log.excluded import left_out_rows, repeated_rows, strange_rows
from workbench.process_timing.log.reading import read
from workbench.sources.asking import held

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Process

_LEFT_OUT = ("later", "incomplete", "too_early")


@dataclass(frozen=True)
class Found:
    """The events of a process and what was left out of them.

    Parameters
    ----------
    names : Names
    log : Log
    own : DataFrame
        One row a case, in the order of the log: name, and what is declared of it.
    tally : Series
        Counts of rows of the process and of those that are no events.
    left_out : list of DataFrame
        Rows that are no events, as :mod:`workbench.process_timing.log.excluded` lists them.
    closes_on_dates : bool
        Whether closings are dates without time.
    sql : dict of str to str
        A frame, or the rows that it is made from: the query that made it.
    """

    names: Names
    log: Log
    own: pd.DataFrame
    tally: pd.Series
    left_out: list[pd.DataFrame]
    closes_on_dates: bool
    sql: dict[str, str]

    @classmethod
    def of(cls, table: ibis.Table, catalog: Catalog, process: Process, as_of: date) -> Found:
        """Run the queries of one process."""
        rows, rows_sql = held(queries.known_rows(table, catalog, process, as_of), "known rows")
        told = queries.events(rows)
        found = _events(told, process)
        # without a lifecycle the names of events are those of the rows, which are not grouped for them
        names = Names.of(found if process.lifecycle else queries.people_only(rows, process.set_aside))
        steps, edges_sql = read(queries.in_order(queries.steps(found, names, process.order)).drop("after"))
        cases, cases_sql = read(queries.cases(rows, found))
        tally = queries.tallies(table, catalog, process, as_of).execute().iloc[0]
        log = Log.of(steps, _pauses(told, process))
        strange = lifecycle.unpaired(told) if process.lifecycle else None
        return cls(
            names=names,
            log=log,
            own=_own(cases),
            tally=pd.concat([tally, _strange_tally(strange)]).astype("int64"),
            left_out=[
                *([left_out_rows(table, catalog, process, as_of)] if tally[list(_LEFT_OUT)].any() else []),
                *([repeated_rows(rows)] if (log.copies > 1).any() else []),
                *([strange_rows(strange)] if strange is not None else []),
            ],
            closes_on_dates=_is_date(catalog, process, process.closed),
            sql={"known rows": rows_sql, "edges": edges_sql, "cases": cases_sql},
        )


def _events(told: ibis.Table, process: Process) -> ibis.Table:
    """Events from distinct rows: work that was done, by people."""
    done = lifecycle.instances(told) if process.lifecycle else told
    return queries.people_only(queries.with_sure_starts(done), process.set_aside)


def _pauses(told: ibis.Table, process: Process) -> pd.DataFrame:
    """Rests inside the work of events, in microseconds: row, from, until."""
    if not process.lifecycle:
        return pd.DataFrame({name: np.zeros(0, "int64") for name in ("row", "from", "until")})
    found, _ = read(lifecycle.pauses(told))
    return found.rename(columns={"event": "row", "since": "from"})[["row", "from", "until"]]


def _strange_tally(strange: ibis.Table | None) -> pd.Series:
    if strange is None:
        return pd.Series({"unpaired_starts": 0, "strange_stages": 0})
    return lifecycle.tally(strange).execute().iloc[0]


def _own(found: pd.DataFrame) -> pd.DataFrame:
    """Columns of the cases, with a word where nothing is said."""
    return found.assign(
        **{name: found[name].fillna(queries.UNKNOWN) for name in found if name.startswith("by_")}
    )


def _is_date(catalog: Catalog, process: Process, column: str) -> bool:
    return bool(column) and catalog.sources[process.source].columns[column].type == "date"
