"""What an analysis may know of the review before: which it was, and how its measures were defined."""

import json
from dataclasses import replace

from workbench.analyses import Cube
from workbench.batch.folders import ReviewFolder
from workbench.catalog.model import Catalog, Review


def with_previous(cube: Cube, catalog: Catalog, review: Review) -> Cube:
    """A cube whose definition says what the review before was of; the cube itself where there is none.

    Returns
    -------
    Cube
        ``definition["previous"]``: ``review``, its name; ``period``; ``as_of``; and ``measures``, their entries
        as they stood when it was made, or None where it was not made.
    """
    name = review.previous
    if not name:
        return cube
    before = catalog.reviews[name]
    path = ReviewFolder(catalog.outputs, name).final / "catalog.json"
    made = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    previous = {
        "review": name,
        "period": before.period,
        "as_of": before.as_of.isoformat(),
        "measures": made.get("measures"),
    }
    return replace(cube, definition={**cube.definition, "previous": previous})
