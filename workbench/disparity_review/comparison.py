"""Each group and each place against its reference."""

import numpy as np
import pandas as pd

from workbench.disparity_review.counted import KNOWN, PUBLISHED
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.keys import keys_of
from workbench.disparity_review.measured import Sides, figures, judged, with_adverse_ratio
from workbench.disparity_review.precision import EFFECT, PRECISION, rest, with_effects
from workbench.disparity_review.scope import BEST, EVERYONE_ELSE, Scope
from workbench.statistics import proportions

_PRIVATE = [PUBLISHED, EFFECT, f"reference_{EFFECT}"]
_LIMITS = ["difference", "difference_lower", "difference_upper"]


def compared(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """One row a comparison, with the counts of both sides.

    Parameters
    ----------
    counts : DataFrame
        As ``counted`` gives it.

    Returns
    -------
    DataFrame
        interval, question (``group``, ``place`` or ``group_in_place``), dimension, group,
        reference_group, place_level, place, numerator, denominator, reference_numerator,
        reference_denominator, part (the share of the group in its own reference), squared margins and
        design effects of both sides, cells, published. The reference counts of ``city`` and ``everyone_else`` are those of the others.
    """
    parts = [_groups(counts, scope), _places(counts, scope)]
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return with_effects(rows, scope)


def _groups(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Groups against the reference group, in the city and within each place."""
    reference = reference_group(counts, scope)
    compared = counts["group"].isin([group for group in scope.groups if group != reference])
    own = counts[compared & (counts["place"] != UNKNOWN)]
    question = np.where(own["place_level"] == CITY, "group", "group_in_place")
    own = own.assign(question=question, reference_group=reference)
    source = {EVERYONE_ELSE: KNOWN, CITY: ALL}.get(reference, reference)
    other = counts[counts["group"] == source]
    return _joined(own, other, ["interval", "place_level", "place"], reference)


def _places(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Everyone in a place against the rest of the city, those whose place is not recorded included."""
    everyone = counts["group"] == ALL
    city = counts["place_level"] == CITY
    own = counts[everyone & ~city & (counts["place"] != UNKNOWN)]
    own = own.assign(question="place", reference_group=scope.place_reference)
    return _joined(own, counts[everyone & city], ["interval"], scope.place_reference)


def _joined(own: pd.DataFrame, other: pd.DataFrame, on: list[str], reference: str) -> pd.DataFrame:
    """Own counts beside those of the others, which are always there; a reference that holds the group itself is reduced by it."""
    place = {key: i for i, key in enumerate(keys_of(other, on))}
    other = other.iloc[[place[key] for key in keys_of(own, on)]]
    counts = ["numerator", "denominator"]
    beside = {name: other[name].to_numpy() for name in (*counts, *PRECISION)}
    part = np.zeros(len(own))
    if reference == CITY:
        part = proportions.share(own["denominator"], beside["denominator"])
    if reference in (CITY, EVERYONE_ELSE):
        beside |= rest(beside, own) | {name: beside[name] - own[name].to_numpy() for name in counts}
    cells = [list(pair) for pair in zip(own["cell"].tolist(), other["cell"].tolist(), strict=True)]
    named = {f"reference_{name}": values for name, values in beside.items()}
    cells = pd.Series(cells, index=own.index, dtype="object")
    return own.drop(columns="cell").assign(**named, part=part, cells=cells)


def reference_group(counts: pd.DataFrame, scope: Scope) -> str:
    """The reference, the best group found: the one that fares best in the reviewed interval.

    A group with fewer than ``best_minimum`` in the denominator cannot be the best; where all are smaller
    the comparison is with everyone else.
    """
    if scope.reference != BEST:
        return scope.reference
    city = counts[(counts["interval"] == scope.interval) & (counts["place_level"] == CITY)]
    large = city[city["group"].isin(list(scope.groups)) & (city["denominator"] >= scope.best_minimum)]
    if large.empty:
        return EVERYONE_ELSE
    rate = large["numerator"] / large["denominator"]
    return str(large["group"].iloc[int((rate if scope.favourable else -rate).to_numpy().argmax())])


def gaps(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Every comparison with difference, ratio, p value, smallest detectable difference and verdict.

    Beside ``GAP_COLUMNS`` whether it is published, and the design effects of both sides.
    """
    rows = compared(counts, scope)
    measured = figures(Sides.of(rows), scope, per_exposure=scope.per_exposure)
    rows = rows.assign(**_against_city(measured, rows["part"].to_numpy(), scope))
    return judged(rows, scope, per_exposure=scope.per_exposure)[[*GAP_COLUMNS, *_PRIVATE]]


def _against_city(measured: dict, part: np.ndarray, scope: Scope) -> dict:
    """Comparisons with the others carried over to the whole that the group is part of.

    With w the group's share of the city, its rate less the city's is (1 - w) times its rate less
    the others', and its ratio to the city is r / (w r + 1 - w) of its ratio r to the others: exact,
    and increasing, so limits carry over. The smallest detectable difference scales alike.
    """
    if not np.nan_to_num(part).any():
        return measured
    part = np.nan_to_num(part)
    own, other = measured["rate"], measured["reference_rate"]
    changed = {name: measured[name] * (1 - part) for name in [*_LIMITS, "smallest_detectable"]}
    changed["reference_rate"] = part * np.nan_to_num(own) + (1 - part) * other
    for name in measured:
        if "ratio" in name:
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = measured[name]
                changed[name] = np.where(np.isinf(ratio), 1 / part, ratio / (part * ratio + 1 - part))
    changed = measured | changed
    return with_adverse_ratio(changed, scope) if scope.per_exposure else changed


GAP_COLUMNS = [
    *("interval", "question", "dimension", "group", "reference_group", "place_level", "place"),
    *("numerator", "denominator", "rate", "reference_numerator", "reference_denominator", "reference_rate"),
    *_LIMITS,
    *("ratio", "ratio_lower", "ratio_upper", "adverse_ratio", "adverse_ratio_lower", "adverse_ratio_upper"),
    *("p", "smallest_detectable", "needed", "method", "verdict", "state", "cells"),
]
