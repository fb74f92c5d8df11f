"""Many comparisons at once: the false-discovery rate."""

import numpy as np


def benjamini_hochberg(p) -> np.ndarray:
    """Adjusted p values (q) of Benjamini and Hochberg (1995).

    Parameters
    ----------
    p : array_like
        P values; a missing one is not a test made and does not count towards their number.

    Returns
    -------
    q : ndarray
        Same shape; missing where ``p`` is. Reject those with ``q`` at most the accepted rate.
    """
    p = np.asarray(p, float)
    tested = ~np.isnan(p)
    q = np.full(p.shape, np.nan)
    q[tested] = _adjusted(p[tested])
    return q


def _adjusted(p: np.ndarray) -> np.ndarray:
    """The least of ``p m / rank`` of each p and all larger ones."""
    assert ((p >= 0) & (p <= 1)).all(), "a p value is not between 0 and 1"
    order, tests = np.argsort(p), np.arange(1, p.size + 1)
    raised = p[order] * (p.size / tests)
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted
