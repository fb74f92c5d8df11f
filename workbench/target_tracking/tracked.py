"""One measure, followed from its series to its verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.statistics.outlook import outlook_word
from workbench.target_tracking.judgement import Judgement, judge_all, variation
from workbench.target_tracking.misfits import misfit
from workbench.target_tracking.prospects import Prospect, prospect
from workbench.target_tracking.series import Series, all_series, series_of
from workbench.target_tracking.targets import date_passed

# Intervals without a value after which an owner is asked for one.
SILENT_AFTER = {"month": 2, "quarter": 1, "year": 1}
DATE_PASSED = "the target's date has passed"  # as a status
OFF_SCALE = "the target is on another scale"


@dataclass(frozen=True)
class Tracked:
    """One measure, followed to its verdicts."""

    series: Series
    judgement: Judgement
    prospect: Prospect
    verdict: Verdict
    rule: str
    behind: int

    @property
    def status(self) -> str:
        """The status in words: no data, too few points, check data, or variation, assurance and outlook."""
        if self.verdict == Verdict.CHECK_DATA and self.series.latest is None:
            return str(self.verdict)
        if self.series.latest_known is None:
            return "no data"
        if self.series.latest is None:
            return "only provisional data"
        if self.verdict == Verdict.CANT_TELL:
            return "too few points"
        change = "usual ups and downs" if self.verdict == Verdict.COMMON_CAUSE else str(self.verdict)
        target = [str(self.prospect.verdict or ""), outlook_word(self.prospect.probability)]
        words = [change, *([] if self.verdict == Verdict.CHECK_DATA else target)]
        words += [DATE_PASSED] if self.date_passed else []
        words += [OFF_SCALE] if self.off_scale else []
        return " · ".join(word for word in words if word and word != Verdict.CANT_TELL)

    @property
    def at(self) -> int | None:
        """Position of the latest final value, or else of the latest one; None without any."""
        return self.series.latest if self.series.latest is not None else self.series.latest_known

    @property
    def date_passed(self) -> Period | None:
        """The date of its last target, where the latest value comes after it and is held against nothing."""
        if self.at is None or self.prospect.kind:
            return None
        return date_passed(self.series.periods[self.at], self.series.aims)

    @property
    def off_scale(self) -> bool:
        """Whether a target was declared or read that is off the scale of the values, and it is held against nothing."""
        return not self.prospect.kind and misfit(self.series)[0] is not None

    @property
    def silent(self) -> bool:
        """Whether a value is so late that its owner should be asked."""
        return self.series.latest_known is None or self.behind >= SILENT_AFTER[self.series.entry["frequency"]]

    def cells(self, rows: np.ndarray) -> list[str]:
        """Ids of the counts behind some intervals."""
        return [cell for cell in self._cells[rows] if cell]

    @cached_property
    def _cells(self) -> np.ndarray:
        """The cell of each interval: asked for interval by interval, and slow to read from the frame."""
        return self.series.columns["cell"]

    @property
    def all_cells(self) -> list[str]:
        """Ids of the counts behind the whole series."""
        return self.cells(np.ones(len(self.series.periods), bool))

    @property
    def latest_cells(self) -> list[str]:
        """Ids of the counts that the latest value rests on: of one interval, or of all of a running total."""
        series = self.series
        if self.prospect.total is not None:
            return self.cells(np.array([self.prospect.aim.holds(period) for period in series.periods], bool))
        return self.cells(np.arange(len(series.periods)) == (-1 if self.at is None else self.at))


def track(
    id: str,
    entry: dict[str, Any],
    own: pd.DataFrame,
    reviewed: Period,
    definition: dict[str, Any],
    rules: str = "nhs",
    screened: bool = True,
) -> Tracked:
    """One measure followed to its verdicts.

    Parameters
    ----------
    id, entry
        The measure and its definition.
    own : DataFrame
        Its observations of everyone.
    reviewed : Period
    definition : dict
        Of the cube: ``as_of`` and ``fiscal_year_starts`` are read.
    rules, screened
        See :func:`workbench.target_tracking.analysis.analyse`.
    """
    as_of = date.fromisoformat(definition["as_of"])
    series = series_of(id, entry, own, reviewed.end, as_of, definition["fiscal_year_starts"])
    return tracked_of([series], reviewed, rules, screened, as_of)[0]


def track_all(
    entries: Mapping[str, dict[str, Any]],
    everyone: pd.DataFrame,
    reviewed: Period,
    definition: dict[str, Any],
    rules: str = "nhs",
    screened: bool = True,
) -> list[Tracked]:
    """Each measure as :func:`track` follows it, from the observations of everyone of all of them."""
    as_of = date.fromisoformat(definition["as_of"])
    several = all_series(entries, everyone, reviewed.end, as_of, definition["fiscal_year_starts"])
    return tracked_of(several, reviewed, rules, screened, as_of)


def tracked_of(
    several: Sequence[Series], reviewed: Period, rules: str, screened: bool, as_of: date = date.max
) -> list[Tracked]:
    """Series followed to their verdicts; what had not ended on the as-of day is not late."""
    end = min(reviewed.end, as_of)
    return [
        Tracked(
            series,
            judgement,
            prospect(series, judgement),
            *variation(series, judgement),
            _behind(series, end),
        )
        for series, judgement in zip(several, judge_all(several, rules, screened), strict=True)
    ]


def _behind(series: Series, end: date) -> int:
    """Intervals from the latest value to the end of the period under review, or to the as-of day before it."""
    if series.latest_known is None:
        return 0
    return series.periods[series.latest_known].ended_by(end)
