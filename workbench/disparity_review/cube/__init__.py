"""Rows of a service become counts by interval, group and place, with all that the analysis needs beside."""

from workbench.disparity_review.cube.cells import ALL, CELL, CITY, COUNTS, UNKNOWN, with_margins
from workbench.disparity_review.cube.coded_rows import levels_of
from workbench.disparity_review.cube.counting import counts
from workbench.disparity_review.cube.cube import cube
from workbench.disparity_review.cube.definition import definition_of

__all__ = [
    "ALL",
    "CELL",
    "CITY",
    "COUNTS",
    "UNKNOWN",
    "counts",
    "cube",
    "definition_of",
    "levels_of",
    "with_margins",
]
