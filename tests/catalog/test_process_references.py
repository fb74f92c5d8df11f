"""What a process and the calendars declare: each contradiction is told with its line and what to write instead."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from workbench.catalog import check

MONDAYS = [date(2026, 1, 5) + timedelta(weeks=week) for week in range(52)]
CITY = "format: 1\nname: Millbrook\ntime_zone: America/Chicago\n"
DEPARTMENTS = "format: 1\ndepartments:\n  works: {title: Public Works}\n"
SOURCES = """format: 1
sources:
  steps:
    location: steps.csv
    columns:
      permit: {name: Permit}
      step: {name: Step}
      kind: {name: Kind}
      by: {name: By}
      at: {name: At, type: time}
      began: {name: Began, type: time}
"""
ROWS = {
    "title": "Permits",
    "department": "works",
    "source": "steps",
    "case": "permit",
    "activity": "step",
    "timestamp": "at",
    "order": "[Received, Plan review, Inspection, Reinspection, Permit issued]",
    "first": "[Received]",
    "last": "[Permit issued]",
}


@pytest.fixture
def told(tmp_path: Path):
    """``told(field=text)`` is what is said of a process with other fields; None takes a field away."""

    def faults(city=CITY, departments=DEPARTMENTS, holidays="format: 1\n", reviews=(), **fields) -> list[str]:
        lines = [f"    {key}: {value}\n" for key, value in (ROWS | fields).items() if value is not None]
        files = {"city": city, "departments": departments, "holidays": holidays, "sources": SOURCES}
        files |= {"dimensions": "format: 1\n"}
        files |= {"processes": f"format: 1\nprocesses:\n  permits:\n{''.join(lines)}"}
        files |= {f"reviews/{name}": f"format: 1\nperiod: {name}\nas_of: 2026-01-15\n" for name in reviews}
        for stem, text in files.items():
            path = tmp_path / "parameters" / f"{stem}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return [str(fault).removeprefix("parameters/") for fault in check(tmp_path)]

    return faults


def test_a_sound_process_has_no_faults(told):
    assert told() == []
    assert (
        told(
            clock="{Received: city, Plan review: owner, Inspection: hold}",
            holders="{owner: applicant}",
            staff="{Plan review: {people: 2}}",
            withdrawn="[Withdrawn]",
            window="{since: 2025-01-01}",
            reviews=["2025-Q4"],
        )
        == []
    )


def test_a_log_without_case_ids_is_told_what_a_case_is(told):
    assert told(case=None) == [
        "processes.yml:3:3: 'case' is missing. Add a line `case: ...`: the column whose value is the same in all rows "
        "of one permit, request or complaint. A log without one has no cases: ask for the number that the office "
        "itself files them under."
    ]


@pytest.mark.parametrize("field", ["case", "activity", "resource", "team", "lifecycle", "instance"])
def test_each_column_is_looked_for_in_the_source(told, field):
    fields = {"lifecycle": "kind", field: "stepp"}
    (found,) = told(**fields)
    line = 4 + list(ROWS | fields).index(field)
    assert found == f"processes.yml:{line}:5: source 'steps' has no column 'stepp'. Did you mean 'step'?"


@pytest.mark.parametrize("field", ["timestamp", "started", "submitted", "closed"])
def test_a_time_that_is_declared_as_text_is_told(told, field):
    (found,) = told(**{field: "kind"})
    said = "column 'kind' of 'steps' is declared as text. Name one, or declare it, of type date or time."
    assert found.endswith(f":5: {said}")


def test_a_word_of_the_clock_that_is_nobody_is_told_where_it_stands(told):
    assert told(clock="{Plan review: city, Inspection: owner}") == [
        "processes.yml:13:32: `clock` says that 'owner' holds a case after 'Inspection', which is none of city, "
        "applicant, agency and hold. Write one of them, or add `holders: {owner: applicant}` with the one that "
        "'owner' is."
    ]


def test_a_holder_that_the_clock_does_not_have_is_told(told):
    found = told(clock="{Plan review: owner}", holders="{owner: applicant, ownr: applicant, city: agency}")
    assert found == [
        "processes.yml:14:33: `holders` has 'ownr', and `clock` does not. Did you mean 'owner'?",
        "processes.yml:14:50: `holders` says what 'city' is, which is known already. Remove the line, or use "
        "another word in `clock`.",
    ]


def test_a_holder_is_one_of_four(told):
    (found,) = told(clock="{Plan review: owner}", holders="{owner: resident}")
    assert found == (
        "processes.yml:14:15: 'owner' is 'resident'. Write one of 'city', 'applicant', 'agency' or 'hold'."
    )


@pytest.mark.parametrize(
    ("field", "value", "column", "misspelt"),
    [
        ("clock", "{Plan reveiw: city}", 13, "Plan reveiw"),
        ("staff", "{Plan reviews: {people: 1}}", 13, "Plan reviews"),
        ("value_adding", "[plan review]", 20, "plan review"),
        ("value_adding", "[Inspection, Plan  Review]", 32, "Plan  Review"),
        ("withdrawn", "[Plan-review]", 17, "Plan-review"),
    ],
)
def test_two_spellings_of_a_step_are_told(told, field, value, column, misspelt):
    assert told(**{field: value}) == [
        f"processes.yml:13:{column}: `{field}` names {misspelt!r}; `order` has 'Plan review'. "
        f"Write 'Plan review', or, if they are two steps, add {misspelt!r} to `order`."
    ]


@pytest.mark.parametrize(
    "steps",
    [
        ["Inspection", "Reinspection"],
        ["Plan review 1", "Plan review 2"],
        ["Zone A", "Zone B"],
        ["Approved", "Appealed"],
        ["Plan review", "Plan review approved"],
        ["Received", "Reviewed"],
        ["Plan revised", "Plan reviewed"],
    ],
)
def test_steps_that_are_two_are_not_told(told, steps):
    one, other = steps
    assert told(order=None, first=f"[{one}]", last=f"[{other}]") == []


def test_two_steps_that_look_alike_are_accepted_once_the_order_has_both(told):
    both = "[Received, Plan review, Plan reviews, Permit issued]"
    assert told(order=both, staff="{Plan reviews: {people: 1}}") == []


def test_without_an_order_the_other_lists_are_compared(told):
    (found,) = told(order=None, clock="{Recieved: city}")
    assert found.endswith("`clock` names 'Recieved'; `first` has 'Received'. Write 'Received', or, if they are two "
                          "steps, add 'Recieved' to `order`.")  # fmt: skip


def test_staff_of_a_step_that_nothing_else_names_is_told(told):
    (found,) = told(staff="{Hearing: {people: 2}}")
    assert found == (
        "processes.yml:13:13: `staff` names 'Hearing', which is no step of `order`. Known are: 'Inspection', "
        "'Permit issued', 'Plan review', 'Received', 'Reinspection'."
    )
    assert told(staff="{Withdrawn: {people: 2}}", withdrawn="[Withdrawn]") == []
    assert told(order=None, staff="{Hearing: {people: 2}}") == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"lifecycle": "kind", "started": "began"},
            "14:5: a row tells its start either by a column of start times (`started`) or by what it is (`lifecycle`). "
            "Remove `started`, or remove `lifecycle`.",
        ),
        (
            {"instance": "kind"},
            "13:5: `instance` pairs the rows that `lifecycle` tells apart, and there is no `lifecycle`. "
            "Add `lifecycle: ...`, or remove `instance`.",
        ),
        (
            {"set_aside": "[SYSTEM]"},
            "13:5: `set_aside` names accounts, and the process has no `resource`. "
            "Add `resource: ...`, the column that says who did a step.",
        ),
        ({"service_level": "{days: 0}"}, "13:21: 'days' is '0'. Write more than 0."),
        ({"staff": "{Inspection: {people: -1}}"}, "13:26: 'people' is '-1'. Write more than 0."),
    ],
)
def test_what_excludes_or_needs_each_other_is_told(told, fields, said):
    assert told(**fields) == [f"processes.yml:{said}"]


def test_an_extract_that_begins_after_every_review_is_told(told):
    assert told(window="{since: 2026-01-01}", reviews=["2025-Q3", "2025-Q4"]) == [
        "processes.yml:13:14: the extract holds cases since 2026-01-01; every review is about earlier days, the last "
        "until 2025-12-31. Write the first day that the extract has, or take an extract that begins earlier."
    ]
    assert told(window="{since: 2025-12-31}", reviews=["2025-Q3", "2025-Q4"]) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "working_days: []",
            "4:1: `working_days` is empty: a calendar with no working day has no working time. "
            "Write the days, such as [Mon, Tue, Wed, Thu, Fri].",
        ),
        (
            "working_hours: []",
            "4:1: `working_hours` is empty: a calendar without hours has no working time. "
            'Write the hours, such as ["08:30-12:00", "13:00-16:30"].',
        ),
        (
            "working_days: [Mon, Tues]",
            "4:21: 'working_days' is 'Tues'. Write one of 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat' or 'Sun'.",
        ),
        (
            "short_days: {2026-12-24: []}",
            "4:14: 2026-12-24 is a short day without hours. Write its hours, or move it to `closures`.",
        ),
        (
            "closures: [2026-12-24]\nshort_days: {2026-12-24: [09:00-12:00]}",
            "4:12: 2026-12-24 is a closure and a short day. Keep it in one of the two.",
        ),
    ],
)
def test_a_calendar_that_has_no_working_time_is_told(told, line, said):
    for service_level in (None, "{days: 10, calendar: working}"):
        assert told(city=f"{CITY}{line}\n", service_level=service_level) == [f"city.yml:{said}"]


def test_a_year_whose_every_working_day_is_closed_is_told(told):
    holidays = "format: 1\nholidays:\n" + "".join(f"  {day}: Closed\n" for day in MONDAYS[:26])
    closures = ", ".join(map(str, MONDAYS[26:]))
    office = f"format: 1\ndepartments:\n  works: {{title: W, working_days: [Mon], closures: [{closures}]}}\n"
    assert told(departments=office, holidays=holidays) == [
        "departments.yml:3:42: every working day of 2026 is closed: a calendar with no working day has no working time. "
        "Remove closures, or add to `working_days`."
    ]
    for other in ("holidays: no", f"short_days: {{{MONDAYS[0]}: [09:00-10:00]}}"):
        assert told(departments=office.replace("title: W", f"title: W, {other}"), holidays=holidays) == []
