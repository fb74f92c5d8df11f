"""Where a log may be written."""

from __future__ import annotations

from pathlib import Path

from workbench.catalog import Catalog
from workbench.errors import SourceError, UsageError
from workbench.export.written import TABLES
from workbench.sources.databases import is_database
from workbench.sources.files import files_of

KINDS = (*TABLES, ".xes", ".xes.gz")


def must_be_usable(catalog: Catalog, to: Path, *, edges: bool = False) -> None:
    """Refuse a file of another kind, among what may be published, or in the place of a source.

    Parameters
    ----------
    catalog : Catalog
    to : Path
    edges : bool
        Whether edges are to be written, which are no log of events.

    Raises
    ------
    UsageError
    """
    kinds, what = (TABLES, "table of edges") if edges else (KINDS, "log")
    if not to.name.lower().endswith(kinds):
        raise UsageError(f"{to.name!r} is no kind of {what}; end its name with one of {', '.join(kinds)}.")
    if _is_inside(to, catalog.outputs):
        raise UsageError(
            f"{to} lies in outputs/, which may be published; a log names cases: write it to private/."
        )
    if to.is_dir():
        raise UsageError(f"{to} is a folder; write the name of a file in it.")
    if not to.parent.is_dir() and not _is_inside(to, catalog.private):
        raise UsageError(f"there is no folder {str(to.parent)!r}; make it first.")
    for name in catalog.sources:
        if to.resolve() in _files(catalog, name):
            raise UsageError(f"{to} is the source `{name}` itself; choose another name.")


def must_be_private(catalog: Catalog, to: Path) -> None:
    """Refuse a file outside the city's private store.

    Raises
    ------
    UsageError
    """
    if not _is_inside(to, catalog.private):
        raise UsageError(
            f"{to} lies outside {catalog.private}, and the log says what happened to whom: write it there, or add "
            "--identifiable if whoever can read that place may know."
        )


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _files(catalog: Catalog, name: str) -> list[Path]:
    if is_database(catalog.sources[name]):
        return []
    try:
        return [path.resolve() for path in files_of(catalog, name)]
    except SourceError:
        return []  # a file that has not come yet is not in the way
