"""Least squares with Newey and West's errors: published figures, and statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.statistics.newey_west import Estimate, lags_for, newey_west, noise_inflation, persistence

DRAWS = np.random.default_rng(4)
LINE = np.column_stack([np.ones(40), np.arange(40)])
SERIES = DRAWS.normal(size=40).cumsum()


def test_coefficients_and_errors_are_statas(reference):
    case = reference("targets", "ols-newey-west")
    data = sm.datasets.macrodata.load_pandas().data
    growth = 400 * np.diff(np.log(data[["realinv", "realgdp"]].to_numpy()), axis=0)
    design = np.column_stack([growth[:, 1], data["realint"].to_numpy()[:-1], np.ones(len(growth))])
    wanted, lags = case["expected"], case["inputs"]["maxlags"]
    for small, errors in ((True, "se_small"), (False, "se_large")):
        found = newey_west(design, growth[:, 0], lags, small_sample=small)
        assert found.coefficients == pytest.approx(wanted["coef"], abs=case["tolerance"])
        assert np.sqrt(np.diag(found.covariance)) == pytest.approx(wanted[errors], abs=case["tolerance"])


@pytest.mark.parametrize("lags", [0, 3, 12])
def test_intervals_and_p_are_those_of_statsmodels(lags):
    options = {"maxlags": lags, "use_correction": True}
    theirs = sm.OLS(SERIES, LINE).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    found = newey_west(LINE, SERIES, lags).estimate([0, 1], confidence=0.9)
    assert (found.lower, found.upper) == pytest.approx(theirs.conf_int(0.1)[1])
    assert found.p == pytest.approx(theirs.pvalues[1])


def test_the_mean_of_two_values_by_hand():
    # Mean 2, residuals -1 and 1: squared scores 2, twice the product at lag 1 by half -1; times 2 / 1, over 2 * 2.
    found = newey_west([[1], [1]], [1, 3], lags=1)
    assert found.coefficients.tolist() == pytest.approx([2])
    assert found.covariance[0, 0] == pytest.approx(0.5)


def test_missing_intervals_keep_their_place_in_time():
    gappy = np.where(np.arange(40) % 7 == 3, np.nan, SERIES)
    known = ~np.isnan(gappy)
    found, closed = newey_west(LINE, gappy, 3), newey_west(LINE[known], gappy[known], 3)
    assert found.coefficients == pytest.approx(closed.coefficients)
    assert np.isnan(found.residuals).sum() == 6
    assert found.freedom == 32
    assert not np.allclose(found.covariance, closed.covariance, rtol=0.01)
    plain, plain_closed = newey_west(LINE, gappy, 0), newey_west(LINE[known], gappy[known], 0)
    assert plain.covariance == pytest.approx(plain_closed.covariance)


@pytest.mark.parametrize(
    ("n", "season", "lags"), [(100, 0, 4), (24, 0, 2), (202, 0, 4), (48, 12, 12), (1, 0, 0), (5, 12, 4)]
)
def test_lags_follow_the_rule_or_the_season(n, season, lags):
    assert lags_for(n, season) == lags


def test_columns_that_do_not_determine_the_coefficients_are_refused():
    with pytest.raises(ValueError, match="3 known rows do not determine 2 coefficients"):
        newey_west([[1, 2]] * 3, [1, 2, 3], 1)
    with pytest.raises(ValueError, match="1 known rows do not determine 2 coefficients"):
        newey_west(LINE[:2], [1, np.nan], 0)


def test_an_exact_line_has_no_error_and_as_many_rows_as_coefficients_have_no_interval():
    exact = newey_west(LINE, 2 + 3 * LINE[:, 1], 2).estimate([0, 1])
    assert (exact.value, exact.error) == pytest.approx((3, 0), abs=1e-9)
    assert np.isnan(newey_west(LINE[:2], [1, 2], 0).estimate([0, 1]).lower)


def test_an_estimate_without_error_is_certain():
    assert Estimate.of(2, 0, 5).p == 0
    assert Estimate.of(0, 0, 5).p == 1
    assert Estimate.of(2, 0, 5).is_clear
    assert not Estimate.of(2, np.nan, 5).is_clear


@settings(max_examples=30)
@given(st.floats(-1e3, 1e3), st.sampled_from([-1.0, 2.0, 0.5]))
def test_moving_and_stretching_the_series_moves_and_stretches_the_line(shift, factor):
    plain, moved = newey_west(LINE, SERIES, 3), newey_west(LINE, factor * SERIES + shift, 3)
    assert moved.coefficients == pytest.approx(factor * plain.coefficients + [shift, 0], abs=1e-8)
    assert moved.covariance == pytest.approx(factor**2 * plain.covariance)


def test_neighbours_that_move_together_inflate_the_noise():
    independent = DRAWS.normal(size=2000)
    together = np.convolve(independent, np.ones(4), "valid")  # long-run variance 16 of 4: four times
    assert noise_inflation(independent, 12) < 1.3
    assert noise_inflation(together, 24) == pytest.approx(4, rel=0.2)
    assert noise_inflation([0, 0, np.nan, 0], 2) == 1
    assert noise_inflation([1, -1, 1, -1], 2) == 1


def test_adjusted_errors_of_a_mean_without_lags_are_students():
    # White noise as the working model, no lags: squared residuals put right for what the mean took from them.
    values = [1.0, -1.0, 2.0, -2.0, 1.0, -1.0]
    found = newey_west(np.ones((6, 1)), values, lags=0).estimate([1], errors="adjusted")
    assert found.error == pytest.approx(np.std(values, ddof=1) / np.sqrt(6))
    assert (found.lower, found.upper) == pytest.approx(
        (-1.6258, 1.6258), abs=1e-4
    )  # 2.5706 times 0.6325: t with 5 degrees


def test_adjusted_intervals_of_a_change_in_noise_hold_and_the_published_ones_do_not():
    # 300 series of 16 intervals of noise: the plain error "finds" a change of level in about one of five.
    draws = np.random.default_rng(20)
    place = np.arange(16.0)
    design = np.column_stack([np.ones(16), place, place >= 8, np.maximum(place - 8, 0)])
    fits = [newey_west(design, draws.normal(size=16), 2) for _ in range(300)]
    found = {
        errors: np.mean([fit.estimate([0, 0, 1, 0], errors=errors).is_clear for fit in fits])
        for errors in ("plain", "adjusted")
    }
    assert found["plain"] > 0.12
    assert found["adjusted"] < 0.07


def test_the_autocorrelation_of_errors_is_more_than_that_of_residuals():
    lag = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    maker = np.eye(40) - LINE @ np.linalg.pinv(LINE)
    left = maker @ SERIES
    seen = (left[1:] @ left[:-1]) / (left @ left)
    assert seen < persistence(left, maker, lag) <= 0.9
    assert persistence(np.tile([1.0, -1.0], 20), maker, lag) == 0
    assert persistence(np.zeros(40), maker, lag) == 0


def test_adjusted_errors_keep_missing_intervals_in_their_place_and_exact_lines_exact():
    gappy = np.where(np.arange(40) % 7 == 3, np.nan, SERIES)
    found = newey_west(LINE, gappy, 3).estimate([0, 1], errors="adjusted")
    assert found.error > newey_west(LINE, gappy, 3).estimate([0, 1]).error
    exact = newey_west(LINE, 2 + 3 * LINE[:, 1], 2).estimate([0, 1], errors="adjusted")
    assert (exact.value, exact.lower, exact.upper) == pytest.approx((3, 3, 3), abs=1e-9)
    assert np.isnan(newey_west(LINE[:2], [1, 2], 0).estimate([0, 1], errors="adjusted").lower)
