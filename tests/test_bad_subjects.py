"""Services and processes with a fault, the whole way: each costs itself, and all others are published."""

import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.xdist_group("tiny")

SERVICE = """
  lamps:
    title: Street lamps
    department: works
    source: requests
    interval: opened
    outcome: {numerator: [{column: closed, filled: yes}], denominator: [], words: mended}
    favourable: yes
    groups: {rase: race}
"""
PROCESS = """
  plans:
    title: Site plans
    department: works
    source: steps
    case: plan
    activity: step
    timestamp: done
"""
ACTION = """format: 1
actions:
  crew:
    finding: disparity_review/lamps/group/black/all
    title: A second crew
    owner: B. Ruiz
    start: 2026-02-01
    registered: 2026-01-10
    direction: decrease
  forms:
    finding: disparity_review/potholes/group/black/all
    title: A shorter form
    owner: B. Ruiz
    start: 2025-07-01
    registered: 2025-06-20
    direction: decrease
    size: 5
  counter:
    finding: process_timing/permits/longest_wait/all/all
    title: A second counter
    owner: B. Ruiz
    start: 2025-07-01
    registered: 2025-06-20
    direction: decrease
"""
SERVICE_FAULT = "there is no dimension 'rase'. Did you mean 'race'?"
PROCESS_FAULT = "source 'steps' has no column 'plan'. Known are: 'case', 'done', 'step'."


@pytest.fixture(scope="module")
def town(tiny_city, tmp_path_factory, in_process):
    """A town with a service and a process that have a fault, and how its review ended."""
    city = tiny_city(tmp_path_factory.mktemp("subjects") / "town")
    for file, text in (("services", SERVICE), ("processes", PROCESS)):
        path = city / "parameters" / f"{file}.yml"
        path.write_text(path.read_text() + text)
    (city / "parameters" / "actions.yml").write_text(ACTION)
    return city, *in_process("review", "q4", "--city", city)


def text_of(path: Path) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", path.read_text())))


def test_all_others_are_published_and_the_exit_code_says_that_something_is_left_out(town):
    city, code, shown, said = town
    assert code == 16, said
    assert "Traceback" not in said
    assert shown.startswith("Made 3 of 3 reports.")
    made = {path.parent.name for path in (city / "outputs" / "q4").glob("*/*/*/report.html")}
    assert made == {"potholes", "permits", "all"}


def test_each_is_told_at_the_start_and_at_the_end_with_its_line_and_what_to_write(town):
    said = town[3]
    for each in (
        f"  service 'lamps' (works)\n    parameters/services.yml:23:14: {SERVICE_FAULT}\n",
        f"  process 'plans' (works)\n    parameters/processes.yml:18:5: {PROCESS_FAULT}\n",
        "  action 'crew' (owner B. Ruiz)\n    parameters/actions.yml:4:5: 'lamps' is left out because of a fault, and this "
        "action with it.",
    ):
        assert said.count(each) == 2, said


def test_the_first_page_and_the_record_name_what_is_left_out(town):
    folder = town[0] / "outputs" / "q4"
    index = text_of(folder / "index.html")
    assert (
        f"Service: Street lamps (Public Works, no owner named) parameters/services.yml:23:14: {SERVICE_FAULT}"
        in index
    )
    assert "Process: Site plans (Public Works, no owner named)" in index
    left_out = json.loads((folder / "manifest.json").read_text())["left_out"]
    assert [(each["section"], each["name"]) for each in left_out] == [
        ("processes", "plans"),
        ("services", "lamps"),
        ("actions", "crew"),
    ]


def test_actions_about_a_service_and_a_process_are_followed_by_what_the_review_released(town):
    folder = town[0] / "outputs" / "q4"
    agenda = json.loads((folder / "agenda.json").read_text())
    courses = {each["id"]: each["course"] for each in agenda["actions"]}
    assert courses["forms"]["unit"] == "in every 100 requests"
    trend = pd.read_parquet(folder / "works" / "disparity_review" / "potholes" / "results" / "trend.parquet")
    black = trend[trend["group"] == "black"]
    assert list(courses["forms"]["values"]) == list(black["interval"])
    assert courses["forms"]["values"]["2025-Q4"] == pytest.approx(100 * black["difference"].iloc[-1])
    assert list(courses["counter"]["values"]) == ["2025-Q4"]
    judged = {each["finding"]["group"] for each in agenda["items"] if each["finding"]["question"] == "action"}
    assert judged == {"forms", "counter"}
    index = text_of(folder / "index.html")
    assert "what “A second counter” (B. Ruiz) does cannot be judged from the quarters on record (1)" in index
    assert "Pothole repair, Black:" in index
    assert "“A shorter form” (B. Ruiz)" in index


def test_a_fault_of_what_all_share_still_stops_all(town, command):
    dimensions = town[0] / "parameters" / "dimensions.yml"
    before = dimensions.read_text()
    dimensions.write_text(before.replace("title:", "titel:", 1))
    code, _, said = command("review", "q4", "--dry-run", "--city", town[0])
    dimensions.write_text(before)
    assert code == 10
    assert "the key 'titel' is not known here." in said
    assert PROCESS_FAULT in said
