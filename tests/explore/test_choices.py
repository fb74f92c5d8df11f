"""What can be chosen, and the rows that a choice leaves."""

import pandas as pd
import pytest
import toy_app

from workbench.explore.choices import CONTROLS, chosen, options, parts

MEASURE, GROUP, PLACE, PERIOD = CONTROLS


def test_each_control_offers_what_the_results_have():
    results = toy_app.results()
    assert options(results, GROUP) == [
        ("All groups", ""),
        ("Black (race)", "race/black"),
        ("White (race)", "race/white"),
    ]
    assert [value for _, value in options(results, PLACE)] == ["", "hood/Phillips", f"hood/{toy_app.HOSTILE}"]
    assert [value for _, value in options(results, PERIOD)] == ["", "2025-Q4", "2025-Q3"]
    assert options(results, MEASURE) == []


def test_a_place_with_a_slash_in_its_name_keeps_it():
    results = toy_app.results()
    waterfront = "South Boston / South Boston Waterfront"
    named = results.with_frames(rates=results.rates.replace({"place": {"Phillips": waterfront}}))
    assert [label for label, _ in options(named, PLACE)] == [
        "All places",
        f"{waterfront} (hood)",
        f"{toy_app.HOSTILE} (hood)",
    ]
    assert parts(f"hood/{waterfront}") == ("hood", waterfront)
    assert parts(waterfront) == ("", waterfront)
    assert parts("") == ("", "")


def test_a_period_is_offered_in_words():
    results = toy_app.results()
    assert [label for label, _ in options(results, PERIOD)][1:] == [
        "Fourth quarter of 2025",
        "Third quarter of 2025",
    ]
    named = results.with_frames(rates=results.rates.assign(interval=["spring", "autumn"] * 6))
    assert [label for label, _ in options(named, PERIOD)][1:] == ["spring", "autumn"]


def test_one_value_is_no_choice():
    results = toy_app.results()
    only = results.rates[results.rates.interval == "2025-Q4"]
    assert options(results.with_frames(rates=only), PERIOD) == []


def test_choices_leave_the_rows_that_have_all_of_them():
    rates = chosen(
        toy_app.results(), {"group": "race/black", "place": "hood/Phillips", "period": "2025-Q4"}
    ).rates
    assert rates[["interval", "group", "place"]].to_dict("records") == [
        {"interval": "2025-Q4", "group": "black", "place": "Phillips"}
    ]


def test_a_frame_without_the_chosen_value_keeps_its_rows():
    results = toy_app.results()
    city = results.with_frames(rates=results.rates[results.rates.place == "all"])
    assert len(chosen(city, {"place": "hood/Phillips"}).rates) == 4


def test_the_results_are_not_changed():
    results = toy_app.results()
    before = results.rates.copy(deep=True)
    chosen(results, {"group": "race/black"})
    pd.testing.assert_frame_equal(results.rates, before)


def test_rows_without_a_place_are_no_choice():
    results = toy_app.results()
    blank = results.with_frames(rates=results.rates.assign(place_level=None))
    assert options(blank, PLACE) == []


@pytest.mark.parametrize("unknown", ["race/green", "black"])
def test_an_unknown_value_changes_nothing(unknown):
    results = toy_app.results()
    assert len(chosen(results, {"group": unknown}).rates) == len(results.rates)
