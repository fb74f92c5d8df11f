"""What came of an action: the effect of something done at a known time on a series, in words and with advice."""

from workbench.effects.course import Course, course_of, halves, start_of
from workbench.effects.effect import NO_COMPARISON
from workbench.effects.judged import Judged, judge
from workbench.effects.registered import ALL, Registered
from workbench.effects.said import Shown, said_of

__all__ = [
    "ALL",
    "NO_COMPARISON",
    "Course",
    "Judged",
    "Registered",
    "Shown",
    "course_of",
    "halves",
    "judge",
    "said_of",
    "start_of",
]
