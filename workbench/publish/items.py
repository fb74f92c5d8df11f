"""The agenda as the first page shows it: each finding in words, with its evidence and its report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalog.model import Catalog
from workbench.catalog.titles import subject_title
from workbench.findings import Finding, ask, render
from workbench.findings.formats import p as chance
from workbench.findings.messages import SHARED, catalogue
from workbench.findings.sentences import size, verdict
from workbench.findings.tones import tone_of
from workbench.publish.runs import Run
from workbench.publish.words import LANGUAGE

LEADING = 20
LINES = 8


@dataclass(frozen=True)
class Mark:
    """A verdict: its word, the tone it is coloured by and the sign that is read without colour."""

    word: str
    tone: str
    sign: str


@dataclass(frozen=True)
class Item:
    """One finding of the agenda in words."""

    id: str
    rank: int
    subject: str
    department: str
    href: str
    verdict: Mark
    sentence: str
    evidence: tuple[str, ...]
    ask: str
    stands: bool


@dataclass(frozen=True)
class Line:
    """One line of what changed."""

    subject: str
    href: str
    words: str


def mark_of(finding: Finding) -> Mark:
    """How a finding's verdict is marked."""
    tone = tone_of(finding.verdict)
    return Mark(verdict(finding, LANGUAGE), tone.name, tone.sign)


def items_of(agenda: Mapping[str, Any], runs: Sequence[Run], catalog: Catalog) -> list[Item]:
    """The findings of an agenda in its order."""
    pages = {(run.department, run.analysis, run.subject): run.href for run in runs}
    return [_item(rank, values, pages, catalog) for rank, values in enumerate(agenda["items"], 1)]


def _item(rank: int, values: Mapping[str, Any], pages: Mapping[tuple, str], catalog: Catalog) -> Item:
    finding = Finding.from_json(values["finding"])
    department = catalog.departments.get(finding.department)
    return Item(
        id=finding.id,
        rank=rank,
        subject=subject_title(catalog, finding.subject),
        department=department.title if department else finding.department,
        href=pages.get((finding.department, finding.analysis, finding.subject), ""),
        verdict=mark_of(finding),
        sentence=render(finding, LANGUAGE),
        evidence=tuple(_evidence(finding, values)),
        ask=ask(finding, LANGUAGE),
        stands=bool(values["stands"]),
    )


def _evidence(finding: Finding, values: Mapping[str, Any]) -> list[str]:
    """Size with its interval, how many it rests on, q, and whether it stands."""
    parts = [size(finding, LANGUAGE)]
    if finding.n is not None:
        parts.append(f"rests on {finding.n:,}")
    if values.get("q") is not None:
        parts.append(
            chance(values["q"], catalogue(SHARED / f"{LANGUAGE}.toml")["locale"]).replace("p", "q", 1)
        )
        parts.append(
            "stands after all comparisons" if values["stands"] else "does not stand after all comparisons"
        )
    return [part for part in parts if part]
