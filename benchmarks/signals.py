"""How often target tracking sees a signal where there is none, and how many shifts of the level it finds.

    python benchmarks/signals.py [--series N] [--processes N] [--charts]

Months of a value with a spread of one, followed to the verdict on the latest of them as a review does it: steady
series; series that remember (AR(1) 0.5); series that follow the year (a wave of 1.5 standard deviations, and one
month of the year far off). To half of them a step of two standard deviations is added, which counts as found when
one of the six reviews from then on calls the level moved, and the right way. What a review would say without
looking at memory and season first is told beside it. With ``--charts`` alone: how often a steady series has a signal at
its latest point on each chart by each set of rules, the table of ``workbench.target_tracking.false_alarms``.
"""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from workbench.catalog.model import Measure  # noqa: E402
from workbench.findings.model import Verdict  # noqa: E402
from workbench.periods import Period  # noqa: E402
from workbench.statistics.nhs_rules import signals  # noqa: E402
from workbench.statistics.run_rules import RULE_SETS  # noqa: E402
from workbench.statistics.xmr import chart  # noqa: E402
from workbench.target_tracking.drawn import signals_of  # noqa: E402
from workbench.target_tracking.gate import ENOUGH  # noqa: E402
from workbench.target_tracking.judgement import judge, variation  # noqa: E402
from workbench.target_tracking.observed import COLUMNS  # noqa: E402
from workbench.target_tracking.series import series_of  # noqa: E402
from workbench.target_tracking.tracked import Tracked, track  # noqa: E402

SERIES = 1000
LENGTHS = (12, 13, 18, 24, 30, 36)
STEP, WITHIN = 2.0, 6  # standard deviations, and reviews
MEMORY, WAVE = 0.5, 1.5
MONTHS = [Period.parse("2020-01").shift(step) for step in range(60)]
DEFINITION = {"as_of": "2030-01-01", "fiscal_year_starts": 1}
BASE = {"title": "Days", "department": "works", "source": "returns", "direction": "increase"}
ENTRY = Measure.model_validate(
    BASE | {"kind": "value", "columns": {"interval": "month", "value": "value"}}
).model_dump(mode="json")
CLAIMS = (Verdict.IMPROVING, Verdict.WORSENING)
MONTHS_OF_CHARTS = (24, 36)


def steady(rng: np.random.Generator, n: int) -> np.ndarray:
    """Independent values."""
    return rng.normal(size=n)


def remembering(rng: np.random.Generator, n: int) -> np.ndarray:
    """Values of which each follows the one before: AR(1), its standard deviation one."""
    found, pushes = np.empty(n), rng.normal(scale=np.sqrt(1 - MEMORY**2), size=n)
    found[0] = rng.normal()
    for place in range(1, n):
        found[place] = MEMORY * found[place - 1] + pushes[place]
    return found


def waving(rng: np.random.Generator, n: int) -> np.ndarray:
    """Values around a yearly wave that begins anywhere."""
    return rng.normal(size=n) + WAVE * np.sin(2 * np.pi * (np.arange(n) / 12 + rng.random()))


def one_month_off(rng: np.random.Generator, n: int) -> np.ndarray:
    """Values of which one month of the year lies four standard deviations off."""
    return rng.normal(size=n) + 4 * (np.arange(n) % 12 == rng.integers(12))


STILL = {
    **{f"steady, {n}": (steady, n) for n in LENGTHS},
    "memory 0.5, 24": (remembering, 24),
    "memory 0.5, 36": (remembering, 36),
    "memory 0.5, 60": (remembering, 60),
    "wave, 24": (waving, 24),
    "wave, 36": (waving, 36),
    "one month off, 36": (one_month_off, 36),
}
STEPPED = {
    "steady, 24": (steady, 24),
    "steady, 36": (steady, 36),
    "memory 0.5, 36": (remembering, 36),
    "wave, 24": (waving, 24),
    "wave, 36": (waving, 36),
    "one month off, 36": (one_month_off, 36),
}
# What no bar is set for, counted with --more.
MORE = ("memory 0.5, 24", "memory 0.5, 60", "wave, 24")
MORE_STEPPED = ("memory 0.5, 36", "wave, 24")


def _plain(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    return {"value": rng.normal(100, 10, n)}


def _shares(rng: np.random.Generator, n: int, apart: float = 0.0) -> dict[str, np.ndarray]:
    """Shares of 100 to 400 cases around 0.7, in logits apart by so much beyond chance."""
    below = rng.integers(100, 400, n)
    above = rng.binomial(below, 1 / (1 + np.exp(-0.85 - apart * rng.normal(size=n))))
    return {"numerator": above, "denominator": below, "value": above / below}


def _rates(rng: np.random.Generator, n: int, apart: float = 0.0) -> dict[str, np.ndarray]:
    """Rates of 0.1 over 200 to 800, their logarithms apart by so much beyond chance."""
    below = rng.integers(200, 800, n)
    above = rng.poisson(below * 0.1 * np.exp(apart * rng.normal(size=n)))
    return {"numerator": above, "denominator": below, "value": above / below}


def _counts(rng: np.random.Generator, n: int, mean: float = 20.0) -> dict[str, np.ndarray]:
    above = rng.poisson(mean, n)
    return {"numerator": above, "value": above}


# What each chart is drawn of, and from which law: kind of measure, and values month by month.
LAWS = {
    "xmr": ("value", _plain),
    "p": ("proportion", _shares),
    "u": ("rate", _rates),
    "c": ("count", _counts),
    "laney_p": ("proportion", lambda rng, n: _shares(rng, n, apart=0.4)),
    "laney_u": ("rate", lambda rng, n: _rates(rng, n, apart=0.3)),
    "g": ("value", lambda rng, n: {"value": rng.geometric(0.05, n) - 1}),
    "t": ("value", lambda rng, n: {"value": 30 * rng.exponential(size=n)}),
    "waits": ("count", lambda rng, n: _counts(rng, n, mean=0.6)),
    "run": ("value", _plain),
    "ewma": ("value", _plain),
    "cusum": ("value", _plain),
}


@cache
def entry_of(kind: str, chart: str) -> dict:
    """The definition of a measure that asks for a chart."""
    read = {"value": "value"} if kind == "value" else {"numerator": "above", "denominator": "below"}
    if kind == "count":
        del read["denominator"]
    declared = {"kind": kind, "chart": chart, "columns": {"interval": "month", **read}}
    return Measure.model_validate(BASE | declared).model_dump(mode="json")


def on_chart(chart: str, seed: int) -> Counter:
    """Which sets of rules see a signal at the latest point of one steady series."""
    kind, law = LAWS[chart]
    n = MONTHS_OF_CHARTS[seed % len(MONTHS_OF_CHARTS)]
    values = law(np.random.default_rng([seed, *chart.encode()]), n)
    own = months_of(n).assign(**{name: each.astype(float) for name, each in values.items()})
    series = series_of("m", entry_of(kind, chart), own, MONTHS[n - 1].end, date(2030, 1, 1), 1)
    found = judge(series, "nhs", True)
    if variation(series, found)[0] in (Verdict.CANT_TELL, Verdict.CHECK_DATA):
        return Counter()
    tally = Counter({f"{chart} judged": 1})
    for rules in RULE_SETS:
        (marks,) = signals_of([found.points], [found.lines], [found.choice.chart], rules)
        tally[f"{chart} {rules}"] += variation(series, replace(found, marks=marks))[0] != Verdict.COMMON_CAUSE
    return tally


def table_of_charts(pool: ProcessPoolExecutor, size: int) -> pd.DataFrame:
    """Share of judged steady series with a signal at the latest point: charts by sets of rules."""
    tally = Counter()
    for name in LAWS:
        for counted in pool.map(on_chart, [name] * size, range(size), chunksize=25):
            tally.update(counted)
    shares = {
        rules: {chart: tally[f"{chart} {rules}"] / max(1, tally[f"{chart} judged"]) for chart in LAWS}
        for rules in RULE_SETS
    }
    judged = {chart: tally[f"{chart} judged"] for chart in LAWS}
    return pd.DataFrame(shares).assign(judged=pd.Series(judged))


@cache
def months_of(n: int) -> pd.DataFrame:
    """Observations of one measure, month by month, without values."""
    months = MONTHS[:n]
    made = {
        "measure": "m",
        "interval": [str(month) for month in months],
        "interval_start": pd.to_datetime([month.start for month in months]),
        "interval_end": pd.to_datetime([month.end for month in months]),
        "dimension": "all",
        "group": "all",
        "place_level": "city",
        "place": "all",
        "provisional": False,
        "conflicting": False,
    }
    frame = pd.DataFrame(made).reindex(columns=list(COLUMNS)).astype(COLUMNS)
    return frame.assign(cell="")


def reviewed(values: np.ndarray) -> Tracked:
    """The series as a review of its last month tells it."""
    observations = months_of(len(values)).assign(value=values)
    return track("m", ENTRY, observations, MONTHS[len(values) - 1], DEFINITION)


def ungated(values: np.ndarray) -> bool:
    """Whether limits and rules alone, without a look at memory and season, see a signal at the latest point."""
    return bool(signals(values, chart(values))["high"].iloc[-1])


def still(name: str, seed: int) -> Counter:
    """What is said of one series whose level does not move."""
    law, n = STILL[name]
    values = law(np.random.default_rng([seed, n, *name.encode()]), n)
    one = reviewed(values)
    return Counter(
        {
            f"false: {name}": one.verdict in CLAIMS,
            f"ungated: {name}": ungated(values),
            f"not judged: {name}": one.verdict in (Verdict.CHECK_DATA, Verdict.CANT_TELL),
            f"by {one.rule or 'none'}: {name}": 1,
        }
    )


def stepped(name: str, seed: int) -> Counter:
    """Whether the step of one series is found within six reviews."""
    law, n = STEPPED[name]
    values = law(np.random.default_rng([1, seed, n, *name.encode()]), n + WITHIN)
    values[n:] += STEP
    found = (reviewed(values[:end]) for end in range(n + 1, n + WITHIN + 1))
    seen = next((one for one in found if one.verdict == Verdict.IMPROVING), None)
    return Counter({f"found: {name}": seen is not None, f"first {seen.rule if seen else 'none'}: {name}": 1})


def lines(tally: Counter, size: int) -> list[str]:
    """What was counted in plain lines."""
    said = []
    for name in (name for name in STILL if f"false: {name}" in tally):
        shares = [tally[f"{what}: {name}"] / size for what in ("false", "ungated", "not judged")]
        said.append(
            "{}: false {:.3f}, without the gate {:.3f}, not judged {:.3f}".format(name, *shares)
            + _ways(tally, "by ", name, size)
        )
    return said + [
        f"step of {STEP:g} after {name}: found within {WITHIN} {tally[f'found: {name}'] / size:.3f}"
        + _ways(tally, "first ", name, size)
        for name in STEPPED
        if f"found: {name}" in tally
    ]


def _ways(tally: Counter, start: str, name: str, size: int) -> str:
    own = {key: n for key, n in tally.items() if key.startswith(start) and key.endswith(f": {name}")}
    parts = [f"{key.removeprefix(start).split(':')[0]} {n / size:.3f}" for key, n in sorted(own.items())]
    return " (" + ", ".join(parts) + ")"


def ratios(tally: Counter, size: int) -> list[str]:
    """The figures that a bar is set for: of steady series the mean over lengths that are judged, else the worst."""
    false = {name: tally[f"false: {name}"] / size for name in STILL}
    found = {name: tally[f"found: {name}"] / size for name in STEPPED}
    on_steady = np.mean([false[f"steady, {n}"] for n in LENGTHS if n >= ENOUGH])
    return [
        f"RATIO false_on_steady {on_steady:.3f} <=0.02",
        f"RATIO false_with_memory {false['memory 0.5, 36']:.3f} <=0.05",
        f"RATIO false_on_seasonal {max(false['wave, 36'], false['one month off, 36']):.3f} <=0.05",
        f"RATIO steps_found {min(found['steady, 24'], found['steady, 36']):.3f} >=0.70",
        f"RATIO steps_found_on_seasonal {min(found['wave, 36'], found['one month off, 36']):.3f} >=0.70",
    ]


def main() -> None:
    """Count over the series and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--series", type=int, default=SERIES)
    asked.add_argument("--processes", type=int, default=1, help="how many cores to use")
    asked.add_argument("--more", action="store_true", help="count what no bar is set for too")
    asked.add_argument(
        "--charts", action="store_true", help="count every chart and set of rules, and no more"
    )
    given = asked.parse_args()
    started, tally = time.monotonic(), Counter()
    with ProcessPoolExecutor(given.processes) as pool:
        if given.charts:
            print(table_of_charts(pool, given.series).round(3).to_string())
            return
        for count, names, more in ((still, STILL, MORE), (stepped, STEPPED, MORE_STEPPED)):
            for name in (name for name in names if given.more or name not in more):
                seeds = range(given.series)
                for counted in pool.map(count, [name] * given.series, seeds, chunksize=25):
                    tally.update(counted)
    print(f"{given.series} series of each kind, {time.monotonic() - started:.0f} s")
    print("\n".join(lines(tally, given.series)))
    print("\n".join(ratios(tally, given.series)))


if __name__ == "__main__":
    main()
