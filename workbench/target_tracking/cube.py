"""Values of a department's measures by interval, as they were known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.analyses import Cube, Provenance
from workbench.catalog.actions import actions_about
from workbench.sources.asking import asked
from workbench.target_tracking.alike import Batch, Cut, batches, cuts_of
from workbench.target_tracking.observed import COLUMNS, observed, query
from workbench.target_tracking.strays import strays_of
from workbench.target_tracking.versions import (
    VERSIONS,
    as_of_the_end,
    query_of_stretches,
    versions,
    versions_unrecorded,
)

if TYPE_CHECKING:
    import ibis

    from workbench.catalog.model import Catalog, Measure

ALL = "all"


def subjects(catalog: Catalog, department: str) -> list[str]:
    """One run for a department that has measures: the subject ``all``."""
    return [ALL] if measures_of(catalog, department) else []


def sources(catalog: Catalog, department: str, subject: str = ALL) -> list[str]:
    """Sources that the measures of a department are read from, in alphabetical order."""
    return sorted({measure.source for measure in measures_of(catalog, department).values()})


def measures_of(catalog: Catalog, department: str) -> dict[str, Measure]:
    """Measures of a department in the order they are declared."""
    return {id: measure for id, measure in catalog.measures.items() if measure.department == department}


def cube(
    catalog: Catalog, department: str, subject: str, tables: Mapping[str, ibis.Table], as_of: date
) -> Cube:
    """Observations of all measures of a department.

    Parameters
    ----------
    catalog : Catalog
    department : str
    subject : str
        Always ``all``.
    tables : dict of str to ibis Table
        A source id: its table, typed as a snapshot's.
    as_of : date
        Nothing that was recorded later is seen, and no interval that had not ended.

    Returns
    -------
    Cube
        ``observations``: one row a measure, interval and cut (everyone; each group of each declared
        dimension; each place of each declared level), ordered. ``versions``: one row a measure, interval and
        day that something became known of everyone's value, with the value as of that day.
    """
    measures = measures_of(catalog, department)
    everyone = [
        _everyone(catalog, batch, tables[batch.like.source], as_of) for batch in batches(catalog, measures)
    ]
    cuts = [(each.batch, cut) for each in everyone for cut in cuts_of(each.batch.like) if cut != Cut()]
    totals = [asked(query(catalog, batch, tables[batch.like.source], as_of, cut)) for batch, cut in cuts]
    found = [each.observations for each in everyone] + [
        observed(catalog, batch, rows.to_pandas(), as_of, cut)
        for (batch, cut), (rows, _) in zip(cuts, totals, strict=True)
    ]
    strayed = [
        strays_of(catalog, batch, tables[batch.like.source], as_of)
        for batch in (each.batch for each in everyone)
    ]
    return Cube(
        frames={"observations": _ordered(found, list(measures)), "versions": _versions(everyone)},
        definition=_definition(catalog, department, measures, as_of)
        | {"strays": {id: far for each in strayed for id, far in each.items()}},
        provenance=Provenance(
            sql={
                "observations": _said([each.sql for each in everyone] + [sql for _, sql in totals]),
                "versions": _said(each.sql for each in everyone if each.is_recorded),
            }
        ),
    )


@dataclass(frozen=True)
class _Everyone:
    """What one query tells of everyone: the values now, and every version of them."""

    batch: Batch
    observations: pd.DataFrame
    versions: pd.DataFrame
    sql: str

    @property
    def is_recorded(self) -> bool:
        """Whether the source says when it learnt of a row."""
        return bool(self.batch.like.columns.recorded_at)


def _everyone(catalog: Catalog, batch: Batch, table: ibis.Table, as_of: date) -> _Everyone:
    """Everyone's values; where versions are recorded, they are what has not been replaced by the end."""
    if not batch.like.columns.recorded_at:
        rows, sql = asked(query(catalog, batch, table, as_of, Cut()))
        now = observed(catalog, batch, rows.to_pandas(), as_of, Cut())
        return _Everyone(batch, now, versions_unrecorded(batch, now), sql)
    rows, sql = asked(query_of_stretches(catalog, batch, table, as_of))
    now = observed(catalog, batch, as_of_the_end(rows).to_pandas(), as_of, Cut())
    return _Everyone(batch, now, versions(catalog, batch, rows.to_pandas(), as_of), sql)


def _versions(everyone: list[_Everyone]) -> pd.DataFrame:
    """Every version of everyone's values."""
    found = [each.versions for each in everyone]
    whole = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)[list(VERSIONS)]
    return whole.sort_values(["measure", "interval_start", "known"], ignore_index=True)


def _said(written: Iterable[str]) -> str:
    return ";\n\n".join(written)


def _ordered(found: list[pd.DataFrame], measures: list[str]) -> pd.DataFrame:
    """All observations, measures in the order of the catalog."""
    frame = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    place = frame["measure"].map({id: number for number, id in enumerate(measures)})
    keys = ["place_of_measure", "interval_start", "dimension", "place_level", "group", "place"]
    frame = frame.assign(place_of_measure=place).sort_values(keys)
    return frame[list(COLUMNS)].reset_index(drop=True)


def _definition(
    catalog: Catalog, department: str, measures: dict[str, Measure], as_of: date
) -> dict[str, Any]:
    """What the analysis must know of the catalog, as plain JSON values."""
    dimensions = sorted({name for measure in measures.values() for name in measure.groups})
    return {
        "department": department,
        "as_of": as_of.isoformat(),
        "minimum_count": catalog.city.minimum_count,
        "smallest_hidden": 1 if catalog.city.show_zeros else 0,
        "fiscal_year_starts": catalog.city.fiscal_year_starts,
        "measures": {id: measure.model_dump(mode="json") for id, measure in measures.items()},
        "actions": {
            name: action.model_dump(mode="json")
            for name, action in actions_about(catalog, "target_tracking", measures, as_of).items()
        },
        "about_people": {id: catalog.sources[m.source].about_people for id, m in measures.items()},
        "references": {name: catalog.dimensions[name].reference for name in dimensions},
        "labels": {
            f"{name}/{group}": entry.title
            for name in dimensions
            for group, entry in catalog.dimensions[name].groups.items()
        },
        "residents": {
            f"{name}/{group}": entry.residents
            for name in dimensions
            for group, entry in catalog.dimensions[name].groups.items()
        },
    }
