"""The typed arguments of a finding's sentence, taken from one released row."""

import math

from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.verdicts import FEW_EVENTS, FEW_ROWS, material_difference
from workbench.findings.model import Context, Finding, Size, Verdict


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
        self.labels = {**self.facts["labels"], **context.labels}
        self.dimension = self.facts["dimension"]
        self.per_resident = self.facts["kind"] == "per_resident"
        self.per = 1000 if self.per_resident else 100
        self.identity = {
            "analysis": context.analysis,
            "department": context.department,
            "subject": context.subject,
            "goals": tuple(context.goals),
        }
        self.common = {
            "unit": self.facts["unit"],
            "words": self.facts["words"],
            "per": self.per,
            "period": self.facts["period"],
            "confidence": self.facts["confidence"],
            "what": self.label(self.dimension).lower(),
            "unknown_share": self.unknown_share,
        }

    @property
    def unknown_share(self) -> float:
        """Share without a recorded group in the reviewed interval; 0 where it is not shown."""
        rows = self.results.unknown
        own = rows[(rows["dimension"] == self.dimension) & (rows["place_level"] == "city")]
        latest = own.loc[own["interval"] == self.facts["period"], "share"].dropna()
        return float(latest.iloc[0]) if len(latest) else 0.0

    def label(self, key: str) -> str:
        """The word for people of a group, dimension or level."""
        return self.labels.get(key, key.rpartition("/")[2])

    def people(self, group: str) -> float:
        """Denominator of a group in the whole city in the reviewed interval; 0 where it is not shown."""
        rates = self.results.rates
        own = rates[(rates["interval"] == self.facts["period"]) & (rates["place_level"] == "city")]
        shown = own.loc[own["group"] == group, "denominator"].dropna()
        return float(shown.iloc[0]) if len(shown) else 0.0

    def of_gap(self, row: dict) -> dict:
        """Arguments of a comparison with a reference: counts, rates and the gap as a positive size."""
        material = material_difference(row["reference_rate"], per_exposure=self.per_resident)
        sizes = {
            "rate": row["rate"],
            "reference_rate": row["reference_rate"],
            "detectable": row["smallest_detectable"],
            "material": float(material),
            **_positive(row),
        }
        counts = {
            "own": row["numerator" if self.per_resident else "denominator"],
            "other": row["reference_numerator" if self.per_resident else "reference_denominator"],
            "n": row["denominator"] + row["reference_denominator"],
            "needed": row["needed"],
            "enough": FEW_EVENTS if self.per_resident else FEW_ROWS,
        }
        return self._said(row) | self._sizes(sizes) | _counts(counts)

    def of_pooled(self, row: dict) -> dict:
        """Arguments of a pooled gap beside the crude one, both positive where the crude gap lies."""
        sign = -1 if row["crude_difference"] < 0 else 1
        limits = sorted(sign * row[f"difference_{side}"] for side in ("lower", "upper"))
        sizes = {"size": sign * row["difference"], "lower": limits[0], "upper": limits[1]}
        said = self._said(row) | {"pattern": row["pattern"], "level": self.label(row["mix"]).lower()}
        return said | self._sizes(sizes | {"crude": abs(row["crude_difference"])})

    def of_change(self, row: dict) -> dict:
        """Arguments of a change of the gap, turned so that the gap is positive now."""
        sign = -1 if row["difference"] < 0 else 1
        lower, upper = sorted(sign * row[f"change_{side}"] for side in ("lower", "upper"))
        sizes = {"now": sign * row["difference"], "before": sign * row["difference_before"]}
        sizes |= {"change": sign * row["change"], "lower": lower, "upper": upper}
        sizes["detectable"] = row["smallest_detectable"]
        return self._said(row) | {"since": row["compared_interval"]} | self._sizes(sizes)

    def _said(self, row: dict) -> dict:
        return self.common | {
            "group": self.label(f"{self.dimension}/{row['group']}"),
            "reference": self.label(f"{self.dimension}/{row['reference_group']}"),
            "place": row.get("place", "all"),
        }

    def _sizes(self, sizes: dict) -> dict:
        """Rates and differences in hundredths (or thousandths of residents); what is missing is left out."""
        return {name: float(value) * self.per for name, value in sizes.items() if math.isfinite(value)}

    def size(self, row: dict, name: str = "difference") -> Size | None:
        """The signed size of a gap or change with its interval; None where there is none."""
        values = [row[column] for column in (name, f"{name}_lower", f"{name}_upper")]
        if not all(math.isfinite(value) for value in values):
            return None
        return Size(
            *(float(value) * self.per for value in values), unit=f"in every {self.per:,} {self.facts['unit']}"
        )

    def finding(self, row: dict, *, arguments: dict, **said) -> Finding:
        """A finding of one row; ``said`` holds question, message, size, affected, caveats, ask."""
        p = row.get("p")
        place = row.get("place", "all")
        return Finding(
            **self.identity,
            group=row["group"],
            place=place,
            verdict=Verdict(row["verdict"]),
            arguments=arguments,
            n=arguments.get("n"),
            counted=self.facts["unit"],
            p=float(p) if p is not None and math.isfinite(p) else None,
            method=row["method"],
            comparison=row["reference_group"],
            provenance={**self.context.provenance, "cells": list(row["cells"])},
            **said,
        )

    def suppressed(self, question: str, row: dict) -> Finding:
        """A finding that is not shown, so that the next review can tell it from a new one."""
        return self.finding(
            {**row, "p": None, "method": ""}, question=question, message="suppressed", arguments={}
        )

    def hidden_places(self, level: str, hidden: int, total: int) -> Finding:
        """How many places of a level are not shown."""
        arguments = self.common | {"level": self.label(level).lower(), "hidden": hidden, "total": total}
        return Finding(
            **self.identity,
            question=f"{level}_hidden",
            verdict=Verdict.SUPPRESSED,
            message="places_hidden",
            arguments=arguments,
            provenance=self.context.provenance,
        )

    def unknown(self, row: dict) -> Finding:
        """The share without a recorded group or place."""
        arguments = self.common | {"share": float(row["share"]), "what": self.label(row["dimension"]).lower()}
        arguments |= _counts({"unknown": row["unknown"], "total": row["total"]})
        return Finding(
            **self.identity,
            question=f"unknown_{row['dimension']}",
            verdict=Verdict.CHECK_DATA,
            message="unknown_share_residents" if self.per_resident else "unknown_share",
            arguments=arguments,
            size=Size(
                100 * row["share"],
                100 * row["lower"],
                100 * row["upper"],
                f"in every 100 {self.facts['unit']}",
            ),
            n=arguments["total"],
            counted=self.facts["unit"],
            method="Wilson",
            ask="why_unknown",
            provenance={**self.context.provenance, "cells": list(row["cells"])},
        )


def _counts(counts: dict) -> dict:
    """Whole numbers; what is missing is left out."""
    return {name: int(value) for name, value in counts.items() if math.isfinite(value)}


def _positive(row: dict) -> dict:
    """The difference and its limits, turned so that the difference is positive."""
    sign = -1 if row["difference"] < 0 else 1
    lower, upper = sorted(sign * row[f"difference_{side}"] for side in ("lower", "upper"))
    return {"size": sign * row["difference"], "lower": lower, "upper": upper}
