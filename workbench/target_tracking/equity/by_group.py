"""What is computed of groups from released rows: their judgements, and the gaps between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.periods import Period
from workbench.target_tracking.equity.followed import Followed, follow, group_limits, group_verdicts
from workbench.target_tracking.equity.gap_rows import gap_rows, gap_verdicts
from workbench.target_tracking.equity.gaps import GapSeries, gaps_of
from workbench.target_tracking.equity.points import (
    GROUP,
    UNKNOWN,
    empty,
    own_entry,
    series_of_group,
    under_each_other,
    with_targets,
)
from workbench.target_tracking.series import Series

Key = tuple[str, str, str]


@dataclass(frozen=True)
class ByGroup:
    """How groups are judged, once it is known what of them is shown.

    Parameters
    ----------
    definition : dict
        Of the cube.
    reviewed : Period
    rules : str
    screened : bool
        As everyone is judged.
    """

    definition: Mapping[str, Any]
    reviewed: Period
    rules: str
    screened: bool

    def frames(
        self, points: pd.DataFrame, group_points: pd.DataFrame, measures: pd.DataFrame
    ) -> dict[str, pd.DataFrame]:
        """``group_points`` with their targets, ``group_limits``, ``group_verdicts``, ``gaps`` and ``gap_verdicts``.

        Parameters
        ----------
        points, group_points, measures : DataFrame
            With their hidden rows blanked.
        """
        followed, shown = [], [empty(list(group_points))]
        for key, rows in group_points.groupby(GROUP, sort=False):
            series = self._series(key, rows)
            shown.append(with_targets(rows, series))
            if key[2] != UNKNOWN:
                followed.append(self._follow(key, series, rows))
        whole = under_each_other(shown)
        named = whole[whole["group"] != UNKNOWN]
        gaps = [(gap, self._gap(gap)) for gap in gaps_of(points, named, self.definition)]
        met = dict(zip(measures["measure"], measures["meets_target"], strict=True))
        return {
            "group_points": whole,
            "group_limits": group_limits(followed),
            "group_verdicts": group_verdicts(followed),
            "gaps": gap_rows(gaps),
            "gap_verdicts": gap_verdicts(gaps, met),
        }

    def _series(self, key: Key, rows: pd.DataFrame, entry: Mapping[str, Any] | None = None) -> Series:
        entry = entry or own_entry(self.definition["measures"][key[0]], *key[1:])
        return series_of_group(rows, entry, self.definition, self.reviewed)

    def _follow(self, key: Key, series: Series, rows: pd.DataFrame) -> Followed:
        return follow(key, series, rows, self.reviewed, self.rules, self.screened)

    def _gap(self, gap: GapSeries) -> Followed:
        return self._follow(gap.key, self._series(gap.key, gap.frame, gap.judged_as()), gap.frame)
