"""What the server is told, the token, and the notebooks as staged."""

import os
import stat
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from workbench.errors import UsageError
from workbench.serve.home import Home
from workbench.serve.passwords import variables_of_sources
from workbench.serve.server import settings
from workbench.serve.staged import ordered, stage
from workbench.serve.token import is_beyond_this_machine, token_of

HOME = Home("City", "2025-Q4", "2025-Q4", "2026-01-15", False, "", ())


def tagged(kind, name, *tags):
    make = v4.new_markdown_cell if kind == "markdown" else v4.new_code_cell
    return make(name, id=name, metadata={"tags": list(tags)})


def test_visitors_cannot_choose_templates_or_see_code_or_tracebacks():
    told = settings(HOME, Path("city"), Path("staged"), "127.0.0.1", 8866).VoilaConfiguration
    assert (told.allow_template_override, told.allow_theme_override) == ("NO", "NO")
    assert (told.strip_sources, told.show_tracebacks, told.file_allowlist) == (True, False, ["$^"])


def test_idle_kernels_end():
    told = settings(HOME, Path("city"), Path("staged"), "127.0.0.1", 8866).MappingKernelManager
    assert (told.cull_idle_timeout, told.cull_interval) == (600, 60)


@pytest.mark.parametrize(
    ("ip", "beyond"),
    [
        ("127.0.0.1", False),
        ("localhost", False),
        ("::1", False),
        ("0.0.0.0", True),
        ("10.1.2.3", True),
        ("", True),
    ],
)
def test_only_this_machine_goes_without_a_token(ip, beyond):
    assert is_beyond_this_machine(ip) is beyond


def test_a_new_token_is_kept_where_only_its_owner_can_read(tmp_path):
    file = tmp_path / "private" / "app-token"
    token = token_of(file)
    assert len(token) > 40
    assert token_of(file) == token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_token_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "app-token"
    file.write_text("abc")
    os.chmod(file, 0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        token_of(file)


def test_an_empty_token_is_refused(tmp_path):
    file = tmp_path / "app-token"
    file.touch(mode=0o600)
    with pytest.raises(UsageError, match="is empty"):
        token_of(file)


def test_an_app_has_the_question_then_the_panel_then_the_rest():
    cells = [
        v4.new_markdown_cell("# Question", id="question"),
        v4.new_code_cell("subject = 1", id="parameters", metadata={"tags": ["parameters"]}),
        v4.new_code_cell("from workbench import explore", id="imports"),
        v4.new_code_cell("results = analyse(subject)", id="analyse"),
        v4.new_markdown_cell("## What is found", id="heading"),
        v4.new_code_cell("findings = say(results)", id="findings"),
        v4.new_code_cell("chart(results)", id="chart", metadata={"tags": ["report"]}),
        v4.new_markdown_cell("See this.", id="see", metadata={"tags": ["report"]}),
        v4.new_code_cell("explore.panel(results)", id="panel", metadata={"tags": ["explore"]}),
    ]
    names = [cell["id"] for cell in ordered(cells)]
    assert names == ["question", "parameters", "imports", "analyse", "panel", "heading", "findings"]


def test_what_the_panel_needs_is_not_shown_before_it():
    cells = [
        v4.new_code_cell("page = view(\n    1,\n)\npage", id="view"),
        v4.new_code_cell("explore.panel(page)", id="panel", metadata={"tags": ["explore"]}),
        v4.new_code_cell("shown", id="rest"),
    ]
    assert [cell["source"] for cell in ordered(cells)] == [
        "page = view(\n    1,\n)",
        "explore.panel(page)",
        "shown",
    ]
    assert cells[0]["source"].endswith("page")


def test_a_staged_notebook_is_named_after_its_analysis(tmp_path):
    source = tmp_path / "source.ipynb"
    nbformat.write(v4.new_notebook(cells=[tagged("code", "chart", "report"), tagged("code", "view")]), source)
    staged = stage(source, tmp_path, "toy")
    assert staged.name == "toy.ipynb"
    written = nbformat.read(staged, as_version=4)
    assert [cell["id"] for cell in written.cells] == ["view"]
    assert written.metadata.kernelspec.name == "workbench"


def test_an_analyst_computes_with_the_passwords_that_sources_name(toy_city):
    root = toy_city("calls")
    assert variables_of_sources(root / "notebooks") == []
    file = root / "parameters" / "sources.yml"
    location = "location: postgres://${DB_USER}:${DB_PASSWORD}@host/db\n    table: calls"
    file.write_text(file.read_text().replace("location: private/sources/calls.csv", location))
    assert variables_of_sources(root / "notebooks") == ["DB_PASSWORD", "DB_USER"]
    file.write_text("format: 2")
    assert variables_of_sources(root) == []
    assert variables_of_sources(root.parent) == []
