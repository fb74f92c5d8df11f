"""Whether the wait on record is the wait that a queue of these people would have."""

import numpy as np

FITS, LONGER, SHORTER = "fits", "longer", "shorter"
FACTOR, LITTLE = 2.0, 0.05  # LITTLE: working days that do not matter, whatever the factor


def fit(record: float, model: float | None, lower: float = np.nan, upper: float = np.nan) -> str:
    """How the recorded mean wait compares with a model's; empty where one of them is not known.

    ``LONGER`` says that cases wait for something else as well: people do other work, or cases wait for a batch, a
    reply, a hearing. ``SHORTER`` says that there were more people than were counted, or that they took the queue
    otherwise than first come, first served. Either way the model leaves something out that matters, and its answers to
    what-if are a direction, not a forecast. A record within a factor of two of what the model says at any utilisation
    within its limits fits: near full use a little more work makes a much longer wait.

    Parameters
    ----------
    record, model : float
        Mean waits in working days.
    lower, upper : float
        The model's waits at the limits of utilisation. A missing lower one is the model's; a missing upper one
        is without limit where the lower one is known.
    """
    if model is None or np.isnan(record) or np.isnan(model):
        return ""
    least = model if np.isnan(lower) else min(lower, model)
    most = max(upper, model) if not np.isnan(upper) else (model if np.isnan(lower) else np.inf)
    if abs(record - model) <= LITTLE or least / FACTOR <= record <= most * FACTOR:
        return FITS
    return LONGER if record > most else SHORTER
