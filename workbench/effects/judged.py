"""An action judged: its effect, its result, and both as one row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.effects.course import Course
from workbench.effects.effect import Effect, effect, needed
from workbench.effects.overlap import Near, near
from workbench.effects.registered import Registered
from workbench.effects.verdicts import Result, result
from workbench.statistics.newey_west import Estimate

REGISTERED = (
    *("title", "owner", "start", "registered", "direction", "size", "by", "compared_with"),
    *("decided", "decided_on"),
)


@dataclass(frozen=True)
class Judged:
    """One action with what came of it.

    Parameters
    ----------
    action : Registered
    course : Course
    found : Effect
        Of one that was registered late without tests: only what was, and what would have been expected.
    said : Result
    near : Near or None
        Another action at the same time.
    """

    action: Registered
    course: Course
    found: Effect
    said: Result
    near: Near | None

    @property
    def row(self) -> dict[str, Any]:
        """Plain values of it as registered, of its effect in the unit of the course, and of its result."""
        at, found, course = len(self.course.values) - 1, self.found, self.course
        return {
            **{name: self.action.entry[name] for name in REGISTERED},
            "late": self.action.late,
            "verdict": str(self.said.verdict),
            "advice": self.said.advice,
            "design": found.design,
            "more": self.said.more,
            "before": course.before,
            "after": int(course.since.sum()),
            "effect": found.average.value,
            "lower": found.average.lower,
            "upper": found.average.upper,
            "p": found.average.p,
            "average": found.without + found.average.value,
            "without": found.without,
            "interval": str(course.periods[at]) if at >= 0 else None,
            "value": course.values[at] if at >= 0 else np.nan,
            "counterfactual": found.counterfactual.value,
            "counterfactual_lower": found.counterfactual.lower,
            "counterfactual_upper": found.counterfactual.upper,
            "season": course.season > 0,
            "beside": self.near.title if self.near else None,
            "apart": float(self.near.apart) if self.near else np.nan,
            "caveats": ", ".join((*found.caveats, *self.said.caveats)),
        }


def judge(action: Registered, others: Sequence[Registered], course: Course, size: float) -> Judged:
    """What came of an action.

    Parameters
    ----------
    action : Registered
    others : sequence of Registered
        All known actions, whether about the same or not.
    course : Course
    size : float
        How far it was to move, in the unit of the course; missing where that was not said.
    """
    is_compared, other = bool(action.against[1]), near(action, others, course)
    found = effect(course, is_compared)
    more = needed(course, size, action.sign, is_compared)
    said = result(found, action.sign, size, more, late=action.late, together=other is not None)
    return Judged(action, course, _untested(found) if action.late else found, said, other)


def _untested(found: Effect) -> Effect:
    """An effect without what only a test can say."""
    return replace(
        found, average=Estimate(found.average.value), counterfactual=Estimate(found.counterfactual.value)
    )
