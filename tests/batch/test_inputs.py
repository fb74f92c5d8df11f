"""What each run depends on: every input is changed, and exactly the runs that it concerns differ."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.analyses import registered
from workbench.batch import inputs as module
from workbench.batch.inputs import Inputs, difference, differences, library
from workbench.batch.plan import with_parameters
from workbench.review import ordered, planned
from workbench.sources import snapshot

POTHOLES, PERMITS = "works/disparity_review/potholes", "works/process_timing/permits"
WORKS, PARKS = "works/target_tracking/all", "parks/target_tracking/all"
OF_WORKS, EVERY = {POTHOLES, PERMITS, WORKS}, {POTHOLES, PERMITS, WORKS, PARKS}
VISITS = """
  visits:
    title: Visits
    location: private/sources/visits.csv
    about_people: no
    columns: {month: {name: MONTH, type: date, required: yes}, answered: {name: ANSWERED, type: integer}}
"""
MEASURE = """
  {name}:
    title: Visits of parks
    department: parks
    source: visits
    kind: count
    direction: increase
    columns: {{interval: month, numerator: answered}}
"""

ACTION = """format: 1
actions:
  call_back:
    {{title: Call back, finding: target_tracking/calls/variation/all/all, owner: A, registered: {registered}, start: 2026-02-01, direction: increase}}
"""


@pytest.fixture
def city(tiny_city, tmp_path) -> Path:
    """The tiny town with a second department, whose one measure has a source of its own."""
    root = tiny_city(tmp_path / "town")
    declared = root / "parameters"
    for name, text in {"sources": VISITS, "measures": MEASURE.format(name="visits")}.items():
        path = declared / f"{name}.yml"
        path.write_text(path.read_text() + text)
    departments = declared / "departments.yml"
    departments.write_text(departments.read_text().rstrip() + "\n  parks: {title: Parks}\n")
    (root / "private/sources/visits.csv").write_text("MONTH,ANSWERED\n2025-01-01,10\n2025-02-01,12\n")
    return root


def of_runs(city: Path, review: str = "q4", **named) -> dict[str, dict[str, str]]:
    """The inputs of every run of a review, as they are now."""
    order = ordered(city, review)
    found = Inputs(order.catalog, review, {**registered(), **named})
    return {run.name: found.of_run(run) for run in planned(order)}


def changed(before: dict, after: dict) -> dict[str, str]:
    """The runs that differ: the first difference of each."""
    told = {name: difference(before[name], after[name]) for name in before}
    return {name: words for name, words in told.items() if words}


def edit(path: str, old: str, new: str):
    def edited(city: Path) -> None:
        file = city / path
        text = file.read_text() if file.is_file() else ""
        assert old in text
        file.write_text(text.replace(old, new, 1) if old else text + new)

    return edited


CHANGES = {
    "a value": (
        edit("private/sources/months.csv", "2024-01-01,280", "2024-01-01,281"),
        {WORKS},
        "snapshot of months",
    ),
    "a value elsewhere": (edit("private/sources/visits.csv", ",12", ",13"), {PARKS}, "snapshot of visits"),
    "a row": (edit("private/sources/requests.csv", ",B,", ",W,"), {POTHOLES}, "snapshot of requests"),
    "how a source is read": (
        edit("parameters/sources.yml", "name: STEP,", "name: STEP, missing: [none],"),
        {PERMITS},
        "snapshot of steps",
    ),
    "the title of a source": (
        edit("parameters/sources.yml", "Steps of permits", "Steps of all permits"),
        {PERMITS},
        "title of steps",
    ),
    "a target": (edit("parameters/measures.yml", "value: 80", "value: 81"), OF_WORKS, "measure calls"),
    "a measure elsewhere": (
        edit("parameters/measures.yml", "Visits of parks", "Visits"),
        {PARKS},
        "measure visits",
    ),
    "a service": (edit("parameters/services.yml", "on time", "in time"), OF_WORKS, "service potholes"),
    "a process": (
        edit("parameters/processes.yml", "noun: permits", "noun: forms"),
        OF_WORKS,
        "process permits",
    ),
    "a department": (
        edit("parameters/departments.yml", "title: Parks", "title: Parks and lakes"),
        {PARKS},
        "department parks",
    ),
    "the city": (edit("parameters/city.yml", "", "\nminimum_count: 5\n"), EVERY, "city"),
    "a holiday": (
        edit("parameters/holidays.yml", "", "format: 1\nholidays:\n  2025-12-25: Christmas Day\n"),
        EVERY,
        "holidays",
    ),
    "a goal": (
        edit("parameters/goals.yml", "", "format: 1\ngoals:\n  safe: {title: Safe}\n"),
        EVERY,
        "goals",
    ),
    "the as-of day": (edit("parameters/reviews/q4.yml", "01-15", "01-16"), EVERY, "as-of day"),
    "the audience": (
        edit("parameters/reviews/q4.yml", "", "\naudience: internal\n"),
        EVERY,
        "review's settings",
    ),
    "the period": (edit("parameters/reviews/q4.yml", "2025-Q4", "2025-Q3"), EVERY, "parameter period"),
    "what is run": (
        edit(
            "parameters/reviews/q4.yml",
            "",
            "\nanalyses: [disparity_review, process_timing, target_tracking]\n",
        ),
        set(),
        "",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_concerns_these_runs_and_no_others(city, change):
    edited, concerned, words = CHANGES[change]
    before = of_runs(city)
    edited(city)
    assert changed(before, of_runs(city)) == dict.fromkeys(concerned, f"{words} changed")


def test_an_action_concerns_the_runs_of_its_analysis_and_department(city):
    before = of_runs(city)
    (city / "parameters/actions.yml").write_text(ACTION.format(registered="2025-06-01"))
    assert changed(before, of_runs(city)) == {WORKS: "action call_back is new"}
    (city / "parameters/actions.yml").unlink()
    assert changed(before, of_runs(city)) == {}


def test_an_action_that_was_registered_later_concerns_none(city):
    before = of_runs(city)
    (city / "parameters/actions.yml").write_text(ACTION.format(registered="2026-01-16"))
    assert changed(before, of_runs(city)) == {}


def test_a_boundary_file_concerns_every_run(city):
    dimensions = city / "parameters/dimensions.yml"
    assert "places:" in dimensions.read_text()
    dimensions.write_text(
        dimensions.read_text().replace(
            "places:\n", "places:\n  ward: {title: Ward, boundary: {file: wards.geojson, property: NAME}}\n"
        )
    )
    before = of_runs(city)
    (city / "wards.geojson").write_text("{}")
    assert changed(before, of_runs(city)) == dict.fromkeys(EVERY, "boundary of ward changed")


def test_the_order_of_measures_is_an_input(city):
    measures = city / "parameters/measures.yml"
    declared = measures.read_text()
    one, other = MEASURE.format(name="one"), MEASURE.format(name="other")
    measures.write_text(declared + one + other)
    before = of_runs(city)
    measures.write_text(declared + other + one)
    assert changed(before, of_runs(city)) == {PARKS: "order of what is declared changed"}


def test_a_measure_that_is_gone_concerns_its_department(city):
    measures = city / "parameters/measures.yml"
    declared = measures.read_text()
    measures.write_text(declared + MEASURE.format(name="other"))
    before = of_runs(city)
    measures.write_text(declared)
    assert changed(before, of_runs(city)) == {PARKS: "measure other is gone"}


def test_the_day_of_a_snapshot_is_an_input_where_its_content_is_the_same(city):
    def taken_on(moment: float) -> dict:
        for path in (city / "private").glob("snapshots/visits/*"):
            path.unlink()
        os.utime(city / "private/sources/visits.csv", (moment, moment))
        snapshot(ordered(city, "q4").catalog, "visits")
        return of_runs(city)

    january, february = taken_on(1_768_500_000), taken_on(1_771_200_000)
    assert january[PARKS]["day of the snapshot of visits"] == "2026-01-15"
    assert changed(january, february) == {PARKS: "day of the snapshot of visits changed"}


def test_the_review_before_concerns_every_run_and_its_agenda_only_the_pages(city):
    before, folder = of_runs(city, "later"), city / "outputs/q4"
    folder.mkdir(parents=True)
    (folder / "catalog.json").write_text(json.dumps({"measures": {"calls": {"kind": "count"}}}))
    made = of_runs(city, "later")
    assert changed(before, made) == dict.fromkeys(EVERY, "review before changed")

    def pages() -> dict:
        return Inputs(ordered(city, "later").catalog, "later", registered()).of_pages()

    of_pages = pages()
    (folder / "agenda.json").write_text("{}")
    assert changed(made, of_runs(city, "later")) == {}
    assert differences(of_pages, pages()) == ["agenda.json of the review before changed"]


def test_a_notebook_concerns_the_runs_of_its_analysis(city, tmp_path):
    before, analysis = of_runs(city), registered()["process_timing"]
    other = tmp_path / "process_timing.ipynb"
    other.write_text(analysis.notebook.read_text() + "\n")
    after = of_runs(city, process_timing=replace(analysis, notebook=other))
    assert changed(before, after) == {PERMITS: "notebook changed"}


def test_a_parameter_is_named(city):
    order = ordered(city, "q4")
    found = Inputs(order.catalog, "q4", registered())
    run = next(each for each in planned(order) if each.name == PARKS)
    asked = with_parameters(run, {**run.parameters, "rules": "nhs_six"})
    again = with_parameters(run, {**run.parameters, "rules": "nhs"})
    assert difference(found.of_run(asked), found.of_run(again)) == "parameter rules changed"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("library", "library changed"),
        ("version of pandas", "version of pandas changed"),
        ("version of python", "version of python changed"),
        ("kind of machine", "kind of machine changed"),
    ],
)
def test_code_and_environment_concern_every_run_and_the_pages(city, monkeypatch, name, words):
    before = of_runs(city)
    of_pages = Inputs(ordered(city, "q4").catalog, "q4", registered()).of_pages()
    now = {**module.environment(), name: "another"}
    monkeypatch.setattr(module, "environment", lambda: now)
    assert changed(before, of_runs(city)) == dict.fromkeys(EVERY, words)
    pages = Inputs(ordered(city, "q4").catalog, "q4", registered()).of_pages()
    assert differences(of_pages, pages) == [words]


def test_every_file_of_a_package_is_hashed_whatever_its_version(tmp_path):
    def written(name: str, text: str) -> str:
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        library.cache_clear()
        return library(tmp_path / "package")

    found = [
        written("__init__.py", ""),
        written("room/words.toml", "a = 1"),
        written("room/words.toml", "a = 2"),
        written("page.html", "<p>"),
    ]
    assert len(set(found)) == len(found)
    assert written("__pycache__/page.cpython-311.pyc", "compiled") == found[-1]


def test_an_analysis_from_outside_brings_the_code_of_its_own_package(toy_city, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "toy"))
    city = toy_city("calls")
    assert "package of toy_rows" in of_runs(city)["fire/toy_rows/calls"]


def test_differences_are_told_in_the_order_of_what_is_now():
    then = {"a": "1", "b": "1", "gone": "1"}
    now = {"b": "2", "a": "2", "new": "1"}
    assert differences(then, now) == ["b changed", "a changed", "new is new", "gone is gone"]
    assert difference(then, then) == ""
