"""What a review's folder holds, as the pages need it: its runs, their findings, their origin."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.batch.manifest import RUN
from workbench.catalog.model import Catalog
from workbench.catalog.titles import subject_title
from workbench.errors import PublishError
from workbench.findings import Finding

PAGE = "report.html"


@dataclass(frozen=True)
class Run:
    """One run of a review.

    Parameters
    ----------
    folder : Path
        Where its notebook, findings and figures are.
    department, analysis, subject : str
    href : str
        Its report, from the review's index.
    findings : tuple of Finding
        In the order of the report.
    record : dict
        Its ``run.json``.
    """

    folder: Path
    department: str
    analysis: str
    subject: str
    href: str
    findings: tuple[Finding, ...]
    record: Mapping[str, Any]

    @property
    def name(self) -> str:
        """``department/analysis/subject``."""
        return f"{self.department}/{self.analysis}/{self.subject}"


@dataclass(frozen=True)
class Origin:
    """One source: when it was taken, how many rows were read and how many are not in the numbers."""

    name: str
    title: str
    taken: str
    rows: int
    rejects: int
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def set_aside_words(self) -> str:
        """Rows set aside, by reason."""
        parts = [f"{count:,} {reason.replace('_', ' ')}" for reason, count in sorted(self.set_aside.items())]
        return ", ".join(parts) or "none"


def runs_of(review_folder: Path) -> list[Run]:
    """The runs of a review that succeeded, in the order of their folders.

    Raises
    ------
    PublishError
        When a run's record or findings cannot be read; the file is named.
    """
    return [_run(path.parent, review_folder) for path in sorted(review_folder.glob(f"*/*/*/{RUN}"))]


def origins_of(runs: list[Run], catalog: Catalog) -> list[Origin]:
    """The sources of some runs, each once, by title."""
    found: dict[str, Origin] = {}
    for run in runs:
        for name, count in run.record.get("rows", {}).items():
            found[name] = _origin(name, count, run.record, catalog)
    return sorted(found.values(), key=lambda origin: (origin.title, origin.name))


def title_of(run: Run, catalog: Catalog) -> str:
    """What people call the subject of a run."""
    return subject_title(catalog, run.subject)


def _run(folder: Path, review_folder: Path) -> Run:
    record = _read(folder / RUN)
    findings = tuple(Finding.from_json(values) for values in _read(folder / "findings.json"))
    href = (folder / PAGE).relative_to(review_folder).as_posix()
    return Run(folder, record["department"], record["analysis"], record["subject"], href, findings, record)


def _read(path: Path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(f"{path} cannot be read: {error}. Run the review again.") from error


def _origin(name: str, count: int, record: Mapping[str, Any], catalog: Catalog) -> Origin:
    source = catalog.sources.get(name)
    return Origin(
        name,
        (source.title if source else "") or name,
        record.get("taken", {}).get(name, ""),
        count,
        record.get("rejects", {}).get(name, 0),
        record.get("set_aside", {}).get(name, {}),
    )
