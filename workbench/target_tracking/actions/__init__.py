"""Actions about measures: registered, followed, judged and said."""

from workbench.target_tracking.actions.rows import ActionFrames, judged, used_by

__all__ = ["ActionFrames", "judged", "used_by"]
