"""Who asks, how long they wait, who the unknown could be: figures that only some services have."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_decisions import daylight, decisions
from workbench.charts.disparity_dots import Dots, nothing
from workbench.charts.disparity_rows import RATIOS, Shown, absent, listed, number, tabled, worded
from workbench.charts.disparity_time import gap_pieces
from workbench.charts.figure import Figure, Figures
from workbench.charts.layers import hconcat

PLACES = 12  # that a figure of places has at most, where groups are not told apart
_WAITS = ("median", "median_lower", "median_upper"), ("p90", "p90_lower", "p90_upper")
_BOUND = {"The gap": "difference", "Lowest": "lowest", "Highest": "highest"}
_IMPUTED = {
    "Imputed": "imputed_difference",
    "Imputed, lower": "imputed_difference_lower",
    "Imputed, upper": "imputed_difference_upper",
}
_SHADE = "#cbd3dc"
_STAGES = {"asks": "asks", "outcome": "outcome", "service": "service for the need"}


def more(results) -> Figures:
    """Those figures that only some services have: pieces over time, waits, stages, bounds, decisions, daylight.

    Parameters
    ----------
    results : DisparityResults
        Released.

    Returns
    -------
    Figures
        Shown one below the other; empty where none applies.
    """
    drawn = {
        gap_pieces: _moves(results.pieces),
        waits: _any(results.waits, "median"),
        stages: _any(results.stages, "ratio"),
        bounds: _any(results.bounds, "lowest"),
        decisions: _any(results.decisions, "rate"),
        daylight: _any(results.daylight, "odds_ratio"),
    }
    return Figures(draw(results) for draw, applies in drawn.items() if applies)


def _any(frame: pd.DataFrame, value: str) -> bool:
    return bool(len(frame) and frame[value].notna().any())


def _moves(pieces: pd.DataFrame) -> bool:
    """Whether the parts of any gap are shown in more than one interval."""
    return bool(len(pieces) and pieces.dropna(subset=["difference"]).groupby("group").size().gt(1).any())


def waits(results, *, group=None, place=None, period=None) -> Figure:
    """How long each group waits: half, and nine in ten, are served within so many days.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; all groups are drawn.
    """
    shown = Shown(results, group, place, period)
    rows = _waits(shown)
    common = {"rows": rows, "width": 158}
    half = Dots(value="Half", lower="Half, lower", upper="Half, upper", title="half within days", **common)
    most = Dots(
        value="Nine in ten",
        lower="Nine in ten, lower",
        upper="Nine in ten, upper",
        title="nine in ten within days",
        named=False,
        **common,
    )
    return Figure(
        name="waits",
        title=f"How long people wait by {shown.dimension}{shown.place}, {shown.period}",
        text=f"Dots with intervals in two panels, one row a group, those still waiting counted. Half are served within "
        f"days: {listed(rows, 'Group', 'Half')}. Nine in ten: {listed(rows, 'Group', 'Nine in ten')}. "
        f"{worded(rows, 'Group')}{shown.missing(rows, 'Half')}",
        see="Intervals that lie apart are groups that wait differently long; the right panel shows those who wait longest. "
        "No dot: not that many are served yet, or telling it would tell of a few people.",
        table=rows,
        chart=hconcat(half.chart(), most.chart(), spacing=14)
        if rows["Half"].notna().any()
        else nothing("No waiting time can be shown."),
    )


def _waits(shown: Shown) -> pd.DataFrame:
    """Group, cases, waits with limits, difference of medians and verdict, in days."""
    own = shown.in_order(shown.here(shown.results.waits))
    names = [f"{of}{end}" for of in ("Half", "Nine in ten") for end in ("", ", lower", ", upper")]
    figures = dict(zip(names, [column for of in _WAITS for column in of], strict=True))
    figures |= {
        "Days longer": "difference",
        "Longer, lower": "difference_lower",
        "Longer, upper": "difference_upper",
    }
    return tabled(shown, own, {"Total": "denominator", "Still waiting": "open", **figures})


def stages(results, *, group=None, place=None, period=None) -> Figure:
    """Who asks, what comes of it, and how much service there is for the need: each as a ratio to the reference.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; all groups of the city are drawn.
    """
    shown = Shown(results, group, place, period)
    rows, who = _stages(shown)
    there = [name for name in _STAGES.values() if rows.loc[rows["Stage"] == name, "Ratio"].notna().any()]
    panels = [_stage_panel(rows, name, who, first=name == there[0]) for name in there]
    other = shown.reference if who == "Group" else shown.judged_against
    told = [f"{name.capitalize()}: {_ratios(rows[rows['Stage'] == name], who)}" for name in there]
    return Figure(
        name="stages",
        title=f"Asks, outcome and service against {other}: {shown.facts['title']}, {shown.period}",
        text=f"One panel a stage, ratios to {other} with intervals around a line at the same. {'. '.join(told)}."
        f"{absent(rows, who, 'Ratio')}",
        see=f"Right of the line is more than {other}. A group that asks less than its need is not in a gap of the "
        "outcome: look at the three together.",
        table=rows,
        chart=hconcat(*panels, spacing=12) if panels else nothing("This service declares no stages."),
    )


def _stages(shown: Shown) -> tuple[pd.DataFrame, str]:
    """Stage, group (or place), counts, rates, gap and ratio; and which of the two the rows are."""
    found = shown.results.stages
    own = found[found["interval"] == shown.interval]
    groups = own[own["question"] == "group"]
    chosen = groups[groups["group"].eq(shown.group) | (shown.group == "all")]
    places = own[(own["question"] == "place") & (own["place_level"] == shown.level_id)]
    rows, who = (shown.in_order(chosen), "Group") if len(groups) or not len(places) else (places, "Place")
    order = {stage: position for position, stage in enumerate(_STAGES)}
    rows = rows.sort_values("stage", key=lambda names: names.map(order), kind="stable")
    names = [shown.name_of(each) for each in rows["group"]] if who == "Group" else rows["place"]
    figures = {"Number": number(rows["numerator"]), "Total": number(rows["denominator"])}
    figures |= {name: number(rows[column]) for name, column in RATIOS.items()}
    named = rows.assign(
        **{who: names, "Stage": rows["stage"].map(_STAGES), **figures, "Verdict": rows["verdict"]}
    )
    table = named[[who, "Stage", *figures, "Verdict", "grade", "state"]].rename(columns={"grade": "Grade"})
    kept = list(dict.fromkeys(table[who]))[:PLACES] if who == "Place" else list(table[who])
    return table[table[who].isin(kept)].reset_index(drop=True), who


def _stage_panel(rows: pd.DataFrame, name: str, who: str, *, first: bool) -> alt.LayerChart:
    limits = ("Ratio", "Ratio at least", "Ratio at most")
    own = rows[rows["Stage"] == name]
    return Dots(
        own, *limits, title=f"ratio: {name}", row=who, line=1.0, ratio=True, width=106, named=first
    ).chart()


def _ratios(rows: pd.DataFrame, name: str) -> str:
    drawn = rows.dropna(subset=["Ratio"]).to_dict("records")
    return ", ".join(f"{row[name]} {row['Ratio']:.2f} ({row['Verdict']})" for row in drawn)


def bounds(results, *, group=None, place=None, period=None) -> Figure:
    """Each gap with the least and the largest that it can be, whoever those without a recorded group are.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; a chosen group is drawn alone, for the whole city.
    """
    shown = Shown(results, group, place, period)
    rows = _bounds(shown)
    told = rows.dropna(subset=["Lowest"])
    same = told.loc[told["Same sign"].eq("yes"), "Group"]
    ends = ", ".join(
        f"{row['Group']} {row['Lowest']:.1f} to {row['Highest']:.1f}" for row in told.to_dict("records")
    )
    imputed = (
        f" With groups estimated from names and places: {listed(rows, 'Group', 'Imputed')}."
        if "Imputed" in rows
        else ""
    )
    return Figure(
        name="bounds",
        title=f"Gap to {shown.reference}, whoever the unknown are: {shown.outcome_title}, {shown.period}",
        text=f"Bars from the least to the largest gap, a dot at the gap as it is. {ends or 'Nothing can be shown'}, "
        f"{shown.gap_axis}. On the same side of no gap whoever they are: {', '.join(same) or 'none'}.{imputed}"
        f"{shown.missing(rows, 'Lowest')}",
        see="A bar that crosses the line: those without a recorded group could make the gap, or undo it. A bar says nothing of chance.",
        table=rows,
        chart=_bound_chart(rows, shown) if len(told) else nothing("No bounds can be shown."),
    )


def _bounds(shown: Shown) -> pd.DataFrame:
    """Group, the gap, its two ends, whether they agree in sign; and where there is one, the imputed gap."""
    found = shown.results.bounds
    found = found[found["group"].eq(shown.group) | (shown.group == "all")]
    names = {**_BOUND, **(_IMPUTED if found["imputed_difference"].notna().any() else {})}
    scaled = {name: shown.scaled(found[column]) for name, column in names.items()}
    sure = found["sign_certain"].map({True: "yes", False: "no"})
    group = [shown.name_of(each) for each in found["group"]]
    rows = found.assign(Group=group, **scaled, **{"Same sign": sure, "Unknown": number(found["unknown"])})
    return rows[["Group", "Unknown", *scaled, "Same sign", "state"]].reset_index(drop=True)


def _bound_chart(rows: pd.DataFrame, shown: Shown) -> alt.LayerChart:
    """Bars below the dots; the imputed gap as a diamond below them."""
    plain = rows.assign(Lower=rows["The gap"], Upper=rows["The gap"])
    panel = Dots(plain, "The gap", "Lower", "Upper", shown.gap_axis, line=0.0)
    base = alt.Chart(rows.dropna(subset=["Lowest"])[["Group", "Lowest", "Highest"]])
    names = list(rows["Group"])
    y = alt.Y("Group:N", sort=names, scale=alt.Scale(domain=names), title=None)
    bars = base.mark_bar(height=9, color=_SHADE, stroke=theme.MUTED, strokeWidth=0.8).encode(
        y=y, x=alt.X("Lowest:Q", **panel.across), x2=alt.X2("Highest:Q")
    )
    imputed = []
    if "Imputed" in rows:
        guess = alt.Chart(rows.dropna(subset=["Imputed"])[["Group", *_IMPUTED]]).encode(
            y=y, yOffset=alt.YOffsetValue(20)
        )
        mark = {"color": theme.SERIES[1]}
        ends = guess.mark_rule(strokeWidth=2, **mark).encode(
            x=alt.X("Imputed, lower:Q", **panel.across), x2=alt.X2("Imputed, upper:Q")
        )
        imputed = [
            ends,
            guess.mark_point(shape="diamond", size=90, opacity=1, **mark).encode(
                x=alt.X("Imputed:Q", **panel.across)
            ),
        ]
    return panel.chart(below=[bars], above=imputed)
