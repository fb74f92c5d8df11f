"""The notebooks as the apps run them: without the cells of the report, the panel before the prose."""

import ast
from pathlib import Path

import nbformat
from nbformat import NotebookNode

REPORT, EXPLORE = "report", "explore"


def stage(notebook: Path, folder: Path, handle: str) -> Path:
    """Write an analysis' notebook for its app.

    Parameters
    ----------
    notebook : Path
        The notebook as the city keeps it.
    folder : Path
        Where the apps' notebooks are put.
    handle : str
        Name of the file there.
    """
    found = nbformat.read(notebook, as_version=4)
    found.cells = ordered(found.cells)
    found.metadata["kernelspec"] = {"display_name": "Workbench", "language": "python", "name": "workbench"}
    path = folder / f"{handle}.ipynb"
    nbformat.write(found, path)
    return path


def ordered(cells: list) -> list:
    """The question first, then what the panel needs, which says nothing itself, and the panel, then the rest."""
    kept = [cell for cell in cells if REPORT not in _tags(cell)]
    panel = [cell for cell in kept if EXPLORE in _tags(cell)]
    question = [cell for cell in kept[:1] if cell.cell_type == "markdown"]
    rest = [cell for cell in kept[len(question) :] if cell not in panel]
    needed = _needed([cell for cell in rest if cell.cell_type == "code"], panel)
    return [*question, *map(_silent, needed), *panel, *(cell for cell in rest if cell not in needed)]


def _needed(code: list, panel: list) -> list:
    """Code cells up to the last one that makes a name the panel uses."""
    used = {name for cell in panel for name in _names(cell, ast.Load)}
    makers = [place for place, cell in enumerate(code) if used & (_names(cell, ast.Store) | _imported(cell))]
    return code[: makers[-1] + 1] if makers else []


def _silent(cell):
    """The cell without the name that it ends with to show it: the panel shows it, as long as it holds."""
    tree = ast.parse(cell.source)
    last = tree.body[-1] if tree.body else None
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Name)):
        return cell
    lines = cell.source.splitlines()[: last.lineno - 1]
    return NotebookNode({**cell, "source": "\n".join(lines).rstrip()})


def _names(cell, context: type) -> set[str]:
    nodes = ast.walk(ast.parse(cell.source))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def _imported(cell) -> set[str]:
    nodes = ast.walk(ast.parse(cell.source))
    aliases = (
        alias for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    )
    return {alias.asname or alias.name.partition(".")[0] for alias in aliases}


def _tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])
