"""How often the workbench's intervals hold the truth: every method, in small and large and unequal groups.

    python benchmarks/coverage.py [--quick] [--only NAME ...]

Two proportions, counts and rates: all outcomes are added up, nothing is drawn. Over several places:
simulated with fixed seeds, the Monte Carlo error stated. Coverage is averaged over truths within a fifth of
their value, and judged where 5 events and 5 non-events are expected in each group.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import estimated
import numpy as np
import simulated
import waits
from enumerated import LEVEL, SIZES, Covered, one_count, one_proportion, two_proportions, two_rates

from workbench.statistics.differences import miettinen_nurminen, mover_difference, newcombe, rate_difference
from workbench.statistics.presentation import exact_interval
from workbench.statistics.proportions import share, wilson
from workbench.statistics.rates import byar, exact_poisson, mid_p_poisson, poisson_interval, rate_interval
from workbench.statistics.ratios import katz, koopman, mover_ratio, mover_wilson, rate_ratio, wald_rate_ratio

REPEATS, FEW = 1000, 100
MEANS = (0.5, 1, 2, 3, 5, 7, 10, 20, 50, 100, 200, 500)
WITHIN = 2.0  # points of 100 from the level, of an approximate method
APPROXIMATE, EXACT, SAFE, COMPARISON = "approximate", "exact", "safe", "for comparison only"


@dataclass(frozen=True)
class Tried:
    """A method and its coverage in every situation.

    Parameters
    ----------
    name : str
    kind : str
        ``approximate``: within two points of the level. ``exact``: nowhere below it. ``safe``: made of exact
        ones, so rather too wide: not below it where it is judged, but for chance where it is simulated.
        ``for comparison only``: not judged.
    rows : list of Covered
    """

    name: str
    kind: str
    rows: list[Covered]

    @property
    def judged(self) -> list[Covered]:
        """The situations with enough events, known without much chance."""
        return [row for row in self.rows if row.judged and row.sure]

    @property
    def elsewhere(self) -> list[Covered]:
        """Those with too few events to be judged, in which the interval exists."""
        return [row for row in self.rows if not row.judged and row.share == row.share]

    def line(self) -> str:
        """A row of the table."""
        low, high = (pick(self.judged, key=lambda row: row.share) for pick in (min, max))
        cells = [f"`{self.name}`", self.kind, *(f"{100 * row.share:.1f}" for row in (low, high)), _at(low)]
        rest = min(self.elsewhere, key=lambda row: row.share, default=None)
        cells += [f"{100 * rest.share:.1f}, {_at(rest)}" if rest else "-"]
        return f"| {' | '.join([*cells, f'{100 * low.error:.1f}' if low.error else 'none'])} |"

    def ratio(self) -> str:
        """What the criterion looks at, and its bar."""
        if self.kind == EXACT:
            below = max(0.0, *(100 * (LEVEL - row.least) for row in self.rows))
            return f"RATIO coverage_{self.name}_worst_shortfall {below:.2f} <=0"
        low = min(self.judged, key=lambda row: row.share)
        if self.kind == SAFE:
            below, chance = max(0.0, 100 * (LEVEL - low.share)), _SIGMAS * 100 * low.error
            return f"RATIO coverage_{self.name}_worst_shortfall {below:.2f} <={chance:.2f}"
        worst = max(100 * abs(row.share - LEVEL) for row in self.judged)
        return f"RATIO coverage_{self.name}_worst_distance {worst:.2f} <={WITHIN:g}"


def _at(row: Covered) -> str:
    shown = [format(float(format(truth, ".2g")), "g") for truth in row.truth]
    return f"{row.size} at {' and '.join(shown)}"


def _mover(combine: Callable) -> Callable:
    """An interval of two rates, recovered from that of each."""

    def interval(x1, t1, x2, t2, confidence):
        sides = ((share(x, t), rate_interval(x, t, confidence)) for x, t in ((x1, t1), (x2, t2)))
        return combine(*(part for side in sides for part in side))

    return interval


def _clopper_pearson(x, n, confidence):
    return np.array([exact_interval(*one, confidence) for one in zip(x, n, strict=True)]).T


def _everywhere(tried: Callable, interval: Callable, measure: str) -> list[Covered]:
    return [row for sizes in SIZES for row in tried(interval, measure, sizes)]


def _of_two(tried: Callable, interval: Callable, measure: str) -> Callable:
    return lambda repeats: _everywhere(tried, interval, measure)


# Wald's intervals of pooled differences are not offered: they miss their level where a group has few events.
_KIND_OF = {
    "gamma": SAFE,
    "mantel_haenszel_difference": COMPARISON,
    "mantel_haenszel_rate_difference": COMPARISON,
}
METHODS: dict[str, tuple[str, Callable[[int], list[Covered]]]] = {
    "wilson": (
        APPROXIMATE,
        lambda repeats: [row for n in (10, 50, 500) for row in one_proportion(wilson, n)],
    ),
    "clopper_pearson": (
        EXACT,
        lambda repeats: [row for n in (10, 50, 500) for row in one_proportion(_clopper_pearson, n)],
    ),
    "poisson_interval": (EXACT, lambda repeats: one_count(poisson_interval, MEANS)),
    "exact_poisson": (EXACT, lambda repeats: one_count(exact_poisson, MEANS)),
    "byar": (EXACT, lambda repeats: one_count(byar, MEANS)),
    "mid_p_poisson": (APPROXIMATE, lambda repeats: one_count(mid_p_poisson, MEANS)),
    "newcombe": (APPROXIMATE, _of_two(two_proportions, newcombe, "difference")),
    "miettinen_nurminen": (APPROXIMATE, _of_two(two_proportions, miettinen_nurminen, "difference")),
    "koopman": (APPROXIMATE, _of_two(two_proportions, koopman, "ratio")),
    "miettinen_nurminen_ratio": (
        APPROXIMATE,
        _of_two(two_proportions, partial(koopman, corrected=True), "ratio"),
    ),
    "mover_wilson": (APPROXIMATE, _of_two(two_proportions, mover_wilson, "ratio")),
    "katz": (COMPARISON, _of_two(two_proportions, katz, "ratio")),
    "rate_difference": (APPROXIMATE, _of_two(two_rates, rate_difference, "difference")),
    "rate_ratio": (APPROXIMATE, _of_two(two_rates, rate_ratio, "ratio")),
    "mover_rate_difference": (SAFE, _of_two(two_rates, _mover(mover_difference), "difference")),
    "mover_rate_ratio": (SAFE, _of_two(two_rates, _mover(mover_ratio), "ratio")),
    "wald_rate_ratio": (COMPARISON, _of_two(two_rates, wald_rate_ratio, "ratio")),
    "order_statistics": (EXACT, lambda repeats: waits.order_statistics()),
    "kaplan_meier_percentile": (APPROXIMATE, lambda repeats: waits.kaplan_meier(5 * repeats)),
    **{
        name: (COMPARISON if name == "shrunken" else SAFE if "margin" in name else APPROXIMATE, cover)
        for name, cover in estimated.METHODS.items()
    },
    **{
        name: (_KIND_OF.get(name, APPROXIMATE), partial(simulated.coverage, method, name))
        for name, method in simulated.METHODS.items()
    },
}
_SIGMAS = 3  # by which a simulated figure may be off by chance
HEADINGS = (
    "method",
    "kind",
    "least",
    "most",
    "where it is least",
    "elsewhere, at least",
    "Monte Carlo error",
)


def main() -> None:
    """Try every method and print the table and the ratios."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true", help=f"{FEW} repeats in place of {REPEATS}")
    asked.add_argument("--only", nargs="*", choices=sorted(METHODS), default=list(METHODS), metavar="NAME")
    given = asked.parse_args()
    started, tried = time.monotonic(), []
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}")
    for name in given.only:
        kind, cover = METHODS[name]
        tried.append(Tried(name, kind, cover(FEW if given.quick else REPEATS)))
        print(tried[-1].line(), flush=True)
    print(f"{time.monotonic() - started:.0f} s")
    for one in tried:
        if one.kind != COMPARISON:
            print(one.ratio())


if __name__ == "__main__":
    main()
