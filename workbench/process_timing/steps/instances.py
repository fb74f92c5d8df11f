"""Events as pieces of work, each with the instant since when it could have begun."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import CALENDAR, Cohort
from workbench.process_timing.log.arrays import MISSING, NONE
from workbench.process_timing.times.clocks import begins_of, place_of, read


def instances(cohort: Cohort) -> pd.DataFrame:
    """Every event of the cube as an instance of work: the period's, and all others its people did meanwhile.

    Returns
    -------
    DataFrame
        case, activity, resource (codes, missing where not known), enabled, start and end (microseconds;
        missing where not known), begins (start, else end), work (recorded, without rests), before (the activity before it in its case; -1
        for the first), own (whether its case is of the period). Work could begin when the previous
        event of its case was done; the first, when the case was submitted, where that is recorded by itself.
        Work that overlaps with what is before it could begin when it did.
    """
    events, cases = cohort.cube.frames["events"], cohort.cases
    place, begins = place_of(cases, events), begins_of(cohort, events, CALENDAR)
    time, submitted = read(cohort, events, "time", CALENDAR), read(cohort, cases, "start", CALENDAR)[place]
    first = np.r_[True, place[1:] != place[:-1]][: place.size]
    previous = np.r_[MISSING, time[:-1]][: place.size]
    comes_in = bool(cohort.cube.definition["process"]["submitted"]) & (submitted < begins)
    enabled = np.where(first, np.where(comes_in, submitted, MISSING), np.minimum(previous, begins))
    activity = events["activity"].to_numpy("int64")
    found = pd.DataFrame(
        {
            "case": place,
            "activity": activity,
            "resource": _known(events["resource"], NONE),
            "enabled": _known(enabled, MISSING),
            "start": _known(events["started"], MISSING),
            "end": time,
            "begins": begins,
            "work": np.maximum(time - begins - events["paused"].to_numpy(), 0),
            "before": np.where(first, NONE, np.r_[NONE, activity[:-1]][: place.size]),
            "own": np.isin(place, cohort.own.index.to_numpy()),
        }
    )
    return found[found["own"] | _meanwhile(found)]


def _meanwhile(found: pd.DataFrame) -> np.ndarray:
    """Recorded work by people of the period's cases that can say why one of these waited.

    It was not done before the first of them could have begun, and could itself have begun before
    the last of them did: later members of a batch are among it.
    """
    own, since = found[found["own"]], found["enabled"].fillna(found["begins"])
    if own.empty:
        return np.zeros(len(found), bool)
    near = (found["end"] >= since[found["own"]].min()) & (since <= own["begins"].max())
    theirs = found["resource"].isin(own["resource"].dropna().unique())
    return (near & theirs & found["start"].notna()).to_numpy(bool)


def _known(values, missing: int) -> pd.Series:
    whole = pd.Series(np.asarray(values, dtype="int64"), dtype="Int64")
    return whole.where(whole != missing)
