"""Small notebooks for the tests of the batch."""

import shutil
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


@pytest.fixture(scope="session")
def kept(tmp_path_factory) -> Path:
    """Where the town is kept whose review was made for the first test, for the others."""
    return tmp_path_factory.mktemp("kept") / "town"


@pytest.fixture
def reviewed_city(toy_city, workbench, kept) -> Path:
    """A toy city whose review of two runs, ``calls`` and ``visits``, was made, as a copy with times and all."""
    root = toy_city("calls", "visits")
    if not kept.is_dir():
        done = workbench("review", "q4", "--city", root)
        assert done.returncode == 0, done.stderr
        root.rename(kept)
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(kept, root)
    return root


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path
