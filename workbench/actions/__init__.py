"""Open actions: what each was to move, how that stands now and stood before, and what came of it."""

from workbench.actions.followed import Followed, followed
from workbench.actions.listed import ACTION, DECIDED, DUE, LATER, OPEN_ENDED, OVERDUE, listed

__all__ = [
    "ACTION",
    "DECIDED",
    "DUE",
    "LATER",
    "OPEN_ENDED",
    "OVERDUE",
    "Followed",
    "followed",
    "listed",
]
