"""Figures of who waits longest, and in which steps."""

import pandas as pd

from workbench.charts.disparity_dots import Dots
from workbench.charts.figure import Figure
from workbench.charts.process_rows import (
    MARKS,
    TWO_LINES,
    VERDICT_MARKS,
    edge_name,
    figure_of,
    of_period,
    shown,
    silent,
    why_empty,
)
from workbench.charts.process_words import chances, number, period
from workbench.findings.rows import records

STEPS = 8  # that are drawn, with two marks each
_USE, _TIME = "how often the step is passed", "how long a pass takes"
NO_GROUPS = "No groups of people or places are declared for this process."
NOT_JUDGED = "No group's lead time could be compared with the others', so there is no gap to take apart."
_ENDS = {"submitted": "Submitted", "closed": "closed", "not yet": "nothing yet", "other steps": "Other steps"}


def equity_gaps(results, *, group: str | None = None) -> Figure:
    """How many days longer each group's cases take than everyone else's.

    Parameters
    ----------
    results : ProcessResults
        Released.
    group : str, optional
        A group written as ``dimension/group``: the groups of its dimension are drawn.
    """
    frame, name = of_period(results, "equity"), "equity-gaps"
    frame = frame[(frame["quantity"] == "mean") & (frame["reference"] != "")] if len(frame) else frame
    dimension = _dimension(frame, group)
    frame = frame[frame["dimension"] == dimension] if len(frame) else frame
    named = str(results.facts["dimensions"].get(dimension, "group")).lower()
    title = f"Who waits longest, by {named}, {period(results)}"
    if why := why_empty(frame, "difference", NO_GROUPS, NOT_JUDGED):
        return silent(name, title, why)
    rows = shown(frame, "difference").sort_values("difference", ascending=False, kind="stable")
    table = _gap_table(results, rows)
    dots = Dots(table, "Difference", "At least", "At most", "days longer than everyone else (right)", "Group",
                "Verdict", VERDICT_MARKS, line=0, beside=False)  # fmt: skip
    told = [f"{row['Group']} {number(row['Difference'])} days" for row in records(table.head(3))]
    return figure_of(
        frame,
        "difference",
        len(rows),
        "Groups",
        name=name,
        title=title,
        text=f"Dots with intervals, one row a group, the longest first: {'; '.join(told)}.",
        see="A gap is named only where it would hardly come up by chance among all groups. Some groups file other "
        "kinds of cases: the table has the difference at the same mix beside it.",
        table=table,
        chart=dots.chart(),
    )


def _dimension(frame: pd.DataFrame, group: str | None) -> str:
    if group:
        return group.partition("/")[0]
    known = shown(frame, "difference") if len(frame) else frame
    rows = known if len(known) else frame
    return str(rows["dimension"].iloc[0]) if len(rows) else ""


def _gap_table(results, rows: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "difference": "Difference",
        "lower": "At least",
        "upper": "At most",
        "same_mix": "With the same mix",
        "value": "Mean days",
        "reference_value": "Everyone else",
        "adjusted_p": "p of all groups",
        "cases": "Cases",
        "verdict": "Verdict",
        "state": "state",
    }
    table = rows[list(columns)].assign(adjusted_p=chances(rows["adjusted_p"])).rename(columns=columns)
    table.insert(0, "Group", group_names(results, rows))
    return table


def group_names(results, rows: pd.DataFrame) -> list[str]:
    """Groups as people call them."""
    labels = results.facts.get("labels", {})
    return [
        str(labels.get(f"{dimension}/{group}", group)).replace("everyone_else", "everyone else")
        for dimension, group in zip(rows["dimension"], rows["group"], strict=True)
    ]


def equity_steps(results, *, group: str | None = None) -> Figure:
    """In which steps a group's gap arises: passed more often, or longer in each pass.

    Parameters
    ----------
    results : ProcessResults
        Released.
    group : str, optional
        A group written as ``dimension/group``; the one with the widest gap by default.
    """
    frame, name = of_period(results, "equity_steps"), "equity-steps"
    title = f"In which steps the gap arises, {period(results)}"
    if why := why_empty(frame, "gap_days", NOT_JUDGED):
        return silent(name, title, why)
    dimension, own = _widest(frame, group)
    frame = frame[(frame["dimension"] == dimension) & (frame["group"] == own)]
    if why := why_empty(frame, "gap_days", "The gap of this group is not taken apart."):
        return silent(name, title, why)
    rows = shown(frame, "gap_days")
    rows = rows.sort_values("gap_days", key=abs, ascending=False, kind="stable")
    (who,) = set(group_names(results, rows))
    sum_of_all, rows = rows["gap_days"].sum(), rows.head(STEPS)
    table = _parts(rows)
    marks = dict(zip((_USE, _TIME), MARKS, strict=False))
    dots = Dots(table, "Days", "At least", "At most", "days more than everyone else (right) or fewer (left)",
                "Step", "Part", marks, line=0, names=TWO_LINES)  # fmt: skip
    told = [f"{_edge(row)} {number(row['gap_days'])} days" for row in records(rows.head(3))]
    return figure_of(
        frame,
        "gap_days",
        len(rows),
        "Steps",
        name=name,
        title=f"{title}: {who}",
        text=f"Two dots with intervals a step, the largest gap first: {'; '.join(told)}; "
        f"{number(sum_of_all)} days in all steps that are known.",
        see="A circle right of the line: more of this group's cases come by, or come by again. A square right of it: "
        "each time takes longer. The parts of all steps add up to the gap.",
        table=table,
        chart=dots.chart(),
    )


def _widest(frame: pd.DataFrame, group: str | None) -> tuple[str, str]:
    """The group asked for, where it has rows; else that with the widest gap over all its steps."""
    dimension, _, own = (group or "").partition("/")
    if ((frame["dimension"] == dimension) & (frame["group"] == own)).any():
        return dimension, own
    sums = shown(frame, "gap_days").groupby(["dimension", "group"], sort=True)["gap_days"].sum()
    return sums.index[int(sums.to_numpy().argmax())]


def _edge(row: dict) -> str:
    if row["from"] == row["to"]:
        return _ENDS.get(row["from"], str(row["from"]))
    start, end = (_ENDS.get(row[name], row[name]) for name in ("from", "to"))
    return edge_name(start, end)


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Two rows a step: use and time."""
    found = []
    for row in records(rows):
        for part, name in ((_USE, "use"), (_TIME, "time")):
            ends = {"At least": row[f"{name}_lower"], "At most": row[f"{name}_upper"]}
            found.append(
                {"Step": _edge(row), "Part": part, "Days": row[f"{name}_days"], **ends, "state": row["state"]}
            )
    return pd.DataFrame(found).dropna(subset=["Days"])
