"""Share of cases closed in time, and of cases with rework, of each group and place."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort, Some
from workbench.process_timing.counts import NO_DATA, Counts
from workbench.process_timing.equity.groups import Pair
from workbench.process_timing.equity.same_mix import SameMix, same_mix
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.times.curves import state_of
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import share, wilson
from workbench.statistics.rounded_counts import difference_of_rounded

SERVICE_LEVEL, REWORK = "service level", "rework"
METHOD = "Wilson; difference by Miettinen and Nurminen, the widest of all counts that are rounded to the same"


@dataclass(frozen=True)
class _Side:
    """One side: the kind of each case and whether it has it; as published; how far from that the count may be."""

    kinds: np.ndarray
    flags: np.ndarray
    count: int
    of: int
    slack: float


def share_rows(compared: list[Pair], cohort: Cohort, counts: Counts) -> list[dict]:
    """Of each group, how many of the cases that were due were closed in time, then in how many anything was repeated.

    By the resident's clock, and nothing of it without a service level; done more than once so far. All are compared
    at once: limits are found by halving, which takes as long for one as for many.
    """
    asked = {SERVICE_LEVEL: _in_time} if cohort.cube.definition["process"]["service_level"] else {}
    sided = {
        quantity: [(side(each.own, cohort.rounding), side(each.other, cohort.rounding)) for each in compared]
        for quantity, side in (asked | {REWORK: _with_rework}).items()
    }
    sides = [both for own in sided.values() for both in own]
    own, other = (_numbers([both[place] for both in sides]) for place in (0, 1))
    values = {**_values(own, cohort.confidence), **_differences(own, other, cohort.confidence)}
    numbers = iter(pd.DataFrame(values).to_dict("records"))
    return [
        _row(quantity, pair, both, next(numbers), cohort, counts)
        for quantity, own in sided.items()
        for pair, both in zip(compared, own, strict=True)
    ]


def _in_time(cases: Some, rounding: Rounding) -> _Side:
    """What was due and what was missed in steps: kept shares would add up to how few were closed late."""
    is_due, *of_cases = (cases[name] for name in ("is_due", "in_time", "kind_of_case"))
    flags, kinds = (values[is_due] for values in of_cases)
    of = rounding.within(flags.size, len(cases))
    missed = rounding.nearest_of(rounding.part(int((~flags).sum()), flags.size, of), of)
    return _Side(kinds, flags, of - missed, of, rounding.slack)


def _with_rework(cases: Some, rounding: Rounding) -> _Side:
    """Of a total that is published exactly, to the nearest step: kept shares would add up to who repeated what else."""
    flags = cases["rework"] > 0
    exact = int(flags.sum())
    return _Side(
        cases["kind_of_case"], flags, rounding.nearest_of(exact, len(cases)), len(cases), rounding.slack
    )


def _row(
    quantity: str, pair: Pair, both: tuple[_Side, _Side], numbers: dict, cohort: Cohort, counts: Counts
) -> dict:
    is_judged = bool(pair.reference) and bool(enough_for(min(each.of for each in both), 0.5))
    if not is_judged:
        numbers = numbers | dict.fromkeys(("reference_value", "difference", "lower", "upper", "p"), np.nan)
    return {
        **pair.row(cohort), "quantity": quantity, "unit": "share", "cases": both[0].of, "method": METHOD,
        **numbers, **(_at_same_mix(numbers, *both, cohort) if is_judged else {}),
        "state": state_of(both[0].of) if both[0].of else NO_DATA,
        "cells": [*pair.cells, *_cells(quantity, pair, *both, cohort, counts)],
    }  # fmt: skip


def _cells(quantity: str, pair: Pair, own: _Side, other: _Side, cohort: Cohort, counts: Counts) -> list[str]:
    start = f"{cohort.period}|{quantity}|{pair.dimension}"
    cells = [counts.cell(f"{start}={pair.group}", own.count, own.of)]
    if not pair.reference:
        return cells
    return [*cells, counts.cell(f"{start}={pair.group}|{pair.reference}", other.count, other.of)]


def _numbers(sides: list[_Side]) -> np.ndarray:
    """Published count, of how many, and slack: a row each."""
    return np.array([(each.count, each.of, each.slack) for each in sides], float).reshape(-1, 3).T


def _values(own: np.ndarray, confidence: float) -> dict[str, np.ndarray]:
    lower, upper = wilson(own[0], own[1], confidence)
    return {"value": share(own[0], own[1]), "value_lower": lower, "value_upper": upper}


def _differences(own: np.ndarray, other: np.ndarray, confidence: float) -> dict[str, np.ndarray]:
    """Difference of shares, with limits and p."""
    lower, upper, p = difference_of_rounded(*own, *other, confidence)
    reference = share(other[0], other[1])
    return {
        "reference_value": reference,
        "difference": share(own[0], own[1]) - reference,
        "lower": lower,
        "upper": upper,
        "p": p,
    }


def _at_same_mix(numbers: dict, own: _Side, other: _Side, cohort: Cohort) -> dict:
    """The difference moved by what the mix adds, its limits moved with it and widened for the weights.

    What the mix adds is of exact counts, which it would give away: for people it is told to a hundredth,
    and how much the limits are widened to a tenth.
    """
    mix: SameMix | None = same_mix(own.kinds, other.kinds, cohort.cube.definition["least_listed"])
    if mix is None:
        return {}
    value, wider = mix.adds(own.flags, other.flags), float(np.sqrt(mix.design_effect))
    if not cohort.rounding.is_exact:
        value, wider = round(value, 2), round(wider, 1)
    return {
        "same_mix": numbers["difference"] + value,
        "same_mix_lower": numbers["difference"] + value + wider * (numbers["lower"] - numbers["difference"]),
        "same_mix_upper": numbers["difference"] + value + wider * (numbers["upper"] - numbers["difference"]),
    }
