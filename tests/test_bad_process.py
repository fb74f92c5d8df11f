"""Bad logs of a process, the whole way: what is legal is said on the report, what is not costs its own report.

The tiny town gets logs that are odd in one way each. Its permits stay as they are and must be timed whatever is
wrong beside them.
"""

import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.xdist_group("tiny")

SCRIPT, LONG = "</script><script>window.x=1</script>", "Plan review " + "x" * 288
PROCESS = """
  {name}:
    title: {name}
    department: works
    source: {name}
    case: case
    activity: step
    timestamp: done
    last: [Issued]
    noun: permits
"""
SOURCE = """
  {name}:
    location: private/sources/{name}.csv
    about_people: no
    columns:
      case: {{name: CASE}}
      step: {{name: STEP, required: yes}}
      done: {{name: DONE, type: time, required: yes}}
"""


def steps(cases: int = 60, middle: tuple[str, ...] = ("Checked",)) -> pd.DataFrame:
    """Cases of the last two quarters of 2025: a step every other day."""
    names, begins = ("Received", *middle, "Issued"), pd.Timestamp("2025-07-01 09:30")
    rows = [
        (f"P-{case:03}", step, begins + pd.Timedelta(days=2 * case + 2 * nth))
        for case in range(cases)
        for nth, step in enumerate(names)
    ]
    return pd.DataFrame(rows, columns=["CASE", "STEP", "DONE"]).assign(
        DONE=lambda frame: frame["DONE"].astype(str)
    )


def with_offset(frame: pd.DataFrame, rows: slice) -> pd.DataFrame:
    """The log with some of its times written with an offset from UTC."""
    done = frame["DONE"].copy()
    done.iloc[rows] += "-05:00"
    return frame.assign(DONE=done)


ODD = {
    "hostile": steps(middle=(SCRIPT, LONG, "{{7*7}}")),
    "one-zone-odd": with_offset(steps(), slice(0, 1)),
}
FATAL = {
    "no-case-column": steps().rename(columns={"CASE": "PERSON"}),
    "no-case-ids": steps().assign(CASE=""),
    "two-zones": with_offset(steps(), slice(0, 80)),
}


def add(city: Path, file: str, text: str) -> None:
    path = city / "parameters" / f"{file}.yml"
    path.write_text(path.read_text() + text)


def with_logs(city: Path, logs: dict[str, pd.DataFrame]) -> Path:
    """The town with more processes, each with a log of its own."""
    for name, rows in logs.items():
        add(city, "processes", PROCESS.format(name=name))
        add(city, "sources", SOURCE.format(name=name))
        rows.to_csv(city / "private" / "sources" / f"{name}.csv", index=False)
    return city


def markup(city: Path, name: str) -> str:
    return (city / "outputs" / "q4" / "works" / "process_timing" / name / "report.html").read_text()


def report(city: Path, name: str) -> str:
    """Text of a run's report."""
    text = re.sub(r"<(style|svg|script)\b.*?</\1>", " ", markup(city, name), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture(scope="module")
def town(tiny_city, tmp_path_factory, in_process):
    """A town with all that is odd, its review, and what that said."""
    city = tiny_city(tmp_path_factory.mktemp("logs") / "town")
    with_logs(city, ODD | FATAL)
    return city, in_process("review", "q4", "--only", "works/process_timing", "--city", city)


def test_what_cannot_be_timed_costs_its_own_report_only(town):
    city, (code, shown, said) = town
    assert code == 13, said
    assert "Traceback" not in said
    assert shown.startswith("Made 3 of 6 reports.")
    made = sorted(path.name for path in (city / "outputs" / "q4" / "works" / "process_timing").iterdir())
    assert made == sorted(["permits", *ODD])
    assert "permits" in report(city, "permits")
    assert not [path for path in (city / "outputs").iterdir() if path.name.startswith(".") and path.is_dir()]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("no-case-column", "no-case-column.csv:1: CASE is gone; not declared are: PERSON."),
        (
            "no-case-ids",
            "source `no-case-ids`: no event of 'no-case-ids' can be told from its 180 rows: column `case` is empty in all "
            "of them. Write it otherwise: after `case:` in processes.yml name the column with the number that all rows "
            "of one case share.",
        ),
        (
            "two-zones",
            "80 times: `done` has an offset from UTC, most others have none: write all times of a column with one, or "
            "all without, such as '2025-07-01 09:30:00-05:00' (lines 2, 3, 4)",
        ),
    ],
)
def test_a_log_that_cannot_be_used_is_refused_with_what_to_write(town, name, what):
    _, _, said = town[1]
    own = said[said.rindex(f"  works/process_timing/{name}:") :].split("\n  works/")[0]
    assert what in own


def test_one_time_on_another_clock_is_a_reject_that_the_page_counts(town):
    assert "180 rows read" in report(town[0], "one-zone-odd")
    assert "1 could not be read" in report(town[0], "one-zone-odd")


def test_steps_of_any_name_are_text_on_the_page(town):
    shown, page = report(town[0], "hostile"), markup(town[0], "hostile")
    assert SCRIPT not in page
    assert SCRIPT in shown
    assert "{{7*7}}" in shown
    assert LONG in shown


def test_the_page_says_which_calendar_made_its_figures(town):
    said = "Mon, Tue, Wed, Thu, Fri, 09:00-17:00, America/Chicago; no holidays are declared, so they count as working days"
    assert f"Working calendar {said}; version " in report(town[0], "permits")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "city",
            "name: Tiny Town\n",
            "name: Tiny Town\nworking_days: []\n",
            "parameters/city.yml:4:1: `working_days` is empty: a calendar with no working day has no working time. Write "
            "the days, such as [Mon, Tue, Wed, Thu, Fri].",
        ),
        (
            "departments",
            "title: Public Works",
            'title: Public Works, working_hours: ["9 to 5"]',
            "parameters/departments.yml:3:48: 'working_hours' is '9 to 5'. Write opening and closing as 09:00-17:00",
        ),
        (
            "processes",
            "    case: case\n",
            "",
            "parameters/processes.yml:3:3: 'case' is missing. Add a line `case: ...`: the column whose value is the same "
            "in all rows of one permit, request or complaint.",
        ),
        (
            "processes",
            "    case: case\n",
            "    case: permit_no\n",
            "parameters/processes.yml:7:5: source 'steps' has no column 'permit_no'. Known are: 'case', 'done', 'step'.",
        ),
        (
            "processes",
            "    noun: permits\n",
            "    noun: permits\n    clock: {Checked: owner}\n",
            "`clock` says that 'owner' holds a case after 'Checked', which is none of city, applicant, agency and hold.",
        ),
    ],
)
def test_declarations_without_a_meaning_are_refused(tiny_city, command, tmp_path, file, old, new, said):
    city = tiny_city(tmp_path / "town")
    path = city / "parameters" / f"{file}.yml"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    code, shown, errors = command("check", "--city", city)
    assert (code, shown) == (10, "")
    assert said in errors
    code, shown, errors = command("review", "q4", "--dry-run", "--city", city)
    assert code == (0 if file == "processes" else 10)
    assert said in errors
    assert errors.startswith("Left out because of a fault:\n  process 'permits'") == (file == "processes")
    assert "works/process_timing/permits" not in shown
    assert not (city / "outputs").exists()
