"""How forecasts did in the past: made again at each interval, and held against what came."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures
from workbench.charts.layers import layer
from workbench.charts.table import number_text

FORMS = {
    "mean": "mean",
    "returning": "back to the mean",
    "simple": "latest level",
    "damped": "fading trend",
}
_BANDS = {"In the band of 50": (50, "circle"), "In the band of 80": (80, "triangle-up")}


def forecasts(results) -> Figures:
    """One figure of all measures whose forecasts could be made again in the past; none where there is none."""
    rows = _rows(results)
    told = rows.dropna(subset=list(_BANDS))
    return Figures([_figure(rows, told)] if len(told) else [])


def _rows(results) -> pd.DataFrame:
    rows = results.calibration
    titles = [results.facts["measures"][id]["title"] for id in rows["measure"]]
    columns = {
        "In the band of 50": 100 * rows["coverage_50"].astype(float),
        "In the band of 80": 100 * rows["coverage_80"].astype(float),
        "Brier": rows["brier"],
        "Brier, past share": rows["brier_naive"],
        "Forecasts": rows["forecasts"],
    }
    forms = rows["form"].map(FORMS).fillna("not forecast")
    return pd.DataFrame({"Measure": titles, **columns, "Form": forms, "state": rows["state"]})


def _figure(rows: pd.DataFrame, told: pd.DataFrame) -> Figure:
    means = [number_text(told[name].mean(), 0) for name in _BANDS]
    known = told.dropna(subset=["Brier", "Brier, past share"])
    better = int((known["Brier"] < known["Brier, past share"]).sum())
    return Figure(
        name="forecasts",
        title=f"Past forecasts of {len(told)} measures against what came",
        text=f"Dots, one row a measure: share of values that came to lie in the bands. On average {means[0]} of 100 in "
        f"the band of 50, {means[1]} of 100 in that of 80.",
        see=f"On average {means[0]} of 100 values came to lie in the band of 50, and {means[1]} in that of 80; a circle far "
        "from the line at 50, or a triangle far from 80, says that the bands of this measure are too wide (on the right) or "
        f"too narrow. The Brier score of {better} of {len(known)} probabilities is smaller, which is better, than that of "
        "always saying how often the target was met before.",
        table=rows,
        chart=_chart(told),
    )


def _chart(told: pd.DataFrame) -> alt.LayerChart:
    drawn = told.melt("Measure", list(_BANDS), "Band", "Share")
    scale = alt.Scale(domain=list(_BANDS), range=[shape for _, shape in _BANDS.values()])
    colours = alt.Scale(domain=list(_BANDS), range=[theme.SERIES[0], theme.SERIES[1]])
    lines = [
        alt.Chart().mark_rule(strokeDash=[6, 3], color=theme.MUTED).encode(x=alt.datum(share))
        for share, _ in _BANDS.values()
    ]
    x = alt.X("Share:Q", title="of 100 values", scale=alt.Scale(domain=[0, 100]))
    points = alt.Chart().encode(
        y=alt.Y("Measure:N", sort=list(told["Measure"]), title=None, axis=alt.Axis(labelLimit=300)),
        x=x,
        shape=alt.Shape("Band:N", scale=scale, title=None),
        color=alt.Color("Band:N", scale=colours, title=None),
    )
    dots = points.mark_point(filled=True, size=80, opacity=1)
    return layer(*lines, dots, data=drawn, width=theme.WIDTH - 120, height=alt.Step(theme.ROW))
