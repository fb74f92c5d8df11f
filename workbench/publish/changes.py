"""What changed since the previous review, as the first page says it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.catalog.model import Catalog, Review
from workbench.findings import Finding
from workbench.publish.items import Item, Line, line_of

LINES = 8


def changes_of(agenda: Mapping[str, Any], items: Sequence[Item], review: Review, catalog: Catalog) -> dict[str, Any]:
    """The lines of what changed, and a sentence that introduces them.

    Parameters
    ----------
    agenda : dict
    items : sequence of Item
        The findings of the agenda in words, in its order.
    review : Review
    catalog : Catalog
    """
    return {"changed": "", "changes": []}
