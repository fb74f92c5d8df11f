"""What is not covered, both ways: goals without measures, and measures without what makes them count."""

from collections.abc import Callable, Mapping

import pandas as pd

from workbench.goals.words import UNTOLD

GOAL_LACKS: Mapping[str, Callable] = {
    "no measure": lambda goal: not goal["measures"],
    "a single measure": lambda goal: len(goal["measures"]) == 1,
    "no measure that can tell": lambda goal: bool(goal["measures"]) and set(goal["counts"]) <= set(UNTOLD),
}
MEASURE_LACKS: Mapping[str, Callable] = {
    "no goal": lambda measure: not measure["goals"],
    "no owner": lambda measure: not measure["owner"],
    "no target": lambda measure: not measure["has_target"],
    "no equity cut": lambda measure: not measure["groups"],
    "no stage": lambda measure: not measure["stage"],
}


def coverage(goals: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """What each goal and each measure lacks.

    Parameters
    ----------
    goals : DataFrame
        As :func:`workbench.goals.rollup.goals` gives; measures of the goals below a goal count for it.
    measures : DataFrame
        As :func:`workbench.goals.standing.standing` gives.

    Returns
    -------
    DataFrame
        One row for each lack: ``of`` (``goal`` or ``measure``), ``lack``, ``count``, ``total`` and ``ids``, the
        list. Every lack has its row, also where nothing lacks it.
    """
    rows = [_row("goal", lack, holds, goals) for lack, holds in GOAL_LACKS.items()]
    rows += [_row("measure", lack, holds, measures) for lack, holds in MEASURE_LACKS.items()]
    return pd.DataFrame(rows)


def matrix(goals: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """The coverage matrix as a long table: one row for each goal of each measure.

    Parameters
    ----------
    goals, measures : DataFrame
        As for :func:`coverage`.

    Returns
    -------
    DataFrame
        ``goal``, ``goal_title``, ``measure``, ``measure_title``, ``department``, ``owner``, ``stage``,
        ``has_target``, ``equity_cut`` (yes or no), ``word``, ``status``. A goal that no measure names has a row without a
        measure, a measure without goal one without a goal.
    """
    told = measures.explode("goals").rename(columns={"goals": "goal", "title": "measure_title"})
    told = told.assign(
        goal=told["goal"].fillna(""),
        has_target=told["has_target"].map({True: "yes", False: "no"}),
        equity_cut=["yes" if groups else "no" for groups in told["groups"]],
    )
    titles = goals[["goal", "title"]].rename(columns={"title": "goal_title"})
    return (
        titles.merge(told, on="goal", how="outer", sort=False)[_MATRIX]
        .fillna("")
        .sort_values(["goal", "measure"], ignore_index=True)
    )


_MATRIX = [
    *("goal", "goal_title", "measure", "measure_title", "department", "owner", "stage"),
    *("has_target", "equity_cut", "word", "status"),
]


def _row(of: str, lack: str, holds: Callable, frame: pd.DataFrame) -> dict:
    ids = [row[of] for row in frame.to_dict("records") if holds(row)]
    return {"of": of, "lack": lack, "count": len(ids), "total": len(frame), "ids": ids}
