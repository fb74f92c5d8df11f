"""Which runs of a review are made, and why: those of which something that they depend on has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapreplace
from pathlib import Path
from statistics import median
from typing import Any

from workbench.analyses import Provenance
from workbench.batch.folders import run_folder
from workbench.batch.inputs import Inputs, Named, are_of_snapshots, difference, differences
from workbench.batch.manifest import REVIEW, RUN, hashed, read, run_records
from workbench.batch.outcome import Outcome
from workbench.batch.plan import Run

NO_RUN, FAILED, UNRECORDED = "no run yet", "failed last time", "made before inputs were recorded"


@dataclass(frozen=True)
class Decision:
    """Whether a run is made.

    Parameters
    ----------
    run : Run
    reason : str
        Why it is made, in words; empty when it stands as it was made last.
    inputs : dict of str to str
        What it depends on, as it is now.
    looks : bool
        Whether it is made only if what it reads of the sources has changed, which its cube shows.
    """

    run: Run
    reason: str
    inputs: Named = field(default_factory=dict)
    looks: bool = False


class Last:
    """The last whole review of a folder: what it says of itself, and whether its files are still what it says.

    Parameters
    ----------
    folder : Path
        ``outputs/<review>``; it need not exist.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.manifest = read(folder / REVIEW)
        self.records = run_records(folder) if self.manifest else {}
        self.failed = {each["name"] for each in self._lines if each["outcome"] == "failed"}
        self._of_run = {record["name"]: place for place, record in self.records.items()}

    @property
    def _lines(self) -> list[dict[str, Any]]:
        return self.manifest.get("runs", [])

    @property
    def names(self) -> set[str]:
        """Every run that it tells of."""
        return {each["name"] for each in self._lines}

    @property
    def seconds(self) -> dict[str, float]:
        """How long each of its runs took."""
        return {each["name"]: each["seconds"] for each in self._lines if each["outcome"] != "failed"}

    def place(self, run: Run) -> str:
        """A run's folder in the review's."""
        return self._of_run.get(run.name) or run_folder(Path(), run.key).as_posix()

    def record(self, run: Run) -> Mapping[str, Any]:
        """What its ``run.json`` says; empty when there is none."""
        return self.records.get(self.place(run), {})

    def files(self, place: str) -> list[str]:
        """What the run itself made and never writes again, its record among it; empty when that is not recorded."""
        files = self.records.get(place, {}).get("files", {})
        return [*files, RUN] if files else []

    def altered(self, names: Iterable[str]) -> str:
        """The first of some files that is not as the review wrote it; empty when all are."""
        return next((name for name in names if self._digests.get(name) != self._now(name)), "")

    @property
    def added(self) -> bool:
        """Whether files lie in its folder that it did not write."""
        found = {
            path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()
        }
        return bool(found - {REVIEW} - set(self._digests))

    @cached_property
    def pages(self) -> list[str]:
        """What was written over all runs."""
        of_runs = {f"{place}/{name}" for place in self.records for name in self.files(place)}
        return [name for name in self._digests if name not in of_runs]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {**self.manifest.get("files", {}), **self.manifest.get("records", {})}

    def _now(self, name: str) -> str:
        path = self.folder / name
        return hashed(path.read_bytes()) if path.is_file() else ""


def decided(runs: Sequence[Run], inputs: Inputs, last: Last, asked: str = "") -> list[Decision]:
    """Decide of every run whether it is made again.

    Parameters
    ----------
    runs : sequence of Run
    inputs : Inputs
    last : Last
    asked : str
        Why all of them are made, whatever has changed; empty when only what changed is made.

    Returns
    -------
    list of Decision
        In the order of the runs.

    Raises
    ------
    SourceError
        When a file of a source is missing.
    """
    return [decision(run, inputs.of_run(run), last, asked) for run in runs]


def decision(run: Run, now: Named, last: Last, asked: str = "") -> Decision:
    """Whether one run is made again: the first reason that there is."""
    record, place = last.record(run), last.place(run)
    then = record.get("inputs", {})
    if asked or run.name in last.failed:
        return Decision(run, asked or FAILED, now)
    if not then:
        return Decision(run, UNRECORDED if record else NO_RUN, now)
    changes = differences(then, now)
    if not are_of_snapshots(changes):
        return Decision(run, changes[0], now)
    altered = last.altered(f"{place}/{name}" for name in last.files(place))
    reason = f"{altered} is not as it was made" if altered else next(iter(changes), "")
    return Decision(run, reason, now, looks=bool(changes and not altered))


def stands(each: Decision, last: Last, provenance: Provenance) -> bool:
    """Whether a run stands although a source that it reads has changed: what it reads of it is as it was."""
    content = last.record(each.run).get("content")
    return each.looks and bool(content) and content == provenance.content


def why_it_stands(each: Decision) -> str:
    """What is told of such a run."""
    return f"{each.reason}, but not what this run reads"


def rescued(decisions: Sequence[Decision], folder: Path) -> dict[Run, Outcome]:
    """Runs to be made that a review which was killed had made already, whole and of the same inputs.

    Parameters
    ----------
    decisions : sequence of Decision
    folder : Path
        What was left of that review.

    Returns
    -------
    dict of Run to Outcome
        As each ended then.
    """
    records = run_records(folder)
    found = {each.run: records.get(run_folder(Path(), each.run.key).as_posix(), {}) for each in decisions}
    return {
        each.run: Outcome(each.run.name, found[each.run]["seconds"], None, found[each.run]["started"])
        for each in decisions
        if each.reason and _is_whole(folder, each, found[each.run])
    }


def _is_whole(folder: Path, each: Decision, record: Mapping[str, Any]) -> bool:
    place, files = run_folder(folder, each.run.key), record.get("files", {})
    return (
        bool(files)
        and not difference(record["inputs"], each.inputs)
        and all((place / name).is_file() for name in files)
        and all(hashed((place / name).read_bytes()) == digest for name, digest in files.items())
    )


def is_standing(decisions: Sequence[Decision], last: Last, pages: Named) -> bool:
    """Whether the last review is what would be made now, to the byte: no run, page or setting has changed."""
    return (
        bool(decisions)
        and not any(each.reason for each in decisions)
        and last.names == {each.run.name for each in decisions}
        and not difference(last.manifest.get("inputs", {}), pages)
        and not last.added
        and not last.altered(last.pages)
    )


def expected_seconds(runs: Sequence[Run], seconds: Mapping[str, float], jobs: int) -> float | None:
    """How long runs take, several at once, each as long as it took before.

    A run that was never made takes as long as its analysis' others did in the middle.

    Returns
    -------
    float or None
        None when nothing of the kind was run before.
    """
    if not runs or not seconds:
        return 0.0 if not runs else None
    busy = [0.0] * jobs
    for each in sorted(_each_expected(runs, seconds).values(), reverse=True):
        heapreplace(busy, busy[0] + each)
    return max(busy)


def longest_first(decisions: Sequence[Decision], seconds: Mapping[str, float]) -> list[Decision]:
    """The order in which to make runs: one that is long and begun last would be waited for by all cores.

    Each as long as it took before, to the second; where nothing was run before the order stays.
    """
    if not seconds:
        return list(decisions)
    expected = _each_expected([each.run for each in decisions], seconds)
    return sorted(decisions, key=lambda each: -round(expected[each.run]))


def _each_expected(runs: Sequence[Run], seconds: Mapping[str, float]) -> dict[Run, float]:
    of_analysis = {name: _middle(seconds, name) for name in {run.analysis for run in runs}}
    return {run: seconds.get(run.name, of_analysis[run.analysis]) for run in runs}


def _middle(seconds: Mapping[str, float], analysis: str) -> float:
    own = [each for name, each in seconds.items() if name.split("/")[1] == analysis]
    return median(own or seconds.values())
