"""A source as found becomes typed, dated, hashed, immutable Parquet, once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from workbench.catalog.model import Catalog
from workbench.catalog.tables import Source
from workbench.errors import SourceError, refusal
from workbench.sources import databases
from workbench.sources.files import content_hash, files_of, taken
from workbench.sources.sharing import telling_column

ABANDONED = 86_400  # seconds after which a folder of a reading belongs to nobody
FORM = 2  # raised when the same input and declaration give another snapshot than before


@dataclass(frozen=True)
class Snapshot:
    """One source, read once.

    Parameters
    ----------
    source : str
        Its id.
    path : Path
        The Parquet file, or, of a trusted source, the record that says when it was looked at.
    sha256 : str
        Hash of the content and of the declaration it was read with.
    taken : str
        ISO day in the city's zone: of a file's last change, of a database's extraction.
    rows : int
        Rows read; those in the Parquet file and those rejected add up to it.
    rejects : int
        Rows set apart because they cannot be used.
    rejects_path : Path or None
        Parquet file with ``_row``, ``column``, ``got`` and ``reason``; private.
    set_aside : dict of str to int
        A reason why rows have no place or are on another clock, or why something of a log is no row of its own:
        how many, as read.
    columns : dict of str to str
        A column of the Parquet file: its DuckDB type.
    refused : dict of str to dict
        A word of the column that tells rows of measures apart: ``rows``, ``rejects`` and ``why`` none of them is used.
    """

    source: str
    path: Path
    sha256: str
    taken: str
    rows: int
    rejects: int = 0
    rejects_path: Path | None = None
    set_aside: dict[str, int] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    refused: dict[str, dict] = field(default_factory=dict)


def snapshot(catalog: Catalog, source_id: str) -> Snapshot:
    """Read a source, unless the same content was read with the same declaration before.

    A database is extracted anew each time. A trusted one stays where it is; a record of its size
    and latest dates tells whether it has changed.

    Raises
    ------
    SourceError
        When the source is missing, has changed its shape, cannot be decoded, or has more rejects
        than its declared share. Nothing is written then.
    """
    source = _source(catalog, source_id)
    if databases.is_database(source):
        databases.must_be_usable(source_id, source)
        return _watched(catalog, source_id) if source.trusted else _extracted(catalog, source_id)
    paths, digest = files_of(catalog, source_id), fingerprint(catalog, source_id)
    known = _stored(folder_of(catalog, source_id), digest)
    return known or _parsed(catalog, source_id, taken(paths, catalog.city.time_zone), digest)


def current(catalog: Catalog, source_id: str) -> Snapshot:
    """The snapshot to compute on: as :func:`snapshot`, but a database is not asked again."""
    source = _source(catalog, source_id)
    if databases.is_database(source):
        found = _newest(catalog, source_id)
        if found:
            return found
    return snapshot(catalog, source_id)


def known(catalog: Catalog, source_id: str, digest: str = "") -> Snapshot | None:
    """The snapshot that was read of a source as it is now, or of a database when it was last asked; None without.

    Parameters
    ----------
    catalog : Catalog
    source_id : str
    digest : str
        The fingerprint of the source, where it has been worked out before.

    Raises
    ------
    SourceError
        When a file is missing.
    """
    if databases.is_database(_source(catalog, source_id)):
        return _newest(catalog, source_id)
    return _stored(folder_of(catalog, source_id), digest or fingerprint(catalog, source_id))


def fingerprint(catalog: Catalog, source_id: str) -> str:
    """The hash that the current snapshot of a source has, or will have, without reading it.

    Raises
    ------
    SourceError
        When a file is missing. A database that was never asked is asked now.
    """
    if databases.is_database(_source(catalog, source_id)):
        return current(catalog, source_id).sha256
    return _digest(content_hash(files_of(catalog, source_id)), declaration(catalog, source_id))


def declaration(catalog: Catalog, source_id: str) -> str:
    """Hash of everything besides its content that decides how a source is read."""
    source = _source(catalog, source_id)
    boundary = boundary_hash(catalog, source.points.place_level) if source.points else ""
    if source.trusted:
        source = source.model_copy(update={"location": databases.shown(source.location)})
    entry = source.model_dump_json(exclude={"title"})
    return _digest(str(FORM), entry, zone_of(catalog, source), boundary, telling_column(catalog, source_id))


def boundary_hash(catalog: Catalog, level_id: str) -> str:
    """Hash of the boundary file of a place level and of how it is read; empty where there is none to read."""
    level = catalog.places.get(level_id)
    if level is None or level.boundary is None or not (catalog.root / level.boundary.file).is_file():
        return ""
    return level.boundary.property + content_hash([catalog.root / level.boundary.file])


def _source(catalog: Catalog, source_id: str) -> Source:
    if source_id not in catalog.sources:
        raise SourceError(
            f"there is no source {source_id!r}; declared are: {', '.join(sorted(catalog.sources))}."
        )
    return catalog.sources[source_id]


def zone_of(catalog: Catalog, source: Source) -> str:
    """The zone of naive times: the source's own, or the city's."""
    return source.time_zone or catalog.city.time_zone


def folder_of(catalog: Catalog, source_id: str) -> Path:
    """Where snapshots of a source are kept."""
    return catalog.private / "snapshots" / source_id


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _today(catalog: Catalog) -> str:
    return datetime.now(ZoneInfo(catalog.city.time_zone)).date().isoformat()


def _parsed(catalog: Catalog, source_id: str, day: str, digest: str) -> Snapshot:
    """Read the files of a source and keep what comes of it."""
    from workbench.sources.taking import take

    with _scratch(catalog, source_id) as scratch:
        made = take(catalog, source_id, scratch)
        if fingerprint(catalog, source_id) != digest:
            raise SourceError(
                f"source `{source_id}` changed while it was read; try again when it is complete."
            )
        return _keep(catalog, scratch, replace(made, taken=day, sha256=digest))


def _extracted(catalog: Catalog, source_id: str) -> Snapshot:
    """Extract a database; its content is known only then."""
    from workbench.sources.taking import take

    with _scratch(catalog, source_id) as scratch:
        made = take(catalog, source_id, scratch)
        digest = _digest(content_hash([made.path, made.rejects_path]), declaration(catalog, source_id))
        return _keep(catalog, scratch, replace(made, taken=_today(catalog), sha256=digest))


def _watched(catalog: Catalog, source_id: str) -> Snapshot:
    """Record the size and the latest dates of a trusted table."""
    from workbench.sources.taking import watch

    with _scratch(catalog, source_id) as scratch:
        rows, columns, latest = watch(catalog, source_id)
        day = _today(catalog)
        digest = _digest(declaration(catalog, source_id), day, str(rows), json.dumps(latest, sort_keys=True))
        record = folder_of(catalog, source_id) / f"{day}-{digest[:12]}.json"
        return _keep(catalog, scratch, Snapshot(source_id, record, digest, day, rows, columns=columns))


@contextmanager
def _scratch(catalog: Catalog, source_id: str) -> Iterator[Path]:
    """A folder beside the snapshots that is gone afterwards; what goes wrong names the source."""
    folder = folder_of(catalog, source_id)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        with TemporaryDirectory(dir=folder, prefix=".reading-") as scratch:
            yield Path(scratch)
    except SourceError as error:
        named = f"source `{source_id}`: "
        raise SourceError(named + str(error).removeprefix(named)) from None
    except OSError as error:
        raise SourceError(f"source `{source_id}`: {folder} cannot be written: {refusal(error)}.") from None


def _clear(folder: Path) -> None:
    """Remove what a process that was killed left behind; another may still be reading."""
    for left in folder.glob(".reading-*"):
        if time.time() - left.stat().st_mtime > ABANDONED:
            shutil.rmtree(left, ignore_errors=True)


def _keep(catalog: Catalog, scratch: Path, made: Snapshot) -> Snapshot:
    """Move the files to their names, the record last: a snapshot exists whole or not at all.

    All is written before anything is moved, so that a disk that fills up leaves nothing.
    """
    folder = folder_of(catalog, made.source)
    stem = f"{made.taken}-{made.sha256[:12]}"
    known = _stored(folder, made.sha256)
    if known:
        os.utime(folder / f"{known.taken}-{known.sha256[:12]}.json")
        return known
    kept = made
    if made.rejects_path:
        names = {"path": folder / f"{stem}.parquet", "rejects_path": folder / f"{stem}.rejects.parquet"}
        kept = replace(made, **names)
    record = scratch / "record.json"
    record.write_text(_record_of(kept, declaration(catalog, made.source)), encoding="utf-8")
    if made.rejects_path:
        made.path.replace(kept.path)
        made.rejects_path.replace(kept.rejects_path)
    record.replace(folder / f"{stem}.json")
    return kept


def _record_of(kept: Snapshot, declared: str) -> str:
    names = {"path": kept.path.name, "rejects_path": kept.rejects_path and kept.rejects_path.name}
    return json.dumps({**asdict(kept), **names, "declaration": declared}, indent=1, sort_keys=True) + "\n"


def _stored(folder: Path, digest: str) -> Snapshot | None:
    """A snapshot read before; its record is written last, so it is whole."""
    found = map(_read_record, sorted(folder.glob(f"*-{digest[:12]}.json")))
    return next((known for known in found if known.sha256 == digest and known.path.is_file()), None)


def _read_record(record: Path) -> Snapshot:
    kept = json.loads(record.read_text(encoding="utf-8"))
    rejects = kept["rejects_path"] and record.parent / kept["rejects_path"]
    known = {
        key: kept[key] for key in ("source", "sha256", "taken", "rows", "rejects", "set_aside", "columns")
    }
    refused = kept.get("refused", {})
    return Snapshot(path=record.parent / kept["path"], rejects_path=rejects, refused=refused, **known)


def _newest(catalog: Catalog, source_id: str) -> Snapshot | None:
    """The latest snapshot of a database that was read with today's declaration."""
    folder, declared = folder_of(catalog, source_id), declaration(catalog, source_id)
    records = sorted(folder.glob("*.json"), key=lambda record: (record.stat().st_mtime_ns, record.name))
    for record in reversed(records):
        if json.loads(record.read_text(encoding="utf-8"))["declaration"] == declared:
            return _read_record(record)
    return None
