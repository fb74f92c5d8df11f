"""How first values differ from those that stay: by how much values still moved, by how long they were known."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures
from workbench.charts.layers import layer
from workbench.charts.table import number_text
from workbench.charts.target_rows import Measured

_MARKS = ["circle", "triangle-up", "square"]  # by lag, the first value first; the table has later ones


def revisions(results) -> Figures:
    """One figure of all measures whose values were restated; none where none was.

    Parameters
    ----------
    results : TargetResults
        Released.
    """
    rows = _rows(results)
    moved = rows[rows["Of the usual value"].gt(0) & results.revisions["lag"].lt(len(_MARKS))]
    return Figures([_figure(rows, moved)] if len(moved) else [])


def _rows(results) -> pd.DataFrame:
    """One row a measure and lag: how often and by how much the value then differs from the one that stayed."""
    frame = results.revisions
    shown = {id: Measured(results, id) for id in dict.fromkeys(frame["measure"])}
    factor = frame["measure"].map({id: one.facts["factor"] for id, one in shown.items()}).astype(float)
    usual = frame["measure"].map(_usual(results)).astype(float)
    size = frame["mean_absolute_revision"].astype(float)
    return pd.DataFrame(
        {
            "Measure": frame["measure"].map({id: one.facts["title"] for id, one in shown.items()}),
            "Value": [_known(results, *pair) for pair in zip(frame["measure"], frame["lag"], strict=True)],
            "Intervals": frame["intervals"],
            "Restated later": frame["revised"],
            "Final less this": frame["mean_revision"].astype(float) * factor,
            "Size": size * factor,
            "Unit": frame["measure"].map({id: one.facts["unit_shown"] for id, one in shown.items()}),
            "Of the usual value": (100 * size / usual).where(usual > 0),
            "Settled": frame["settled"].map({True: "yes", False: "no"}),
            "state": frame["state"],
        }
    )


def _usual(results) -> pd.Series:
    """The mean of each measure; its latest value where it has no mean."""
    verdicts = results.verdicts.set_index("measure")
    return verdicts["mean"].astype(float).fillna(verdicts["value"].astype(float)).abs()


def _known(results, measure: str, lag: int) -> str:
    """When a value was known: the first, or after so many more intervals."""
    if lag == 0:
        return "first"
    each = results.facts["measures"][measure]["frequency"]
    return f"{lag} {each}{'s' * (lag > 1)} later"


def _figure(rows: pd.DataFrame, moved: pd.DataFrame) -> Figure:
    first = moved[moved["Value"] == "first"]
    still, all_measures = rows["Measure"].nunique() - moved["Measure"].nunique(), rows["Measure"].nunique()
    told = "; ".join(map(_sentence, first.to_dict("records")))
    return Figure(
        name="revisions",
        title=f"First values against those that stay, {moved['Measure'].nunique()} of {all_measures} measures",
        text=f"Dots, one row a measure: by how much of its usual value a value still moved. {told}.",
        see=f"{told}. A dot far to the right is a value that said little when it was first known; the next shapes are what was "
        f"known later, and come to 0. Values of the other {still} measures stayed as they were.",
        table=rows,
        chart=_chart(moved),
    )


def _sentence(row: dict) -> str:
    size = f"{number_text(row['Size'], 2)} {row['Unit']}".replace(" %", "%").strip()
    way = "up" if row["Final less this"] > 0 else "down"
    return (
        f"{row['Measure']}: first values moved by {size} on average, mostly {way}, "
        f"in {row['Restated later']} of {row['Intervals']} intervals"
    )


def _chart(moved: pd.DataFrame) -> alt.LayerChart:
    order = list(dict.fromkeys(moved["Value"]))
    scale = alt.Scale(domain=order, range=_MARKS[: len(order)])
    colours = alt.Scale(domain=order, range=[theme.ACCENT, *[theme.MUTED] * (len(order) - 1)])
    points = alt.Chart().encode(
        y=alt.Y(
            "Measure:N", sort=list(dict.fromkeys(moved["Measure"])), title=None, axis=alt.Axis(labelLimit=300)
        ),
        x=alt.X("Of the usual value:Q", title="% of the usual value"),
        shape=alt.Shape("Value:N", scale=scale, title=None),
        color=alt.Color("Value:N", scale=colours, title=None),
    )
    dots = points.mark_point(filled=True, size=80, opacity=1)
    drawn = moved[["Measure", "Value", "Of the usual value"]].iloc[::-1]  # the first value lies on top
    return layer(dots, data=drawn, width=theme.WIDTH - 120, height=alt.Step(theme.ROW))
