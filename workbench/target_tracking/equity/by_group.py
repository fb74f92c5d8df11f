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
    own_entry,
    series_of_groups,
    under_each_other,
    with_targets,
)
from workbench.target_tracking.series import Series

Key = tuple[str, str, str]
Part = tuple[Key, Series, pd.DataFrame]


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
        parts = self._parts(group_points)
        shown = [with_targets(rows, series) for _, series, rows in parts]
        followed = self._follow([part for part in parts if part[0][2] != UNKNOWN])
        whole = under_each_other(shown, group_points)
        named = whole[whole["group"] != UNKNOWN]
        found = list(gaps_of(points, named, self.definition))
        gaps = list(zip(found, self._follow(self._of_gaps(found)), strict=True))
        met = dict(zip(measures["measure"], measures["meets_target"], strict=True))
        return {
            "group_points": whole,
            "group_limits": group_limits(followed),
            "group_verdicts": group_verdicts(followed),
            "gaps": gap_rows(gaps),
            "gap_verdicts": gap_verdicts(gaps, met),
        }

    def _parts(self, group_points: pd.DataFrame) -> list[Part]:
        found = [
            (key, own_entry(self.definition["measures"][key[0]], *key[1:]), rows)
            for key, rows in group_points.groupby(GROUP, sort=False)
        ]
        return self._with_series(found)

    def _of_gaps(self, gaps: list[GapSeries]) -> list[Part]:
        return self._with_series([(gap.key, gap.judged_as(), gap.frame) for gap in gaps])

    def _with_series(self, parts: list[tuple[Key, Mapping[str, Any], pd.DataFrame]]) -> list[Part]:
        asked = [(key[0], entry, rows) for key, entry, rows in parts]
        several = series_of_groups(asked, self.definition, self.reviewed)
        return [(key, series, rows) for (key, _, rows), series in zip(parts, several, strict=True)]

    def _follow(self, parts: list[Part]) -> list[Followed]:
        keys, several, points = zip(*parts, strict=True) if parts else ((), (), ())
        return follow(keys, several, points, self.reviewed, self.rules, self.screened)
