"""The quarterly review, from what a city declares to its published pages.

load, plan, take snapshots, decide what to make, compute cubes, run, rank, publish, record; then one rename
puts the new review in the place of the last, which stays until then.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench import analyses as registry
from workbench import practice
from workbench.agenda import agenda
from workbench.analyses import Provenance
from workbench.batch import manifest
from workbench.batch.decision import (
    Decision,
    Last,
    decided,
    is_standing,
    longest_first,
    rescued,
    stands,
    why_it_stands,
)
from workbench.batch.executor import Workers
from workbench.batch.folders import remove_empty, run_folder
from workbench.batch.inputs import SNAPSHOT, Inputs, Named, difference
from workbench.batch.log import logged
from workbench.batch.outcome import WORKER_DIED, Failure, Outcome
from workbench.batch.plan import Run
from workbench.batch.prepare import Prepared, cubes, snapshots
from workbench.batch.previous import read_previous
from workbench.batch.progress import Count, Progress, retrying
from workbench.batch.runner import Job, run_one
from workbench.batch.stored import INPUTS, store
from workbench.catalog import Catalog, definitions, former_names, redefined, resolved
from workbench.errors import PublishError, RunError, refusal
from workbench.findings import Finding
from workbench.publish import publish
from workbench.publish.runs import PAGE
from workbench.review.means import Means
from workbench.review.orders import Order, ordered, planned
from workbench.review.words import failures_in_words

AGENDA, CATALOG = "agenda.json", "catalog.json"
FAILED = "failed"  # under the private folder: notebooks of runs that failed


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
    unchanged : str
        When the review was made, where nothing has changed since and nothing was written; empty otherwise.
    """

    folder: Path
    outcomes: tuple[Outcome, ...]
    agenda: Mapping[str, Any] = field(default_factory=dict)
    unchanged: str = ""

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The runs that did not succeed."""
        return tuple(outcome for outcome in self.outcomes if outcome.failure)

    @property
    def kept(self) -> tuple[Outcome, ...]:
        """The runs that stand as they were, because nothing that they depend on has changed."""
        return tuple(outcome for outcome in self.outcomes if outcome.kept)


def review(
    city: Path | str,
    name: str,
    only: Sequence[str] = (),
    jobs: int | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
) -> Made:
    """Run what has changed of a review and publish it.

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
    fresh : bool
        Whether every run is made, whatever has changed.

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
    return made(ordered(city, name, only, fresh), Means(jobs), progress or Count())


def made(order: Order, means: Means, progress: Progress) -> Made:
    """Do what is ordered, every step of it, under the review's lock and with a log of its own.

    Raises
    ------
    UsageError, CatalogError, RunError, PublishError, BusyError
        As :func:`review`.
    SchedulerError
        When the scheduler cannot be used, or is lost on the way; the last review stays.
    """
    runs = planned(order)
    facts = {**_facts(order), "started": datetime.now(UTC).isoformat(timespec="milliseconds")}
    with logged(order.catalog.private, order.folders.final.name, facts, progress) as told:
        try:
            done = _made(order, runs, facts, means, told)
            means.put(order, told)
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            raise PublishError(
                f"the review could not be written: {refusal(error)}{place}. The last review stays."
            ) from None
        counts = {"runs": len(done.outcomes), "failures": len(done.failed), "kept": len(done.kept)}
        told.tell("made", folder=str(done.folder), **counts, unchanged=bool(done.unchanged))
        return done


def _made(order: Order, runs: list[Run], facts: Mapping[str, Any], means: Means, progress: Progress) -> Made:
    clock = time.monotonic()
    with order.folders.locked(), means.workers(order) as workers:
        if not order.folders.is_made:
            workers.start()
        _with_practice_data(order.catalog, progress)
        staging = order.folders.begin()
        failures = _snapshots(order, staging, runs, workers, progress)
        inputs = Inputs(order.catalog, order.name, registry.registered())
        last, pages = Last(order.folders.final), inputs.of_pages()
        decisions = _decide(order, [run for run in runs if run not in failures], inputs, last, progress)
        if not failures and is_standing(decisions, last, pages):
            return _standing(last, decisions)
        outcomes = {each.run: _kept(each.run, last) for each in decisions if not each.reason}
        outcomes |= _rescued(order, decisions)
        to_make = [each for each in decisions if each.run not in outcomes]
        prepared = _cubes(order, staging, to_make, workers, progress)
        prepared.failures |= failures
        looked = _standing_on_others(to_make, prepared, last, progress)
        outcomes |= {run: _kept(run, last) for run in looked}
        to_make = longest_first([each for each in to_make if each.run not in looked], last.seconds)
        outcomes |= _run(order, staging, to_make, prepared, workers, progress)
        _must_have_made_some(outcomes)
        standing = _take_over(order, runs, outcomes, last, pages, looked)
        told = [outcomes[run] for run in runs]
        ranked = _rank(order, staging)
        progress.phase("pages", 1)
        _publish(order, staging, told, ranked, standing, workers)
        progress.finished(order.name)
        made = {**facts, "inputs": pages, "seconds": round(time.monotonic() - clock, 3)}
        _record(order, staging, told, made)
        return Made(order.folders.switch(), tuple(told), ranked)


def _facts(order: Order) -> dict[str, str]:
    """What every record of an order begins with."""
    declared = order.review
    return {"review": order.name, "period": declared.period, "as_of": declared.as_of.isoformat()}


def _with_practice_data(catalog: Catalog, progress: Progress) -> None:
    """The practice city's sources are not kept in the repository: they are made when they are missing."""
    if practice.belongs(catalog):
        progress.phase("practice city", 1)
        practice.generate(catalog.root)
        progress.finished(catalog.city.name)


def _snapshots(
    order: Order, staging: Path, runs: list[Run], workers: Workers, progress: Progress
) -> dict[Run, Failure]:
    stored = store(order.catalog, staging)
    return snapshots(order.catalog, stored, runs, registry.registered(), workers, progress)


def _decide(order: Order, runs: list[Run], inputs: Inputs, last: Last, progress: Progress) -> list[Decision]:
    """Which runs are made and why, told together with the data that they are decided on."""
    decisions, analyses = decided(runs, inputs, last, order.asked), registry.registered()
    needed = [analyses[run.analysis].sources(order.catalog, *run.key[::2]) for run in runs]
    for source in dict.fromkeys(source for each in needed for source in each):
        progress.tell("source", item=source, taken=inputs.day(source), snapshot=inputs.snapshot(source)[:12])
    for each in decisions:
        if each.reason and not each.looks:
            progress.tell("to be made", item=each.run.name, reason=each.reason)
    return decisions


def _standing_on_others(
    decisions: list[Decision], prepared: Prepared, last: Last, progress: Progress
) -> dict[Run, dict[str, Any]]:
    """The records of runs that stand although their sources changed, since their cubes have the same content."""
    found = {}
    for each in decisions:
        provenance = prepared.provenance.get(each.run)
        if provenance and stands(each, last, provenance):
            inputs = _inputs(each, provenance)
            found[each.run] = manifest.standing_record(last.record(each.run), provenance, inputs)
            progress.tell("stands", item=each.run.name, reason=why_it_stands(each))
        elif each.looks:
            progress.tell("to be made", item=each.run.name, reason=each.reason)
    return found


def _standing(last: Last, decisions: list[Decision]) -> Made:
    """The last review, untouched."""
    ranked = manifest.read(last.folder / AGENDA)
    outcomes = tuple(_kept(each.run, last) for each in decisions)
    return Made(last.folder, outcomes, ranked, unchanged=last.manifest["started"])


def _kept(run: Run, last: Last) -> Outcome:
    record = last.record(run)
    return Outcome(run.name, record["seconds"], started=record["started"], kept=True)


def _rescued(order: Order, decisions: list[Decision]) -> dict[Run, Outcome]:
    """What a review that was killed had made whole already; not where all is asked for anew."""
    folders = order.folders
    found = {} if order.asked else rescued(decisions, folders.interrupted)
    for run in found:
        place = run_folder(Path(), run.key)
        made = manifest.read(folders.interrupted / place / manifest.RUN)["files"]
        folders.take_over(place.as_posix(), [*made, manifest.RUN], folders.interrupted)
    return found


def _cubes(
    order: Order, staging: Path, decisions: list[Decision], workers: Workers, progress: Progress
) -> Prepared:
    runs = [each.run for each in decisions]
    return cubes(order.catalog, staging / INPUTS, order.name, runs, workers, progress)


def _run(
    order: Order,
    staging: Path,
    decisions: list[Decision],
    prepared: Prepared,
    workers: Workers,
    progress: Progress,
) -> dict[Run, Outcome]:
    """Run every notebook whose cube is there; write the record of each."""
    outcomes = {run: Outcome(run.name, 0.0, failure) for run, failure in prepared.failures.items()}
    ready = {each.run.name: each for each in decisions if each.run not in outcomes}
    progress.phase("notebooks", len(ready))
    jobs = [_job(order, staging, each.run) for each in ready.values()]
    again = retrying(progress, lambda job: job.name, lambda ended: ended.failure if ended else WORKER_DIED)
    for job, ended in workers.each(run_one, jobs, lambda job: progress.started(job.name), again):
        each, outcome = ready[job.name], ended or Outcome(job.name, 0.0, WORKER_DIED)
        if not outcome.failure:
            _write_record(order, job, each, prepared, outcome)
        outcomes[each.run] = outcome
        progress.finished(job.name, outcome.failure)
    remove_empty(order.catalog.private / FAILED / order.folders.final.name)
    return outcomes


def _must_have_made_some(outcomes: Mapping[Run, Outcome]) -> None:
    if all(outcome.failure for outcome in outcomes.values()):
        said = failures_in_words(outcomes.values())
        raise RunError(f"no run succeeded, so nothing was published and the last review stays.\n{said}")


def _job(order: Order, staging: Path, run: Run) -> Job:
    catalog = order.catalog
    return Job(
        name=run.name,
        root=catalog.root,
        notebook=registry.named(run.analysis).notebook,
        parameters=run.parameters,
        folder=run_folder(staging, run.key),
        failed=run_folder(catalog.private / FAILED / order.folders.final.name, run.key),
    )


def _write_record(order: Order, job: Job, each: Decision, prepared: Prepared, outcome: Outcome) -> None:
    analysis, provenance = registry.named(each.run.analysis), prepared.provenance[each.run]
    inputs, root = _inputs(each, provenance), order.catalog.root
    record = manifest.run_record(each.run, analysis, provenance, outcome, root, inputs, job.folder)
    manifest.write(record, job.folder / manifest.RUN)


def _inputs(each: Decision, provenance: Provenance) -> dict[str, str]:
    """What a run was made on; its snapshots as the cube has read them, should a file have changed meanwhile."""
    read = {f"{SNAPSHOT}{source}": digest for source, digest in provenance.snapshots.items()}
    return {**each.inputs, **read}


def _take_over(
    order: Order,
    runs: list[Run],
    outcomes: Mapping[Run, Outcome],
    last: Last,
    pages: Named,
    looked: Mapping[Run, Mapping[str, Any]],
) -> set[str]:
    """Take over runs that stand, and the last report of those that failed: a failure costs its own news only.

    A run that stands keeps its page as well, where nothing has changed that all pages follow from. One that stands on
    other snapshots than it was made on has a new record, and so a new page, which says their days.

    Returns
    -------
    set of str
        The runs whose pages stand.
    """
    same, standing = not difference(last.manifest.get("inputs", {}), pages), set()
    for run in runs:
        place, outcome = last.place(run), outcomes[run]
        if outcome.kept and same and run not in looked and not last.altered([f"{place}/{PAGE}"]):
            standing.add(run.name)
        if run in looked:
            files = [name for name in last.files(place) if name != manifest.RUN]
            order.folders.take_over(place, files)
            manifest.write(looked[run], order.folders.staging / place / manifest.RUN)
        elif outcome.kept or outcome.failure:
            page = [PAGE] if run.name in standing else []
            order.folders.take_over(place, [*last.files(place), *page])
    if order.adds:
        for place in set(last.records) - {last.place(run) for run in runs}:
            order.folders.take_over(place, last.files(place))
    return standing


def _rank(order: Order, staging: Path) -> dict[str, Any]:
    """Rank the findings of all runs, and say what changed since the previous review."""
    from workbench.actions import followed, listed  # brings scipy, which a review that stands does without

    found = [
        Finding.from_json(values)
        for path in sorted(staging.glob("*/*/*/findings.json"))
        for values in json.loads(path.read_text(encoding="utf-8"))
    ]
    declared = resolved(order.catalog)
    then, before = (read_previous(order.catalog, order.review, name) for name in (CATALOG, AGENDA))
    changed = redefined(declared, then) if then else ()
    acted = followed(order.catalog, order.review, staging, found, before or {}, changed)
    formerly = former_names(declared)
    ranked = agenda(
        [*found, *acted.findings],
        previous=before,
        definitions=definitions(declared),
        previous_definitions=definitions(then) if then else None,
        goals=declared["goals"],
        formerly=formerly,
    )
    ranked["actions"] = listed(order.catalog, order.review, ranked, before, formerly, acted.courses)
    manifest.write(ranked, staging / AGENDA)
    manifest.write(declared, staging / CATALOG)
    return ranked


def _publish(
    order: Order,
    staging: Path,
    outcomes: list[Outcome],
    ranked: Mapping[str, Any],
    standing: set[str],
    workers: Workers,
) -> None:
    (staging / INPUTS).unlink()
    failed = [(outcome.name, outcome.failure.kind) for outcome in outcomes if outcome.failure]
    publish(staging, order.catalog, order.review, ranked, failed, standing, workers.spread)


def _record(order: Order, staging: Path, outcomes: list[Outcome], facts: Mapping[str, Any]) -> None:
    left_out = {"left_out": [each.model_dump(mode="json") for each in order.catalog.left_out]}
    record = manifest.review_record({**facts, **left_out}, outcomes, staging, order.catalog.root)
    manifest.write(record, staging / manifest.REVIEW)
