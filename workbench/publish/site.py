"""The site of a review: its index, its goals and a report for each run. Same folder in, same bytes out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.analyses import registered
from workbench.catalog.model import Catalog, Review
from workbench.catalog.titles import EVERY
from workbench.errors import PublishError
from workbench.publish.actions import Row, rows_by_run
from workbench.publish.goals import write_goals
from workbench.publish.index import index_html
from workbench.publish.left_out import Line
from workbench.publish.report import Report, write_report
from workbench.publish.runs import PAGE, Run, origins_of, runs_of, title_of
from workbench.publish.tested import write_tested
from workbench.publish.updates import write_updates
from workbench.publish.words import date_words, on_every_page, period_words, plural

Spread = Callable[[Callable[[Report], Path], Sequence[Report]], Iterable[Path | None]]


def site(
    review_folder: Path,
    catalog: Catalog,
    review: Review,
    agenda: Mapping[str, Any],
    failed: Sequence[tuple[str, str]] = (),
    standing: Collection[str] = (),
    spread: Spread = map,
) -> list[Path]:
    """Write ``index.html``, ``goals.html``, one ``report.html`` in each run's folder, what was not updated and tested.

    Pages of the runs that are ``standing`` are left as they are, but for those with actions: what came of these follows
    from other reviews and runs too. Reports are written by ``spread``, as ``map`` does it, in any order.

    Raises
    ------
    PublishError
        When a run's record or findings cannot be read, or a process that wrote a report was killed.
    """
    runs = runs_of(review_folder)
    acted = rows_by_run(agenda, runs, catalog)
    made = [run for run in runs if run.name not in standing or run.name in acted]
    reports = [_report(run, catalog, review, acted.get(run.name, [])) for run in made]
    written = _written(reports, spread)
    index = review_folder / "index.html"
    index.write_text(index_html(runs, catalog, review, agenda, failed), encoding="utf-8")
    return [
        *written,
        *write_goals(review_folder, catalog, review),
        *write_updates(review_folder, runs, catalog, review),
        index,
        write_tested(review_folder, agenda),
    ]


def _written(reports: Sequence[Report], spread: Spread) -> list[Path]:
    paths, written = [report.path for report in reports], set(spread(write_report, reports))
    lost = [path for path in paths if path not in written]
    if lost:
        raise PublishError(f"{lost[0]} could not be written: the process that worked on it was killed.")
    return paths


def _report(run: Run, catalog: Catalog, review: Review, actions: Sequence[Row]) -> Report:
    analyses, department = registered(), catalog.departments.get(run.department)
    title = title_of(run, catalog)
    common = on_every_page(catalog, review)
    page = {
        **common,
        "title": f"{title}, {period_words(review.period)}: {common['city']}",
        "subject_title": title,
        "analysis_title": analyses[run.analysis].title if run.analysis in analyses else run.analysis,
        "department": run.department,
        "department_title": department.title if department else run.department,
        "origins": [_origin_words(origin) for origin in origins_of([run], catalog)],
        "printed": _printed(run.folder),
        "actions": actions,
        "lacking": [each for each in common["left_out"] if _is_lacking(run, each)],
    }
    return Report(run.folder / PAGE, run.folder / "notebook.ipynb", page)


def _is_lacking(run: Run, line: Line) -> bool:
    """Whether a measure that was left out would be on this page: it is about all measures of its department."""
    return run.subject == EVERY and line.section == "measures" and line.department == run.department


def _printed(folder: Path) -> list[dict[str, str]]:
    """Figures of a run that there is a page of to print: where it is, and its title."""
    pages = sorted((folder / "figures").glob("*.pdf"))
    titles = [page.with_suffix(".txt").read_text(encoding="utf-8").partition("\n")[0] for page in pages]
    return [
        {"href": f"figures/{page.name}", "title": title} for page, title in zip(pages, titles, strict=True)
    ]


def _origin_words(origin) -> str:
    taken = f", taken on {date_words(origin.taken)}" if origin.taken else ""
    return f"{origin.title}{taken}: {plural(origin.rows, 'row', 'rows')} read, {origin.rejects:,} could not be read"
