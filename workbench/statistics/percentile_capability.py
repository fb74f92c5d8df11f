"""Capability of a skewed process from its percentiles (ISO 22514-4), with intervals from draws.

The normal form's three standard deviations on either side of the mean become the distances from the
median to the 0.135th and the 99.865th percentile, which is what three standard deviations are when
the process is normal.
"""

import numpy as np

LOW, MIDDLE, HIGH = 0.00135, 0.5, 0.99865
REPLICATES = 9_999

Limits = tuple[float | None, float | None, float | None]


def log_normal_indices(
    values: np.ndarray, lower, upper, confidence: float, seed: int, replicates: int = REPLICATES
) -> dict[str, Limits]:
    """Indices from the percentiles of a fitted log-normal distribution.

    Drawn from the fitted distribution (parametric bootstrap: Efron and Tibshirani 1993, section 6.5): the
    mean and the variance of the logarithms of a sample are independent, normal and chi-squared.

    Parameters
    ----------
    values : array of float
        All above 0.
    lower, upper : float or None
        Specification limits.

    Returns
    -------
    dict
        ``pp``, ``ppk``, ``ppl``, ``ppu``: value, lower and upper limit, each None where it needs a limit that
        there is not.
    """
    logs = np.log(values)
    n, mean, sigma = len(logs), logs.mean(), logs.std(ddof=1)
    rng = np.random.default_rng(seed)
    means = np.append(mean, rng.normal(mean, sigma / np.sqrt(n), replicates))
    sigmas = np.append(sigma, sigma * np.sqrt(rng.chisquare(n - 1, replicates) / (n - 1)))
    percentiles = np.exp(means - 3 * sigmas), np.exp(means), np.exp(means + 3 * sigmas)
    return _indices(*percentiles, lower, upper, confidence)


def order_indices(
    values: np.ndarray, lower, upper, confidence: float, seed: int, replicates: int = REPLICATES
) -> dict[str, Limits]:
    """Indices from the percentiles of the values themselves: order statistics of rank ``ceil(p n)``.

    How many values lie below the true percentiles is multinomial, whatever the distribution (Hahn and
    Meeker 1991, chapter 5). Such numbers are drawn; a percentile is then one of the two values next to it. A
    plain bootstrap reads an extreme percentile one value too far in.

    Parameters, returns
        As of :func:`log_normal_indices`; the values may be of any sign.
    """
    ordered, n = np.sort(values), len(values)
    rng = np.random.default_rng(seed)
    shares = np.diff([0.0, LOW, MIDDLE, HIGH, 1.0])
    below = np.cumsum(rng.multinomial(n, shares, replicates), axis=1)[:, :3]
    places = below + rng.integers(0, 2, below.shape)
    ranks = np.ceil(np.array([LOW, MIDDLE, HIGH]) * n - 1e-9).astype(int)
    bounded = np.concatenate([[-np.inf], ordered, [np.inf]])
    return _indices(*bounded[np.vstack([ranks, places])].T, lower, upper, confidence)


def _indices(low, middle, high, lower, upper, confidence: float) -> dict[str, Limits]:
    """The four indices of percentiles; the sample's own first, then the draws'."""
    with np.errstate(divide="ignore", invalid="ignore"):
        to_lower = None if lower is None else (middle - lower) / (middle - low)
        to_upper = None if upper is None else (upper - middle) / (high - middle)
        both = None if lower is None or upper is None else (upper - lower) / (high - low)
    nearest = (
        to_upper if to_lower is None else to_lower if to_upper is None else np.minimum(to_lower, to_upper)
    )
    found = {"pp": both, "ppk": nearest, "ppl": to_lower, "ppu": to_upper}
    return {name: _limits(draws, confidence) for name, draws in found.items()}


def _limits(draws: np.ndarray | None, confidence: float) -> Limits:
    if draws is None:
        return None, None, None
    tail = (1 - confidence) / 2
    low, high = (float(np.quantile(draws[1:], p, method="inverted_cdf")) for p in (tail, 1 - tail))
    return float(draws[0]), low, high
