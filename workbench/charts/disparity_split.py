"""How much of each gap goes with where people live, and how much is there among people in the same place."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.disparity_dots import UNTOLD, nothing
from workbench.charts.disparity_rows import Shown, absent, plural
from workbench.charts.figure import Figure
from workbench.charts.layers import layer
from workbench.charts.table import number_text

PANELS = 6  # groups that are drawn; all are in the table
STRATUM = "stratum"
_GAP, _MIX, _RATES = "gap", "mix", "rates"
_BARS = {_GAP: theme.SERIES[0], _MIX: theme.SERIES[1], _RATES: theme.SERIES[2]}
_WIDTH, _STEP = 165, 26
_FIGURES = {
    "The gap": "difference",
    "Mix": "composition",
    "Mix at least": "composition_lower",
    "Mix at most": "composition_upper",
    "Rates": "treatment",
    "Rates at least": "treatment_lower",
    "Rates at most": "treatment_upper",
}


def gap_split(results, *, group=None, place=None, period=None) -> Figure:
    """Each gap in two parts that add up to it, as a waterfall, the largest gaps first.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        A choice as in ``rates``; a chosen group is drawn alone, for the whole city and the reviewed interval.
    """
    shown = Shown(results, group, place, period)
    rows = _split(shown)
    who = "Group" if "Group" in rows else "Place"
    told = rows.dropna(subset=["The gap"])
    drawn = told[told[who].isin(list(dict.fromkeys(told[who]))[:PANELS])]
    more = told[who].nunique() - drawn[who].nunique()
    return Figure(
        name="gap-split",
        title=f"The gap to {_other(shown, who)} in its parts: {shown.outcome_title}, {shown.period}",
        text=f"One panel a {who.lower()}, the largest gap first; bars that begin where the one above ends: the gap, "
        f"its part that goes with the mix, its part within. {_said(drawn, who) or 'No split can be shown.'}"
        f"{_more(more, who)}{absent(rows, who, 'The gap')}",
        see=f"{_look(drawn)}{_more(more, who)}{absent(rows, who, 'The gap')}",
        table=_table(rows, who),
        chart=_panels(_bars(drawn, who, shown), shown)
        if len(drawn)
        else nothing("The split of no gap can be shown."),
    )


def split_rows(shown: Shown) -> pd.DataFrame:
    """Released splits of groups; of places where nobody is told apart."""
    found = shown.results.split
    found = found[found["interval"] == shown.interval]
    groups = found[(found["question"] == "group") & (found["group"].eq(shown.group) | (shown.group == "all"))]
    return shown.in_order(groups) if len(groups) or shown.facts["groups"] else found


def _split(shown: Shown) -> pd.DataFrame:
    """Group (or place), mix, the gap and its parts, the largest gaps first."""
    found = split_rows(shown)
    of_groups = bool((found["question"] == "group").all())
    who = (
        ("Group", [shown.name_of(each) for each in found["group"]])
        if of_groups
        else ("Place", found["place"])
    )
    scaled = {name: shown.scaled(found[column]) for name, column in _FIGURES.items()}
    named = found.assign(**{who[0]: who[1], "By": [mix_name(shown, mix) for mix in found["mix"]]}, **scaled)
    named = named.assign(Share=shares(named), Verdict=named["verdict"])
    largest = named.groupby(who[0], sort=False)["The gap"].transform(lambda gaps: gaps.abs().max())
    ordered = named.assign(largest=largest).sort_values(
        "largest", ascending=False, kind="stable", na_position="last"
    )
    return ordered[[who[0], "By", "mix", *scaled, "Share", "Verdict", "state"]].reset_index(drop=True)


def shares(found: pd.DataFrame) -> list[str | None]:
    """The part that goes with the mix, in percent of the gap with its interval, in words where the gap may be nothing."""
    names = ("composition_share", "composition_share_lower", "composition_share_upper")
    shown = found["difference"].notna()
    limits = [[number_text(100 * value, 0) for value in found[name].astype("float64")] for name in names]
    told = [f"{share}% ({low} to {high})" for share, low, high in zip(*limits, strict=True)]
    sure = found[names[0]].notna()
    return [
        text if known else UNTOLD if there else None
        for text, known, there in zip(told, sure, shown, strict=True)
    ]


def mix_name(shown: Shown, mix: str) -> str:
    """What a mix is of: neighbourhoods, kinds of case."""
    return "kinds of case" if mix == STRATUM else plural(shown.label(mix).lower())


def _parts_of(mix: str) -> tuple[str, str]:
    if mix == STRATUM:
        return "What is asked for", "Within the same kind"
    return "Where people live", "How they fare there"


def _bars(drawn: pd.DataFrame, who: str, shown: Shown) -> pd.DataFrame:
    """One row a bar: from where to where, its interval, its figure in words."""
    several = drawn.loc[drawn["mix"] != STRATUM, "mix"].nunique() > 1
    found = []
    for name, own in drawn.groupby(who, sort=False):
        gap = own["The gap"].iloc[0]
        found.append(
            {"Panel": name, "Bar": "The gap", "Part": _GAP, "From": 0.0, "To": gap, "Words": _signed(gap)}
        )
        for row in own.to_dict("records"):
            ends = f", {row['By']}" if several and row["mix"] != STRATUM else ""
            names = [f"{part}{ends}" for part in _parts_of(row["mix"])]
            for bar, part, column, start in zip(
                names, (_MIX, _RATES), ("Mix", "Rates"), (0.0, row["Mix"]), strict=True
            ):
                size, low, high = (row[f"{column}{end}"] for end in ("", " at least", " at most"))
                words = f"{_signed(size)} ({_signed(low)} to {_signed(high)})"
                found.append(
                    {"Panel": name, "Bar": bar, "Part": part, "From": start, "To": start + size,
                     "Low": start + low, "High": start + high, "Words": words}
                )  # fmt: skip
    return pd.DataFrame(found)


def _panels(bars: pd.DataFrame, shown: Shown) -> alt.FacetChart:
    names, panels = list(dict.fromkeys(bars["Bar"])), list(dict.fromkeys(bars["Panel"]))
    low, high = (
        bars[["From", "To", "Low", "High"]].agg(["min", "max"]).agg(end, axis=1)[end]
        for end in ("min", "max")
    )
    y = alt.Y("Bar:N", sort=names, title=None, axis=alt.Axis(labelLimit=270))
    base = alt.Chart().encode(y=y)
    scale = alt.Scale(domain=[min(low, 0.0), max(high, 0.0)], nice=True)
    colours = alt.Scale(domain=list(_BARS), range=list(_BARS.values()))
    across = {"scale": scale, "title": shown.gap_axis}
    x = alt.X("From:Q", **across)
    boxes = base.mark_bar(height=13).encode(
        x=x, x2=alt.X2("To:Q"), color=alt.Color("Part:N", scale=colours, legend=None)
    )
    spans = base.mark_rule(strokeWidth=1.6, color=theme.INK).encode(
        x=alt.X("Low:Q", **across), x2=alt.X2("High:Q")
    )
    said = base.mark_text(align="left").encode(x=alt.XValue(_WIDTH + 8), text=alt.Text("Words:N"))
    zero = alt.Chart().mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(x=alt.XDatum(0))
    panel = layer(boxes, spans, zero, said, data=bars, width=_WIDTH, height=_STEP * len(names))
    header = alt.Header(labelAnchor="start", labelPadding=4)
    facet = alt.Facet("Panel:N", sort=panels, title=None, header=header)
    return panel.facet(facet=facet, columns=1, spacing=8)


def _signed(value: float) -> str:
    text = number_text(round(value, 1), 1)
    return f"+{text}" if value > 0 else text


def _other(shown: Shown, who: str) -> str:
    return shown.reference if who == "Group" else shown.judged_against


def _said(drawn: pd.DataFrame, who: str) -> str:
    said = []
    for row in drawn.to_dict("records"):
        mix, within = _parts_of(row["mix"])
        share = f", {row['Share']} of the gap" if row["Share"] != UNTOLD else ""
        said.append(
            f"{row[who]}, by {row['By']}: gap {row['The gap']:.1f}; {mix.lower()} {row['Mix']:.1f} "
            f"({row['Mix at least']:.1f} to {row['Mix at most']:.1f}){share}; {within.lower()} {row['Rates']:.1f} "
            f"({row['Rates at least']:.1f} to {row['Rates at most']:.1f}), {row['Verdict']}."
        )
    return " ".join(said)


def _look(drawn: pd.DataFrame) -> str:
    if (drawn["mix"] == STRATUM).all() and len(drawn):
        return "A long bar beside what is asked for goes with the kind of case; one within the same kind does not."
    return (
        "A long bar beside where people live is a gap between places; a long bar beside how they fare there is one "
        "between neighbours."
    )


def _more(more: int, who: str) -> str:
    return f" {more} more {who.lower()}s are not drawn." if more else ""


def _table(rows: pd.DataFrame, who: str) -> pd.DataFrame:
    """The table behind: what the columns are called where the mix is of places and of kinds."""
    names = {
        "Mix": "Goes with the mix",
        "Mix at least": "Mix, lower",
        "Mix at most": "Mix, upper",
        "Rates": "There within",
        "Rates at least": "Within, lower",
        "Rates at most": "Within, upper",
        "Share": "Share of the gap that is mix",
        "By": "Mix of",
    }
    return rows.drop(columns=["mix"]).rename(columns=names)
