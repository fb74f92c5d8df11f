"""What is said of groups: each is one comparison, its gap to the others or, where there is none, its own series."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from workbench.findings.model import Finding, Size, Verdict
from workbench.findings.rows import records
from workbench.target_tracking.equity.gaps import CITY, DIFFERENCE, EVERYONE_ELSE
from workbench.target_tracking.equity.points import SUPPRESSED, UNKNOWN
from workbench.target_tracking.statements import Statement

NAMES = {EVERYONE_ELSE: "everyone else", CITY: "the city as a whole"}
METHOD = "The gap in each interval on an XmR chart of its own; p from five looks at the latest gaps."
TARGETS = {
    Verdict.CANNOT_MEET: "gap_cannot",
    Verdict.RELIABLY_MEETS: "gap_reliably",
    Verdict.HIT_OR_MISS: "gap_chance",
}
Say = Callable[[Statement], list[Finding]]


def group_findings(statements: Iterable[Statement], variation: Say, target: Say) -> list[Finding]:
    """What is so of the groups of each measure.

    Parameters
    ----------
    statements : iterable of Statement
        One a measure.
    variation, target : callable
        What is said of a series and of its target, for everyone and for a group alike.

    Notes
    -----
    A group that worsens while everyone does is already said of everyone; one that worsens alone moves its gap.
    So a group is tested once: by its gap, or by its own series where no gap is looked at. Of two groups that
    are each compared with everyone else, both gaps are one test. The target of a gap is spoken of from the side
    of who is behind.
    """
    statements, found = list(statements), []
    gaps_of, groups_of = (_by_measure(statements, name) for name in ("gap_verdicts", "group_verdicts"))
    for one in statements:
        gaps = gaps_of[one.measure["measure"]]
        compared = {(row["dimension"], row["group"]) for row in gaps}
        found += _of_gaps(one, [row for row in gaps if row["state"] != SUPPRESSED])
        for row in groups_of[one.measure["measure"]]:
            if row["state"] != SUPPRESSED and row["group"] != UNKNOWN:
                said = [] if (row["dimension"], row["group"]) in compared else variation
                found += _of_group(one, row, [*([said] if said else []), target])
    return found


def _by_measure(statements: list[Statement], name: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a frame that all statements are of, by measure."""
    found: dict[str, list[dict[str, Any]]] = {one.measure["measure"]: [] for one in statements}
    for row in records(getattr(statements[0].results, name)) if statements else []:
        found.setdefault(row["measure"], []).append(row)
    return found


def _of_gaps(one: Statement, rows: list[dict[str, Any]]) -> list[Finding]:
    found: list[Finding] = []
    for dimension in dict.fromkeys(row["dimension"] for row in rows):
        own = [row for row in rows if row["dimension"] == dimension]
        said = [_gap(one, row) for row in own]
        if len(said) == 2 and all(row["reference"] == EVERYONE_ELSE for row in own):
            said[1] = replace(said[1], p=None, judged_by=said[0].id)
        aimed = [row for row in own if row["target_verdict"] in TARGETS and row["behind"] != "no"]
        found += said + [_gap_target(one, row) for row in aimed]
    return found


def _gap(one: Statement, row: dict[str, Any]) -> Finding:
    verdict = Verdict(row["verdict"])
    tested = verdict in (Verdict.WIDENING, Verdict.NARROWING, Verdict.NO_CLEAR_CHANGE)
    message = _message(one, row, verdict)
    ahead = message == "gap_ahead"
    return _finding(
        one,
        row,
        f"gap_{row['dimension']}",
        Verdict.MOVED if ahead else verdict,
        message,
        p=float(row["p"]) if tested else None,
        size=_size(one, row),
        method=METHOD,
        ask="who_fell_behind" if verdict == Verdict.WIDENING else "",
    )


def _message(one: Statement, row: dict[str, Any], verdict: Verdict) -> str:
    """Of a gap that widened: whether everyone's target is met, and whether the group fell behind or pulled ahead."""
    if verdict != Verdict.WIDENING:
        words = {Verdict.NARROWING: "gap_narrowing", Verdict.NO_CLEAR_CHANGE: "gap_steady"}
        return words.get(verdict, "gap_open")
    if row["behind"] == "no":
        return "gap_ahead"
    met = one.measure["meets_target"] == 1.0
    return "met_gap_widened" if met else "gap_widened"


def _gap_target(one: Statement, row: dict[str, Any]) -> Finding:
    verdict = Verdict(row["target_verdict"])
    question = f"gap_target_{row['dimension']}"
    return _finding(one, row, question, verdict, TARGETS[verdict], comparison="the target of its gap")


def _finding(
    one: Statement, row: dict[str, Any], question: str, verdict: Verdict, message: str, **more
) -> Finding:
    values = {name: row[key] for name, key in (("own", "own"), ("other", "reference_value"))}
    arguments = {
        "group": _people(one, row["dimension"], row["group"]),
        "reference": _people(one, row["dimension"], row["reference"]),
        **{name: one.amount(value) for name, value in values.items() if not pd.isna(value)},
        **({"gap_interval": row["interval"]} if not pd.isna(row["interval"]) else {}),
    }
    reference = arguments["reference"]
    more.setdefault("comparison", reference if isinstance(reference, str) else reference[0])
    made = one.finding(question, verdict, message, arguments=arguments, **more)
    n = None if pd.isna(row["n_points"]) else int(row["n_points"])
    caveats = ("some_hidden",) if row["hidden"] else ()
    whole = {**made.provenance, "frame": "gap_verdicts"}
    return replace(made, group=row["group"], n=n, caveats=caveats, provenance=whole)


def _people(one: Statement, dimension: str, group: str) -> str | list[str]:
    """Whom a sentence is about: title and wording of people; the title of a place and of everyone else."""
    name = f"{dimension}/{group}"
    title, wordings = one.context.labels.get(name, NAMES.get(group, group)), one.results.facts["residents"]
    return [title, wordings[name]] if name in wordings else title


def _size(one: Statement, row: dict[str, Any]) -> Size | None:
    """The latest gap with its 95 % interval."""
    numbers = [row[name] for name in ("value", "lower", "upper")]
    if pd.isna(numbers[0]):
        return None
    difference = row["kind"] == DIFFERENCE
    factor = one.facts["factor"] if difference else 1.0
    percent = "percentage points" if one.facts["scale"] == "percent" else one.facts["unit_shown"]
    shown = [None if pd.isna(number) else float(number) * factor for number in numbers]
    return Size(*shown, percent if difference else "times")


def _of_group(one: Statement, row: dict[str, Any], said: list[Say]) -> list[Finding]:
    """What is said of a group's own series; its target only where it has one of its own."""
    points = one.results.group_points
    same = (points["measure"] == row["measure"]) & (points["dimension"] == row["dimension"])
    own = points[same & (points["group"] == row["group"]) & points["value"].notna()].sort_values(
        "interval_start"
    )
    if own.empty:
        return []
    latest = _latest(own)
    like = _as_group(one, row, latest)
    asked = said if _own_target(one, latest) else said[:-1]
    found = [finding for say in asked for finding in say(like)]
    return [replace(finding, group=row["group"], also=(), affected=None) for finding in found]


def _latest(own: pd.DataFrame) -> dict[str, Any]:
    final = own[~own["provisional"].eq(True).fillna(False).astype(bool)]
    return (final if len(final) else own).iloc[-1].to_dict()


def _own_target(one: Statement, latest: dict[str, Any]) -> bool:
    """Whether a group is held against another target than everyone."""
    targets = [latest["target"], one.measure["target"]]
    return not pd.isna(targets[0]) and (pd.isna(targets[1]) or targets[0] != targets[1])


def _as_group(one: Statement, row: dict[str, Any], latest: dict[str, Any]) -> Statement:
    label = one.context.labels.get(f"{row['dimension']}/{row['group']}", row["group"])
    names = ["interval", "value", "target", "target_lower", "target_upper", "meets_target"]
    kind = one.measure["target_kind"]
    measure = {**one.measure, **{name: latest[name] for name in names}, "silent": False}
    measure |= {"title": f"{one.measure['title']} ({label})", "state": latest["state"]}
    measure["target_kind"] = (
        kind if isinstance(kind, str) and kind and kind != "cumulative" else "each_period"
    )
    return replace(one, measure=measure, verdict=row, changed={}, affected=None)
