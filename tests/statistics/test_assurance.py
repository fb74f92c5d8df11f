"""Assurance: published icons, boundaries, constant series, ranges."""

import json

import numpy as np
import pytest

from workbench.statistics.assurance import assurance, assurance_of_range


def test_published_icons(shared):
    stored = json.loads((shared / "cases/targets.json").read_text(encoding="utf-8"))["cases"]
    case = next(case for case in stored if case["id"] == "icon-nhs-assurance")
    lower, upper, target = (case["inputs"][name] for name in ("lpl", "upl", "target"))
    for direction, words in case["expected"].items():
        found = [assurance(low, high, target, direction) for low, high in zip(lower, upper, strict=True)]
        assert found == words


@pytest.mark.parametrize(
    ("target", "increase", "decrease"),
    [
        (0.9, "consistent_pass", "consistent_fail"),
        (1.0, "inconsistent", "inconsistent"),
        (2.0, "inconsistent", "inconsistent"),
        (3.0, "inconsistent", "inconsistent"),
        (3.1, "consistent_fail", "consistent_pass"),
    ],
)
def test_a_target_on_a_limit_is_hit_or_miss(target, increase, decrease):
    assert assurance(1, 3, target, "increase") == increase
    assert assurance(1, 3, target, "decrease") == decrease


@pytest.mark.parametrize(
    ("value", "direction", "word"),
    [
        (100, "increase", "consistent_pass"),
        (99, "increase", "consistent_fail"),
        (100, "decrease", "consistent_pass"),
        (101, "decrease", "consistent_fail"),
    ],
)
def test_a_constant_series_passes_when_its_value_meets_the_target(value, direction, word):
    assert assurance(value, value, 100, direction) == word


@pytest.mark.parametrize("missing", [(np.nan, 3, 2), (1, np.nan, 2), (1, 3, np.nan)])
def test_nothing_is_said_without_limits_or_target(missing):
    assert assurance(*missing, "increase") is None


def test_a_target_of_zero_is_a_target():
    assert assurance(0.5, 2, 0.0, "decrease") == "consistent_fail"


@pytest.mark.parametrize(
    ("lower", "upper", "word"),
    [
        (2, 8, "consistent_pass"),
        (1, 9, "consistent_pass"),
        (0.9, 5, "inconsistent"),
        (9, 12, "inconsistent"),
        (9.1, 12, "consistent_fail"),
        (-2, 0.9, "consistent_fail"),
    ],
)
def test_a_range_is_met_when_the_limits_lie_inside_it(lower, upper, word):
    assert assurance_of_range(lower, upper, 1, 9) == word


def test_no_range_no_word():
    assert assurance_of_range(1, 2, np.nan, 3) is None
