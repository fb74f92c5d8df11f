"""True counts of a subject: computed once, kept in the private store, found again by key.

A stored cube is read without starting an engine, so that a notebook opens quickly.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import time
from collections import defaultdict
from dataclasses import asdict, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd

from workbench.analyses import Analysis, Cube, Provenance
from workbench.catalog.actions import about, known_actions, subject_of
from workbench.catalog.model import Catalog
from workbench.errors import SourceError, refusal
from workbench.sources.snapshots import ABANDONED, boundary_hash, fingerprint

RECORD, UNFINISHED = "cube.json", ".computing-"
FORM = 2  # raised when cubes are stored otherwise than before
PRINTED = ("rows", "rejects", "set_aside", "notes")  # of the provenance, by notebooks; pages print days
CODING = (
    "asking.py",
    "boundaries.py",
    "coding.py",
    "conditions.py",
    "outlines.py",
    "populations.py",
    "tables.py",
    "zones.py",
)
CALENDAR = ("calendars.py",)
SHARED = ("city", "holidays", "dimensions", "places", "populations", "goals", "initiatives")
NOUNS = {"measure": "measures", "service": "services", "process": "processes"}
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
    return load(_in_store(catalog, analysis, department, subject, as_of))


def provenance(
    catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date
) -> Provenance:
    """Where the numbers of the :func:`cube` come from; it is computed where it is not in the store, and not read.

    Raises
    ------
    SourceError
        As :func:`cube`.
    """
    return _provenance(_record(_in_store(catalog, analysis, department, subject, as_of)))


def key(catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date) -> str:
    """Hash of all that a cube depends on.

    Raises
    ------
    SourceError
        When a file of a source is missing.
    """
    return Inputs(catalog).key(analysis, department, subject, as_of)


class Inputs:
    """All that cubes of one catalog depend on, as hashes by name; what several cubes share is hashed once.

    Parameters
    ----------
    catalog : Catalog
        It must not change, nor must the files of its sources, as long as this object is asked.
    """

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.snapshot = cache(lambda source: fingerprint(catalog, source))
        self._of_subject = cache(self._entries_of_subject)
        self._of_department = cache(self._entries_of_department)
        self._actions = cache(self._actions_known)

    def key(self, analysis: Analysis, department: str, subject: str, as_of: date) -> str:
        """Hash of all that a cube depends on."""
        inputs = self.of(analysis, department, subject, as_of)
        return digest([FORM, analysis.handle, department, subject, inputs])

    def of(self, analysis: Analysis, department: str, subject: str, as_of: date) -> dict[str, str]:
        """Sources, as-of day, declarations and code that a cube depends on.

        Returns
        -------
        dict of str to str
            What it is, in words that can be followed by "changed": its hash.

        Raises
        ------
        SourceError
            When a file of a source is missing.
        """
        sources = analysis.sources(self.catalog, department, subject)
        return {
            **{f"snapshot of {source}": self.snapshot(source) for source in sources},
            "as-of day": as_of.isoformat(),
            **self._shared,
            f"department {department}": self._departments[department],
            **self._of_department(department),
            **self._of_subject(subject),
            **self._actions(as_of).get((analysis.handle, department), {}),
            f"code of {analysis.handle}": _code_hash(analysis),
        }

    @cached_property
    def _shared(self) -> dict[str, str]:
        """What cubes of every subject may read."""
        places = self.catalog.places
        boundaries = {f"boundary of {level}": digest(boundary_hash(self.catalog, level)) for level in places}
        values = self.catalog.model_dump(mode="json", include=set(SHARED))
        return {name: digest(values[name]) for name in SHARED} | boundaries

    @cached_property
    def _departments(self) -> dict[str, str]:
        return {name: digest(each.model_dump(mode="json")) for name, each in self.catalog.departments.items()}

    def _entries_of_subject(self, name: str) -> dict[str, str]:
        """The entries of a name."""
        sections = ((noun, getattr(self.catalog, section)) for noun, section in NOUNS.items())
        return {
            f"{noun} {name}": digest(entries[name].model_dump(mode="json"))
            for noun, entries in sections
            if name in entries
        }

    def _entries_of_department(self, department: str) -> dict[str, str]:
        """The entries of a department: what is said of one may be compared with the others."""
        found = {}
        for section in NOUNS.values():
            for name, entry in getattr(self.catalog, section).items():
                if entry.department == department:
                    found |= self._of_subject(name)
        return found

    def _actions_known(self, as_of: date) -> dict[tuple[str, str], dict[str, str]]:
        """Actions as they were known on the day, by the analysis and the department that they are about."""
        found = defaultdict(dict)
        for name, action in known_actions(self.catalog, as_of).items():
            department = getattr(subject_of(self.catalog, action), "department", "")
            entry = digest(action.model_dump(mode="json"))
            found[about(action).analysis, department][f"action {name}"] = entry
        return found


def digest(values: Any) -> str:
    """Hash of plain JSON values, their order included."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:32]


def load(folder: Path) -> Cube:
    """Read a stored cube."""
    record = _record(folder)
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in record["frames"]}
    return Cube(frames, record["definition"], _provenance(record))


def _record(folder: Path) -> dict[str, Any]:
    return json.loads((folder / RECORD).read_text(encoding="utf-8"))


def _provenance(record: dict[str, Any]) -> Provenance:
    return Provenance(**record["provenance"])


def _in_store(catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date) -> Path:
    """The folder of a cube, which is computed unless it is there."""
    name = key(catalog, analysis, department, subject, as_of)
    folder = catalog.private / "cubes" / analysis.handle / name
    if not (folder / RECORD).is_file():
        made = _computed(catalog, analysis, department, subject, as_of, name)
        try:
            _store(made, folder)
        except OSError as error:
            raise SourceError(f"{folder} cannot be written: {refusal(error)}.") from None
    return folder


def _computed(
    catalog: Catalog, analysis: Analysis, department: str, subject: str, as_of: date, name: str
) -> Cube:
    from workbench.sources.tables import tables

    with tables(catalog, analysis.sources(catalog, department, subject)) as opened:
        made = analysis.cube(catalog, department, subject, opened.tables, as_of)
    own = {"sql": dict(made.provenance.sql), "notes": dict(made.provenance.notes)}
    provenance = replace(opened.provenance, **own, key=name)
    definition = {**made.definition, **({"refused": opened.refused} if opened.refused else {})}
    return replace(made, definition=definition, provenance=provenance)


def _code_hash(analysis: Analysis) -> str:
    """Hash of the code that turns tables into the cube: the analysis' package, calendar, coding and statistics."""
    return _hash_of_code(Path(inspect.getfile(inspect.unwrap(analysis.cube))).parent)


@cache
def _hash_of_code(package: Path) -> str:
    rooms = {"": CALENDAR, "sources": CODING, "statistics": COUNTING}
    beside = [Path(__file__).parent / room / name for room, names in rooms.items() for name in names]
    total = hashlib.sha256()
    for path in [*sorted(package.glob("*.py")), *beside]:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _store(made: Cube, folder: Path) -> None:
    """Write the files beside their place and rename the folder: a cube exists whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clear(folder.parent)
    unfinished = Path(mkdtemp(dir=folder.parent, prefix=UNFINISHED))
    try:
        for name, frame in made.frames.items():
            frame.to_parquet(unfinished / f"{name}.parquet", index=False)
        provenance = asdict(made.provenance)
        record = {
            "frames": list(made.frames),
            "definition": made.definition,
            "provenance": {**provenance, "content": _content(made, provenance, unfinished)},
        }
        text = json.dumps(record, indent=1, sort_keys=True) + "\n"
        (unfinished / RECORD).write_text(text, encoding="utf-8")
        _rename(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _content(made: Cube, provenance: dict[str, Any], folder: Path) -> str:
    """Hash of the frames as they were written, of the definition and of what notebooks print of the origin."""
    printed = {name: provenance[name] for name in PRINTED}
    frames = {name: _hash_of(folder / f"{name}.parquet") for name in made.frames}
    return digest([frames, made.definition, printed])


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _clear(folder: Path) -> None:
    """Remove what a process that was killed left behind; another may still be writing."""
    for left in folder.glob(f"{UNFINISHED}*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _rename(unfinished: Path, folder: Path) -> None:
    if folder.is_dir() and not (folder / RECORD).is_file():
        shutil.rmtree(folder)  # half a cube, left by a copy or a repair
    try:
        os.replace(unfinished, folder)
    except OSError:
        if not (folder / RECORD).is_file():
            raise  # and not because another process was first with the same cube
