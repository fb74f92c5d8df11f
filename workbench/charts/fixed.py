"""Parts of charts that are the same in every chart of a kind."""

from typing import Any, ClassVar

import altair as alt


class Fixed:
    """A layer without rows of its own, said as Vega-Lite once for all charts that it is a part of.

    Most of what a chart costs before it is drawn is altair's checking and writing of its layers.

    Parameters
    ----------
    layer : alt.Chart
        Without data; it shows those of the chart that it becomes part of.
    """

    _schema: ClassVar[dict] = {"type": "object"}  # by which altair knows what it may ask for to_dict
    data = width = height = alt.Undefined

    def __init__(self, layer: alt.Chart):
        self._said = layer.to_dict(validate=False, context={"top_level": False, "data": alt.Undefined})

    def to_dict(self, **_asked) -> dict[str, Any]:
        """The layer as Vega-Lite: the same object each time, changed by nobody."""
        return self._said
