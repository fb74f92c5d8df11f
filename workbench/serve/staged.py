"""The notebooks as the apps run them: without the cells of the report, the panel before the prose."""

from pathlib import Path

import nbformat

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
    found.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path = folder / f"{handle}.ipynb"
    nbformat.write(found, path)
    return path


def ordered(cells: list) -> list:
    """The question first, then what computes and the panel, then how to read it."""
    kept = [cell for cell in cells if REPORT not in cell.metadata.get("tags", [])]
    question = [cell for cell in kept[:1] if cell.cell_type == "markdown"]
    code = [cell for cell in kept if cell.cell_type == "code"]
    prose = [cell for cell in kept[len(question) :] if cell.cell_type == "markdown"]
    return [*question, *code, *prose]
