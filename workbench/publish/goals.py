"""The page of the plan's goals: what covers them, how the measures under each stand, and what is meant to move them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.catalog.model import Catalog, Review
from workbench.charts.table import table_html
from workbench.goals import coverage, goals, matrix, said, standing, theories
from workbench.goals.theory import Theory
from workbench.goals.words import in_words, tone
from workbench.publish.csv_text import csv_text
from workbench.publish.environment import environment
from workbench.publish.goal_figures import figure_of
from workbench.publish.goal_tables import goal_table, measure_table
from workbench.publish.goal_words import anchor, department, marks, reviewed
from workbench.publish.items import Mark
from workbench.publish.words import on_every_page, period_words, plural

PAGE, TABLE = "goals.html", "goals.csv"
FEW = 8  # as many are listed at once, more are folded
TITLES = {"goal": "Goals with", "measure": "Measures with"}
WHY = {
    "no measure": "Nobody would notice whether such a goal comes nearer.",
    "a single measure": "What one measure leaves out of such a goal is not seen.",
    "no measure that can tell": "Too few values, data to check, or not in this review.",
    "no goal": "They are work without a place in the plan, or the plan lacks a goal.",
    "no owner": "Nobody is asked when they stand still.",
    "no target": "Nobody said what would be enough.",
    "no equity cut": "The average may improve while a group falls behind, and nobody would see it.",
    "no stage": "It is not said whether they are what is done, what comes of it, or what changes for people.",
}


@dataclass(frozen=True)
class Line:
    """One measure under a goal."""

    title: str
    href: str
    mark: Mark
    department: str
    status: str
    gap: str


@dataclass(frozen=True)
class Entry:
    """One goal with how the measures under it stand."""

    id: str
    title: str
    depth: int
    marks: tuple[str, ...]
    said: str
    gap_widened: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str


def write_goals(review_folder: Path, catalog: Catalog, review: Review) -> list[Path]:
    """Write the page of goals and the coverage matrix into the review's folder, where the city has a plan."""
    if not catalog.goals:
        return []
    measures = standing(review_folder, catalog)
    plan = goals(measures, catalog)
    page, table = review_folder / PAGE, review_folder / TABLE
    page.write_text(goals_html(plan, measures, catalog, review), encoding="utf-8")
    pairs = matrix(plan, measures)
    table.write_text(csv_text(pairs.to_dict("records"), list(pairs)), encoding="utf-8")
    return [page, table]


def goals_html(
    plan: pd.DataFrame,
    measures: pd.DataFrame,
    catalog: Catalog,
    review: Review,
    *,
    home: tuple[str, str] = ("index.html", "All findings of this review"),
    table: str = TABLE,
) -> str:
    """The page as HTML without scripts that asks the network for nothing.

    Parameters
    ----------
    plan : DataFrame
        As ``workbench.goals.goals`` gives.
    measures : DataFrame
        As ``workbench.goals.standing`` gives; ``report`` is where each measure's name leads.
    catalog : Catalog
    review : Review
    home : (str, str)
        Where the page leads back to, and how that is called.
    table : str
        Where the coverage matrix lies as CSV; empty where it is not offered.
    """
    lacks = coverage(plan, measures)
    found = theories(plan, measures, catalog)
    common = on_every_page(catalog, review)
    page = {
        **common,
        "title": f"Goals, {period_words(review.period)}: {common['city']}",
        "lead": _lead(lacks),
        "facts": _facts(lacks, plan),
        "lacks": _lacks(lacks, plan, measures, catalog),
        "entries": _entries(plan, measures, catalog),
        "theories": [_drawn(each, plan, measures, catalog) for each in found],
        "tables": _tables(plan, measures, catalog),
        "table_file": table,
        "home": home,
    }
    return environment().get_template("goals.html").render(page=page)


def _counts(lacks: pd.DataFrame) -> dict[str, int]:
    return dict(zip(lacks["lack"], lacks["count"], strict=True))


def _lead(lacks: pd.DataFrame) -> str:
    counts, total = _counts(lacks), dict(zip(lacks["of"], lacks["total"], strict=True))
    return (
        f"Of {plural(total['goal'], 'goal', 'goals')} of the plan, {counts['no measure']:,} "
        f"{'has' if counts['no measure'] == 1 else 'have'} no measure and {counts['a single measure']:,} "
        f"{'rests' if counts['a single measure'] == 1 else 'rest'} on a single one. "
        f"Of {plural(total['measure'], 'measure', 'measures')}, {counts['no goal']:,} "
        f"{'serves' if counts['no goal'] == 1 else 'serve'} no goal."
    )


def _facts(lacks: pd.DataFrame, plan: pd.DataFrame) -> list[tuple[str, str]]:
    counts = _counts(lacks)
    widened = {name for names in plan["gap_widened"] for name in names}
    return [
        ("Goals", f"{len(plan):,}"),
        ("Without a measure", f"{counts['no measure']:,}"),
        ("Measures without a goal", f"{counts['no goal']:,}"),
        ("Gap widened, average fine", f"{len(widened):,}"),
    ]


def _lacks(
    lacks: pd.DataFrame, plan: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog
) -> list[dict[str, Any]]:
    links = {"goal": _goal_links(plan), "measure": _measure_links(measures, catalog)}
    return [
        {
            "title": f"{TITLES[row['of']]} {row['lack']}",
            "count": f"{row['count']:,} of {row['total']:,}",
            "why": WHY[row["lack"]] if row["count"] else "",
            "links": [links[row["of"]][name] for name in row["ids"]],
            "folded": row["count"] > FEW,
        }
        for row in lacks.to_dict("records")
    ]


def _goal_links(plan: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    pairs = zip(plan["goal"], plan["title"], plan["reviewed"], strict=True)
    return {goal: (title, f"#{anchor(goal)}", reviewed(count)) for goal, title, count in pairs}


def _measure_links(measures: pd.DataFrame, catalog: Catalog) -> dict[str, tuple[str, str, str]]:
    return {
        row["measure"]: (row["title"], row["report"], department(row["department"], catalog))
        for row in measures.to_dict("records")
    }


def _entries(plan: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog) -> list[Entry]:
    lines = {row["measure"]: _line(row, catalog) for row in measures.to_dict("records")}
    return [_entry(row, lines) for row in plan.to_dict("records")]


def _line(row: Mapping[str, Any], catalog: Catalog) -> Line:
    own = tone(row["word"])
    mark = Mark(in_words(row["word"]), own.name, own.sign)
    status = " · ".join(words for words in (row["status"], row["gap"]) if words not in ("", mark.word))
    return Line(row["title"], row["report"], mark, department(row["department"], catalog), status, row["gap"])


def _entry(row: Mapping[str, Any], lines: Mapping[str, Line]) -> Entry:
    below = len(row["measures"]) - len(row["own"])
    held = f"{len(row['own']):,} of its own, {below:,} of goals below" if below else ""
    note = "; ".join(words for words in (held, reviewed(row["reviewed"])) if words)
    return Entry(
        id=anchor(row["goal"]),
        title=row["title"],
        depth=row["depth"],
        marks=marks(row),
        said=said(row["counts"]),
        gap_widened=tuple(f"{lines[name].title}: {lines[name].gap}" for name in row["gap_widened"]),
        lines=tuple(lines[name] for name in row["own"]),
        note=note,
    )


def _drawn(
    theory: Theory, plan: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog
) -> tuple[str, Markup, list[str]]:
    """Title and figure of a theory, and what is not in it for want of a stage."""
    titles = dict(zip(measures["measure"], measures["title"], strict=True))
    figure = figure_of(theory, plan, measures, catalog)
    return theory.title, Markup(figure._repr_html_()), [titles[name] for name in theory.unstaged]


def _tables(plan: pd.DataFrame, measures: pd.DataFrame, catalog: Catalog) -> list[Markup]:
    tables = {
        "Goals and what covers them, the goals below included": goal_table(plan, measures),
        "Measures and what they have": measure_table(measures, catalog),
    }
    return [Markup(table_html(frame, caption, rows=len(frame))) for caption, frame in tables.items()]
