"""The coverage matrix of the page of goals, both ways: what covers each goal, and what each measure has."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from workbench.catalog.model import Catalog
from workbench.goals.theory import COLUMNS, GOAL
from workbench.publish.goal_words import department

NONE = "none"


def goal_table(plan: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """One row a goal: how many measures it has with the goals below, of which stage, and with what."""
    by_name = measures.set_index("measure")
    return pd.DataFrame([_goal(row, by_name.loc[row["measures"]]) for row in plan.to_dict("records")])


def measure_table(measures: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """One row a measure: its goals, owner, target, equity cut, stage and what it leads to; ``none`` for what it lacks."""
    titles = dict(zip(measures["measure"], measures["title"], strict=True))
    return pd.DataFrame([_measure(row, titles, catalog) for row in measures.to_dict("records")])


def _goal(goal: Mapping[str, Any], under: pd.DataFrame) -> dict[str, Any]:
    stages = {name.capitalize(): int((under["stage"] == name).sum()) for name in COLUMNS if name != GOAL}
    return {
        "Goal": goal["title"],
        "Measures": len(under),
        "Of its own": len(goal["own"]),
        **stages,
        "With a target": int(under["has_target"].sum()),
        "With an equity cut": int(under["groups"].map(bool).sum()),
        "Departments": under["department"].nunique(),
    }


def _measure(row: Mapping[str, Any], titles: Mapping[str, str], catalog: Catalog) -> dict[str, Any]:
    return {
        "Measure": row["title"],
        "Department": department(row["department"], catalog),
        "Goal": _listed(catalog.goals[goal].title for goal in row["goals"]),
        "Owner": row["owner"] or NONE,
        "Target": "yes" if row["has_target"] else NONE,
        "Equity cut": _listed(catalog.dimensions[name].title for name in row["groups"]),
        "Stage": row["stage"] or NONE,
        "Leads to": _listed(titles.get(name, name) for name in row["leads_to"]),
    }


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or NONE
