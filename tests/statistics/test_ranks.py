import pandas as pd
import pytest

from workbench.statistics.ranks import mann_whitney


def test_samples_that_do_not_overlap():
    test = mann_whitney([4, 5, 6], [1, 2, 3])
    assert (test.statistic, test.probability) == (9, 1)


def test_ties_count_half():
    assert mann_whitney([1, 2], [2, 3]).probability == pytest.approx(0.125)


def test_samples_that_are_all_one_value_do_not_differ():
    test = mann_whitney([1, 1], [1, 1, 1])
    assert (test.p, test.probability) == (1.0, 0.5)


def test_an_empty_sample_is_refused():
    with pytest.raises(AssertionError, match="second sample is empty"):
        mann_whitney([1], [])


def test_swapping_the_samples_swaps_the_chances():
    one, other = mann_whitney([1, 5, 9], [2, 3]), mann_whitney([2, 3], [1, 5, 9])
    assert one.probability + other.probability == pytest.approx(1)
    assert one.p == pytest.approx(other.p)


def test_real_quarters_compared_by_rank(reference, shared):
    case = reference("process", "quarter-compare")
    cases = pd.read_csv(shared / "cases" / case["inputs"]["file"])
    start, end = (pd.to_datetime(cases[name], utc=True, format="ISO8601") for name in ("start", "end"))
    days = (end - start).dt.total_seconds() / 86400
    quarter = start.dt.tz_localize(None).dt.to_period("Q").astype(str)
    test = mann_whitney(days[quarter == "2011Q2"], days[quarter == "2011Q3"])
    assert test.statistic == case["expected"]["mannwhitney_U"]
    assert test.p == pytest.approx(case["expected"]["mannwhitney_p"], abs=1e-6)
    assert test.probability == pytest.approx(case["expected"]["prob_superiority"], abs=1e-6)
