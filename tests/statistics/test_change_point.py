import numpy as np
import pytest

from workbench.statistics.change_point import ChangePoint, change_point, weekly_medians


def series(seed: int, weeks: int = 52, alike: float = 0.3, size: float = 0.0, first: int = 26) -> np.ndarray:
    """Weeks of spread 1 that are as alike as said, with a change put in."""
    random = np.random.default_rng([seed, weeks])
    made = random.normal(size=weeks + 30)
    for week in range(1, made.size):
        made[week] = alike * made[week - 1] + np.sqrt(1 - alike**2) * made[week]
    made[30 + first :] += size
    return made[30:]


def test_a_plain_change_is_found_where_it_is():
    levels = np.tile([10.0, 10.2, 9.9], 8)
    levels[14:] += 3
    got = change_point(levels)
    assert (got.weeks, got.first) == (24, 14)
    assert 12 <= got.earliest <= 14 <= got.latest <= 15
    assert got.size == pytest.approx(3.0, abs=0.11)
    assert got.lower < 3.0 < got.upper
    assert got.p == 0.001


def test_too_few_weeks_are_an_answer():
    assert change_point(np.arange(23.0)) == ChangePoint(23)
    assert change_point([*np.arange(23.0), np.nan]) == ChangePoint(23)
    assert change_point(np.arange(24.0)).weeks == 24


@pytest.mark.parametrize("first", [5, 6, 18, 19])
def test_six_weeks_are_left_at_both_ends(first):
    levels = np.tile([1.0, 1.2, 0.9], 8)
    levels[first:] += 9
    assert (change_point(levels, replicates=19).first == first) == (6 <= first <= 18)


def test_weeks_without_a_level_keep_their_place():
    levels = series(3, size=4.0)
    gaps = np.insert(levels, [5, 5, 40], np.nan)
    plain, with_gaps = change_point(levels), change_point(gaps)
    assert (plain.first, with_gaps.first, with_gaps.weeks) == (26, 28, 52)
    assert (with_gaps.p, with_gaps.size) == (plain.p, plain.size)


def test_a_series_that_never_varies_has_no_change():
    got = change_point(np.full(30, 7.0), replicates=19)
    assert (got.p, got.size, got.lower, got.upper) == (1.0, 0.0, 0.0, 0.0)


def test_the_same_seed_gives_the_same_answer():
    levels = series(1, size=1.0)
    assert change_point(levels, replicates=49) == change_point(levels, replicates=49)
    assert change_point(levels, replicates=49, seed=2) != change_point(levels, replicates=49)


def test_slower_and_faster_are_alike():
    levels = series(1, size=2.0)
    up, down = change_point(levels), change_point(-levels)
    assert (up.first, up.size, up.autocorrelation) == (
        down.first,
        -down.size,
        pytest.approx(down.autocorrelation),
    )


@pytest.mark.parametrize(
    ("weeks", "alike", "alarms"), [(26, 0.0, 1), (52, 0.3, 2), (104, 0.3, 12), (104, 0.5, 12)]
)
def test_false_alarms_of_series_without_a_change(weeks, alike, alarms):
    p = [change_point(series(k, weeks, alike), replicates=99).p for k in range(200)]
    assert sum(each <= 0.05 for each in p) == alarms  # of 200: at most 6 in 100


@pytest.mark.parametrize(
    ("weeks", "first", "found", "held", "sized"), [(52, 26, 38, 40, 39), (104, 90, 35, 35, 37)]
)
def test_what_is_found_of_a_change_of_two_spreads(weeks, first, found, held, sized):
    got = [change_point(series(k, weeks, 0.3, 2.0, first), replicates=199) for k in range(40)]
    assert (
        sum(each.p <= 0.05 for each in got),
        sum(each.earliest <= first <= each.latest for each in got),
        sum(each.lower <= 2.0 <= each.upper for each in got),
    ) == (found, held, sized)  # of 40


def test_weekly_medians_of_cases_that_have_ended():
    weeks, medians = weekly_medians([1, 3, 5, 2, 4], [True] * 5, [10, 10, 10, 12, 12])
    assert weeks.tolist() == [10, 11, 12]
    assert medians == pytest.approx([3, np.nan, 2], nan_ok=True)


def test_weeks_that_were_not_followed_for_long_are_left_out():
    # Half of all end by day 4. Week 3 was followed for 7 days only: its quick cases are no sign of speed.
    days = [4, 4, 6, 4, 4, 9, 1, 1, 7]
    ended = [True, True, True, True, True, True, True, True, False]
    _, medians = weekly_medians(days, ended, np.repeat([1, 2, 3], 3))
    assert medians == pytest.approx([4, 4, np.nan], nan_ok=True)


def test_a_slow_week_counts_as_long_as_it_was_followed():
    days = [4, 4, 6, 4, 4, 9, 4, 20, 20]
    ended = [True, True, True, True, True, True, True, False, False]
    _, medians = weekly_medians(days, ended, np.repeat([1, 2, 3], 3))
    assert medians.tolist() == [4, 4, 20]


def test_a_week_is_followed_for_as_long_as_its_last_case_could_be_seen():
    # The third case of week 2 was withdrawn after 1 day; week 3 was followed for 7 days, less than twice 4.
    days, ended = [4, 4, 6, 4, 4, 1, 3, 3, 7], [True, True, True, True, True, False, True, True, False]
    _, by_wait = weekly_medians(days, ended, np.repeat([1, 2, 3], 3))
    assert by_wait == pytest.approx([4, np.nan, np.nan], nan_ok=True)
    _, medians = weekly_medians(days, ended, np.repeat([1, 2, 3], 3), [40, 39, 38, 30, 29, 28, 9, 8, 7])
    assert medians == pytest.approx([4, 4, np.nan], nan_ok=True)


def test_a_week_of_which_all_left_for_other_reasons_has_no_median():
    _, medians = weekly_medians([4, 4, 4, 1, 1], [True] * 3 + [False] * 2, [1, 1, 1, 2, 2], [40] * 5)
    assert medians == pytest.approx([4, np.nan], nan_ok=True)


def test_without_a_usual_wait_there_are_no_medians():
    _, medians = weekly_medians([5, 5], [False, False], [1, 2])
    assert np.isnan(medians).all()
