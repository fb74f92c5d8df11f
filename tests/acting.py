"""A city whose actions are followed, for the tests of what comes of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.catalog.model import Catalog

GAP = "disparity_review/potholes/group/black/all"
_SERVICE = {
    "title": "Pothole repair",
    "source": "requests",
    "interval": "day",
    "outcome": {},
    "favourable": True,
    "groups": {},
}
_ACTION = {"finding": GAP, "title": "Second crew", "owner": "Streets", "direction": "decrease"}


def city_with(root: Path, actions: Mapping[str, Mapping[str, Any]], reviews: Mapping[str, Any]) -> Catalog:
    """A city with a service in each of two departments, these actions about the gap of one, and these reviews."""
    return Catalog.model_validate(
        {
            "root": root,
            "city": {"name": "Millbrook", "time_zone": "UTC"},
            "departments": {"works": {"title": "Public Works"}, "parks": {"title": "Parks"}},
            "dimensions": {
                "race": {"title": "Race", "groups": {"black": {"title": "Black", "codes": ["B"]}}}
            },
            "sources": {"requests": {"location": "r.csv", "columns": {"day": {"name": "D"}}}},
            "services": {
                "potholes": {**_SERVICE, "department": "works"},
                "trees": {**_SERVICE, "department": "parks"},
            },
            "actions": {name: _ACTION | changes for name, changes in actions.items()},
            "reviews": reviews,
        }
    )
