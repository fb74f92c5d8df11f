from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.littles_law import littles_law, wip

STARTS, ENDS = [0, 1, 3], [2, 4, nan]


def test_the_terms_of_the_law_by_hand():
    law = littles_law(STARTS, ENDS, since=0, until=4)
    assert (law.opened, law.closed) == (2, 2)  # the case of time 0 was open before
    assert (law.wip_at_start, law.wip_at_end, law.drift) == (1, 1, 0)
    assert law.mean_wip == (2 + 3 + 1) / 4
    assert (law.arrivals, law.mean_time, law.product) == (2 / 4, (2 + 3) / 2, 1.25)
    assert law.ageing == 1 / 4  # the one open at the end is 1 old, the one at the start was new


def test_what_happens_after_the_window_is_not_known_yet():
    closed_later = littles_law([*STARTS, 5], [2, 4, 9, 6], since=0, until=4)
    assert closed_later == littles_law(STARTS, ENDS, since=0, until=4)


def test_work_in_progress_counts_a_case_from_its_start_until_its_end():
    assert wip(STARTS, ENDS, [-1, 0, 1, 2, 3, 4, 99]).tolist() == [0, 1, 2, 1, 2, 1, 1]
    assert wip([], [], [0]).tolist() == [0]


def test_a_steady_flow_may_use_the_law():
    starts = np.arange(1000.0)
    law = littles_law(starts, starts + 20, since=100, until=900)
    assert (law.mean_wip, law.arrivals, law.mean_time, law.drift, law.ageing) == (20, 1, 20, 0, 0)
    assert law.product == law.mean_wip
    assert law.may_be_used


def test_a_growing_backlog_may_not_use_the_law():
    starts = np.arange(1000.0)
    law = littles_law(starts, starts * 1.25, since=100, until=900)  # the wait grows with the backlog
    assert law.drift == 160
    assert not law.may_be_used


def test_old_cases_left_lying_are_seen_where_the_number_of_open_cases_stands_still():
    starts = np.concatenate([np.zeros(30), np.arange(1.0, 101)])
    ends = np.concatenate([np.full(30, nan), np.arange(1.0, 101) + 0.5])
    law = littles_law(starts, ends, since=0.9, until=100.9)
    assert (law.drift, law.wip_at_start) == (0, 30)
    assert law.ageing == pytest.approx(30)
    assert (law.product, law.mean_wip) == (pytest.approx(0.5), pytest.approx(30.5))
    assert not law.may_be_used


def test_a_drift_of_a_tenth_of_what_was_closed_is_the_most():
    starts, ends = np.arange(0.5, 11), np.append(np.arange(0.5, 10) + 0.25, inf)
    law = littles_law(starts, ends, since=0, until=10.51)
    assert (law.closed, law.drift) == (10, 1)
    assert law.may_be_used
    one_more = littles_law([*starts, 10.5], [*ends, nan], since=0, until=10.51)
    assert (one_more.closed, one_more.drift) == (10, 2)
    assert not one_more.may_be_used


def test_where_nothing_closed_there_is_no_time():
    law = littles_law([1, 2], [nan, nan], since=0, until=4)
    assert (law.mean_time, law.product, law.drift, law.may_be_used) == (None, None, 2, False)


def test_without_cases_all_is_zero():
    law = littles_law([], [], since=0, until=4)
    assert (law.opened, law.mean_wip, law.arrivals, law.mean_time, law.may_be_used) == (0, 0, 0, None, False)


@pytest.mark.parametrize(("starts", "ends"), [([2], [1]), ([nan], [1])])
def test_a_case_that_ends_before_it_starts_is_refused(starts, ends):
    with pytest.raises(AssertionError, match="missing or after its end"):
        littles_law(starts, ends, since=0, until=4)


cases = st.lists(
    st.tuples(st.integers(0, 100), st.one_of(st.none(), st.integers(0, 60))), min_size=1, max_size=40
)


def as_arrays(pairs) -> tuple[np.ndarray, np.ndarray]:
    starts = np.array([start for start, _ in pairs], float)
    return starts, starts + np.array([nan if took is None else took for _, took in pairs])


@given(cases, st.integers(0, 80), st.integers(1, 40))
def test_lambda_w_is_l_but_for_drift_and_ageing(pairs, since, length):
    law = littles_law(*as_arrays(pairs), since=since, until=since + length)
    assert law.drift == law.opened - law.closed
    done = 0 if law.mean_time is None else law.mean_time * law.closed / length
    assert done == pytest.approx(law.mean_wip - law.ageing)


@given(cases, st.integers(0, 80), st.integers(1, 40))
def test_l_is_the_average_of_work_in_progress_over_time(pairs, since, length):
    starts, ends = as_arrays(pairs)
    law = littles_law(starts, ends, since=since, until=since + length)
    # All changes are at whole times, so the number in the middle of each unit holds for all of it.
    assert law.mean_wip == pytest.approx(wip(starts, ends, np.arange(since, since + length) + 0.5).mean())


@given(cases, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_cases_changes_nothing(pairs, random):
    # Thirds, of which sums differ in the last bits by the order of their terms.
    starts, ends = (times / 3 for times in as_arrays(pairs))
    order = random.sample(range(len(pairs)), len(pairs))
    window = {"since": 3, "until": 20}
    assert littles_law(starts[order], ends[order], **window) == littles_law(starts, ends, **window)
