from pathlib import Path

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.batch.notebooks import cleaned, prepared


def test_what_is_executed_has_no_explore_cell_no_outputs_and_a_plain_kernel(tmp_path):
    hidden = new_code_cell("2", id="explore", metadata={"tags": ["explore"]})
    shown = new_code_cell("1", id="a", execution_count=7, outputs=[new_output("stream", text="old")])
    metadata = {"kernelspec": {"name": "julia", "display_name": "J"}, "widgets": {"state": "secret"}}
    path = tmp_path / "n.ipynb"
    nbformat.write(
        new_notebook(cells=[new_markdown_cell("# Why?", id="why"), shown, hidden], metadata=metadata), path
    )
    notebook = prepared(path)
    assert [cell.id for cell in notebook.cells] == ["why", "a"]
    assert (notebook.cells[1].outputs, notebook.cells[1].execution_count) == ([], None)
    assert notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in notebook.metadata


def test_what_is_kept_has_no_timings_no_random_ids_and_no_path_of_this_machine():
    root = Path("/srv/town")
    text = 'see /srv/town/private/x, "/srv/town", and /srv/townhall'
    cell = new_code_cell(
        "1", id="random", metadata={"papermill": {"duration": 1}, "tags": ["injected-parameters"]}
    )
    cell.outputs = [
        new_output("stream", text=text),
        new_output("display_data", {"text/html": f"<p>{root}/a</p>"}),
    ]
    notebook = new_notebook(cells=[cell], metadata={"papermill": {"start_time": "now"}, "widgets": {}})
    kept = cleaned(notebook, root)
    assert kept.cells[0].id == "injected-parameters"
    assert kept.cells[0].metadata == {"tags": ["injected-parameters"]}
    assert kept.cells[0].outputs[0].text == 'see ./private/x, ".", and /srv/townhall'
    assert kept.cells[0].outputs[1].data["text/html"] == "<p>./a</p>"
    assert kept.metadata == {}


@given(st.sampled_from(["</a>", "<br/a>", "b/a", "x./a"]))
def test_a_short_folder_is_not_taken_out_of_other_words(word):
    cell = new_code_cell("1", outputs=[new_output("stream", text=word)])
    assert cleaned(new_notebook(cells=[cell]), Path("/a")).cells[0].outputs[0].text == word
