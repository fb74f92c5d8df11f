"""Whether a probability of meeting a target happens as often as it says, in every tenth from 0 to 1.

    python benchmarks/outlook.py [--series N] [--processes N]

Monthly series of 24 to 60 months: steady, with memory (AR(1), 0.5), seasonal, trending and stepped, a fifth each; they
go on for another year as they ran. Each is tracked as a review tracks it, against targets of all four kinds that are
set from its past alone: each period, level by a date, cumulative, maintain. Last, the coverage of the intervals, the
words of the outlook and the score by kind of series are told.
"""

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import chain

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from workbench.catalog.model import Measure  # noqa: E402
from workbench.periods import Period  # noqa: E402
from workbench.statistics.calibration import decile_table  # noqa: E402
from workbench.statistics.outlook import outlook_word  # noqa: E402
from workbench.target_tracking.judgement import judge  # noqa: E402
from workbench.target_tracking.outlook.frames import BOUNDS, LEVELS  # noqa: E402
from workbench.target_tracking.prospects import prospect  # noqa: E402
from workbench.target_tracking.series import Series, series_of  # noqa: E402

SERIES, AHEAD, TARGETS, SHORTEST, LONGEST = 2000, 12, 2, 24, 60
SHAPES = ("steady", "memory", "seasonal", "trending", "stepped")
KINDS = ("each_period", "level", "cumulative", "maintain")
REVIEWED, AS_OF = Period.parse("2025-12"), date(2026, 1, 15)
BAR, FEWEST = 0.05, 50
BASE = {
    "title": "Permits on time",
    "department": "works",
    "source": "returns",
    "kind": "value",
    "unit": "days",
    "columns": {"interval": "month", "value": "value"},
}


def planted(rng: np.random.Generator, shape: str, months: int) -> np.ndarray:
    """A series and the year that follows it: noise of one, and what its shape adds."""
    noise, place = rng.normal(size=months + AHEAD), np.arange(months + AHEAD)
    sign = rng.choice([-1, 1])
    if shape == "memory":
        found = [noise[0] / np.sqrt(0.75)]
        for each in noise[1:]:
            found.append(0.5 * found[-1] + each)
        return np.array(found)
    if shape == "seasonal":
        return noise + 1.5 * np.sin(2 * np.pi * (place + rng.integers(12)) / 12)
    if shape == "trending":
        return noise + sign * rng.uniform(0.03, 0.15) * place
    if shape == "stepped":
        return noise + sign * rng.uniform(1, 3) * (place >= rng.integers(8, months - 3))
    return noise


def target(rng: np.random.Generator, kind: str, past: np.ndarray, direction: str) -> tuple[dict, int]:
    """A target near what the latest year brought, as it is declared, and the months until its date."""
    months = int(rng.integers(1, AHEAD + 1))
    middle, spread = past[-12:].mean(), past[-24:].std()
    better = 1 if direction == "increase" else -1
    away = {"cumulative": 0.6 * rng.normal(), "maintain": -better * abs(rng.normal(1.5, 1))}
    value = middle + spread * away.get(kind, rng.normal())
    declared = {"kind": kind, "value": value * (months if kind == "cumulative" else 1)}
    if kind == "each_period":
        return declared, 1
    if kind == "cumulative":
        # A total of the months that come alone: the latest month of the past is none of it, but must be in force.
        declared = {"kind": kind, "value": past[-1] + value * months, "since": str(REVIEWED)}
    return declared | {"by": str(REVIEWED.shift(months))}, months


def met(kind: str, future: np.ndarray, months: int, value: float, direction: str, last: float) -> bool:
    """Whether the year that followed met a target."""
    better = 1 if direction == "increase" else -1
    outcome = {
        "each_period": future[:1],
        "level": future[months - 1 : months],
        "cumulative": np.array([last + future[:months].sum()]),
        "maintain": future[:months],
    }[kind]
    return bool((better * (outcome - value) >= 0).all())


def observations(values: np.ndarray) -> pd.DataFrame:
    """Months until the one under review, as a cube has them."""
    periods = [REVIEWED.shift(step - len(values) + 1) for step in range(len(values))]
    return pd.DataFrame(
        {
            "interval": list(map(str, periods)),
            "interval_start": pd.to_datetime([period.start for period in periods]),
            "interval_end": pd.to_datetime([period.end for period in periods]),
            "value": values,
            **dict.fromkeys(("numerator", "denominator", "n", "target"), np.nan),
            "provisional": False,
            "conflicting": False,
            "cell": "",
        }
    )


def series_for(values: np.ndarray, direction: str, targets: list[dict]) -> Series:
    """The series of a measure as a review makes it."""
    declared = BASE | {"direction": direction, "targets": targets}
    entry = Measure.model_validate(declared).model_dump(mode="json")
    return series_of("m", entry, observations(values), REVIEWED.end, AS_OF, 1)


def one_series(seed: int) -> list[tuple]:
    """Every target of one series: shape, kind, form, probability, whether it was met, and the intervals' coverage."""
    rng = np.random.default_rng([2026, seed])
    shape, months = SHAPES[seed % len(SHAPES)], int(rng.integers(SHORTEST, LONGEST + 1))
    whole = planted(rng, shape, months)
    past, future = whole[:months], whole[months:]
    judgement = judge(series_for(past, "increase", []), "nhs", True)  # it knows no target
    rows = []
    for kind in KINDS:
        for _ in range(TARGETS):
            direction = str(rng.choice(["increase", "decrease"]))
            declared, left = target(rng, kind, past, direction)
            found = prospect(series_for(past, direction, [declared]), judgement)
            happened = met(kind, future, left, declared["value"], direction, past[-1])
            rows.append((shape, kind, found.form, found.probability, happened, *_held(found, future)))
    return rows


def _held(found, future: np.ndarray) -> tuple[float, float]:
    """Share of the year that followed within the intervals of 50 and 80 %."""
    if found.process is None:
        return np.nan, np.nan
    bounds = dict(zip(BOUNDS, found.process.prediction.quantiles(LEVELS)[:, :AHEAD], strict=True))
    return tuple(
        float(((future >= bounds[f"lower_{level}"]) & (future <= bounds[f"upper_{level}"])).mean())
        for level in (50, 80)
    )


def said(table: pd.DataFrame) -> list[str]:
    """What was found in plain lines."""
    shown = decile_table(table["probability"], table["met"]).round(3)
    words = (
        table.assign(word=table["probability"].map(outlook_word)).groupby("word")["met"].agg(["size", "mean"])
    )
    shapes = table.assign(score=(table["probability"] - table["met"]) ** 2).groupby("shape")
    return [
        shown.to_string(index=False),
        f"no probability: {int(table['probability'].isna().sum())} of {len(table)}",
        "met by word of the outlook:",
        words.round(3).to_string(),
        "coverage of 50 and 80 %, and Brier score, by shape:",
        shapes[["held_50", "held_80", "score"]].mean().round(3).to_string(),
        "form by shape:",
        pd.crosstab(table["shape"], table["form"]).to_string(),
    ]


def worst(table: pd.DataFrame) -> float:
    """Largest distance of what happened from what was predicted, in a tenth that holds fifty or more."""
    shown = decile_table(table["probability"], table["met"])
    full = shown[shown["n"] >= FEWEST]
    return float((full["predicted"] - full["observed"]).abs().max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=SERIES)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    began = time.perf_counter()
    with ProcessPoolExecutor(asked.processes) as pool:
        rows = chain.from_iterable(pool.map(one_series, range(asked.series), chunksize=20))
        columns = ["shape", "kind", "form", "probability", "met", "held_50", "held_80"]
        table = pd.DataFrame(list(rows), columns=columns).astype({"met": float})
    print(f"{asked.series} series, {len(table)} targets, {time.perf_counter() - began:.0f} s")
    print("\n".join(said(table)))
    for kind, own in table.groupby("kind"):
        print(f"largest distance of {kind}: {worst(own):.3f}")
    print(f"RATIO probability_of_target {worst(table):.3f} {BAR}")


if __name__ == "__main__":
    main()
