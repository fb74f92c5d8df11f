"""Coverage of intervals of percentiles of waiting times."""

import numpy as np
from enumerated import ENOUGH, LEVEL, Covered
from scipy.special import bdtr

from workbench.statistics import percentiles, survival

SIZES = (10, 50, 500)
SHARES = (0.5, 0.9)
_OPEN = 0.25  # of the cases are still open when last seen
_SEED = 7


def order_statistics() -> list[Covered]:
    """Coverage of the distribution-free interval: the same for every continuous distribution, without chance."""
    found = []
    for n in SIZES:
        for p in SHARES:
            limits = percentiles.percentile(np.arange(1, n + 1), p, LEVEL)
            lower, upper = limits.lower or 0, limits.upper or n + 1
            share = float(bdtr(upper - 1, n, p) - (bdtr(lower - 1, n, p) if lower else 0.0))
            found.append(Covered(f"{n} waits", (p,), share, share, bool(percentiles.enough_for(n, p))))
    return found


def kaplan_meier(repeats: int) -> list[Covered]:
    """Coverage of the interval of a percentile when a quarter of the cases are still open."""
    generator = np.random.default_rng(_SEED)
    return [_open_cases(generator, n, p, repeats) for n in SIZES for p in (0.5, 0.75)]


def _open_cases(generator, n: int, p: float, repeats: int) -> Covered:
    held = made = 0
    truth = -np.log(1 - p)
    for _ in range(repeats):
        waited = generator.exponential(1.0, n)
        seen = generator.exponential((1 - _OPEN) / _OPEN, n)
        curve = survival.kaplan_meier(np.minimum(waited, seen), waited <= seen, confidence=LEVEL)
        limits = survival.percentile(curve, p)
        made += limits.lower is not None
        held += limits.lower is not None and limits.lower <= truth <= (
            np.inf if limits.upper is None else limits.upper
        )
    share = held / made
    judged = n * (1 - p) * (1 - _OPEN) >= ENOUGH
    return Covered(f"{n} waits", (p,), share, share, judged, float(np.sqrt(share * (1 - share) / made)))
