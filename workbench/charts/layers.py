"""Altair charts put together from their parts as they are.

Altair copies each part, with everything that could be said of it, several times over, so that a selection may be
moved from one to another. A picture has no selections, and its parts are changed by nobody after.
"""

import altair as alt


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
    chart = alt.LayerChart(data=data, **properties)
    chart.layer = list(layers)
    return chart


def concat(*charts, **properties) -> alt.ConcatChart:
    """Charts side by side in rows of so many ``columns``."""
    return _side_by_side(alt.ConcatChart, "concat", charts, properties)


def hconcat(*charts, **properties) -> alt.HConcatChart:
    """Charts side by side."""
    return _side_by_side(alt.HConcatChart, "hconcat", charts, properties)


def vconcat(*charts, **properties) -> alt.VConcatChart:
    """Charts one below the other."""
    return _side_by_side(alt.VConcatChart, "vconcat", charts, properties)


def _side_by_side(kind, name: str, charts, properties: dict):
    whole = kind(**properties)
    whole[name] = list(charts)
    return whole


def _without_data(chart):
    alone = chart.copy(deep=False)
    alone.data = alt.Undefined
    return alone
