"""The catalog as read once by the batch, for the kernels: no YAML is read again in each of them."""

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.catalog.model import Catalog

INPUTS = ".catalog.json"


def store(catalog: "Catalog", review_folder: Path) -> Path:
    """Write the catalog beside the runs of a review, entries in the order declared."""
    path = review_folder / INPUTS
    path.write_text(catalog.model_dump_json(exclude={"root"}), encoding="utf-8")
    return path


def stored(path: Path, root: Path) -> "Catalog":
    """The catalog that was written, for a city at ``root``; read again only when the file changes."""
    return _read(path, root, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, root: Path, _changed: int) -> "Catalog":
    from workbench.catalog.model import Catalog

    return Catalog.model_validate({**json.loads(path.read_text(encoding="utf-8")), "root": root})
