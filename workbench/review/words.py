"""What is told when a review has been made: failures, the first findings, and entries to look at."""

from collections.abc import Iterable, Mapping
from textwrap import indent
from typing import Any

from workbench.agenda import top
from workbench.batch.outcome import Outcome
from workbench.catalog import Catalog
from workbench.findings import Finding, Verdict, render

DOUBTED = ("variation", "target")  # questions that have no answer where an entry or its data cannot be right


def failures_in_words(outcomes: Iterable[Outcome]) -> str:
    """A failed run: its name, the cause in plain words, and the cell; further lines stand under it."""
    said = (f"{outcome.name}: {outcome.failure}" for outcome in outcomes if outcome.failure)
    return "\n".join(indent(each, "    ").removeprefix("  ") for each in said)


def first_findings(ranked: Mapping[str, Any], count: int = 3) -> list[str]:
    """The most important findings of an agenda in words, each of another subject where it can be."""
    return [render(Finding.from_json(item["finding"])) for item in top(ranked, count)]


def entries_to_look_at(catalog: Catalog, ranked: Mapping[str, Any]) -> list[str]:
    """Where measures are declared whose values or target's date cannot be right, each with what was found."""
    at = {name: catalog.declared_at.get(f"measures/{name}") for name in catalog.measures}
    found = (Finding.from_json(item["finding"]) for item in ranked["items"])
    return sorted(
        f"{at[each.subject]}: {render(each)}"
        for each in found
        if each.verdict == Verdict.CHECK_DATA and each.question in DOUBTED and at.get(each.subject)
    )
