"""The disparity review: who is worse off, by how much, how sure, and since when."""

import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review import changes, comparison
from workbench.disparity_review.bounds import bounds
from workbench.disparity_review.counted import PUBLISHED, counted, sums
from workbench.disparity_review.decision_tests.daylight import daylight
from workbench.disparity_review.decision_tests.decisions import decisions
from workbench.disparity_review.decision_tests.hits import hit_counts, hit_sums, hits
from workbench.disparity_review.facts import facts
from workbench.disparity_review.group_rates import rates, unknown
from workbench.disparity_review.mix.adjusted import adjusted
from workbench.disparity_review.mix.contributions import contributions
from workbench.disparity_review.mix.mixes import comparisons, mixes
from workbench.disparity_review.mix.pieces import pieces
from workbench.disparity_review.mix.split import split
from workbench.disparity_review.places.clusters import clustering
from workbench.disparity_review.places.funnel import funnel
from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.scope import Scope
from workbench.disparity_review.stages import stages
from workbench.disparity_review.summary import summary
from workbench.disparity_review.trend import trend, trend_limits
from workbench.disparity_review.waits import waits


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
    shown = compared.loc[compared[PUBLISHED], comparison.GAP_COLUMNS].reset_index(drop=True)
    published = counts[counts[PUBLISHED]]
    cut = comparisons(mixes(cube, compared, scope), compared, scope)
    found = hits(cube, counts, scope)
    return DisparityResults(
        counts=pd.concat([_published(published, scope), hit_counts(found, scope)], ignore_index=True),
        sums=(*sums(counts, scope), *hit_sums(found, scope)),
        facts=facts(cube, counts, scope),
        about_people=cube.definition["about_people"],
        rates=rates(published, scope),
        gaps=shown,
        changes=changes.changes(shown, scope),
        unknown=unknown(published, scope),
        waits=waits(cube, counts, scope),
        stages=stages(cube, counts, scope),
        bounds=bounds(cube, counts, compared, scope),
        adjusted=adjusted(cut, scope),
        split=split(cut, scope),
        contributions=contributions(cut, scope),
        pieces=pieces(cube, counts, scope),
        trend=trend(compared, scope),
        trend_limits=trend_limits(compared, scope),
        **_of_counts(cube, counts, scope),
    )


def _of_counts(cube: Cube, counts: pd.DataFrame, scope: Scope) -> dict[str, pd.DataFrame]:
    """Frames that derive from the counts and not from comparisons of them."""
    return {
        "summary": summary(counts, cube, scope),
        "funnel": funnel(counts, cube, scope),
        "clustering": clustering(counts, cube, scope),
        "decisions": decisions(cube, counts, scope),
        "daylight": daylight(cube, counts, scope),
    }


def _published(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The counts as disclosure control wants them; an exposure, public or not, is no count of people to hide."""
    frame = counts[["cell", "numerator", "denominator"]].astype(
        {"numerator": "Int64", "denominator": "Int64"}
    )
    return frame.assign(denominator=pd.array([pd.NA] * len(frame), "Int64")) if scope.per_exposure else frame
