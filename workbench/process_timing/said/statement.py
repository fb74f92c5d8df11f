"""The released results of one process, and how a finding is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.findings.model import Context, Finding, Size, Verdict
from workbench.findings.rows import records
from workbench.process_timing.results import ProcessResults

HANDLE = "process_timing"
HIDDEN = "suppressed"
NO_HOLIDAYS = "no_holidays"


@dataclass(frozen=True)
class Statement:
    """What the findings of one process share.

    Parameters
    ----------
    results : ProcessResults
        Released: what is not published is not in them.
    context : Context
    """

    results: ProcessResults
    context: Context

    @property
    def facts(self) -> Mapping[str, Any]:
        """Facts of the results."""
        return self.results.facts

    @property
    def noun(self) -> str:
        """What a case is called, in the plural."""
        return self.facts["noun"]

    @property
    def shared(self) -> dict[str, Any]:
        """Arguments that most sentences have: the cohort by name, and the confidence level in percent."""
        named = {name: self.facts[name] for name in ("noun", "cohort", "period")}
        return named | {"level": self.facts["confidence"] * 100}

    @property
    def rounded(self) -> tuple[str, ...]:
        """The caveat of counts along the steps, where they are rounded."""
        return ("counts_rounded",) if self.facts["rounding"] > 1 else ()

    @property
    def no_holidays(self) -> tuple[str, ...]:
        """The caveat of figures in working days, where holidays are not declared."""
        return (NO_HOLIDAYS,) if self.facts["years_without_holidays"] else ()

    def rows(self, name: str, **keys) -> list[dict]:
        """Rows of a frame with these values, of the period where the frame has intervals."""
        frame = self.results.frames()[name]
        if "interval" in frame:
            keys = {"interval": self.facts["period"]} | keys
        wanted = keys.items()
        return [row for row in records(frame) if all(row[column] == value for column, value in wanted)]

    def finding(
        self, question: str, verdict: Verdict, message: str, frame: str, arguments: Mapping, **more
    ) -> Finding:
        """One finding; ``arguments`` beside the shared ones, ``more`` as :class:`Finding` has it."""
        arguments = self.shared | dict(arguments)
        if NO_HOLIDAYS in more.get("caveats", ()):
            arguments["years"] = [str(year) for year in self.facts["years_without_holidays"]]
        origin = {**self.context.provenance, "frame": frame, "period": self.facts["period"]}
        return Finding(
            analysis=HANDLE,
            department=self.context.department,
            subject=self.context.subject,
            question=question,
            verdict=verdict,
            message=message,
            arguments=arguments,
            goals=self.context.goals,
            provenance=origin,
            **more,
        )

    def hidden(self, question: str, frame: str) -> Finding:
        """The finding that says nothing but that it is not shown."""
        found = self.finding(question, Verdict.SUPPRESSED, "suppressed", frame, {})
        return Finding(**{**vars(found), "arguments": {}})


def known(value) -> float | None:
    """A number, or None where it is missing."""
    return None if pd.isna(value) else float(value)


def present(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are not missing."""
    return {name: value for name, value in values.items() if isinstance(value, list) or not pd.isna(value)}


def size(row: Mapping, names: tuple[str, str, str], unit: str, *, percent: bool = False) -> Size:
    """The size of a finding from three columns: value, lower, upper."""
    values = (known(row[name]) for name in names)
    times = 100 if percent else 1
    return Size(*(None if value is None else value * times for value in values), unit)
