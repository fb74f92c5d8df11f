import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from workbench.statistics.differences import miettinen_nurminen, newcombe, outermost, rate_difference

COUNTS = st.tuples(st.integers(0, 80), st.integers(1, 80)).map(lambda c: (min(c), max(c)))


def test_newcombe_gives_the_published_limits_without_events_in_one_group():
    # Newcombe 1998 (differences), table II, method 10: 5/56 v 0/29
    assert newcombe(5, 56, 0, 29) == pytest.approx((-0.0381, 0.1926), abs=6e-5)


def test_newcombe_gives_the_published_limits_of_56_of_70_and_48_of_80():
    # Newcombe 1998 (differences), table II, method 10: 0.0524 to 0.3339
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=6e-5)


def test_miettinen_nurminen_is_right_where_a_common_package_is_not():
    # brute force over the likelihood; statsmodels 0.15.0 says 0.0273 to 0.3434 (its issue 10269)
    assert miettinen_nurminen(7, 34, 1, 34) == pytest.approx((0.0270, 0.3453), abs=6e-5)


@pytest.mark.parametrize("n", [10**6, 10**7, 10**8])
def test_a_few_events_in_millions_are_compared_as_rates(n):
    # A proportion of millions is a rate: both score intervals agree to their share of events.
    found, as_rates = miettinen_nurminen(3, n, 1, n), rate_difference(3, n, 1, n)
    np.testing.assert_allclose(found, as_rates, rtol=2e-5)


def test_mee_and_miettinen_nurminen_give_the_published_limits():
    # Newcombe 1998 (differences), table II, methods 5 and 6: 56/70 v 48/80
    assert miettinen_nurminen(56, 70, 48, 80, corrected=False) == pytest.approx((0.0533, 0.3377), abs=6e-5)
    assert miettinen_nurminen(56, 70, 48, 80) == pytest.approx((0.0528, 0.3382), abs=6e-5)


def test_no_events_have_closed_form_limits():
    k = 1.959963984540054**2 * 30 / 29
    assert miettinen_nurminen(0, 10, 0, 20) == pytest.approx((-k / (20 + k), k / (10 + k)), abs=1e-12)


def test_all_events_have_closed_form_limits():
    k = 1.959963984540054**2 * 30 / 29
    assert miettinen_nurminen(10, 10, 20, 20) == pytest.approx((-k / (10 + k), k / (20 + k)), abs=1e-12)


def test_a_difference_of_one_has_its_limit_there():
    assert miettinen_nurminen(10, 10, 0, 20)[1] == 1
    assert miettinen_nurminen(0, 10, 20, 20)[0] == -1


def test_an_empty_group_gives_missing_limits():
    assert np.isnan(miettinen_nurminen([0, 3], [0, 10], [3, 0], [10, 0])).all()
    assert np.isnan(newcombe(0, 0, 3, 10)).all()


@pytest.mark.parametrize("case", ["rs_mee_diff", "rs_mee_diff2"])
def test_mee_reproduces_reference_case(case, disparity_case):
    inputs, expected, tolerance = disparity_case(case)
    assert miettinen_nurminen(**inputs, corrected=False) == pytest.approx(tuple(expected), **tolerance)


def test_newcombe_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("rs_newcombe_diff")
    assert newcombe(**inputs) == pytest.approx(tuple(expected), **tolerance)


def test_rate_difference_reproduces_reference_case(disparity_case):
    inputs, expected, tolerance = disparity_case("sm_poisson_ratio")
    counts = inputs["count1"], inputs["exposure1"], inputs["count2"], inputs["exposure2"]
    got = 1000 * np.array(rate_difference(*counts))
    assert got == pytest.approx(np.array(expected["diff_per_1000"]), **tolerance)


def test_rate_difference_of_no_events_is_an_interval_around_zero():
    # with no events in either, z^2/t is where the score reaches z
    lower, upper = rate_difference(0, 10, 0, 20)
    assert (lower, upper) == pytest.approx((-(1.959964**2) / 20, 1.959964**2 / 10), abs=1e-6)


def _score_by_brute_force(difference, x1, n1, x2, n2):
    """Squared score with the variance found by a search over the likelihood."""

    def loss(second):
        first = second + difference
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = [x1 * np.log(first), (n1 - x1) * np.log(1 - first)]
            terms += [x2 * np.log(second), (n2 - x2) * np.log(1 - second)]
        counts = (x1, n1 - x1, x2, n2 - x2)
        return -sum(term for term, count in zip(terms, counts, strict=True) if count)

    bounds = (max(0, -difference), min(1, 1 - difference))
    second = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
    first = second + difference
    variance = (first * (1 - first) / n1 + second * (1 - second) / n2) * (n1 + n2) / (n1 + n2 - 1)
    return (x1 / n1 - x2 / n2 - difference) ** 2 / variance


@pytest.mark.parametrize(
    "counts", [(7, 34, 1, 34), (5, 56, 0, 29), (7, 25, 2, 25), (30, 31, 4, 200), (1, 9, 8, 9)]
)
def test_score_at_the_limits_is_the_critical_value_by_brute_force(counts):
    for limit in miettinen_nurminen(*counts):
        assert _score_by_brute_force(float(limit), *counts) == pytest.approx(1.959964**2, rel=1e-4)


@given(COUNTS, COUNTS)
def test_exchanging_the_groups_mirrors_the_interval(first, second):
    for method in (newcombe, miettinen_nurminen):
        lower, upper = method(*first, *second)
        low, high = method(*second, *first)
        assert (lower, upper) == pytest.approx((-high, -low), abs=1e-9)


@given(COUNTS, COUNTS)
def test_the_interval_holds_the_difference_and_stays_within_one(first, second):
    difference = first[0] / first[1] - second[0] / second[1]
    for method in (newcombe, miettinen_nurminen):
        lower, upper = method(*first, *second)
        assert -1 - 1e-12 <= lower <= difference + 1e-9
        assert difference - 1e-9 <= upper <= 1 + 1e-12


def test_outermost_returns_the_end_when_it_is_inside():
    assert outermost(lambda point: point <= 2, np.array([0.0]), np.array([1.0])) == 1
