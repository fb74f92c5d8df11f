"""What a city declares: read, checked and typed."""

from workbench.catalog.model import Catalog

__all__ = ["Catalog"]
