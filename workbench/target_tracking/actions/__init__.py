"""Actions about measures: registered, followed, judged and said."""

from workbench.target_tracking.actions.rows import Judged, judged, used_by

__all__ = ["Judged", "judged", "used_by"]
