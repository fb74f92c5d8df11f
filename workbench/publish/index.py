"""The first page of a review: what changed, what to talk about, where each report is."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.agenda import top
from workbench.analyses import registered
from workbench.catalog.model import Catalog, Review
from workbench.catalog.titles import subject_title
from workbench.publish.actions import rows_of as action_rows
from workbench.publish.changes import changes_of
from workbench.publish.environment import environment
from workbench.publish.goals import PAGE as GOALS
from workbench.publish.items import LEADING, Item, items_of
from workbench.publish.matrix import rows_of
from workbench.publish.runs import Run, origins_of
from workbench.publish.tested import FILE
from workbench.publish.updates import PAGE as UPDATES
from workbench.publish.updates import not_updated
from workbench.publish.words import date_words, on_every_page, period_words, plural


def index_html(
    runs: Sequence[Run],
    catalog: Catalog,
    review: Review,
    agenda: Mapping[str, Any],
    failed: Sequence[tuple[str, str]] = (),
) -> str:
    """The index of a review as a page without scripts that asks the network for nothing."""
    items = items_of(agenda, runs, catalog)
    analyses = {handle: each.title for handle, each in registered().items()}
    shown = {run.analysis for run in runs}
    columns = {
        handle: analyses.get(handle, handle) for handle in [*analyses, *sorted(shown)] if handle in shown
    }
    page = {
        **on_every_page(catalog, review),
        **_opening(items, runs, catalog, review, agenda),
        **_ranked(items, agenda),
        "actions": action_rows(agenda, items, catalog),
        **changes_of(agenda, items, review, catalog),
        "failed": [(_run_words(name, catalog, analyses), kind) for name, kind in sorted(failed)],
        "goals": GOALS if catalog.goals else "",
        "updates": (UPDATES, not_updated(runs, catalog, review)),
        "analyses": list(columns.values()),
        "departments": rows_of(runs, items, catalog, list(columns)),
        **_origin(runs, catalog, review),
    }
    return environment().get_template("index.html").render(page=page)


def _opening(
    items: list[Item], runs: Sequence[Run], catalog: Catalog, review: Review, agenda: Mapping
) -> dict:
    period = period_words(review.period)
    stands = sum(family["stand"] for family in agenda["families"].values())
    departments = len({run.department for run in runs})
    return {
        "title": f"Performance review of {period}: {catalog.city.name}",
        "heading": review.title or f"Review of {period}",
        "lead": (
            f"Of {plural(agenda['tested'], 'comparison', 'comparisons')} tested, {stands:,} "
            f"{'stands' if stands == 1 else 'stand'} after all of them are taken into account. "
            "The agenda below ranks what to talk about, each with a question for the next meeting."
        ),
        "facts": [
            ("Departments", f"{departments:,}"),
            ("Reports", f"{len(runs):,}"),
            ("Comparisons tested", f"{agenda['tested']:,}"),
            ("Of them stand", f"{stands:,}"),
        ],
    }


def _run_words(name: str, catalog: Catalog, analyses: Mapping[str, str]) -> str:
    """A run in words: department, analysis, subject."""
    department, handle, subject = name.split("/", 2)
    declared = catalog.departments.get(department)
    title = declared.title if declared else department
    return f"{title}, {analyses.get(handle, handle)}, {subject_title(catalog, subject)}"


def _ranked(items: list[Item], agenda: Mapping[str, Any]) -> dict:
    first = {values["rank"] for values in top(agenda, LEADING)}
    leading = [item for item in items if item.rank in first and item.leads]
    others = [item for item in items if item not in leading]
    return {
        "agenda": leading,
        "others": others,
        "tested": f"Everything that was tested ({plural(agenda['tested'], 'comparison', 'comparisons')})",
        "tested_file": FILE,
        "families": _families(agenda),
        "others_title": plural(len(others), "other finding", "other findings"),
        "ranking": (
            "Ordered by the strength of the evidence, how many residents, requests or cases it touches, and the "
            "city's goals. A finding stands when it holds after all comparisons of its kind in this review are taken "
            "into account (Benjamini and Hochberg 1995): of those with q up to 0.05, about one in twenty is "
            "expected to be chance."
        ),
    }


def _families(agenda: Mapping[str, Any]) -> str:
    """How many comparisons of the plan were tested apart from all others; empty without any."""
    plan = agenda["families"].get("plan", {"tested": 0, "stand": 0})
    if not plan["tested"]:
        return ""
    return (
        f"{plan['stand']:,} of {plural(plan['tested'], 'comparison', 'comparisons')} that the strategic plan or an action "
        f"names beforehand {'stands' if plan['stand'] == 1 else 'stand'}; they are judged together, apart from all others."
    )


def _origin(runs: Sequence[Run], catalog: Catalog, review: Review) -> dict:
    origins = origins_of(list(runs), catalog)
    days = sorted({origin.taken for origin in origins if origin.taken})
    taken = (
        f", snapshots taken {' to '.join(date_words(day) for day in (days[0], days[-1]))}"
        if len(days) > 1
        else ""
    )
    taken = taken or (f", snapshots taken on {date_words(days[0])}" if days else "")
    as_of = date_words(review.as_of.isoformat())
    return {
        "dates": f"Data as of {as_of}{taken}.",
        "origin": f"All numbers are from the sources below, as of {as_of}. {_protection(catalog, review)}",
        "sources": [
            {
                "title": origin.title,
                "taken": date_words(origin.taken) if origin.taken else "",
                "rows": f"{origin.rows:,}",
                "rejects": f"{origin.rejects:,}",
                "set_aside": origin.set_aside_words,
            }
            for origin in origins
        ],
    }


def _protection(catalog: Catalog, review: Review) -> str:
    if (review.audience or catalog.city.audience) == "internal":
        return "Small counts are shown: these pages are not for publication."
    return (
        f"Where sources are about people, counts under {catalog.city.minimum_count} and what could give them away "
        "are not shown, to protect privacy."
    )
