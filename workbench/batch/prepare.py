"""Snapshots and cubes of the runs of a review, each computed once, several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.analyses import Analysis, Provenance, named
from workbench.batch.executor import Workers
from workbench.batch.outcome import WORKER_DIED, Failure, failure_of
from workbench.batch.plan import Run
from workbench.batch.progress import Progress, retrying
from workbench.batch.stored import stored
from workbench.catalog.model import Catalog
from workbench.errors import SourceError


@dataclass
class Prepared:
    """What is ready for the notebooks, by run: where its cube comes from, or why there is none."""

    provenance: dict[Run, Provenance] = field(default_factory=dict)
    failures: dict[Run, Failure] = field(default_factory=dict)


@dataclass(frozen=True)
class Snapshot:
    """A source to be snapshot, by a worker that reads the catalog itself."""

    catalog: Path
    root: Path
    source: str


@dataclass(frozen=True)
class Building:
    """A cube to be computed, by a worker that reads the catalog itself."""

    catalog: Path
    root: Path
    run: Run
    review: str


def snapshots(
    catalog: Catalog,
    inputs: Path,
    runs: Sequence[Run],
    analyses: Mapping[str, Analysis],
    workers: Workers,
    progress: Progress,
) -> dict[Run, Failure]:
    """Take every snapshot that the runs need and that has not been taken of the source as it is now.

    Parameters
    ----------
    catalog : Catalog
    inputs : Path
        The catalog as stored for the workers.
    runs : sequence of Run
    analyses : dict of str to Analysis
    workers : Workers
    progress : Progress

    Returns
    -------
    dict of Run to Failure
        A source that fails, fails the runs that need it and no others.
    """
    needed = {run: list(analyses[run.analysis].sources(catalog, *run.key[::2])) for run in runs}
    sources = dict.fromkeys(source for each in needed.values() for source in each)
    jobs = [Snapshot(inputs, catalog.root, source) for source in sources if _is_to_be_taken(catalog, source)]
    broken = _snapshots(jobs, workers, progress)
    causes = {run: [broken[source] for source in each if source in broken] for run, each in needed.items()}
    return {run: found[0] for run, found in causes.items() if found}


def cubes(
    catalog: Catalog, inputs: Path, review: str, runs: Sequence[Run], workers: Workers, progress: Progress
) -> Prepared:
    """Compute every cube that runs need; those that are in the private store are only read.

    Parameters
    ----------
    catalog : Catalog
    inputs : Path
        The catalog as stored for the workers.
    review : str
    runs : sequence of Run
        Whose sources have their snapshots.
    workers : Workers
    progress : Progress
    """
    prepared = Prepared()
    _cubes([Building(inputs, catalog.root, run, review) for run in runs], prepared, workers, progress)
    return prepared


def _is_to_be_taken(catalog: Catalog, source: str) -> bool:
    """Whether a worker must read the source: a database, whose content is not known before, or a changed file."""
    from workbench.sources.databases import is_database
    from workbench.sources.snapshots import known

    try:
        return is_database(catalog.sources[source]) or known(catalog, source) is None
    except SourceError:
        return True  # the worker says what is wrong


def take_snapshot(job: Snapshot) -> str | Failure:
    """Take one snapshot, in a worker; returns the source's id."""
    from workbench.sources import snapshot

    try:
        snapshot(stored(job.catalog, job.root), job.source)
    except Exception as error:
        return failure_of(error)
    return job.source


def build_cube(job: Building) -> Provenance | Failure:
    """Compute one cube, in a worker, and leave it in the private store."""
    from workbench.cubes import provenance

    catalog = stored(job.catalog, job.root)
    as_of = catalog.reviews[job.review].as_of
    try:
        return provenance(catalog, named(job.run.analysis), job.run.department, job.run.subject, as_of)
    except Exception as error:
        return failure_of(error)


def _snapshots(jobs: list[Snapshot], workers: Workers, progress: Progress) -> dict[str, Failure]:
    progress.phase("snapshots", len(jobs))
    broken, again = {}, retrying(progress, lambda job: job.source, _failure)
    for job, made in workers.each(take_snapshot, jobs, lambda job: progress.started(job.source), again):
        failure = _failure(made)
        if failure:
            broken[job.source] = failure
        progress.finished(job.source, failure)
    return broken


def _cubes(jobs: list[Building], prepared: Prepared, workers: Workers, progress: Progress) -> None:
    progress.phase("cubes", len(jobs))
    again = retrying(progress, lambda job: job.run.name, _failure)
    for job, made in workers.each(build_cube, jobs, lambda job: progress.started(job.run.name), again):
        failure = _failure(made)
        if failure:
            prepared.failures[job.run] = failure
        else:
            prepared.provenance[job.run] = made
        progress.finished(job.run.name, failure)


def _failure(made) -> Failure | None:
    """The failure in a worker's answer; no answer at all means that the worker died."""
    if made is None:
        return WORKER_DIED
    return made if isinstance(made, Failure) else None
