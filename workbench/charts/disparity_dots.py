"""Dots with intervals, one row a group; a row without a figure says why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, floor, isfinite, log, log10
from textwrap import wrap

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.layers import layer

WORDS = {"suppressed": "not shown, to protect privacy", "no data": "no data"}
SHORT = {"suppressed": "not shown", "no data": "no data"}
UNTOLD = "cannot be told"  # a figure that is not there although its counts are
WIDTH = 320  # with names beside it, text stays above 12 pixels where a page is narrowest
DOT = {"filled": True, "opacity": 1}
_TICKS = (1, 2, 0.5, 5, 0.2, 10, 0.1, 3, 1.5, 0.7, 1.2, 0.8, 0.9, 1.1, 20, 0.05, 50, 0.02, 100, 0.01)
_APART = 30  # pixels between ticks
_FURTHEST = 4.0  # an axis of ratios goes no further than so many times the outermost dot
_LETTER = 7.2  # pixels
_WIDE = 205  # pixels that the longest of the words need
_LONG = 22  # letters of a legend that is alone in its line


@dataclass(frozen=True)
class Dots:
    """A panel of dots with intervals.

    Parameters
    ----------
    rows : DataFrame
        Released, with the columns named below and ``state``; several rows of one name are told apart by
        ``series``.
    value, lower, upper : str
    title : str
        Of the axis.
    row : str
        Column that names the row.
    series : str
        Column that tells marks of one row apart; empty: one mark a row.
    marks : mapping
        Shape and colour of each of the series, in order.
    line : float or None
        Where a line marks no gap.
    ratio : bool
        Whether the axis is one of ratios, on which twice and half are equally far from the same.
    width : int
    named : bool
        Whether rows are named; not in a panel beside one that does.
    step : int
        Height of a mark.
    beside : bool
        Whether the series of one row lie below each other; else a row has one mark.
    names : mapping
        What the axis of the names has beside the theme, such as ``labelExpr``.
    """

    rows: pd.DataFrame
    value: str
    lower: str
    upper: str
    title: str
    row: str = "Group"
    series: str = ""
    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    line: float | None = None
    ratio: bool = False
    width: int = WIDTH
    named: bool = True
    step: int = theme.ROW
    beside: bool = True
    names: Mapping[str, object] = field(default_factory=dict)

    def chart(self, below=(), above=()) -> alt.LayerChart:
        """The panel, with marks of others below its own and above them."""
        own = self._layers()
        layers = [*below, layer(*own), *above] if below or above else own
        height = self.step * max(len(self._names) * self._marks_a_row(), 2)
        return layer(*layers, width=self.width, height=height)

    def _layers(self) -> list[alt.Chart]:
        drawn, across = self._drawn(), self.across
        base = alt.Chart(drawn).encode(y=self._y(), **self._offset())
        spans = base.mark_rule(strokeWidth=2, clip=True).encode(
            x=alt.X(f"{self.lower}:Q", **across), x2=alt.X2(f"{self.upper}:Q"), **self._colour()
        )
        dots = base.mark_point(**DOT, size=90, **({} if self.series else {"color": theme.ACCENT})).encode(
            x=alt.X(f"{self.value}:Q", **across), **self._colour(), **self._shape()
        )
        hollow = self._hollow(base) if drawn["state"].eq("unreliable").any() else []
        return [*self._zero(), spans, dots, *hollow, *self._blanks()]

    def _hollow(self, base: alt.Chart) -> list[alt.Chart]:
        """Paper inside the dots of too few cases."""
        few = base.transform_filter("datum.state == 'unreliable'")
        hollow = few.mark_point(**DOT, size=28, color=theme.PAPER)
        return [hollow.encode(x=alt.X(f"{self.value}:Q", **self.across))]

    @cached_property
    def across(self) -> dict:
        """Scale, title and axis of the figures, for marks that are laid over the panel."""
        title = wrap(self.title, int(self.width / _LETTER))
        return {"scale": self._scale(), "title": title, "axis": self._axis()}

    def _marks_a_row(self) -> int:
        return max(len(self._series_drawn), 1) if self.beside else 1

    @cached_property
    def _names(self) -> list[str]:
        return list(dict.fromkeys(self.rows[self.row]))

    @cached_property
    def _series_drawn(self) -> list[str]:
        """Those of the series that have a figure."""
        if not self.series:
            return []
        found = set(self.rows.loc[self.rows[self.value].notna(), self.series])
        return [name for name in self.marks if name in found]

    def _drawn(self) -> pd.DataFrame:
        """Only what is drawn: names, series, figures, state."""
        columns = [self.row, *([self.series] if self.series else []), self.value, self.lower, self.upper]
        rows = self.rows[self.rows[self.value].notna()]
        rows = rows[rows[self.value] > 0] if self.ratio else rows
        low, high = self._domain(rows) if self.ratio else self._reach(rows)
        none = rows[self.lower].isna() & rows[self.upper].isna()
        ends = {
            name: rows[name].fillna(rows[self.value].where(none, end)).clip(low, high)
            for name, end in ((self.lower, low), (self.upper, high))
        }
        return rows.assign(**ends)[[*columns, "state"]]

    def _reach(self, rows: pd.DataFrame) -> tuple[float, float]:
        """The outermost figures: an interval without an end goes as far."""
        figures = rows[[self.value, self.lower, self.upper]]
        return figures.min(axis=None), figures.max(axis=None)

    def _with_line(self, low: float, high: float) -> tuple[float, float]:
        return (low, high) if self.line is None else (min(low, self.line), max(high, self.line))

    def _domain(self, rows: pd.DataFrame) -> tuple[float, float]:
        """Ends of an axis of ratios: all intervals, but none far beyond the dots."""
        values, ends = rows[self.value], rows[[self.lower, self.upper]]
        if values.empty:
            return 0.5, 2.0
        outermost = values.min() / _FURTHEST, values.max() * _FURTHEST
        inside = ends.where(ends.gt(0)).stack().clip(*outermost)
        low, high = (getattr(pd.concat([values, inside]), end)() for end in ("min", "max"))
        return min(low / 1.05, 0.95), max(high * 1.05, 1.05)

    def _scale(self) -> alt.Scale:
        if not self.ratio:
            return alt.Scale(zero=False, nice=False, padding=8)
        return alt.Scale(type="log", domain=list(self._domain(self._of_ratio())), nice=False)

    def _of_ratio(self) -> pd.DataFrame:
        return self.rows[self.rows[self.value] > 0]

    def _axis(self) -> alt.Axis:
        if not self.ratio:
            ends = self._reach(self.rows[self.rows[self.value].notna()])
            ticks = even_ticks(*self._with_line(*ends))
            return alt.Axis(values=ticks) if ticks else alt.Axis(tickCount=2)
        return alt.Axis(
            values=_ticks(*self._domain(self._of_ratio()), self.width), format="~g", labelOverlap=False
        )

    def _y(self) -> alt.Y:
        names = self._names
        axis = alt.Axis(**self.names) if self.named else alt.Axis(labels=False, ticks=False, domain=False)
        return alt.Y(f"{self.row}:N", sort=names, scale=alt.Scale(domain=names), title=None, axis=axis)

    def _offset(self) -> dict:
        names = self._series_drawn
        if self._marks_a_row() == 1:
            return {}
        return {"yOffset": alt.YOffset(f"{self.series}:N", sort=names, scale=alt.Scale(domain=names))}

    def _colour(self) -> dict:
        names = self._series_drawn
        if not self.series:
            return {}
        colours = alt.Scale(domain=names, range=[self.marks[name][1] for name in names])
        return {"color": alt.Color(f"{self.series}:N", scale=colours, title=None, legend=self._legend())}

    def _shape(self) -> dict:
        names = self._series_drawn
        if not self.series:
            return {}
        shapes = alt.Scale(domain=names, range=[self.marks[name][0] for name in names])
        return {"shape": alt.Shape(f"{self.series}:N", scale=shapes, title=None, legend=self._legend())}

    def _legend(self):
        """Long words one below the other; none for a single mark that is beside no other."""
        names = self._series_drawn
        if not names or (self.beside and len(names) == 1):
            return None
        return alt.Legend(columns=1 if max(map(len, names)) > _LONG else 2)

    def _zero(self) -> list[alt.Chart]:
        if self.line is None:
            return []
        rule = alt.Chart(alt.Data(values=[{}])).mark_rule(color=theme.INK, strokeDash=[4, 3])
        return [rule.encode(x=alt.XDatum(self.line))]

    def _blanks(self) -> list[alt.Chart]:
        """Why a row has no mark, in the row."""
        told = set(self.rows[self.row][self.rows[self.value].notna()])
        rows = self.rows[~self.rows[self.row].isin(told)].drop_duplicates(self.row)
        if rows.empty:
            return []
        known = WORDS if self.named and self.width >= _WIDE else SHORT
        said = rows.assign(Words=rows["state"].map(known).fillna(UNTOLD))[[self.row, "Words"]]
        return words(said, self._y())


def _ticks(low: float, high: float, width: int) -> list[float]:
    """Ticks of an axis of ratios, the plainest first, as many as there is room for."""
    found: list[float] = []
    reach = width / log(high / low)
    for tick in _TICKS:
        far = all(abs(log(tick / other)) * reach >= _APART for other in found)
        if low <= tick <= high and far:
            found.append(tick)
    return sorted(found)


def even_ticks(low: float, high: float, least: int = 3) -> list[float]:
    """Round ticks inside an axis, as few as there can be of at least so many: one alone tells no scale."""
    if not (isfinite(low) and isfinite(high) and low < high):
        return []
    power = floor(log10(high - low))
    steps = [(part, power - down) for down in range(3) for part in (5, 2, 1)]
    for part, exponent in steps:
        step = part * 10.0**exponent
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first + 1 >= least:
            return [
                round(place * part * 10.0**exponent, max(-exponent, 0)) for place in range(first, last + 1)
            ]
    raise AssertionError((low, high))


def words(said: pd.DataFrame, y: alt.Y) -> list[alt.Chart]:
    """Words at the left end of a row, in the column ``Words``; lines behind them are covered."""
    base = alt.Chart(said).encode(y=y, x=alt.XValue(6), text=alt.Text("Words:N"))
    marks = {"align": "left", "fontStyle": "italic"}
    behind = base.mark_text(**marks, color=theme.PAPER, stroke=theme.PAPER, strokeWidth=3)
    return [behind, base.mark_text(**marks, color=theme.MUTED)]


def nothing(said: str) -> alt.Chart:
    """A sentence in place of a picture."""
    lines = alt.Chart(alt.Data(values=[{"Words": wrap(said, int(WIDTH / _LETTER))}]))
    return (
        lines.mark_text(align="left", x=0).encode(text=alt.Text("Words:N")).properties(width=WIDTH, height=48)
    )
