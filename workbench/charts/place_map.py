"""Places as a map: shades for figures, patterns for what is not shown, symbols for what is beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import altair as alt
import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.layers import hconcat, layer, vconcat
from workbench.charts.place_shapes import Rings, dotted, extent, filled, hatched, middle
from workbench.charts.table import digits_of, number_text

SHADES = ("#edf3f9", "#b9d0e4", "#82a9cb", "#4a7aa8", "#17406d")  # a step of grey each
BORDER = "#868e96"
TALLEST = 470
SPACING = 7.0  # pixels between the lines and dots of patterns
HIDDEN, NO_DATA, ABOVE, BELOW = "suppressed", "no data", "above", "below"
WORDS = {
    HIDDEN: "not shown, to protect privacy",
    NO_DATA: "no data",
    ABOVE: "higher than chance explains",
    BELOW: "lower than chance explains",
}
SYMBOLS = {ABOVE: "triangle-up", BELOW: "triangle-down"}
_STEP = 22  # height of a line of the legend
_SWATCH = (26, 15)
_COLUMN = 160  # where the second column of the legend begins
_NARROW = 220  # a map no wider leaves room for its legend beside it


@dataclass(frozen=True)
class Classes:
    """Figures in at most five classes of about as many places each.

    Parameters
    ----------
    breaks : tuple of float
        A value that is as large as a break is in the class above it.
    labels : tuple of str
    fills : tuple of str
        Colours, the lightest first.
    """

    breaks: tuple[float, ...]
    labels: tuple[str, ...]
    fills: tuple[str, ...]

    @classmethod
    def of(cls, values: pd.Series) -> "Classes":
        """Classes of the values that are there; none where there are none."""
        known = values.dropna()
        if known.empty:
            return cls((), (), ())
        digits = digits_of(known)
        wanted = np.quantile(known, np.arange(1, len(SHADES)) / len(SHADES))
        least, most = (round(float(end), digits) for end in (known.min(), known.max()))
        inside = [float(at) for at in np.unique(np.round(wanted, digits)) if known.min() < at]
        breaks = inside or ([most] if least < most else [])
        ends = [number_text(at, digits) for at in breaks]
        inner = [f"{low} to {high}" for low, high in zip(ends, ends[1:], strict=False)]
        labels = [f"under {ends[0]}", *inner, f"{ends[-1]} or more"] if ends else ["all places alike"]
        steps = np.linspace(0, len(SHADES) - 1, len(labels)).round().astype(int)
        return cls(tuple(breaks), tuple(labels), tuple(SHADES[step] for step in steps))

    def fill(self, values: pd.Series) -> list[str]:
        """The colour of each value; white where it is missing."""
        at = np.searchsorted(self.breaks, values.to_numpy(float), side="right")
        return [self.fills[i] if known else theme.PAPER for i, known in zip(at, values.notna(), strict=True)]


@dataclass(frozen=True)
class Piece:
    """One place of the map, or one swatch of its legend.

    Parameters
    ----------
    rings : list of rings
    fill : str
        Its colour.
    state : str
        ``suppressed`` and ``no data`` are filled with their pattern.
    beyond : str
        ``above``, ``below`` or empty: its symbol.
    tone : str
        Colour of the symbol.
    """

    rings: Rings
    fill: str
    state: str = "value"
    beyond: str = ""
    tone: str = theme.INK


def choropleth(
    pieces: Sequence[Piece], classes: Classes, title: list[str]
) -> alt.HConcatChart | alt.VConcatChart:
    """The map with what shades, patterns and symbols mean: beside a narrow city, below a wide one.

    Parameters
    ----------
    pieces : sequence of Piece
        One a place.
    classes : Classes
        Of the shades that they are filled with.
    title : list of str
        Lines above the map.
    """
    width, height = extent(piece.rings for piece in pieces)
    scale = min(theme.WIDTH / width, TALLEST / height)
    drawn = {"width": round(width * scale), "height": round(height * scale)}
    beside = drawn["width"] <= _NARROW
    areas = layer(*_layers(pieces, scale), projection=_flat(scale), **drawn)
    key = _legend(classes, _kinds(pieces), scale, columns=1 if beside else 2)
    both = hconcat(areas, key, spacing=24) if beside else vconcat(areas, key, spacing=10)
    return both.properties(title=title)


def _kinds(pieces: Sequence[Piece]) -> dict[str, Piece]:
    """A piece of each kind that has a symbol or a pattern, in the order of the words for them."""
    found = {piece.beyond or piece.state: piece for piece in pieces}
    return {kind: found[kind] for kind in WORDS if kind in found}


def _legend(classes: Classes, kinds: dict[str, Piece], scale: float, columns: int) -> alt.LayerChart:
    """Shades, then symbols and patterns; drawn in the scale of the map, since Vega-Lite keeps one for both."""
    lines = [(label, Piece((), fill)) for label, fill in zip(classes.labels, classes.fills, strict=True)]
    lines += [(WORDS[kind], replace(piece, fill=theme.PAPER)) for kind, piece in kinds.items()]
    split = len(classes.labels) if columns == 2 else len(lines)
    spots = [(0, i) if i < split else (_COLUMN, i - split) for i in range(len(lines))]
    entries = [
        replace(piece, rings=[_swatch(*at, scale)]) for (_, piece), at in zip(lines, spots, strict=True)
    ]
    words = [
        {"Label": label, "Across": (x + _SWATCH[0] + 8) / scale, "Down": (_STEP * y + 10) / scale}
        for (label, _), (x, y) in zip(lines, spots, strict=True)
    ]
    text = _chart(words).mark_text(align="left", baseline="middle")
    text = text.encode(
        longitude=alt.Longitude("Across:Q"), latitude=alt.Latitude("Down:Q"), text=alt.Text("Label:N")
    )
    size = {
        "width": theme.WIDTH if columns == 2 else _COLUMN + 80,
        "height": _STEP * (1 + max((y for _, y in spots), default=0)),
    }
    return layer(*_layers(entries, scale), text, projection=_flat(scale), **size)


def _swatch(left: float, line: int, scale: float) -> list[list[float]]:
    (wide, high), top = _SWATCH, line * _STEP + 2
    corners = [(left, top), (left + wide, top), (left + wide, top + high), (left, top + high), (left, top)]
    return [[x / scale, y / scale] for x, y in corners]


def _flat(scale: float) -> alt.Projection:
    """Outlines are flat already: pixels are their units times the scale."""
    return alt.Projection(type="identity", scale=scale, translate=[1, 1])


def _layers(pieces: Sequence[Piece], scale: float) -> list[alt.Chart]:
    """Areas, and of what is over them the layers that some piece has."""
    over = []
    if any(piece.state in (HIDDEN, NO_DATA) for piece in pieces):
        over.append(_patterns(pieces, SPACING / scale))
    if any(piece.beyond for piece in pieces):
        over += [_edges(pieces), _symbols(pieces)]
    return [_areas(pieces), *over]


def _areas(pieces: Sequence[Piece]) -> alt.Chart:
    drawn = [{"geometry": filled(piece.rings), "Fill": piece.fill} for piece in pieces]
    mark = _geo(drawn).mark_geoshape(stroke=BORDER, strokeWidth=0.8)
    return mark.encode(fill=alt.Fill("Fill:N", scale=None))


def _patterns(pieces: Sequence[Piece], spacing: float) -> alt.Chart:
    """Slanting lines over what is hidden, dots over what is not there."""
    drawn = [
        {"geometry": hatched(piece.rings, spacing), "Width": 1.1}
        if piece.state == HIDDEN
        else {"geometry": dotted(piece.rings, spacing), "Width": 2.4}
        for piece in pieces
        if piece.state in (HIDDEN, NO_DATA)
    ]
    mark = _geo(drawn).mark_geoshape(filled=False, stroke=theme.MUTED, strokeCap="round")
    return mark.encode(strokeWidth=alt.StrokeWidth("Width:Q", scale=None))


def _edges(pieces: Sequence[Piece]) -> alt.Chart:
    edges = _geo([{"geometry": filled(piece.rings)} for piece in pieces if piece.beyond])
    return edges.mark_geoshape(filled=False, stroke=theme.INK, strokeWidth=1.8)


def _symbols(pieces: Sequence[Piece]) -> alt.Chart:
    beyond = [(*middle(piece.rings), piece) for piece in pieces if piece.beyond]
    drawn = [
        {"Across": x, "Down": y, "Symbol": SYMBOLS[piece.beyond], "Tone": piece.tone}
        for x, y, piece in beyond
    ]
    marks = _chart(drawn).mark_point(filled=True, opacity=1, size=110, stroke=theme.PAPER, strokeWidth=1.5)
    return marks.encode(
        longitude=alt.Longitude("Across:Q"),
        latitude=alt.Latitude("Down:Q"),
        shape=alt.Shape("Symbol:N", scale=None),
        fill=alt.Fill("Tone:N", scale=None),
    )


def _geo(drawn: list[dict]) -> alt.Chart:
    return _chart(drawn).encode(shape=alt.Shape("geometry:G"))


def _chart(drawn: list[dict]) -> alt.Chart:
    return alt.Chart(alt.Data(values=drawn))
