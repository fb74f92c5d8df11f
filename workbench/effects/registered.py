"""An action as it was registered: what it was to move, which way, how far and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workbench.periods import Period

ALL = "all"


@dataclass(frozen=True)
class Registered:
    """One action.

    Parameters
    ----------
    name : str
        Its id in the catalog.
    entry : dict
        As the cube's definition carries it: plain JSON values.
    """

    name: str
    entry: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What is done."""
        return self.entry["title"]

    @property
    def finding(self) -> str:
        """Id of the finding that it is about."""
        return self.entry["finding"]

    @property
    def analysis(self) -> str:
        """Handle of the analysis that made that finding."""
        return self._part(0)

    @property
    def subject(self) -> str:
        """Id of the measure, service or process that it is about."""
        return self._part(1)

    @property
    def question(self) -> str:
        """The question that the finding it is about answers."""
        return self._part(2)

    @property
    def group(self) -> str:
        """Group that it is about; ``all`` for everyone."""
        return self._part(3)

    @property
    def place(self) -> str:
        """Place that it is about; ``all`` for the city."""
        return self._part(4)

    @property
    def start(self) -> date:
        """The day it began or begins."""
        return date.fromisoformat(self.entry["start"])

    @property
    def late(self) -> bool:
        """Whether it was registered after it began, when figures of its effect could be known.

        Of one registered by the day that it began no interval since had ended, so that none could.
        """
        return date.fromisoformat(self.entry["registered"]) > self.start

    @property
    def sign(self) -> int:
        """Which way it was to move: up 1, down -1; 0 where that was not said."""
        return {"increase": 1, "decrease": -1}.get(self.entry["direction"], 0)

    @property
    def against(self) -> tuple[str, str]:
        """What it is compared with: a cut and its label, or nothing and another measure; empty words for nothing."""
        cut, stroke, label = self.entry["compared_with"].partition("/")
        return (cut, label) if stroke else ("", cut)

    def is_open(self, reviewed: Period) -> bool:
        """Whether nothing was decided before the period under review began."""
        decided = self.entry["decided_on"]
        return not decided or date.fromisoformat(decided) >= reviewed.start

    def _part(self, place: int) -> str:
        parts = self.finding.split("/")
        return parts[place] if len(parts) > place else ALL
