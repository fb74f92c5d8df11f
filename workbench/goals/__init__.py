"""Goals over all departments: what covers them, how their measures stand, and how these are meant to move them.

Everything follows from the catalog and from released verdicts, so nothing here can tell a hidden count.
"""

from workbench.goals.coverage import coverage, matrix
from workbench.goals.rollup import goals, said
from workbench.goals.standing import standing
from workbench.goals.theory import Theory, theories

__all__ = ["Theory", "coverage", "goals", "matrix", "said", "standing", "theories"]
