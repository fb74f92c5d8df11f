"""What changed since the previous review, as the first page says it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalog.model import Catalog, Review
from workbench.findings import Finding
from workbench.findings.tones import HIDDEN, OPEN, tone_of
from workbench.publish.items import Item, mark_of, subject_of
from workbench.publish.words import plural

LINES = 8
_BY = {
    "data": " The data changed.",
    "new data": " New data changed it.",
    "restated data": " Earlier data were restated.",
    "changed definition": " The definition changed.",
}


@dataclass(frozen=True)
class Line:
    """One line of what changed."""

    subject: str
    href: str
    words: str


def changes_of(
    agenda: Mapping[str, Any], items: Sequence[Item], review: Review, catalog: Catalog
) -> dict[str, Any]:
    """What changed, in groups of lines, and the sentence before them.

    Parameters
    ----------
    agenda : dict
    items : sequence of Item
        The findings of the agenda in words, in its order.
    review : Review
    catalog : Catalog

    Returns
    -------
    dict
        ``changed``, the sentence, and ``changes``: title, lines, how many more there are. Of what
        is new only what belongs on a first page has a line, and of what is gone only what had told
        something.
    """
    counts = agenda["changes"]
    if not counts:
        before = f" ({review.previous} has not been run)" if review.previous else ""
        return {"changed": f"There is no previous review to compare with{before}.", "changes": []}
    pairs = list(zip(agenda["items"], items, strict=True))
    groups = [
        (
            "Verdict changed",
            [_changed(values, item) for values, item in pairs if values["change"] == "verdict changed"],
        ),
        ("New", [_new(values, item) for values, item in pairs if values["change"] == "new" and item.leads]),
        ("No longer found", [_gone(values, catalog) for values in agenda["gone"] if _said_something(values)]),
    ]
    return {
        "changed": f"Compared with {review.previous}: {_counted(counts)}.",
        "changes": [(title, lines[:LINES], _rest(lines)) for title, lines in groups if lines],
    }


def _counted(counts: Mapping[str, int]) -> str:
    changed = plural(counts["verdict changed"], "verdict changed", "verdicts changed")
    new = plural(counts["new"], "finding is new", "findings are new")
    gone = plural(counts["gone"], "is no longer found", "are no longer found")
    return f"{changed}, {new}, {gone}, {counts['same']:,} stayed the same"


def _changed(values: Mapping[str, Any], item: Item) -> Line:
    words = f"{item.verdict.word}, was {values['before']}. {item.sentence}{_by(values['changed_by'])}"
    return Line(item.subject, item.href, words)


def _new(values: Mapping[str, Any], item: Item) -> Line:
    return Line(item.subject, item.href, f"{item.verdict.word}. {item.sentence}{_by(values['changed_by'])}")


def _by(reasons: str) -> str:
    """Every reason that a verdict changed for, in the order in which the analysis took the steps."""
    return "".join(_BY[reason] for reason in reasons.split(", ") if reason)


def _gone(values: Mapping[str, Any], catalog: Catalog) -> Line:
    """By its verdict: the messages of an earlier review may not be here any more."""
    finding = Finding.from_json(values["finding"])
    redefined = _BY["changed definition"] if values["definition_changed"] else ""
    if finding.subject in {each.name for each in catalog.left_out}:
        redefined = " Left out of this review because of a fault."
    return Line(subject_of(finding, catalog), "", f"was {mark_of(finding).word}.{redefined}")


def _said_something(values: Mapping[str, Any]) -> bool:
    """Whether a finding that is gone had told anything: it could not be told, or was hidden, otherwise."""
    return tone_of(values["finding"]["verdict"]) not in (OPEN, HIDDEN)


def _rest(lines: Sequence[Line]) -> str:
    return f"{len(lines) - LINES:,}" if len(lines) > LINES else ""
