"""The first page of a review: what changed, what to talk about, where each report is."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2

from workbench.analyses import registered
from workbench.catalog.model import Catalog, Review
from workbench.publish.changes import changes_of
from workbench.publish.items import LEADING, Item, items_of
from workbench.publish.matrix import rows_of
from workbench.publish.report import TEMPLATES
from workbench.publish.runs import Run, origins_of
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
        **_ranked(items),
        **changes_of(agenda, items, review),
        "failed": sorted(failed),
        "analyses": list(columns.values()),
        "departments": rows_of(runs, items, catalog, list(columns)),
        **_origin(runs, catalog, review),
    }
    return _environment().get_template("index.html").render(page=page)


def _opening(
    items: list[Item], runs: Sequence[Run], catalog: Catalog, review: Review, agenda: Mapping
) -> dict:
    period = period_words(review.period)
    stands = sum(item.stands for item in items)
    departments = len({run.department for run in runs})
    return {
        "title": f"Performance review of {period}: {catalog.city.name}",
        "heading": review.title or f"Review of {period}",
        "lead": (
            f"{plural(stands, 'finding stands', 'findings stand')} after all comparisons that were made. "
            "They are listed below with the question each leaves for the next meeting."
        ),
        "facts": [
            ("Departments", f"{departments:,}"),
            ("Reports", f"{len(runs):,}"),
            ("Comparisons tested", f"{agenda.get('tested', 0):,}"),
            ("Findings that stand", f"{stands:,}"),
        ],
    }


def _ranked(items: list[Item]) -> dict:
    leading = [item for item in items if item.stands][:LEADING] or items[: LEADING // 4]
    chosen = {item.id for item in leading}
    others = [item for item in items if item.id not in chosen]
    return {
        "agenda": leading,
        "others": others,
        "others_title": plural(len(others), "other finding", "other findings"),
        "ranking": (
            "Ordered by the strength of the evidence times how many residents, requests or cases it touches. "
            "A finding stands when it holds after all comparisons of its kind in this review are taken into "
            "account (Benjamini and Hochberg 1995); q is the share of such findings expected to be false."
        ),
    }


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


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
