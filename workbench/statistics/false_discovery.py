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
    # Imported late: scipy.stats takes half a second, and importing this module should not.
    from scipy.stats import false_discovery_control

    p = np.asarray(p, float)
    tested = ~np.isnan(p)
    q = np.full(p.shape, np.nan)
    if tested.any():
        q[tested] = false_discovery_control(p[tested], method="bh")
    return q
