"""Target tracking: measures of a department against their targets and their own history."""

from pathlib import Path

from workbench.analyses import Analysis
from workbench.target_tracking.analysis import analyse
from workbench.target_tracking.cube import cube, sources, subjects
from workbench.target_tracking.findings import findings
from workbench.target_tracking.results import TargetResults

analysis = Analysis(
    handle="target_tracking",
    title="Target tracking",
    notebook=Path(__file__).parents[2] / "notebooks" / "target_tracking.ipynb",
    results=TargetResults,
    subjects=subjects,
    sources=sources,
    cube=cube,
    analyse=analyse,
    findings=findings,
    messages=Path(__file__).parent,
    judges_actions=True,
)

__all__ = ["TargetResults", "analyse", "analysis", "cube", "findings", "sources", "subjects"]
