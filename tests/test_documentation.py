"""The documents: every command in them is run, every verb and every column is explained."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
import typer

from workbench import errors
from workbench.catalog import check, load
from workbench.cli import app
from workbench.review import review

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "GLOSSARY.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
# The tests cannot run the tests; checks of style run beside them; pins ask the package index;
# conda is not on every machine.
ONLY_PARSED = re.compile(r"make (test|check|pins)|conda .*|git clone .*|cd .*")
RUN_BY_THE_FIXTURE = "make review"
# The fixture makes all 48 reports; that the command makes them in uv's environment too, one report shows.
SHORTENED = {"uv run workbench review practice-2025-Q4": "--only parks/process_timing"}
SERVERS = re.compile(r"workbench (serve|lab)\b.*")
README_LINES = 110


def commands() -> list[str]:
    found = []
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), flags=re.MULTILINE | re.DOTALL):
            lines = [line.split("  #")[0].strip() for line in block.splitlines()]
            found += [line for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(found))


def in_the_shell(command: str) -> list[str]:
    words = shlex.split(command)
    programs = {"workbench": ["-m", "workbench"], "python": [], "uv": ["-m", "uv"]}
    return [sys.executable, *programs[words[0]], *words[1:]] if words[0] in programs else words


@pytest.mark.parametrize("command", [each for each in commands() if not SERVERS.fullmatch(each)])
def test_every_command_of_the_documents_works(command, practice_review, tmp_path):
    if ONLY_PARSED.fullmatch(command):
        assert shlex.split(command)
        return
    if command == RUN_BY_THE_FIXTURE:
        assert (practice_review / "index.html").is_file()
        return
    # uv makes an environment of its own here, so that the one the tests run in stays as it is.
    apart = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(tmp_path / "venv")}
    words = in_the_shell(f"{command} {SHORTENED.get(command, '')}")
    ran = subprocess.run(words, cwd=ROOT, env=apart, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, f"{command}\n{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"


def test_commands_that_are_run_shorter_are_those_of_the_documents():
    assert set(SHORTENED) - set(commands()) == set()


@pytest.mark.parametrize("command", [each for each in commands() if SERVERS.fullmatch(each)])
def test_the_servers_of_the_documents_are_known_with_their_options(command):
    words = shlex.split(command)
    ran = subprocess.run(
        [*in_the_shell(f"workbench {words[1]}"), "--help"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert ran.returncode == 0
    assert all(word in ran.stdout for word in words[2:] if word.startswith("--"))


def verbs() -> dict[str, str]:
    group = typer.main.get_command(app)
    return {name: command.help or "" for name, command in group.commands.items()}


@pytest.mark.parametrize("verb", sorted(verbs()))
def test_every_verb_has_help_and_is_in_the_readme(verb):
    assert verbs()[verb]
    assert f"`workbench {verb}" in (ROOT / "README.md").read_text()


def test_the_readme_fits_two_screens_and_names_every_exit_code():
    text = (ROOT / "README.md").read_text()
    assert text.count("\n") <= README_LINES
    kinds = [each for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "exit_code")]
    codes = {each.exit_code for each in kinds} | {errors.INTERRUPTED}
    assert [code for code in sorted(codes) if not re.search(rf"\| {code} \|", text)] == []


def test_links_inside_the_documents_lead_somewhere():
    broken = [
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_published_column_is_in_the_glossary(practice_review):
    glossary = (ROOT / "GLOSSARY.md").read_text()
    columns = {
        column
        for path in practice_review.glob("*/*/*/results/*.parquet")
        for column in parquet.read_schema(path).names
    }
    assert len(columns) > 40
    assert sorted(column for column in columns if f"`{column}`" not in glossary) == []


def public_functions() -> list[tuple[str, str, str | None]]:
    found = []
    for path in sorted((ROOT / "workbench").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                found.append((str(path.relative_to(ROOT)), node.name, ast.get_docstring(node)))
    return found


def test_every_public_name_says_what_it_is():
    assert [(path, name) for path, name, said in public_functions() if not said] == []


@pytest.fixture(scope="module")
def written_city(tmp_path_factory) -> Path:
    """The city of docs/your-city.md, as a reader would write it from the page."""
    city, page = tmp_path_factory.mktemp("millbrook"), (ROOT / "docs" / "your-city.md").read_text()
    blocks = re.findall(r"`(parameters/[\w/.-]+\.yml)`.*?```yaml\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) == 11
    for name, text in blocks:
        path = city / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return city


def test_the_city_of_the_documents_has_no_faults(written_city):
    assert check(written_city) == ()
    assert load(written_city).sources["requests"].columns["due"].planned


def lines_of_table(heading: str) -> list[str]:
    """What the first column of a table in docs/your-city.md says to write."""
    page = (ROOT / "docs" / "your-city.md").read_text()
    rows = page.split(f"## {heading}")[1].split("\n## ")[0].splitlines()
    first = [row.split(" | ")[0] for row in rows if row.startswith("| `")]
    return [line for cell in first for line in re.findall(r"`([^`]+)`", cell)]


def with_lines(city: Path, file: str, after: str, lines: list[str], indent: int) -> None:
    path = city / "parameters" / f"{file}.yml"
    text = path.read_text()
    assert text.count(after) == 1
    path.write_text(text.replace(after, after + "".join(f"\n{' ' * indent}{line}" for line in lines)))


def test_each_line_for_a_calendar_can_be_written(written_city, tmp_path):
    city, lines = shutil.copytree(written_city, tmp_path / "city"), lines_of_table("When the city works")
    assert len(lines) == 5
    with_lines(city, "city", "name: Millbrook", lines[:-1], 0)
    (city / "parameters" / "departments.yml").write_text(
        "format: 1\ndepartments:\n  works:\n    title: Public Works\n"
    )
    with_lines(city, "departments", "    title: Public Works", lines, 4)
    assert check(city) == ()


def test_each_line_for_the_plan_can_be_written(written_city, tmp_path):
    city = shutil.copytree(written_city, tmp_path / "city")
    lines = lines_of_table("The plan, and what measures are meant to move")
    assert len(lines) == 3
    path = city / "parameters" / "measures.yml"
    entry = path.read_text().partition("  inspections-on-time:")[2]
    with_lines(city, "measures", "    direction: increase", lines, 4)
    path.write_text(f"{path.read_text()}  fires:{entry}")
    assert check(city) == ()
    assert load(city).measures["inspections-on-time"].leads_to == ["fires"]


def test_the_event_logs_of_the_documents_can_be_written(written_city, tmp_path):
    page = (ROOT / "docs" / "your-city.md").read_text().split("## An event log in XES or OCEL 2.0")[1]
    city = shutil.copytree(written_city, tmp_path / "city")
    (city / "parameters" / "sources").mkdir()
    (city / "parameters" / "sources.yml").rename(city / "parameters" / "sources" / "tables.yml")
    (city / "parameters" / "sources" / "logs.yml").write_text(
        "format: 1\n" + page.split("```yaml\n")[1].split("```")[0]
    )
    assert check(city) == ()
    sources = load(city).sources
    assert (len(sources["permit_log"].columns), sources["object_log"].case_object) == (8, "permit")


def test_each_line_for_a_process_can_be_written(written_city, tmp_path):
    city, lines = (
        shutil.copytree(written_city, tmp_path / "city"),
        lines_of_table("A process, for process map timing"),
    )
    assert len(lines) == 21
    columns = [f"{name}: {{name: {name}}}" for name in ("phase", "job", "unit", "kind", "race", "ward")]
    columns += [f"{name}: {{name: {name}, type: time}}" for name in ("began", "filed", "ended")]
    with_lines(city, "sources", "      by: {name: Staff}", columns, 6)
    # The example has these two; `started` excludes `lifecycle`.
    more = [line for line in lines if not line.startswith(("service_level", "resource", "started"))]
    with_lines(city, "processes", "    noun: permits", more, 4)
    assert check(city) == ()


def test_the_city_of_the_documents_is_reviewed_with_tables_of_its_own(written_city):
    tables = written_city / "tables"
    tables.mkdir()
    days = [date(2025, 10, 1) + timedelta(days=n % 80) for n in range(400)]
    (tables / "requests.csv").write_text(
        "Request No,Type,Opened,Due,Closed,Race,Ward\n"
        + "".join(
            f"{n},Pothole,{day:%m/%d/%Y} 09:00,{day + timedelta(days=3):%m/%d/%Y},"
            f"{day + timedelta(days=n % 5):%m/%d/%Y} 16:00,{'BWHU'[n % 4]},Ward {n % 2 + 1}\n"
            for n, day in enumerate(days)
        )
    )
    (tables / "steps.csv").write_text(
        "Permit,Step,At,Staff\n"
        + "".join(
            f"{n},{step},{day + timedelta(days=after)} 10:00:00,{staff}\n"
            for n, day in enumerate(days)
            for step, after, staff in (("Received", 0, "Ann"), ("Checked", 5, "Ben"), ("Issued", 12, "Ann"))
        )
    )
    months = [f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(36)]
    (tables / "returns.csv").write_text(
        "Measure,Month,Done,Asked\n"
        + "".join(f'inspections,{month},{880 + n % 7},"1,000"\n' for n, month in enumerate(months))
    )
    made = review(written_city, "2025-Q4")
    assert made.failed == ()
    assert [outcome.name for outcome in made.outcomes] == [
        "works/disparity_review/potholes",
        "works/process_timing/permits",
        "works/target_tracking/all",
    ]
    assert "Pothole repair" in (made.folder / "index.html").read_text()
