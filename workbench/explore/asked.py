"""What figures ask for beside the rows of results, as texts of controls and links."""

from typing import Any

from workbench.analyses import Results
from workbench.charts.asks import Slider


def asked_by(figure) -> tuple[Slider, ...]:
    """What a figure function asks for; nothing where it does not say so."""
    return getattr(figure, "asks", ())


def worded(ask: Slider, results: Results) -> list[tuple[str, str]]:
    """Words and texts of the values that are offered, in order."""
    return [(words, as_text(value)) for words, value in ask.options(results)]


def values_of(ask: Slider, results: Results) -> list[tuple[str, Any]]:
    """Texts of the values that are offered, and the values."""
    return [(as_text(value), value) for _, value in ask.options(results)]


def first_of(ask: Slider, results: Results) -> str:
    """Text of the value that is shown at first: the nearest one offered."""
    first, offered = as_text(ask.first(results)), [text for _, text in worded(ask, results)]
    return first if first in offered else offered[0]


def as_text(value: Any) -> str:
    """A value as it stands in a link: ``0.8``, ``3``, ``median``."""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
