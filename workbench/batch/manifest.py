"""The record of runs and reviews: what was run on what, how long, with what outcome. Never a data value."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from workbench.analyses import Analysis, Provenance
from workbench.batch.folders import RECORD
from workbench.batch.outcome import Outcome
from workbench.batch.plan import Run

RUN, REVIEW = RECORD, "manifest.json"
PACKAGES = (
    "city-performance-workbench",
    "altair",
    "duckdb",
    "graphlay",
    "highspy",
    "ibis-framework",
    "ipykernel",
    "ipython",
    "jinja2",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "pydantic",
    "python-calamine",
    "scipy",
    "shapely",
    "tzdata",
    "vl-convert-python",
)


def run_record(
    run: Run,
    analysis: Analysis,
    provenance: Provenance,
    outcome: Outcome,
    root: Path,
    inputs: Mapping[str, str],
    folder: Path,
) -> dict[str, Any]:
    """What ``run.json`` says of a run that succeeded: on what it was made, and a hash of every file it made."""
    origin = {name: value for name, value in asdict(provenance).items() if name not in ("sql", "key")}
    return {
        "format": 1,
        "name": run.name,
        "department": run.department,
        "analysis": run.analysis,
        "subject": run.subject,
        "parameters": dict(run.parameters),
        "parameters_hash": hashed(json.dumps(dict(run.parameters), sort_keys=True).encode()),
        "notebook_hash": hashed(analysis.notebook.read_bytes()),
        "cube": provenance.key,
        **origin,
        "versions": versions(),
        "commit": commit(root),
        "inputs": dict(inputs),
        "outcome": "done",
        "started": outcome.started,
        "seconds": round(outcome.seconds, 3),
        "files": file_hashes(folder),
    }


def standing_record(
    record: Mapping[str, Any], provenance: Provenance, inputs: Mapping[str, str]
) -> dict[str, Any]:
    """What ``run.json`` says of a run that stands on other snapshots than it was made on: those and these."""
    first = record.get("made_on") or {name: record[name] for name in ("snapshots", "taken")}
    now = {"cube": provenance.key, "snapshots": provenance.snapshots, "taken": provenance.taken}
    return {**record, **now, "inputs": dict(inputs), "made_on": first}


def review_record(
    facts: Mapping[str, Any], outcomes: Sequence[Outcome], review_folder: Path, root: Path
) -> dict[str, Any]:
    """What ``manifest.json`` says of a review: facts, every run with its outcome, and a hash of every file.

    Runs of an earlier review that stand in the same folder are among them. What a run made is hashed once, in its
    own record; the records themselves, which say when they were made, are apart from the other files.
    """
    standing = run_records(review_folder)
    made = {f"{place}/{name}": each for place, record in standing.items() for name, each in _made(record)}
    records = [f"{place}/{RUN}" for place in standing]
    return {
        "format": 1,
        **facts,
        "versions": versions(),
        "commit": commit(root),
        "runs": _run_lines(outcomes, standing.values()),
        "files": file_hashes(review_folder, made),
        "records": {name: hashed((review_folder / name).read_bytes()) for name in records},
    }


def run_records(review_folder: Path) -> dict[str, dict[str, Any]]:
    """The record of every run that a review's folder holds, by the run's folder in it; unreadable ones left out."""
    paths = sorted(review_folder.glob(f"*/*/*/{RUN}"))
    found = {path.parent.relative_to(review_folder).as_posix(): read(path) for path in paths}
    return {place: record for place, record in found.items() if "name" in record}


def file_hashes(folder: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Hash of every file of a folder by its path in it, the records left out; of some the hash is known."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (RUN, REVIEW))
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: (known or {}).get(name) or hashed(path.read_bytes()) for name, path in names.items()}


def write(record: Mapping[str, Any], path: Path) -> None:
    """Write a record as JSON that people can read."""
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    """A record as it was written; empty where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def read_provenance(folder: Path) -> Provenance:
    """Where the numbers of a run folder come from, as its ``run.json`` says; empty when there is none."""
    path = folder / RUN
    if not path.is_file():
        return Provenance()
    record = read(path)
    known = {each.name for each in fields(Provenance)} - {"key", "sql"}
    return Provenance(**{name: record[name] for name in known if name in record}, key=record["cube"])


def hashed(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Version of Python and of each package that can change a result."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


@lru_cache(maxsize=4)
def commit(root: Path) -> str:
    """The git commit of a city's folder, ``+`` after it when files have changed since; empty without git."""
    described = _git(root, "rev-parse", "HEAD")
    changed = described and _git(root, "status", "--porcelain", "--untracked-files=no")
    return described + ("+" if changed else "")


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _made(record: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return record.get("files", {}).items()


def _run_lines(outcomes: Sequence[Outcome], standing: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One line a run; the cause of a failure is left out, because it may quote a value."""
    seconds = {record["name"]: record["seconds"] for record in standing}
    lines = []
    for outcome in outcomes:
        line = {"name": outcome.name, "outcome": outcome.word}
        if outcome.failure:
            line |= {"kind": outcome.failure.kind, "cell": outcome.failure.cell}
            line |= {"report": "of an earlier run" if outcome.name in seconds else "none"}
        lines.append(line | {"seconds": round(outcome.seconds, 3)})
    told = {outcome.name for outcome in outcomes}
    kept = [name for name in seconds if name not in told]
    return lines + [{"name": name, "outcome": "kept", "seconds": seconds[name]} for name in kept]
