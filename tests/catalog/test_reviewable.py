"""What a review can be made of when measures, services, processes and actions have faults: all else, with each fault told."""

import pytest

from workbench.batch.stored import store, stored
from workbench.catalog import check, load, load_reviewable, resolved
from workbench.catalog.left_out import in_words
from workbench.errors import CatalogError

FILES = {
    "city": "format: 1\nname: Millbrook\ntime_zone: America/Chicago\n",
    "departments": "format: 1\ndepartments:\n  works: {title: Public Works}\n",
    "dimensions": "format: 1\ndimensions: {}\n",
    "goals": "format: 1\ngoals:\n  safe: {title: A safe city}\n",
    "sources": "format: 1\nsources:\n  lamps:\n    location: lamps.csv\n    columns:\n"
    "      month: {name: Month, type: date}\n      lit: {name: Lit, type: integer}\n",
}
MEASURE = (
    "{{title: {name}, department: works, owner: A. Okafor, source: lamps, kind: count, "
    "direction: increase, columns: {{interval: month, numerator: lit}}{more}}}"
)
ACTION = "{{finding: target_tracking/{about}/variation/all/all, title: Fix, owner: B, start: 2026-02-01, direction: increase, registered: 2026-01-20{more}}}"


@pytest.fixture
def city(tmp_path):
    """``city(measures, actions, **files)``: an id and what its entry says more."""

    def written(measures, actions=(), **files):
        entries = {
            "measures": [
                f"  {name}: {MEASURE.format(name=name.title(), more=more)}\n" for name, more in measures
            ],
            "actions": [f"  {name}: {ACTION.format(about=on, more=more)}\n" for name, on, more in actions],
        }
        texts = {name: f"format: 1\n{name}:\n{''.join(lines)}" for name, lines in entries.items()}
        for stem, text in (FILES | texts | files).items():
            path = tmp_path / "parameters" / f"{stem}.yml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return tmp_path

    return written


def test_without_a_fault_everything_is_there(city):
    root = city([("lamps", "")])
    assert load_reviewable(root) == load(root)
    assert load(root).left_out == ()
    assert load(root).declared_at == {"measures/lamps": "parameters/measures.yml:3:3"}


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (", goals: [saef]", "163: there is no goal 'saef'. Did you mean 'safe'?"),
        (", frequency: weekly", "155: 'frequency' is 'weekly'. Write one of 'month', 'quarter' or 'year'."),
        (
            ", targets: [{lower: 9, upper: 8}]",
            "166: the range is upside down: from 9 up to 8. Write `lower: 8, upper: 9`.",
        ),
    ],
)
def test_a_measure_with_a_fault_is_left_out_and_the_others_go_on(city, more, fault):
    root = city([("lamps", ""), ("poles", more), ("wires", "")])
    [fault_of_check] = check(root)
    catalog = load_reviewable(root)
    assert list(catalog.measures) == ["lamps", "wires"]
    [left] = catalog.left_out
    assert (left.section, left.name, left.title, left.owner, left.department) == (
        *("measures", "poles", "Poles", "A. Okafor", "works"),
    )
    assert left.faults == (fault_of_check,)
    assert in_words(catalog.left_out) == (
        f"  measure 'poles' (works; owner A. Okafor)\n    parameters/measures.yml:4:{fault}"
    )


def test_an_entry_without_a_title_is_called_by_its_id(city):
    root = city([("poles", "")])
    (root / "parameters" / "measures.yml").write_text("format: 1\nmeasures:\n  poles: x\n")
    [left] = load_reviewable(root).left_out
    assert (left.name, left.title, left.owner) == ("poles", "poles", "")


def test_two_entries_of_one_id_are_both_left_out(city):
    root = city([("lamps", ""), ("poles", "")])
    twice = root / "parameters" / "measures" / "more.yml"
    twice.parent.mkdir()
    twice.write_text(f"format: 1\nmeasures:\n  poles: {MEASURE.format(name='Poles', more='')}\n")
    catalog = load_reviewable(root)
    assert list(catalog.measures) == ["lamps"]
    assert "'poles' was already given in parameters/measures" in catalog.left_out[0].said


def test_what_leads_to_a_measure_that_is_left_out_is_reviewed_and_leads_there_no_more(city):
    root = city([("lamps", ", leads_to: [poles, wires]"), ("poles", ", goals: [saef]"), ("wires", "")])
    catalog = load_reviewable(root)
    assert catalog.measures["lamps"].leads_to == ["wires"]
    assert catalog.left_out[0].leading_here == ("lamps",)
    assert "'lamps' should move it: reviewed without saying so." in catalog.left_out[0].said


@pytest.mark.parametrize("broken", [", goals: [saef]", ", frequency: weekly"])
def test_actions_about_a_measure_that_is_left_out_go_with_it(city, broken):
    actions = [("a", "poles", ""), ("b", "lamps", ", compared_with: poles"), ("c", "lamps", "")]
    catalog = load_reviewable(city([("lamps", ""), ("poles", broken)], actions))
    assert list(catalog.actions) == ["c"]
    assert [each.name for each in catalog.left_out] == ["poles", "a", "b"]
    told = "'poles' is left out because of a fault, and this action with it. Mend the fault of 'poles'."
    assert all(told in each.said for each in catalog.left_out[1:])


def test_an_action_that_began_before_it_was_registered_has_no_fault(city):
    root = city([("lamps", "")], [("a", "lamps", "")])
    path = root / "parameters" / "actions.yml"
    path.write_text(path.read_text().replace("start: 2026-02-01", "start: 2026-01-19"))
    assert (list(load(root).actions), check(root)) == (["a"], ())


def test_an_action_with_a_fault_is_left_out_and_its_measure_stays(city):
    root = city([("lamps", "")], [("a", "lamps", ", size: 0")])
    catalog = load_reviewable(root)
    assert (list(catalog.measures), list(catalog.actions)) == (["lamps"], [])
    [fault] = catalog.left_out[0].faults
    assert str(fault).startswith("parameters/actions.yml:3:143: the size is 0: nothing to hold against")


def test_a_review_may_name_what_is_left_out(city):
    root = city([("lamps", ""), ("poles", ", goals: [saef]")])
    review = root / "parameters" / "reviews" / "q4.yml"
    review.parent.mkdir()
    review.write_text("format: 1\nperiod: 2025-Q4\nas_of: 2026-01-15\nsubjects: [lamps, poles]\n")
    assert list(load_reviewable(root).measures) == ["lamps"]


@pytest.mark.parametrize(
    ("stem", "old", "new", "said"),
    [
        ("city", "America/Chicago", "Chicago", "'Chicago' is not a time zone."),
        ("goals", "title:", "titel:", "the key 'titel' is not known here."),
        ("sources", "type: date", "type: dat", "'type' is 'dat'."),
        ("measures", "  poles:", " poles:", "this is not YAML"),
    ],
)
def test_a_fault_of_anything_else_stops_all_and_every_fault_is_told(city, stem, old, new, said):
    root = city([("lamps", ", leads_to: [pole]"), ("poles", "")])
    path = root / "parameters" / f"{stem}.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(CatalogError, match=said) as error:
        load_reviewable(root)
    assert error.value.faults == tuple(check(root))


SERVICE = (
    "  {name}: {{title: Lights, department: {department}, source: lamps, interval: month, "
    "outcome: {{numerator: [{{column: lit, filled: yes}}]}}, favourable: yes, groups: {{}}{more}}}\n"
)
PROCESS = "  {name}: {{title: Permits, department: works, source: lamps, case: {case}, activity: lit, timestamp: month}}\n"


def services(*entries):
    told = [SERVICE.format(name=name, department=department, more=more) for name, department, more in entries]
    return "format: 1\nservices:\n" + "".join(told)


def test_an_unreadable_measure_hides_no_fault_of_what_all_rest_on(city):
    """The name that leads nowhere is that of a measure with a fault of its own."""
    goals = "format: 1\ngoals:\n  safe: {title: A safe city, parent: poles}\n"
    root = city([("poles", ", frequency: weekly")], goals=goals)
    with pytest.raises(CatalogError, match="there is no goal 'poles'"):
        load_reviewable(root)


def test_a_service_with_a_fault_is_left_out_with_its_actions_and_the_others_go_on(city):
    entries = services(("lights", "works", ""), ("signals", "wroks", ""), ("bulbs", "works", ", wehre: []"))
    actions = [("a", "signals", ""), ("b", "lights", "")]
    catalog = load_reviewable(city([("lamps", "")], actions, services=entries))
    assert (list(catalog.services), list(catalog.measures), list(catalog.actions)) == (
        ["lights"],
        ["lamps"],
        ["b"],
    )
    assert [(each.section, each.name) for each in catalog.left_out] == [
        ("services", "bulbs"),
        ("services", "signals"),
        ("actions", "a"),
    ]
    assert in_words(catalog.left_out).splitlines()[2:4] == [
        "  service 'signals' (wroks)",
        "    parameters/services.yml:4:28: there is no department 'wroks'. Did you mean 'works'?",
    ]


def test_a_process_with_a_fault_is_left_out_and_the_others_go_on(city):
    told = [PROCESS.format(name=name, case=case) for name, case in (("permits", "lit"), ("plans", "litt"))]
    root = city([("lamps", "")], processes="format: 1\nprocesses:\n" + "".join(told))
    catalog = load_reviewable(root)
    assert list(catalog.processes) == ["permits"]
    [left] = catalog.left_out
    assert (left.section, left.noun, left.title) == ("processes", "process", "Permits")
    assert "there is no column 'litt'" in left.said or "has no column 'litt'" in left.said


def test_an_action_about_a_measure_stays_where_only_a_service_of_that_name_is_left_out(city):
    root = city([("lamps", "")], [("a", "lamps", "")], services=services(("lamps", "wroks", "")))
    assert list(load_reviewable(root).actions) == ["a"]


def test_what_is_left_out_is_kept_for_the_kernels_and_in_the_record(city, tmp_path):
    catalog = load_reviewable(city([("lamps", ""), ("poles", ", goals: [saef]")]))
    assert stored(store(catalog, tmp_path), catalog.root) == catalog
    record = resolved(catalog)
    assert record["left_out"][0]["faults"][0]["line"] == 4
    assert "declared_at" not in record
