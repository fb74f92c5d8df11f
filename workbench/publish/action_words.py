"""An action in words: since when, what it was to move, and what is due."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from workbench.actions import DECIDED, DUE, OPEN_ENDED, OVERDUE
from workbench.findings.formats import number
from workbench.findings.messages import SHARED, catalogue
from workbench.publish.words import LANGUAGE, date_words, period_words

_WAYS = {"increase": "up", "decrease": "down", "neutral": "not to move"}
_DECISIONS = {"keep": "kept", "change": "changed", "stop": "stopped"}


def notes_of(agenda: Mapping[str, Any]) -> dict[int, tuple[str, ...]]:
    """Rank of a finding of the agenda: each open action about it in one line."""
    found = defaultdict(tuple)
    for values in agenda.get("actions", ()):
        if values["rank"]:
            found[values["rank"]] += (note_of(values),)
    return dict(found)


def note_of(values: Mapping[str, Any]) -> str:
    """An open action in one line."""
    return f"Action of {values['owner']}: {values['title']}, since {date_words(values['start'])}; {due_words(values)}."


def since_words(values: Mapping[str, Any]) -> str:
    """The day it begins, when it was registered, and what follows where that was late."""
    late = ", after it began: described, not tested" if values["late"] else ""
    return f"{date_words(values['start'])} (registered on {date_words(values['registered'])}{late})"


def aim_words(values: Mapping[str, Any]) -> str:
    """Which way, how far and by when: ``down by 8 of every 100 by the second quarter of 2026``."""
    parts = [_WAYS[values["direction"]]]
    if values["size"] is not None:
        parts.append(f"by {_size(values)}")
    if values["by"]:
        parts.append(f"by {period_words(values['by'])}")
    return " ".join(parts)


def _size(values: Mapping[str, Any]) -> str:
    """The registered size with the unit of the finding, where that is known."""
    told = values["now"] or values["before"] or {"unit": ""}
    locale = catalogue(SHARED / f"{LANGUAGE}.toml")["locale"]
    unit = "percentage points" if told["unit"].startswith("%") else told["unit"]
    return f"{number(values['size'], locale)} {unit}".strip()


def due_words(values: Mapping[str, Any]) -> str:
    """What is to be decided when, or was decided."""
    by = period_words(values["by"]) if values["by"] else ""
    words = {
        DECIDED: f"decided on {date_words(values['decided_on'])}: {_DECISIONS[values['decided']]}"
        if values["decided"]
        else "",
        OVERDUE: f"overdue: it was to have worked by {by}, and nothing was decided",
        DUE: "due: to be decided in this review",
        OPEN_ENDED: "without a date by which it should have worked",
    }
    return words.get(values["due"], f"due in the review of {by}")
