"""What the first sentences of a gap say beside its size: whether it narrows, could turn, and what to ask."""

import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review import analyse, findings
from workbench.disparity_review.mix import patterns
from workbench.findings import Context, ask, render

CONTEXT = Context("disparity_review", "works", "potholes", "Pothole repair")
NOW = {"interval": "2025-Q4", "dimension": "race", "group": "black", "reference_group": "white"}
CITY = {"place_level": "city", "place": "all", "cells": ["a"], "state": "value", "method": "x"}


@pytest.fixture(scope="module")
def results(build_cube):
    """White residents fare better in every neighbourhood; one in ten has no recorded race."""
    rows = [
        ("2025-Q4", who, place, *counts)
        for place in ("Elm", "Oak", "Fir")
        for who, counts in (("white", (360, 400)), ("black", (210, 300)), ("unknown", (55, 77)))
    ]
    return analyse(build_cube(rows), period="2025-Q4")


def told(results, **frames):
    """All findings with these rows in place of the frames' own, and the gap of Black residents among them."""
    found = findings(
        results.with_frames(**{name: pd.DataFrame([row]) for name, row in frames.items()}), CONTEXT
    )
    return found, next(one for one in found if (one.question, one.group) == ("group", "black"))


def change(**changes):
    row = NOW | CITY | {"question": "group", "since": "same_last_year", "compared_interval": "2024-Q4"}
    row |= {
        "difference": -0.2,
        "difference_before": -0.1,
        "change": -0.1,
        "p": 0.01,
        "smallest_detectable": 0.1,
    }
    return row | {"change_lower": -0.15, "change_upper": -0.05, "verdict": "widening"} | changes


def split(share, lower, upper):
    row = (
        NOW
        | CITY
        | {"question": "group", "mix": "neighbourhood", "difference": -0.12, "verdict": "worse off"}
    )
    for name, value in (("composition", -0.08), ("treatment", -0.04)):
        row |= {name: value, f"{name}_lower": value - 0.02, f"{name}_upper": value + 0.02}
    shares = {"composition_share": share, "composition_share_lower": lower, "composition_share_upper": upper}
    return row | shares | {"parts": 3, "coverage": 1.0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "The gap has widened since the fourth quarter of 2024."),
        ({"verdict": "narrowing"}, "The gap has narrowed since the fourth quarter of 2024."),
        ({"difference_before": 0.1}, "The gap has turned round since the fourth quarter of 2024."),
        ({"verdict": "no detectable change"}, "The gap shows no detectable change since the fourth quarter of 2024."),
        ({"verdict": "can't tell yet"}, "Whether the gap is narrowing cannot be told yet."),
    ],
)  # fmt: skip
def test_a_gap_says_whether_it_narrows(results, changes, said):
    assert render(told(results, changes=change(**changes))[1]).endswith(said)


def test_a_hidden_change_is_not_said_beside_the_gap(results):
    hidden = change(state="suppressed", verdict="not shown, to protect privacy")
    assert "gap has" not in render(told(results, changes=hidden)[1])


def test_a_gap_that_could_turn_says_so_and_its_bounds_come_after_the_places(results):
    row = (
        NOW
        | CITY
        | {"unknown": 231, "unknown_share": 0.1, "difference": -0.2, "lowest": -0.3, "highest": 0.02}
    )
    row |= {"sign_certain": False} | {
        f"imputed_difference{side}": np.nan for side in ("", "_lower", "_upper")
    }
    found, own = told(results, bounds=row)
    assert render(own).endswith(
        "Depending on who the 231 without a recorded race are, the gap could turn round."
    )
    questions = [one.question for one in found]
    assert questions.index("bounds") > questions.index("neighbourhood")
    assert "could turn" not in render(told(results, bounds=row | {"sign_certain": True})[1])


@pytest.mark.parametrize(
    ("share", "question"),
    [
        ((0.9, 0.6, 1.4), "Which places does this gap go with"),
        ((1.3, 1.1, 1.9), "Which places does this gap go with"),
        ((0.66, 0.5, 0.9), "Which places does this gap go with"),
        ((0.33, 0.2, 0.5), "At which step do Black residents fare differently"),
        ((0.1, -0.3, 0.4), "At which step do Black residents fare differently"),
        ((0.5, 0.0, 1.0), "At which step do Black residents fare differently"),
    ],
)
def test_what_to_ask_follows_from_where_most_of_the_gap_is(results, share, question):
    assert ask(told(results, split=split(*share))[1]).startswith(question)


def test_what_is_within_places_follows_a_gap_at_once_only_where_the_gap_does_not_tell_it(results):
    row = (
        NOW
        | CITY
        | {"question": "group", "mix": "neighbourhood", "pattern": patterns.WITHIN, "verdict": "worse off"}
    )
    row |= {"difference": -0.2, "difference_lower": -0.3, "difference_upper": -0.1, "p": 0.001}
    row |= {"crude_difference": -0.2, "standardised_difference": -0.2, "homogeneity_p": 0.5}
    own = results.gaps[results.gaps["group"] == "black"]
    unsure = own[own["place_level"] == "city"].iloc[0].to_dict() | {"verdict": "can't tell yet"}
    for changed, follows in (({}, False), ({"gaps": unsure}, True)):
        questions = [one.question for one in told(results, adjusted=row, **changed)[0]]
        assert (questions.index("same_neighbourhood") == questions.index("group") + 1) is follows
