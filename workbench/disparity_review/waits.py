"""How long people wait: medians and 90th percentiles of those served and those still waiting."""

from dataclasses import astuple
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtri

from workbench.analyses import Cube
from workbench.disparity_review.comparison import reference_group
from workbench.disparity_review.counted import KNOWN, PUBLISHED
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.keys import KEY, keys_of
from workbench.disparity_review.results import empty
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope
from workbench.disparity_review.tally import Tally, Waited
from workbench.disparity_review.verdicts import FEW_ROWS, comparison_verdicts, ruled_out
from workbench.statistics.differences import mover_difference
from workbench.statistics.percentiles import enough_for
from workbench.statistics.proportions import critical_value
from workbench.statistics.survival import (
    Reached,
    kaplan_meier_of_counts,
    log_rank_of_counts,
    percentile,
)

MATERIAL_WAIT = 0.2  # a wait that matters: a fifth longer than the reference's median, at least a day
_POWER = ndtri(0.8)
_NOTHING = Reached(None, None, None)
_NO_COMPARISON = dict.fromkeys(
    ["reference_median", "difference", "difference_lower", "difference_upper", "p", "smallest_detectable"],
    np.nan,
)
COLUMNS = [
    *("interval", "dimension", "group", "place_level", "place", "reference_group"),
    *("denominator", "ended", "open", "median", "median_lower", "median_upper"),
    *("p90", "p90_lower", "p90_upper", "reference_median"),
    *("difference", "difference_lower", "difference_upper", "p", "smallest_detectable"),
    *("method", "verdict", "state", "cells"),
]


def waits(cube: Cube, counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row an interval, group and place; empty unless the outcome is a waiting time.

    Parameters
    ----------
    cube : Cube
        Frame ``waits``: how many waits ended after, and are open since, so many whole days.
    counts : DataFrame
        As ``counted`` gives it.
    scope : Scope

    Returns
    -------
    DataFrame
        Kaplan-Meier median and 90th percentile in days, those still waiting counted as such, with
        Brookmeyer-Crowley limits; of groups and places the difference of medians to the reference, its
        limits recovered from those of the medians (Zou and Donner 2008), the p of a log-rank test, and a
        verdict, for which both must agree. Where a percentile is not reached it is missing.

    Notes
    -----
    Where the source is about people, a percentile and its limits are left out where they would not be
    reached with ten cases open while one to ten are, and all of fewer than eleven that ended (decision 9).
    ``denominator`` is the published one and, in whole steps, those whose standard has not run out;
    ``open`` and ``ended`` are told in steps for the whole city only, p to two digits. Limits and p are those
    of effective counts where persons come more than once.
    """
    if "waits" not in cube.frames:
        return empty(COLUMNS)
    cells = counts[counts[PUBLISHED]].reset_index(drop=True)
    tally = Tally.of(cube, cells, scope)
    line_of = {key: line for line, key in enumerate(keys_of(cells, KEY))}
    reference = reference_group(counts, scope)
    rows = []
    for line, cell in enumerate(cells.to_dict("records")):
        if cell["group"] != KNOWN:
            own = tally.line(line)
            row = _row(cell, own, scope)
            other, label, is_part = _other(cell, reference, line_of, scope)
            if other is not None:
                reduced = tally.rest(other, line) if is_part else tally.line(other)
                row |= _compared(row, own, reduced, scope) | {"reference_group": label}
                row["cells"] += [cells["cell"][other], *filter(None, [reduced.lender])]
            rows.append(row | {"cells": list(dict.fromkeys(row["cells"]))})
    return _judged(pd.DataFrame(rows), scope)[COLUMNS]


def _other(cell: dict, reference: str, line_of: dict, scope: Scope) -> tuple[int | None, str, bool]:
    """The line that a cell is compared with, its name, and whether the cell is to be taken out of it.

    Against the city as a whole medians are compared with everyone else, because one cannot be carried
    over to the other.
    """
    group, level, place = cell["group"], cell["place_level"], cell["place"]
    where = (cell["interval"], cell["dimension"])
    if place == UNKNOWN:
        return None, "", False
    if group == ALL:
        return (line_of[*where, ALL, CITY, ALL], EVERYONE_ELSE, True) if level != CITY else (None, "", False)
    if group not in scope.groups or group == reference:
        return None, "", False
    source = {EVERYONE_ELSE: KNOWN, CITY: ALL}.get(reference, reference)
    is_part = source in (KNOWN, ALL)
    return line_of[*where, source, level, place], EVERYONE_ELSE if is_part else reference, is_part


def _row(cell: dict, waited: Waited, scope: Scope) -> dict:
    """The waits of one cell."""
    median, ninth = (_percentile(waited, share, scope) for share in (0.5, 0.9))
    shown = _shown(cell, waited.n, waited.n - waited.over, scope)
    ninth = ninth if enough_for(shown["denominator"], 0.9) else _NOTHING
    names = [f"{of}{side}" for of in ("median", "p90") for side in ("", "_lower", "_upper")]
    figures = dict(zip(names, (*astuple(median), *astuple(ninth)), strict=True))
    return {
        **{name: cell[name] for name in KEY},
        **shown,
        **{name: np.nan if value is None else value for name, value in figures.items()},
        **_NO_COMPARISON,
        "reference_group": "",
        "method": _method(median, ninth, waited, scope),
        "state": _state(shown["denominator"]),
        "cells": [cell["cell"], *filter(None, [waited.lender])],
    }


def _percentile(waited: Waited, share: float, scope: Scope) -> Reached:
    """A percentile, its limits those of effective counts, as it may be told."""
    curve = kaplan_meier_of_counts(waited.days, *waited.effective, confidence=scope.confidence)
    return _told(percentile(curve, share), waited.n, waited.over, share, scope, waited.effect)


def _told(at: Reached, n: int, ended: int, share: float, scope: Scope, effect: float = 1.0) -> Reached:
    """A percentile, without what would tell how few are open, or of how few it is."""
    least, still_open = scope.definition["least_listed"], n - ended
    if ended < least:
        return _NOTHING
    if not 0 < still_open < least:
        return at
    sure = _certain(n, least - 1, share, scope.confidence, effect)
    return Reached(*(value if known else None for value, known in zip(astuple(at), sure, strict=True)))


@lru_cache(maxsize=4096)
def _certain(n: int, few: int, share: float, confidence: float, effect: float = 1.0) -> tuple[bool, ...]:
    """Whether a percentile and its two limits are reached by n cases even when the last ``few`` are open."""
    counts = np.array([[n - few, 0], [0, few]]) / effect
    curve = kaplan_meier_of_counts([1.0, 2.0], *counts, confidence=confidence)
    return tuple(value is not None for value in astuple(percentile(curve, share)))


def _shown(cell: dict, n: int, still_open: int, scope: Scope) -> dict:
    """Counts of waits as they may be published beside the cell's own.

    Those whose standard has not run out yet are told in whole steps. So are the open ones, in classes of
    which each holds a step or more of what is possible for a reader who knows how many missed the standard.
    """
    due, step = int(cell["denominator"]), _step(scope)
    if step == 1:
        return {"denominator": n, "ended": n - still_open, "open": still_open}
    total = due + step * (max(n - due, 0) // step)
    possible = due - int(cell["numerator"]) + total - due + step - 1
    classes = possible // step
    if cell["place_level"] != CITY or not classes or not total:
        return {"denominator": total, "ended": np.nan, "open": np.nan}
    told = step * min(still_open // step, classes - 1)
    return {"denominator": total, "ended": total - told, "open": told}


def _step(scope: Scope) -> int:
    """A count is told in steps of so many: 20 for a smallest shown count of 11, 1 where none is hidden."""
    least = scope.definition["least_listed"]
    return 1 if least == 1 else 10 * -(-2 * (least - 1) // 10)


def _state(n: int) -> str:
    return "no data" if n == 0 else "value" if n >= FEW_ROWS else "unreliable"


def _method(median: Reached, ninth: Reached, waited: Waited, scope: Scope) -> str:
    """The method, and which figures there are none of."""
    lacking = [name for name, at in (("median", median), ("90th percentile", ninth)) if at.value is None]
    why = "not reached" if scope.definition["least_listed"] == 1 else "not reached or not told"
    counted = f", repeat users counted (design effect {waited.effect:g})" if waited.effect > 1 else ""
    return "; ".join(
        ["Kaplan-Meier, Brookmeyer-Crowley limits" + counted, *(f"{name} {why}" for name in lacking)]
    )


def _compared(row: dict, own: Waited, other: Waited, scope: Scope) -> dict:
    """The median against that of the reference."""
    median = _percentile(other, 0.5, scope)
    values = [np.nan if value is None else value for value in astuple(median)]
    least = scope.definition["least_listed"]
    enough = min(own.over, other.over) >= least and other.n >= FEW_ROWS and row["state"] == "value"
    mine = [row[name] for name in ("median", "median_lower", "median_upper")]
    lower, upper = mover_difference(mine[0], mine[1:], values[0], values[1:])
    error = (float(upper) - float(lower)) / (2 * critical_value(scope.confidence))
    detectable = max((critical_value(scope.confidence) + _POWER) * error, 1.0)
    return {
        "reference_median": values[0],
        "difference": mine[0] - values[0],
        "difference_lower": float(lower),
        "difference_upper": float(upper),
        "p": _p(own, other, scope) if enough else np.nan,
        "smallest_detectable": detectable if np.isfinite(error) else np.nan,
        "method": row["method"] + "; medians by MOVER, p of the log-rank test",
    }


def _p(own: Waited, other: Waited, scope: Scope) -> float:
    """P of the log-rank test, to two digits where finer ones could tell counts of people."""
    ended, still_open = (np.array(pair) for pair in zip(own.effective, other.effective, strict=True))
    p = log_rank_of_counts(ended, still_open).p
    return p if scope.definition["least_listed"] == 1 else float(f"{p:.1e}")


def _judged(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """With verdicts: worse off is who waits longer, where the outcome is a favourable one."""
    lower, upper, p = (rows[name].to_numpy(float) for name in ("difference_lower", "difference_upper", "p"))
    apart, alpha = (lower > 0) | (upper < 0), 1 - scope.confidence
    material = np.maximum(MATERIAL_WAIT * rows["reference_median"].to_numpy(float), 1.0)
    no_gap = ruled_out(lower, upper, rows["smallest_detectable"].to_numpy(float), material)
    verdict = comparison_verdicts(
        rows["difference"].to_numpy(float),
        np.where(apart | np.isnan(p), p, np.maximum(p, alpha)),
        no_gap & ~(p < alpha),
        rows["state"].to_numpy() == "value",
        favourable=not scope.favourable,
        alpha=alpha,
    )
    compared = rows["reference_group"] != ""
    return rows.assign(verdict=np.where(compared, verdict, ""))
