"""What is found of many series at once is, to the last bit, what is found of each alone."""

from dataclasses import astuple

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from workbench.statistics.assurance import assurance
from workbench.statistics.memory import memory, step_score
from workbench.statistics.movement import movement, movements
from workbench.statistics.nhs_rules import LINES, broken, signals
from workbench.statistics.outlook import chance, latest_p
from workbench.statistics.progress import required_slope
from workbench.statistics.rows import alike, means
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.seasonality import lag1, level, season, seasons_of
from workbench.statistics.xmr import chart, chart_lines, limits

NAN = float("nan")


def bits(values) -> bytes:
    return np.asarray(values, float).tobytes()


@st.composite
def tables(draw) -> np.ndarray:
    """Some series of one length: steady, waving, wandering, stepped, constant; some with gaps."""
    rng, n = np.random.default_rng(draw(st.integers(0, 10**6))), draw(st.sampled_from([3, 13, 31, 60]))
    noise = rng.normal(50, 5, (6, n))
    waves, steps = 20 * np.sin(np.arange(n) * np.pi / 6), 30.0 * (np.arange(n) >= rng.integers(1, n))
    shapes = [np.zeros(n), waves, np.cumsum(rng.normal(0, 3, n)), steps, np.zeros(n), np.zeros(n)]
    found = noise + shapes
    found[4] = 3.3
    found[5] = np.round(found[5] / 10)
    gaps = rng.random((6, n)) < rng.choice([0.0, 0.2], (6, 1))
    return np.where(gaps, np.nan, found)


@given(tables())
@settings(max_examples=25, deadline=None)
def test_numbers_of_a_table_are_those_of_its_rows(table):
    remembered = np.linspace(0, 0.8, len(table))
    several = latest_p(table, remembered=remembered)
    assert bits(several) == bits(
        [latest_p(row, remembered=r) for row, r in zip(table, remembered, strict=True)]
    )
    for of in (memory, lag1):
        assert bits(of(table)) == bits([of(row) for row in table])
    assert bits(level(table, 12)) == bits([level(row, 12) for row in table])
    scores = step_score(table, np.full(6, 50.0), np.full(6, 4.0), remembered, 6)
    alone = [step_score(row, 50.0, 4.0, r, 6) for row, r in zip(table, remembered, strict=True)]
    assert bits(scores) == bits(alone)


@given(tables())
@settings(max_examples=25, deadline=None)
def test_season_and_movement_of_a_table_are_those_of_its_rows(table):
    label = np.arange(table.shape[1]) % 12 + 1
    for each, row in zip(seasons_of(table, label, 12), table, strict=True):
        alone = season(row, label, 12)
        assert each.effects == alone.effects
        assert bits(each.p) == bits(alone.p)
    for each, row in zip(movements(table), table, strict=True):
        alone = movement(row)
        assert (each.kind, each.at, each.slope, each.p) == (alone.kind, alone.at, alone.slope, alone.p)
        assert bits(each.fitted) == bits(alone.fitted)


@given(tables(), st.sampled_from(sorted(RULE_SETS)), st.integers(0, 3))
def test_limits_and_signals_of_a_table_are_those_of_its_rows(table, rules, restarted):
    phase = (np.arange(table.shape[1]) >= restarted).astype(int)
    lines = chart_lines(table, phase)
    used = {name: line for name, line in lines.items() if name in LINES}
    rule, high = broken(table, used, phase, RULE_SETS[rules])
    together = limits(table)
    for place, row in enumerate(table):
        alone = chart(row, phases=phase)
        assert all(bits(lines[name][place]) == bits(alone[name]) for name in lines)
        found = signals(row, alone, RULE_SETS[rules])
        assert (rule[place].tolist(), high[place].tolist()) == (
            found["rule"].tolist(),
            found["high"].tolist(),
        )
        assert bits(astuple(limits(row))) == bits([each[place] for each in astuple(together)])


def test_means_leave_out_what_is_not_kept():
    values = np.array([[1.0, 2.0, 6.0], [NAN, 2.0, 4.0], [NAN, NAN, NAN]])
    assert means(values, ~np.isnan(values)).tolist() == pytest.approx([3.0, 3.0, NAN], nan_ok=True)


def test_rows_marked_alike_come_together():
    marks = np.array([[True, False], [True, True], [True, False]])
    assert [rows.tolist() for rows in alike(marks)] == [[0, 2], [1]]


def test_assurance_of_many():
    found = assurance([1.0, 5.0, 1.0, 1.0], [3.0, 9.0, 5.0, 3.0], [4.0, 4.0, 4.0, NAN], "increase")
    assert found.tolist() == ["consistent_fail", "consistent_pass", "inconsistent", None]


def test_pace_and_chance_of_many():
    assert required_slope([10.0, 10.0], 16.0, [3, 0]).tolist() == pytest.approx([2.0, NAN], nan_ok=True)
    found = chance([5.0, 3.0, 4.0, NAN], [0.0, 0.0, 1.0, 1.0], 4.0, "increase", 9.0)
    assert found.tolist() == pytest.approx([1.0, 0.0, 0.5, NAN], nan_ok=True)
