"""The quarterly review, from what a city declares to its published pages.

load, plan, prepare, run, rank, publish, record; then one rename puts the new review in the
place of the last, which stays until then.
"""

import json
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from textwrap import indent
from typing import Any

from workbench import analyses as registry
from workbench import practice
from workbench.actions import listed
from workbench.agenda import agenda, top
from workbench.batch import manifest
from workbench.batch.executor import Workers
from workbench.batch.folders import ReviewFolder, run_folder
from workbench.batch.outcome import Outcome
from workbench.batch.parameters import check_notebook, own, typed
from workbench.batch.plan import Run, plan, with_parameters
from workbench.batch.prepare import WORKER_DIED, Prepared, prepare
from workbench.batch.progress import Count, Progress
from workbench.batch.runner import Job, run_one
from workbench.batch.stored import INPUTS, store
from workbench.catalog import Catalog, definitions, former_names, load_reviewable, resolved
from workbench.catalog.model import Review
from workbench.catalog.words import did_you_mean
from workbench.errors import PublishError, RunError, UsageError, refusal
from workbench.findings import Finding, Verdict, render
from workbench.periods import Period
from workbench.publish import publish

DOUBTED = ("variation", "target")  # questions that have no answer where an entry or its data cannot be right


@dataclass(frozen=True)
class Made:
    """What a review made.

    Parameters
    ----------
    folder : Path
        ``outputs/<review>``.
    outcomes : tuple of Outcome
        One a run of the plan, in its order.
    agenda : dict
        The ranked findings.
    """

    folder: Path
    outcomes: tuple[Outcome, ...]
    agenda: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The runs that did not succeed."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure)


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
    trial : bool
        Whether the result goes to a folder of its own and leaves the review as it is.
    as_of : date or None
        Of a review that is run again as of another day than its own: that day. It is a trial.
    """

    catalog: Catalog
    name: str
    only: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    trial: bool = False
    as_of: date | None = None

    @property
    def review(self) -> Review:
        """The review as declared."""
        return self.catalog.reviews[self.name]

    @property
    def folders(self) -> ReviewFolder:
        """Where it is written."""
        trial = f"{self.name}-as-of-{self.as_of}" if self.as_of else f"trial-{self.name}"
        return ReviewFolder(self.catalog.outputs, trial if self.trial else self.name)


def review(
    city: Path | str,
    name: str,
    only: Sequence[str] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Made:
    """Run a review and publish it.

    Parameters
    ----------
    city : path
        The folder that holds ``parameters/``.
    name : str
        Name of a review that the city declares.
    only : sequence of str
        ``DEPARTMENT[/ANALYSIS[/SUBJECT]]``; these runs replace theirs in a copy of the last review.
    jobs : int or None
        How many notebooks at once; one for each core when None.
    progress : Progress or None
        Told of every step; None is silent.

    Raises
    ------
    UsageError, CatalogError
        When the review cannot be planned.
    RunError
        When no run at all succeeded; the last review stays.
    PublishError
        When the pages could not be written; the last review stays.
    BusyError
        When another process works on the same review.
    """
    return made(ordered(city, name, only), jobs, progress or Count())


def ordered(
    city: Path | str, name: str, only: Sequence[str] = (), texts: Mapping[str, str] | None = None, trial=False
) -> Order:
    """Load what can be reviewed of the catalog, and find the review in it.

    Raises
    ------
    UsageError, CatalogError
    """
    catalog = load_reviewable(city)
    if name not in catalog.reviews:
        raise UsageError(f"there is no review {name!r}. {did_you_mean(name, catalog.reviews)}")
    return Order(catalog, name, tuple(only), texts or {}, trial)


def again(city: Path | str, name: str, as_of: date, only: Sequence[str] = ()) -> Order:
    """A review as it would have been on another day, beside the review: with what was recorded by then.

    It is compared with the review before where that one was as of an earlier day.

    Raises
    ------
    UsageError, CatalogError
        When the review cannot be planned, or its period had not begun on the day.
    """
    order = ordered(city, name, only, trial=True)
    catalog, declared = order.catalog, order.review
    begins = Period.parse(declared.period, catalog.city.fiscal_year_starts).start
    if as_of < begins:
        raise UsageError(f"{declared.period} begins on {begins}; as of {as_of} nothing of it was known.")
    before = catalog.reviews.get(declared.previous)
    previous = declared.previous if before and before.as_of < as_of else ""
    moved = declared.model_copy(update={"as_of": as_of, "previous": previous})
    catalog = catalog.model_copy(update={"reviews": {**catalog.reviews, name: moved}})
    return replace(order, catalog=catalog, as_of=as_of)


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
    order = ordered(city, name, texts=texts, trial=True)
    subjects = {each: registered.subjects(catalog, each) for each in catalog.departments}
    known = dict.fromkeys(each for names in subjects.values() for each in names)
    if subject not in known:
        raise UsageError(f"{analysis} has no subject {subject!r}. {did_you_mean(subject, known)}")
    having = [each for each in subjects if subject in subjects[each] and department in ("", each)]
    if len(having) != 1:
        choice = ", ".join(each for each in subjects if subject in subjects[each])
        raise UsageError(f"{subject!r} needs --department, one of: {choice}; got {department!r}.")
    return replace(order, only=(f"{having[0]}/{analysis}/{subject}",))


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


def made(order: Order, jobs: int | None, progress: Progress) -> Made:
    """Do what is ordered, every step of it, under the review's lock."""
    runs = planned(order)
    try:
        return _made(order, runs, jobs, progress)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise PublishError(
            f"the review could not be written: {refusal(error)}{place}. The last review stays."
        ) from None


def _made(order: Order, runs: list[Run], jobs: int | None, progress: Progress) -> Made:
    folders, started = order.folders, time.monotonic()
    began = datetime.now(UTC).isoformat(timespec="seconds")
    with folders.locked(), Workers(jobs) as workers:
        _with_practice_data(order.catalog, progress)
        staging = folders.begin(keep=bool(order.only) and not order.trial)
        prepared = _prepare(order, staging, runs, workers, progress)
        outcomes = _run(order, staging, runs, prepared, workers, progress)
        ranked = _rank(order, staging)
        progress.phase("pages", 1)
        _publish(order, staging, outcomes, ranked)
        progress.finished(order.name)
        facts = {"started": began, "seconds": round(time.monotonic() - started, 3)}
        _record(order, staging, outcomes, facts)
        return Made(folders.switch(), tuple(outcomes), ranked)


def _parameters(order: Order, run: Run, analysis: registry.Analysis) -> dict[str, Any]:
    """The city is the folder that the kernel works in, so that no path of this machine is kept."""
    common = {"city": ".", "review": order.name, "department": run.department, "subject": run.subject}
    declared = {"period": order.review.period} if "period" in own(analysis) else {}
    return {**common, **typed(analysis, {**declared, **order.texts})}


def _with_practice_data(catalog: Catalog, progress: Progress) -> None:
    """The practice city's sources are not kept in the repository: they are made when they are missing."""
    if practice.belongs(catalog):
        progress.phase("practice city", 1)
        practice.generate(catalog.root)
        progress.finished(catalog.city.name)


def _prepare(order: Order, staging: Path, runs: list[Run], workers: Workers, progress: Progress) -> Prepared:
    inputs = store(order.catalog, staging)
    analyses = registry.registered()
    return prepare(order.catalog, inputs, order.name, runs, analyses, workers, progress)


def _run(
    order: Order, staging: Path, runs: list[Run], prepared: Prepared, workers: Workers, progress: Progress
) -> list[Outcome]:
    """Run every notebook whose cube is there; write the record of each; keep the order of the plan."""
    outcomes = {run: Outcome(run.name, 0.0, failure) for run, failure in prepared.failures.items()}
    ready = {run.name: run for run in runs if run not in outcomes}
    progress.phase("notebooks", len(ready))
    jobs = [_job(order, staging, run) for run in ready.values()]
    for job, ended in workers.each(run_one, jobs, lambda job: progress.started(job.name)):
        run, outcome = ready[job.name], ended or Outcome(job.name, 0.0, WORKER_DIED)
        if not outcome.failure:
            _write_record(order, job, run, prepared, outcome)
        outcomes[run] = outcome
        progress.finished(job.name, outcome.failure)
    _keep_last(order, staging, [run for run in runs if outcomes[run].failure])
    if all(outcome.failure for outcome in outcomes.values()):
        said = failures_in_words(outcomes.values())
        raise RunError(f"no run succeeded, so nothing was published and the last review stays.\n{said}")
    return [outcomes[run] for run in runs]


def _job(order: Order, staging: Path, run: Run) -> Job:
    catalog = order.catalog
    return Job(
        name=run.name,
        root=catalog.root,
        notebook=registry.named(run.analysis).notebook,
        parameters=run.parameters,
        folder=run_folder(staging, run.key),
        failed=run_folder(catalog.private / "failed" / order.folders.final.name, run.key),
    )


def _write_record(order: Order, job: Job, run: Run, prepared: Prepared, outcome: Outcome) -> None:
    analysis, provenance = registry.named(run.analysis), prepared.provenance[run]
    record = manifest.run_record(run, analysis, provenance, outcome, order.catalog.root)
    manifest.write(record, job.folder / manifest.RUN)


def _keep_last(order: Order, staging: Path, failed: list[Run]) -> None:
    """A run that failed costs its own news only: its report of the last review stays."""
    for run in failed:
        last, now = run_folder(order.folders.final, run.key), run_folder(staging, run.key)
        shutil.rmtree(now, ignore_errors=True)
        if last.is_dir():
            shutil.copytree(last, now)


def failures_in_words(outcomes: Iterable[Outcome]) -> str:
    """A failed run: its name, the cause in plain words, and the cell; further lines stand under it."""
    said = (f"{outcome.name}: {outcome.failure}" for outcome in outcomes if outcome.failure)
    return "\n".join(indent(each, "    ").removeprefix("  ") for each in said)


def first_findings(ranked: Mapping[str, Any], count: int = 3) -> list[str]:
    """The most important findings of an agenda in words, each of another subject where it can be."""
    return [render(Finding.from_json(item["finding"])) for item in top(ranked, count)]


def entries_to_look_at(catalog: Catalog, ranked: Mapping[str, Any]) -> list[str]:
    """Where measures are declared whose values or target's date cannot be right, each with what was found."""
    at = {name: catalog.declared_at.get(f"measures/{name}") for name in catalog.measures}
    found = (Finding.from_json(item["finding"]) for item in ranked["items"])
    return sorted(
        f"{at[each.subject]}: {render(each)}"
        for each in found
        if each.verdict == Verdict.CHECK_DATA and each.question in DOUBTED and at.get(each.subject)
    )


def _rank(order: Order, staging: Path) -> dict[str, Any]:
    """Rank the findings of all runs, and say what changed since the previous review."""
    found = [
        Finding.from_json(values)
        for path in sorted(staging.glob("*/*/*/findings.json"))
        for values in json.loads(path.read_text(encoding="utf-8"))
    ]
    declared = resolved(order.catalog)
    then = _previous(order, "catalog.json")
    ranked = agenda(
        found,
        previous=_previous(order, "agenda.json"),
        definitions=definitions(declared),
        previous_definitions=definitions(then) if then else None,
        goals=declared["goals"],
        formerly=former_names(declared),
    )
    ranked["actions"] = _actions(order, ranked, former_names(declared))
    manifest.write(ranked, staging / "agenda.json")
    manifest.write(declared, staging / "catalog.json")
    return ranked


def _actions(order: Order, ranked: Mapping[str, Any], formerly: Mapping[str, str]) -> list[dict[str, Any]]:
    """Open actions, with the findings that they are about as they stand now and stood before."""
    return listed(order.catalog, order.review, ranked, _previous(order, "agenda.json"), formerly)


def _previous(order: Order, name: str) -> dict[str, Any] | None:
    """A file of the review before, where that review was made."""
    if not order.review.previous:
        return None
    path = ReviewFolder(order.catalog.outputs, order.review.previous).final / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _publish(order: Order, staging: Path, outcomes: list[Outcome], ranked: Mapping[str, Any]) -> None:
    (staging / INPUTS).unlink()
    failed = [(outcome.name, outcome.failure.kind) for outcome in outcomes if outcome.failure]
    publish(staging, order.catalog, order.review, ranked, failed)


def _record(order: Order, staging: Path, outcomes: list[Outcome], facts: Mapping[str, Any]) -> None:
    declared = {"review": order.name, "period": order.review.period, "as_of": order.review.as_of.isoformat()}
    declared |= {"left_out": [each.model_dump(mode="json") for each in order.catalog.left_out]}
    record = manifest.review_record({**declared, **facts}, outcomes, staging, order.catalog.root)
    manifest.write(record, staging / manifest.REVIEW)
