"""What a review runs: department by analysis by subject, in one fixed order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.analyses import Analysis
from workbench.catalog.model import Catalog, Review
from workbench.catalog.words import did_you_mean
from workbench.errors import UsageError


@dataclass(frozen=True)
class Run:
    """One notebook to run.

    Parameters
    ----------
    department, analysis, subject : str
        Its identity, and the three parts of its folder.
    parameters : dict
        All parameters of the notebook, typed.
    """

    department: str
    analysis: str
    subject: str
    parameters: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """``department/analysis/subject``: what progress, errors and ``--only`` call it."""
        return "/".join(self.key)

    @property
    def key(self) -> tuple[str, str, str]:
        """Its identity as a tuple."""
        return (self.department, self.analysis, self.subject)


def plan(
    catalog: Catalog, review: Review, analyses: Mapping[str, Analysis], only: Sequence[str] = ()
) -> list[Run]:
    """The runs of a review, ordered by department as declared, then analysis, then subject as declared.

    Parameters
    ----------
    catalog : Catalog
    review : Review
        Empty lists of departments, analyses or subjects mean all.
    analyses : dict of str to Analysis
        The registered ones.
    only : sequence of str
        ``DEPARTMENT``, ``DEPARTMENT/ANALYSIS`` or ``DEPARTMENT/ANALYSIS/SUBJECT``; empty means all.

    Raises
    ------
    UsageError
        When a name is not known, or nothing is left to run.
    """
    departments = _chosen(review.departments, catalog.departments, "department")
    handles = _chosen(review.analyses, sorted(analyses), "analysis")
    runs = [
        Run(department, handle, subject)
        for department in departments
        for handle in handles
        for subject in analyses[handle].subjects(catalog, department)
        if not review.subjects or subject in review.subjects
    ]
    for choice in only:
        _must_match(choice, runs)
    kept = [run for run in runs if not only or any(_matches(choice, run) for choice in only)]
    if not kept:
        raise UsageError("the review has nothing to run: no analysis found a subject in its departments.")
    return kept


def with_parameters(run: Run, parameters: Mapping[str, Any]) -> Run:
    """The run with its notebook's parameters."""
    return replace(run, parameters=parameters)


def _chosen(wanted: Sequence[str], known: Sequence[str], what: str) -> list[str]:
    for name in wanted:
        if name not in known:
            raise UsageError(f"there is no {what} {name!r}. {did_you_mean(name, known)}")
    return [name for name in known if not wanted or name in wanted]


def _matches(choice: str, run: Run) -> bool:
    parts = choice.strip("/").split("/")
    return len(parts) <= 3 and run.key[: len(parts)] == tuple(parts)


def _must_match(choice: str, runs: Sequence[Run]) -> None:
    """Say which part of a choice is not known, beside the nearest that is."""
    parts = choice.strip("/").split("/")
    if len(parts) > 3:
        raise UsageError(f"--only {choice!r} has {len(parts)} parts; write DEPARTMENT[/ANALYSIS[/SUBJECT]].")
    for depth, what in enumerate(("department", "analysis", "subject")[: len(parts)]):
        known = {run.key[depth] for run in runs if run.key[:depth] == tuple(parts[:depth])}
        if parts[depth] not in known:
            place = f" of {'/'.join(parts[:depth])}" if depth else ""
            near = did_you_mean(parts[depth], known)
            raise UsageError(
                f"--only {choice!r}: no {what} {parts[depth]!r}{place} is in this review. {near}"
            )
