"""True counts of a subject: computed once, kept in the private store, found again by key.

A stored cube is read without starting an engine, so that a notebook opens quickly.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from workbench.analyses import Analysis, Cube, Provenance
from workbench.catalog.actions import about, known_actions, subject_of
from workbench.catalog.model import Catalog
from workbench.errors import SourceError, refusal
from workbench.sources.snapshots import boundary_hash, fingerprint

RECORD = "cube.json"
CODING = (
    "boundaries.py",
    "coding.py",
    "conditions.py",
    "outlines.py",
    "populations.py",
    "tables.py",
    "zones.py",
)
CALENDAR = ("calendars.py",)
COUNTING = ("bisg.py", "daylight.py", "veil_of_darkness.py")  # statistics that cubes are made with


def cube(catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date) -> Cube:
    """The cube of a subject, from the store where nothing that it depends on has changed.

    Parameters
    ----------
    catalog : Catalog
    analysis : Analysis
    department, subject : str
        As the analysis' ``subjects`` names them.
    as_of : date
        Nothing later than the end of this day is known.

    Returns
    -------
    Cube
        Its provenance says which snapshots it was computed on; ``provenance.key`` is its key.

    Raises
    ------
    SourceError
        When a source cannot be read, or the store cannot be written.
    """
    name = key(catalog, analysis, department, subject, as_of)
    folder = catalog.private / "cubes" / analysis.handle / name
    if (folder / RECORD).is_file():
        return load(folder)
    made = _computed(catalog, analysis, department, subject, as_of, name)
    try:
        _store(made, folder)
    except OSError as error:
        raise SourceError(f"{folder} cannot be written: {refusal(error)}.") from None
    return load(folder)


def key(catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date) -> str:
    """Hash of all that a cube depends on: sources, boundaries, declarations, as-of date and code.

    Raises
    ------
    SourceError
        When a file of a source is missing.
    """
    sources = {
        source: fingerprint(catalog, source) for source in analysis.sources(catalog, department, subject)
    }
    parts = {
        "analysis": analysis.handle,
        "department": department,
        "subject": subject,
        "as_of": as_of.isoformat(),
        "sources": sources,
        "boundaries": {level: boundary_hash(catalog, level) for level in catalog.places},
        "definition": _declared(catalog, department, subject)
        | _registered(catalog, analysis, department, as_of),
        "code": _code_hash(analysis),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def load(folder: Path) -> Cube:
    """Read a stored cube."""
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in record["frames"]}
    return Cube(frames, record["definition"], Provenance(**record["provenance"]))


def _computed(
    catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date, name: str
) -> Cube:
    from workbench.sources.tables import tables

    with tables(catalog, analysis.sources(catalog, department, subject)) as opened:
        made = analysis.cube(catalog, department, subject, opened.tables, as_of)
    own = {"sql": dict(made.provenance.sql), "notes": dict(made.provenance.notes)}
    provenance = replace(opened.provenance, **own, key=name)
    return replace(made, provenance=provenance)


def _declared(catalog: Catalog, department: str, subject: str) -> dict:
    """The entries that a cube of this subject may read: its own, and what all subjects share."""
    shared = catalog.model_dump(
        mode="json",
        include={"city", "holidays", "dimensions", "places", "populations", "goals", "initiatives"},
    )
    own = {
        f"{kind}/{name}": entry.model_dump(mode="json")
        for kind in ("measures", "services", "processes")
        for name, entry in getattr(catalog, kind).items()
        if name == subject or entry.department == department
    }
    of_department = catalog.departments[department].model_dump(mode="json")
    return {**shared, **own, "department": of_department}


def _registered(catalog: Catalog, analysis: Analysis, department: str, as_of: date) -> dict:
    """Actions about findings of this analysis and department, as they were known on the day."""
    found = known_actions(catalog, as_of)
    own = {name: action for name, action in found.items() if about(action).analysis == analysis.handle}
    return {
        f"actions/{name}": action.model_dump(mode="json")
        for name, action in own.items()
        if getattr(subject_of(catalog, action), "department", "") == department
    }


def _code_hash(analysis: Analysis) -> str:
    """Hash of the code that turns tables into the cube: the analysis' package, calendar, coding and statistics."""
    package = Path(inspect.getfile(inspect.unwrap(analysis.cube))).parent
    rooms = {"": CALENDAR, "sources": CODING, "statistics": COUNTING}
    beside = [Path(__file__).parent / room / name for room, names in rooms.items() for name in names]
    total = hashlib.sha256()
    for path in [*sorted(package.glob("*.py")), *beside]:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _store(made: Cube, folder: Path) -> None:
    """Write the files beside their place and rename the folder: a cube exists whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(dir=folder.parent, prefix=".computing-"))
    try:
        for name, frame in made.frames.items():
            frame.to_parquet(unfinished / f"{name}.parquet", index=False)
        record = {
            "frames": list(made.frames),
            "definition": made.definition,
            "provenance": asdict(made.provenance),
        }
        text = json.dumps(record, indent=1, sort_keys=True) + "\n"
        (unfinished / RECORD).write_text(text, encoding="utf-8")
        _rename(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _rename(unfinished: Path, folder: Path) -> None:
    if folder.is_dir() and not (folder / RECORD).is_file():
        shutil.rmtree(folder)  # half a cube, left by a copy or a repair
    try:
        os.replace(unfinished, folder)
    except OSError:
        if not (folder / RECORD).is_file():
            raise  # and not because another process was first with the same cube
