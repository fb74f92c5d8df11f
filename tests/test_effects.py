"""The rule that actions are judged by, and which actions meet."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.effects.course import Course
from workbench.effects.effect import SERIES, Effect, effect
from workbench.effects.overlap import near
from workbench.effects.registered import Registered
from workbench.effects.verdicts import result
from workbench.periods import Period
from workbench.statistics.interrupted_series import Missing
from workbench.statistics.newey_west import Estimate

DECLARED = {"title": "Counter", "owner": "Desk", "start": "2025-01-01", "registered": "2024-12-10"}


@pytest.mark.parametrize(("place", "is_near"), [("4", True), ("all", True), ("5", False), ("3", True)])
def test_actions_about_different_places_do_not_meet_unless_they_are_compared(place, is_near):
    own, other = (
        Registered(name, {"finding": f"target_tracking/permits/variation/all/{at}", **DECLARED, **more})
        for name, at, more in (
            ("own", "4", {"compared_with": "ward/3"}),
            ("other", place, {"compared_with": ""}),
        )
    )
    months = [Period.parse("2023-01").shift(step) for step in range(36)]
    level = np.full(36, 50.0)
    course = Course(months, level, level, None, None, 24, 0)
    assert (near(own, [own, other], course) is not None) == is_near


@given(by=st.floats(-8, 8), size=st.floats(0.1, 10))
@settings(max_examples=30)
def test_turning_values_and_direction_round_mirrors_the_result(by, size):
    estimate = Estimate(by, 1.0, by - 2, by + 2, 0.5)
    turned = Estimate(-by, 1.0, -by - 2, -by + 2, 0.5)
    told = [
        result(Effect(SERIES, Missing(0, 0), each), sign, size, 3.0)
        for each, sign in ((estimate, 1), (turned, -1))
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("lower", "upper", "size", "needed", "verdict", "advice", "more"),
    [
        (0.1, 4.0, 5.0, 0.0, "moved as expected", "keep", 0.0),
        (0.0, 4.0, 5.0, 0.0, "no clear change", "change", 0.0),
        (-1.0, 5.0, 5.0, 6.0, "no clear change", "can't tell yet", 6.0),
        (-1.0, 4.9, 5.0, 6.0, "no clear change", "change", 0.0),
        (-4.0, 0.0, 5.0, 0.0, "no clear change", "change", 0.0),
        (-4.0, -0.1, 5.0, 0.0, "moved the other way", "stop", 0.0),
    ],
)
def test_the_rule_at_its_bounds(lower, upper, size, needed, verdict, advice, more):
    found = Effect(SERIES, Missing(0, 0), Estimate((lower + upper) / 2, 1.0, lower, upper, 0.5))
    told = result(found, 1, size, needed)
    assert (str(told.verdict), told.advice, told.more) == (verdict, advice, more)


@pytest.mark.parametrize("is_compared", [False, True])
def test_of_two_hundred_actions_that_did_nothing_few_are_said_to_have_moved_anything(is_compared):
    draw, moved, found = np.random.default_rng(11), 0, 0
    for _ in range(200):
        values, other = draw.normal(size=36), draw.normal(size=36) if is_compared else None
        for step in (0, 2):
            own = values + step * (np.arange(36) >= 24)
            told = result(effect(Course([], own, own, None, other, 24, 0), is_compared), 1, np.nan, np.nan)
            moved += step == 0 and told.advice in ("keep", "stop")
            found += step == 2 and told.advice == "keep"
    assert moved <= 14  # of 200: 7 %
    assert found >= {False: 130, True: 170}[is_compared]
