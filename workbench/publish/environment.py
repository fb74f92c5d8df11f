"""Templates of all pages."""

from functools import cache
from pathlib import Path

import jinja2

from workbench.publish.clean import clean

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> jinja2.Environment:
    """Templates with every value escaped; a name that is not given is a fault."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters |= {"clean": clean, "markdown": markdown_html}
    return made


@cache
def markdown_html(text: str) -> str:
    """Markdown as HTML; raw HTML in it is shown as text. All runs of an analysis have the same texts."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(text))
