"""Right the first time: first-pass yield, percent complete and accurate, and what is left after all steps."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.log.assembly import OPEN
from workbench.process_timing.steps.passes import passes
from workbench.process_timing.steps.rework import ALL_STEPS, repeated_cell, repeats
from workbench.process_timing.steps.variants import usual_path
from workbench.process_timing.times.curves import state_of
from workbench.statistics.yields import Yield, complete_and_accurate, first_pass_yield, rolled_yield

METHOD, ROLLED = "Wilson", "product over the steps of the usual path, limits by MOVER"
COLUMNS = [
    *("interval", "activity", "passes", "first_pass_yield", "yield_lower", "yield_upper", "passed_on"),
    *("complete_accurate", "accurate_lower", "accurate_upper", "method", "verdict", "state", "cells"),
]


@dataclass(frozen=True)
class _Step:
    """What is published of the passes of one activity."""

    passes: int  # all of them
    clean: int  # in cases that passed it once
    of: int  # what the clean ones are a share of
    returned: int  # sent back by the next step
    passed_on: int  # that went to a next step which has decided since
    exact: int  # never published
    cells: tuple[str, ...]


def yields(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row an activity of the period, and one for all steps of the usual path together.

    A pass is right the first time where its case passed the activity once. It was complete and accurate
    where the next step did not send it back: the event right after that of the next activity is neither
    the same activity again, nor one of an earlier activity of the declared order that the case had
    passed before. A pass whose case is open at the next step is not judged yet; one followed by
    itself, or that sends the case back itself (to an earlier activity of the declared order or, of activities that are
    not in it, of the case), went on to no next step. What was put right without sending it back
    leaves no trace.

    Returns
    -------
    DataFrame
        interval, activity (empty for all together), passes, first_pass_yield with yield_lower and
        yield_upper, passed_on (passes that are judged by the next step), complete_accurate with
        accurate_lower and accurate_upper, method, verdict, state, cells. Of all together, yields are
        products over the steps of the usual path (rolled throughput yield, rolled %C&A); that row is
        missing where no path is usual. Ordered by passes.

    Notes
    -----
    Where the source is about people, the first-pass yield is that of the counts that ``rework``
    publishes, and the returned are a rounded part of those passed on, at most the extra events.
    """
    steps = _steps(cohort, counts)
    rows = [_row(cohort, name, each) for name, each in steps.items()]
    rows.sort(key=lambda row: (-row["passes"], row["activity"]))
    path = [steps[cohort.names[code]] for code in dict.fromkeys(usual_path(cohort))]
    return pd.DataFrame([*rows, *([_rolled(cohort, path)] if path else [])], columns=COLUMNS)


def _steps(cohort: Cohort, counts: Counts) -> dict[str, _Step]:
    sent = [sizes.tolist() for sizes in _sent(cohort)]
    return {
        name: _step(name, found, *(sizes[cohort.names.index(name)] for sizes in sent), cohort, counts)
        for name, found in repeats(cohort).items()
    }


def _step(
    name: str, found: dict, exact: int, passed_on: int, back: int, cohort: Cohort, counts: Counts
) -> _Step:
    interval, rounding = str(cohort.period), cohort.rounding
    number, told = rounding.nearest(exact), rounding.nearest(passed_on)
    returned = min(rounding.part(back, passed_on, told), max(found["extra"], 0))
    cells = (
        counts.cell(f"{interval}|events|{name}", number),
        repeated_cell(name, found, cohort, counts),
        counts.cell(f"{interval}|returned|{name}", max(returned, 0), told),
    )
    clean, of = found["cases"] - found["repeated"], found["cases"] + found["extra"]
    return _Step(number, clean, of, max(returned, 0), told, exact, cells)


def _sent(cohort: Cohort) -> list[np.ndarray]:
    """Of each activity how many passes, how many the next step has judged, and how many it sent back."""
    passed = passes(cohort)
    case, activity = passed["case"].to_numpy(), passed["activity"].to_numpy()
    rank, again, first = _ranks(cohort)[activity], passed["again"].to_numpy(), passed["first"].to_numpy()
    (follows, after), (decides, later) = (_ahead(case, steps) for steps in (1, 2))
    is_declared = ~np.isnan(rank) & ~np.isnan(rank[after])
    is_earlier = np.where(is_declared, rank[after] < rank, first[after] < first)
    backwards = follows & again[after] & is_earlier
    open_cases = cohort.own.loc[cohort.own["outcome"] == OPEN, "case"].to_numpy()
    judged = decides | ~np.isin(case, open_cases)
    passed_on = follows & (activity[after] != activity) & ~backwards & judged
    back = (activity[later] == activity) | (again[later] & (rank[later] < rank))
    which = (slice(None), passed_on, passed_on & decides & back)
    return [np.bincount(activity[chosen], minlength=len(cohort.names)) for chosen in which]


def _ranks(cohort: Cohort) -> np.ndarray:
    """The place of each activity in the declared order; of others none, which compares with nothing."""
    order = cohort.cube.definition["process"]["order"]
    return np.array([order.index(name) if name in order else np.nan for name in cohort.names])


def _ahead(case: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether the case of each event has one so many steps ahead, and where that is."""
    place = np.minimum(np.arange(case.size) + steps, max(case.size - 1, 0))
    return (case[place] == case) & (np.arange(case.size) + steps < case.size), place


def _row(cohort: Cohort, name: str, step: _Step) -> dict:
    first = first_pass_yield(step.clean, step.of, cohort.confidence)
    accurate = complete_and_accurate(step.returned, step.passed_on, cohort.confidence)
    row = {
        "interval": str(cohort.period),
        "activity": name,
        "passes": step.passes,
        "passed_on": step.passed_on,
    }
    row |= _said("first_pass_yield", "yield", first) | _said("complete_accurate", "accurate", accurate)
    return {**row, "method": METHOD, "verdict": "", "state": state_of(step.exact), "cells": list(step.cells)}


def _rolled(cohort: Cohort, path: list[_Step]) -> dict:
    """All steps together; the last of a path passes nothing on."""
    onward = [step for step in path if step.passed_on]
    first = rolled_yield([each.clean for each in path], [each.of for each in path], cohort.confidence)
    accurate = rolled_yield(
        [each.passed_on - each.returned for each in onward],
        [each.passed_on for each in onward],
        cohort.confidence,
    )
    fewest = min(path, key=lambda step: step.exact)
    row = {"interval": str(cohort.period), "activity": ALL_STEPS, "passes": fewest.passes}
    row |= {"passed_on": min((each.passed_on for each in onward), default=0)}
    row |= _said("first_pass_yield", "yield", first) | _said("complete_accurate", "accurate", accurate)
    cells = list(dict.fromkeys(cell for step in path for cell in step.cells))
    return {**row, "method": ROLLED, "verdict": "", "state": state_of(fewest.exact), "cells": cells}


def _said(name: str, prefix: str, found: Yield) -> dict[str, float]:
    values = {name: found.value, f"{prefix}_lower": found.lower, f"{prefix}_upper": found.upper}
    return {key: np.nan if value is None else value for key, value in values.items()}
