"""Rows of a service become counts by interval, group and place: one query, then every margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from workbench.analyses import Cube, Provenance
from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.cells import CELL, COUNTS, with_margins
from workbench.disparity_review.cube.coded_rows import levels_of
from workbench.disparity_review.cube.counting import HITS, counted, counts, hits_of, odd_rows
from workbench.disparity_review.cube.definition import definition_of
from workbench.disparity_review.cube.geography import geography
from workbench.sources.asking import asked

if TYPE_CHECKING:
    import ibis
    import pandas as pd


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
        time), ``repeats`` (of a person), ``populations`` (of stages), ``decisions`` and ``daylight``,
        ``imputed``; and ``neighbours`` and ``outlines`` (of places with boundaries).
    """
    service = catalog.services[subject]
    made = _Made(catalog, subject, service, tables, as_of, levels_of(catalog, service))
    for part in (_cells, _waits, _repeats, _populations, _daylight, _imputed, _map):
        part(made)
    definition = definition_of(catalog, department, subject, as_of)
    definition["notices"] += made.notices
    return Cube(made.frames, definition, Provenance(sql=made.sql))


@dataclass
class _Made:
    """What a cube is made of and from: frames, the queries that they come from, and what was odd."""

    catalog: Catalog
    subject: str
    service: Service
    tables: Mapping[str, ibis.Table]
    as_of: date
    levels: list[str]
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    sql: dict[str, str] = field(default_factory=dict)
    notices: list[dict] = field(default_factory=list)

    @property
    def rows(self) -> tuple[ibis.Table, Catalog, Service, date]:
        """What every query on the service's own table is made from."""
        return self.tables[self.service.source], self.catalog, self.service, self.as_of

    def found(self, name: str, query: ibis.Table) -> pd.DataFrame:
        """What a query finds; it is noted under the name of a frame."""
        rows, written = asked(query)
        self.sql[name] = ";\n\n".join(filter(None, [self.sql.get(name, ""), written]))
        return rows.to_pandas(strings_to_categorical=True)

    def notice(self, message: str, number: int, **arguments) -> None:
        """Something odd, where there is any of it."""
        if number:
            self.notices.append({"message": message, **arguments, "number": int(number)})


def _cells(made: _Made) -> None:
    """Counts of the outcome, against residents where it is; and hits among the events."""
    service, found = made.service, made.found("cells", counts(*made.rows))
    stratified, names = bool(service.stratum), counted(service)
    cells = with_margins(found, made.levels, stratified=stratified, counts=names)
    if HITS in names:
        made.frames["decisions"] = hits_of(cells)
        made.sql["decisions"] = made.sql["cells"]
    made.frames["cells"] = cells[[*CELL, *COUNTS]].assign(margin=0.0)
    if service.outcome.kind == "per_resident":
        from workbench.disparity_review.cube.residents import against_residents, residents_of

        people = residents_of(made.catalog, made.subject, service.outcome.population, cells)
        made.frames["cells"] = against_residents(made.frames["cells"], people.counts)
        made.notices += people.notices
    query = odd_rows(*made.rows)
    if query is not None:
        for message, number in made.found("odd", query).iloc[0].items():
            made.notice(message, number)


def _waits(made: _Made) -> None:
    if made.service.outcome.kind == "waiting_time":
        from workbench.disparity_review.cube.waiting_days import waits_of, waits_query

        days = made.found("waits", waits_query(*made.rows))
        made.frames["waits"], negative = waits_of(days, made.levels)
        made.notice("negative_waits", negative)


def _repeats(made: _Made) -> None:
    if made.service.person:
        from workbench.disparity_review.cube.persons import repeats_of, repeats_queries

        found = [made.found("repeats", query) for query in repeats_queries(*made.rows)]
        made.frames["repeats"] = repeats_of(found)


def _populations(made: _Made) -> None:
    stages = made.service.stages
    if stages:
        from workbench.disparity_review.cube.residents import of_roles, residents_of

        names = {"residents": stages.residents} | ({"need": stages.need} if stages.need else {})
        cells = made.frames["cells"]
        people = {role: residents_of(made.catalog, made.subject, name, cells) for role, name in names.items()}
        made.frames["populations"] = of_roles(people)
        made.notices += [notice for each in people.values() for notice in each.notices]


def _daylight(made: _Made) -> None:
    if made.service.decisions and made.service.decisions.daylight and made.service.groups:
        from workbench.disparity_review.cube.daylight_counts import daylight_of, daylight_query

        city, source = made.catalog.city, made.catalog.sources[made.service.source]
        found = made.found("daylight", daylight_query(*made.rows))
        zone = source.time_zone or city.time_zone
        made.frames["daylight"] = daylight_of(found, city.latitude, city.longitude, zone)


def _imputed(made: _Made) -> None:
    asked = made.service.imputation
    if asked:
        from workbench.disparity_review.cube.surnames import imputed_of, shares_query, unknown_query
        from workbench.sources import population

        shares = shares_query(made.tables[asked.surnames], asked).to_pyarrow().to_pandas()
        people = population(made.catalog, asked.population)
        found = made.found("imputed", unknown_query(*made.rows))
        made.frames["imputed"], number = imputed_of(found, shares, people)
        if number["unlisted"]:
            # a share: numbers of unknown group are counts that may be hidden
            share = round(number["unlisted"] / number["rows"], 2)
            made.notices.append({"message": "surnames_not_listed", "share": share})


def _map(made: _Made) -> None:
    drawn, unfit = geography(made.catalog, made.levels, made.frames["cells"])
    made.frames |= drawn
    made.notices += unfit
