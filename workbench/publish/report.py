"""One page for one run: what its notebook shows, without code, scripts or addresses."""

from functools import cache
from pathlib import Path

import nbformat

from workbench.publish.clean import clean

TEMPLATES = Path(__file__).parent / "templates"


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
    cells = nbformat.read(notebook, as_version=4)
    exporter = _exporter()
    html, _ = exporter.from_notebook_node(cells, resources={"page": page})
    return html


def markdown_html(text: str) -> str:
    """Markdown as HTML; raw HTML in it is shown as text."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(text))


@cache
def _exporter():
    from jinja2 import FileSystemLoader
    from nbconvert import TemplateExporter

    exporter = TemplateExporter(
        extra_loaders=[FileSystemLoader(TEMPLATES)],
        template_name="report",
        template_extension=".html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
        filters={"clean": clean, "markdown": markdown_html},
    )
    environment = exporter.environment
    environment.autoescape = environment.trim_blocks = environment.lstrip_blocks = True
    return exporter
