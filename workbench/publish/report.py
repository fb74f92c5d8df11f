"""One page for one run: what its notebook shows, without code, scripts or addresses."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from workbench.publish.environment import environment


@dataclass(frozen=True)
class Report:
    """The page of one run, to be written by whichever process has time.

    Parameters
    ----------
    path : Path
        Where it is written.
    notebook : Path
        The executed notebook of the run.
    page : dict
        What the template names beside the notebook.
    """

    path: Path
    notebook: Path
    page: dict[str, Any]


def write_report(report: Report) -> Path:
    """Write the page of one run; returns where."""
    report.path.write_text(report_html(report.notebook, report.page), encoding="utf-8")
    return report.path


def report_html(notebook: Path, page: dict) -> str:
    """The report of one run as a page of its own.

    Parameters
    ----------
    notebook : Path
        The executed notebook of the run.
    page : dict
        What the template names beside the notebook: titles, period, dates, sources.

    Returns
    -------
    str
        HTML without scripts that asks the network for nothing.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    return environment().get_template("report.html").render(cells=cells, page=page)
