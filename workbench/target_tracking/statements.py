"""Released rows of one measure as the typed arguments of a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from workbench.findings.model import Context, Finding, Size, Verdict
from workbench.findings.rows import records
from workbench.target_tracking.results import TargetResults

# How each chart draws its limits, and by what it judges where that is not a set of rules.
METHODS = {
    "xmr": ("XmR limits from {ranges}", ""),
    "p": ("p chart, binomial limits", ""),
    "u": ("u chart, Poisson limits", ""),
    "c": ("c chart, Poisson limits", ""),
    "laney_p": ("Laney p' chart, binomial limits widened by {ranges}", ""),
    "laney_u": ("Laney u' chart, Poisson limits widened by {ranges}", ""),
    "g": ("g chart, geometric limits", ""),
    "t": ("t chart, XmR limits of the 3.6th root from {ranges}", ""),
    "waits": (
        "g chart of the intervals from one with a case to the next",
        "135 of 100,000 and the longest run",
    ),
    "run": ("Run chart around the median", "Anhoej's longest run"),
    "ewma": ("EWMA chart, weight 0.2, limits from {ranges}", "2.7 standard deviations"),
    "cusum": ("CUSUM chart, slack 0.5, spread from {ranges}", "a sum of 5 standard deviations"),
}

# Sets of rules that a run chart is judged by, too.
RUNS_RULES = {
    "anhoej": "Anhoej's longest run and fewest crossings",
    "anhoej_best_box": "Anhoej's best box of longest run and fewest crossings",
}


@dataclass(frozen=True)
class Statement:
    """All that is released of one measure.

    Parameters
    ----------
    results : TargetResults
    context : Context
    measure, verdict : dict
        Its rows of ``measures`` and ``verdicts``.
    facts : dict
        Its description: title, unit, scale, factor, goals.
    affected : float or None
        People, requests or cases that it is about in the period.
    changed, update : dict
        Its rows of ``changed`` and ``updates``; empty where there are none.
    provisional : bool
        Whether it has a later value that may still change.
    lags : DataFrame
        Its rows of ``revisions`` that rest on enough intervals.
    """

    results: TargetResults
    context: Context
    measure: Mapping[str, Any]
    verdict: Mapping[str, Any]
    facts: Mapping[str, Any]
    affected: float | None
    changed: Mapping[str, Any]
    update: Mapping[str, Any]
    provisional: bool
    lags: pd.DataFrame

    def amount(self, value: float) -> list:
        """A raw number as an argument of the format ``amount``."""
        return [float(value) * self.facts["factor"], self.facts["scale"], self.facts["unit"]]

    def arguments(self, **more) -> dict[str, Any]:
        """What most sentences need, without what is not known."""
        amounts = {
            "value": self.verdict["value"],
            "target": self._target(),
            "so_far": self.measure["value"],
            "mean": self.verdict["mean"],
            "slope": abs(self.verdict["slope"]),
            "required": self.verdict["required"],
        }
        spans = {
            "limits": (self.verdict["lower"], self.verdict["upper"]),
            "runs": (self.verdict["runs_lower"], self.verdict["runs_upper"]),
            "target_range": (self.measure["target_lower"], self.measure["target_upper"]),
        }
        words = {name: self.verdict[name] for name in ("since", "due", "level_since", "proposed")}
        words |= {name: self.measure[name] for name in ("interval", "updated", "title", "owner")}
        known = {name: self.amount(value) for name, value in amounts.items() if not pd.isna(value)}
        known |= {name: self.span(*ends) for name, ends in spans.items() if not pd.isna(list(ends)).any()}
        known |= {name: str(word) for name, word in words.items() if not pd.isna(word) and word}
        if not pd.isna(self.verdict["probability"]):
            known["probability"] = float(self.verdict["probability"])
        if moves := self.first_moves:
            known["first_moves"] = self.amount(moves)
        return known | more

    @cached_property
    def first_moves(self) -> float:
        """By how much first values have moved on average until they stayed; zero where that is not known."""
        moves = dict(zip(self.lags["lag"], self.lags["mean_absolute_revision"], strict=True))
        return float(moves.get(0, 0.0))

    def span(self, low: float, high: float) -> list:
        """Two raw numbers as an argument of the format ``span``."""
        return [self.amount(low)[0], *self.amount(high)]

    def _target(self) -> float:
        """The target; of a range that is open at one end, the other end."""
        ends = [self.measure["target_lower"], self.measure["target_upper"]]
        known = [end for end in ends if not pd.isna(end)]
        return known[0] if len(known) == 1 else self.measure["target"]

    def finding(self, question: str, verdict: Verdict, message: str, **more) -> Finding:
        """A finding about this measure."""
        return Finding(
            analysis=self.context.analysis,
            department=self.context.department,
            subject=self.measure["measure"],
            question=question,
            verdict=verdict,
            message=message,
            arguments=self.arguments(**more.pop("arguments", {})),
            counted=f"{self.facts['frequency']}s",
            affected=self.affected,
            goals=tuple(self.facts["goals"]),
            because=self._because(question),
            provenance={
                **self.context.provenance,
                "frame": "verdicts",
                "row": self.measure["measure"],
            },
            **{"method": self.method, "n": self._points, **more},
        )

    @property
    def _points(self) -> int | None:
        """How many values its limits rest on."""
        return None if pd.isna(self.verdict["n_points"]) else int(self.verdict["n_points"])

    def _because(self, question: str) -> str:
        """What changed the verdict on a question since the last review."""
        reasons = self.changed.get(f"{question}_because")
        return "" if pd.isna(reasons) else str(reasons)

    @property
    def method(self) -> str:
        """The chart that it is judged by and the rules, in words."""
        limits, by = METHODS.get(self.verdict["chart"], ("", ""))
        ranges = "screened moving ranges" if self.results.facts["screened"] else "moving ranges"
        asked = self.results.facts["rules"]
        heeded = self.verdict["chart"] == "run" and asked in RUNS_RULES
        rules = by if by and not heeded else RUNS_RULES.get(asked, f"{asked} rules")
        return f"{limits.format(ranges=ranges)}, {rules}." if limits else self.results.facts["method"]

    def size(self) -> Size | None:
        """The latest value with the process limits around it, as shown; None where either is not known.

        A process that drifts has no limits.
        """
        limits = [] if self.verdict["rule"] == "drift" else [self.verdict["lower"], self.verdict["upper"]]
        numbers = [self.verdict["value"], *limits]
        if any(pd.isna(number) for number in numbers):
            return None
        shown = [float(number) * self.facts["factor"] for number in numbers]
        return Size(*(shown if limits else [*shown, None, None]), self.facts["unit_shown"])

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why to look twice."""
        words = self.verdict["reasons"]
        return tuple(words.split(", ")) if isinstance(words, str) and words else ()


def statements(results: TargetResults, context: Context) -> list[Statement]:
    """One statement a measure, in the order of the catalog."""
    verdicts, changed, updates = (
        {row["measure"]: row for row in records(frame)}
        for frame in (results.verdicts, results.changed, results.updates)
    )
    told, points = results.revisions[results.revisions["state"] == "value"], results.points
    stakes, lags = affected(results), dict(tuple(told.groupby("measure")))
    provisional = dict(zip(points["measure"], points["provisional"], strict=True))  # the latest comes last
    return [
        Statement(
            results,
            context,
            row,
            verdicts[row["measure"]],
            results.facts["measures"][row["measure"]],
            stakes[row["measure"]],
            changed.get(row["measure"], {}),
            updates.get(row["measure"], {}),
            provisional.get(row["measure"], False),
            lags.get(row["measure"], told.iloc[:0]),
        )
        for row in records(results.measures)
    ]


def affected(results: TargetResults) -> dict[str, float | None]:
    """What a measure counts in the period: its denominator, or for counts and rates its numerator.

    None where it does not count, or where a count is hidden.
    """
    facts = results.facts["measures"]
    points = results.points[results.points["interval_end"] >= _start(results)]
    found: dict[str, float | None] = dict.fromkeys(facts)
    for measure, own in points.groupby("measure", sort=False):
        whole = facts[measure]["kind"] in ("proportion", "mean")
        column = own["n"] if whole else own["numerator"]
        hidden = (own["state"] == "suppressed").any() or column.isna().all()
        found[measure] = None if hidden else float(column.sum())
    return found


def _start(results: TargetResults) -> pd.Timestamp:
    from workbench.periods import Period

    return pd.Timestamp(Period.parse(results.facts["period"], results.facts["fiscal_year_starts"]).start)
