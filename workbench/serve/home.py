"""What the home page of the apps lists: the analyses, and under each the departments and subjects."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from workbench.analyses import Analysis, registered
from workbench.batch.folders import ReviewFolder, run_folder
from workbench.catalog.model import Catalog
from workbench.catalog.titles import subject_title
from workbench.catalog.words import did_you_mean
from workbench.errors import UsageError
from workbench.publish.words import date_words, period_words, sentence
from workbench.serve.plan import app_goals_html


@dataclass(frozen=True)
class Link:
    """One view to open."""

    title: str
    query: str


@dataclass(frozen=True)
class Department:
    """One department in the list of an analysis."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Entry:
    """One app: its analysis and what it can show."""

    handle: str
    title: str
    notebook: Path
    departments: tuple[Department, ...]

    @property
    def first(self) -> str:
        """Query of the view that a visitor without a link sees; empty when there is none."""
        return self.departments[0].links[0].query if self.departments else ""


@dataclass(frozen=True)
class Home:
    """The home page of one review."""

    city: str
    review: str
    title: str
    as_of: str
    internal: bool
    contact: str
    entries: tuple[Entry, ...]
    goals: str = ""  # the page of the plan's goals; empty without a plan

    @property
    def offered(self) -> tuple[Entry, ...]:
        """The apps that have something to show."""
        return tuple(entry for entry in self.entries if entry.departments)


def home_of(catalog: Catalog, review: str = "") -> Home:
    """What the apps of a city show.

    Parameters
    ----------
    catalog : Catalog
    review : str
        Name of a review that has been run; empty: the latest by its as-of date.

    Raises
    ------
    UsageError
        When the review is not declared or has not been run, or none has.
    """
    name = review or _latest(catalog)
    if name not in catalog.reviews:
        raise UsageError(f"there is no review {name!r}. {did_you_mean(name, catalog.reviews)}")
    if not ReviewFolder(catalog.outputs, name).is_made:
        raise UsageError(f"review {name!r} has not been run yet; run: workbench review {name}")
    declared = catalog.reviews[name]
    entries = tuple(_entry(catalog, name, analysis) for analysis in registered().values())
    return Home(
        catalog.city.name,
        name,
        declared.title or sentence(period_words(declared.period)),
        date_words(declared.as_of.isoformat()),
        (declared.audience or catalog.city.audience) == "internal",
        catalog.city.contact,
        entries,
        app_goals_html(catalog, name),
    )


def _latest(catalog: Catalog) -> str:
    done = [name for name in catalog.reviews if ReviewFolder(catalog.outputs, name).is_made]
    if not done:
        raise UsageError("no review has been run yet; run: workbench review NAME")
    return max(done, key=lambda name: (catalog.reviews[name].as_of, name))


def _entry(catalog: Catalog, review: str, analysis: Analysis) -> Entry:
    departments = (
        Department(department.title, tuple(_links(catalog, review, analysis, name)))
        for name, department in catalog.departments.items()
    )
    offered = tuple(department for department in departments if department.links)
    return Entry(analysis.handle, analysis.title, Path(analysis.notebook), offered)


def _links(catalog: Catalog, review: str, analysis: Analysis, department: str) -> Iterator[Link]:
    folder = ReviewFolder(catalog.outputs, review).final
    for subject in analysis.subjects(catalog, department):
        if (run_folder(folder, (department, analysis.handle, subject)) / "results").is_dir():
            query = urlencode({"review": review, "department": department, "subject": subject})
            yield Link(subject_title(catalog, subject), query)
