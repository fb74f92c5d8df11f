"""Two actions about one thing at overlapping times: what each did cannot be told from the other's doing."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.effects.course import Course, start_of
from workbench.effects.registered import ALL, Registered
from workbench.statistics.interrupted_series import FLOOR


@dataclass(frozen=True)
class Near:
    """Another action whose time overlaps.

    Parameters
    ----------
    title : str
    apart : int
        Whole intervals between the beginnings of both.
    """

    title: str
    apart: int


def near(action: Registered, others: Sequence[Registered], course: Course) -> Near | None:
    """The other action that began nearest in time; None where none is in the way.

    Parameters
    ----------
    action : Registered
    others : sequence of Registered
        All known actions, itself among them.
    course : Course
        Of the action. One that began since, or is to begin within eight intervals, is in the way; one that began
        before, where fewer than eight intervals lie between: they are too few to tell its level from what came after.
    """
    end = max(len(course.values), course.start + FLOOR)
    began = {
        other.title: start_of(other.start, course.periods)
        for other in others
        if other.name != action.name and _touches(action, other)
    }
    found = [
        Near(title, abs(at - course.start)) for title, at in began.items() if course.start - FLOOR < at < end
    ]
    return min(found, key=lambda each: (each.apart, each.title), default=None)


def _touches(one: Registered, other: Registered) -> bool:
    """Whether an action can have moved the values of another, or those that they are compared with."""
    cut, label = one.against
    if not cut and label and other.subject == label:
        return True
    if (one.analysis, one.subject) != (other.analysis, other.subject):
        return False
    if label and label in (other.group, other.place):
        return True
    return _meets(one.group, other.group) and _meets(one.place, other.place)


def _meets(one: str, other: str) -> bool:
    return one == other or ALL in (one, other)
