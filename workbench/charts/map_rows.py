"""Which steps and paths of a process a map shows: the most frequent, connected, the rest counted."""

from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush

import pandas as pd

from workbench.charts.process_rows import shown

SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 1.0)
MOST_STEPS, MOST_PATHS = 30, 40  # what is readable at once
LIMIT_STEPS, LIMIT_PATHS = 60, 60  # what is drawn at all
_EDGE = ["from", "to"]


@dataclass(frozen=True)
class Process:
    """Visible rows of a process: what can be drawn.

    Parameters
    ----------
    steps : DataFrame
        activity, events (missing where they are suppressed while a path of the step is not).
    paths : DataFrame
        from, to, count, total_days; the most frequent first.
    """

    steps: pd.DataFrame
    paths: pd.DataFrame

    @classmethod
    def of(cls, activities: pd.DataFrame, edges: pd.DataFrame) -> "Process":
        """Steps and paths of released frames; rows that are suppressed are left out."""
        paths = shown(edges).sort_values(["count", *_EDGE], ascending=[False, True, True], ignore_index=True)
        rows = shown(activities)
        names = sorted({*rows["activity"], *paths["from"], *paths["to"]})
        steps = rows.set_index("activity")["events"].astype(float).reindex(names)
        return cls(steps.rename_axis("activity").reset_index(), paths)

    @cached_property
    def _events(self) -> dict[str, float]:
        return dict(zip(self.steps["activity"], self.steps["events"].fillna(0.0), strict=True))

    @cached_property
    def order(self) -> list[str]:
        """Steps by events, each joined to one before it wherever any path joins it to them."""
        near: dict[str, set[str]] = {name: set() for name in self._events}
        for start, end in self.paths[_EDGE].itertuples(index=False):
            near[start].add(end)
            near[end].add(start)
        left, found, reached = dict.fromkeys(_by_events(self._events)), [], []
        while left:
            name = heappop(reached)[1] if reached else next(iter(left))
            if name in left:
                del left[name]
                found.append(name)
                for other in near[name] & left.keys():
                    heappush(reached, (-self._events[other], other))
        return found

    def steps_at(self, share: float) -> list[str]:
        """As many of the most frequent steps as have this share of the events."""
        if share >= 1:
            return self.order
        wanted, done = share * sum(self._events.values()), 0.0
        for number, name in enumerate(self.order):
            if number and done >= wanted:
                return self.order[:number]
            done += self._events[name]
        return self.order

    def paths_at(self, steps: list[str], share: float) -> pd.DataFrame:
        """The most frequent paths between steps that are this share of all that is walked between them.

        The most frequent way into each step and out of it stays, and what joins the steps to one map.
        """
        between = self.paths[self.paths["from"].isin(steps) & self.paths["to"].isin(steps)]
        before = between["count"].cumsum() - between["count"]
        frequent = before < share * between["count"].sum()
        onward = between[between["from"] != between["to"]]
        ways = onward.index[~onward["from"].duplicated() | ~onward["to"].duplicated()]
        kept = frequent | between.index.isin(ways) | between.index.isin(_joining(onward))
        return between[kept | (share >= 1)]


def _by_events(events: dict[str, float]) -> list[str]:
    return sorted(events, key=lambda name: (-events[name], name))


def _joining(paths: pd.DataFrame) -> list[int]:
    """The most frequent paths that join steps to one map (Kruskal 1956)."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    joining = []
    for row, start, end in paths[_EDGE].itertuples():
        if find(start) != find(end):
            root[find(start)] = find(end)
            joining.append(row)
    return joining


def largest_steps(process: Process, most: int) -> float:
    """The largest share of events that no more than so many steps have."""
    return _largest(lambda share: len(process.steps_at(share)) <= most)


def largest_paths(process: Process, steps: list[str], most: int) -> float:
    """The largest share of what is walked between steps that no more than so many paths are."""
    return _largest(lambda share: len(process.paths_at(steps, share)) <= most)


def _largest(fits) -> float:
    return next((share for share in reversed(SHARES) if fits(share)), SHARES[0])
