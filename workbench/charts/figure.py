"""A figure: a chart, what it shows in words, and the released rows it was drawn from."""

from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Figure:
    """One drawing with everything a reader without the picture needs.

    Parameters
    ----------
    name : str
        File stem, unique in a report: letters, digits, hyphens.
    title : str
        The caption.
    text : str
        The text alternative: what is drawn and the figures that matter.
    see : str
        One sentence: what to see in it.
    chart : altair chart or None
        None where ``drawn`` holds a laid-out SVG.
    table : DataFrame
        The released rows that are drawn, with plain column names: the chart as a table.
    drawn : str
        SVG of a laid-out map; empty for an Altair chart.
    is_printed : bool
        Whether the batch also writes it as a PDF of one page.
    is_linked : bool
        Whether ``drawn`` holds links to other pages of the review, for a page at its top.
    """

    name: str
    title: str
    text: str
    see: str
    # A notebook asks for a text beside the picture: without these, which would be most of it.
    table: pd.DataFrame = field(repr=False)
    chart: Any = field(default=None, repr=False)
    drawn: str = field(default="", repr=False)
    is_printed: bool = False
    is_linked: bool = False

    @cached_property
    def svg(self) -> str:
        """The picture as one accessible SVG element."""
        from workbench.charts.svg import accessible, rendered

        drawn = self.drawn or rendered(self.chart)
        return accessible(drawn, self.name, self.title, self.text, is_linked=self.is_linked)

    @property
    def pdf(self) -> bytes:
        """The picture as a PDF of one page: vector, the same bytes each time."""
        from workbench.charts.svg import printed

        return printed(self.svg)

    def _repr_html_(self) -> str:
        from workbench.charts.table import table_html

        name, title = escape(self.name), escape(self.title)
        return (
            f'<figure id="figure-{name}">'
            f'<div class="scroll" tabindex="0" role="group" aria-label="Chart: {title}">{self.svg}</div>'
            f"<figcaption><strong>{title}.</strong> {escape(self.see)}</figcaption>"
            f"<details><summary>The figures behind this chart</summary>"
            f"{table_html(self.table, caption=self.title)}</details></figure>"
        )


class Figures(list[Figure]):
    """Several figures, shown one below the other: a chart for each measure without a loop in the notebook."""

    def _repr_html_(self) -> str:
        return "".join(figure._repr_html_() for figure in self)


class Folded(Figures):
    """Figures that a reader opens when wanted: a page that says first what there is to discuss.

    Parameters
    ----------
    figures : iterable of Figure
    words : str
        What is folded away; nothing is shown where there are no figures.
    """

    def __init__(self, figures, words: str):
        super().__init__(figures)
        self.words = words

    def _repr_html_(self) -> str:
        if not self:
            return ""
        return f"<details><summary>{escape(self.words)}</summary>{super()._repr_html_()}</details>"
