"""In which steps a gap of lead times arises."""

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import CALENDAR, Cohort, Some, weeks
from workbench.process_timing.counts import VALUE, Counts
from workbench.process_timing.equity.gaps import equity, words_of
from workbench.process_timing.equity.groups import Pair, pairs
from workbench.process_timing.equity.lead import MEAN
from workbench.process_timing.equity.passes import Passes
from workbench.process_timing.equity.told import Told, has_rows
from workbench.process_timing.frames import with_floats
from workbench.process_timing.times.curves import entries
from workbench.process_timing.times.restricted import horizon_of
from workbench.statistics.false_discovery import benjamini_hochberg
from workbench.statistics.step_gap import StepGap, StepWaits, step_gap
from workbench.statistics.time_at_risk import TimeAtRisk

METHOD = "Kitagawa, weeks resampled; cases last seen early made good; Benjamini-Hochberg over the steps"
NUMBERS = [
    *("horizon_days", "gap_days", "lower", "upper", "use_days", "use_lower", "use_upper", "time_days"),
    *("time_lower", "time_upper", "share_of_gap", "p", "adjusted_p"),
]
COLUMNS = [
    *("interval", "dimension", "kind", "group", "reference", "from", "to", *NUMBERS),
    *("method", "verdict", "state", "cells"),
]
_FIELDS = {
    "gap_days": "gap",
    "lower": "gap_lower",
    "upper": "gap_upper",
    "use_days": "use",
    "use_lower": "use_lower",
    "use_upper": "use_upper",
    "time_days": "time",
    "time_lower": "time_lower",
    "time_upper": "time_upper",
    "p": "gap_p",
}


def equity_steps(cohort: Cohort, counts: Counts, gaps: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row for each group and edge: how much of the gap in mean lead time arises there.

    Groups are those of kind ``group`` whose gap could be judged, and the places found worse or better off, of
    each level the three with most cases.

    Parameters
    ----------
    cohort : Cohort
    counts : Counts
    gaps : DataFrame, optional
        The frame ``equity`` of the same cohort; made here where it is not given.

    Returns
    -------
    DataFrame
        interval, dimension, kind, group, reference, from, to (``submitted`` before the first step; ``closed`` or
        ``not yet`` after the last; ``other steps`` in both for all that are not told apart), horizon_days;
        gap_days: mean days a case spends there more than the reference's, with lower and upper; use_days:
        what of it is there because cases pass more often, time_days: because a pass takes longer, each with
        limits; share_of_gap (missing where the whole gap may be nothing); p; adjusted_p (Benjamini and
        Hochberg 1995, over the steps of the group); method, verdict, state, cells. The largest gap first.

    Notes
    -----
    The rows of a group add up to the difference of ``mean`` in ``equity``, and use and time to the gap. A pass is
    from the end of one step to the end of the next, so it holds the wait and the work. Open cases are
    in it to when they were last seen and, like withdrawn ones, made good by those followed longer
    (:class:`workbench.statistics.time_at_risk.TimeAtRisk`).

    Where the source is about people, an edge is told for all groups of a dimension or for none (see ``told``).
    """
    horizon, rows = horizon_of(cohort, CALENDAR), []
    chosen = _chosen(cohort, counts, equity(cohort, counts) if gaps is None else gaps)
    passes = Passes.of(cohort).within(horizon, entries(cohort, cohort.own)) if chosen else None
    for own in chosen:
        told = Told.of(passes, own, cohort)
        for pair in own if told.edges.size else ():
            rows += _rows(pair, _split(pair, told, cohort), told, cohort, counts)
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(horizon_days=horizon)
    return with_floats(frame, NUMBERS)


def _chosen(cohort: Cohort, counts: Counts, gaps: pd.DataFrame) -> list[list[Pair]]:
    """Of each dimension, the groups that have rows."""
    verdicts = gaps.loc[gaps["quantity"] == MEAN, "verdict"]
    clear, found = (str(Verdict.WORSE_OFF), str(Verdict.BETTER_OFF)), {}
    for pair, verdict in zip(pairs(cohort, counts), verdicts, strict=True):
        worth = clear if pair.kind == "place" else (*clear, str(Verdict.NO_DIFFERENCE))
        fewest = cohort.rounding.fewest
        if verdict in worth and min(len(pair.own), len(pair.other)) >= fewest:
            found.setdefault(pair.dimension, []).append(pair)
    kept = [has_rows(own, cohort) for own in found.values()]
    return [own for own in kept if own]


def _split(pair: Pair, told: Told, cohort: Cohort) -> StepGap:
    own, other = (_step_waits(side, told, cohort) for side in (pair.own, pair.other))
    return step_gap(own, other, confidence=cohort.confidence)


def _step_waits(cases: Some, told: Told, cohort: Cohort) -> StepWaits:
    """Passes of some cases, with each moment counted for those that are no longer followed."""
    clock = TimeAtRisk.of(cohort.days(cases), cohort.observed(cases), entries(cohort, cases))
    passes = told.passes.of_cases(cases.rows)
    return StepWaits(
        passes.case,
        told.places(passes.edge),
        clock.between(passes.begins, passes.ends),
        weeks(cases["submitted_on"]),
        passes=clock.at(passes.begins),
    )


def _rows(pair: Pair, found: StepGap, told: Told, cohort: Cohort, counts: Counts) -> list[dict]:
    steps = with_floats(found.steps, [name for name in found.steps if name != "edge"])
    adjusted = pd.Series(benjamini_hochberg(steps["gap_p"].to_numpy()))
    said = {
        **{name: steps[field] for name, field in _FIELDS.items()},
        "share_of_gap": steps["gap"] / _whole(found),
        "adjusted_p": adjusted,
        "verdict": words_of(steps["gap"] > 0, adjusted, cohort.confidence),
    }
    users = told.users(pair.own.rows)
    rows = []
    for place, row in zip(steps["edge"], pd.DataFrame(said).to_dict("records"), strict=True):
        ends = told.name_of(place)
        cell = "|".join([str(cohort.period), pair.name, "edge", *ends])
        cells = [*pair.cells, counts.cell(cell, cohort.rounding.nearest(users[place]))]
        row |= {"from": ends[0], "to": ends[1], "method": METHOD, "state": VALUE, "cells": cells}
        rows.append({**pair.row(cohort), **row})
    return rows


def _whole(found: StepGap) -> float:
    """The whole gap; missing where it may be nothing."""
    gap = found.whole.set_index("part").loc["gap"].astype(float)
    return gap["value"] if gap["lower"] > 0 or gap["upper"] < 0 else np.nan
