"""A measure on a complete row of intervals: gaps, provisional values, phases, baseline."""

from datetime import date

import numpy as np
import pytest

from workbench.periods import Period
from workbench.target_tracking.series import clipped, in_baseline, phases, series_of, still_changing

MONTHS = [Period.parse("2025-01").shift(step) for step in range(6)]


@pytest.fixture
def series(observations, entry_of):
    def made(values, end=date(2025, 12, 31), as_of=date(2026, 1, 15), **changes):
        own = observations("m", values, first="2025-01").assign(cell="")
        return series_of("m", entry_of(**changes), own[own["value"] != -1], end, as_of, 1)

    return made


def test_an_interval_without_a_row_is_missing_not_left_out(series):
    found = series([1, -1, 3])
    assert found.frame["interval"].tolist() == ["2025-01", "2025-02", "2025-03"]
    assert found.frame["value"].isna().tolist() == [False, True, False]
    assert found.latest == 2


def test_later_intervals_than_the_period_are_not_looked_at(series):
    assert series([1, 2, 3, 4], end=date(2025, 3, 31)).frame["value"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("as_of", "lag", "changing"),
    [
        (date(2025, 7, 15), 0, [False] * 6),
        (date(2025, 7, 15), 2, [False] * 4 + [True] * 2),
        (date(2025, 6, 30), 1, [False] * 5 + [True]),
        (date(2025, 6, 29), 1, [False] * 4 + [True] * 2),
    ],
)
def test_the_latest_ended_intervals_may_still_change(as_of, lag, changing):
    assert still_changing(MONTHS, lag, as_of).tolist() == changing


def test_provisional_values_are_known_but_not_final(series):
    found = series([5] * 12, revision_lag=2)
    assert (found.latest, found.latest_known) == (9, 11)


def test_a_rebase_begins_a_phase():
    assert phases(MONTHS, {"2025-05": "new desk", "2025-03": "new law"}).tolist() == [0, 0, 1, 1, 2, 2]


def test_a_baseline_that_ends_freezes_its_own_phase_only():
    whole = np.zeros(6, int)
    used = in_baseline(MONTHS, whole, {"start": "2025-02", "end": "2025-03"})
    assert used.tolist() == [False, True, True, False, False, False]
    rebased = phases(MONTHS, {"2025-05": "new desk"})
    used = in_baseline(MONTHS, rebased, {"start": "", "end": "2025-03"})
    assert used.tolist() == [True, True, True, False, True, True]


def test_no_rows_no_series(series):
    found = series([])
    assert (found.latest, found.latest_known, len(found.frame)) == (None, None, 0)


def test_limits_stay_where_values_can_be():
    count = {"kind": "count", "columns": {"value": ""}}
    share = {"kind": "proportion", "columns": {"value": ""}}
    value = {"kind": "value", "columns": {"value": "v"}}
    assert clipped(np.array([-2.0, 1.3]), count).tolist() == [0, 1.3]
    assert clipped(np.array([-2.0, 1.3]), share).tolist() == [0, 1]
    assert clipped(np.array([-2.0, 1.3]), value).tolist() == [-2, 1.3]
