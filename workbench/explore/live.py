"""A chart that lives in an app: drawn in the browser, from its own columns only, without a network."""

import json
from functools import cache

import altair as alt

from workbench.charts.figure import Figure


@cache
def _offline() -> None:
    """Bring the drawing library along; slow, so once a kernel."""
    alt.JupyterChart.enable_offline()


def live(figure: Figure) -> alt.JupyterChart:
    """The chart of a figure as a widget that is described by the figure's text."""
    _offline()
    described = figure.chart.properties(description=figure.text)
    specification = pruned(described.to_dict())
    chart = alt.Chart.from_dict({**specification, "config": _as_one_graphic(specification["config"])})
    options = {"renderer": "svg", "actions": False}
    return alt.JupyterChart(chart, embed_options=options)


def _as_one_graphic(config: dict) -> dict:
    """One graphic with one description: its marks are in the table, not read out one by one."""
    return config | {
        part: {**config.get(part, {}), "aria": False} for part in ("mark", "axis", "legend", "title")
    }


def pruned(specification: dict) -> dict:
    """A Vega-Lite specification whose data hold only the columns that it names.

    A column is kept when its name occurs anywhere outside the data: in an encoding, a
    transform or an expression.
    """
    rest = {name: value for name, value in specification.items() if name != "datasets"}
    named = json.dumps(rest, ensure_ascii=False)
    datasets = {
        name: [{key: value for key, value in row.items() if _quoted(key) in named} for row in rows]
        for name, rows in specification.get("datasets", {}).items()
    }
    return {**rest, "datasets": datasets}


def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)[1:-1]
