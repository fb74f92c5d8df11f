"""Altair charts put together from their parts as they are.

Altair copies each part, with everything that could be said of it, several times over whenever a chart is made, changed or
drawn, so that a selection may be moved from one part to another. A picture has no selections, and its parts are
changed by nobody after.
"""

import altair as alt


class Layered(alt.LayerChart):
    """Charts over one another; none has parameters, or a width and height of its own."""

    def __init__(self, data=alt.Undefined, layer=(), **properties):
        assert all(part.width is alt.Undefined is part.height for part in layer), "the whole has a size"
        super().__init__(data=data, **properties)
        self.layer = list(layer)


class InRows(alt.ConcatChart):
    """Charts side by side in rows of so many columns."""

    def __init__(self, data=alt.Undefined, concat=(), columns=alt.Undefined, **properties):
        super().__init__(data=data, columns=columns, **properties)
        self.concat = list(concat)


class Beside(alt.HConcatChart):
    """Charts side by side."""

    def __init__(self, data=alt.Undefined, hconcat=(), **properties):
        super().__init__(data=data, **properties)
        self.hconcat = list(hconcat)


class Below(alt.VConcatChart):
    """Charts one below the other."""

    def __init__(self, data=alt.Undefined, vconcat=(), **properties):
        super().__init__(data=data, **properties)
        self.vconcat = list(vconcat)


def layer(*layers, data=alt.Undefined, **properties) -> alt.LayerChart:
    """Charts drawn over one another.

    Parameters
    ----------
    *layers : altair charts
        None has parameters, or a width and height of its own.
    data : DataFrame or altair data, optional
        What the layers without data show; left out, that of all layers where they share one.
    **properties
        Of the whole: ``width``, ``height``, ``title``, ``projection``, ``resolve``.
    """
    shared = layers[0].data if layers and data is alt.Undefined else data
    if shared is not alt.Undefined and all(part.data is shared for part in layers):
        data, layers = shared, [_without_data(part) for part in layers]
    return Layered(data, layers, **properties)


def concat(*charts, **properties) -> alt.ConcatChart:
    """Charts side by side in rows of so many ``columns``."""
    return InRows(concat=charts, **properties)


def hconcat(*charts, **properties) -> alt.HConcatChart:
    """Charts side by side."""
    return Beside(hconcat=charts, **properties)


def vconcat(*charts, **properties) -> alt.VConcatChart:
    """Charts one below the other."""
    return Below(vconcat=charts, **properties)


def _without_data(chart):
    alone = chart.copy(deep=False)
    alone.data = alt.Undefined
    return alone
