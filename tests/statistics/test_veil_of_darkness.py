import numpy as np
import pytest
from scipy.optimize import minimize

from workbench.statistics.daylight import sun_times
from workbench.statistics.veil_of_darkness import after_dark, logistic, natural_spline, veil_of_darkness

DAYS = np.arange("2017-01-01", "2018-01-01", dtype="datetime64[D]")
SUMMER = (np.datetime64("2017-03-12") <= DAYS) & (np.datetime64("2017-11-05") > DAYS)
EVENINGS = sun_times(DAYS, 44.98, -93.27)[["sunset", "dusk"]].to_numpy() - 360 + 60 * SUMMER[:, None]
SEEDS = range(150)


def stops(seed, odds_ratio, count=6000, places=1):
    """Evening stops of a year: the group's share rises with the hour, differs by place, and shifts in darkness."""
    rng = np.random.default_rng(seed)
    day, clock = rng.integers(0, len(DAYS), count), rng.integers(900, 1380, count)
    place = rng.integers(0, places, count)
    dark = after_dark(clock, *EVENINGS[day].T)
    line = -1 + 2 * (clock - 1140) / 240 + 2 * place / places + np.log(odds_ratio) * (dark == 1)
    own = rng.random(count) < 1 / (1 + np.exp(-line))
    return clock, dark, own.astype(int), (~own).astype(int), place


@pytest.fixture(scope="module")
def found():
    """Answers on the simulated years without and with an effect of darkness."""
    return {truth: [veil_of_darkness(*stops(seed, truth)[:4]) for seed in SEEDS] for truth in (1.0, 1.4)}


@pytest.mark.parametrize("truth", [1.0, 1.4])
def test_the_interval_holds_the_planted_odds_ratio_95_times_in_100(found, truth):
    held = np.mean([veil.lower <= truth <= veil.upper for veil in found[truth]])
    assert 0.91 <= held <= 0.99  # 150 years: 0.95 give or take two standard errors of 0.018


def test_a_planted_odds_ratio_is_found_and_none_is_seldom_imagined(found):
    assert np.mean([veil.p < 0.05 for veil in found[1.4]]) > 0.7
    assert np.mean([veil.p < 0.05 for veil in found[1.0]]) < 0.09
    middle = np.exp(np.mean([np.log(veil.odds_ratio) for veil in found[1.4]]))
    assert middle == pytest.approx(1.4, rel=0.03)


def test_who_drives_at_night_does_not_look_like_an_effect_of_darkness():
    clock, dark, own, other, _ = stops(7, 1.0, count=60_000)
    shares = [own[dark == state].mean() / other[dark == state].mean() for state in (1, 0)]
    assert shares[0] / shares[1] > 1.8  # compared crudely
    veil = veil_of_darkness(clock, dark, own, other)
    assert veil.odds_ratio == pytest.approx(1.0, abs=0.08)
    assert veil.lower < 1 < veil.upper


def test_stops_that_move_between_places_after_dark_need_the_places_held_the_same():
    rng = np.random.default_rng(3)
    clock, dark = rng.integers(1020, 1260, 20_000), rng.integers(0, 2, 20_000)
    place = (rng.random(20_000) < 0.3 + 0.4 * dark).astype(int)
    own = (rng.random(20_000) < 0.2 + 0.4 * place).astype(int)
    crude = veil_of_darkness(clock, dark, own, 1 - own)
    held = veil_of_darkness(clock, dark, own, 1 - own, control=place)
    assert crude.odds_ratio > 1.8
    assert held.lower < 1 < held.upper
    assert held.method.endswith("places or periods held the same")


def test_at_one_clock_time_it_is_the_odds_ratio_of_the_four_counts():
    # 30 x 60 / (10 x 20) = 9 and Woolf's error; both by hand
    veil = veil_of_darkness([1100, 1100], [1, 0], [30, 20], [10, 60])
    reach = 1.959963984540054 * np.sqrt(1 / 30 + 1 / 10 + 1 / 20 + 1 / 60)
    assert veil.odds_ratio == pytest.approx(9)
    assert (veil.lower, veil.upper) == pytest.approx((9 * np.exp(-reach), 9 * np.exp(reach)))
    assert (veil.dark, veil.light, veil.own_dark, veil.own_light) == (40, 80, 30, 20)
    assert veil.window == (1100, 1100)
    assert veil.state == "value"


def test_counts_of_one_row_are_as_good_as_a_row_a_stop():
    clock, dark, own, other, place = stops(5, 1.4, count=3000, places=3)
    once = veil_of_darkness(clock, dark, own, other, place)
    twice = veil_of_darkness(
        *(np.repeat(a, 2) for a in (clock, dark)), *_halves(own, other), np.repeat(place, 2)
    )
    assert once == twice


def _halves(own, other):
    return np.column_stack([own, 0 * own]).ravel(), np.column_stack([0 * other, other]).ravel()


@pytest.mark.parametrize(
    ("dark", "own", "other"),
    [
        ([1, 0, 1, 0], [0, 5, 0, 7], [9, 9, 9, 9]),
        ([1, 0, 1, 0], [5, 5, 3, 7], [0, 9, 0, 9]),
        ([1, 1, 1, 1], [5, 5, 3, 7], [4, 9, 3, 9]),
        ([np.nan] * 4, [5, 5, 3, 7], [4, 9, 3, 9]),
        ([1, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
    ids=["never in darkness", "alone in darkness", "only darkness", "only twilight", "no stops"],
)
def test_without_both_sides_in_both_lights_it_cannot_be_told(dark, own, other):
    veil = veil_of_darkness([1100, 1100, 1160, 1160], dark, own, other)
    assert veil.state == "cannot be told"
    assert np.isnan([veil.odds_ratio, veil.lower, veil.upper, veil.p]).all()


def test_no_rows_at_all_cannot_be_told():
    veil = veil_of_darkness([], [], [], [])
    assert (veil.state, veil.dark, veil.light) == ("cannot be told", 0, 0)


def test_darkness_that_is_the_same_as_a_control_cannot_be_told_apart_from_it():
    rng = np.random.default_rng(1)
    clock, dark = np.tile(np.arange(1020, 1260), 4), np.repeat([1, 0], 480)
    own = rng.integers(1, 5, 960)
    assert veil_of_darkness(clock, dark, own, 5 - own, control=dark).state == "cannot be told"
    assert veil_of_darkness(clock, dark, own, 5 - own).state == "value"


def test_separation_behind_a_control_gives_no_huge_number():
    # Among evenings of each place all of the group are stopped by daylight in one, in darkness in the other.
    veil = veil_of_darkness(
        [1100] * 4, [1, 0, 1, 0], [6, 0, 8, 3], [0, 6, 0, 0], control=["east", "east", "west", "west"]
    )
    assert veil.state == "cannot be told"


def test_a_place_with_stops_of_one_side_only_adds_nothing():
    clock, dark, own, other, place = stops(11, 1.4, count=3000, places=2)
    lonely = np.full(200, 2)
    more = [np.concatenate([a, b]) for a, b in ((clock, clock[:200]), (dark, dark[:200]))]
    both = veil_of_darkness(
        *more,
        np.concatenate([own, np.ones(200)]),
        np.concatenate([other, np.zeros(200)]),
        np.concatenate([place, lonely]),
    )
    assert both == veil_of_darkness(clock, dark, own, other, place)


def test_only_clock_times_that_are_seen_in_both_lights_are_used():
    # 17:00 is always light and 23:00 always dark here: their stops say nothing.
    clock, dark = [1020, 1100, 1100, 1380], [0, 1, 0, 1]
    with_them = veil_of_darkness(clock, dark, [500, 30, 20, 900], [1, 10, 60, 2])
    assert with_them == veil_of_darkness([1100, 1100], [1, 0], [30, 20], [10, 60])


def test_twilight_and_times_outside_the_window_are_neither_dark_nor_light():
    # Dusk at 17:10 in winter and 21:40 in summer: 17:00 and 21:50 are outside.
    sunset, dusk = (
        np.array([1000, 1000, 1000, 1265, 1265, 1265]),
        np.array([1030, 1030, 1030, 1300, 1300, 1300]),
    )
    found = after_dark([1020, 1030, 1100, 1265, 1280, 1310], sunset, dusk)
    assert np.array_equal(found, [np.nan, 1, 1, 0, np.nan, np.nan], equal_nan=True)


def test_a_day_without_dusk_has_neither_and_none_at_all_is_all_missing():
    assert np.array_equal(
        after_dark([1100, 1100], [1000, np.nan], [1030, np.nan]), [np.nan, np.nan], equal_nan=True
    )
    assert np.isnan(after_dark([1100], [np.nan], [np.nan])).all()


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="-1"):
        veil_of_darkness([1100, 1100], [1, 0], [3, -1], [1, 1])


def test_the_regression_is_at_the_maximum_of_the_likelihood():
    rng = np.random.default_rng(2)
    design = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    total = rng.integers(1, 30, 40)
    own = rng.binomial(total, 0.3)

    def loss(coefficients):
        line = design @ coefficients
        return (total * np.log1p(np.exp(line)) - own * line).sum()

    best = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-7})
    assert logistic(design, own, total)[0] == pytest.approx(best.x, abs=1e-5)


def test_the_spline_has_six_columns_that_bend_inside_and_end_straight():
    columns = natural_spline(np.linspace(0, 240, 2000), np.ones(2000))
    assert columns.shape == (2000, 6)
    assert columns.T @ columns == pytest.approx(np.eye(6), abs=1e-12)
    bend = np.abs(np.diff(columns, 2, axis=0))
    assert (bend[[0, -1]] < 0.02 * bend.max()).all()


def test_the_spline_has_fewer_columns_where_there_are_few_clock_times():
    assert natural_spline(np.array([5.0, 5.0]), np.ones(2)).shape == (2, 0)
    assert natural_spline(np.array([5.0, 6.0, 5.0]), np.ones(3)).shape == (3, 1)


def test_a_group_of_so_few_that_the_regression_does_not_settle_cannot_be_told():
    clock = np.arange(1020, 1260, 15)
    own = {0: [0, 1, 1, 2, *[0] * 12], 1: [*[0] * 14, 1, 0]}
    other = {
        0: [52, 72, 70, 68, 52, 54, 52, 48, 38, 43, 39, 27, 33, 26, 14, 3],
        1: [9, 11, 20, 25, 29, 30, 30, 33, 36, 39, 50, 42, 46, 52, 49, 66],
    }
    veil = veil_of_darkness([*clock, *clock], [0] * 16 + [1] * 16, own[0] + own[1], other[0] + other[1])
    assert veil.state == "cannot be told"
    assert (veil.own_dark, veil.own_light) == (1, 4)
