"""Turn the curve: where a measure comes from, where it goes if nothing changes, its target, and what was done about it.

After results-based accountability (M. Friedman, Trying Hard Is Not Good Enough, 2005): history, forecast and
actions on one page. Of a running total the total itself is drawn.
"""

import altair as alt
import numpy as np
import pandas as pd

from workbench.charts import theme
from workbench.charts.asks import Slider, asking
from workbench.charts.figure import Figure, Figures
from workbench.charts.target_marks import along_time, drawn, events, fan, targets
from workbench.charts.target_rows import Measured, period_words
from workbench.charts.target_words import pace, status, to_come
from workbench.findings.messages import fill
from workbench.findings.model import Verdict

MOST = 6  # curves on a page; the others are in the app
_HISTORY = ["Start", "Value", "Target", "Target from", "Target to", "Path"]
TOTALS = {
    "80 of 100 from": "total_lower_80",
    "Expected": "total_expected",
    "80 of 100 to": "total_upper_80",
    "Path": "planned",
}


def _ahead(results) -> list[tuple[str, int]]:
    """How far a forecast can be shown, in intervals."""
    frame = results.outlook
    return [(f"{int(n)} ahead", int(n)) for n in sorted(set(frame["ahead"]))] if len(frame) else []


def _farthest(results) -> int | None:
    found = _ahead(results)
    return found[-1][1] if found else None


@asking(Slider("ahead", "Intervals to come", _ahead, _farthest))
def turn_the_curve(results, measure: str | None = None, ahead: int | None = None) -> Figure:
    """History, forecast if nothing changes, target and actions of a measure.

    Parameters
    ----------
    results : TargetResults
        Released.
    measure : str, optional
        Id of the measure; the first when left out.
    ahead : int, optional
        Intervals to come that are drawn; else until the target's date.
    """
    shown = Measured(results, measure)
    past, coming = _totals(shown, ahead) if shown.is_total else (shown.points(), shown.coming(ahead))
    acted = _acted(shown)
    return Figure(
        name=f"curve-{shown.slug}",
        title=f"{shown.facts['title']}: {'total so far, ' if shown.is_total else ''}what comes if nothing changes",
        text=_text(shown, past, coming, acted),
        see=_see(shown, coming, acted),
        table=_table(past, coming),
        chart=_chart(shown, past, coming, acted),
    )


def curves(results) -> Figures:
    """A curve of each measure that is worsening or unlikely to meet its target, both first; at most six."""
    rows = results.verdicts
    worse, unlikely = rows["verdict"] == Verdict.WORSENING, rows["outlook"] == "unlikely"
    chosen = rows.assign(weight=worse.astype(int) + unlikely).query("weight > 0 and state != 'suppressed'")
    chosen = chosen.sort_values("weight", ascending=False, kind="stable")
    return Figures(turn_the_curve(results, id) for id in chosen["measure"].head(MOST))


def _totals(shown: Measured, ahead: int | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The running total until now and to come; values of single intervals where it cannot be told from them."""
    points, coming = shown.points(), shown.coming(ahead)
    first = _begun(shown, points)
    if first is None:
        return points, coming
    factor = shown.facts["factor"]
    own = points.iloc[first:]
    past = own.assign(Value=own["Value"].cumsum(), Target=float(shown.row["target"]) * factor)
    rows = shown.results.outlook[shown.results.outlook["measure"] == shown.id].head(len(coming))
    told = {name: (rows[column] * factor).to_numpy() for name, column in TOTALS.items()}
    future = coming[["Interval", "Start", "state"]].assign(**told, Target=past["Target"].iloc[0])
    return past, future.dropna(subset=["Expected"])


def _begun(shown: Measured, points: pd.DataFrame) -> int | None:
    """Position of the first interval that the running total counts; None where the total is not a sum of those shown."""
    at = np.flatnonzero(points["Interval"] == shown.row["interval"])
    if not len(at):
        return None
    back = points["Value"].iloc[: at[0] + 1][::-1].cumsum()
    same = np.isclose(back, float(shown.row["value"]) * shown.facts["factor"])
    return int(back.index[same][0]) if same.any() else None


def _acted(shown: Measured) -> pd.DataFrame:
    """Start, Word and Sentence of each action about the measure."""
    frame = shown.results.actions
    rows = (
        frame[frame["measure"] == shown.id]
        if len(frame)
        else pd.DataFrame(columns=["start", "title", "owner"])
    )
    said = [
        f"{row['title']} ({row['owner']}), since {fill('{day:date}', {'day': str(row['start'])[:10]})}"
        for row in rows.to_dict("records")
    ]
    letters = [chr(ord("A") + at) for at in range(len(rows))]
    return pd.DataFrame({"Start": pd.to_datetime(rows["start"]), "Word": letters, "Sentence": said})


def _see(shown: Measured, coming: pd.DataFrame, acted: pd.DataFrame) -> str:
    done = "; ".join(f"{row['Word']}: {row['Sentence']}" for row in acted.to_dict("records"))
    said = [
        f"Status: {status(shown)}.",
        pace(shown),
        to_come(coming),
        "The dotted line is the target." if _has_target(coming) else "",
        f"Begun about it: {done}." if done else "No action about it is registered.",
    ]
    return " ".join(sentence for sentence in said if sentence)


def _has_target(coming: pd.DataFrame) -> bool:
    return any(
        name in coming and coming[name].notna().any() for name in ("Target", "Target from", "Target to")
    )


def _text(shown: Measured, past: pd.DataFrame, coming: pd.DataFrame, acted: pd.DataFrame) -> str:
    known = past.dropna(subset=["Value"])
    if known.empty:
        return "A chart over time without any value."
    last = known.iloc[-1]
    said = [
        f"A line of {len(known)} values until {period_words(last['Interval'])}: {shown.text(last['Value'])}."
    ]
    if len(coming):
        end = coming.iloc[-1]
        said.append(
            f"If nothing changes, {period_words(end['Interval'])} comes to {shown.text(end['Expected'])}, 80 times of 100 "
            f"between {shown.text(end['80 of 100 from'])} and {shown.text(end['80 of 100 to'])}."
        )
        if "Target" in end and pd.notna(end["Target"]):
            said.append(f"Target {shown.text(end['Target'])}.")
    said += [f"{row['Word']}: {row['Sentence']}." for row in acted.to_dict("records")]
    return " ".join(said)


def _table(past: pd.DataFrame, coming: pd.DataFrame) -> pd.DataFrame:
    names = ["Interval", "Value", "Target", "Target from", "Target to", "Path", "state"]
    told = past[[name for name in names if name in past]]
    if len(coming):
        told = pd.concat([told, coming.drop(columns=["Start"])], ignore_index=True)
    return told.dropna(axis="columns", how="all")


def _chart(shown: Measured, past: pd.DataFrame, coming: pd.DataFrame, acted: pd.DataFrame) -> alt.LayerChart:
    y = alt.Y("Value:Q", title=shown.axis or "value", scale=alt.Scale(zero=False, padding=6))
    own = alt.Chart()
    layers = [
        *fan(coming),
        *targets(past),
        own.mark_line(strokeWidth=2.2, strokeJoin="round", color=theme.ACCENT).encode(y=y),
        own.mark_point(size=26, opacity=1, color=theme.ACCENT).encode(y=alt.Y("Value:Q")),
        *events(acted),
    ]
    return along_time(*layers, data=drawn(past.filter(items=_HISTORY)), width=theme.WIDTH, height=220)
