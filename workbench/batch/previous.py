"""What an analysis may know of the review before: which it was, and how its measures were defined."""

import json
from dataclasses import replace
from typing import Any

from workbench.analyses import Cube
from workbench.batch.folders import ReviewFolder
from workbench.catalog.model import Catalog, Review


def with_previous(cube: Cube, catalog: Catalog, review: Review) -> Cube:
    """A cube whose definition says what the review before was of; the cube itself where there is none.

    Returns
    -------
    Cube
        ``definition["previous"]``, as :func:`previous_of` says it.
    """
    previous = previous_of(catalog, review)
    return replace(cube, definition={**cube.definition, "previous": previous}) if previous else cube


def previous_of(catalog: Catalog, review: Review) -> dict[str, Any]:
    """What the review before was of; empty where there is none.

    Returns
    -------
    dict
        ``review``, its name; ``period``; ``as_of``; and ``measures``, their entries as they stood when it was made, or
        None where it was not made.
    """
    if not review.previous:
        return {}
    before = catalog.reviews[review.previous]
    made = read_previous(catalog, review, "catalog.json") or {}
    return {
        "review": review.previous,
        "period": before.period,
        "as_of": before.as_of.isoformat(),
        "measures": made.get("measures"),
    }


def read_previous(catalog: Catalog, review: Review, name: str) -> dict[str, Any] | None:
    """A file of JSON of the review before; None where there is none, or it was not made."""
    if not review.previous:
        return None
    path = ReviewFolder(catalog.outputs, review.previous).final / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
