"""A log in XES (IEEE 1849-2016), with the extensions Concept, Time, Lifecycle and Organizational."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

import pandas as pd

CASE = "case:"
_EXTENSIONS = {"Concept": "concept", "Time": "time", "Lifecycle": "lifecycle", "Organizational": "org"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""
_GLOBAL = """  <global scope="trace">
    <string key="concept:name" value="UNKNOWN"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="UNKNOWN"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
    <string key="concept:instance" value="UNKNOWN"/>
  </global>
  <classifier name="Activity" scope="event" keys="concept:name"/>
"""
# Characters that XML 1.0 cannot hold, however they are written.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00")


def write_xes(title: str, transitions: pd.DataFrame, stream: BinaryIO) -> None:
    """Write a log trace by trace.

    Parameters
    ----------
    title : str
        Of the log.
    transitions : DataFrame
        As :class:`workbench.analyses.EventLog` has them, times as ISO 8601 text; the rows of a case together.
    stream : binary file
    """
    stream.write(_HEAD.encode())
    for name, prefix in _EXTENSIONS.items():
        uri = f"http://www.xes-standard.org/{prefix}.xesext"
        stream.write(f'  <extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'.encode())
    stream.write(f"{_GLOBAL}{_attribute('concept:name', title, '  ')}{_LIFECYCLE}".encode())
    for trace in _traces(transitions):
        stream.write(trace.encode())
    stream.write(b"</log>\n")


_LIFECYCLE = '  <string key="lifecycle:model" value="standard"/>\n'


def _traces(transitions: pd.DataFrame) -> Iterator[str]:
    own = [name for name in transitions if name.startswith(CASE)]
    of_event = [name for name in transitions if not name.startswith(CASE)]
    places = {name: place for place, name in enumerate(transitions)}
    rows = transitions.itertuples(index=False, name=None)
    for _, events in groupby(rows, key=itemgetter(places[f"{CASE}concept:name"])):
        trace = list(events)
        texts = [_attribute(name.removeprefix(CASE), trace[0][places[name]], "    ") for name in own]
        for event in trace:
            inside = "".join(_attribute(name, event[places[name]], "      ") for name in of_event)
            texts.append(f"    <event>\n{inside}    </event>\n")
        yield f"  <trace>\n{''.join(texts)}  </trace>\n"


def _attribute(key: str, value, indent: str) -> str:
    """One attribute with the kind of its value; none where there is no value."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    kind, text = _said(value)
    return f"{indent}<{kind} key={_quoted(key)} value={_quoted(text)}/>\n"


def _said(value) -> tuple[str, str]:
    if hasattr(value, "dtype"):
        value = value.item()
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int):
        return "int", str(value)
    if isinstance(value, float):
        return "float", repr(value)
    text = str(value)
    return ("date" if _TIME.fullmatch(text) else "string"), text


def _quoted(text: str) -> str:
    return quoteattr(_UNWRITABLE.sub("\ufffd", text))
