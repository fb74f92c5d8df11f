"""Figures of a tracked measure by group: each group over time, and how far it lies from its reference.

Groups have a strip each, so that no colour tells them apart; kinds of points have shapes and words. What is
hidden leaves a gap.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import altair as alt
import pandas as pd

from workbench.charts import theme
from workbench.charts.asks import Choice, asking
from workbench.charts.figure import Figure, Figures
from workbench.charts.fixed import Fixed
from workbench.charts.target_marks import SHAPES, along_time, drawn, line
from workbench.charts.target_rows import PROVISIONAL, WORDS, Measured
from workbench.charts.target_tracking import process_chart
from workbench.charts.target_words import as_reviewed, drawable_as, rules_by_name

STRIP = 90
Key = tuple[str, str, str]  # measure, dimension and group
_DASHED = {"strokeDash": (6, 3), "strokeWidth": 1.2, "color": theme.MUTED}
_DOTTED = {"interpolate": "step", "strokeDash": (2, 2), "strokeWidth": 1.8, "color": theme.SERIES[3]}
_LOOKS = {
    **dict.fromkeys(("Lower limit", "Upper limit"), _DASHED),
    "Mean": {"strokeWidth": 1, "color": theme.MUTED},
    **dict.fromkeys(("Target", "Target from", "Target to"), _DOTTED),
}
_BARS = Fixed(
    alt.Chart()
    .mark_rule(strokeWidth=1, color=theme.MUTED)
    .encode(y=alt.Y("At least:Q"), y2=alt.Y2("At most:Q"))
)
_REFERENCES = {"everyone_else": "everyone else", "city": "the city as a whole"}


@asking(
    Choice("drawn_as", "Control chart", drawable_as, as_reviewed),
    Choice("rules", "Rules", rules_by_name, as_reviewed),
)
def over_time(
    results,
    measure: str | None = None,
    group: str | None = None,
    period: str | None = None,
    drawn_as: str | None = None,
    rules: str | None = None,
) -> Figure:
    """A measure over time: of everyone, or of one group by its own limits and target.

    Parameters
    ----------
    results : TargetResults
        Released.
    measure : str, optional
        Id of the measure; the first when left out.
    group : str, optional
        Such as ``race/black``; everyone when left out, or where the measure has no such group.
    period : str, optional
        An interval to mark.
    drawn_as, rules : str, optional
        Another control chart or other rules than the review's, judged from the values that are shown.
    """
    shown = Measured(results, measure)
    dimension, _, name = (group or "").partition("/")
    if name not in _groups(results.group_points, shown.id, dimension):
        dimension = name = ""
    results = results.judged_as(shown.id, dimension, name, chart=drawn_as or "", rules=rules or "")
    if not name:
        return process_chart(results, shown.id, period)
    label = _label(results, dimension, name)
    figure = process_chart(of_group(results, (shown.id, dimension, name)), shown.id, period)
    return replace(
        figure, name=f"{figure.name}-{name.replace('_', '-')}"[:80], title=f"{label}: {figure.title}"
    )


def group_processes(results) -> Figures:
    """A figure of every measure by group: a strip a group, with its own limits and target."""
    parts = _parts(results)
    return Figures(_strips(results, id, parts) for id in _with_groups(results, results.group_points))


def gap_processes(results) -> Figures:
    """A figure of every measure whose gaps are looked at: a strip a group, the gap with its own limits and target."""
    return Figures(_gaps(results, id) for id in _with_groups(results, results.gaps))


def _with_groups(results, frame: pd.DataFrame) -> list[str]:
    own = set(frame["measure"]) if len(frame) else set()
    return [id for id in results.measures["measure"] if id in own]


def _groups(frame: pd.DataFrame, measure: str, dimension: str) -> list[str]:
    own = frame[(frame["measure"] == measure) & (frame["dimension"] == dimension)]
    return list(dict.fromkeys(own["group"]))


def _label(results, dimension: str, group: str) -> str:
    label = results.facts["labels"].get(f"{dimension}/{group}", group)
    return "Not recorded" if label == "unknown" else str(label)


def _parts(results) -> dict[str, Callable[[Key], pd.DataFrame]]:
    """How the rows of a group of a measure are found in each frame."""
    frames = {"points": "group_points", "limits": "group_limits", "verdicts": "group_verdicts"}
    return {name: _by_key(getattr(results, source)) for name, source in frames.items()}


def _by_key(frame: pd.DataFrame) -> Callable[[Key], pd.DataFrame]:
    keys = ["measure", "dimension", "group"]
    places, rows = frame.groupby(keys, sort=False).indices, frame.drop(columns=keys[1:])
    return lambda key: rows.iloc[places.get(key, [])].reset_index(drop=True)


def of_group(results, key: Key):
    """Results as if one group of a measure were everyone."""
    return _of_group(results, _parts(results), key)


def _of_group(results, parts: Mapping[str, Callable[[Key], pd.DataFrame]], key: Key):
    own = {name: rows(key) for name, rows in parts.items()}
    if own["verdicts"].empty:
        own["verdicts"] = pd.DataFrame([{"measure": key[0], "status": None, "state": "no data"}])
    own |= {name: getattr(results, name).iloc[:0] for name in ("outlook", "proposals")}
    return results.with_frames(**own)


def _cuts(frame: pd.DataFrame, measure: str) -> list[tuple[str, str]]:
    own = frame[frame["measure"] == measure]
    return list(dict.fromkeys(zip(own["dimension"], own["group"], strict=True)))


def _strips(results, measure: str, parts: Mapping[str, Callable[[Key], pd.DataFrame]]) -> Figure:
    shown = Measured(results, measure)
    strips, said = [], []
    for dimension, group in _cuts(results.group_points, measure):
        own = Measured(_of_group(results, parts, (measure, dimension, group)), measure)
        label = _label(results, dimension, group)
        strips.append(own.points().assign(Group=label))
        said.append(f"{label}: {_words(own.verdict['status'])}")
    rows = pd.concat(strips, ignore_index=True)
    return Figure(
        name=f"group-process-{shown.slug}"[:80],
        title=f"{shown.facts['title']} by {shown.cuts()} over time",
        text=f"{len(strips)} charts over time, one a {shown.cuts()}. {'; '.join(said)}.{_hidden(rows)}",
        see=f"Each {shown.cuts()} has its own mean (thin line), process limits (dashed) and target (dotted). Triangles and "
        "diamonds are signals. Where a value is hidden to protect privacy the line is broken; a "
        f"{shown.cuts()} with its latest value or many values hidden has no limits.",
        table=_table(rows),
        chart=_drawn(rows, shown.axis or "value", []),
    )


def _gaps(results, measure: str) -> Figure:
    shown = Measured(results, measure)
    own = results.gaps[results.gaps["measure"] == measure]
    verdicts = results.gap_verdicts[results.gap_verdicts["measure"] == measure]
    kinds = {(row["dimension"], row["group"]): row for row in verdicts.to_dict("records")}
    rows = pd.concat(
        [
            _gap_points(results, shown, part, kinds[key])
            for key, part in own.groupby(["dimension", "group"], sort=False)
        ],
        ignore_index=True,
    )
    said = [_said(results, row) for row in kinds.values()]
    ratio = next(iter(kinds.values()))["kind"] == "ratio"
    percent = "percentage points" if shown.facts.get("scale") == "percent" else shown.axis
    return Figure(
        name=f"gap-process-{shown.slug}"[:80],
        title=f"{shown.facts['title']}: gap between {shown.cuts('s')} over time",
        text=f"{len(kinds)} charts over time, one a {shown.cuts()}. {'; '.join(said)}.{_hidden(rows)}",
        see=f"No gap is {1 if ratio else 0}, the solid grey line. Bars are 95% intervals of single values: of one month "
        "by itself. Dashed lines are what the gap does by itself from month to month; dotted lines how far "
        f"{shown.cuts('s')} may lie apart by the target.",
        table=_table(rows),
        chart=_drawn(rows, "times" if ratio else percent or "difference", _no_gap(1.0 if ratio else 0.0)),
    )


def _gap_points(results, shown: Measured, own: pd.DataFrame, verdict: dict) -> pd.DataFrame:
    factor = 1.0 if verdict["kind"] == "ratio" else shown.facts["factor"]
    columns = {"Value": "value", "At least": "lower", "At most": "upper", "Mean": "mean"}
    columns |= {"Lower limit": "limit_lower", "Upper limit": "limit_upper"}
    columns |= {"Target from": "target_lower", "Target to": "target_upper"}
    words = own["point_type"].map(WORDS).fillna(WORDS[""]).mask(own["provisional"].eq(True), PROVISIONAL)
    return pd.DataFrame(
        {
            "Interval": own["interval"],
            "Start": own["interval_start"],
            **{name: own[column].astype(float) * factor for name, column in columns.items()},
            "Target": float("nan"),
            "Point": words.where(own["value"].notna()),
            "state": own["state"],
            "Group": f"{_label(results, verdict['dimension'], verdict['group'])} against "
            f"{_reference(results, verdict)}",
        }
    )


def _reference(results, verdict: dict) -> str:
    name = verdict["reference"]
    return _REFERENCES.get(name) or _label(results, verdict["dimension"], name)


def _said(results, verdict: dict) -> str:
    label = (
        f"{_label(results, verdict['dimension'], verdict['group'])} against {_reference(results, verdict)}"
    )
    return f"{label}: {_words(verdict['status'])}"


def _words(status) -> str:
    return "not shown, to protect privacy" if pd.isna(status) else str(status)


def _hidden(rows: pd.DataFrame) -> str:
    hidden = int((rows["state"] == "suppressed").sum())
    return f" {hidden} values are suppressed to protect privacy." if hidden else ""


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    kept = rows.drop(columns=["Start", "phase"], errors="ignore").dropna(axis="columns", how="all")
    return kept[["Group", *(name for name in kept if name != "Group")]]


def _no_gap(at: float) -> list[alt.Chart]:
    once = alt.Chart(pd.DataFrame({"No gap": [at]})).mark_rule(color=theme.MUTED)
    return [once.encode(x=alt.XValue(0), x2=alt.X2Value("width"), y=alt.YDatum(at))]


def _drawn(rows: pd.DataFrame, axis: str, under: list[alt.Chart]) -> alt.FacetChart:
    """A strip a group that has a value, all on one scale."""
    rows = rows[rows["Group"].isin(set(rows.loc[rows["Value"].notna(), "Group"]))]
    looks = {name: look for name, look in _LOOKS.items() if name in rows and rows[name].notna().any()}
    bars = [_BARS] if "At least" in rows and rows["At least"].notna().any() else []
    y = alt.Y("Value:Q", title=axis, scale=alt.Scale(zero=False))
    own = alt.Chart().mark_line(strokeWidth=1.3, color=theme.ACCENT).encode(y=y)
    lines = [line(name, **look) for name, look in looks.items()]
    strips = along_time(*under, *bars, *lines, own, _points(rows), width=theme.WIDTH - 40, height=STRIP)
    head = alt.Header(labelOrient="top", labelAnchor="start", title=None, labelFontSize=12)
    order = list(dict.fromkeys(rows["Group"]))
    return strips.facet(row=alt.Row("Group:N", sort=order, header=head), data=drawn(rows))


def _points(rows: pd.DataFrame) -> alt.Chart:
    words = dict.fromkeys(rows["Point"].dropna())
    present = [*(word for word in SHAPES if word in words), *(word for word in words if word not in SHAPES)]
    shapes = alt.Scale(domain=present, range=[SHAPES.get(word, "cross") for word in present])
    mark = alt.Chart().mark_point(filled=True, size=36, opacity=1, color=theme.ACCENT)
    shape = alt.Shape("Point:N", scale=shapes, title=None, legend=theme.legend(present))
    return mark.encode(y=alt.Y("Value:Q"), shape=shape)
