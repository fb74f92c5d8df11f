"""What an action declares: each thing that would leave nothing to judge by is told with its line."""

from datetime import date
from pathlib import Path

import pytest

from workbench.catalog import check, load
from workbench.catalog.actions import About, about, actions_about, compared_with, known_actions

SHARED = {
    "city": "format: 1\nname: Millbrook\ntime_zone: America/Chicago\nfiscal_year_starts: 7\n",
    "departments": "format: 1\ndepartments:\n  works: {title: Public Works}\n",
    "dimensions": "format: 1\ndimensions:\n  race:\n    title: Race\n"
    "    groups: {black: {title: Black}, white: {title: White}}\n"
    "places:\n  ward: {title: Ward}\n",
    "sources": "format: 1\nsources:\n  lamps:\n    location: lamps.csv\n    columns:\n"
    "      month: {name: Month, type: date}\n      lit: {name: Lit, type: integer}\n"
    "      all: {name: All, type: integer}\n      race: {name: Race}\n      ward: {name: Ward}\n",
    "measures": "format: 1\nmeasures:\n"
    "  lamps: &lamps\n    title: Lamps that burn\n    department: works\n    source: lamps\n"
    "    kind: proportion\n    direction: increase\n    groups: [race]\n"
    "    columns: {interval: month, numerator: lit, denominator: all, group: {race: race}, place: {ward: ward}}\n"
    "  signals:\n    title: Signals that work\n    department: works\n    source: lamps\n"
    "    kind: proportion\n    direction: increase\n    columns: {interval: month, numerator: lit, denominator: all}\n"
    "  outages:\n    title: Outages\n    department: works\n    source: lamps\n"
    "    kind: count\n    frequency: quarter\n    direction: decrease\n    columns: {interval: month}\n",
}
ROWS = {
    "finding": "target_tracking/lamps/variation/all/all",
    "title": "New lamps",
    "owner": "Street Lights",
    "start": "2026-02-01",
    "direction": "increase",
    "size": "4",
    "by": "2026-Q4",
    "registered": "2026-01-10",
}


@pytest.fixture
def city(tmp_path: Path):
    """``city(field=text)`` is a city with one action that has other fields."""

    def declared(**fields) -> Path:
        lines = [f"    {key}: {value}\n" for key, value in (ROWS | fields).items()]
        files = SHARED | {"actions": f"format: 1\nactions:\n  renewal:\n{''.join(lines)}"}
        for stem, text in files.items():
            path = tmp_path / "parameters" / f"{stem}.yml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("&lamps", ""))
        return tmp_path

    return declared


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"start": "2026-01-10"},
        {"by": "FY2026"},
        {"compared_with": "ward/3"},
        {"compared_with": "race/white", "finding": "target_tracking/lamps/variation/black/all"},
        {"compared_with": "signals"},
        {"decided": "keep", "decided_on": "2026-07-01"},
    ],
)
def test_an_action_that_can_be_judged_has_no_fault(city, fields):
    assert check(city(**fields)) == ()


@pytest.mark.parametrize(
    ("fields", "line", "what", "instead"),
    [
        ({"finding": "lamps"}, 4, "'lamps' is not the id of a finding.", "Write analysis/subject/question"),
        (
            {"finding": "target_tracking/lamp/variation/all/all"},
            4,
            "no measure, service or process 'lamp'",
            "Did you mean 'lamps'?",
        ),
        ({"direction": "neutral"}, 8, "whatever happens would be as expected", "Write increase or decrease."),
        ({"size": "-4"}, 9, "the size is -4", "`direction` says which way"),
        ({"size": "0"}, 9, "the size is 0", "above 0"),
        (
            {"by": "2026-01"},
            10,
            "2026-01, which ends on 2026-01-31, before it starts on 2026-02-01.",
            "after the start",
        ),
        ({"by": "spring"}, 10, "'spring' is not a period.", "Write 2025-Q4"),
        ({"decided": "stop"}, 12, "it was decided, stop, but not when.", "`decided_on`"),
        (
            {"decided_on": "2026-07-01"},
            12,
            "something was decided on 2026-07-01, but not what.",
            "keep, change or stop",
        ),
        (
            {"decided": "stop", "decided_on": "2026-01-02"},
            13,
            "decided on 2026-01-02, before it was registered",
            "Correct",
        ),
        ({"compared_with": "ward/"}, 12, "'ward/' names none of ward.", "ward/..."),
        (
            {"compared_with": "wards/3"},
            12,
            "there is no place level or dimension of its subject 'wards'.",
            "'ward'",
        ),
        ({"compared_with": "race/whte"}, 12, "there is no group of race 'whte'.", "Did you mean 'white'?"),
        (
            {"compared_with": "race/black", "finding": "target_tracking/lamps/variation/black/all"},
            12,
            "'race/black' is what the action is about.",
            "where nothing was done",
        ),
        ({"compared_with": "lamps"}, 12, "'lamps' is what the action is about.", "where nothing was done"),
        ({"compared_with": "signls"}, 12, "there is no measure 'signls'.", "Did you mean 'signals'?"),
        (
            {"compared_with": "outages"},
            12,
            "it has kind count, not proportion and frequency quarter, not month.",
            "of the same",
        ),
    ],
)
def test_what_leaves_nothing_to_judge_by_is_told_with_its_line(city, fields, line, what, instead):
    (fault,) = check(city(**fields))
    assert (fault.file, fault.line) == ("parameters/actions.yml", line)
    assert what in fault.what
    assert instead in fault.instead


def test_an_action_is_known_once_registered_and_its_decision_once_taken(city):
    catalog = load(city(decided="keep", decided_on="2026-07-01"))
    assert known_actions(catalog, date(2026, 1, 9)) == {}
    assert known_actions(catalog, date(2026, 6, 30))["renewal"].decided == ""
    assert known_actions(catalog, date(2026, 6, 30))["renewal"].decided_on is None
    assert known_actions(catalog, date(2026, 7, 1))["renewal"].decided == "keep"


def test_an_action_belongs_to_the_analysis_and_subject_of_its_finding(city):
    catalog = load(city())
    action = catalog.actions["renewal"]
    assert about(action) == About("target_tracking", "lamps", "variation", "all", "all")
    assert list(actions_about(catalog, "target_tracking", catalog.measures, date(2026, 2, 1))) == ["renewal"]
    assert actions_about(catalog, "process_timing", catalog.measures, date(2026, 2, 1)) == {}
    assert actions_about(catalog, "target_tracking", {"signals": 1}, date(2026, 2, 1)) == {}


SERVICES = "format: 1\nservices:\n" + "".join(
    f"  {name}:\n    title: {name}\n    department: works\n    source: lamps\n    interval: month\n"
    "    groups: {race: race}\n    favourable: true\n    outcome: {}\n"
    for name in ("potholes", "trees")
)
GAP = "disparity_review/potholes/group/black/all"


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ("trees", None),
        ("race/white", None),
        ("signals", "there is no service 'signals'."),
        ("potholes", "'potholes' is what the action is about."),
        ("race/black", "'race/black' is what the action is about."),
    ],
)
def test_a_service_is_compared_with_another_service_or_a_group(city, other, what):
    folder = city(finding=GAP, compared_with=other)
    (folder / "parameters" / "services.yml").write_text(SERVICES)
    assert [what in fault.what for fault in check(folder)] == ([] if what is None else [True])


@pytest.mark.parametrize(
    ("other", "id"),
    [
        ("", None),
        ("trees", "disparity_review/trees/group/black/all"),
        ("race/white", "disparity_review/potholes/group/white/all"),
        ("ward/3", "disparity_review/potholes/group/black/3"),
    ],
)
def test_what_an_action_is_compared_with_has_a_finding_of_its_own(city, other, id):
    catalog = load(city())
    action = catalog.actions["renewal"].model_copy(update={"finding": GAP, "compared_with": other})
    found = compared_with(catalog, action)
    assert (found and found.id) == id
