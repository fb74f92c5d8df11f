"""The theory of change of each goal: which activity is meant to move which output, outcome and goal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import pandas as pd

from workbench.catalog.measures import Stage
from workbench.catalog.model import Catalog, Goal
from workbench.catalog.plan import above

GOAL, OUTCOME = "goal", "outcome"
COLUMNS = (*(stage for stage in get_args(Stage) if stage), GOAL)
LEADS_TO, SERVES, UNSAID = "leads to", "serves", "unsaid"

Edge = tuple[str, str, str]


@dataclass(frozen=True)
class Theory:
    """How the measures of one goal, and of the goals below it, are meant to move it.

    Parameters
    ----------
    goal, title : str
        The goal that all others here serve.
    nodes : DataFrame
        ``node`` (id of a measure, or :func:`node_of` a goal), ``title``, ``column`` (activity, output, outcome or goal), ``rank`` (place from left to
        right), ``elsewhere`` (a measure of other goals that leads here or is led to).
    edges : DataFrame
        ``start``, ``end``, ``kind``: ``leads to`` as declared, ``serves`` (outcome to goal, goal to goal), or
        ``unsaid``: an activity or output that names a goal here and leads to no measure of these goals.
    unstaged : tuple of str
        Measures of these goals that declare no stage, and so are not drawn.
    """

    goal: str
    title: str
    nodes: pd.DataFrame
    edges: pd.DataFrame
    unstaged: tuple[str, ...]


def theories(goals: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog) -> list[Theory]:
    """One theory for each goal at the top of the plan under which a measure declares its stage.

    Parameters
    ----------
    goals : DataFrame
        As :func:`workbench.goals.rollup.goals` gives; the order of the theories is its order.
    measures : DataFrame
        As :func:`workbench.goals.standing.standing` gives.
    catalog : Catalog
    """
    by_name, roots = measures.set_index("measure"), goals[goals["depth"] == 0]
    found = [_theory(root, goals, by_name, catalog) for root in roots.to_dict("records")]
    return [each for each in found if (each.nodes["column"] != GOAL).any()]


def node_of(goal: str) -> str:
    """Name of the node of a goal: a measure may have the same id."""
    return f"{GOAL}/{goal}"


def _theory(root: Mapping, goals: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog) -> Theory:
    own = [name for name in root["measures"] if measures.loc[name, "stage"]]
    around = _neighbours(own, measures)
    parents = dict(zip(goals["goal"], goals["parent"], strict=True))
    tree = [each for each in goals["goal"] if root["goal"] in (each, *above(each, parents))]
    leading = list(_leading(own, around, measures))
    serving = _serving(own, {start for start, end, _ in leading if end in own}, tree, measures)
    edges = list(dict.fromkeys([*leading, *serving, *_upwards(tree, catalog.goals)]))
    columns = {name: measures.loc[name, "stage"] for name in (*own, *around)}
    columns |= {node_of(goal): GOAL for goal in tree}
    titles = {**measures["title"].to_dict(), **{node_of(goal): catalog.goals[goal].title for goal in tree}}
    ranks = _ranks(columns, edges)
    nodes = [(name, titles[name], column, ranks[name], name in around) for name, column in columns.items()]
    return Theory(
        root["goal"],
        root["title"],
        pd.DataFrame(nodes, columns=["node", "title", "column", "rank", "elsewhere"]),
        pd.DataFrame(edges, columns=["start", "end", "kind"]),
        tuple(name for name in root["measures"] if name not in own),
    )


def _neighbours(own: Sequence[str], measures: pd.DataFrame) -> list[str]:
    """Measures with a stage that serve other goals, and lead to one of these or are led to by one."""
    led_to = {end for name in own for end in measures.loc[name, "leads_to"]}
    others = measures[(measures["stage"] != "") & ~measures.index.isin(own)]
    return [name for name, ends in others["leads_to"].items() if name in led_to or set(own) & set(ends)]


def _leading(own: Sequence[str], around: Sequence[str], measures: pd.DataFrame) -> Iterator[Edge]:
    """Lines between measures as declared; those among neighbours belong to another drawing."""
    for start in (*own, *around):
        for end in measures.loc[start, "leads_to"]:
            if end in own or (end in around and start in own):
                yield start, end, LEADS_TO


def _serving(
    own: Sequence[str], leads: set[str], tree: Sequence[str], measures: pd.DataFrame
) -> Iterator[Edge]:
    """Lines from measures to the goals that they name: of outcomes, and of what leads to nothing else."""
    for name in own:
        is_outcome = measures.loc[name, "stage"] == OUTCOME
        if is_outcome or name not in leads:
            kind = SERVES if is_outcome else UNSAID
            yield from ((name, node_of(goal), kind) for goal in measures.loc[name, "goals"] if goal in tree)


def _upwards(tree: Sequence[str], declared: Mapping[str, Goal]) -> Iterator[Edge]:
    pairs = ((goal, declared[goal].parent) for goal in tree)
    return ((node_of(goal), node_of(parent), SERVES) for goal, parent in pairs if parent in tree)


def _ranks(columns: Mapping[str, str], edges: Sequence[Edge]) -> dict[str, int]:
    """Places from left to right: columns in their order, each as wide as its longest chain."""
    before: dict[str, list[str]] = {}
    for start, end, _ in edges:
        if columns[start] == columns[end]:
            before.setdefault(end, []).append(start)
    within = {name: _depth(name, before, ()) for name in columns}
    first, ranks = 0, {}
    for column in COLUMNS:
        own = [name for name in columns if columns[name] == column]
        ranks |= {name: first + within[name] for name in own}
        first += max((within[name] + 1 for name in own), default=0)
    return ranks


def _depth(name: str, before: Mapping[str, list[str]], passed: tuple[str, ...]) -> int:
    """How many of the same column stand before it; a circle is followed once."""
    passed = (*passed, name)
    return max(
        (1 + _depth(each, before, passed) for each in before.get(name, []) if each not in passed), default=0
    )
