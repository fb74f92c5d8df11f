"""Released rows of target tracking in the words and units of its figures."""

from functools import cached_property

import pandas as pd

from workbench.charts.table import digits_for, number_text
from workbench.findings.messages import fill
from workbench.periods import Period

WORDS = {
    "common_cause": "usual ups and downs",
    "special_cause_improvement": "signal of improvement",
    "special_cause_concern": "signal of concern",
    "special_cause_neutral_high": "signal, high",
    "special_cause_neutral_low": "signal, low",
    "": "not judged",
}
PROVISIONAL = "may still change"
EXCLUDED = "excluded, with a reason"
_SHOWN = {
    "Value": "value",
    "Mean": "mean",
    "Lower limit": "lower",
    "Upper limit": "upper",
    "Target": "target",
    "Target from": "target_lower",
    "Target to": "target_upper",
    "Path": "planned",
}
_OWN = {
    "Weighted mean": "smoothed",
    "Weighted from": "smoothed_lower",
    "Weighted to": "smoothed_upper",
    "Sum above": "sum_above",
    "Sum below": "sum_below",
    "Sum that is a signal": "sum_limit",
}
_WAITS = {"Waited": "waited", "Median wait": "waited_median", "Longest wait": "waited_limit"}  # in intervals
_AIMS = {"Target": "target", "Target from": "target_lower", "Target to": "target_upper"}
_COMING = {
    "80 of 100 from": "lower_80",
    "50 of 100 from": "lower_50",
    "Expected": "expected",
    "50 of 100 to": "upper_50",
    "80 of 100 to": "upper_80",
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
        self.verdict = row_of(results.verdicts, self.id)
        self.row = row_of(results.measures, self.id)
        self.axis = self.facts["unit_shown"]
        self.slug = "-".join(self.id.replace("_", "-").split())[:60]

    @cached_property
    def _rows(self) -> pd.DataFrame:
        """Its points with their limits, on the scale of raw values."""
        return self.results.over_time(self.id)

    def points(self) -> pd.DataFrame:
        """One row an interval, as shown: Interval, Start, Value, Mean, Lower limit, Upper limit, Target, Path, Point and
        state; of EWMA and CUSUM charts their own lines too, and of rare events the waits, in intervals."""
        rows, factor = self._rows, self.facts["factor"]
        shown = {name: column for name, column in _SHOWN.items() if column in rows}
        shown |= {name: column for name, column in _OWN.items() if _known(rows, column)}
        shown = {name: column for name, column in shown.items() if name != "Path" or not self.is_total}
        waits = {name: column for name, column in _WAITS.items() if _known(rows, column)}
        return pd.DataFrame(
            {
                "Interval": rows["interval"],
                "Start": rows["interval_start"],
                **{name: rows[column] * factor for name, column in shown.items()},
                **{name: rows[column] for name, column in waits.items()},
                "Point": _points_in_words(rows),
                "phase": rows["phase"],
                "state": rows["state"],
            }
        )

    def coming(self, ahead: int | None = None) -> pd.DataFrame:
        """What is to come if it goes on as it runs, as shown, one row an interval until the target's date.

        The target of a running total is what each interval left must bring.

        Parameters
        ----------
        ahead : int, optional
            So many intervals; else until the target's date, or a year where it has none.
        """
        frame = self.results.outlook
        rows = (
            frame[frame["measure"] == self.id] if len(frame) else pd.DataFrame(columns=["ahead", "interval"])
        )
        left = self.verdict.get("left", 0)
        until = ahead or (left if pd.notna(left) and left else len(rows))
        rows = rows[rows["ahead"] <= until]
        if rows.empty:
            return pd.DataFrame()
        first, factor = self.results.facts.get("fiscal_year_starts", 1), self.facts["factor"]
        starts = [Period.parse(interval, first).start for interval in rows["interval"]]
        aims = {name: float(self.row[column]) for name, column in _AIMS.items()}
        if self.is_total:
            aims = {"Target": self.verdict.get("required")}
        return pd.DataFrame(
            {
                "Interval": rows["interval"],
                "Start": pd.to_datetime(starts),
                **{name: rows[column] * factor for name, column in _COMING.items()},
                **{name: value * factor for name, value in aims.items()},
                **({} if self.is_total else {"Path": rows["planned"] * factor}),
                "state": rows["state"],
            }
        )

    @property
    def is_total(self) -> bool:
        """Whether its target is a running total."""
        return self.row.get("target_kind") == "cumulative"

    def restarted(self) -> pd.DataFrame:
        """Start, Word, Reason and Interval of each restart of the limits."""
        return self._begun("restarted", self.facts.get("rebased", {}))

    def proposed(self) -> pd.DataFrame:
        """Start, Word, Reason and Interval of each restart that is proposed."""
        frame, factor = self.results.proposals, self.facts["factor"]
        rows = frame[frame["measure"] == self.id].to_dict("records") if len(frame) else []
        moved = {
            row["interval"]: [self.text(row[name] * factor) for name in ("before", "after")] for row in rows
        }
        why = {interval: f"the median moved from {a} to {b}" for interval, (a, b) in moved.items()}
        return self._begun("proposed", why)

    def _begun(self, word: str, why: dict[str, str]) -> pd.DataFrame:
        """Start, Word, Reason and Interval of what began in some intervals."""
        first = self.results.facts.get("fiscal_year_starts", 1)
        days = [pd.Timestamp(Period.parse(interval, first).start) for interval in why]
        return pd.DataFrame(
            {"Start": days, "Word": word, "Reason": list(why.values()), "Interval": list(why)}
        )

    def exclusions(self) -> list[str]:
        """A sentence for each interval that is not judged by, with the reason that the catalog gives."""
        return [
            f"{period_words(interval)} is excluded: {why.rstrip('.')}."
            for interval, why in zip(self._rows["interval"], _reasons(self._rows), strict=True)
            if why
        ]

    def text(self, value: float) -> str:
        """A shown number with its unit."""
        return f"{self.number(value)} {self.axis}".replace(" %", "%").strip()

    def number(self, value: float) -> str:
        """A shown number without its unit."""
        size = abs(float(value))
        return number_text(value, digits_for(size) if size % 1 else 0)

    def cuts(self, ending: str = "") -> str:
        """``group``, ``place`` or ``group and place``: by what it is recorded; with an ending, such as ``s``, each."""
        own = self.results.groups
        dimensions = own.loc[own["measure"] == self.id, "dimension"] if len(own) else pd.Series(dtype=str)
        found = {"group": (dimensions != "all").any(), "place": (dimensions == "all").any()}
        return " and ".join(f"{word}{ending}" for word, holds in found.items() if holds) or f"group{ending}"

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


def row_of(frame: pd.DataFrame, measure: str) -> pd.Series:
    """The row of a measure in a frame of one row each; the first where it has none."""
    ids = frame["measure"].tolist()
    return frame.iloc[ids.index(measure) if measure in ids else 0]


def told_waits(rows: pd.DataFrame) -> pd.DataFrame:
    """Those of :meth:`Measured.points` in which a wait between rare events ended, and the latest that ``goes_on``."""
    known = rows[rows["Waited"].notna()]
    ended = known["Value"] > 0
    is_last = known["Start"] == known["Start"].max()
    return known.assign(goes_on=~ended)[ended | is_last]


def _known(rows: pd.DataFrame, column: str) -> bool:
    return column in rows and bool(rows[column].notna().any())


def _points_in_words(rows: pd.DataFrame) -> pd.Series:
    changing, kinds = rows["provisional"].eq(True).tolist(), rows["point_type"].tolist()
    words = [
        PROVISIONAL if may_change is True else EXCLUDED if why else WORDS.get(kind, WORDS[""])
        for may_change, why, kind in zip(changing, _reasons(rows), kinds, strict=True)
    ]
    return pd.Series(words, rows.index, dtype=str).where(rows["value"].notna())


def _reasons(rows: pd.DataFrame) -> list[str]:
    """Why each interval is excluded; empty where it is not."""
    return rows["excluded_because"].fillna("").tolist()


def period_words(interval: str) -> str:
    """``2025-11`` as November 2025."""
    return fill("{period:period}", {"period": interval})
