"""Rates against how many they rest on, with the limits of what chance would give."""

from dataclasses import dataclass
from math import sqrt

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.layers import layer
from workbench.charts.place_map import SYMBOLS
from workbench.charts.place_names import Placed, placed

HEIGHT = 330
NAMED = 12  # places named at most; all are in the table
_ROOM = 1.06  # the axis of totals goes so many times beyond the largest
_LINES = {  # width, dash, colour
    "all places together": (1.2, [1, 0], theme.ACCENT),
    "99.8 % limits": (1.8, [1, 0], theme.INK),
    "95 % limits": (1.0, [1, 0], theme.MUTED),
    "99.8 %, widened": (1.8, [7, 4], theme.INK),
    "95 %, widened": (1.2, [2, 3], theme.MUTED),
}
TARGET, OUTER, INNER, WIDE_OUTER, WIDE_INNER = _LINES


def funnel(rows: pd.DataFrame, limits: pd.DataFrame, across: str, up: list[str]) -> alt.LayerChart:
    """The funnel.

    Parameters
    ----------
    rows : DataFrame
        One row a place that can be shown: ``Place``, ``Total``, ``Rate``, ``Beyond`` (``above``, ``below`` or
        empty), ``Tone``, ``state`` and ``Named`` (whether its name is wanted); those to be named first come first.
    limits : DataFrame
        ``Limit`` (one of the lines above), ``Side``, ``Total``, ``Rate``: one row a corner of a line.
    across : str
        Title of the axis of totals.
    up : list of str
        Lines above the chart: what a rate is.
    """
    plane = _Plane.of(rows, limits)
    x, y = plane.axes(across)
    inside, beyond = rows[rows["Beyond"] == ""], rows[rows["Beyond"] != ""]
    dots = alt.Chart(inside[["Total", "Rate"]]).mark_point(filled=True, size=42, opacity=0.9)
    marks = alt.Chart(beyond[["Total", "Rate", "Beyond", "Tone"]]).mark_point(
        filled=True, size=110, opacity=1, stroke=theme.PAPER, strokeWidth=0.8
    )
    few = rows.loc[rows["state"] == "unreliable", ["Total", "Rate"]]
    hollow = alt.Chart(few).mark_point(filled=True, size=14, opacity=1, color=theme.PAPER)
    shapes = alt.Scale(domain=list(SYMBOLS), range=list(SYMBOLS.values()))
    shaped = marks.encode(
        shape=alt.Shape("Beyond:N", scale=shapes, legend=None), fill=alt.Fill("Tone:N", scale=None)
    )
    marked = [*([shaped] if len(beyond) else []), *([hollow] if len(few) else [])]
    layers = [*_limits(limits), dots, *marked, *_names(plane, rows)]
    placed_layers = [part.encode(x=x, y=y) for part in layers]
    return layer(*placed_layers, width=theme.WIDTH, height=HEIGHT, title=up)


@dataclass(frozen=True)
class _Plane:
    """Which totals, on a scale of square roots, and which rates the chart shows."""

    most: float
    rates: tuple[float, float]

    @classmethod
    def of(cls, rows: pd.DataFrame, limits: pd.DataFrame) -> "_Plane":
        """All rates, and as much of the limits as does not press them flat."""
        widest = WIDE_OUTER if (limits["Limit"] == WIDE_OUTER).any() else OUTER
        usual = limits[limits["Limit"] == widest].groupby("Side")["Rate"].median()
        low, high = min([rows["Rate"].min(), *usual]), max([rows["Rate"].max(), *usual])
        room = 0.06 * ((high - low) or abs(high) or 1.0)
        least = max(0.0, low - room) if low >= 0 else low - room
        return cls(float(rows["Total"].max()) * _ROOM, (float(least), float(high + room)))

    def axes(self, across: str) -> tuple[alt.X, alt.Y]:
        x = alt.Scale(type="sqrt", domain=[0, self.most], nice=False)
        y = alt.Scale(domain=list(self.rates), nice=False, zero=False)
        return (
            alt.X(
                "Total:Q",
                title=across,
                scale=x,
                axis=alt.Axis(labelOverlap="greedy", labelSeparation=12, grid=False),
            ),
            alt.Y("Rate:Q", title=None, scale=y),
        )

    def pixel(self, total: float, rate: float) -> tuple[float, float]:
        low, high = self.rates
        return theme.WIDTH * sqrt(total / self.most), HEIGHT * (high - rate) / (high - low)

    def spot(self, name: Placed) -> tuple[float, float]:
        """Total and rate at which a name is anchored."""
        low, high = self.rates
        return self.most * (name.x / theme.WIDTH) ** 2, high - (high - low) * name.y / HEIGHT


def _limits(limits: pd.DataFrame) -> list[alt.Chart]:
    """A layer for each kind of line, which share one legend."""
    shown = [name for name in _LINES if name in set(limits["Limit"])]
    _, dashes, colours = zip(*(_LINES[name] for name in shown), strict=True)
    named = alt.Legend(title=None, symbolSize=700, symbolStrokeWidth=2)
    colour = alt.Color("Limit:N", scale=alt.Scale(domain=shown, range=list(colours)), legend=named)
    dash = alt.StrokeDash("Limit:N", scale=alt.Scale(domain=shown, range=list(dashes)), legend=named)
    return [
        alt.Chart(limits.loc[limits["Limit"] == name, ["Limit", "Side", "Total", "Rate"]])
        .mark_line(clip=True, strokeWidth=_LINES[name][0])
        .encode(colour, dash, detail=alt.Detail("Side:N"))
        for name in shown
    ]


def _names(plane: _Plane, rows: pd.DataFrame) -> list[alt.Chart]:
    """Names for which there is room: a layer for each side of the marks that they stand on."""
    spots = [plane.pixel(total, rate) for total, rate in zip(rows["Total"], rows["Rate"], strict=True)]
    wanted = [
        (name, *spot) for name, spot, asked in zip(rows["Place"], spots, rows["Named"], strict=True) if asked
    ]
    sides: dict[str, list[dict]] = {}
    for name in placed(wanted[:NAMED], spots, theme.WIDTH, HEIGHT):
        total, rate = plane.spot(name)
        sides.setdefault(name.align, []).append({"Total": total, "Rate": rate, "Name": name.name})
    return [part for side, drawn in sides.items() for part in _written(drawn, side)]


def _written(drawn: list[dict], side: str) -> list[alt.Chart]:
    """Names on a ground of paper, which keeps lines behind them apart."""
    texts = alt.Chart(alt.Data(values=drawn)).encode(text=alt.Text("Name:N"))
    look = {"align": side, "baseline": "middle"}
    return [texts.mark_text(**look, stroke=theme.PAPER, strokeWidth=4), texts.mark_text(**look)]
