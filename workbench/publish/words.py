"""Periods and dates of a page in words, and what stands on every page of a review."""

from collections.abc import Mapping
from typing import Any

from workbench import __version__
from workbench.catalog.model import Catalog, Review
from workbench.findings.messages import fill
from workbench.publish.left_out import left_out_of

LANGUAGE = "en"


def period_words(period: str) -> str:
    """``2025-Q4`` is ``the fourth quarter of 2025``."""
    return fill("{period:period}", {"period": period}, LANGUAGE)


def date_words(day: str) -> str:
    """``2026-01-15`` is ``15 January 2026``."""
    return fill("{day:date}", {"day": day}, LANGUAGE)


def is_internal(catalog: Catalog, review: Review) -> bool:
    """Whether small counts are shown, so that every page is stamped."""
    return (review.audience or catalog.city.audience) == "internal"


def on_every_page(catalog: Catalog, review: Review) -> Mapping[str, Any]:
    """What the page template needs whatever the page is."""
    return {
        "city": catalog.city.name,
        "contact": catalog.city.contact,
        "internal": is_internal(catalog, review),
        "language": LANGUAGE,
        "version": __version__,
        "period": sentence(period_words(review.period)),
        "as_of": date_words(review.as_of.isoformat()),
        "left_out": left_out_of(catalog),
    }


def sentence(text: str) -> str:
    """With a capital letter."""
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str) -> str:
    """``1 report``, ``12 reports``."""
    return f"{count:,} {one if count == 1 else many}"
