"""Templates of the pages that are written beside the reports."""

from functools import cache

import jinja2

from workbench.publish.report import TEMPLATES


@cache
def environment() -> jinja2.Environment:
    """Templates with every value escaped; a name that is not given is a fault."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
