"""The paths that cases took: the most frequent, and how many of them make most of the work."""

import numpy as np
import pandas as pd

from workbench.process_timing.cohort import Cohort, Some
from workbench.process_timing.counts import Counts
from workbench.process_timing.frames import with_floats
from workbench.process_timing.log.assembly import CLOSED
from workbench.process_timing.times.curves import state_of
from workbench.statistics.proportions import wilson

TOP_VARIANTS = 10
OTHERS = "all other variants"
SHARES = (0.5, 0.8, 0.95)
COLUMNS = [
    *("interval", "rank", "activities", "variants", "cases", "share", "lower", "upper"),
    *("closed_median_days", "state", "cells"),
]
COVERAGE = ["interval", "share", "variants", "of", "state", "cells"]


def variants(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """The most frequent variants of the period, and one row for all others.

    A variant of fewer cases than the city's minimum count is never listed by itself: the path of a
    few people is theirs.

    Returns
    -------
    DataFrame
        interval, rank, activities (in order, joined by arrows), variants (how many the row stands
        for), cases (rounded where the source is about people), share of all cases with lower and upper
        (Wilson), closed_median_days, state, cells.
    """
    texts = cohort.cube.frames["variants"]["activities"]
    sizes = _sizes(cohort)
    top = _top(sizes, cohort)
    rest = [variant for variant in sizes.index if variant not in top]
    groups = [([variant], texts[variant]) for variant in top] + ([(rest, OTHERS)] if rest else [])
    told = cohort.rounding.parts([int(sizes[members].sum()) for members, _ in groups])
    rows = [
        _variant_row(cohort, counts, rank, members, text, cases)
        for rank, ((members, text), cases) in enumerate(zip(groups, told, strict=True), start=1)
    ]
    if cohort.rounding.is_exact:
        counts.total(f"{cohort.period}|submitted", [row["cells"][0] for row in rows])
    return pd.DataFrame(rows, columns=COLUMNS)


def variant_coverage(cohort: Cohort, counts: Counts) -> pd.DataFrame:
    """One row a share of the cases: how few variants have so many.

    Where the source is about people, it is read from the counts of listed variants as they are
    published, and missing where those do not reach the share: it tells nothing that they do not.

    Returns
    -------
    DataFrame
        interval, share, variants (the fewest that have at least this share of the cases), of (variants
        in all; missing where those that are not listed are of few people: each is at least one), state, cells.
    """
    interval, sizes, submitted = str(cohort.period), _sizes(cohort), len(cohort.own)
    if not submitted:
        return pd.DataFrame(columns=COVERAGE)
    listed = sizes if cohort.rounding.is_exact else _listed(sizes, cohort)[:TOP_VARIANTS]
    known = [cohort.rounding.nearest(size) for size in listed]
    reached = np.cumsum([0, *known])
    cells = [counts.cell(f"{interval}|submitted", submitted)]
    rest = cohort.rounding.few([submitted - int(sizes[sizes.index.isin(_top(sizes, cohort))].sum())])
    rows = []
    for share in SHARES:
        needed = int(np.searchsorted(reached, share * submitted - 1e-9))
        row = {"interval": interval, "share": share, "of": np.nan if rest else len(sizes), "cells": cells}
        row |= {"variants": needed if needed < len(reached) else np.nan, "state": state_of(submitted)}
        rows.append(row)
    return with_floats(pd.DataFrame(rows, columns=COVERAGE), ("variants", "of"))


def usual_path(cohort: Cohort) -> list[int]:
    """Codes of the activities of the most frequent variant of closed cases, in order.

    Open cases are on their way still. Empty where none is closed, or where the variant is of so few
    people that it would be theirs.
    """
    closed = cohort.own[cohort.own["outcome"] == CLOSED]
    sizes = _listed(_sizes(cohort, closed), cohort)
    if sizes.empty:
        return []
    example = closed.loc[closed["variant"] == sizes.index[0], "case"].iloc[0]
    return cohort.events.loc[cohort.events["case"] == example, "activity"].astype(int).tolist()


def _sizes(cohort: Cohort, cases: pd.DataFrame | None = None) -> pd.Series:
    """Cases of the period by variant, the most frequent first."""
    sizes = (cohort.own if cases is None else cases).groupby("variant").size()
    return sizes.iloc[np.lexsort((sizes.index, -sizes.to_numpy()))]


def _top(sizes: pd.Series, cohort: Cohort) -> list[int]:
    """The variants that have a row of their own."""
    return _listed(sizes, cohort).index.tolist()[:TOP_VARIANTS]


def _listed(sizes: pd.Series, cohort: Cohort) -> pd.Series:
    return sizes[sizes >= cohort.cube.definition["least_listed"]]


def _variant_row(
    cohort: Cohort, counts: Counts, rank: int, members: list[int], text: str, cases: int
) -> dict:
    found = Some(cohort.timed, np.flatnonzero(np.isin(cohort.own["variant"].to_numpy(), members)))
    interval, submitted = str(cohort.period), len(cohort.own)
    lower, upper = wilson(min(cases, submitted), submitted, cohort.confidence)
    return {
        "interval": interval,
        "rank": rank,
        "activities": text,
        "variants": len(members),
        "cases": cases,
        "share": min(cases / submitted, 1.0),
        "lower": float(lower),
        "upper": float(upper),
        "closed_median_days": cohort.median_of(found),
        "state": state_of(len(found)),
        "cells": [counts.cell(f"{interval}|variant|{rank}", cases)],
    }
