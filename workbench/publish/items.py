"""The agenda as the first page shows it: each finding in words, with its evidence and its report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalog.model import Catalog
from workbench.catalog.titles import subject_title
from workbench.findings import Finding, ask, render
from workbench.findings.formats import p as chance
from workbench.findings.messages import SHARED, catalogue
from workbench.findings.sentences import basis, untold_size, verdict
from workbench.findings.tones import tone_of
from workbench.publish.action_words import notes_of
from workbench.publish.runs import Run
from workbench.publish.words import LANGUAGE

LEADING = 20


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
    stands: bool | None
    leads: bool
    actions: tuple[str, ...] = ()


def mark_of(finding: Finding) -> Mark:
    """How a finding's verdict is marked."""
    tone = tone_of(finding.verdict)
    return Mark(verdict(finding, LANGUAGE), tone.name, tone.sign)


def items_of(agenda: Mapping[str, Any], runs: Sequence[Run], catalog: Catalog) -> list[Item]:
    """The findings of an agenda in its order."""
    pages = {(run.department, finding.id): run.href for run in runs for finding in run.findings}
    notes = notes_of(agenda)
    return [_item(values, pages, catalog, notes.get(values["rank"], ())) for values in agenda["items"]]


def subject_of(finding: Finding, catalog: Catalog) -> str:
    """Subject, and the group and place where the finding is about one."""
    parts = [subject_title(catalog, finding.subject)]
    parts += [part for part in (finding.group, finding.place) if part != "all"]
    return ", ".join(parts)


def _item(
    values: Mapping[str, Any], pages: Mapping[tuple, str], catalog: Catalog, actions: Sequence[str] = ()
) -> Item:
    finding = Finding.from_json(values["finding"])
    department = catalog.departments.get(finding.department)
    return Item(
        id=finding.id,
        rank=values["rank"],
        subject=subject_title(catalog, finding.subject),
        department=department.title if department else finding.department,
        href=pages.get((finding.department, finding.id), ""),
        verdict=mark_of(finding),
        sentence=render(finding, LANGUAGE),
        evidence=tuple(_evidence(finding, values)),
        ask=ask(finding, LANGUAGE),
        stands=values["stands"],
        leads=values["leads"],
        actions=tuple(actions),
    )


def _evidence(finding: Finding, values: Mapping[str, Any]) -> list[str]:
    """Size with its interval where the sentence lacks it, how many it rests on, q, and whether it stands."""
    rests = basis(finding, LANGUAGE)
    parts = [untold_size(finding, LANGUAGE), rests[:1].lower() + rests[1:]]
    if values["q"] is None:
        return [part for part in [*parts, "a description, not a test"] if part]
    locale = catalogue(SHARED / f"{LANGUAGE}.toml")["locale"]
    parts.append(chance(values["q"], locale).replace("p", "q", 1))
    parts.append(
        "stands after all comparisons" if values["stands"] else "does not stand after all comparisons"
    )
    return [part for part in parts if part]
