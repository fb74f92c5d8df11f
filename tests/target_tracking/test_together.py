"""Measures that are judged together come out as each does alone, whatever their kinds, lengths and gaps are."""

from datetime import date

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from workbench.periods import Period
from workbench.statistics.run_rules import RULE_SETS
from workbench.target_tracking.judgement import judge, judge_all, level_since, run_start, variation
from workbench.target_tracking.prospects import reach
from workbench.target_tracking.series import all_series, series_of
from workbench.target_tracking.together import as_tables, together
from workbench.target_tracking.tracked import track, track_all

END, AS_OF = date(2027, 12, 31), date(2028, 1, 1)
COUNTS = {"interval": "month", "numerator": "a", "denominator": "b"}
ONE = {"interval": "month", "numerator": "a"}
# A measure of each kind of chart and of what sets one apart: a season, a rebase, exclusions, targets, totals.
MEASURES = {
    "plain": {},
    "wave": {"direction": "decrease"},
    "wander": {"direction": "neutral"},
    "stepped": {"targets": [{"kind": "level", "value": 60, "by": "2026-12"}]},
    "rebased": {"baseline": {"rebase": {"2024-03": "New law"}, "exclude": {"2023-05": "Strike"}}},
    "share": {"kind": "proportion", "columns": COUNTS, "unit": "", "scale": "percent"},
    "rate": {"kind": "rate", "columns": COUNTS, "scale": "per_1000"},
    "count": {"kind": "count", "columns": ONE},
    "seldom": {"kind": "count", "columns": ONE},
    "ewma": {"chart": "ewma"},
    "cusum": {"chart": "cusum"},
    "days": {"chart": "t"},
    "run": {"chart": "run"},
    "short": {},
    "nothing": {},
}


def values_of(name: str, rng: np.random.Generator, n: int) -> np.ndarray:
    noise, place = rng.normal(50, 4, n), np.arange(n)
    shaped = {
        "wave": lambda: noise + 15 * np.sin(place * np.pi / 6),
        "wander": lambda: 50 + np.cumsum(rng.normal(0, 3, n)),
        "stepped": lambda: noise + 20 * (place >= rng.integers(14, 30)),
        "days": lambda: rng.exponential(20, n),
        "short": lambda: noise[: rng.integers(1, 20)],
        "nothing": lambda: noise[:0],
    }
    found = shaped.get(name, lambda: noise)()
    return np.where(rng.random(len(found)) < rng.choice([0.0, 0.15]), np.nan, found)


def counts_of(name: str, rng: np.random.Generator, n: int) -> list[tuple[float, float]]:
    below = rng.integers(80, 400, n)
    above = {"share": rng.binomial(below, 0.7), "rate": rng.poisson(below * 0.1), "count": rng.poisson(20, n)}
    return [(float(a), float(b)) for a, b in zip(above.get(name, rng.poisson(0.3, n)), below, strict=True)]


@pytest.fixture
def city(observations, entry_of):
    """``city(seed)``: a measure of each kind, by name, and the observations of all of them."""

    def made(seed: int):
        rng, parts = np.random.default_rng(seed), []
        for name, changes in MEASURES.items():
            if "numerator" in changes.get("columns", {}):
                pairs = counts_of(name, rng, 36)
                value = [a if changes["kind"] == "count" else a / b for a, b in pairs]
                parts.append(observations(name, value, counts=pairs))
            else:
                values = values_of(name, rng, 36)
                late = (len(values) - 1,) if rng.random() < 0.5 else ()
                parts.append(
                    observations(name, values, first=f"202{rng.integers(2, 4)}-01", provisional=late)
                )
        whole = pd.concat(parts, ignore_index=True).assign(cell="")
        return {name: entry_of(**changes) for name, changes in MEASURES.items()}, whole

    return made


def same(one, other) -> None:
    """Two judgements are one, to the last bit."""
    pd.testing.assert_frame_equal(one.limits, other.limits, check_exact=True)
    pd.testing.assert_frame_equal(one.signals, other.signals, check_exact=True)
    for name in ("adjusted", "effects", "stretch"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert all(one.now[name].tobytes() == other.now[name].tobytes() for name in ("mean", "lower", "upper"))
    assert (one.choice, one.season.effects, one.memory, one.reasons, one.proposed) == (
        *(other.choice, other.season.effects, other.memory, other.reasons, other.proposed),
    )
    assert np.array([one.p]).tobytes() == np.array([other.p]).tobytes()


@given(st.integers(0, 10**6), st.sampled_from(sorted(RULE_SETS)), st.booleans())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_judged_together_is_judged_alone(city, seed, rules, screened):
    entries, whole = city(seed)
    several = all_series(entries, whole, END, AS_OF, 1)
    judged = judge_all(several, rules, screened)
    assert len({each.choice.chart for each in judged}) >= 5
    for (name, entry), together_series, judgement in zip(entries.items(), several, judged, strict=True):
        alone = series_of(name, entry, whole[whole["measure"] == name], END, AS_OF, 1)
        pd.testing.assert_frame_equal(together_series.frame, alone.frame, check_exact=True)
        own = judge(alone, rules, screened)
        same(judgement, own)
        assert variation(together_series, judgement) == variation(alone, own)
        assert np.array(reach(together_series, judgement)).tobytes() == np.array(reach(alone, own)).tobytes()


def test_measures_of_a_review_are_tracked_as_each_alone(city):
    entries, whole = city(3)
    definition, reviewed = {"as_of": "2026-01-15", "fiscal_year_starts": 1}, Period.parse("2025-Q4")
    together_ones = track_all(entries, whole, reviewed, definition)
    alone = [
        track(name, entry, whole[whole["measure"] == name], reviewed, definition)
        for name, entry in entries.items()
    ]
    assert [(one.status, one.verdict, one.rule, one.behind) for one in together_ones] == [
        (one.status, one.verdict, one.rule, one.behind) for one in alone
    ]
    assert [one.status for one in together_ones][-1] == "no data"


def test_two_measures_by_hand(observations, entry_of):
    steady, high = [10.0, 12.0] * 10, [*[10.0, 12.0] * 9, 10.0, 30.0]
    whole = pd.concat([observations("a", steady), observations("b", high)]).assign(cell="")
    several = all_series({"a": entry_of(), "b": entry_of()}, whole, END, AS_OF, 1)
    judged = judge_all(several, "nhs", True)
    assert [variation(*each) for each in zip(several, judged, strict=True)] == [
        ("common cause", ""),
        ("improving", "outside"),
    ]
    assert [run_start(*each, rule) for *each, rule in zip(several, judged, ["", "outside"], strict=True)] == [
        "",
        "2024-08",
    ]
    assert [level_since(*each) for each in zip(several, judged, strict=True)] == ["", ""]
    assert judged[0].lines["mean"][0] == 11.0
    assert judged[0].lines["upper"][0] == pytest.approx(11 + 2.66 * 2)


def test_no_measures_are_judged_as_none():
    assert judge_all([], "nhs", True) == []


def test_what_is_alike_is_worked_on_at_once_and_comes_back_in_its_place():
    assert together(["b", "a", "b"], lambda places: [places] * len(places)) == [[0, 2], [1], [0, 2]]
    rows = [np.array([1.0, 2.0]), np.array([5.0]), np.array([3.0, 4.0])]
    found = as_tables(rows, lambda table, weights: (table.sum(axis=1) * weights).tolist(), [1, 10, 2])
    assert found == [3.0, 50.0, 14.0]
