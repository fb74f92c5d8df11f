"""Goals as a tree, and how the measures under each stand: counts of words, the worst first, never a mean."""

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from workbench.catalog.model import Catalog
from workbench.catalog.plan import above
from workbench.goals.words import GAP_WIDENED, WORST_FIRST, in_words, place


def goals(measures: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """One row a goal: its measures and those of the goals below it, the worst first.

    Parameters
    ----------
    measures : DataFrame
        As :func:`workbench.goals.standing.standing` gives.
    catalog : Catalog

    Returns
    -------
    DataFrame
        Depth first; of goals beside each other that with the worst words first. ``goal``, ``title``, ``parent``,
        ``depth``, ``owner``, ``racial_equity``, ``serves_racial_equity`` (a goal above is one), ``resilience``;
        ``own`` and ``measures``, the ids of its measures without and with those below, each once, the worst
        first; ``counts``, how many of these have which word; ``gap_widened``, those whose gap between groups
        widened while nothing else about them is a concern; ``reviewed``, how many services and processes name it.
    """
    words = dict(zip(measures["measure"], measures["word"], strict=True))
    of_goal = {goal: _naming(goal, measures) for goal in catalog.goals}
    rows = [_row(goal, of_goal, words, catalog) for goal in catalog.goals]
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    return frame.set_index("goal", drop=False).loc[_depth_first(rows)].reset_index(drop=True)


_COLUMNS = [
    *("goal", "title", "parent", "depth", "owner", "racial_equity", "serves_racial_equity", "resilience"),
    *("own", "measures", "counts", "gap_widened", "reviewed"),
]


def said(counts: Mapping[str, int]) -> str:
    """Counts in words, the worst first: ``1 worsening, 2 can't tell yet, 5 usual ups and downs``."""
    ordered = sorted(counts, key=place)
    return ", ".join(f"{counts[word]:,} {in_words(word)}" for word in ordered) or "no measure"


def _naming(goal: str, measures: pd.DataFrame) -> list[str]:
    return [name for name, own in zip(measures["measure"], measures["goals"], strict=True) if goal in own]


def _row(goal: str, of_goal: Mapping[str, list], words: Mapping[str, str], catalog: Catalog) -> dict:
    declared, tree = catalog.goals, {name: each.parent for name, each in catalog.goals.items()}
    entry, served = declared[goal], above(goal, tree)
    below = [each for each in declared if each == goal or goal in above(each, tree)]
    measures = _worst_first(dict.fromkeys(name for each in below for name in of_goal[each]), words)
    return {
        "goal": goal,
        "title": entry.title,
        "parent": entry.parent,
        "depth": len(served),
        "owner": entry.owner,
        "racial_equity": entry.racial_equity,
        "serves_racial_equity": any(declared[each].racial_equity for each in served),
        "resilience": entry.resilience,
        "own": _worst_first(of_goal[goal], words),
        "measures": measures,
        "counts": dict(Counter(words[name] for name in measures)),
        "gap_widened": [name for name in measures if words[name] == GAP_WIDENED],
        "reviewed": sum(
            goal in each.goals for each in (*catalog.services.values(), *catalog.processes.values())
        ),
    }


def _worst_first(names, words: Mapping[str, str]) -> list[str]:
    return sorted(names, key=lambda name: place(words[name]))


def _depth_first(rows: list[dict]) -> list[str]:
    """Goals, each before those below it; beside each other by how many measures have the worst words."""
    ordered = sorted(rows, key=lambda row: [-row["counts"].get(word, 0) for word in WORST_FIRST])
    children: dict[str, list[str]] = {}
    for row in ordered:
        children.setdefault(row["parent"], []).append(row["goal"])

    def down(goal: str) -> list[str]:
        return [goal, *(each for child in children.get(goal, []) for each in down(child))]

    return [each for root in children.get("", []) for each in down(root)]
