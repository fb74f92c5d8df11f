"""What target tracking returns."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from workbench.analyses import Results
from workbench.findings.messages import fill
from workbench.target_tracking.again import judged_again
from workbench.target_tracking.capability import COLUMNS
from workbench.target_tracking.equity import ByGroup, empty
from workbench.target_tracking.equity.statuses import with_gaps
from workbench.target_tracking.false_alarms import with_groups


def _frame() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True)
class TargetResults(Results):
    """Measures of a department against their targets and their own history.

    All numbers are raw: ``facts["measures"][id]["factor"]`` times a number is what is shown.

    Parameters
    ----------
    measures : DataFrame
        One row a measure: its latest value, target, whether it is met, and how fresh it is.
    verdicts : DataFrame
        One row a measure: variation, assurance, outlook, status. It derives from the whole series, so it
        is hidden where one of its counts is. ``chart`` and ``chart_why`` say which control chart it is judged
        by, ``gate`` what was done before, ``reasons`` what was found.
    proposals : DataFrame
        One row a measure and shift that lasted: where its limits might be restarted. Nothing rests on it.
    points : DataFrame
        One row a measure and interval: value and target.
    limits : DataFrame
        One row a measure and interval: process limits, adjusted value and point type. It derives from the
        whole series too.
    outlook : DataFrame
        One row a measure and coming interval: what it brings if the process goes on as it runs, with intervals of
        50 and 80 %, and the running total of a cumulative target.
    calibration : DataFrame
        One row a measure: how such forecasts did in the past.
    capability : DataFrame
        One row a measure with a tolerance and figure: the share of intervals within it, and Six Sigma's figures.
    groups : DataFrame
        One row a measure and group or place, for the latest interval.
    changed : DataFrame
        One row a measure: its status in the last review, and by what it became what it is now. None where there
        was no last review.
    revisions : DataFrame
        One row a measure and lag: how much values still moved that were known so long after their interval.
    updates : DataFrame
        One row a measure: its last value, what is missing, and when values usually come. Derives from no count.
    actions : DataFrame
        One row an action about a measure: as it was registered, what became of it, and what is advised.
    group_points : DataFrame
        One row a measure, group and interval: value and target.
    group_limits, group_verdicts : DataFrame
        As ``limits`` and ``verdicts``, of each group, judged by its released values alone; made by ``completed``.
    gaps : DataFrame
        One row a measure, group and interval: the difference to or ratio over the reference, with its interval,
        process limits and target; made by ``completed``.
    gap_verdicts : DataFrame
        One row a measure and group: whether its gap widened or narrowed; made by ``completed``.
    by_group : ByGroup or None
        How groups are judged; None of results that were read back.
    action_points : DataFrame
        One row an action and interval: value, what it is compared with, what would have been expected.
    """

    measures: pd.DataFrame = field(default_factory=_frame)
    verdicts: pd.DataFrame = field(default_factory=_frame)
    proposals: pd.DataFrame = field(default_factory=_frame)
    points: pd.DataFrame = field(default_factory=_frame)
    limits: pd.DataFrame = field(default_factory=_frame)
    outlook: pd.DataFrame = field(default_factory=_frame)
    calibration: pd.DataFrame = field(default_factory=_frame)
    capability: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS, dtype=object))
    groups: pd.DataFrame = field(default_factory=_frame)
    changed: pd.DataFrame = field(default_factory=_frame)
    revisions: pd.DataFrame = field(default_factory=_frame)
    updates: pd.DataFrame = field(default_factory=_frame)
    actions: pd.DataFrame = field(default_factory=_frame)
    action_points: pd.DataFrame = field(default_factory=_frame)
    group_points: pd.DataFrame = field(
        default_factory=lambda: empty(["interval", "interval_start", "interval_end"])
    )
    group_limits: pd.DataFrame = field(default_factory=lambda: empty(["interval"]))
    group_verdicts: pd.DataFrame = field(default_factory=lambda: empty(["verdict", "status"]))
    gaps: pd.DataFrame = field(default_factory=lambda: empty(["interval", "interval_start"]))
    gap_verdicts: pd.DataFrame = field(default_factory=lambda: empty(["verdict", "status"]))
    by_group: ByGroup | None = None

    KEYS: ClassVar = {
        "measures": ("measure", "title", "owner"),
        "verdicts": ("measure",),
        "proposals": ("measure", "interval"),
        "points": ("measure", "interval", "interval_start", "interval_end"),
        "limits": ("measure", "interval"),
        "outlook": ("measure", "interval", "ahead"),
        "calibration": ("measure",),
        "capability": ("measure", "index", "tolerance_lower", "tolerance_upper"),
        "groups": ("measure", "interval", "dimension", "group", "place_level", "place"),
        "changed": ("measure",),
        "revisions": ("measure", "lag"),
        "updates": ("measure", "owner"),
        "actions": ("action", "measure", "title", "owner", "start"),
        "action_points": ("action", "interval", "interval_start"),
        "group_points": ("measure", "dimension", "group", "interval", "interval_start", "interval_end"),
        "group_limits": ("measure", "dimension", "group", "interval"),
        "group_verdicts": ("measure", "dimension", "group"),
        "gaps": ("measure", "dimension", "group", "interval", "interval_start"),
        "gap_verdicts": ("measure", "dimension", "group"),
    }

    def over_time(self, measure: str) -> pd.DataFrame:
        """Points of a measure with their limits; no rows where it has none."""
        rows, places = self._joined
        return rows.iloc[places.get(measure, [])].reset_index(drop=True)

    @cached_property
    def _joined(self) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
        """Points of all measures with their limits, and where each measure has its rows."""
        limits = self.limits.drop(columns=["cells", "state"], errors="ignore")
        rows = self.points.merge(limits, on=["measure", "interval"], how="left")
        return rows, rows.groupby("measure", sort=False).indices

    def completed(self) -> Self:
        """The results with the judgements of groups and gaps, from the rows that are shown."""
        if self.by_group is None:
            return self
        found = self.by_group.frames(self.points, self.group_points, self.measures)
        facts = with_groups(self.facts, [found["group_verdicts"], found["gap_verdicts"]])
        return self.with_frames(**found, facts=facts)

    def judged_as(
        self, measure: str, dimension: str = "", group: str = "", *, chart: str = "", rules: str = ""
    ) -> Self:
        """The results with one measure, or one group of it, judged by another chart or rules, from what is shown.

        Parameters
        ----------
        measure, dimension, group : str
        chart, rules : str
            Empty: as the review has it.
        """
        if not (chart or rules):
            return self
        return self.with_frames(**judged_again(self, (measure, dimension, group), chart, rules))

    @property
    def summary(self) -> pd.DataFrame:
        """One row a measure for people: latest value and target as they are shown, and the status in words."""
        table = self.measures.merge(
            self.verdicts[["measure", "status"]], on="measure", how="left", sort=False
        )
        met = table["meets_target"].map({1.0: "yes", 0.0: "no"})
        rows = table.to_dict("records")
        return pd.DataFrame(
            {
                "measure": table["title"],
                "interval": table["interval"],
                "value": [self._shown(row, "value") for row in rows],
                "target": [self._target_shown(row) for row in rows],
                "meets_target": met.where(met.notna() | (table["state"] == "suppressed"), "cannot be said"),
                "status": with_gaps(table, self),
                "owner": table["owner"],
                "state": table["state"],
            }
        )

    @property
    def since_last_review(self) -> pd.DataFrame:
        """One row a measure whose status is another one, or whose values were restated, since the last review."""
        rows = self.changed
        news = (
            rows[(rows["because"].fillna("") != "") | (rows["restated"].fillna(0) > 0)] if len(rows) else rows
        )
        shown = [self._shown(row, "restated_by") for row in news.to_dict("records")]
        titles = {id: facts["title"] for id, facts in self.facts["measures"].items()}
        return pd.DataFrame(
            {
                "measure": news["measure"].map(titles),
                **{name: news[name] for name in ("then", "now", "because", "restated")},
                "restated_by": shown,
                "state": news["state"],
            }
        )

    def _shown(self, row: dict, name: str) -> str | None:
        """A number on the scale of its measure, with its unit; None where it is missing."""
        facts = self.facts["measures"][row["measure"]]
        if pd.isna(row[name]):
            return None
        return fill("{it:amount}", {"it": [row[name] * facts["factor"], facts["scale"], facts["unit"]]})

    def _target_shown(self, row: dict) -> str | None:
        if row["state"] == "suppressed":
            return None
        ends = [self._shown(row, name) for name in ("target_lower", "target_upper")]
        if any(ends):
            return " to ".join(end or "any" for end in ends)
        return self._shown(row, "target") or "none"
