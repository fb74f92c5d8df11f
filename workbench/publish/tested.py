"""What was tested in a review, as a list that anybody can check the false-discovery control with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.publish.csv_text import csv_text

FILE = "tested.csv"
COLUMNS = ("id", "department", "question", "group", "place", "p", "q", "family", "stands", "n")


def csv_of_tests(agenda: Mapping[str, Any]) -> str:
    """One row for each comparison that has a p value of its own, by id.

    Parameters
    ----------
    agenda : dict
        As ``workbench.agenda.agenda`` made it, from released findings: what is not shown has no p value,
        and no row.
    """
    rows = [(item["finding"], item) for item in agenda["items"] if item["finding"]["p"] is not None]
    rows.sort(key=lambda pair: (pair[0]["id"], pair[0]["department"]))
    told = (
        {**finding, "q": item["q"], "stands": "yes" if item["stands"] else "no"} for finding, item in rows
    )
    return csv_text(told, COLUMNS)


def write_tested(review_folder: Path, agenda: Mapping[str, Any]) -> Path:
    """Write the list into the review's folder."""
    path = review_folder / FILE
    path.write_text(csv_of_tests(agenda), encoding="utf-8")
    return path
