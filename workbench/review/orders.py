"""What is ordered: a review that the city declares, as of its own day or another, or single runs beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from workbench import analyses as registry
from workbench.batch.folders import ReviewFolder
from workbench.batch.parameters import check_notebook, own, typed
from workbench.batch.plan import Run, plan, with_parameters
from workbench.catalog import Catalog, load_reviewable
from workbench.catalog.model import Review
from workbench.catalog.words import did_you_mean
from workbench.errors import UsageError
from workbench.periods import Period

FRESH, ONLY, TRIAL = "--fresh", "--only", "asked for by itself"


@dataclass(frozen=True)
class Order:
    """What is asked for: a review of a city, or single runs with parameters of their own.

    Parameters
    ----------
    catalog : Catalog
    name : str
        A review that the city declares.
    only : tuple of str
        ``DEPARTMENT[/ANALYSIS[/SUBJECT]]``; empty means all.
    texts : dict of str to str
        Parameters as given on the command line.
    beside : str
        Name of a folder of its own, for what leaves the review as it is; empty for the review itself.
    asked : str
        Why its runs are made whatever has changed; empty when only those are made that something changed for.
    """

    catalog: Catalog
    name: str
    only: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    beside: str = ""
    asked: str = ""

    @property
    def review(self) -> Review:
        """The review as declared."""
        return self.catalog.reviews[self.name]

    @property
    def folders(self) -> ReviewFolder:
        """Where it is written."""
        return ReviewFolder(self.catalog.outputs, self.beside or self.name)

    @property
    def adds(self) -> bool:
        """Whether its runs take the place of theirs in the last review, and the others of that stay."""
        return bool(self.only) and not self.beside


def ordered(city: Path | str, name: str, only: Sequence[str] = (), fresh: bool = False) -> Order:
    """Load what can be reviewed of the catalog, and find the review in it.

    What is asked for by name with ``only``, or with ``fresh``, is made whatever has changed.

    Raises
    ------
    UsageError, CatalogError
    """
    catalog = load_reviewable(city)
    if name not in catalog.reviews:
        raise UsageError(f"there is no review {name!r}. {did_you_mean(name, catalog.reviews)}")
    return Order(catalog, name, tuple(only), asked=FRESH if fresh else ONLY if only else "")


def again(city: Path | str, name: str, as_of: date, only: Sequence[str] = (), fresh: bool = False) -> Order:
    """A review as it would have been on another day, beside the review: with what was recorded by then.

    It is compared with the review before where that one was as of an earlier day.

    Raises
    ------
    UsageError, CatalogError
        When the review cannot be planned, or its period had not begun on the day.
    """
    order = ordered(city, name, only, fresh)
    catalog, declared = order.catalog, order.review
    begins = Period.parse(declared.period, catalog.city.fiscal_year_starts).start
    if as_of < begins:
        raise UsageError(f"{declared.period} begins on {begins}; as of {as_of} nothing of it was known.")
    before = catalog.reviews.get(declared.previous)
    previous = declared.previous if before and before.as_of < as_of else ""
    moved = declared.model_copy(update={"as_of": as_of, "previous": previous})
    catalog = catalog.model_copy(update={"reviews": {**catalog.reviews, name: moved}})
    return replace(order, catalog=catalog, beside=f"{name}-as-of-{as_of}")


def trial(
    city: Path | str,
    analysis: str,
    subject: str,
    texts: Mapping[str, str],
    department: str = "",
    name: str = "",
) -> Order:
    """One analysis of one subject, with parameters of its own, beside the review.

    Raises
    ------
    UsageError
        When the analysis, subject, department or review is not known, or several departments have the subject.
    """
    catalog, registered = load_reviewable(city), registry.named(analysis)
    name = name or max(catalog.reviews, key=lambda each: catalog.reviews[each].as_of, default="")
    order = ordered(city, name)
    subjects = {each: registered.subjects(catalog, each) for each in catalog.departments}
    known = dict.fromkeys(each for names in subjects.values() for each in names)
    if subject not in known:
        raise UsageError(f"{analysis} has no subject {subject!r}. {did_you_mean(subject, known)}")
    having = [each for each in subjects if subject in subjects[each] and department in ("", each)]
    if len(having) != 1:
        choice = ", ".join(each for each in subjects if subject in subjects[each])
        raise UsageError(f"{subject!r} needs --department, one of: {choice}; got {department!r}.")
    only = (f"{having[0]}/{analysis}/{subject}",)
    return replace(order, only=only, texts=texts, beside=f"trial-{name}", asked=TRIAL)


def planned(order: Order) -> list[Run]:
    """The runs of an order, with the parameters of each; nothing is run.

    Raises
    ------
    UsageError
    """
    analyses = registry.registered()
    runs = plan(order.catalog, order.review, analyses, order.only)
    for handle in sorted({run.analysis for run in runs}):
        check_notebook(analyses[handle])
    return [with_parameters(run, _parameters(order, run, analyses[run.analysis])) for run in runs]


def _parameters(order: Order, run: Run, analysis: registry.Analysis) -> dict[str, Any]:
    """The city is the folder that the kernel works in, so that no path of this machine is kept."""
    common = {"city": ".", "review": order.name, "department": run.department, "subject": run.subject}
    declared = {"period": order.review.period} if "period" in own(analysis) else {}
    return {**common, **typed(analysis, {**declared, **order.texts})}
