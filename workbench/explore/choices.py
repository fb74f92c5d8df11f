"""What a reader can choose from released results, and the rows that a choice leaves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbench.analyses import Results
from workbench.errors import MessageError
from workbench.findings.messages import fill

ALL = ""
SEPARATOR = "/"


@dataclass(frozen=True)
class Control:
    """One thing to choose by.

    Parameters
    ----------
    name : str
        Keyword of the figure functions and word of the link.
    label : str
        For people.
    none : str
        What it is called to choose nothing; empty where one has to be chosen.
    columns : tuple of tuple of str
        Columns of result frames that hold it, the first set that a frame has: a value is
        their texts joined by a slash.
    """

    name: str
    label: str
    none: str
    columns: tuple[tuple[str, ...], ...]


CONTROLS = (
    Control("measure", "Measure", "", (("measure",),)),
    Control("group", "Group", "All groups", (("dimension", "group"), ("group",))),
    Control("place", "Place", "All places", (("place_level", "place"), ("place",))),
    Control("period", "Period", "As in the review", (("interval",), ("period",))),
)
_MARGIN = "all"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def options(results: Results, control: Control) -> list[tuple[str, str]]:
    """Labels and values to choose from, that for no choice first; empty where there is nothing to choose."""
    values: dict[str, None] = {}
    for frame in results.frames().values():
        values.update(dict.fromkeys(_values(frame, control)))
    named = [value for value in values if parts(value)[1] != _MARGIN]
    if control.name == "period":
        named = sorted(named, reverse=True)
    if len(named) < 2:
        return []
    nothing = [(control.none, ALL)] if control.none else []
    return nothing + [(label(results, control, value), value) for value in named]


def label(results: Results, control: Control, value: str) -> str:
    """A value in words: the label that the results give it, with its dimension, or the period as it is said."""
    if control.name == "period":
        return _said(value)
    labels: Mapping[str, str] = results.facts.get("labels", {})
    dimension, own = parts(value)
    words = str(labels.get(value, labels.get(own, own)))
    return f"{words} ({str(labels.get(dimension, dimension)).replace('_', ' ')})" if dimension else words


def parts(value: str) -> tuple[str, str]:
    """Dimension or place level of a choice, and its group or place, whose name may hold a slash itself."""
    first, slash, rest = value.partition(SEPARATOR)
    return (first, rest) if slash and _ID.fullmatch(first) else ("", value)


def _said(period: str) -> str:
    """``2025-Q4`` is ``Fourth quarter of 2025``; a name that is no period stays."""
    try:
        words = fill("{period:period}", {"period": period}).removeprefix("the ")
    except MessageError:
        return period
    return words[:1].upper() + words[1:]


def chosen(results: Results, choices: Mapping[str, str]) -> Results:
    """Results of the chosen rows only; a frame that is not cut by a choice keeps its rows.

    Parameters
    ----------
    results : Results
    choices : dict of str to str
        Name of a control: the value, or ``ALL``.
    """
    frames = results.frames()
    for control in CONTROLS:
        value = choices.get(control.name, ALL)
        if value != ALL:
            frames = {name: _cut(frame, control, value) for name, frame in frames.items()}
    return results.with_frames(**frames)


def _columns(frame: pd.DataFrame, control: Control) -> tuple[str, ...]:
    present = (names for names in control.columns if set(names) <= set(frame.columns))
    return next(present, ())


def _values(frame: pd.DataFrame, control: Control) -> pd.Series:
    columns = _columns(frame, control)
    if not columns:
        return pd.Series([], dtype="str")
    joined = frame[columns[0]].astype("str")
    for name in columns[1:]:
        joined = joined + SEPARATOR + frame[name].astype("str")
    return joined[frame[list(columns)].notna().all(axis="columns")]


def _cut(frame: pd.DataFrame, control: Control, value: str) -> pd.DataFrame:
    values = _values(frame, control)
    kept = values.index[values == value]
    return frame.loc[kept].reset_index(drop=True) if len(kept) else frame
