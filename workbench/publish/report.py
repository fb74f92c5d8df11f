"""One page for one run: what its notebook shows, without code, scripts or addresses."""

from pathlib import Path

import nbformat

from workbench.publish.environment import environment


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
