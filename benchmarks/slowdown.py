"""How many quarter-on-quarter slowdowns of 15 % are found, and how much of what is reported is not there.

    python benchmarks/slowdown.py [--seeds N] [--first N] [--processes N]

Every process of the practice city with 300 cases a quarter, seen on the last day of the later quarter and 15 days
after it as the practice city is, so that some are open: half of the processes slowed, an eighth with another mix of
kinds, the rest unchanged. Compared and judged as the review does it, and the comparisons of one city together
(Benjamini and Hochberg). Both days have the same bar. What the medians alone would find is told beside it.
"""

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
from planted_waits import Planted, flows, quarters  # noqa: E402

from workbench.agenda import STANDS_AT  # noqa: E402
from workbench.findings.model import Verdict  # noqa: E402
from workbench.process_timing.comparison import p_of, verdict_of  # noqa: E402
from workbench.statistics.compared_waits import Comparison, compare  # noqa: E402
from workbench.statistics.false_discovery import benjamini_hochberg  # noqa: E402
from workbench.statistics.resampling import Contrast  # noqa: E402

SEEDS, SIZE, SLOWDOWN = 200, 300, 0.15
CLAIMS = (Verdict.SLOWER, Verdict.FASTER, Verdict.MIX_ONLY)
SLOWED, MIXED, UNCHANGED = "slowed", "other mix", "unchanged"
PLANTED = {SLOWED: Planted(SLOWDOWN), MIXED: Planted(mix=True), UNCHANGED: Planted()}
RIGHT = {SLOWED: Verdict.SLOWER, MIXED: Verdict.MIX_ONLY, UNCHANGED: None}
SEEN_AFTER, AT_ONCE = 15, 0  # days after the quarter's end


def city(seed: int, seen_after: int) -> Counter:
    """What is counted in one city that is looked at so many days after the quarter's end."""
    rng = np.random.default_rng([seed, SIZE])
    planted = rng.choice(list(PLANTED), len(flows()), p=[0.5, 0.125, 0.375])
    waits = [
        quarters(rng, flow, SIZE, PLANTED[name], seen_after)
        for flow, name in zip(flows(), planted, strict=True)
    ]
    found = [compare(now, before, horizon=horizon) for now, before, horizon in waits]
    verdicts = [verdict_of(each) for each in found]
    p = [p_of(each, verdict) for each, verdict in zip(found, verdicts, strict=True)]
    by_medians = [_of_medians(each) for each in found]
    counted = _told("", planted, verdicts, p) + _told(
        "medians: ", planted, by_medians, [each.difference.p for each in found]
    )
    counted["open"] = sum(int((~now.observed).sum()) for now, *_ in waits)
    counted["cases"] = SIZE * len(waits)
    for flow, name, each, verdict in zip(flows(), planted, found, verdicts, strict=True):
        counted += _covered(name, each)
        counted[f"verdict of {name}: {verdict}"] += 1
        if name == SLOWED:
            counted[f"of {flow.process}"] += 1
            counted[f"found of {flow.process}"] += verdict == Verdict.SLOWER
    return counted


def _of_medians(found: Comparison) -> Verdict | None:
    """The word if it rested on the interval of the difference of medians, for comparison."""
    if not found.difference.is_clear:
        return None
    slower = found.difference.lower is not None and found.difference.lower > 0
    if not (found.same_mix.is_clear and ((found.same_mix.lower or 0) > 0) == slower) and found.mix.is_clear:
        return Verdict.MIX_ONLY
    return Verdict.SLOWER if slower else Verdict.FASTER


def _told(rule: str, planted, verdicts, p) -> Counter:
    """What stands by a rule, how much of it is right, and how many slowdowns were there to be found."""
    q = benjamini_hochberg([np.nan if each is None else each for each in p])
    counted = Counter()
    for name, verdict, each in zip(planted, verdicts, q, strict=True):
        counted[f"{rule}there: {name}"] += 1
        if each <= STANDS_AT and verdict in CLAIMS:
            counted[f"{rule}reported"] += 1
            counted[f"{rule}false"] += verdict != RIGHT[name]
            counted[f"{rule}found: {name}"] += verdict == RIGHT[name]
    return counted


def _covered(name: str, found: Comparison) -> Counter:
    """Whether the intervals of unchanged processes hold the truth, which is no difference."""
    counted = Counter()
    if name != UNCHANGED:
        return counted
    nothing = Contrast(None, None, None)
    shares = nothing if found.ended is None else found.ended.difference
    contrasts = {
        "shares closed": (shares, 0.0),
        "shares closed, where told": (shares if found.difference.is_open else nothing, 0.0),
        "median": (found.difference, 0.0),
        "90th percentile": (found.p90, 0.0),
        "restricted mean": (found.restricted_mean, 0.0),
        "chance of being faster": (found.faster, 0.5),
        "chance within kinds": (found.faster_within, 0.5),
        "median at the same mix": (found.same_mix, 0.0),
        "what the mix adds": (found.mix, 0.0),
    }
    for measure, (contrast, truth) in contrasts.items():
        counted[f"made: {measure}"] += contrast.lower is not None or contrast.upper is not None
        counted[f"held: {measure}"] += (
            contrast.lower is not None or contrast.upper is not None
        ) and not contrast.leaves_out(truth)
    return counted


def lines(tally: Counter, seen_after: int) -> list[str]:
    """What was counted in plain lines."""
    said = [
        f"seen {seen_after} days after the quarter: {tally['open'] / tally['cases']:.2f} of the later cases open"
    ]
    said += [f"{name}: {tally[name]}" for name in sorted(tally) if name.startswith("verdict of")]
    for flow in flows():
        there = tally[f"of {flow.process}"]
        said.append(
            f"{flow.process}: {tally[f'found of {flow.process}'] / max(there, 1):.2f} of {there} clear"
        )
    for name in [key.removeprefix("made: ") for key in tally if key.startswith("made: ")]:
        made = tally[f"made: {name}"]
        said.append(f"95% interval of {name}: {100 * tally[f'held: {name}'] / made:.1f} of 100 hold ({made})")
    for rule in ("medians: ", ""):
        share, false = _shares(tally, rule)
        said.append(f"{rule or 'the test: '}found {share:.3f}, false of reported {false:.3f}")
    said.append(f"other mix told: {tally[f'found: {MIXED}'] / tally[f'there: {MIXED}']:.3f}")
    return said


def _shares(tally: Counter, rule: str) -> tuple[float, float]:
    found = tally[f"{rule}found: {SLOWED}"] / tally[f"{rule}there: {SLOWED}"]
    return found, tally[f"{rule}false"] / tally[f"{rule}reported"]


def main() -> None:
    """Count over the seeds and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seeds", type=int, default=SEEDS)
    asked.add_argument("--first", type=int, default=0, help="the first seed")
    asked.add_argument("--processes", type=int, default=1, help="how many cores to use")
    given = asked.parse_args()
    started, tallies = time.monotonic(), {}
    with ProcessPoolExecutor(given.processes) as pool:
        for seen_after in (AT_ONCE, SEEN_AFTER):
            seeds = range(given.first, given.first + given.seeds)
            found = pool.map(city, seeds, [seen_after] * given.seeds)
            tallies[seen_after] = sum(found, Counter())
    print(f"{given.seeds} cities of {len(flows())} processes, {time.monotonic() - started:.0f} s")
    print("\n".join(line for seen_after, tally in tallies.items() for line in lines(tally, seen_after)))
    for seen_after, day in ((SEEN_AFTER, ""), (AT_ONCE, "_on_the_last_day")):
        share, false = _shares(tallies[seen_after], "")
        print(f"RATIO slowdowns_found{day} {share:.3f} >=0.70")
        print(f"RATIO false_of_reported{day} {false:.3f} <=0.05")


if __name__ == "__main__":
    main()
