"""Ten thousand measures of 60 months: limits, rules, gate, assurance, pace and closed-form outlook, against a plain loop.

    python benchmarks/targets.py [--measures N] [--peers N] [--processes N]

Ours is what a review does with a measure before anything is fitted: the series is read, judged (season, movement,
memory, chart, limits, rules by name) and held against a level that is to be reached, with the pace that it needs and the
chance that the process as it runs is there. The peer does the same work a measure at a time as an analyst would write
it: a Python loop over the rows for the four rules of NHS England, and for the gate ``statsmodels``'
``acf(nlags=12)``, ``acorr_ljungbox(lags=[1, 12])``, ``STL(period=12, robust=True).fit()``, ``kpss(regression="c")`` and
``OLS`` of the trend. It is timed on some of the same measures and multiplied. What is fitted (``prospect``: forms of
exponential smoothing, rolling origins) is timed apart, on some measures too, because a review fits its own measures only.
The peer is timed twice, before and after ours: the difference says how much the machine itself varies.
"""

import argparse
import os
import resource
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from signals import ENTRY, MONTHS, months_of, remembering, steady, waving  # noqa: E402

from workbench.statistics.assurance import assurance  # noqa: E402
from workbench.statistics.outlook import chance  # noqa: E402
from workbench.statistics.progress import required_slope  # noqa: E402
from workbench.target_tracking.judgement import judge, variation  # noqa: E402
from workbench.target_tracking.prospects import prospect, reach  # noqa: E402
from workbench.target_tracking.series import series_of  # noqa: E402

LAWS = (steady, remembering, waving)
LENGTH, AHEAD, TARGET = 60, 12, 1.0
AS_OF = date(2030, 1, 1)
LIMIT = 2.66  # of moving ranges, D. J. Wheeler 1993
CHUNK = 100


def values_of(seed: int) -> np.ndarray:
    """Sixty months: steady, with memory or with a season in turn; a third of each stepped by two at some time."""
    rng = np.random.default_rng(seed)
    values = LAWS[seed % len(LAWS)](rng, LENGTH)
    return values + 2.0 * (np.arange(LENGTH) >= rng.integers(20, 58)) * (seed // len(LAWS) % 3 == 0)


def judged(seed: int) -> tuple:
    """Ours: the series and its judgement."""
    own = months_of(LENGTH).assign(value=values_of(seed))
    series = series_of("m", ENTRY, own, MONTHS[LENGTH - 1].end, AS_OF, 1)
    return series, judge(series, "nhs", True)


def ours(seed: int) -> tuple:
    """Ours, whole: variation, assurance, required pace, chance."""
    series, judgement = judged(seed)
    lower, upper = reach(series, judgement)
    now, latest = judgement.now.iloc[-1], series.final_values[series.latest]
    freedom = max(1.0, float(now["n"]) - 1)
    spread = float(now["sigma"]) * np.sqrt(1 + 1 / max(1.0, float(now["n"])))
    return (
        str(variation(series, judgement)[0]),
        assurance(lower, upper, TARGET, "increase"),
        required_slope(latest, TARGET, AHEAD),
        chance(float(now["mean"]), spread, TARGET, "increase", freedom),
    )


def fitted(seed: int) -> float:
    """What only the measures of a review are worth: the fitted forecast."""
    return prospect(*judged(seed)).value


def peer(seed: int) -> tuple:
    """A plain loop's answers to the same questions."""
    values = values_of(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gate = _gate(values)
    mean = float(np.mean(values))
    sigma = LIMIT / 3 * float(np.mean(np.abs(np.diff(values))))
    words = [_rules(list(values), row, mean, sigma) for row in range(len(values))]
    found = assurance(mean - 3 * sigma, mean + 3 * sigma, TARGET, "increase")
    spread = sigma * np.sqrt(1 + 1 / len(values))
    return (
        gate,
        words[-1],
        found,
        required_slope(values[-1], TARGET, AHEAD),
        chance(mean, spread, TARGET, "increase", len(values) - 1),
    )


def _gate(values: np.ndarray) -> tuple:
    from statsmodels.api import OLS, add_constant
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.tsa.seasonal import STL
    from statsmodels.tsa.stattools import acf, kpss

    season = STL(pd.Series(values), period=12, robust=True).fit()
    trend = OLS(values, add_constant(np.arange(len(values)))).fit()
    followed = acorr_ljungbox(values, lags=[1, 12])["lb_pvalue"].tolist()
    return acf(values, nlags=12)[1], followed, season.seasonal.var(), trend.pvalues[1], kpss(values, "c")[1]


def _rules(values: list[float], row: int, mean: float, sigma: float) -> list[str]:
    """Outside, shift, trend, two of three at one row."""
    found = []
    if abs(values[row] - mean) > 3 * sigma:
        found.append("outside")
    for length, name in ((7, "shift"), (7, "trend")):
        last = values[max(0, row - length + 1) : row + 1]
        if len(last) == length:
            each = [one - mean for one in last] if name == "shift" else _steps(last)
            if all(one > 0 for one in each) or all(one < 0 for one in each):
                found.append(name)
    for sign in (1, -1):
        near = [one for one in values[max(0, row - 2) : row + 1] if sign * (one - mean) > 2 * sigma]
        if len(near) >= 2:
            found.append("two_of_three")
    return found


def _steps(values: list[float]) -> list[float]:
    return [after - before for before, after in zip(values, values[1:], strict=False)]


def each(work: Callable[[int], object], seeds: range) -> int:
    """Do a stretch of measures; how many they were."""
    return sum(work(seed) is not None for seed in seeds)


def timed(pool: ProcessPoolExecutor, work: Callable[[int], object], count: int) -> float:
    """Seconds for so many measures, spread over the pool."""
    started = time.monotonic()
    parts = [range(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    assert sum(pool.map(partial(each, work), parts)) == count
    return time.monotonic() - started


def main() -> None:
    """Time both sides and print the ratios."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--measures", type=int, default=10_000)
    asked.add_argument(
        "--peers", type=int, default=1_000, help="measures that the peer and the fits are timed on"
    )
    asked.add_argument("--processes", type=int, default=2)
    given = asked.parse_args()
    few = min(given.peers, given.measures)
    with ProcessPoolExecutor(given.processes) as pool:
        for work in (ours, peer, fitted):
            timed(pool, work, given.processes * CHUNK)  # imports and tables that are made once
        before = timed(pool, peer, few)
        own = timed(pool, ours, given.measures)
        after = timed(pool, peer, few)
        fits = timed(pool, fitted, few) - own * few / given.measures
    loop = (before + after) / 2 * given.measures / few
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 * given.processes
    print(f"{given.measures:,} measures of {LENGTH} months on {given.processes} processes: ours {own:.1f} s")
    print(f"peer {loop:.1f} s, from {few:,} measures ({before:.1f} and {after:.1f} s: the machine's noise)")
    print(f"fitted forecasts {fits / few * given.processes * 1000:.1f} ms a measure beside that")
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"RATIO targets_seconds {own * 10_000 / given.measures:.1f} <=60")
    print(f"RATIO targets_memory_mb {memory:.0f} <=1024")
    print(f"RATIO targets_vs_loop {loop / own:.2f} >=20")


if __name__ == "__main__":
    main()
