"""What a disparity review finds of what is there, and how much of what it finds is not there.

    python benchmarks/power.py [--seeds N]

The services of the practice city, made anew for every seed by the city's own generator, counted, compared by
the rule of the disparity review and judged together (Benjamini and Hochberg). To that family are added
comparisons of two groups of 2,000 at five base rates, with gaps of 0, 2, 5 and 10 points.
"""

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from city_counts import LEVEL, Sides, Tests, compared, services, tests_of

from workbench.findings.model import Verdict
from workbench.statistics.false_discovery import benjamini_hochberg

SEEDS = 200
SIZE = 2000
BASES = (0.1, 0.3, 0.5, 0.7, 0.9)
GAPS = (0.02, 0.05, 0.10)
ACCEPTED = 1 - LEVEL
NO_GAP = 0.01  # as `workbench practice check` has it: a smaller true gap is none
CLAIMS = tuple(map(str, (Verdict.WORSE_OFF, Verdict.BETTER_OFF, Verdict.WIDENING, Verdict.NARROWING)))
PLANTED = (
    "pothole_repair group:black",
    "rent_assistance group:black",
    "rent_assistance same_:black",
    "traffic_stop_searches group:black",
    "traffic_stop_searches same_:black",
    "job_interviews group:black",
    "job_interviews change:black",
    "rental_complaints place:Depot Town",
)


@dataclass
class Tally:
    """What is counted over the seeds."""

    tested: int = 0
    reported: int = 0
    false: int = 0
    mixed_reported: int = 0
    mixed_false: int = 0
    told: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    found_alone: Counter = field(default_factory=Counter)
    denied: Counter = field(default_factory=Counter)
    by_base: Counter = field(default_factory=Counter)


def planted_gaps(rng: np.random.Generator, gap: float) -> Tests:
    """Comparisons of two groups of 2,000 at every base rate, the first that much higher, and that much lower."""
    base = np.repeat(BASES, 2)
    truth = gap * np.tile([1.0, -1.0], len(BASES))
    size = np.full(len(base), SIZE)
    x1, x2 = rng.binomial(SIZE, base + truth), rng.binomial(SIZE, base)
    sides = Sides(x1.astype(float), size, x2.astype(float), size, per_resident=False, favourable=True)
    return compared([f"gap at {rate}" for rate in base], sides, truth)


def reported(family: Tests) -> np.ndarray:
    """Which claims stand after all comparisons of the family."""
    q = benjamini_hochberg(family.p)
    with np.errstate(invalid="ignore"):
        return (q <= ACCEPTED) & np.isin(family.verdict, CLAIMS)


def false(family: Tests) -> np.ndarray:
    """Which claims would be false: no true gap of a point on that side."""
    with np.errstate(invalid="ignore"):
        return ~((family.found * family.truth > 0) & (np.abs(family.truth) >= NO_GAP - 1e-9))


def count(tally: Tally, seed: int) -> None:
    """Add what one city shows."""
    city = Tests.together([tests_of(service) for service in services(seed)])
    stands = reported(city)
    tally.tested += int((~np.isnan(city.p)).sum())
    tally.reported += int(stands.sum())
    tally.false += int((stands & false(city)).sum())
    tally.told.update(set(city.name[stands]) & set(PLANTED))
    rng = np.random.default_rng([seed, SIZE])
    none = planted_gaps(rng, 0.0)
    for gap in GAPS:
        _count_gaps(tally, Tests.together([city, none, planted_gaps(rng, gap)]), gap)


def _count_gaps(tally: Tally, family: Tests, gap: float) -> None:
    """Add what is found of the gaps, which come last in the family."""
    many = 2 * len(BASES)
    stands, wrong = reported(family), false(family)
    right = ~wrong[-many:]
    tally.mixed_reported += int(stands.sum())
    tally.mixed_false += int((stands & wrong).sum())
    tally.found[gap] += int((stands[-many:] & right).sum())
    tally.found_alone[gap] += int((np.isin(family.verdict[-many:], CLAIMS) & right).sum())
    tally.denied[gap] += int((family.verdict[-many:] == str(Verdict.NO_DIFFERENCE)).sum())
    for base, found in zip(np.repeat(BASES, 2), stands[-many:] & right, strict=True):
        tally.by_base[gap, float(base)] += int(found)


def lines(tally: Tally, seeds: int) -> list[str]:
    """What was counted, as a table and plain lines, the ratios last."""
    each, many = seeds * 2, seeds * 2 * len(BASES)
    said = [
        f"{seeds} cities, {tally.tested / seeds:.0f} tests and {tally.reported / seeds:.1f} findings each"
    ]
    said += [
        "| gap | "
        + " | ".join(f"at {base}" for base in BASES)
        + " | found | by itself | no difference said |"
    ]
    said += ["|" + "---|" * (len(BASES) + 4)]
    for gap in GAPS:
        shares = [f"{100 * tally.by_base[gap, base] / each:.0f}" for base in BASES]
        shares += [
            f"{100 * counter[gap] / many:.1f}" for counter in (tally.found, tally.found_alone, tally.denied)
        ]
        said.append(f"| {100 * gap:.0f} points | " + " | ".join(shares) + " |")
    said += [f"{name}: told in {100 * tally.told[name] / seeds:.0f} of 100 cities" for name in PLANTED]
    mixed = tally.mixed_false / tally.mixed_reported
    said.append(f"false of those reported with the gaps and as many without one: {mixed:.3f}")
    said += [f"gaps of {100 * gap:.0f} points found: {tally.found[gap] / many:.3f}" for gap in (0.02, 0.10)]
    said.append(f"RATIO false_findings_share {tally.false / tally.reported:.3f} <=0.05")
    return [*said, f"RATIO gaps_of_5_points_found {tally.found[0.05] / many:.3f} >=0.8"]


def main() -> None:
    """Count over the seeds and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--seeds", type=int, default=SEEDS)
    seeds = asked.parse_args().seeds
    started, tally = time.monotonic(), Tally()
    for seed in range(seeds):
        count(tally, seed)
    print(f"{time.monotonic() - started:.0f} s")
    print("\n".join(lines(tally, seeds)))


if __name__ == "__main__":
    main()
