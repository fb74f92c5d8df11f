"""Released rows of target tracking in the words and units of its figures."""

import pandas as pd

from workbench.charts.table import digits_of, number_text
from workbench.findings.messages import fill
from workbench.findings.model import Verdict

WORDS = {
    "common_cause": "usual ups and downs",
    "special_cause_improvement": "signal of improvement",
    "special_cause_concern": "signal of concern",
    "special_cause_neutral_high": "signal, high",
    "special_cause_neutral_low": "signal, low",
    "": "not judged",
}
PROVISIONAL = "may still change"
LEFT_OUT = "left out, with a reason"
SHORT = {
    Verdict.CANNOT_MEET: "cannot meet",
    Verdict.RELIABLY_MEETS: "reliably meets",
    Verdict.COMMON_CAUSE: "no signal",
    Verdict.SUPPRESSED: "not shown",
}


class Measured:
    """One measure of released results, as its figures show it.

    Parameters
    ----------
    results : TargetResults
        Released.
    measure : str
        Its id; None means the first.
    """

    def __init__(self, results, measure: str | None = None):
        self.id = measure or results.measures["measure"].iloc[0]
        self.results = results
        self.facts = results.facts["measures"][self.id]
        self.verdict = results.verdicts[results.verdicts["measure"] == self.id].iloc[0]
        self.row = results.measures[results.measures["measure"] == self.id].iloc[0]
        self.axis = self.facts["unit_shown"]
        self.slug = "-".join(self.id.replace("_", "-").split())[:60]

    def points(self) -> pd.DataFrame:
        """Interval, Start, Value, Mean, Lower limit, Upper limit, Target, Point and state of each interval, as shown."""
        own, limits = (
            frame[frame["measure"] == self.id] for frame in (self.results.points, self.results.limits)
        )
        rows = own.merge(limits.drop(columns=["cells", "state", "measure"]), on="interval", how="left")
        shown = {
            "Value": "value",
            "Mean": "mean",
            "Lower limit": "lower",
            "Upper limit": "upper",
            "Target": "target",
            "Target from": "target_lower",
            "Target to": "target_upper",
        }
        factor = self.facts["factor"]
        return pd.DataFrame(
            {
                "Interval": rows["interval"],
                "Start": rows["interval_start"],
                **{name: rows[column] * factor for name, column in shown.items()},
                "Point": _points_in_words(rows),
                "phase": rows["phase"],
                "state": rows["state"],
            }
        )

    def left_out(self) -> list[str]:
        """A sentence for each interval that is not judged by, with the reason that the catalog gives."""
        own = self.results.points[self.results.points["measure"] == self.id]
        own = own[own["left_out"].fillna("") != ""]
        return [
            f"{period_words(interval)} is left out: {why.rstrip('.')}."
            for interval, why in zip(own["interval"], own["left_out"], strict=True)
        ]

    def text(self, value: float) -> str:
        """A shown number with its unit."""
        return f"{number_text(value, digits_of(pd.Series([value])))} {self.axis}".replace(" %", "%").strip()

    def groups(self) -> pd.DataFrame:
        """Group, Value, Lower, Upper, Denominator and state of each group and place in the latest interval."""
        own = self.results.groups[self.results.groups["measure"] == self.id]
        labels, factor = self.results.facts["labels"], self.facts["factor"]
        names = [
            labels.get(f"{dimension}/{group}", group) if dimension != "all" else place
            for dimension, group, place in zip(own["dimension"], own["group"], own["place"], strict=True)
        ]
        names = ["Not recorded" if name == "unknown" else name for name in names]
        shown = {"Value": "value", "Lower": "lower", "Upper": "upper"}
        return pd.DataFrame(
            {
                "Group": names,
                **{name: own[column].to_numpy() * factor for name, column in shown.items()},
                "Number": own["n"].to_numpy(),
                "state": own["state"].to_numpy(),
            }
        )


def _points_in_words(rows: pd.DataFrame) -> pd.Series:
    words = rows["point_type"].map(WORDS).fillna(WORDS[""])
    words = words.mask(rows["left_out"].fillna("") != "", LEFT_OUT)
    return words.mask(rows["provisional"].eq(True), PROVISIONAL).where(rows["value"].notna())


def period_words(interval: str) -> str:
    """``2025-11`` as November 2025."""
    return fill("{period:period}", {"period": interval})


def statuses(results) -> pd.DataFrame:
    """Measure, Change, Target and Outlook of each measure, in short words."""
    table = results.measures.merge(results.verdicts, on="measure", suffixes=("", "_of_verdict"), sort=False)
    return pd.DataFrame(
        {
            "Measure": table["title"],
            "Change": table["verdict"].map(_short),
            "Target": table["target_verdict"].map(_short),
            "Outlook": table["outlook"].fillna(""),
            "verdict": table["verdict"],
            "target_verdict": table["target_verdict"].fillna(""),
            "state": table["state_of_verdict"],
        }
    )


def _short(word) -> str:
    if pd.isna(word) or not word:
        return "no target"
    return SHORT.get(Verdict(word), str(word))
