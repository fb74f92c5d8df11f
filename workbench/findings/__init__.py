"""What a review says: findings, their verdicts, and the words they are said in."""

from workbench.findings.model import Context, Finding, Size, Verdict
from workbench.findings.sentences import ask, caveat, render
from workbench.findings.shown import Findings

__all__ = ["Context", "Finding", "Findings", "Size", "Verdict", "ask", "caveat", "render"]
