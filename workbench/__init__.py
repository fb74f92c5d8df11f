"""City Performance Workbench: disparity review, process map timing, target tracking."""

__version__ = "0.1.0"
