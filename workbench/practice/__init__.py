"""The practice city: made-up sources with planted truths, and the check that a review finds them."""

from workbench.practice.checking import Report, check
from workbench.practice.generation import Made, generate
from workbench.practice.ownership import belongs

__all__ = ["Made", "Report", "belongs", "check", "generate"]
