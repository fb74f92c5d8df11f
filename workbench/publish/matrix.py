"""Department by analysis: every report with the verdict of its leading finding."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.catalog.model import Catalog
from workbench.publish.items import Item, Mark, mark_of
from workbench.publish.runs import Run, title_of


@dataclass(frozen=True)
class Report:
    """One report in the table."""

    title: str
    href: str
    verdict: Mark | None
    rest: str


@dataclass(frozen=True)
class Row:
    """One department: a cell for each analysis, each a list of reports."""

    id: str
    title: str
    cells: tuple[tuple[Report, ...], ...]


def rows_of(
    runs: Sequence[Run], items: Sequence[Item], catalog: Catalog, handles: Sequence[str]
) -> list[Row]:
    """The departments that have a report, as the city orders them, with their reports by analysis."""
    rank = {item.id: item.rank for item in items}
    names = [*catalog.departments, *sorted({run.department for run in runs} - set(catalog.departments))]
    rows = []
    for name in names:
        own = [run for run in runs if run.department == name]
        if own:
            department = catalog.departments.get(name)
            cells = tuple(
                _cell([run for run in own if run.analysis == handle], rank, catalog) for handle in handles
            )
            rows.append(Row(name, department.title if department else name, cells))
    return rows


def _cell(runs: Sequence[Run], rank: dict[str, int], catalog: Catalog) -> tuple[Report, ...]:
    reports = (_report(run, rank, catalog) for run in runs)
    return tuple(sorted(reports, key=lambda report: (report.title, report.href)))


def _report(run: Run, rank: dict[str, int], catalog: Catalog) -> Report:
    ordered = sorted(run.findings, key=lambda finding: rank.get(finding.id, len(rank) + 1))
    verdict = mark_of(ordered[0]) if ordered else None
    rest = f"{len(ordered) - 1:,}" if len(ordered) > 1 else ""
    return Report(title_of(run, catalog), run.href, verdict, rest)
