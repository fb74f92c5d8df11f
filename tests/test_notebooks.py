"""The rules that every notebook keeps, read from its source: design.md, section 6."""

import ast
import json
import re
from inspect import Parameter, signature
from pathlib import Path

import pytest

from workbench.analyses import named

FOLDER = Path(__file__).parents[1] / "notebooks"
COMMON = ("city", "review", "department", "subject")
STATEMENTS = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
FORBIDDEN = (
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.IfExp,
    ast.NamedExpr,
    ast.Await,
)
TAGS = {"parameters", "explore", "report"}
LINES, ALL_LINES = 12, 80
NAME = re.compile(r"[a-z]+(-[a-z0-9]+)*")
DRAWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]+)*")  # by lot, as editors do

notebooks = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code_of(path):
    return [cell for cell in cells_of(path) if cell["cell_type"] == "code"]


def source(cell):
    return "".join(cell["source"])


def tags(cell):
    return set(cell["metadata"].get("tags", []))


def tagged(path, tag):
    return [cell for cell in cells_of(path) if tag in tags(cell)]


def lines(cell):
    return [line for line in source(cell).splitlines() if line.strip()]


def faults_of(text):
    """What a cell's code holds that is not an import, an assignment or an expression."""
    tree = ast.parse(text)
    wrong = [node for node in tree.body if not isinstance(node, STATEMENTS)]
    wrong += [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
    return [type(node).__name__ for node in wrong]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("import a\nb = 1\nc(b)", []),
        ("def f(): pass", ["FunctionDef"]),
        ("if a:\n    b", ["If"]),
        ("for a in b: c", ["For"]),
        ("with a: b", ["With"]),
        ("a = lambda: 1", ["Lambda"]),
        ("a = [b for b in c]", ["ListComp"]),
        ("a += 1", ["AugAssign"]),
    ],
)
def test_the_rule_finds_what_a_notebook_must_not_hold(text, faults):
    assert faults_of(text) == faults


def test_each_registered_analysis_has_its_notebook_here():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} >= {
        "disparity_review",
        "process_timing",
        "target_tracking",
    }


@notebooks
def test_outputs_and_counts_are_stripped(path):
    assert [
        cell["id"] for cell in code_of(path) if cell["outputs"] or cell["execution_count"] is not None
    ] == []


@notebooks
def test_only_imports_assignments_and_expressions(path):
    assert {cell["id"]: faults_of(source(cell)) for cell in code_of(path) if faults_of(source(cell))} == {}


@notebooks
def test_cells_are_short_and_so_is_the_whole(path):
    counts = {cell["id"]: len(lines(cell)) for cell in code_of(path)}
    assert {name: count for name, count in counts.items() if count > LINES} == {}
    assert sum(counts.values()) <= ALL_LINES


@notebooks
def test_no_cell_begins_with_a_magic(path):
    assert [
        line for cell in code_of(path) for line in lines(cell) if line.lstrip().startswith(("%", "!", "?"))
    ] == []


@notebooks
def test_cell_ids_are_names_and_each_is_its_own(path):
    names = [cell["id"] for cell in cells_of(path)]
    assert len(set(names)) == len(names)
    assert [name for name in names if not NAME.fullmatch(name) or DRAWN.fullmatch(name)] == []


@notebooks
def test_tags_are_the_known_ones(path):
    assert set().union(*map(tags, cells_of(path))) <= TAGS


@notebooks
def test_the_question_comes_first_and_the_panel_last(path):
    first, *_, last = cells_of(path)
    assert source(first).startswith("# ")
    assert len(source(first).split()) <= 120
    assert tags(last) == {"explore"}
    assert len(tagged(path, "explore")) == 1
    assert "explore.panel(" in source(last)


@notebooks
def test_parameters_are_the_common_names_and_those_of_the_analysis(path):
    (cell,) = tagged(path, "parameters")
    names = [target.id for node in ast.parse(source(cell)).body for target in node.targets]
    own = [
        each.name
        for each in signature(named(path.stem).analyse).parameters.values()
        if each.kind is Parameter.KEYWORD_ONLY
    ]
    assert names == [*COMMON, *own]


@notebooks
def test_parameters_are_literals_with_a_word_of_help(path):
    (cell,) = tagged(path, "parameters")
    for node in ast.parse(source(cell)).body:
        ast.literal_eval(node.value)
    assert [line for line in lines(cell) if "  # " not in line] == []


@notebooks
def test_what_a_chart_shows_is_said_after_it(path):
    cells = cells_of(path)
    for cell, after in zip(cells, cells[1:], strict=False):
        if cell["cell_type"] == "code" and "charts." in source(cell) and not tags(cell) & {"explore"}:
            assert after["cell_type"] == "markdown", cell["id"]
            assert "report" in tags(cell), cell["id"]


@notebooks
def test_the_app_does_not_run_what_only_the_report_shows(path):
    """Names made in cells that the app skips are not used in cells that it runs."""
    made, used = set(), set()
    for cell in code_of(path):
        names = [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, ast.Name)]
        if "report" in tags(cell):
            made |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
        else:
            used |= {name.id for name in names if isinstance(name.ctx, ast.Load)}
    assert made & used == set()
