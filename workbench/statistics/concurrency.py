"""Which activities run side by side, and since when each piece of work could have begun.

Sources: the heuristics miner's measures of dependency (Weijters, van der Aalst and Alves de
Medeiros 2006) as a concurrency oracle, as used by Lashkevich et al. 2022 (arXiv 2212.01392).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

NEVER = np.iinfo(np.int64).min  # an instant that the log does not hold


@dataclass(frozen=True)
class Thresholds:
    """From which strength a relation of two activities is an order and not concurrency.

    Parameters
    ----------
    dependency : float
        ``|ab - ba| / (ab + ba + 1)`` from which one clearly comes before the other, where ``ab``
        counts how often b directly follows a.
    loop : float
        ``(aba + bab) / (aba + bab + 1)`` from which the two make a loop of length two.
    repeat : float
        ``aa / (aa + 1)`` from which an activity repeats itself: such a one makes no loop of two.
    """

    dependency: float = 0.9
    loop: float = 0.9
    repeat: float = 0.9


def microseconds(times: pd.Series) -> np.ndarray:
    """Instants as whole microseconds; ``NEVER`` where missing.

    Parameters
    ----------
    times : Series of datetime64 or of int
        With a time zone: counted in UTC. Whole numbers are microseconds already.

    Raises
    ------
    ValueError
        When the values are neither.
    """
    if pd.api.types.is_datetime64_any_dtype(times.dtype):
        naive = times.dt.tz_convert("UTC").dt.tz_localize(None) if times.dt.tz is not None else times
        return naive.to_numpy("datetime64[us]").astype(np.int64)
    if pd.api.types.is_integer_dtype(times.dtype):
        return times.fillna(NEVER).to_numpy(np.int64)
    raise ValueError(f"column {times.name}: expected instants or whole microseconds, got {times.dtype}.")


def codes(values: pd.Series) -> np.ndarray:
    """Whole numbers for names, in the order of the names; -1 where missing."""
    return pd.factorize(values, sort=True)[0].astype(np.int64)


def concurrent(case: np.ndarray, activity: np.ndarray, thresholds: Thresholds | None = None) -> np.ndarray:
    """Which pairs of activities are concurrent.

    Two are, when each directly follows the other at least once, they are not a loop of length two
    and neither order prevails.

    Parameters
    ----------
    case, activity : array of int
        Codes of the instances, a case's together and in the order of their ends.
    thresholds : Thresholds, optional

    Returns
    -------
    array of bool, activities by activities
        Symmetric; nothing is concurrent with itself.
    """
    thresholds = thresholds or Thresholds()
    count = int(activity.max(initial=-1)) + 1
    follows = _follows(case, activity, count)
    loops = _loops(case, activity, count)
    both = follows + follows.T
    dependency = np.abs(follows - follows.T) / (both + 1)
    repeats = np.diag(follows) / (np.diag(follows) + 1) >= thresholds.repeat
    loop = np.where(repeats[:, None] | repeats, 0.0, (loops + loops.T) / (loops + loops.T + 1))
    found = (follows > 0) & (follows.T > 0) & (loop < thresholds.loop) & (dependency < thresholds.dependency)
    return found & ~np.eye(count, dtype=bool)


def _follows(case, activity, count: int) -> np.ndarray:
    """How often the second directly follows the first in a case."""
    same = case[1:] == case[:-1]
    pairs = activity[:-1][same] * count + activity[1:][same]
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def _loops(case, activity, count: int) -> np.ndarray:
    """How often a case goes from the first to the second and back."""
    back = (case[2:] == case[:-2]) & (activity[2:] == activity[:-2])
    pairs = activity[:-2][back] * count + activity[1:-1][back]
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def enablement(instances: pd.DataFrame, thresholds: Thresholds | None = None) -> pd.DataFrame:
    """Since when each activity instance could have begun, and which instance opened the way.

    The end of the latest instance of the case that ended by the start of this one (or by its end,
    where the start is missing), ended before this one ends and whose activity is not concurrent.

    Parameters
    ----------
    instances : DataFrame
        One row an activity instance: ``case``, ``activity``, ``start``, ``end`` (instants, see
        :func:`microseconds`; either may be missing). Index unique; order of rows does not matter.
    thresholds : Thresholds, optional

    Returns
    -------
    DataFrame
        Index of ``instances``: ``enabled`` (Int64, microseconds; missing where nothing precedes) and
        ``position`` (Int64, the place of the enabling row in ``instances``).
    """
    case, activity = codes(instances["case"]), codes(instances["activity"])
    start, end = microseconds(instances["start"]), microseconds(instances["end"])
    ended = np.where(end == NEVER, np.iinfo(np.int64).max, end)
    begun = np.where(start == NEVER, ended, start)
    order = np.lexsort((activity, begun, ended, case))
    apart = ~concurrent(case[order], activity[order], thresholds)
    found = _enabling(case[order], activity[order], begun[order], ended[order], apart)
    place = np.full(len(order), -1)
    place[order] = np.where(found >= 0, order[found], -1)
    known = place >= 0
    enabled = pd.Series(ended[place], instances.index).astype("Int64").where(known)
    position = pd.Series(place, instances.index).astype("Int64").where(known)
    return pd.DataFrame({"enabled": enabled, "position": position})


def _enabling(case, activity, begun, ended, apart) -> np.ndarray:
    """Place of each instance's enabling one among instances ordered by case and end; -1 without."""
    times, rank = np.unique(np.concatenate([ended, begun]), return_inverse=True)
    keys = case * times.size + rank[: case.size]
    wanted = case * times.size + rank[case.size :]
    instant = begun == ended
    found = np.where(instant, np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, "right")) - 1
    first = np.searchsorted(case, case)
    found[found < first] = -1
    looking = np.flatnonzero(found >= 0)
    while looking.size:
        looking = looking[~apart[activity[looking], activity[found[looking]]]]
        found[looking] -= 1
        gone = found[looking] < first[looking]
        found[looking[gone]] = -1
        looking = looking[~gone]
    return found
