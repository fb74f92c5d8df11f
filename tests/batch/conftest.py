"""Small notebooks for the tests of the batch."""

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from workbench.batch.runner import Job

SAVE = """
import json, os, pathlib
folder = pathlib.Path(os.environ["WORKBENCH_OUTPUT"])
(folder / "results").mkdir(parents=True)
(folder / "results" / "facts.json").write_text(json.dumps({"zip": zip_code}))
(folder / "findings.json").write_text("[]")
"""


@pytest.fixture
def job(tmp_path) -> Callable[..., Job]:
    """Make a job whose notebook has the given cells between its parameters and its saving cell."""

    def made(*cells: str, parameters=None, timeout: float = 60, save: bool = True, explore: str = "") -> Job:
        notebook = new_notebook(cells=[new_code_cell("zip_code = ''", id="parameters")])
        notebook.cells[0].metadata["tags"] = ["parameters"]
        notebook.cells += [new_code_cell(cell, id=f"cell-{number}") for number, cell in enumerate(cells, 1)]
        if save:
            notebook.cells.append(new_code_cell(SAVE, id="save"))
        if explore:
            notebook.cells.append(new_code_cell(explore, id="explore", metadata={"tags": ["explore"]}))
        path = tmp_path / "notebook.ipynb"
        nbformat.write(notebook, path)
        return Job(
            name="fire/toy/a",
            root=_folder(tmp_path / "city"),
            notebook=path,
            parameters={} if parameters is None else parameters,
            folder=tmp_path / "staged" / "fire" / "toy" / "a",
            failed=tmp_path / "private" / "failed",
            timeout=timeout,
        )

    return made


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path
