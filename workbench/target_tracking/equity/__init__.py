"""Equity in every measure: each group over time by the same judgement, and the gap between groups as a series.

What is shown of each group and interval (``group_points``) is released like every count. All else here is
computed from released rows only (:class:`ByGroup`), so that it tells nothing of a hidden count.
"""

from workbench.target_tracking.equity.by_group import ByGroup
from workbench.target_tracking.equity.points import empty, group_points, groups_of, place_labels

__all__ = ["ByGroup", "empty", "group_points", "groups_of", "place_labels"]
