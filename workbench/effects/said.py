"""What is said of an action, whatever it is about, from released rows only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.findings.model import Size, Verdict

MESSAGES = {
    Verdict.AS_EXPECTED: "action_as_expected",
    Verdict.OTHER_WAY: "action_other_way",
    Verdict.NO_CLEAR_CHANGE: "action_no_clear_change",
    Verdict.TOO_EARLY: "action_too_early",
    Verdict.CANT_TELL: "action_cannot_be_judged",
    Verdict.DESCRIBED: "action_described",
}
ASKS = {
    "keep": "keep_action",
    "change": "change_action",
    "stop": "stop_action",
    "not tested": "register_action",
}
TOGETHER = {0: "together_at_once", 1: "together_next"}  # by intervals between the beginnings


@dataclass(frozen=True)
class Shown:
    """How the numbers of an action are shown.

    Parameters
    ----------
    title : str
        Of what it is about.
    amount : callable
        A number as an argument of the format ``amount``.
    unit : str
        Of a difference.
    each : str
        One interval: month, quarter or year.
    factor : float
        What a difference is multiplied by.
    """

    title: str
    amount: Callable[[float], list]
    unit: str
    each: str
    factor: float = 1.0


def said_of(row: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """Verdict, message and all else that a finding has of a row as :attr:`workbench.effects.judged.Judged.row`."""
    verdict, is_tested = Verdict(row["verdict"]), not pd.isna(row["p"])
    waits = row["advice"] == "can't tell yet" and verdict == Verdict.NO_CLEAR_CHANGE
    more = () if pd.isna(row["more"]) or not row["more"] else ("action_more",)
    return {
        "verdict": verdict,
        "message": _message(row, verdict),
        "also": more if waits else (),
        "arguments": _arguments(row, shown),
        "size": _size(row, shown),
        "n": int(row["before"] + row["after"]),
        "counted": f"{shown.each}s",
        "p": float(row["p"]) if is_tested else None,
        "method": f"{str(row['design']).capitalize()}." if is_tested else "",
        "comparison": str(row["compared_with"]) or "its own past",
        "family": "review" if row["late"] else "plan",
        "caveats": _caveats(row),
        "ask": _ask(row),
    }


def _message(row: Mapping[str, Any], verdict: Verdict) -> str:
    unknown = verdict == Verdict.DESCRIBED and pd.isna(row["effect"])
    return f"{MESSAGES[verdict]}{'_short' if unknown else ''}"


def _ask(row: Mapping[str, Any]) -> str:
    together = not pd.isna(row["apart"]) and row["advice"] == "can't tell yet"
    return "which_action" if together else ASKS.get(row["advice"], "wait_for_action")


def _caveats(row: Mapping[str, Any]) -> tuple[str, ...]:
    found = [word for word in str(row["caveats"] or "").split(", ") if word]
    found += ["seasonal_action"] if row["season"] else []
    found += [] if pd.isna(row["apart"]) else [TOGETHER.get(int(row["apart"]), "together")]
    return tuple(found)


def _arguments(row: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """What the sentences need, without what is not known."""
    amounts = {name: row[name] for name in ("average", "without", "value", "counterfactual")}
    words = {name: row[name] for name in ("start", "registered", "owner", "interval", "by", "beside")}
    counts = {name: row[name] for name in ("before", "after", "more", "apart")}
    found = {"title": shown.title, "action": row["title"], "each": shown.each}
    found["n"] = int(row["before"] + row["after"])
    found |= {name: shown.amount(value) for name, value in amounts.items() if not pd.isna(value)}
    found |= {name: int(count) for name, count in counts.items() if not pd.isna(count)}
    found |= {name: str(word) for name, word in words.items() if not pd.isna(word) and word}
    if not pd.isna(row["size"]):
        found["registered_size"] = float(row["size"])
        found["unit"] = shown.unit
    return found


def _size(row: Mapping[str, Any], shown: Shown) -> Size | None:
    if pd.isna(row["effect"]):
        return None
    ends = [row[name] for name in ("effect", "lower", "upper")]
    told = [None if pd.isna(end) else float(end) * shown.factor for end in ends]
    return Size(*told, f"{shown.unit} on average since")
