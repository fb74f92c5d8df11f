"""Target tracking: what each measure of a department does, and what it will do about its target."""

from difflib import get_close_matches

import pandas as pd

from workbench.analyses import Cube
from workbench.errors import ParameterError
from workbench.periods import Period
from workbench.statistics.run_rules import RULE_SETS
from workbench.target_tracking.actions import judged, used_by
from workbench.target_tracking.capability import COLUMNS, capability_rows
from workbench.target_tracking.cells import cells_of, counts_and_sums
from workbench.target_tracking.changed import changed
from workbench.target_tracking.equity import ByGroup, group_points, groups_of, place_labels
from workbench.target_tracking.facts import facts
from workbench.target_tracking.groups import group_rows, latest_groups
from workbench.target_tracking.intervals import limits, points, proposals, stacked
from workbench.target_tracking.outlook.frames import calibration_row, outlook_rows
from workbench.target_tracking.results import TargetResults
from workbench.target_tracking.revisions import revisions
from workbench.target_tracking.rows import measure_row, verdict_row
from workbench.target_tracking.tracked import Tracked, track_all
from workbench.target_tracking.updates import updates


def analyse(cube: Cube, *, period: str, rules: str = "nhs", screened: bool = True) -> TargetResults:
    """Measures of a department against their targets and their own history.

    Parameters
    ----------
    cube : Cube
        ``observations`` and ``versions``, as :func:`workbench.target_tracking.cube.cube` makes them; what changed
        is told where its definition names the ``previous`` review.
    period : str
        The period under review, such as ``2025-Q4``; later intervals are not looked at.
    rules : str
        ``nhs``: seven points make a shift or trend; ``nhs_six``: six do; or ``western_electric``, ``nelson``,
        ``powerbi``, ``runcharter``, ``outside``, ``anhoej``, ``anhoej_best_box``. Run, EWMA and CUSUM charts have rules of
        their own; a run chart heeds both of Anhoej's.
    screened : bool
        Whether moving ranges of 3.267 times their average are left out of the limits.

    Raises
    ------
    ParameterError
        When the period is none, or the rules are not known.

    References
    ----------
    NHS England, Making Data Count, Strengthening your decisions, 2019.
    """
    fiscal_start = cube.definition["fiscal_year_starts"]
    reviewed = Period.parse(period, fiscal_start)
    _check_rules(rules)
    observations = cube.frames["observations"]
    observations = observations[observations["interval_end"] <= pd.Timestamp(reviewed.end)]
    observations = observations.assign(cell=cells_of(observations, cube.definition))
    everyone = observations[(observations["dimension"] == "all") & (observations["place_level"] == "city")]
    tracked = track_all(cube.definition["measures"], everyone, reviewed, cube.definition, rules, screened)
    groups = latest_groups(observations, tracked)
    acted = judged(cube, observations, reviewed)
    cut = groups.index.union(groups_of(observations).index)
    published = observations.loc[everyone.index.union(cut).union(used_by(cube, observations))]
    counts, sums = counts_and_sums(published, cube.definition)
    revised, moved = revisions(cube, tracked, reviewed)
    changes, few = changed(cube, tracked, rules, screened)
    told = facts(cube, reviewed, period, rules, screened, tracked)
    return TargetResults(
        counts=pd.concat([counts, moved, few], ignore_index=True),
        sums=sums,
        facts=told | {"labels": place_labels(observations) | told["labels"]},
        about_people=any(cube.definition["about_people"].values()),
        **_of_each(tracked),
        groups=group_rows(groups, cube.definition["measures"]),
        changed=changes,
        revisions=revised,
        updates=updates(cube, tracked, reviewed),
        actions=acted.actions,
        action_points=acted.points,
        group_points=group_points(observations, cube.definition),
        by_group=ByGroup(cube.definition, reviewed, rules, screened),
    )


def _of_each(tracked: list[Tracked]) -> dict[str, pd.DataFrame]:
    """The frames that every measure has rows of."""
    return {
        "measures": pd.DataFrame([measure_row(one) for one in tracked]),
        "verdicts": pd.DataFrame([verdict_row(one) for one in tracked]),
        "proposals": proposals(tracked),
        "points": stacked([points(one) for one in tracked]),
        "limits": stacked([limits(one) for one in tracked]),
        "outlook": stacked([outlook_rows(one) for one in tracked]),
        "calibration": pd.DataFrame([calibration_row(one) for one in tracked]),
        "capability": pd.DataFrame([row for one in tracked for row in capability_rows(one)], columns=COLUMNS),
    }


def _check_rules(rules: str) -> None:
    if rules not in RULE_SETS:
        near = get_close_matches(str(rules), RULE_SETS, 1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ParameterError(f"`rules` is {rules!r}; write one of {', '.join(RULE_SETS)}.{hint}")
