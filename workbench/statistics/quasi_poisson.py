"""Regression of counts on a logarithmic scale, with an exposure and a spread that the counts themselves show.

Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 1989, sections 2.5 (iteratively reweighted least
squares) and 4.5 (dispersion by Pearson's statistic).
"""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.newey_west import Regression, lags_for

_ITERATIONS = 100
_CLOSE = 1e-12  # relative change of the deviance


@dataclass(frozen=True)
class CountRegression:
    """Coefficients of the logarithm, and the dispersion: 1 for Poisson counts.

    The residuals are Pearson's and the design is weighted as in the last step of the fit, so that errors can be
    adjusted for neighbours that move together; the covariance is that of the dispersion.
    """

    regression: Regression
    dispersion: float


def quasi_poisson(design, counts, exposure) -> CountRegression:
    """Logarithm of the expected count: design times coefficients plus the logarithm of the exposure.

    Parameters
    ----------
    design : array_like, rows by coefficients
    counts : array_like
        Not below 0; NaN where missing.
    exposure : array_like
        Above 0.

    Raises
    ------
    ValueError
        Where a count or an exposure cannot be, or the rows do not determine the coefficients.
    """
    x, y, size = (np.asarray(part, float) for part in (design, counts, exposure))
    known = ~np.isnan(y) & ~np.isnan(size)
    _check(x[known], y[known], size[known])
    coefficients = _fitted(x[known], y[known], np.log(size[known]))
    mean = size * np.exp(x @ coefficients)
    residuals = np.where(known, (y - mean) / np.sqrt(mean), np.nan)
    freedom = int(known.sum()) - x.shape[1]
    dispersion = float(np.nansum(residuals**2)) / freedom if freedom else np.nan
    weighted = x * np.sqrt(mean)[:, None]
    covariance = dispersion * np.linalg.inv(weighted[known].T @ weighted[known])
    lags = lags_for(int(known.sum()))
    return CountRegression(
        Regression(coefficients, covariance, freedom, residuals, weighted, lags), dispersion
    )


def _check(x: np.ndarray, y: np.ndarray, size: np.ndarray) -> None:
    if (y < 0).any():
        raise ValueError(f"a count is not below 0, got {y[y < 0][0]:g}.")
    if (size <= 0).any():
        raise ValueError(f"an exposure is above 0, got {size[size <= 0][0]:g}.")
    if len(x) < x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        raise ValueError(f"{len(x)} known rows do not determine {x.shape[1]} coefficients.")
    if not y.any():
        raise ValueError("all counts are 0: there is no rate to compare.")


def _fitted(x: np.ndarray, y: np.ndarray, offset: np.ndarray) -> np.ndarray:
    mean = (y + y.mean()) / 2
    before = np.inf
    for _ in range(_ITERATIONS):
        root = np.sqrt(mean)
        aim = np.log(mean) - offset + (y - mean) / mean
        coefficients = np.linalg.lstsq(x * root[:, None], aim * root, rcond=None)[0]
        mean = np.exp(np.clip(x @ coefficients + offset, -700, 700))
        deviance = float((mean - y * np.log(mean)).sum())
        if abs(deviance - before) <= _CLOSE * (abs(deviance) + 1):
            break
        before = deviance
    return coefficients
