"""The typed arguments of a finding's sentence, taken from one released row."""

import math
from functools import cached_property

from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.verdicts import FEW_EVENTS, FEW_ROWS, material_difference
from workbench.findings.model import Context, Finding, Size, Verdict
from workbench.findings.tones import order_of

CERTAIN = (Verdict.WORSE_OFF, Verdict.BETTER_OFF)
_PLANNED = ("group", "change_same_last_year", "change_previous", "trend")


class Statement:
    """Findings of one result: what they share, and how a row becomes arguments.

    Parameters
    ----------
    results : DisparityResults
        Released.
    context : Context
    """

    def __init__(self, results: DisparityResults, context: Context):
        self.results, self.context, self.facts = results, context, results.facts
        self._read: dict[str, list[dict]] = {}
        self.labels = {**self.facts["labels"], **context.labels}
        self.dimension = self.facts["dimension"]
        self.per_exposure = self.facts["kind"] in ("per_resident", "rate")
        self.per = self.facts["per"]
        self.base = self.facts["exposure_unit"] or self.facts["unit"]
        self.identity = {
            "analysis": context.analysis,
            "department": context.department,
            "subject": context.subject,
            "goals": tuple(context.goals),
        }
        self.common = {
            "unit": self.facts["unit"],
            "base": self.base,
            "words": self.facts["words"],
            "per": self.per,
            "period": self.facts["period"],
            "confidence": self.facts["confidence"],
            "what": self.label(self.dimension).lower(),
            "unknown_share": self.unknown_share,
        }

    @cached_property
    def unknown_share(self) -> float:
        """Share without a recorded group in the reviewed interval; 0 where it is not shown."""
        own = self.rows("unknown", dimension=self.dimension, place_level="city")
        return next((float(row["share"]) for row in own if math.isfinite(row["share"])), 0.0)

    def label(self, key: str) -> str:
        """The word for people of a group, dimension or level."""
        return self.labels.get(key, key.rpartition("/")[2])

    def people(self, group: str) -> list[str]:
        """A group as sentences name its people: a title, and the wording where there is one."""
        key = f"{self.dimension}/{group}"
        others = group in ("everyone_else", "city")
        return [self.label(key), self.label(key) if others else self.facts["residents"].get(key, "")]

    def size_of(self, group: str) -> float:
        """Denominator of a group in the whole city in the reviewed interval; 0 where it is not shown."""
        shown = self.rate_of(group).get("denominator")
        return float(shown) if shown is not None and math.isfinite(shown) else 0.0

    def rate_of(self, group: str) -> dict:
        """The row of ``rates`` of a group in the whole city in the reviewed interval; empty without one."""
        return next(iter(self.rows("rates", place_level="city", group=group)), {})

    def rows(self, name: str, **keys) -> list[dict]:
        """Rows of a result frame with these values, of the reviewed interval where it has intervals."""
        frame = getattr(self.results, name)
        if name not in self._read:
            latest = frame[frame["interval"] == self.facts["period"]] if "interval" in frame else frame
            self._read[name] = latest.to_dict("records")
        unknown = [key for key in keys if key not in frame]
        assert not unknown, f"{name} has no {', '.join(unknown)}"
        return [row for row in self._read[name] if keys.items() <= row.items()]

    def of_gap(self, row: dict) -> dict:
        """Arguments of a comparison with a reference: counts, rates and the gap as a positive size."""
        material = material_difference(row["reference_rate"], per_exposure=self.per_exposure)
        sizes = {
            "rate": row["rate"],
            "reference_rate": row["reference_rate"],
            "detectable": row["smallest_detectable"],
            "material": float(material),
            **positive(row),
        }
        events = self.per_exposure
        counts = {
            "own": row["numerator" if events else "denominator"],
            "other": row["reference_numerator" if events else "reference_denominator"],
            "n": row["denominator"] + row["reference_denominator"],
            "needed": row["needed"],
            "enough": FEW_EVENTS if events else FEW_ROWS,
        }
        return self.of_sides(row) | self.scaled(sizes) | whole(counts)

    def of_sides(self, row: dict) -> dict:
        """Arguments that name both sides of a comparison, and the place it is made in."""
        place = row.get("place", "all")
        found = {
            "group": self.people(row["group"]),
            "reference": self.people(row["reference_group"]),
            "label": self.label(f"{self.dimension}/{row['group']}"),
            "place": place,
        }
        level = row.get("place_level", "city")
        return self.common | found | ({"level": self.label(level).lower()} if place != "all" else {})

    def scaled(self, sizes: dict) -> dict:
        """Rates and differences in hundredths (or thousandths of an exposure); what is missing is left out."""
        return {name: float(value) * self.per for name, value in sizes.items() if math.isfinite(value)}

    def size(self, row: dict, name: str = "difference", **how) -> Size | None:
        """The signed size of a gap or change with its interval; None where there is none.

        ``times`` and ``unit`` replace the everyday unit of rates.
        """
        values = [row[column] for column in (name, f"{name}_lower", f"{name}_upper")]
        if not all(math.isfinite(value) for value in values):
            return None
        unit = how.get("unit", f"in every {self.per:,} {self.base}")
        return Size(*(float(value) * how.get("times", self.per) for value in values), unit=unit)

    def affected(self, row: dict) -> float | None:
        """How many a certain gap of a group touches; None where it is not certain."""
        if Verdict(row["verdict"]) not in CERTAIN:
            return None
        return abs(row["difference"]) * self.size_of(row["group"])

    def id_of(self, question: str, group: str = "all", place: str = "all") -> str:
        """Id of a finding of this subject."""
        return "/".join((self.context.analysis, self.context.subject, question, group, place))

    def finding(self, row: dict, *, question: str, arguments: dict, **said) -> Finding:
        """A finding of one row; ``said`` holds message, size, affected, caveats, ask, and what differs."""
        p, group = row.get("p"), row.get("group", "all")
        planned = question in _PLANNED and f"{self.dimension}/{group}" in self.facts["plan"]
        values = {
            "verdict": Verdict(row["verdict"]),
            "n": arguments.get("n"),
            "counted": self.base,
            "p": float(p) if p is not None and math.isfinite(p) else None,
            "method": row["method"],
            "comparison": row.get("reference_group", ""),
            "family": "plan" if planned else "review",
            "provenance": {**self.context.provenance, "cells": list(row["cells"])},
        }
        place = row.get("place", "all")
        return Finding(
            **self.identity,
            question=question,
            group=group,
            place=place,
            arguments=arguments,
            **(values | said),
        )

    def suppressed(self, question: str, row: dict) -> Finding:
        """A finding that is not shown, so that the next review can tell it from a new one."""
        hidden = {**row, "p": None, "method": "", "verdict": Verdict.SUPPRESSED}
        return self.finding(hidden, question=question, message="suppressed", arguments={})

    def plain(self, question: str, verdict: Verdict, message: str, arguments: dict, **said) -> Finding:
        """A finding that no single row is behind."""
        return Finding(
            **self.identity,
            question=question,
            verdict=verdict,
            message=message,
            arguments=self.common | arguments,
            **({"provenance": self.context.provenance} | said),
        )


def whole(counts: dict) -> dict:
    """Whole numbers; what is missing is left out."""
    return {name: int(value) for name, value in counts.items() if math.isfinite(value)}


def positive(row: dict, name: str = "difference", given: float | None = None) -> dict:
    """A difference and its limits, turned so that the difference (or what is given) is positive."""
    sign = -1 if (row[name] if given is None else given) < 0 else 1
    lower, upper = sorted(sign * row[f"{name}_{side}"] for side in ("lower", "upper"))
    return {"size": sign * row[name], "lower": lower, "upper": upper}


def worst_first(found) -> list[Finding]:
    """Concerns first, the larger ones before the smaller."""
    return sorted(found, key=lambda finding: (order_of(finding.verdict), -(finding.affected or 0)))
