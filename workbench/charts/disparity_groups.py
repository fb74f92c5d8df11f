"""Groups within each place: a small panel a place."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import DOT, SHORT, UNTOLD, nothing, words
from workbench.charts.disparity_rows import Shown, plural
from workbench.charts.figure import Figure
from workbench.charts.layers import layer

PANELS = 9  # places that are drawn; all are in the table
_WIDTH, _ROW = 104, 22
_FIGURES = {"Rate": "rate", "Lower": "lower", "Upper": "upper"}


def groups_in_places(results, *, group=None, place=None, period=None) -> Figure:
    """The rate of each group within each place, those with the largest gaps first.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``: a chosen place is drawn alone; all groups are drawn.
    """
    shown = Shown(results, None, None, period)
    level = place.partition("/")[0] if place else shown.facts["crossed_level"]
    name = shown.label(level or "place").lower()
    rows = _rows(shown, level)
    rows = rows[rows["Place"] == place.partition("/")[2]] if place else rows
    there = [each for each, own in rows.groupby("Place", sort=False) if own["Rate"].notna().any()]
    drawn = rows[rows["Place"].isin(there[:PANELS])]
    rest = _rest(rows, there, name)
    return Figure(
        name="groups-in-places",
        title=f"{shown.outcome_title} by {shown.dimension} within each {name}, {shown.period}",
        text=f"One panel a {name}, dots with intervals, one row a group, {shown.axis}. {_said(drawn)}{rest}",
        see=f"Compare dots within a panel: apart, people of the same {name} fare differently. The dashed line is "
        f"{_line_name(shown)} there.{rest}",
        table=rows.drop(columns=["Line"]),
        chart=_panels(drawn, shown)
        if len(drawn)
        else nothing(f"No {name} can be shown by {shown.dimension}."),
    )


def _line_name(shown: Shown) -> str:
    return shown.reference if shown.facts["reference"] in shown.facts["groups"] else "everyone together"


def _rows(shown: Shown, level: str) -> pd.DataFrame:
    """Place, group, counts, rate with limits, the reference's rate there (``Line``), the largest gaps first."""
    found = shown.results.rates
    found = found[(found["interval"] == shown.interval) & (found["place_level"] == level)]
    found = found[found["place"] != "unknown"]
    reference = shown.facts["reference"] if shown.facts["reference"] in shown.facts["groups"] else "all"
    lines = found[found["group"] == reference].set_index("place")["rate"]
    own = shown.in_order(found[found["group"].isin(shown.facts["groups"])])
    scaled = {name: shown.scaled(own[column]) for name, column in _FIGURES.items()}
    named = own.assign(
        Place=own["place"],
        Group=[shown.name_of(each) for each in own["group"]],
        Number=pd.to_numeric(own["numerator"]).astype("float64"),
        Total=pd.to_numeric(own["denominator"]).astype("float64"),
        **scaled,
        Line=shown.scaled(own["place"].map(lines)),
        far=own["place"].map(_furthest(shown, level)),
    )
    ordered = named.sort_values(["far", "place"], ascending=[False, True], kind="stable", na_position="last")
    columns = ["Place", "Group", "Number", "Total", *scaled, "Line", "state"]
    return ordered[columns].reset_index(drop=True)


def _furthest(shown: Shown, level: str) -> pd.Series:
    """The largest gap of each place that can be relied on."""
    gaps = shown.results.gaps
    own = gaps[
        (gaps["interval"] == shown.interval)
        & (gaps["place_level"] == level)
        & (gaps["state"] != "unreliable")
    ]
    own = own[own["question"] == "group_in_place"]
    return pd.to_numeric(own["difference"]).abs().groupby(own["place"]).max()


def _rest(rows: pd.DataFrame, there: list[str], name: str) -> str:
    """Which places have no panel."""
    more, none = len(there[PANELS:]), rows["Place"].nunique() - len(there)
    said = f" {more} more {plural(name)} are not drawn." if more else ""
    return said + (f" Of {none} {plural(name)} nothing can be shown by group." if none else "")


def _said(drawn: pd.DataFrame) -> str:
    said = []
    for place, own in drawn.groupby("Place", sort=False):
        rates = [
            f"{row['Group']} {row['Rate']:.1f}"
            if pd.notna(row["Rate"])
            else f"{row['Group']} {SHORT.get(row['state'], UNTOLD)}"
            for row in own.to_dict("records")
        ]
        said.append(f"{place}: {', '.join(rates)}.")
    return " ".join(said)


def _panels(rows: pd.DataFrame, shown: Shown) -> alt.FacetChart:
    """Three panels in a line; a group without a rate has words in its row."""
    why = rows["state"].map(SHORT).fillna(UNTOLD).where(rows["Rate"].isna(), "")
    drawn = rows[["Place", "Group", "Rate", "Lower", "Upper", "Line", "state"]].assign(Words=why)
    names, places = list(dict.fromkeys(drawn["Group"])), list(dict.fromkeys(drawn["Place"]))
    y = alt.Y("Group:N", sort=names, title=None)
    base = alt.Chart().encode(y=y)
    across = {"title": None, "scale": alt.Scale(zero=False), "axis": alt.Axis(tickCount=3)}
    x = alt.X("Rate:Q", **across)
    line = alt.Chart().mark_rule(strokeDash=[4, 4]).encode(x=alt.X("Line:Q", **across))
    known = base.transform_filter("datum.Words == ''")
    spans = known.mark_rule(strokeWidth=2).encode(x=alt.X("Lower:Q", **across), x2=alt.X2("Upper:Q"))
    dots = known.mark_point(**DOT, size=70, color=theme.ACCENT).encode(x=x)
    few = known.transform_filter("datum.state == 'unreliable'")
    hollow = few.mark_point(**DOT, size=22, color=theme.PAPER).encode(x=x)
    blank = [part.transform_filter("datum.Words != ''") for part in words(alt.Undefined, y)]
    over = [
        *([hollow] if drawn["state"].eq("unreliable").any() else []),
        *(blank if why.ne("").any() else []),
    ]
    panel = layer(line, spans, dots, *over, data=drawn, width=_WIDTH, height=_ROW * len(names))
    facet = alt.Facet("Place:N", sort=places, title=shown.axis, header=alt.Header(titleFontWeight="normal"))
    return panel.facet(facet=facet, columns=3, spacing=14)
