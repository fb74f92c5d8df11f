import pytest

from workbench.statistics.presentation import (
    exact_interval,
    presentation_of_count,
    presentation_of_proportion,
)


def test_exact_interval_of_a_known_case():
    # Newcombe 1998 (single proportion), table I: 15/148 0.0578 to 0.1617; 0/20 to 0.1684
    assert exact_interval(15, 148) == pytest.approx((0.0578, 0.1617), abs=6e-5)
    assert exact_interval(0, 20) == pytest.approx((0, 0.1684), abs=6e-5)
    assert exact_interval(20, 20) == pytest.approx((1 - 0.1684, 1), abs=6e-5)


def test_29_cases_are_too_few_and_30_are_not():
    assert presentation_of_proportion(0, 29).word == "unreliable"
    assert presentation_of_proportion(0, 30).word == "review"
    assert presentation_of_proportion(300, 1000, effective_n=29.4).reasons == (
        "fewer than 30 cases to go by (29)",
    )


def test_effective_cases_are_at_most_the_cases_there_are():
    assert presentation_of_proportion(10, 20, effective_n=500).word == "unreliable"


def test_a_narrow_interval_is_shown_however_small_the_proportion():
    # 3 of 1000: 0.06 to 0.87 %, less than 5 points though three times the figure
    assert presentation_of_proportion(3, 1000).word == "show"
    # 6 of 400: 0.55 to 3.24 %, 2.7 points and 179 % of the figure
    assert presentation_of_proportion(6, 400).word == "show"


def test_an_interval_of_30_points_is_too_wide():
    # exact limits of 20/40 are 0.338 and 0.662, of 25/50 0.355 and 0.645
    found = presentation_of_proportion(20, 40)
    assert found.word == "unreliable"
    assert found.reasons == ("the interval is 32 points wide",)
    assert presentation_of_proportion(25, 50).word == "show"


def test_an_interval_of_more_than_130_percent_of_the_figure_is_too_wide():
    # 4/60: 0.018 to 0.162, 216 % of 0.067
    found = presentation_of_proportion(4, 60)
    assert found.word == "unreliable"
    assert "130 %" in found.reasons[0]


def test_a_complement_that_is_too_uncertain_gets_a_footnote():
    assert presentation_of_proportion(56, 60).word == "footnote"


def test_nobody_and_everybody_need_review():
    assert presentation_of_proportion(0, 400).word == "review"
    assert presentation_of_proportion(400, 400).word == "review"


def test_seven_degrees_of_freedom_need_review_and_widen_the_interval():
    assert presentation_of_proportion(300, 1000, degrees=8).word == "show"
    assert presentation_of_proportion(300, 1000, degrees=7).word == "review"
    # 25/50 is shown as it is, but with 3 degrees its interval is too wide: nothing is left to review
    found = presentation_of_proportion(25, 50, degrees=3)
    assert found.word == "unreliable"
    assert len(found.reasons) == 1


def test_nine_events_are_too_few_and_ten_are_not():
    assert presentation_of_count(9).word == "unreliable"
    assert presentation_of_count(10).word == "show"
    assert presentation_of_count(10, denominator=9).word == "unreliable"


def test_a_rate_is_judged_by_the_width_of_its_own_limits():
    # 0.04 wide at 0.025 is 160 %; a little more is too much
    assert presentation_of_count(50, (0.01, 0.05), value=0.025).word == "show"
    found = presentation_of_count(50, (0.01, 0.0502), value=0.025)
    assert found.word == "unreliable"
    assert found.reasons == ("the interval is 161 % of the figure wide",)


def test_limits_that_are_not_known_are_not_reliable():
    found = presentation_of_count(50, (float("nan"), float("nan")))
    assert (found.word, found.reasons) == ("unreliable", ("its interval is not known",))


def test_a_count_with_few_degrees_of_freedom_needs_review():
    assert presentation_of_count(50, degrees=7).word == "review"
    assert presentation_of_count(50, degrees=8).reasons == ()
