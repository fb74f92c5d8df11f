"""What a figure of a tracked measure says of itself: status, lines, pace, restarts, what is to come."""

import pandas as pd

from workbench.charts.target_rows import Measured, period_words, told_waits

CHARTS = {
    "xmr": "XmR",
    "p": "p",
    "u": "u",
    "c": "c",
    "laney_p": "Laney p'",
    "laney_u": "Laney u'",
    "g": "g",
    "t": "t",
    "waits": "g, of waits between cases",
    "run": "Run chart",
    "ewma": "EWMA",
    "cusum": "CUSUM",
}
GATE = {
    "passed": "nothing stood against judging it",
    "season taken out": "it follows the year, so the season was taken out first",
    "limits widened": "each value follows the one before, so limits were widened first",
    "not judged": "not judged, because the data are to be checked first",
}
RULES = {
    "nhs": "NHS, seven points",
    "nhs_six": "NHS, six points",
    "western_electric": "Western Electric",
    "nelson": "Nelson",
    "powerbi": "PowerBI-SPC",
    "runcharter": "Runcharter, nine points",
    "outside": "Only points outside",
    "anhoej": "Anhoej, longest run and crossings",
    "anhoej_best_box": "Anhoej, best box",
}
_LINES = {
    "run": "The thin line is the median; a run chart has no limits, only runs that are too long.",
    "ewma": "The thick grey line is the weighted mean of the latest values: beyond the finely dotted lines it is a signal. ",
    "cusum": "The strip below adds up what values are off the mean: a sum beyond the dotted line is a signal. ",
    "waits": "It is judged by the strip below, not by the lines above: a point is a wait from one interval with a case to the "
    "next, the thin line their median, and beyond the dashed line a wait is longer than chance makes it. A hollow point at "
    "the end is the wait that goes on. ",
    "g": "The thin line is the median, dashed lines are process limits.",
}
_OF_LIMITS = "The thin line is the mean, dashed lines are process limits."
_STEPPED = " They step because each interval has a denominator of its own."


def as_reviewed(_results) -> str:
    """What an app begins with: chart and rules of the review."""
    return ""


def drawable_as(_results) -> list[tuple[str, str]]:
    """Control charts to choose from, as words and names."""
    return [("As in the review", ""), *((words, name) for name, words in CHARTS.items())]


def rules_by_name(_results) -> list[tuple[str, str]]:
    """Sets of rules to choose from, as words and names."""
    return [("As in the review", ""), *((words, name) for name, words in RULES.items())]


def status(shown: Measured) -> str:
    """The status in words, or that it is hidden."""
    words = shown.verdict["status"]
    return "not shown, to protect privacy" if pd.isna(words) else str(words)


def gate(shown: Measured) -> str:
    """What was done before judging, in words."""
    done = shown.verdict.get("gate")
    known = [GATE.get(word, word) for word in str(done).split(", ")] if isinstance(done, str) and done else []
    return "; ".join(known)


def lines_of(shown: Measured, rows: pd.DataFrame) -> str:
    """What each line of the chart is."""
    chart = shown.verdict.get("chart", "xmr")
    said = _LINES.get(chart, _OF_LIMITS)
    said += _OF_LIMITS if chart in ("ewma", "cusum") else ""
    said += "Above, the thin line is the mean, dashed lines are limits of counts." if chart == "waits" else ""
    said += _STEPPED if chart in ("p", "u", "laney_p", "laney_u") else ""
    if any(rows[name].notna().any() for name in ("Target", "Target from", "Target to")):
        said += " A dotted line is the target."
    if "Path" in rows and rows["Path"].notna().any():
        said += " The line of long dashes is the planned path to it."
    return said


def waited(shown: Measured, rows: pd.DataFrame) -> str:
    """The strip of waits between rare events, as its text alternative; empty of other charts."""
    if "Waited" not in rows:
        return ""
    own = told_waits(rows)
    last = own.iloc[-1]
    each = shown.facts["frequency"]
    said = [f"Below, {int((~own['goes_on']).sum())} waits between cases, in {each}s without one"]
    if "Median wait" in own:
        said += [f"median {last['Median wait']:g}, and none beyond {last['Longest wait']:.1f} by chance"]
    said += [f"with a signal {int(own['Point'].str.startswith('signal', na=False).sum())}"]
    said += [f"the latest {last['Waited']:g}{' so far' if last['goes_on'] else ''}"]
    return f"{said[0]}: {'; '.join(said[1:])}."


def pace(shown: Measured) -> str:
    """What each interval left must bring, beside what the process brings; empty where no pace is needed."""
    row = shown.verdict
    if not _given(row.get("left")) or not row.get("left"):
        return ""
    each, due = shown.facts["frequency"], period_words(row["due"])
    if _given(row.get("required")):
        return f"It needs {_amount(shown, row['required'])} each {each} until {due}{_runs(shown)}."
    if _given(row.get("required_change")):
        change = _amount(shown, abs(row["required_change"]))
        way = "up" if row["required_change"] > 0 else "down"
        return f"It must go {way} by {change} each {each} until {due}{_runs(shown)}."
    return ""


def _runs(shown: Measured) -> str:
    low, high = shown.verdict.get("runs_lower"), shown.verdict.get("runs_upper")
    if not (_given(low) and _given(high)):
        return ""
    factor = shown.facts["factor"]
    return f"; the process runs {shown.number(low * factor)} to {shown.number(high * factor)}"


def _amount(shown: Measured, value: float) -> str:
    return shown.text(float(value) * shown.facts["factor"])


def _given(value) -> bool:
    return value is not None and not pd.isna(value)


def restarted(shown: Measured) -> list[str]:
    """A sentence for each restart of the limits, and for each that is proposed."""
    made = [
        f"Limits were restarted in {period_words(row['Interval'])}: {row['Reason'].rstrip('.')}."
        for row in shown.restarted().to_dict("records")
    ]
    return made + [
        f"A restart is proposed for {period_words(row['Interval'])}, because {row['Reason']}; nothing rests on it yet."
        for row in shown.proposed().to_dict("records")
    ]


def to_come(coming: pd.DataFrame, *, is_pace: bool = False) -> str:
    """What the fan is, and whether the target beside it is the pace that is needed."""
    if coming.empty:
        return ""
    needed = "The dotted line on the right is the pace that is needed. " if is_pace else ""
    bands = "bands are" if "50 of 100 from" in coming else "band is"
    share = (
        "the dark one 50 times of 100, the light one 80" if "50 of 100 from" in coming else "80 times of 100"
    )
    return f"{needed}The {bands} what is to come if it goes on as it runs: {share}."
