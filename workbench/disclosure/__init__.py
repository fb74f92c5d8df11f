"""Release what is safe: hide small counts exactly, and attack what is about to be published."""

from workbench.disclosure.policy import Policy
from workbench.disclosure.release import release
from workbench.disclosure.stored import read, write

__all__ = ["Policy", "read", "release", "write"]
