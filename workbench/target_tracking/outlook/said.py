"""Which sentence says how a measure stands to its target, by the kind of target and what is known."""

import pandas as pd

from workbench.findings.model import Verdict
from workbench.target_tracking.observed import QUOTIENTS
from workbench.target_tracking.outlook.standing import AHEAD, BEHIND, ON
from workbench.target_tracking.statements import Statement

WORDS = {
    Verdict.CANNOT_MEET: "cannot",
    Verdict.RELIABLY_MEETS: "reliably",
    Verdict.HIT_OR_MISS: "chance",
    Verdict.CANT_TELL: "outlook",
}
PATHS = {AHEAD: "path_ahead", ON: "path_on", BEHIND: "path_behind"}


def target_message(one: Statement, verdict: Verdict) -> str:
    """Key of the sentence; what is not known well enough for one is not said."""
    kind, word = one.measure["target_kind"], WORDS[verdict]
    if verdict == Verdict.CANT_TELL and pd.isna(one.verdict["probability"]):
        return _only_now(one)
    if kind == "cumulative":
        return _of_total(one, word)
    if kind == "maintain" and word in ("chance", "outlook"):
        return f"maintain_{word}" if one.verdict["due"] else f"maintain_{word}_year"
    if "target" not in one.arguments():
        return f"range_{word}"
    if kind == "level" and one.verdict["due"] and int(one.verdict["left"]):
        return f"level_{word}"
    if kind == "maintain":
        return "cannot" if word == "cannot" else "maintain_reliably"
    if word != "chance":
        return word
    return {"likely": "chance_likely", "unlikely": "chance_unlikely"}.get(one.verdict["outlook"], "chance")


def target_caveats(one: Statement) -> tuple[str, ...]:
    """What is to be said beside it: a level that stepped, the path, what was lost, and how it is forecast."""
    runs = not pd.isna(one.verdict["runs_lower"])
    found = ["stepped"] if one.verdict["level_since"] and runs else []
    found += [PATHS[one.verdict["path"]]] if one.verdict["path"] in PATHS else []
    found += ["lost"] if one.verdict["lost"] else []
    forecast = one.verdict["form"] and not pd.isna(one.verdict["probability"]) and int(one.verdict["left"])
    moving = one.verdict["form"] in ("returning", "simple", "damped")
    return (*found, *([f"forecast_{one.verdict['form']}"] if forecast and moving else []))


def target_arguments(one: Statement) -> dict:
    """What the sentences on targets need beside what all have."""
    verdict = one.verdict
    amounts = {"planned": verdict["planned"], "change": abs(verdict["required_change"])}
    found = {name: one.amount(value) for name, value in amounts.items() if not pd.isna(value)}
    found |= {"left": int(verdict["left"]), "each": one.facts["frequency"]}
    found |= {"lost": verdict["lost"]} if verdict["lost"] else {}
    if not pd.isna(verdict["path_probability"]):
        sure = float(verdict["path_probability"])
        found["path_sure"] = 1 - sure if verdict["path"] == BEHIND else sure
    return found


def _only_now(one: Statement) -> str:
    """Met or missed now, and no more."""
    met = {1.0: "met_now", 0.0: "missed_now"}.get(one.measure["meets_target"])
    plain = met and one.measure["target_kind"] != "cumulative" and "target" in one.arguments()
    return met if plain else "target_open"


def _of_total(one: Statement, word: str) -> str:
    """Of a sum to reach, a sum not to exceed, or an average; decided ones apart."""
    if int(one.verdict["left"]) == 0:
        return {"cannot": "total_missed", "reliably": "total_reached"}.get(word, "target_open")
    if "target" not in one.arguments() or pd.isna(one.verdict["required"]):
        return "target_open"
    if one.facts["kind"] in QUOTIENTS:
        return f"average_{word}"
    if one.facts["direction"] == "decrease":
        return "cap_exceeded" if one.verdict["required"] < 0 else f"cap_{word}"
    return "total_already" if one.verdict["required"] <= 0 else f"total_{word}"
