"""The notebook before and after its run: what is executed, and what is kept of it."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

DROPPED = "explore"
INJECTED = "injected-parameters"


def prepared(notebook: Path) -> NotebookNode:
    """What is executed: without cells tagged ``explore``, without outputs, every cell with a fixed id."""
    found = nbformat.read(notebook, as_version=4)
    kept = [cell for cell in found.cells if DROPPED not in cell.metadata.get("tags", [])]
    for number, cell in enumerate(kept, 1):
        cell["id"] = cell.get("id") or f"cell-{number}"
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=nbformat.from_dict(metadata), cells=kept)


def cleaned(executed: NotebookNode, root: Path) -> NotebookNode:
    """What is kept: no timings, no random ids, no path of this machine, so that bytes repeat."""
    for cell in executed.cells:
        tags = cell.metadata.get("tags", [])
        if INJECTED in tags:
            cell["id"] = INJECTED
        cell["metadata"] = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell["outputs"] = _without_paths(cell.outputs, _places(root))
    kept = {
        name: executed.metadata[name] for name in ("kernelspec", "language_info") if name in executed.metadata
    }
    executed["metadata"] = nbformat.from_dict(kept)
    return executed


def _places(root: Path) -> dict[str, str]:
    """Folders of this machine and the words that replace them, the longest first."""
    places = {str(root): ".", sys.prefix: "<environment>", sys.base_prefix: "<python>", str(Path.home()): "~"}
    return {place: places[place] for place in sorted(places, key=len, reverse=True) if len(place) > 1}


def _without_paths(value, places: Mapping[str, str]):
    if isinstance(value, str):
        # Not after "<": a folder named /a must not be taken out of the tag </a>.
        for place, word in places.items():
            value = (
                re.sub(rf"(?<![\w.<]){re.escape(place)}(?![\w.-])", word, value) if place in value else value
            )
        return value
    if isinstance(value, Mapping):
        return nbformat.from_dict({key: _without_paths(item, places) for key, item in value.items()})
    if isinstance(value, list):
        return [_without_paths(item, places) for item in value]
    return value
