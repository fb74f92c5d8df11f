"""Standard deviations of a process, within subgroups, between neighbours and overall, with degrees of freedom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.statistics.xmr import D2

# Mean range of 2 to 10 standard normal values, rounded as in the published tables.
RANGE_CONSTANTS = {2: D2, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
_PER_RANGE = 0.9  # degrees of freedom of an average range, relative to the pooled variance
_RANGE_VARIANCE = 2 - 4 / np.pi  # of one moving range, in process variances
_NEIGHBOURS = (np.sqrt(3) * 2 + np.pi / 3 - 4) / np.pi  # covariance of two moving ranges that share a value
_MEAN_SQUARED = 4 / np.pi  # squared mean of a moving range


@dataclass(frozen=True)
class Spread:
    """A standard deviation.

    Parameters
    ----------
    sigma : float
        In the unit of the values; missing where undefined.
    freedom : float
        Degrees of freedom: those of the chi-squared distribution with sigma's relative variance.
    method : {'moving_range', 'subgroup_range', 'pooled', 'overall'}
    """

    sigma: float
    freedom: float
    method: str


def overall_spread(values: Sequence[float]) -> Spread:
    """Standard deviation of all values, with n - 1 degrees of freedom. NaN is left out."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if len(known) < 2:
        return Spread(float("nan"), 0.0, "overall")
    return Spread(float(known.std(ddof=1)), len(known) - 1.0, "overall")


def moving_range_spread(values: Sequence[float]) -> Spread:
    """Average moving range over 1.128.

    The degrees of freedom are 1 / (2 relative variance), where the variance of the average is that of
    ranges of which neighbours share a value (Cryer and Ryan 1990): about 0.605 for each range, not one.

    Parameters
    ----------
    values : sequence of float
        In time order; no range is taken across a NaN.
    """
    ranges = np.abs(np.diff(np.asarray(values, float)))
    known = ~np.isnan(ranges)
    count, neighbours = int(known.sum()), int((known[1:] & known[:-1]).sum())
    if not count:
        return Spread(float("nan"), 0.0, "moving_range")
    variance = (count * _RANGE_VARIANCE + 2 * neighbours * _NEIGHBOURS) / count**2
    return Spread(float(ranges[known].mean() / D2), float(_MEAN_SQUARED / variance / 2), "moving_range")


def subgroup_range_spread(subgroups: Sequence[Sequence[float]]) -> Spread:
    """Average range of subgroups of one size over the constant of that size, with 0.9 k (n - 1) degrees of freedom.

    Parameters
    ----------
    subgroups : array_like of shape (subgroups, size)
        Size 2 to 10.
    """
    rows = np.asarray(subgroups, float)
    size = rows.shape[1]
    if size not in RANGE_CONSTANTS:
        raise ValueError(f"subgroup ranges are for 2 to 10 values, got {size}; use pooled_spread.")
    sigma = float(np.ptp(rows, axis=1).mean() / RANGE_CONSTANTS[size])
    return Spread(sigma, _PER_RANGE * len(rows) * (size - 1), "subgroup_range")


def pooled_spread(subgroups: Sequence[Sequence[float]]) -> Spread:
    """Pooled standard deviation within subgroups of any sizes, with n - k degrees of freedom."""
    rows = [np.asarray(row, float) for row in subgroups]
    squares = sum(float(((row - row.mean()) ** 2).sum()) for row in rows)
    freedom = sum(len(row) - 1 for row in rows)
    sigma = float(np.sqrt(squares / freedom)) if freedom else float("nan")
    return Spread(sigma, float(freedom), "pooled")
