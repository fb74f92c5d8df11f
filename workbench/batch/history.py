"""What was run when, on what data, how long and with what outcome: read from logs and from what reviews say."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.batch.folders import ReviewFolder
from workbench.batch.log import BEGAN, ENDED, FOLDER, SUFFIX, lines
from workbench.batch.manifest import REVIEW, read, run_records
from workbench.catalog.model import Catalog
from workbench.errors import INTERRUPTED, BusyError, RunError

RUNNING, NOT_ENDED, UNCHANGED, PUBLISHED = "running", "did not end", "nothing changed", "published"
_ENDS = {
    INTERRUPTED: "stopped",
    BusyError.exit_code: "another was running",
    RunError.exit_code: "no run succeeded",
}


@dataclass(frozen=True)
class Ran:
    """One time that a review, or a single run of one, was run.

    Parameters
    ----------
    started : str
        When, in UTC.
    folder : str
        Name of its folder under ``outputs/``.
    outcome : str
        ``published``, ``nothing changed``, ``stopped``, ``did not end``, ``running``, ...
    seconds : float or None
        None when it is not known.
    review, period, as_of : str
    made, kept, failed : int
        Runs that were made, that stood as they were, and that failed.
    snapshots : dict of str to str
        A source: the day of its snapshot.
    """

    started: str
    folder: str
    outcome: str
    seconds: float | None = None
    review: str = ""
    period: str = ""
    as_of: str = ""
    made: int = 0
    kept: int = 0
    failed: int = 0
    snapshots: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def history(catalog: Catalog) -> list[Ran]:
    """Every time that something was run, the newest first.

    Reviews whose logs are gone are known by what their folders say.
    """
    logs = [_of_log(lines(path)) for path in (catalog.private / FOLDER).glob(f"*{SUFFIX}")]
    made = [_of_folder(path.parent) for path in catalog.outputs.glob(f"*/{REVIEW}")]
    # What is read last is what its log says.
    found = {(each.folder, each.started): each for each in [*made, *logs] if each}
    newest_first = sorted(found.values(), key=lambda ran: (ran.started, ran.folder), reverse=True)
    return _with_those_that_run(newest_first, catalog)


def runs_of_review(folder: Path) -> list[dict[str, Any]]:
    """Of every run that a review's folder holds: when it was made, on what data, how long, and how it ended.

    Returns
    -------
    list of dict
        ``name``, ``outcome`` (``done``, ``kept`` or ``failed``), ``started``, ``seconds`` and ``snapshots`` (a source:
        the day of its snapshot), the newest first.
    """
    ended = {each["name"]: each for each in read(folder / REVIEW).get("runs", [])}
    records = {record["name"]: record for record in run_records(folder).values()}
    found = [_run(name, ended.get(name, {}), records.get(name, {})) for name in {**ended, **records}]
    return sorted(found, key=lambda run: run["started"], reverse=True)


def _run(name: str, ended: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "outcome": ended.get("outcome", "kept"),
        "started": record.get("started", ""),
        "seconds": record.get("seconds", ended.get("seconds")),
        "snapshots": record.get("taken", {}),
    }


def _of_log(events: list[dict[str, Any]]) -> Ran | None:
    if not events or events[0]["event"] != BEGAN:
        return None
    began, last = events[0], events[-1]
    made = next((each for each in events if each["event"] == "made"), {})
    failed, kept = made.get("failures", 0), made.get("kept", 0)
    seconds = _moment(last["at"]) - _moment(began["at"])
    return Ran(
        started=began["started"],
        folder=began["folder"],
        outcome=_outcome(last, made),
        seconds=round(seconds.total_seconds(), 1) if last["event"] == ENDED else None,
        **{name: began.get(name, "") for name in ("review", "period", "as_of")},
        made=made.get("runs", 0) - kept - failed if made else _done(events),
        kept=kept,
        failed=failed,
        snapshots={each["item"]: each["taken"] for each in events if each["event"] == "source"},
    )


def _outcome(last: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    if last["event"] != ENDED:
        return NOT_ENDED
    if made:
        return UNCHANGED if made["unchanged"] else PUBLISHED
    return _ENDS.get(last["exit_code"], f"ended with {last['kind']}")


def _done(events: Iterable[Mapping[str, Any]]) -> int:
    """Notebooks that were done when it was stopped or killed."""
    return sum(each["event"] == "done" and each.get("phase") == "notebooks" for each in events)


def _of_folder(folder: Path) -> Ran | None:
    record = read(folder / REVIEW)
    if not record:
        return None
    outcomes = [each["outcome"] for each in record["runs"]]
    days = {}
    for run in run_records(folder).values():
        days |= run.get("taken", {})
    return Ran(
        started=record["started"],
        folder=folder.name,
        outcome=PUBLISHED,
        seconds=record["seconds"],
        **{name: record.get(name, "") for name in ("review", "period", "as_of")},
        made=outcomes.count("done"),
        kept=outcomes.count("kept"),
        failed=outcomes.count("failed"),
        snapshots=days,
    )


def _with_those_that_run(newest_first: list[Ran], catalog: Catalog) -> list[Ran]:
    """Of what has not ended, the last of each folder may still be at work: then its lock is held."""
    last: dict[str, Ran] = {}
    for ran in newest_first:
        if ran.outcome == NOT_ENDED:
            last.setdefault(ran.folder, ran)
    busy = [ran for ran in last.values() if ReviewFolder(catalog.outputs, ran.folder).is_busy]
    return [replace(ran, outcome=RUNNING) if ran in busy else ran for ran in newest_first]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
