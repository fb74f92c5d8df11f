"""Released frames to figures: theme, text alternative, SVG, and the table behind each chart.

Each analysis' figures are a module of its handle (``charts.disparity_review``), loaded
when first asked for, so that a kernel pays only for what it draws.
"""

from importlib import import_module
from importlib.util import find_spec

from workbench.lean import import_jsonschema

# Before any chart module imports altair.
import_jsonschema()


def __getattr__(name: str):
    if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
