"""Ten thousand measures of 60 months: limits, rules, gate, assurance, pace and closed-form outlook, against a plain loop.

    python benchmarks/targets.py [--measures N] [--peers N] [--processes N]

Ours is what a review does with its measures before anything is fitted, with five hundred of them at once: their series
are judged together (season, movement, memory, chart, limits, rules by name) and held against a level that is to be
reached, with the pace that they need and the chance that each process as it runs is there. The peer does the same work a
measure at a time as an analyst would write it: a Python loop over the rows for the four rules of NHS England, and for the
gate ``statsmodels``' ``acf(nlags=12)``, ``acorr_ljungbox(lags=[1, 12])``, ``STL(period=12, robust=True).fit()``,
``kpss(regression="c")`` and ``OLS`` of the trend. It is timed on some of the same measures and multiplied. What is fitted
(``prospect``: forms of exponential smoothing, rolling origins) is timed apart, on some measures too, because a review fits
its own measures only. The peer is timed twice, before and after ours: the difference says how much the machine itself
varies. The ratio is that of this work alone, from values that each side holds as it likes, ours as series; the seconds by
the clock have all else in them, the values and the reading of series too. Before anything is timed, ours is compared with
each measure judged alone.
"""

import argparse
import gc
import os
import resource
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from signals import ENTRY, MONTHS, months_of, remembering, steady, waving  # noqa: E402

from workbench.statistics.assurance import assurance  # noqa: E402
from workbench.statistics.outlook import chance  # noqa: E402
from workbench.statistics.progress import required_slope  # noqa: E402
from workbench.target_tracking.judgement import judge_all, variation  # noqa: E402
from workbench.target_tracking.prospects import prospect, reach  # noqa: E402
from workbench.target_tracking.series import Series, all_series  # noqa: E402

LAWS = (steady, remembering, waving)
LENGTH, AHEAD, TARGET = 60, 12, 1.0
AS_OF = date(2030, 1, 1)
LIMIT = 2.66  # of moving ranges, D. J. Wheeler 1993
CHUNK = 500  # measures that are judged together
WARM = 60  # measures before anything is timed
MONTHLY = months_of(LENGTH)


def values_of(seed: int) -> np.ndarray:
    """Sixty months: steady, with memory or with a season in turn; a third of each stepped by two at some time."""
    rng = np.random.default_rng(seed)
    values = LAWS[seed % len(LAWS)](rng, LENGTH)
    return values + 2.0 * (np.arange(LENGTH) >= rng.integers(20, 58)) * (seed // len(LAWS) % 3 == 0)


def read(seeds: range) -> list[Series]:
    """The series of a stretch of measures, from rows as a cube has them."""
    values = np.concatenate([values_of(seed) for seed in seeds])
    rows = MONTHLY.iloc[np.tile(np.arange(LENGTH), len(seeds))].reset_index(drop=True)
    whose = np.repeat([f"m{seed}" for seed in seeds], LENGTH)
    observations = rows.assign(measure=whose, value=values)
    entries = {f"m{seed}": ENTRY for seed in seeds}
    return all_series(entries, observations, MONTHS[LENGTH - 1].end, AS_OF, 1)


def answers(several: list[Series]) -> list[tuple]:
    """Ours, whole: variation, assurance, required pace, chance."""
    judgements = judge_all(several, "nhs", True)
    found = list(zip(several, judgements, strict=True))
    words = [str(variation(*each)[0]) for each in found]
    lower, upper = np.array([reach(*each) for each in found]).T
    latest = np.array([series.final_values[series.latest] for series in several])
    mean, sigma, n = (
        np.array([each.now[name][-1] for each in judgements]) for name in ("mean", "sigma", "n")
    )
    n = np.maximum(n, 1)
    numbers = (
        assurance(lower, upper, TARGET, "increase"),
        required_slope(latest, TARGET, AHEAD),
        chance(mean, sigma * np.sqrt(1 + 1 / n), TARGET, "increase", np.maximum(n - 1, 1)),
    )
    return list(zip(words, *numbers, strict=True))


def ours(seeds: range) -> tuple[int, float]:
    """How many measures were answered for, and the seconds that it took."""
    several = read(seeds)
    started = time.monotonic()
    return len(answers(several)), time.monotonic() - started


def fitted(seeds: range) -> tuple[int, float]:
    """What only the measures of a review are worth, the fitted forecast: how many, and the seconds that it took."""
    several = read(seeds)
    judged = list(zip(several, judge_all(several, "nhs", True), strict=True))
    started = time.monotonic()
    return sum(prospect(*each) is not None for each in judged), time.monotonic() - started


def peers(seeds: range) -> tuple[int, float]:
    """The peer, a measure at a time, without the warnings of its library, which lets them through when it is imported."""
    import statsmodels.api  # noqa: F401

    several = [values_of(seed) for seed in seeds]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = time.monotonic()
        return len([peer(values) for values in several]), time.monotonic() - started


def peer(values: np.ndarray) -> tuple:
    """A plain loop's answers to the same questions."""
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


def timed(
    pool: ProcessPoolExecutor, work: Callable[[range], tuple[int, float]], count: int
) -> tuple[float, float]:
    """Seconds by the clock for so many measures, spread evenly over the pool, and those of the work alone together."""
    started = time.monotonic()
    size = min(CHUNK, -(-count // os.cpu_count()))
    parts = [range(first, min(first + size, count)) for first in range(0, count, size)]
    done, seconds = zip(*pool.map(work, parts), strict=True)
    assert sum(done) == count
    return time.monotonic() - started, sum(seconds)


def check(seeds: range) -> None:
    """The answers of a stretch are those of each measure alone."""
    alone = [answers(read(range(seed, seed + 1)))[0] for seed in seeds]
    assert list(map(repr, answers(read(seeds)))) == list(map(repr, alone))


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
    check(range(WARM))
    # As the kernels of a review are: what was imported is not looked at again by the garbage collector.
    with ProcessPoolExecutor(given.processes, initializer=gc.freeze) as pool:
        for work in (ours, peers, fitted):
            timed(pool, work, WARM)  # imports and tables that are made once
        before, own, after, fits = (
            timed(pool, work, count)
            for work, count in ((peers, few), (ours, given.measures), (peers, few), (fitted, few))
        )
    loop = (before[1] + after[1]) / 2 / few
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 * given.processes
    print(f"{given.measures:,} measures of {LENGTH} months on {given.processes} processes: {own[0]:.1f} s")
    print(
        f"the work alone: ours {own[1] / given.measures * 1000:.2f} ms a measure, peer {loop * 1000:.2f} ms"
    )
    print(f"peer of {few:,} measures: {before[1]:.1f} and {after[1]:.1f} s: the machine's noise")
    print(f"fitted forecasts {fits[1] / few * 1000:.1f} ms a measure beside that")
    print(f"load {os.getloadavg()[0]:.1f}")
    print(f"RATIO targets_seconds {own[0] * 10_000 / given.measures:.1f} <=60")
    print(f"RATIO targets_memory_mb {memory:.0f} <=1024")
    print(f"RATIO targets_vs_loop {loop * given.measures / own[1]:.2f} >=20")


if __name__ == "__main__":
    main()
