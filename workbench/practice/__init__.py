"""The practice city: made-up sources with planted truths, and the check that a review finds them."""

from workbench.practice.checking import Report, check
from workbench.practice.generation import Made, generate

__all__ = ["Made", "Report", "check", "generate"]
