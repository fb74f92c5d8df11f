"""Charts in the grammar of Vega-Lite, as plain values: marks, encodings, layers and panels side by side.

The names are those of Altair, which writes the same grammar; but a part here is a plain dict, so that a chart is
put together without checking and copying each of its parts again, which costs more than drawing it. The tests hold
every chart against Altair's schema instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import pandas as pd

from workbench.charts.theme import city

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.1.0.json"
_TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal", "G": "geojson"}
_UNTYPED = ("x2", "y2")  # they are of the type of the channel that they end
_SIZES = ("width", "height")
Rows = pd.DataFrame | list[dict]

Axis = Header = Legend = Projection = Scale = dict


@dataclass(frozen=True)
class Chart:
    """A view: one mark, or layers, or panels.

    Parameters
    ----------
    data : DataFrame or list of dict, optional
        Rows of the view and of all within it that have none of their own.
    parts : mapping
        The view in Vega-Lite, without its rows; views within it are charts.
    """

    data: Rows | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)

    def mark_area(self, **look) -> "Chart":
        """Areas, one a row of the data or one a group of rows; likewise the other marks."""
        return self._with(mark={"type": "area", **look})

    def mark_bar(self, **look) -> "Chart":
        return self._with(mark={"type": "bar", **look})

    def mark_geoshape(self, **look) -> "Chart":
        return self._with(mark={"type": "geoshape", **look})

    def mark_line(self, **look) -> "Chart":
        return self._with(mark={"type": "line", **look})

    def mark_point(self, **look) -> "Chart":
        return self._with(mark={"type": "point", **look})

    def mark_rule(self, **look) -> "Chart":
        return self._with(mark={"type": "rule", **look})

    def mark_text(self, **look) -> "Chart":
        return self._with(mark={"type": "text", **look})

    def mark_tick(self, **look) -> "Chart":
        return self._with(mark={"type": "tick", **look})

    def encode(self, **channels: str | dict) -> "Chart":
        """The view with further channels, each a shorthand such as ``"Rate:Q"`` or a :func:`channel`."""
        own = self.parts.get("encoding", {})
        return self._with(encoding=own | {name: _encoded(name, given) for name, given in channels.items()})

    def transform_filter(self, expression: str) -> "Chart":
        """Only the rows for which the expression holds."""
        return self._with(transform=[*self.parts.get("transform", ()), {"filter": expression}])

    def properties(self, *, data: Rows | None = None, **parts) -> "Chart":
        """The view with a width, height, title, description or rows."""
        return replace(self, data=self.data if data is None else data, parts={**self.parts, **parts})

    def resolve_scale(self, **channels: str) -> "Chart":
        """Whether views within it share a scale: ``shared`` or ``independent``."""
        return self._with(resolve={"scale": channels})

    def facet(self, facet: dict | None = None, *, row: dict | None = None, data: Rows | None = None, **parts):
        """A panel of the view for each value of a column, wrapped after ``columns``, or one below the other."""
        rows = self.data if data is None else data
        return Chart(rows, {"facet": facet or {"row": row}, "spec": replace(self, data=None), **parts})

    def to_dict(self) -> dict[str, Any]:
        """Vega-Lite in the theme of the city; rows that views share are written once, by name."""
        named: dict[int, tuple[str, pd.DataFrame]] = {}
        written = self._written(None, named)
        datasets = {name: _records(rows) for name, rows in named.values()}
        return {"$schema": SCHEMA, **city(), **written, "datasets": datasets}

    def _with(self, **parts) -> "Chart":
        return replace(self, parts={**self.parts, **parts})

    def _written(self, inherited: Rows | None, named: dict[int, tuple[str, pd.DataFrame]]) -> dict[str, Any]:
        rows = inherited if self.data is None else self.data
        inner = {
            name: _each(part, lambda view: view._written(rows, named)) for name, part in self.parts.items()
        }
        if rows is None and "mark" in self.parts:
            rows = [{}]  # one row, so that a mark without any is drawn once
        if rows is inherited:
            return inner
        if isinstance(rows, list):
            return {"data": {"values": rows}, **inner}
        name, _ = named.setdefault(id(rows), (f"rows-{len(named) + 1}", rows))
        return {"data": {"name": name}, **inner}


def layer(*views: Chart, data: Rows | None = None, **parts) -> Chart:
    """Views over each other, the first at the bottom; the size that one of them has is that of all."""
    sizes = {name: view.parts[name] for view in views for name in _SIZES if name in view.parts}
    within = [
        replace(view, parts={name: part for name, part in view.parts.items() if name not in _SIZES})
        for view in views
    ]
    return Chart(_common(views, data), {"layer": within, **sizes, **parts})


def concat(*views: Chart, **parts) -> Chart:
    """Panels in lines of so many ``columns``."""
    return Chart(None, {"concat": list(views), **parts})


def hconcat(*views: Chart, **parts) -> Chart:
    """Panels side by side."""
    return Chart(None, {"hconcat": list(views), **parts})


def vconcat(*views: Chart, **parts) -> Chart:
    """Panels one below the other."""
    return Chart(None, {"vconcat": list(views), **parts})


def channel(shorthand: str, **look) -> dict[str, Any]:
    """What a channel shows: a column and its type, such as ``"Rate:Q"``, with scale, title, axis or legend.

    Raises
    ------
    ValueError
        When no type is said.
    """
    column, _, kind = shorthand.rpartition(":")
    if kind not in _TYPES:
        raise ValueError(
            f"{shorthand!r} says no type; write the column, a colon and one of {', '.join(_TYPES)}"
        )
    return {"field": column, "type": _TYPES[kind], **look}


X = Y = X2 = Y2 = XOffset = YOffset = Color = Fill = Shape = StrokeDash = StrokeWidth = channel
Detail = Facet = Order = Row = Text = channel


def datum(at: float) -> dict[str, float]:
    """A channel that is the same for all rows, on the scale of the others."""
    return {"datum": at}


def value(at: float) -> dict[str, float]:
    """A channel that is the same for all rows, in pixels."""
    return {"value": at}


def title(text: str | Sequence[str], **look) -> dict[str, Any]:
    """Words above a view."""
    return {"text": text, **look}


def step(pixels: float) -> dict[str, float]:
    """A width or height of so many pixels a category."""
    return {"step": pixels}


def _encoded(name: str, given: str | dict) -> dict[str, Any]:
    shown = channel(given) if isinstance(given, str) else given
    return {key: part for key, part in shown.items() if key != "type"} if name in _UNTYPED else shown


def _common(views: Sequence[Chart], data: Rows | None) -> Rows | None:
    """The rows of the whole, or those that all views have."""
    first = views[0].data if data is None and views else data
    return first if data is not None or all(view.data is first for view in views) else None


def _each(part: Any, written: Callable[[Chart], dict]) -> Any:
    """A part as JSON has it, with the views within it written."""
    if isinstance(part, Chart):
        return written(part)
    if isinstance(part, dict):
        return {name: _each(one, written) for name, one in part.items()}
    return [_each(one, written) for one in part] if isinstance(part, list | tuple) else part


def _records(rows: pd.DataFrame) -> list[dict]:
    columns = [_plain(rows[name]) for name in rows]
    return [dict(zip(rows, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain(column: pd.Series) -> list:
    """Values as JSON has them: days in full, because a bare day would be one of Greenwich; null where there is none."""
    if column.dtype.kind == "M":
        return ["" if pd.isna(day) else day.isoformat() for day in column]
    if column.dtype.kind == "f":
        return [number if isfinite(number) else None for number in column.to_numpy(float).tolist()]
    known = column.notna()
    return [one if is_known else None for one, is_known in zip(column.tolist(), known, strict=True)]
