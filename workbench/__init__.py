"""City Performance Workbench: disparity review, process map timing, target tracking.

In a notebook: ``from workbench import charts, explore, view``.
"""

from workbench.view import view

__all__ = ["__version__", "view"]
__version__ = "0.1.0"
