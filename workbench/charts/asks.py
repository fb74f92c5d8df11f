"""What a figure asks its reader to choose beside the rows of results: a number on a slider, a word of a few.

A figure function says so by an attribute (:func:`asking`); the app offers the control, gives the
choice by keyword, and keeps it in the link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

Options = list[tuple[str, Any]]  # words for people, the value that the keyword is given


@dataclass(frozen=True)
class Slider:
    """A number to choose on a slider.

    Parameters
    ----------
    name : str
        Keyword of the figure and word of the link.
    label : str
        For people.
    options : callable
        Results: words and values, the smallest first. With fewer than two there is nothing to choose.
    first : callable
        Results: the value that is shown at first.
    """

    name: str
    label: str
    options: Callable[[Any], Options]
    first: Callable[[Any], Any]


@dataclass(frozen=True)
class Choice(Slider):
    """A word to choose from a few, in a list instead of on a slider."""


def asking(*asked: Slider):
    """Say of a figure function what it asks for: each name is one of its keywords, None where nothing is chosen."""

    def said(figure):
        figure.asks = asked
        return figure

    return said


def present_in(
    name: str, label: str, frame: str, column: str, *, base: str = "", words: str = "{:,g}"
) -> Slider:
    """A slider over the values that a column of a released frame has, such as staff of ``scenarios``.

    Parameters
    ----------
    name, label : str
    frame, column : str
        Rows that are suppressed or have no value are no choice.
    base : str
        Column that marks the rows of things as they are: the slider starts there; else at the smallest value.
    words : str
        Format of a value for people: ``"{:,g} people"``, ``"{:.0%} of now"``.
    """

    def rows(results) -> pd.DataFrame:
        found = getattr(results, frame)
        if column not in found.columns:
            return pd.DataFrame({column: []})
        return found[(found["state"] != "suppressed") & found[column].notna()]

    def options(results) -> Options:
        return [
            (words.format(value), value)
            for value in sorted({float(value) for value in rows(results)[column]})
        ]

    def first(results):
        found = rows(results)
        marked = found[found[base].eq(True)] if base in found.columns else found
        values = (marked if len(marked) else found)[column]
        return float(values.min()) if len(values) else None

    return Slider(name, label, options, first)
