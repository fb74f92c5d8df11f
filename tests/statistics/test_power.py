from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def power(monkeypatch):
    """The benchmark of what a review finds."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import power

    return power


def family(power, p, verdict, found, truth):
    return power.Tests(np.array(["x"] * len(p)), *map(np.asarray, (found, truth, p, verdict)))


def test_a_claim_is_false_without_a_true_gap_of_a_point_on_its_side(power):
    tests = family(power, [0.001] * 4, ["worse off"] * 4, [0.1, 0.1, 0.1, -0.1], [0.01, 0.009, -0.05, -0.05])
    assert power.false(tests).tolist() == [False, True, True, False]


def test_only_claims_that_stand_after_all_comparisons_are_reported(power):
    # 0.03 stands as the second of two tests (0.03 x 2 / 2), not as the second of five (0.03 x 5 / 2).
    few = family(power, [0.001, 0.03, np.nan], ["worse off"] * 3, [0.1] * 3, [0.1] * 3)
    assert power.reported(few).tolist() == [True, True, False]
    many = family(
        power,
        [0.001, 0.03, 0.5, 0.6, 0.7],
        ["worse off", "worse off", *["no difference found"] * 3],
        [0.1] * 5,
        [0] * 5,
    )
    assert power.reported(many).tolist() == [True, False, False, False, False]


def test_large_gaps_and_planted_truths_are_found_in_a_practice_city(power):
    tally = power.Tally()
    power.count(tally, 0)
    assert tally.found[0.10] == tally.found_alone[0.10] == 10
    assert {"rent_assistance group:black", "job_interviews change:black"} <= set(tally.told)
    assert 0 <= tally.false < tally.reported < tally.tested
    assert 300 < tally.tested < 700
    assert power.lines(tally, 1)[-1].startswith("RATIO gaps_of_5_points_found ")


def test_a_seed_gives_the_same_city_each_time(power):
    first, second = power.Tally(), power.Tally()
    power.count(first, 3)
    power.count(second, 3)
    assert first == second
