"""The record of runs and reviews: what was run on what, how long, with what outcome. Never a data value."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from workbench.analyses import Analysis, Provenance
from workbench.batch.outcome import Outcome
from workbench.batch.plan import Run

RUN, REVIEW = "run.json", "manifest.json"
PACKAGES = (
    "city-performance-workbench",
    "altair",
    "duckdb",
    "ibis-framework",
    "ipykernel",
    "nbclient",
    "numpy",
    "pandas",
    "papermill",
    "pyarrow",
    "scipy",
    "vl-convert-python",
)


def run_record(
    run: Run, analysis: Analysis, provenance: Provenance, outcome: Outcome, root: Path
) -> dict[str, Any]:
    """What ``run.json`` says of a run that succeeded."""
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
        "outcome": "done",
        "started": outcome.started,
        "seconds": round(outcome.seconds, 3),
    }


def review_record(
    facts: Mapping[str, Any], outcomes: Sequence[Outcome], review_folder: Path, root: Path
) -> dict[str, Any]:
    """What ``manifest.json`` says of a review: facts, every run with its outcome, and a hash of every file.

    Runs of an earlier review that stand in the same folder are among them.
    """
    return {
        "format": 1,
        **facts,
        "versions": versions(),
        "commit": commit(root),
        "runs": _run_lines(outcomes, review_folder),
        "files": _files(review_folder),
    }


def write(record: Mapping[str, Any], path: Path) -> None:
    """Write a record as JSON that people can read."""
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_provenance(folder: Path) -> Provenance:
    """Where the numbers of a run folder come from, as its ``run.json`` says; empty when there is none."""
    path = folder / RUN
    if not path.is_file():
        return Provenance()
    record = _read(path)
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


def _run_lines(outcomes: Sequence[Outcome], review_folder: Path) -> list[dict[str, Any]]:
    """One line a run; the cause of a failure is left out, because it may quote a value."""
    standing = {record["name"]: record for record in map(_read, sorted(review_folder.glob(f"*/*/*/{RUN}")))}
    lines = []
    for outcome in outcomes:
        line = {"name": outcome.name, "outcome": "failed" if outcome.failure else "done"}
        if outcome.failure:
            line |= {"kind": outcome.failure.kind, "cell": outcome.failure.cell}
            line |= {"report": "of an earlier run" if outcome.name in standing else "none"}
        lines.append(line | {"seconds": round(outcome.seconds, 3)})
    told = {outcome.name for outcome in outcomes}
    kept = [record for name, record in standing.items() if name not in told]
    return lines + [{"name": each["name"], "outcome": "kept", "seconds": each["seconds"]} for each in kept]


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def _files(review_folder: Path) -> dict[str, str]:
    paths = sorted(
        path for path in review_folder.rglob("*") if path.is_file() and path.name not in (RUN, REVIEW)
    )
    return {path.relative_to(review_folder).as_posix(): hashed(path.read_bytes()) for path in paths}
