"""Where the constraint is: arrivals against the people who do each step."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.capacity.fit import fit
from workbench.process_timing.capacity.load import Load, busiest
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.statistics.queueing import Queue, smallest_stable

COLUMNS = [
    *(
        "interval",
        "activity",
        "arrivals_per_day",
        "work_hours",
        "known",
        "in_hand",
        "people",
        "available",
        "staff",
    ),
    *(
        "staff_from",
        "cleared_per_day",
        "utilisation",
        "lower",
        "upper",
        "busiest",
        "wait_days",
        "wait_mmc_days",
    ),
    *("wait_theory_days", "wait_theory_lower", "wait_theory_upper", "fit", "growth_per_day", "growth_lower"),
    *(
        "growth_upper",
        "people_needed",
        "people_within_day",
        "batch",
        "is_constraint",
        "method",
        "lacking",
        "verdict",
        "state",
        "cells",
    ),
]
METHOD = "arrivals x work / staff, weeks resampled; Allen-Cunneen"


def constraint(cohort: Cohort, counts: Counts, found: list[Load]) -> pd.DataFrame:
    """One row an activity of the period that people do, the busiest first.

    Returns
    -------
    DataFrame
        interval, activity; arrivals_per_day (cases that reached the step on a working day, those still waiting for
        it counted; of a rounded count where the source is about people); work_hours (of one person on a
        case); known (share of visits of which it is known); in_hand (cases
        that a person has in hand at once: where it is well above one, work as recorded includes time in which cases
        lay on the desk, and utilisation is at most what is said); people and available (how many, and the share of their
        time that is for this step), staff (the two multiplied), staff_from; cleared_per_day (what they can
        do); utilisation with lower and upper; busiest (share of the draws of weeks in which no step is busier);
        wait_days (mean on record, working days, of cases that were begun) beside the mean of a queue:
        wait_mmc_days (random arrivals and work) and wait_theory_days (as uneven as observed, Allen-Cunneen) with the
        waits at the limits of utilisation, missing where the queue would grow; fit (of the record to the
        latter: ``fits``, ``longer``, ``shorter``); growth_per_day with growth_lower and growth_upper (cases by which the
        queue grows, where arrivals are not cleared; below 0 they may be); people_needed so that it does not, people_within_day so that the mean wait is less than a
        working day; batch (cases begun at once); is_constraint; method; lacking (what to record or declare where
        the log does not tell); verdict (of the busiest); state, cells.
    """
    ordered, shares = busiest(found)
    highest = {load.activity: share for load, share in zip(ordered, shares, strict=True)}
    first = ordered[0].activity if ordered else ""
    is_certain = highest.get(first, 0) >= cohort.confidence
    rows = []
    for load in found:
        is_first = load.activity == first
        row = {"interval": str(cohort.period), "activity": load.activity, **_seen(load, cohort)}
        row |= _computed(load) if load.is_told else {}
        row |= {"busiest": highest.get(load.activity, np.nan), "is_constraint": is_first and is_certain}
        row |= {"verdict": _verdict(is_certain) if is_first else "", "state": load.state}
        cell = counts.cell(f"{row['interval']}|arrived|{load.activity}", load.cases)
        rows.append({**row, "cells": [cell]})
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["utilisation", "activity"], ascending=[False, True], ignore_index=True)


def _seen(load: Load, cohort: Cohort) -> dict:
    """What the log and the catalog say."""
    hours = cohort.cube.definition["working_day_seconds"] / 3600
    return {
        "arrivals_per_day": load.arrivals,
        "work_hours": load.work * hours,
        "known": load.known,
        "in_hand": load.in_hand,
        "people": load.people.number,
        "available": load.people.available,
        "staff": load.people.staff,
        "staff_from": load.people.source,
        "wait_days": load.wait,
        "fit": "",
        "batch": load.batch,
        "method": METHOD if load.is_told else "",
        "lacking": ", ".join(load.lacking),
    }


def _computed(load: Load) -> dict:
    """What follows for a step of which all is known."""
    queue, used = load.queue(), load.utilisation
    limits = [_wait(load, bound) for bound in (used.lower, used.upper)]
    return {
        "cleared_per_day": load.people.staff / load.work,
        "utilisation": used.value,
        "lower": _known(used.lower),
        "upper": _known(used.upper),
        "wait_mmc_days": _known(load.random_queue.mean_wait),
        "wait_theory_days": _known(queue.mean_wait),
        "wait_theory_lower": limits[0],
        "wait_theory_upper": limits[1],
        "fit": fit(load.wait, queue.mean_wait, *limits),
        **_growth(load, queue),
        **_needed(load),
    }


def _wait(load: Load, utilisation: float | None) -> float:
    """Mean wait by theory were the step so busy."""
    if utilisation is None:
        return np.nan
    return _known(load.queue(utilisation / load.utilisation.value).mean_wait)


def _growth(load: Load, queue: Queue) -> dict:
    """Cases by which the queue grows a day, where it does, and what it would be at the limits of utilisation."""
    if queue.is_stable:
        return {}
    cleared, used = load.people.staff / load.work, load.utilisation
    return {
        "growth_per_day": queue.growth,
        "growth_lower": cleared * (_known(used.lower) - 1),
        "growth_upper": cleared * (_known(used.upper) - 1),
    }


def _needed(load: Load) -> dict:
    """How many people keep up, and how many keep the mean wait below a working day."""
    share = load.people.share
    stable = within = smallest_stable(load.arrivals, share / load.work)
    while _waits(load.queue(staff=within * share)) >= 1:
        within += 1
    return {"people_needed": stable, "people_within_day": within}


def _waits(queue: Queue) -> float:
    return queue.mean_wait if queue.is_stable else np.inf


def _verdict(is_certain: bool) -> str:
    return str(Verdict.CONSTRAINT if is_certain else Verdict.CANT_TELL)


def _known(value: float | None) -> float:
    return np.nan if value is None else float(value)
