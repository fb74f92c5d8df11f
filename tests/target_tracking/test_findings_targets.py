"""What is said of a target: by its kind, on its path, and where there is no steady level."""

import numpy as np
import pytest

from workbench.disclosure import Policy, release
from workbench.findings import Context, caveat, render
from workbench.target_tracking import analyse, findings

NOISE = np.random.default_rng(8).normal(size=36)
STEADY = 10 + NOISE - NOISE.mean()
DRIFT = np.arange(36.0) + NOISE / 3
CONTEXT = Context("target_tracking", "works", "all", "Public Works", provenance={"cube": "abc"})
COUNT = {"kind": "count", "columns": {"interval": "month", "numerator": "a"}, "unit": "lines"}
SHARE = {
    "kind": "proportion",
    "scale": "percent",
    "unit": "of permits",
    "columns": {"interval": "month", "numerator": "a", "denominator": "b"},
}


@pytest.fixture
def said(measure_cube, observations):
    """The finding on the target of one measure."""

    def made(values, target, counts=None, **entry):
        own = observations("permits", list(values), "2023-01", counts=counts)
        cube = measure_cube(own, entries={"permits": {**entry, "targets": [target]}})
        found = findings(release(analyse(cube, period="2025-Q4"), Policy(11)), CONTEXT)
        return next(each for each in found if each.question == "target")

    return made


@pytest.mark.parametrize(
    ("values", "target", "message"),
    [
        (STEADY, {"value": 10, "kind": "level", "by": "2026-06"}, "level_chance"),
        (STEADY, {"value": 30, "kind": "level", "by": "2026-06"}, "level_cannot"),
        (STEADY, {"value": 2, "kind": "level", "by": "2026-06"}, "level_reliably"),
        (DRIFT, {"value": 40, "kind": "level", "by": "2026-06"}, "level_outlook"),
        (STEADY, {"value": 9, "kind": "maintain", "by": "2026-06"}, "maintain_chance"),
        (STEADY, {"value": 9, "kind": "maintain"}, "maintain_chance_year"),
        (STEADY, {"value": 2, "kind": "maintain"}, "maintain_reliably"),
        (DRIFT, {"value": 9, "kind": "maintain", "by": "2026-06"}, "maintain_outlook"),
        (DRIFT, {"value": 9, "kind": "maintain"}, "maintain_outlook_year"),
        (DRIFT, {"value": 36}, "outlook"),
        (DRIFT, {"lower": 30, "upper": 40}, "range_outlook"),
        (STEADY[:10], {"value": 9}, "met_now"),
    ],
)
def test_each_kind_has_its_sentence(said, values, target, message):
    finding = said(values, target)
    assert finding.message == message
    assert render(finding).startswith("Permits on time: ")


@pytest.mark.parametrize(
    ("value", "direction", "message"),
    [
        (180, "increase", "total_chance"),
        (20, "increase", "total_already"),
        (400, "increase", "total_cannot"),
        (190, "decrease", "cap_chance"),
        (100, "decrease", "cap_cannot"),
        (20, "decrease", "cap_exceeded"),
        (400, "decrease", "cap_reliably"),
    ],
)
def test_a_sum_to_reach_and_a_sum_not_to_exceed(said, value, direction, message):
    values = np.round(20 + 2 * NOISE)
    target = {"value": value, "kind": "cumulative", "since": "2025-10", "by": "2026-06"}
    counts = [(each, np.nan) for each in values]
    assert said(values, target, counts, direction=direction, **COUNT).message == message


def test_the_pace_that_is_needed_is_said_against_what_the_process_does(said):
    values = np.round(30 + 2 * NOISE)
    done = values[33:].sum()
    target = {"value": done + 6 * 41, "kind": "cumulative", "since": "2025-10", "by": "2026-06"}
    sentence = render(said(values, target, [(each, np.nan) for each in values], **COUNT))
    assert f"has {done:.0f} lines and needs 41 lines a month; the process runs 2" in sentence
    assert "without a change of the process" in sentence


def test_an_average_of_a_year_is_said_as_an_average(said):
    counts = [(value, 100) for value in np.round(71 + 4 * (NOISE - NOISE[33:].mean()))]
    target = {"value": 71.1, "kind": "cumulative", "since": "2025-10", "by": "2026-06"}
    finding = said([a / b for a, b in counts], target, counts, **SHARE)
    assert finding.message == "average_chance"
    assert "the average is 71.3% of permits so far, to be 71.1% of permits by June 2026" in render(finding)


def test_the_path_and_the_form_are_told_beside(said):
    behind = said(STEADY, {"kind": "level", "path": {"2025-12": 12, "2026-12": 14}})
    assert "path_behind" in behind.caveats
    assert "behind its path, which plans 12 days for now" in caveat("path_behind", behind)
    drifting = said(DRIFT, {"value": 40, "kind": "level", "by": "2026-06"})
    assert "forecast_damped" in drifting.caveats


def test_what_was_lost_is_told(said):
    values = np.where(np.arange(36) == 20, 4.0, STEADY)
    finding = said(values, {"value": 6, "kind": "maintain"})
    assert "lost in September 2024" in caveat("lost", finding)
