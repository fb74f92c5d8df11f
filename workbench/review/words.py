"""What is told when a review has been made: failures, the first findings, and entries to look at."""

from collections.abc import Iterable, Mapping
from textwrap import indent
from typing import Any

from workbench.agenda import top
from workbench.batch.outcome import Outcome
from workbench.catalog import Catalog
from workbench.findings import Finding, Verdict, render

# Questions that have no answer where an entry or its data cannot be right, or that are asked of an entry alone.
DOUBTED = ("variation", "target", "scale", "baseline", "dates")


def failures_in_words(outcomes: Iterable[Outcome]) -> str:
    """A failed run: its name, the cause in plain words, and the cell; further lines stand under it."""
    said = (f"{outcome.name}: {outcome.failure}" for outcome in outcomes if outcome.failure)
    return "\n".join(indent(each, "    ").removeprefix("  ") for each in said)


def first_findings(ranked: Mapping[str, Any], count: int = 3) -> list[str]:
    """The most important findings of an agenda in words, each of another subject where it can be."""
    return [render(Finding.from_json(item["finding"])) for item in top(ranked, count)]


def entries_to_look_at(catalog: Catalog, ranked: Mapping[str, Any]) -> list[str]:
    """Where an entry is declared that may have to be mended, each with what was found.

    Measures whose values, targets, baseline or dates cannot be right, and actions that were registered after they began.
    """
    found = [Finding.from_json(item["finding"]) for item in ranked["items"]]
    return sorted(
        f"{catalog.declared_at[entry]}: {render(each)}"
        for each in found
        for entry in [_entry(each)]
        if entry in catalog.declared_at
    )


def _entry(finding: Finding) -> str:
    """The entry that a finding casts doubt on; empty for none."""
    if finding.verdict == Verdict.CHECK_DATA and finding.question in DOUBTED:
        return f"measures/{finding.subject}"
    return f"actions/{finding.group}" if finding.verdict == Verdict.DESCRIBED else ""
