"""Does a review of the practice city find what is planted, and nothing that is not so?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import UsageError
from workbench.findings.model import Finding
from workbench.practice.claims import CLAIMS, Truth
from workbench.practice.judgement import falsehood, fits
from workbench.practice.truths import TRUTHS

TRUTHS_FILE = "practice-truths.json"


@dataclass(frozen=True)
class Caught:
    """A truth that the review tells: by which findings; empty where it is told by keeping quiet."""

    truth: Truth
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Missed:
    """A truth that the review does not tell, and why."""

    truth: Truth
    why: str


@dataclass(frozen=True)
class Falsehood:
    """A finding that stands and is not so: whether it stands by a test, and what is so instead."""

    finding: str
    verdict: str
    tested: bool
    why: str


@dataclass(frozen=True)
class Report:
    """What a review of the practice city is worth.

    Parameters
    ----------
    review, period : str
    caught, missed : tuple
        One entry a planted truth of the period.
    false : tuple of Falsehood
    made : int
        How many findings the review made.
    by_test, by_rule : int
        How many that claim something stand after all comparisons made, and how many claim it without a test.
    """

    review: str
    period: str
    caught: tuple[Caught, ...]
    missed: tuple[Missed, ...]
    false: tuple[Falsehood, ...]
    made: int
    by_test: int
    by_rule: int

    @property
    def is_clean(self) -> bool:
        """Whether every truth is told and no finding is false."""
        return not self.missed and not self.false

    def lines(self) -> list[str]:
        """The report in plain words, one statement a line."""
        by_test = sum(one.tested for one in self.false)
        found = [
            f"{self.review} ({self.period}): {len(self.caught)} of {len(self.caught) + len(self.missed)} planted "
            f"truths told. False are {by_test} of {self.by_test} findings that stand after all comparisons, and "
            f"{len(self.false) - by_test} of {self.by_rule} that claim something without a test ({self.made} made)."
        ]
        for one in self.caught:
            found.append(f"  told    {one.truth.id}: {one.truth.says}")
            found += [f"            by {id}" for id in one.findings]
        found += [f"  missed  {one.truth.id}: {one.truth.says} ({one.why})" for one in self.missed]
        return found + [f"  false   {one.finding}: {one.verdict} ({one.why})" for one in self.false]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "review": self.review,
            "period": self.period,
            "made": self.made,
            "by_test": self.by_test,
            "by_rule": self.by_rule,
            "caught": [{"truth": one.truth.id, "findings": list(one.findings)} for one in self.caught],
            "missed": [{"truth": one.truth.id, "why": one.why} for one in self.missed],
            "false": [{"finding": one.finding, "verdict": one.verdict, "why": one.why} for one in self.false],
        }


def check(review_folder: Path | str, truths_file: Path | str | None = None) -> Report:
    """Hold the findings of a review against what is planted in the practice city.

    Parameters
    ----------
    review_folder : path
        ``outputs/<review>`` of the practice city.
    truths_file : path or None
        Where ``generate`` wrote the truths; ``private/practice-truths.json`` of the same city when None.

    Returns
    -------
    Report
        Truths told and missed, and every finding that stands and is not so.

    Raises
    ------
    UsageError
        When the folder is no review, or the truths are not there or of other quarters.
    """
    folder = Path(review_folder)
    agenda = _read(folder / "agenda.json", "run `workbench review` first")
    period = _read(folder / "manifest.json", "run `workbench review` first")["period"]
    path = Path(truths_file) if truths_file else folder.parent.parent / "private" / TRUTHS_FILE
    gaps = _read(path, "run `workbench practice` first")["expected_gaps"]
    if period not in gaps:
        raise UsageError(
            f"nothing is planted for {period!r}; there are truths for {', '.join(sorted(gaps))}."
        )
    items = [(Finding.from_json(item["finding"]), item["leads"]) for item in agenda["items"]]
    return report(folder.name, period, items, gaps[period])


def report(
    review: str, period: str, items: list[tuple[Finding, bool]], gaps: Mapping[str, Mapping[str, float]]
) -> Report:
    """The report on findings, each with whether it stands or is no test.

    Parameters
    ----------
    review, period : str
    items : list of (Finding, bool)
    gaps : mapping
        The true gaps of the period, by service.
    """
    standing = [finding for finding, stands in items if stands and str(finding.verdict) in CLAIMS]
    judged = [_told(truth, items, standing) for truth in TRUTHS if truth.since <= period]
    by_test = sum(finding.p is not None for finding in standing)
    return Report(
        review,
        period,
        tuple(one for one in judged if isinstance(one, Caught)),
        tuple(one for one in judged if isinstance(one, Missed)),
        tuple(one for finding in standing if (one := _falsehood(finding, period, gaps))),
        len(items),
        by_test,
        len(standing) - by_test,
    )


def _falsehood(finding: Finding, period: str, gaps: Mapping[str, Mapping[str, float]]) -> Falsehood | None:
    why = falsehood(finding, period, gaps)
    return Falsehood(finding.id, str(finding.verdict), finding.p is not None, why) if why else None


def _told(truth: Truth, items: list[tuple[Finding, bool]], standing: list[Finding]) -> Caught | Missed:
    def about(finding: Finding) -> bool:
        return (finding.analysis, finding.subject) == (truth.analysis, truth.subject)

    if not any(about(finding) for finding, _ in items):
        return Missed(truth, "the review says nothing about it")
    own = [finding for finding in standing if about(finding)]
    wrong = [finding.id for finding in own if any(fits(finding, claim) for claim in truth.never)]
    if wrong:
        return Missed(truth, f"instead it says {', '.join(wrong)}")
    quiet = [finding for finding, _ in items if about(finding) and str(finding.verdict) not in CLAIMS]
    proofs = [[finding.id for finding in own + quiet if fits(finding, claim)] for claim in truth.must]
    if not all(proofs):
        lacking = [claim for claim, ids in zip(truth.must, proofs, strict=True) if not ids]
        words = [f"no {' or '.join(claim.verdicts)} {claim.holds}".strip() for claim in lacking]
        return Missed(truth, f"{', '.join(words)} that stands")
    return Caught(truth, tuple(ids[0] for ids in proofs))


def _read(path: Path, instead: str) -> dict[str, Any]:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path} is not there; {instead}.") from None
