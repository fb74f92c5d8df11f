"""What a city declares: read, checked and typed. The only room with YAML."""

from workbench.catalog.loader import check, load, load_reviewable
from workbench.catalog.model import Catalog
from workbench.catalog.resolved import definitions, former_names, redefined, resolved

__all__ = [
    "Catalog",
    "check",
    "definitions",
    "former_names",
    "load",
    "load_reviewable",
    "redefined",
    "resolved",
]
