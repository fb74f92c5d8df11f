"""Published and header figures of real public data, in the pages that a reader sees.

Sources of the figures: the data catalogue's «published», «header» and recomputed values.
"""

import re

import pytest

SEARCHES = ("police-2017", "police/disparity_review/person-search")
VEHICLES = ("police-2017", "police/disparity_review/vehicle-search")
ON_TIME = ("requests-2015", "requests/disparity_review/closed-on-time")
RECEIPT = ("permits-2011-Q4", "permits/process_timing/receipt")
TRANSIT = ("transit-2018-Q1", "transit/target_tracking/all")
INDICATORS = ("indicators-2023", "indicators/target_tracking/all")


def test_real_stops_all_rows_are_read(page):
    assert "51,920 rows read" in page(*SEARCHES)


def test_real_stops_black_persons_are_searched_two_and_a_half_times_as_often(page):
    text = page(*SEARCHES)
    assert "Black 3,099 15,220 20.4" in text  # .2036
    assert "White 954 11,703 8.2" in text  # .0815
    assert re.search(r"Black Whole city White residents 20\.4 8\.2 12\.2 11\.4 13\.0 2\.50 ", text)


def test_real_stops_black_drivers_vehicles_are_searched_three_times_as_often(page):
    text = page(*VEHICLES)
    assert re.search(r"Black Whole city White residents 12\.4 4\.2 8\.3 7\.64 8\.9 2\.98 ", text)


def test_real_stops_the_gap_is_told_within_the_same_neighborhood(page):
    assert "Comparing people in the same neighborhood, the gap for Black residents is 7.9" in page(*SEARCHES)


def test_real_stops_unknown_race_is_a_number_of_its_own_and_not_compared(page):
    text = page(*SEARCHES)
    assert "(9,219 of 43,699 in 2017)" in text
    assert "Not recorded 99 9,219" in text
    assert "Not recorded Whole city White residents" not in text


def test_real_requests_rows_and_what_is_not_in_the_numbers(page):
    text = page(*ON_TIME)
    assert "121,145 rows read" in text
    assert "17,070 set aside (default coordinate)" in text
    assert "10,955 set aside (no place)" in text


@pytest.mark.parametrize(
    ("neighborhood", "share"),
    [("West Roxbury", "87.6"), ("Roxbury", "81.7"), ("South Boston / South Boston Waterfront", "75.0")],
)
def test_real_requests_share_closed_on_time_by_neighborhood(page, neighborhood, share):
    assert re.search(rf" {re.escape(neighborhood)} [\d,]+ [\d,]+ {share} ", page(*ON_TIME))


def test_real_permits_the_log_is_counted_as_its_header_says(page):
    text = page(*RECEIPT)
    for figure in ("Cases 1,434", "Events 8,577", "Activities 27", "Variants 116", "Edges 99"):
        assert figure in text
    assert "467,263.915 seconds" in text
    assert "2,868.58" in text


def test_real_permits_closed_cases_alone_and_the_kaplan_meier_figure_beside_it(page):
    text = page(*RECEIPT)
    assert "Median lead time, closed cases only 50.6 days" in text
    assert "Median lead time, open cases counted as waiting 52.6 days (51.3 days to 54.3 days)" in text


def test_real_transit_a_target_of_zero_means_none(page):
    text = page(*TRANSIT)
    assert "9,213 rows read" in text
    assert "6,504 rows read" in text
    assert "target of 0" not in text


def test_real_transit_directions_up_down_and_neutral_are_judged(page):
    text = page(*TRANSIT)
    for title in ("Mean distance between failures, buses", "wheelchair lift", "lost time", "Elevator"):
        assert title in text


def test_real_indicators_the_plain_direction_rule_gives_the_published_verdicts(page):
    """Of the first 40 of the file on a page; tests of target tracking reproduce all 351."""
    assert (
        "Of 40 measures whose latest value can be held against a target, 26 met it and 14 did not."
        in page(*INDICATORS)
    )
