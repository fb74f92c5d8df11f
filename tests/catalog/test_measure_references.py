"""What a measure declares: each name that leads nowhere is told with its line and what to write instead."""

from pathlib import Path

import pytest

from workbench.catalog import check, load

SHARED = {
    "city": "format: 1\nname: Millbrook\ntime_zone: America/Chicago\n",
    "departments": "format: 1\ndepartments:\n  works: {title: Public Works}\n",
    "dimensions": "format: 1\ndimensions:\n  race:\n    title: Race\n"
    "    groups: {black: {title: Black}, white: {title: White}}\n",
    "goals": "format: 1\ngoals:\n  safe: {title: A safe city, owner: Mayor}\n",
    "sources": "format: 1\nsources:\n  lamps:\n    location: lamps.csv\n    columns:\n"
    "      month: {name: Month, type: date}\n      lit: {name: Lit, type: integer}\n"
    "      all: {name: All, type: integer}\n      race: {name: Race}\n",
}
ROWS = {
    "title": "Lamps that burn",
    "department": "works",
    "goals": "[safe]",
    "source": "lamps",
    "kind": "proportion",
    "scale": "percent",
    "direction": "increase",
    "columns": "{interval: month, numerator: lit, denominator: all, group: {race: race}}",
    "groups": "[race]",
}


@pytest.fixture
def city(tmp_path: Path):
    """``city(field=text)`` is a city with one measure that has other fields."""

    def declared(**fields) -> Path:
        lines = [f"    {key}: {value}\n" for key, value in (ROWS | fields).items()]
        files = SHARED | {"measures": f"format: 1\nmeasures:\n  lamps:\n{''.join(lines)}"}
        for stem, text in files.items():
            path = tmp_path / "parameters" / f"{stem}.yml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return tmp_path

    return declared


def test_all_that_a_measure_may_declare(city):
    declared = city(
        targets="[{value: 95, kind: cumulative, by: 2026, plan: [1, 1, 2, 2], path: {2026-Q1: 20}, groups: {race/black: 90}}]",
        frequency="quarter",
        baseline="{start: 2024-01, exclude: {2024-Q1: Storm}, rebase: {2025-01: New lamps}}",
        gaps="{race: {kind: ratio, reference: white, target: 1.1, by: 2026-Q4}}",
        chart="laney_p",
        tolerance="{lower: 90}",
        stage="output",
        leads_to="[lamps]",
    )
    assert check(declared) == ()
    measure = load(declared).measures["lamps"]
    assert measure.targets[0].plan == [1, 1, 2, 2]
    assert measure.targets[0].groups == {"race/black": 90}
    assert measure.baseline.exclude == {"2024-Q1": "Storm"}
    assert (measure.gaps["race"].reference, measure.gaps["race"].target) == ("white", 1.1)
    assert (measure.chart, measure.tolerance.lower, measure.stage) == ("laney_p", 90, "output")


@pytest.mark.parametrize(
    "fields",
    [
        {
            "targets": "[{lower: 80, upper: 80}, {lower: 80}, {upper: 80}]",
            "tolerance": "{lower: 1, upper: 1}",
        },
        {"targets": "[{value: 95, since: 2026-Q2, by: 2026}, {value: 95, since: 2026, by: 2026-01}]"},
    ],
)
def test_ends_that_touch_and_dates_that_overlap_are_no_faults(city, fields):
    assert check(city(**fields)) == ()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"leads_to": "[lamp]"}, "there is no measure 'lamp'. Did you mean 'lamps'?"),
        ({"gaps": "{language: {target: 1}}"}, "there is no dimension of its groups 'language'."),
        ({"gaps": "{race: {reference: wite}}"}, "there is no group 'wite'. Did you mean 'white'?"),
        ({"gaps": "{race: {target: 1, by: soon}}"}, "'soon' is not a period."),
        (
            {"gaps": "{race: {kind: ratio, target: 0}}"},
            "a ratio has the target 0, and no ratio is so small. Write how far apart groups may lie",
        ),
        (
            {"targets": "[{value: 95, groups: {race/blak: 90}}]"},
            "there is no group 'race/blak'. Did you mean",
        ),
        ({"targets": "[{value: 95, path: {Q1: 90}}]"}, "'Q1' is not a period."),
        ({"targets": "[{by: 2026}]"}, "a target has no value."),
        ({"baseline": "{exclude: {March: Storm}}"}, "'March' is not a period."),
        (
            {"targets": "[{lower: 90, upper: 80.5}]"},
            "the range is upside down: from 90 up to 80.5. Write `lower: 80.5, upper: 90`.",
        ),
        (
            {"tolerance": "{lower: 2, upper: 1}"},
            "the range is upside down: from 2 up to 1. Write `lower: 1, upper: 2`.",
        ),
        (
            {"targets": "[{value: 95, since: 2026-Q2, by: 2026-Q1}]"},
            "it is to be met by 2026-Q1, before it holds, since 2026-Q2. Write a `by` that does not end before",
        ),
        (
            {"targets": "[{value: 95, by: 2026-Q1, path: {2025-12: 90, 2026-Q1: 95, 2026-04: 96}}]"},
            "its path goes on to 2026-04, after 2026-Q1, by which it is to be met. Strike what comes after, or write",
        ),
        (
            {"targets": "[{value: 95, kind: cumulative, plan: [1, 1, 2, 2]}]"},
            "the plan of a year has 4 numbers that add up to 6. Write 12 numbers from 0 up, one a month",
        ),
        (
            {"targets": "[{value: 95, kind: cumulative, plan: [0, 0, 0, 0]}]", "frequency": "quarter"},
            "the plan of a year has 4 numbers that add up to 0. Write 4 numbers from 0 up, one a quarter, not all",
        ),
        (
            {"targets": "[{value: 95}]", "scale": "number"},
            "the target is 95, and no proportion is above 1. Write 0.95, or `scale: percent` for all that is shown of it in percent.",
        ),
        ({"targets": "[{value: 950}]"}, "the target is 950, and no proportion is above 100 %. Correct it."),
        (
            {"tolerance": "{lower: 0.5, upper: 90}", "scale": "fraction"},
            "the tolerance is 90, and no proportion is above 1. Write 0.9, or",
        ),
        (
            {"baseline": "{exclude: {2024-03: Storm}}", "frequency": "quarter"},
            "2024-03 is to be left out, and is shorter than a quarter. Write the quarter that it lies in.",
        ),
        (
            {"targets": "[{value: 95, kind: level, plan: [1, 1, 2, 2]}]"},
            "a plan says how a total falls on a year, and this target is level. Write `kind: cumulative`, or",
        ),
    ],
)
def test_what_leads_nowhere_is_told(city, fields, fault):
    [told] = check(city(**fields))
    assert fault in str(told)
    assert str(told).startswith("parameters/measures.yml:13:")


def test_a_path_alone_is_a_target(city):
    assert check(city(targets="[{kind: level, path: {2026-Q1: 90, 2026-Q4: 95}}]")) == ()


@pytest.mark.parametrize("chart", ["xmr", "p", "laney_p", "run", "ewma", "cusum"])
def test_a_chart_that_fits_a_share(city, chart):
    assert check(city(chart=chart)) == ()


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (
            "u",
            "a u chart is drawn of a rate with the columns numerator and denominator; this is a proportion.",
        ),
        ("c", "a c chart is drawn of a count; this is a proportion."),
        ("t", "a t chart is drawn of a value with the columns value; this is a proportion."),
    ],
)
def test_a_chart_that_cannot_be_drawn_of_a_share(city, chart, said):
    (fault,) = check(city(chart=chart))
    assert said in str(fault)
    assert "Write one of xmr, p, laney_p, run, ewma, cusum, or leave it out." in str(fault)
