"""Rows of a service become counts by interval, group and place: one query, then every margin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from workbench.analyses import Cube, Provenance
from workbench.catalog.model import Catalog
from workbench.disparity_review.cells import ALL, CELL, CITY, COUNTS, UNKNOWN, with_margins
from workbench.disparity_review.coded_rows import levels_of
from workbench.disparity_review.counting import counted, counts
from workbench.disparity_review.definition import definition_of

if TYPE_CHECKING:
    import ibis
    import pandas as pd

__all__ = [
    "ALL",
    "CELL",
    "CITY",
    "COUNTS",
    "UNKNOWN",
    "counts",
    "cube",
    "definition_of",
    "levels_of",
    "with_margins",
]


def cube(
    catalog: Catalog, department: str, subject: str, tables: Mapping[str, ibis.Table], as_of: date
) -> Cube:
    """The true counts of one service, with what the catalog says about it.

    Parameters
    ----------
    catalog : Catalog
    department, subject : str
        Ids; the subject is a service.
    tables : mapping of str to ibis.Table
        A source id: its table.
    as_of : date
        What happened after this day is not yet known.

    Returns
    -------
    Cube
        Frame ``cells``: one row for each interval, dimension, group, place and stratum, margins
        included (group ``all``, place level ``city``, stratum ``all``), with ``numerator``,
        ``denominator`` and its ``margin`` of error at 90 %. Of a service counted against residents the
        denominator is the residents. Beside it, where the service declares such: ``waits`` (of a waiting
        time), ``repeats`` (of a person).
    """
    service, table = catalog.services[subject], tables[catalog.services[subject].source]
    levels = levels_of(catalog, service)
    made = _Made()
    found = made.found("cells", counts(table, catalog, service, as_of))
    cells = with_margins(found, levels, stratified=bool(service.stratum), counts=counted(service))
    made.frames["cells"] = cells[[*CELL, *COUNTS]].assign(margin=0.0)
    if service.outcome.kind == "per_resident":
        from workbench.disparity_review.residents import against_residents

        made.frames["cells"] = against_residents(cells, catalog, service).assign(margin=0.0)
    if service.outcome.kind == "waiting_time":
        from workbench.disparity_review.waiting_days import waits_of, waits_query

        days = made.found("waits", waits_query(table, catalog, service, as_of))
        made.frames["waits"], _ = waits_of(days, levels)
    if service.person:
        from workbench.disparity_review.persons import repeats_of, repeats_queries

        queries = repeats_queries(table, catalog, service, as_of)
        made.frames["repeats"] = repeats_of([made.found("repeats", query) for query in queries])
    definition = definition_of(catalog, department, subject, as_of)
    return Cube(made.frames, definition, Provenance(sql=made.sql))


class _Made:
    """Frames and the queries that they come from."""

    def __init__(self):
        self.frames: dict[str, pd.DataFrame] = {}
        self.sql: dict[str, str] = {}

    def found(self, name: str, query: ibis.Table) -> pd.DataFrame:
        """What a query finds; it is noted under the name of a frame."""
        self.sql[name] = ";\n\n".join(filter(None, [self.sql.get(name, ""), str(query.compile())]))
        return query.to_pyarrow().to_pandas(strings_to_categorical=True)
