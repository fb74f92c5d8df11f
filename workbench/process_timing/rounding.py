"""Counts along the steps of a case as they may be published: rounded where the source is about people.

The steps of a case are a chain, and so are its due date and its end: the difference of two exact
counts is how many stopped, withdrew or came late between them, and that is often a few people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# An answer is told to one of these shares: the finest of which one case of so many makes more than a step.
_SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


@dataclass(frozen=True)
class Rounding:
    """How counts of a process are published.

    Parameters
    ----------
    base : int
        The step; 1 where counts are exact. Otherwise more than ``fewest``.
    fewest : int
        Smaller counts are kept as they are, because the release hides them.
    """

    base: int
    fewest: int

    @property
    def is_exact(self) -> bool:
        """Whether counts are published as they are."""
        return self.base == 1

    @property
    def slack(self) -> float:
        """How far the true count may be from one that is told to the nearest step."""
        return 0.0 if self.is_exact else self.base / 2

    def nearest(self, count: int) -> int:
        """A count by itself, to the nearest step, 0 steps left out."""
        if count < self.fewest:
            return int(count)
        return max(self.base, round(count / self.base) * self.base)

    def down(self, count: int) -> int:
        """A count by itself, to the step below it: two such counts may differ by anything up to a step more or less.

        Of two of which one holds the other, at least 0 to a step, however close they come. Counts below the
        first step are told as it, so that all below the second look alike.
        """
        if count < self.fewest:
            return int(count)
        return int(max(self.base, count // self.base * self.base))

    def beyond(self, count: int, of: int, shown_of: int) -> int:
        """A count that holds another, instead of which ``shown_of`` is published: what it has more in whole steps."""
        return int(shown_of + (count - of) // self.base * self.base)

    def within(self, count: int, total: int) -> int:
        """A part of a total that is published exactly: what it lacks is told in whole steps, rounded down.

        However close the part comes to the total, what it lacks may be anything from 0 to a step.
        """
        if self.is_exact or count < self.fewest:
            return int(count)
        return int(total - self.base * ((total - count) // self.base))

    def nearest_of(self, count: int, total: int, few: int = 0) -> int:
        """A part of a total that is published exactly, to the nearest step; a part or a rest of few is kept.

        ``few``: cases of other parts that are told with it (see :meth:`parts`).
        """
        if self.is_exact or count < self.fewest or total - count < self.fewest:
            return int(count)
        return int(min(max(self.nearest(count + few), self.fewest), total - self.fewest))

    def parts(self, counts: Sequence[int]) -> list[int]:
        """All parts of a total that is published exactly, to the nearest step; those of few are kept.

        The few are told with the largest part. Were each rounded by itself, all could lie on the boundary of a
        step, and no more than one case be left for a hidden part. A largest part that leaves no
        room for them is told as few, so that it is hidden too.
        """
        exact, few = [int(count) for count in counts], self.few(counts)
        if self.is_exact or max(exact, default=0) < self.fewest:
            return exact
        shown, largest = [self.nearest(count) for count in exact], exact.index(max(exact))
        together, most = exact[largest] + sum(few), (self.fewest - 1) * len(few)
        has_room = together >= self.fewest + most
        shown[largest] = self.nearest(together) if has_room else self.fewest - 1
        return shown

    def chance(self, value: float) -> float:
        """A share of pairs of cases of which only rounded counts are published: to a thousandth.

        At full precision it is a fraction that only one pair of exact counts makes.
        """
        return value if self.is_exact or value is None else round(value, 3)

    def least(self, shown: int) -> int:
        """The smallest count that :meth:`within` tells as so many."""
        return max(shown - self.base + 1, self.fewest)

    def few(self, counts: Sequence[int]) -> list[int]:
        """Those of some counts that the release hides."""
        return [int(count) for count in counts if 0 < count < self.fewest]

    def part(self, count: int, of: int, shown_of: int) -> int:
        """A count of ``of``, where ``shown_of`` is published instead: its share is kept, to about a case.

        A rest of few is kept as well: the release hides the count for its sake.
        """
        rest = of - count
        if self.is_exact or count < self.fewest:
            return int(count)
        if rest < self.fewest:
            return int(shown_of - rest)
        share = next(step for step in _SHARES if step * of >= 1)
        kept = round(shown_of * share * round(count / of / share))
        return int(min(max(kept, self.fewest), shown_of - self.fewest))
