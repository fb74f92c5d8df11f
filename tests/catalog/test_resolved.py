"""What the figures of a subject follow from, so that a changed definition is told from changed data."""

import pytest

from workbench.catalog.resolved import former_names, redefined

THEN = {
    "city": {"time_zone": "America/Chicago", "working_hours": ["09:00-17:00"], "contact": "311"},
    "departments": {"works": {"title": "Public Works", "working_days": []}, "parks": {"working_days": []}},
    "holidays": {"2025-12-25": {"name": "Christmas Day"}},
    "sources": {
        "requests": {"title": "Requests", "location": "q3.csv", "columns": {"id": {"name": "ID"}}},
        "surnames": {"location": "names.csv", "columns": {"name": {"name": "NAME"}}},
    },
    "dimensions": {
        "race": {"title": "Race", "groups": {"black": {"codes": ["B"]}}},
        "age": {"title": "Age", "groups": {}},
    },
    "places": {"ward": {"title": "Ward", "parents": {"A": "North"}}},
    "populations": {name: {"vintage": "2020"} for name in ("census", "asking", "homes", "named")},
    "services": {
        "potholes": {
            "title": "Potholes",
            "owner": "Streets",
            "goals": ["safe"],
            "formerly": ["holes"],
            "source": "requests",
            "groups": {"race": "race"},
            "places": {"ward": "ward"},
            "outcome": {"population": "census", "numerator": []},
            "stages": {"residents": "asking", "need": "homes"},
            "imputation": {"surnames": "surnames", "population": "named"},
        }
    },
    "processes": {
        "permits": {"title": "Permits", "department": "works", "source": "steps", "case": "id"},
    },
    "measures": {
        "calls": {
            "source": "requests",
            "groups": ["race"],
            "targets": [{"value": 80}],
            "columns": {"group": {"race": "race"}, "place": {}},
        }
    },
}


def changed(values: dict, value, first: str, *rest: str) -> dict:
    """The values with one of them, at the end of a path, changed."""
    return {**values, first: changed(values[first], value, *rest) if rest else value}


@pytest.mark.parametrize(
    ("value", "path", "subjects"),
    [
        ([{"value": 90}], ("measures", "calls", "targets"), ["calls"]),
        ([{"column": "id"}], ("services", "potholes", "outcome", "numerator"), ["potholes"]),
        ({"id": {"name": "NUMBER"}}, ("sources", "requests", "columns"), ["calls", "potholes"]),
        (["B", "BLK"], ("dimensions", "race", "groups", "black", "codes"), ["calls", "potholes"]),
        ({"A": "South"}, ("places", "ward", "parents"), ["potholes"]),
        *(("2025", ("populations", name, "vintage"), ["potholes"]) for name in THEN["populations"]),
        ({"name": {"name": "SURNAME"}}, ("sources", "surnames", "columns"), ["potholes"]),
        (["08:00-16:00"], ("city", "working_hours"), ["permits"]),
        (["2025-05-08"], ("city", "closures"), ["permits"]),
        ("America/Denver", ("city", "time_zone"), ["permits"]),
        (["Mon"], ("departments", "works", "working_days"), ["permits"]),
        (False, ("departments", "works", "holidays"), ["permits"]),
        ({"2025-12-26": {"name": "x"}}, ("holidays",), ["permits"]),
    ],
)
def test_a_definition_is_the_entry_and_what_it_rests_on(value, path, subjects):
    assert sorted(redefined(changed(THEN, value, *path), THEN)) == subjects


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("Pothole repair", ("services", "potholes", "title")),
        ("Parks", ("services", "potholes", "owner")),
        ([], ("services", "potholes", "goals")),
        ([], ("services", "potholes", "formerly")),
        ("outcome", ("measures", "calls", "stage")),
        (["visits"], ("measures", "calls", "leads_to")),
        ("q4.csv", ("sources", "requests", "location")),
        ("Race and ethnicity", ("dimensions", "race", "title")),
        ({"old": {}}, ("dimensions", "age", "groups")),
        ("Christmas", ("holidays", "2025-12-25", "name")),
        ("Works", ("departments", "works", "title")),
        (["Mon"], ("departments", "parks", "working_days")),
        ("performance", ("city", "contact")),
        ([], ("city", "closures")),
    ],
)
def test_what_changes_no_figure_is_no_definition(value, path):
    assert redefined(changed(THEN, value, *path), THEN) == set()


def test_former_names_lead_to_the_name_of_today():
    assert former_names(THEN) == {"holes": "potholes"}


def test_a_subject_that_is_new_or_has_another_name_is_not_redefined():
    entry = THEN["services"]["potholes"]
    before = {**THEN, "services": {"holes": {**entry, "formerly": []}}}
    assert redefined(THEN, before) == set()
    assert redefined(THEN, {**THEN, "services": {}}) == set()
