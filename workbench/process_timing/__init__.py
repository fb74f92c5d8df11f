"""Process map timing: where the time of a process goes, honestly while cases are still open."""

from pathlib import Path

from workbench.analyses import Analysis
from workbench.process_timing.analysis import analyse
from workbench.process_timing.findings import findings
from workbench.process_timing.log.cube import cube
from workbench.process_timing.log.edge_list import edge_list
from workbench.process_timing.log.written import event_log
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.told import told

__all__ = ["ProcessResults", "analyse", "analysis", "cube", "event_log", "findings"]

_HERE = Path(__file__).parent


def _subjects(catalog, department: str) -> list[str]:
    """The processes of a department."""
    return [name for name, process in catalog.processes.items() if process.department == department]


def _sources(catalog, department: str, subject: str) -> list[str]:
    """The one source of a process."""
    return [catalog.processes[subject].source]


analysis = Analysis(
    handle="process_timing",
    title="Process map timing",
    notebook=_HERE.parents[1] / "notebooks" / "process_timing.ipynb",
    results=ProcessResults,
    subjects=_subjects,
    sources=_sources,
    cube=cube,
    analyse=analyse,
    findings=findings,
    messages=_HERE,
    told=told,
    event_log=event_log,
    edges=edge_list,
)
