"""Theories of change as figures of the page of goals: each box says its status and leads to its place."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.catalog.model import Catalog
from workbench.charts.figure import Figure
from workbench.charts.theory_of_change import Box, theory_of_change
from workbench.findings.tones import OPEN
from workbench.goals.theory import GOAL, UNSAID, Theory, node_of
from workbench.goals.words import in_words, place, tone
from workbench.publish.goal_words import anchor, department, marks


def figure_of(theory: Theory, plan: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog) -> Figure:
    """One theory of change, drawn, with every box a link.

    Parameters
    ----------
    theory : Theory
    plan, measures : DataFrame
        As ``workbench.goals.goals`` and ``workbench.goals.standing`` give.
    catalog : Catalog
    """
    told = {row["measure"]: _measure(row, catalog) for row in measures.to_dict("records")}
    told |= {node_of(row["goal"]): _goal(row) for row in plan.to_dict("records")}
    boxes = [_box(node, told[node["node"]]) for node in theory.nodes.to_dict("records")]
    name = f"theory-{theory.goal.replace('_', '-')}"
    return theory_of_change(name, f"From activity to goal: {theory.title}", boxes, theory.edges, _see(theory))


def _measure(row: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    return {
        "tone": tone(row["word"]),
        "said": in_words(row["word"]),
        "note": department(row["department"], catalog),
        "href": row["report"],
    }


def _goal(row: Mapping[str, Any]) -> dict[str, Any]:
    """The worst word of its measures and how many have it; the page says all of them."""
    worst = min(row["counts"], key=place, default="")
    words = f"{row['counts'].get(worst, 0):,} of {len(row['measures']):,} {in_words(worst)}" if worst else ""
    return {
        "tone": tone(worst) if worst else OPEN,
        "said": words or "no measure",
        "note": next(iter(marks(row)), ""),
        "href": f"#{anchor(row['goal'])}",
    }


def _box(node: Mapping[str, Any], told: Mapping[str, Any]) -> Box:
    note = f"{told['note']}, for another goal" if node["elsewhere"] else told["note"]
    return Box(node["node"], node["title"], node["column"], node["rank"], **{**told, "note": note})


def _see(theory: Theory) -> str:
    ends, unsaid = set(theory.edges["end"]), int((theory.edges["kind"] == UNSAID).sum())
    alone = theory.nodes[(theory.nodes["column"] == GOAL) & ~theory.nodes["node"].isin(ends)]["title"]
    parts = ["Each box opens the measure on the page of its department, or the goal on this page."]
    parts += (
        [f"Dashed lines ({unsaid:,}): it is not declared through what the goal is served."] if unsaid else []
    )
    parts += [f"No measure with a stage leads to: {'; '.join(alone)}."] if len(alone) else []
    return " ".join(parts)
