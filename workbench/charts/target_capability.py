"""Six Sigma of measures with a tolerance: the share of intervals within it first, then the indices."""

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.figure import Figure, Figures
from workbench.charts.layers import layer, vconcat
from workbench.charts.table import number_text
from workbench.charts.target_rows import Measured

NAMES = {
    "within": "Intervals within the tolerance",
    "cp": "Cp, spread between neighbours",
    "cpk": "Cpk, the same with the mean where it is",
    "pp": "Pp, spread of all",
    "ppk": "Ppk, the same with the mean where it is",
    "dpmo": "Intervals outside, per million (DPMO)",
    "sigma_shifted": "Sigma level, with the shift of 1.5",
    "sigma_unshifted": "Sigma level, without shift",
}
LACKING = {
    "one_sided": "there is one limit only",
    "unstable": "the process is not stable, so its spread says nothing of what comes",
    "too_few": "fewer than 30 intervals are on record",
    "no_spread": "all values are the same",
    "needs_normal": "the values are skewed",
    "shape_not_known": "the values are skewed and too few to tell their tail",
    "not_judged": "the data are to be checked first",
    "seasonal": "it follows the year, so its spread is not that of the process",
    "remembering": "each value follows the one before, so neighbours are too alike",
}
_INDICES = ("cp", "cpk", "pp", "ppk")


def capability(results) -> Figures:
    """One figure of every measure with a tolerance; none where no measure has one."""
    return Figures(_figure(results, id) for id in dict.fromkeys(results.capability["measure"]))


def _figure(results, measure: str) -> Figure:
    shown = Measured(results, measure)
    rows = results.capability[results.capability["measure"] == measure]
    return Figure(
        name=f"capability-{shown.slug}",
        title=f"{shown.facts['title']}: tolerance of {_tolerance(shown, rows)}",
        text=_text(shown, rows),
        see=f"{_text(shown, rows)} An index of 1 or more, the dashed line, says that the process keeps within its tolerance "
        "by itself; lines are 95% intervals. The shift of 1.5 is a convention, not a finding.",
        table=_table(rows),
        chart=_chart(rows),
    )


def _tolerance(shown: Measured, rows: pd.DataFrame) -> str:
    low, high = (
        rows[name].iloc[0] * shown.facts["factor"] for name in ("tolerance_lower", "tolerance_upper")
    )
    if pd.isna(low):
        return f"at most {shown.text(high)}"
    return f"at least {shown.text(low)}" if pd.isna(high) else f"{shown.number(low)} to {shown.text(high)}"


def _text(shown: Measured, rows: pd.DataFrame) -> str:
    own = rows.set_index("index")
    within = own.loc["within"]
    if pd.isna(within["value"]):
        return (
            "Not shown, to protect privacy." if within["state"] == "suppressed" else "No value is on record."
        )
    said = [
        f"{_number('within', within['value'])} of {int(within['n'])} {shown.facts['frequency']}s lie within it (95% interval "
        f"{_number('within', within['lower'])} to {_number('within', within['upper'])})."
    ]
    best = own.loc["ppk"]
    if pd.isna(best["value"]):
        said.append(f"There are no indices, because {LACKING.get(best['lacking'], best['lacking'])}.")
    else:
        said.append(
            f"Ppk is {_number('ppk', best['value'])} ({_number('ppk', best['lower'])} to {_number('ppk', best['upper'])})."
        )
    return " ".join(said)


def _number(index: str, value: float) -> str:
    if index == "within":
        return f"{number_text(100 * value, 1)}%"
    return number_text(value, 0 if index == "dpmo" else 2)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    texts = {
        name: [
            "" if pd.isna(value) else _number(index, value)
            for index, value in zip(rows["index"], rows[column], strict=True)
        ]
        for name, column in {"Value": "value", "From": "lower", "To": "upper"}.items()
    }
    hidden = rows["state"] == "suppressed"
    why = [LACKING.get(word, word) for word in rows["lacking"].fillna("")]
    return pd.DataFrame(
        {
            "Figure": rows["index"].map(NAMES),
            **{name: pd.Series(text, rows.index, dtype=object).mask(hidden) for name, text in texts.items()},
            "Why there is none": why,
            "state": rows["state"],
        }
    )


def _chart(rows: pd.DataFrame) -> alt.ConcatChart | alt.VConcatChart:
    """The share within on a scale of 0 to 100, and below it the indices, where there are any."""
    own = rows[["index", "value", "lower", "upper"]]
    shares = own[own["index"] == "within"].assign(
        **{name: own[name] * 100 for name in ("value", "lower", "upper")}
    )
    parts = [_dots(shares, "% of intervals", alt.Scale(domain=[0, 100]), [])]
    known = own[own["index"].isin(_INDICES)].dropna(subset=["value"])
    if len(known):
        one = alt.Chart().mark_rule(strokeDash=[6, 3], color=theme.MUTED).encode(x=alt.datum(1))
        parts.append(_dots(known, "index", alt.Scale(zero=True), [one]))
    return vconcat(*parts)


def _dots(rows: pd.DataFrame, title: str, scale: alt.Scale, under: list[alt.Chart]) -> alt.LayerChart:
    drawn = rows.assign(Figure=rows["index"].map(NAMES).str.split(",").str[0]).drop(columns=["index"])
    label = alt.Axis(labelLimit=220, title=None)
    base = alt.Chart().encode(y=alt.Y("Figure:N", sort=list(drawn["Figure"]), axis=label))
    layers = [
        *under,
        base.mark_rule(strokeWidth=2).encode(x=alt.X("lower:Q"), x2=alt.X2("upper:Q")),
        base.mark_point(filled=True, size=90, opacity=1, color=theme.ACCENT).encode(
            x=alt.X("value:Q", title=title, scale=scale)
        ),
    ]
    return layer(*layers, data=drawn, width=theme.WIDTH - 130, height=max(1, len(drawn)) * theme.ROW)
