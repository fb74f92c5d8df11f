"""Places of a disparity review on the map, with the funnel that says which of them differ by more than chance."""

from textwrap import wrap

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_rows import Shown, listed, plural
from workbench.charts.figure import Figure
from workbench.charts.funnel_plot import INNER, OUTER, TARGET, WIDE_INNER, WIDE_OUTER, funnel
from workbench.charts.layers import vconcat
from workbench.charts.place_map import ABOVE, BELOW, HIDDEN, NO_DATA, WORDS, Classes, Piece, choropleth

_LINE = 58  # letters of a title as wide as the chart
_COUNTS = {"Total": "denominator", "Number": "numerator"}
_RATES = {"Rate": "rate", "Evened out": "shrunken_rate"}
_CHANCE = {"Lowest by chance": "lower_998", "Highest by chance": "upper_998"}
_LIMITS = {
    TARGET: ("target",),
    OUTER: ("lower_998", "upper_998"),
    INNER: ("lower_95", "upper_95"),
    WIDE_OUTER: ("wide_lower_998", "wide_upper_998"),
    WIDE_INNER: ("wide_lower_95", "wide_upper_95"),
}
_SIDES = {"above 99.8": ABOVE, "below 99.8": BELOW}  # of the funnel's signals, those that are marked
_SIGNALS = {**WORDS, "": "within the limits"}
_NO_CLUSTER = ("", "none", "island")
_UNMAPPED = "There is no map, because no boundaries of these places are known. "


def place_map(results, *, place=None) -> Figure:
    """Evened-out rates on the map, and each place's own rate in the funnel below it.

    Parameters
    ----------
    results : DisparityResults
        Released, with ``funnel``, ``clustering`` and, for a map, the outlines of places in its facts.
    place : str or None
        A choice such as ``neighbourhood/Elm``, which is named in the funnel.
    """
    shown = Shown(results)
    level = _level(shown)
    outlines = shown.facts.get("outlines", {}).get(level, {})
    found = _found(shown, level)
    rows = _rows(shown, found, outlines)
    drawn = rows[(rows["Total"] > 0) & rows["Rate"].notna()]
    charts = [_map(shown, rows, outlines)] if outlines else []
    if len(drawn):
        named = (drawn["Beyond"] != "") | (drawn["Place"] == (place or "").partition("/")[2])
        charts.append(_funnel(shown, found, drawn.assign(Named=named)))
    words = shown.facts["labels"].get(level, level or "place").lower()
    together = results.clustering[results.clustering["place_level"] == level]
    told = _text(shown, rows, words, bool(outlines)) + _together(together, words)
    return Figure(
        name="place-map",
        title=f"{shown.outcome_title} by {words}, {shown.period}: the map and what chance explains",
        text=told,
        see=_see(words, bool(outlines), _is_wide(found)),
        table=rows.drop(columns=["Beyond", "Tone"]),
        chart=vconcat(*(charts or [_nothing()]), spacing=18).resolve_scale(
            color="independent", shape="independent", strokeDash="independent"
        ),
    )


def _level(shown: Shown) -> str:
    """The finest level of which most places are shown, of those that the funnel has."""
    frame = shown.results.funnel
    own = frame[frame["interval"] == shown.interval]
    there = [level for level in shown.facts["levels"] if level in set(own["place_level"])]
    mostly = [
        level for level in there if (own.loc[own["place_level"] == level, "state"] != HIDDEN).mean() >= 0.5
    ]
    return [*mostly[:1], *there[-1:], shown.level_id][0]


def _found(shown: Shown, level: str) -> pd.DataFrame:
    """Rows of the level's places in the interval, their figures as numbers."""
    frame = shown.results.funnel
    here = (frame["interval"] == shown.interval) & (frame["place_level"] == level)
    found = frame[here & (frame["place"] != "unknown")]
    sides = [side for sides in _LIMITS.values() for side in sides]
    numbers = [*_COUNTS.values(), *_RATES.values(), *sides, "overdispersion"]
    return found.assign(
        **{name: pd.to_numeric(found[name], errors="coerce").astype("float64") for name in numbers}
    )


def _is_wide(found: pd.DataFrame) -> bool:
    """Whether the places differ among themselves by more than chance, so that the limits were widened."""
    return bool((found["overdispersion"] > 0).any())


def _rows(shown: Shown, found: pd.DataFrame, outlines: dict) -> pd.DataFrame:
    """One row a place, those beyond the limits first; places of the map without a row have no data."""
    prefix = "wide_" if _is_wide(found) else ""
    rates = _RATES | {name: prefix + column for name, column in _CHANCE.items()}
    figures = {name: found[column] for name, column in _COUNTS.items()}
    figures |= {name: (found[column] * shown.per).round(9) for name, column in rates.items()}
    beyond = [_SIDES.get(signal, "") for signal in found["signal"]]
    rows = pd.DataFrame({"Place": found["place"], **figures, "Beyond": beyond, "state": found["state"]})
    absent = [name for name in outlines if name not in set(found["place"])]
    if absent:
        none = pd.DataFrame({"Place": absent, "Beyond": "", "state": NO_DATA})
        rows = pd.concat([rows, none], ignore_index=True) if len(rows) else none.reindex(columns=rows.columns)
    good = ABOVE if shown.facts["favourable"] else BELOW
    rows = rows.assign(
        Signal=rows["Beyond"].map(_SIGNALS).where(rows["Rate"].notna(), None),
        Tone=[theme.TONE_COLOURS["good" if way == good else "concern"] for way in rows["Beyond"]],
        Far=(rows["Rate"] - rows["Rate"].median()).abs().where(rows["Beyond"] != "", -1.0),
    )
    order = {"by": ["Far", "Rate", "Place"], "ascending": [False, False, True]}
    ordered = rows.sort_values(**order, na_position="last", kind="stable", ignore_index=True)
    return ordered[["Place", *figures, "Signal", "Beyond", "Tone", "state"]]


def _map(shown: Shown, rows: pd.DataFrame, outlines: dict):
    classes = Classes.of(rows["Evened out"])
    here = rows[rows["Place"].isin(list(outlines))]
    fills = classes.fill(here["Evened out"])
    kept = here[["Place", "state", "Beyond", "Tone"]].itertuples(index=False)
    pieces = [
        Piece(outlines[place], fill, state if fill == theme.PAPER else "value", beyond, tone)
        for (place, state, beyond, tone), fill in zip(kept, fills, strict=True)
    ]
    return choropleth(pieces, classes, wrap(f"Map: {shown.axis}, small numbers evened out", _LINE))


def _funnel(shown: Shown, found: pd.DataFrame, drawn: pd.DataFrame) -> alt.LayerChart:
    """The funnel; its limits are drawn from one place's total to the next."""
    parts = []
    for name, sides in _LIMITS.items():
        for side in sides:
            corners = pd.DataFrame(
                {"Total": found["denominator"], "Rate": (found[side] * shown.per).round(9)}
            )
            corners = corners[corners["Total"] > 0].dropna().sort_values("Total", kind="stable")
            parts.append(corners.assign(Limit=name, Side=side))
    title = wrap(f"Funnel: {shown.axis}, each place as it is", _LINE)
    return funnel(drawn, pd.concat(parts, ignore_index=True), _across(shown), title)


def _nothing() -> alt.Chart:
    words = alt.Chart(alt.Data(values=[{"Words": "Nothing here can be shown."}]))
    return (
        words.mark_text(align="left", x=0)
        .encode(text=alt.Text("Words:N"))
        .properties(width=theme.WIDTH, height=40)
    )


def _across(shown: Shown) -> str:
    """What the totals are."""
    if shown.facts["kind"] == "per_resident":
        return "residents"
    return shown.facts.get("exposure_unit") or shown.facts["unit"]


def _text(shown: Shown, rows: pd.DataFrame, level: str, mapped: bool) -> str:
    drawn = rows.dropna(subset=["Rate"]).sort_values("Rate", kind="stable")
    start = "A map of evened-out rates and a funnel" if mapped else f"{_UNMAPPED}A funnel"
    ends = (
        f", from {listed(drawn.iloc[[0, -1]], 'Place', 'Rate').replace(', ', ' to ')}"
        if len(drawn) > 1
        else ""
    )
    beyond = {way: rows[rows["Beyond"] == way] for way in (ABOVE, BELOW)}
    told = [
        f"{_SIGNALS[way].capitalize()}: {listed(own, 'Place', 'Rate')}."
        for way, own in beyond.items()
        if len(own)
    ] or [f"No {level} differs from all places together by more than chance explains."]
    return (
        f"{start}: {len(drawn)} places against how many they rest on, {shown.axis}{ends}. "
        f"{' '.join(told)}{shown.missing(rows, 'Rate')}"
    )


def _together(found: pd.DataFrame, words: str) -> str:
    """Whether like places lie beside like ones, and where."""
    whole = found[found["place"] == "all"]
    told = whole["clustered"].mask(whole["state"] == "suppressed", WORDS[HIDDEN]).dropna()
    said = f" Neighbouring {plural(words)}: {told.iloc[0]}." if len(told) else ""
    clusters = found[~found["cluster"].isin(_NO_CLUSTER) & found["cluster"].notna()]
    named = (f" {kind.capitalize()}: {', '.join(own['place'])}." for kind, own in clusters.groupby("cluster"))
    return said + "".join(named)


def _see(level: str, mapped: bool, wide: bool) -> str:
    start = "The darker, the higher; t" if mapped else "T"
    limits = (
        "the dashed 99.8 % limits, which allow for places that differ anyway" if wide else "the 99.8 % limits"
    )
    return f"{start}riangles mark a {level} beyond {limits}. Within them, do not rank: it may be chance."
