"""What the page of goals says of a goal and a department in a few words."""

from collections.abc import Mapping
from typing import Any

from workbench.catalog.model import Catalog
from workbench.publish.words import plural

EQUITY, SERVES_EQUITY, RESILIENCE = "racial-equity goal", "serves a racial-equity goal", "resilience goal"


def anchor(goal: str) -> str:
    """Id of a goal's place on the page."""
    return f"goal-{goal}"


def marks(goal: Mapping[str, Any]) -> tuple[str, ...]:
    """What kind of goal it is, and whose."""
    equity = EQUITY if goal["racial_equity"] else SERVES_EQUITY if goal["serves_racial_equity"] else ""
    owner = f"owner: {goal['owner']}" if goal["owner"] else ""
    return tuple(words for words in (equity, RESILIENCE if goal["resilience"] else "", owner) if words)


def reviewed(count: int) -> str:
    """How many services and processes name a goal; empty without any."""
    words = plural(count, "service or process", "services and processes")
    return f"{words} {'names' if count == 1 else 'name'} it" if count else ""


def department(name: str, catalog: Catalog) -> str:
    """Title of a department."""
    return catalog.departments[name].title if name in catalog.departments else name
