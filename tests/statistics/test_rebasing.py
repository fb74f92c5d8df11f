"""Proposals to rebase a median: the published wards, boundaries."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.rebasing import Proposal, first_median, proposals


@pytest.mark.parametrize("side", ["both", "above"])
def test_the_wards_as_published(reference, shared, side):
    case = reference("targets", "rebase-runcharter")
    rows = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    first, run = case["inputs"]["med_rows"], case["inputs"]["runlength"]
    got = []
    for ward, own in rows.groupby("grp"):
        dates, y = own["date"].tolist(), own["y"]
        got += [ward, first_median(y, first), dates[0], dates[first - 1], "baseline"]
        for each in proposals(y, first=first, run=run, side=side):
            got += [ward, each.after, dates[each.start], dates[each.end], "sustained"]
    assert got == case["expected"][side]


def test_a_run_of_nine_is_a_proposal_and_one_of_eight_is_not():
    base = [4, 6] * 6 + [4, 3]
    assert proposals([*base, *[9] * 8]) == []
    assert proposals([*base, *[9] * 9]) == [Proposal(start=14, end=22, before=4.0, after=9.0, length=9)]


def test_a_longer_run_is_counted_whole_and_its_median_is_of_the_first_nine():
    first, second = proposals([5] * 13 + [9] * 9 + [7] * 12)
    assert first == Proposal(start=13, end=21, before=5.0, after=9.0, length=21)
    assert second == Proposal(start=22, end=30, before=9.0, after=7.0, length=12)


def test_points_on_the_median_and_missing_ones_are_skipped():
    found = proposals([5] * 13 + [9, 9, 9, 5, 9, 9, np.nan, 9, 9, 9, 9])
    assert found == [Proposal(start=13, end=23, before=5.0, after=9.0, length=9)]


def test_the_search_goes_on_from_the_new_median():
    found = proposals([5] * 13 + [9] * 9 + [3] * 9)
    assert [(each.start, each.before, each.after) for each in found] == [(13, 5.0, 9.0), (22, 9.0, 3.0)]


def test_a_side_may_be_chosen():
    series = [5] * 13 + [3] * 9 + [9] * 9
    assert [each.start for each in proposals(series, side="above")] == [22]
    assert [each.start for each in proposals(series, side="below")] == [13]


@pytest.mark.parametrize("series", [[], [5.0], [5.0, 9.0], [5.0] * 12, [5.0] * 40, [np.nan] * 40])
def test_short_and_constant_series_have_no_proposal(series):
    assert proposals(series) == []


def test_fewer_points_than_the_first_median_needs():
    assert np.isnan(first_median([1, np.nan, 3], first=3))
    assert first_median([1, np.nan, 3, 8], first=3) == 3.0


def test_a_median_of_no_points_is_refused():
    with pytest.raises(ValueError, match="first=0"):
        proposals([1, 2], first=0)


@given(st.lists(st.integers(-9, 9), max_size=60), st.integers(-1000, 1000))
def test_proposals_are_mirrored_and_moved_with_the_series(series, by):
    values = np.array(series, float)
    found = proposals(values, first=5, run=4)
    mirrored, moved = proposals(-values, first=5, run=4), proposals(values + by, first=5, run=4)
    places = [(each.start, each.end, each.length) for each in found]
    assert [(each.start, each.end, each.length) for each in mirrored] == places
    assert [(each.start, each.end, each.length) for each in moved] == places
    assert [each.after for each in mirrored] == [-each.after for each in found]
    assert [each.after for each in moved] == pytest.approx([each.after + by for each in found])
