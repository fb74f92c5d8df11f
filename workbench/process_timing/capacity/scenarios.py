"""What if: other staff, other arrivals, or work in batches."""

import numpy as np
import pandas as pd

from workbench.process_timing.capacity.fit import fit
from workbench.process_timing.capacity.load import Load, busiest
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import UNRELIABLE, VALUE
from workbench.statistics.queue_simulation import Outcome, simulate
from workbench.statistics.queue_streams import REPLICATIONS

COLUMNS = [
    *("interval", "activity", "more", "staff", "arrivals", "batch", "utilisation", "wait_days", "lower"),
    *(
        "upper",
        "change",
        "change_lower",
        "change_upper",
        "p90_days",
        "within_day",
        "growth_per_day",
        "theory_days",
    ),
    *("theory_lower", "theory_upper", "is_base", "record_days", "fit", "method", "state", "cells"),
]
SIMULATED = "simulation from observed arrivals and work; interval of {replications} replications"
GROWS = "arrivals less what is cleared"
MORE_STAFF = (-2, -1, 0, 1, 2, 3)
ARRIVALS = (0.8, 0.9, 1.0, 1.1, 1.2)
BATCHES = (1, 5, 10)
_FEWEST, _MOST, _WORK = 1_500, 3_000, 90_000  # cases simulated in a scenario, and in all together
ASSUMPTIONS = (
    "first come, first served",
    "one queue for all",
    "people alike",
    "no other work",
    "arrivals as in the period",
    "nobody gives up waiting",
)


def scenarios(cohort: Cohort, found: list[Load]) -> pd.DataFrame:
    """One row a scenario of the constraint, or of the two busiest steps where it cannot be told which it is.

    Staff from two fewer to three more at 0.8 to 1.2 times the arrivals, and released in batches at the arrivals as they
    are. All scenarios of a step see the same cases (common random numbers), so that a difference is known
    better than either wait. The same log gives the same figures.

    Returns
    -------
    DataFrame
        interval, activity, more (people more than now, each with the share of time for this step that those now
        have where it is declared), staff (whole people's time), arrivals (times those of the period), batch (cases
        released at once);
        utilisation; wait_days (mean until work begins, working days; the wait for a full batch is in it) with
        lower and upper; change from the base with its limits (paired); p90_days; within_day (share begun within a
        working day); growth_per_day where arrivals are not cleared (there is no wait then: the queue grows
        by so many cases a day); theory_days (Allen-Cunneen, blind to batches) with what it would be at the limits of the
        period's utilisation, missing where the queue would grow; is_base (as in the period); record_days (the wait on
        record) and fit (of it to the base's wait); method, state (unreliable where the simulation has not settled),
        cells. The interval is of the simulation alone: how well the period's own utilisation is known is in the
        limits of theory_days.
    """
    ordered, shares = busiest(found)
    is_certain = bool(ordered) and shares[0] >= cohort.confidence
    chosen = ordered[: 1 if is_certain else 2]
    rows = [
        {"interval": str(cohort.period), **row, "cells": [f"{cohort.period}|arrived|{load.activity}"]}
        for load in chosen
        for row in _rows(load, cohort.confidence, _WORK // len(chosen))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def grid(load: Load) -> list[tuple[int, float, int]]:
    """People more than now, arrivals and batch of each scenario of a step; the first is the base."""
    base, now = (0, 1.0, load.batch), load.people.staff
    more = [each for each in MORE_STAFF if each >= 0 or now + each * load.people.share >= load.people.share]
    wanted = [(each, arrivals, load.batch) for each in more for arrivals in ARRIVALS]
    wanted += [(each, 1.0, batch) for each in more for batch in BATCHES]
    return [base, *sorted(set(wanted) - {base})]


def _rows(load: Load, confidence: float, work: int) -> list[dict]:
    wanted = grid(load)
    stable = sum(load.queue(arrivals, _staff(load, more)).is_stable for more, arrivals, _ in wanted)
    streams = load.streams(cases=int(np.clip(work // max(stable, 1), _FEWEST, _MOST)))
    run = [
        load.scenario(streams, staff=_staff(load, more), arrivals=arrivals, batch=batch)
        for more, arrivals, batch in wanted
    ]
    outcomes = simulate(streams, run, within=1.0, confidence=confidence)
    rows = [_row(load, *each) for each in zip(wanted, outcomes, strict=True)]
    limits = rows[0]["theory_lower"], rows[0]["theory_upper"]
    rows[0] |= {"record_days": load.wait, "fit": fit(load.wait, rows[0]["wait_days"], *limits)}
    return rows


def _staff(load: Load, more: int) -> float:
    return round(load.people.staff + more * load.people.share, 2)


def _row(load: Load, wanted: tuple[int, float, int], outcome: Outcome) -> dict:
    (more, arrivals, batch), queue = wanted, outcome.theory
    settled = outcome.is_settled or not queue.is_stable
    return {
        "activity": load.activity,
        "more": more,
        "staff": _staff(load, more),
        "arrivals": arrivals,
        "batch": batch,
        "utilisation": queue.utilisation,
        **_waits(outcome),
        "growth_per_day": np.nan if queue.is_stable else queue.growth,
        "theory_days": _known(queue.mean_wait),
        **_theory_limits(load, _staff(load, more), arrivals),
        "is_base": (more, arrivals, batch) == (0, 1.0, load.batch),
        "record_days": np.nan,
        "fit": "",
        "method": SIMULATED.format(replications=REPLICATIONS) if queue.is_stable else GROWS,
        "state": VALUE if settled else UNRELIABLE,
    }


def _waits(outcome: Outcome) -> dict:
    """Simulated waits and their change from the base; missing where a queue grows."""
    found, change = outcome.measures, outcome.difference
    wait = {"wait_days": "value", "lower": "lower", "upper": "upper"}
    row = {name: np.nan if found is None else getattr(found.mean_wait, end) for name, end in wait.items()}
    ends = {"change": "value", "change_lower": "lower", "change_upper": "upper"}
    row |= {name: np.nan if change is None else getattr(change.mean_wait, end) for name, end in ends.items()}
    row["p90_days"] = np.nan if found is None else found.p90_wait.value
    row["within_day"] = np.nan if found is None else found.share_within.value
    return row


def _theory_limits(load: Load, staff: float, arrivals: float) -> dict:
    """The wait by theory were the period's utilisation at its limits."""
    used = load.utilisation
    limits = {"theory_lower": used.lower, "theory_upper": used.upper}
    return {
        name: np.nan if bound is None else _known(load.queue(arrivals * bound / used.value, staff).mean_wait)
        for name, bound in limits.items()
    }


def _known(value: float | None) -> float:
    return np.nan if value is None else float(value)
