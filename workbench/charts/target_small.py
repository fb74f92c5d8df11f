"""Steady measures side by side, small: a look along their lines is enough."""

from textwrap import wrap

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures
from workbench.charts.fixed import Fixed
from workbench.charts.layers import concat
from workbench.charts.target_marks import along_time, drawn, stretches, targets
from workbench.charts.target_rows import Measured
from workbench.charts.target_signs import needs_a_look

WIDE, HIGH, COLUMNS = 190, 58, 2
_LETTERS = 34  # of a title's line
_DASHED = {"strokeDash": (6, 3), "strokeWidth": 1, "color": theme.MUTED}
_LIMITS = {
    "Lower limit": _DASHED,
    "Upper limit": _DASHED,
    "Mean": {"strokeWidth": 0.8, "color": theme.MUTED},
}
_YEARS = alt.Axis(format="%Y", tickCount="year", labelFontSize=11)
_VALUES = alt.Y(
    "Value:Q", axis=alt.Axis(tickCount=3, labelFontSize=11, title=None), scale=alt.Scale(zero=False)
)
_OWN = Fixed(alt.Chart().mark_line(strokeWidth=1.4, color=theme.ACCENT).encode(y=_VALUES))


def small_charts(results) -> Figures:
    """One figure of every measure that needs no look and has two values at least; none where there is none."""
    found = [Measured(results, id) for id in results.measures["measure"] if not needs_a_look(results, id)]
    rows = [(one, one.points()) for one in found]
    known = [(one, own) for one, own in rows if own["Value"].notna().sum() > 1]
    return Figures([_figure(known)] if known else [])


def _figure(found: list[tuple[Measured, pd.DataFrame]]) -> Figure:
    table = pd.DataFrame([_row(one, rows) for one, rows in found])
    latest = "; ".join(f"{row['Measure']}: {row['Latest']}" for row in table.to_dict("records"))
    return Figure(
        name="steady",
        title=f"{len(found)} measures without a signal",
        text=f"{len(found)} small charts over time. Latest values: {latest}.",
        see="Each has its own scale. Dashed lines are process limits, the thin line is the mean, a dotted line the target: a "
        "line that goes up and down between the dashed ones needs no explanation.",
        table=table,
        chart=concat(*(_chart(one, rows) for one, rows in found), columns=COLUMNS, spacing=14),
    )


def _row(one: Measured, rows: pd.DataFrame) -> dict:
    last = rows.dropna(subset=["Value"]).iloc[-1]
    names = {
        "Latest": "Value",
        "Lower limit": "Lower limit",
        "Upper limit": "Upper limit",
        "Target": "Target",
    }
    told = {
        name: one.text(last[column]) if pd.notna(last[column]) else "none" for name, column in names.items()
    }
    return {"Measure": one.facts["title"], "Interval": last["Interval"], **told, "state": "value"}


def _chart(one: Measured, rows: pd.DataFrame) -> alt.LayerChart:
    title = alt.Title([*wrap(one.facts["title"], _LETTERS), one.axis], fontSize=12, fontWeight="normal")
    layers = [_OWN, *stretches(rows, _LIMITS), *targets(rows)]
    return along_time(*layers, axis=_YEARS, data=drawn(rows), width=WIDE, height=HIGH, title=title)
