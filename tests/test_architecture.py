"""The structure that docs/design.md draws: arrows between rooms, budgets of size, pins in step."""

import ast
import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "workbench"
ANALYSES = ("disparity_review", "process_timing", "target_tracking")
LONGEST_FUNCTION, LONGEST_FILE = 40, 400

BASE = {"errors", "periods"}
SPOKEN = BASE | {"catalog", "analyses", "findings"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "periods": {"errors"},
    "calendars": BASE | {"catalog"},
    "catalog": BASE,
    "holiday_file": BASE | {"catalog"},
    "analyses": {"errors"},
    "statistics": set(),
    "sources": BASE | {"catalog", "analyses"},
    "cubes": BASE | {"catalog", "analyses", "sources"},
    "effects": SPOKEN | {"statistics"},
    **{name: SPOKEN | {"calendars", "sources", "statistics", "effects"} for name in ANALYSES},
    "disclosure": BASE | {"catalog", "analyses", "findings"},
    "findings": {"errors", "periods", "analyses"},
    "lean": set(),
    "kernels": {"analyses", "lean"},
    "charts": {"errors", "periods", "analyses", "findings", "lean"},
    "about": SPOKEN,
    "view": SPOKEN | {"cubes", "disclosure", "charts", "batch", "about"},
    "explore": SPOKEN | {"charts", "view"},
    "batch": SPOKEN | {"sources", "cubes", "lean", "kernels"},
    "export": SPOKEN | {"sources", "cubes"},
    "agenda": SPOKEN | {"batch", "statistics"},
    "actions": SPOKEN | {"batch", "disclosure", "effects"},
    "goals": SPOKEN,
    "publish": SPOKEN | {"actions", "agenda", "batch", "charts", "goals", "lean"},
    "serve": SPOKEN | {"publish", "batch", "goals", "kernels", "lean"},
    "practice": BASE | {"catalog", "findings"},
    "review": SPOKEN | {"actions", "sources", "cubes", "batch", "agenda", "publish", "practice"},
    "notify": SPOKEN | {"batch", "review"},
    "cli": SPOKEN
    | {
        "sources",
        "batch",
        "agenda",
        "publish",
        "serve",
        "practice",
        "review",
        "notify",
        "cubes",
        "holiday_file",
        "export",
    },
    "__main__": {"cli"},
    "__init__": {"view", "charts", "explore"},
}
ONLY_IN = {
    "yaml": {"catalog"},
    "holidays": {"holiday_file"},
    "ipywidgets": {"explore"},
    "anywidget": {"explore"},
    "altair": {"charts", "explore"},
    "vl_convert": {"charts"},
    "papermill": {"batch"},
    "nbclient": {"batch"},
    "nbconvert": {"publish"},
    "voila": {"serve"},
    "distributed": {"batch"},
    "fsspec": {"publish"},
    "apprise": {"notify"},
}


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms_imported(path: Path) -> set[str]:
    inside = {name.split(".")[1] for name in imports_of(path) if name.startswith("workbench.")}
    return {name for name in inside if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_import_only_along_the_arrows(path):
    room = room_of(path)
    assert room in ALLOWED, f"the room {room!r} is not drawn in docs/design.md"
    assert rooms_imported(path) - {room} <= ALLOWED[room]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_library_with_one_room_is_imported_there_only(path):
    libraries = {name.split(".")[0] for name in imports_of(path)}
    strangers = {name for name in libraries & set(ONLY_IN) if room_of(path) not in ONLY_IN[name]}
    assert strangers == set()


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = (ast.get_docstring(node, clean=False) or "").count("\n")
            assert node.end_lineno - node.lineno + 1 - said <= LONGEST_FUNCTION, node.name


def test_only_the_loop_over_the_registry_names_analyses():
    for room in ("batch", "export", "publish", "serve"):
        for path in (PACKAGE / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not [name for name in ANALYSES if re.search(rf"\b{name}\b", text)], path


def test_product_code_names_no_shared_folder_and_no_machine():
    for path in python_files():
        assert not re.search(r"\.\./shared|/home/|/tmp/", path.read_text(encoding="utf-8")), path


def pins():
    spec = importlib.util.spec_from_file_location("pins", ROOT / ".ci" / "pins.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_uv_uses_the_pins_of_the_constraints_file():
    text = (ROOT / "pyproject.toml").read_text()
    assert pins().with_pins(text) == text


def test_environment_yml_follows_pyproject():
    assert pins().environment() == (ROOT / "environment.yml").read_text()


def test_every_dependency_is_pinned_and_no_host_is_named():
    constraints = (ROOT / "constraints.txt").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *sum(project["optional-dependencies"].values(), [])]
    names = {re.match(r"[A-Za-z0-9_.-]+", need)[0].lower() for need in wanted}
    pinned = {line.split("==")[0].lower() for line in constraints.splitlines()}
    assert names - {project["name"]} <= pinned
    assert not re.search(r"https?:|file:|@", constraints)
