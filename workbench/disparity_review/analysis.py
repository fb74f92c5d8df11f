"""The disparity review: who is worse off, by how much, how sure, and since when."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review import changes, comparison, pooled
from workbench.disparity_review.adjusted import adjusted
from workbench.disparity_review.bounds import bounds
from workbench.disparity_review.clusters import clustering
from workbench.disparity_review.contributions import contributions
from workbench.disparity_review.counted import KEY, KNOWN, PUBLISHED, counted, sums
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.daylight import daylight
from workbench.disparity_review.decisions import decisions
from workbench.disparity_review.funnel import funnel
from workbench.disparity_review.hits import hit_counts, hit_sums, hits
from workbench.disparity_review.mixes import mixes
from workbench.disparity_review.pieces import pieces
from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.scope import BEST, Scope
from workbench.disparity_review.split import split
from workbench.disparity_review.stages import stages
from workbench.disparity_review.summary import summary
from workbench.disparity_review.trend import trend, trend_limits
from workbench.disparity_review.verdicts import states
from workbench.disparity_review.waits import waits
from workbench.statistics.proportions import share, wilson
from workbench.statistics.rates import rate_interval

_MEASURED = ["rate", "lower", "upper", "method", "state", "cells"]


def analyse(
    cube: Cube,
    *,
    period: str,
    dimension: str = "",
    reference: str = "",
    confidence: float = 0.95,
    intervals: str = "score",
    best_minimum: int = 100,
    impute: bool = False,
) -> DisparityResults:
    """Rates and gaps by group and by place, of true counts.

    Parameters
    ----------
    cube : Cube
        Frame ``cells``, as this room's ``cube`` makes it.
    period : str
        The interval that is reviewed, such as ``2025-Q4``.
    dimension : str
        How people are grouped, such as ``race``; empty: the service's first.
    reference : str
        Whom groups are compared with: a group id; ``best``, the group that fares best among those
        large enough; ``everyone_else``; ``city``. Empty: as the catalog declares.
    confidence : float
        Level of all intervals and verdicts, a fraction.
    intervals : str
        Of gaps of proportions: ``score`` (Miettinen-Nurminen and Koopman) or ``closed`` (Newcombe and
        MOVER-Wilson).
    best_minimum : int
        Denominator from which a group can be the best.
    impute : bool
        Whether to show, beside the bounds, the gap with groups imputed from surname and place: a
        sensitivity, where the service declares how.

    Returns
    -------
    DisparityResults

    Raises
    ------
    ParameterError
        When a parameter does not fit the service.

    Notes
    -----
    Methods: Wilson for proportions, Byar or exact for rates; Miettinen-Nurminen score intervals of
    differences and ratios, with which the p value always agrees; z tests of changes;
    Mantel-Haenszel within places. The words are those of ``workbench.findings.Verdict``.
    """
    chosen = {"intervals": intervals, "best_minimum": best_minimum, "impute": impute}
    scope = Scope.of(cube, period, dimension, reference, confidence, **chosen)
    counts = counted(cube, scope)
    compared = comparison.gaps(counts, scope)
    shown = compared[compared[PUBLISHED]].drop(columns=PUBLISHED).reset_index(drop=True)
    published = counts[counts[PUBLISHED]]
    parts = mixes(cube, compared, scope)
    found = hits(cube, counts, scope)
    return DisparityResults(
        counts=pd.concat([_published(published, scope), hit_counts(found, scope)], ignore_index=True),
        sums=(*sums(counts, scope), *hit_sums(found, scope)),
        facts=_facts(cube, scope, comparison.reference_group(counts, scope)),
        about_people=cube.definition["about_people"],
        rates=rates(published, scope),
        gaps=shown,
        changes=changes.changes(shown, scope),
        pooled=pooled.pooled(compared, scope),
        unknown=unknown(published, scope),
        waits=waits(cube, counts, scope),
        stages=stages(cube, counts, scope),
        adjusted=adjusted(parts, compared, scope),
        split=split(parts, compared, scope),
        contributions=contributions(parts, compared, scope),
        pieces=pieces(cube, counts, scope),
        summary=summary(counts, cube, scope),
        funnel=funnel(counts, cube, scope),
        clustering=clustering(counts, cube, scope),
        trend=trend(compared, scope),
        trend_limits=trend_limits(compared, scope),
        bounds=bounds(cube, counts, scope),
        decisions=decisions(cube, counts, scope),
        daylight=daylight(cube, counts, scope),
    )


def rates(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rate of every group and place with its interval.

    Returns
    -------
    DataFrame
        interval, dimension, group, place_level, place, numerator, denominator, rate, lower, upper,
        method, state, cells. Those without a recorded group or place are rows of their own.
    """
    shown = counts[counts["group"] != KNOWN].reset_index(drop=True)
    x, n = shown["numerator"], shown["denominator"]
    if scope.per_resident:
        limits, method = rate_interval(x, n, scope.confidence), "Byar, exact below 10"
    else:
        limits, method = wilson(x, n, scope.confidence), "Wilson"
    measured = shown.assign(
        rate=share(x, n),
        lower=limits[0],
        upper=limits[1],
        method=method,
        state=states(x, n, per_resident=scope.per_resident),
        cells=_cells(shown["cell"]),
    )
    return measured[[*KEY, "numerator", "denominator", *_MEASURED]]


def unknown(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """How many have no recorded group, and no recorded place: numbers of their own.

    Returns
    -------
    DataFrame
        interval, dimension (the people's dimension, or a place level), place_level, place, unknown,
        total, share, lower, upper, state, cells.
    """
    column = "numerator" if scope.per_resident else "denominator"
    city = (counts["place_level"] == CITY) & (counts["group"] == ALL)
    everyone = counts["group"] == ALL
    ungrouped = counts[counts["group"] == UNKNOWN]
    parts = [_unknown(ungrouped, counts[everyone], ["interval", "place_level", "place"], column)]
    unplaced = counts[everyone & (counts["place"] == UNKNOWN)]
    unplaced = unplaced.assign(dimension=unplaced["place_level"], place_level=CITY, place=ALL)
    parts.append(_unknown(unplaced, counts[city], ["interval"], column))
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    lower, upper = wilson(rows["unknown"], rows["total"], scope.confidence)
    state = states(rows["unknown"], rows["total"], per_resident=False)
    rows = rows.assign(share=share(rows["unknown"], rows["total"]), lower=lower, upper=upper, state=state)
    names = ["interval", "dimension", "place_level", "place", "unknown", "total", "share", "lower", "upper"]
    return rows[[*names, "state", "cells"]]


def _unknown(own: pd.DataFrame, everyone: pd.DataFrame, on: list[str], column: str) -> pd.DataFrame:
    total = everyone[[*on, column, "cell"]].rename(columns={column: "total", "cell": "total_cell"})
    both = own.merge(total, on=on).rename(columns={column: "unknown"})
    cells = [list(pair) for pair in zip(both["cell"], both["total_cell"], strict=True)]
    return both.assign(cells=pd.Series(cells, index=both.index, dtype="object"))


def _cells(ids: pd.Series) -> pd.Series:
    return pd.Series([[cell] for cell in ids], index=ids.index, dtype="object")


def _published(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The counts as disclosure control wants them; residents are a public number, not a count to hide."""
    frame = counts[["cell", "numerator", "denominator"]].astype(
        {"numerator": "Int64", "denominator": "Int64"}
    )
    return frame.assign(denominator=pd.array([pd.NA] * len(frame), "Int64")) if scope.per_resident else frame


def _facts(cube: Cube, scope: Scope, reference: str) -> dict:
    """What holds for the whole result, as plain JSON values."""
    read = cube.provenance
    return {
        "title": scope.definition["title"],
        "period": scope.interval,
        **scope.earlier,
        "frequency": scope.period.frequency,
        "as_of": scope.definition["as_of"],
        "dimension": scope.dimension,
        "reference": reference,
        "reference_rule": BEST if scope.reference == BEST else "named",
        "place_reference": scope.place_reference,
        "confidence": scope.confidence,
        "favourable": scope.favourable,
        "kind": scope.outcome["kind"],
        "words": scope.outcome["words"],
        "unit": scope.outcome["unit"],
        "levels": list(scope.levels),
        "groups": list(scope.groups),
        "crossed_level": scope.crossed_level,
        "labels": labels(scope),
        "rows": dict(read.rows),
        "rejects": dict(read.rejects),
        "set_aside": {source: dict(reasons) for source, reasons in read.set_aside.items()},
    }


def labels(scope: Scope) -> dict[str, str]:
    """Words for people: ``race/black`` is Black; a place is called by its own name."""
    found = {scope.dimension: "Everyone"}
    if scope.groups:
        found = {scope.dimension: scope.dimension_title}
        found |= {f"{scope.dimension}/{group}": title for group, title in scope.groups.items()}
    found |= {f"{scope.dimension}/{UNKNOWN}": "Not recorded", f"{scope.dimension}/{ALL}": "Everyone"}
    found |= {
        f"{scope.dimension}/everyone_else": "everyone else",
        f"{scope.dimension}/city": "the city as a whole",
    }
    return found | {level: entry["title"] for level, entry in scope.levels.items()}
