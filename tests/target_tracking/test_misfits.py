"""What the catalog says and values do not bear out: which target is off the scale, which period idle, which date stray."""

from datetime import date

import numpy as np
import pytest

from workbench.periods import Period
from workbench.target_tracking.misfits import misfits
from workbench.target_tracking.scales import off_scale
from workbench.target_tracking.series import series_of
from workbench.target_tracking.strays import strays
from workbench.target_tracking.tracked import track

YEAR = [60.0 + month for month in range(12)]


@pytest.fixture
def series(observations, entry_of):
    """``series(values, ...)``: the months of 2025 as the series of a measure."""

    def made(values, read=None, **entry):
        own = observations("m", values, "2025-01", targets=read).assign(cell="")
        return series_of("m", entry_of(**entry), own, date(2025, 12, 31), date(2026, 1, 15), 1)

    return made


@pytest.mark.parametrize(
    ("kind", "scale", "values", "target", "is_off"),
    [
        ("value", "number", 80, 0.8, True),
        ("value", "number", 80, 80, False),
        ("value", "number", 0.8, 80, True),
        ("value", "number", 80, 1.6, False),  # no share is above 1
        ("value", "number", 80, 0.3, False),  # 267 times as much
        ("value", "number", 100, 1, True),
        ("value", "number", 101, 1, False),  # no percentage is above 100
        ("value", "number", 0.9, 0.009, False),  # neither is a percentage
        ("value", "number", -80, 0.8, False),
        ("value", "number", 80, 0, False),
        ("value", "number", 80, np.nan, False),
        ("proportion", "percent", 0.8, 0.008, True),  # written as 0.8, shown as 0.8 %
        ("proportion", "percent", 0.8, 0.8, False),
        ("value", "percent", 80, 0.8, True),  # percentages that are multiplied by a hundred once more
        ("count", "number", 80, 0.8, False),
        ("rate", "per_1000", 0.004, 0.4, False),
    ],
)
def test_a_target_is_off_the_scale_where_one_is_a_share_and_the_other_its_percentage(
    kind, scale, values, target, is_off
):
    found = off_scale(target, np.array([values, np.nan, values]), {"kind": kind, "scale": scale})
    assert found.tolist() == [is_off]


def test_of_no_values_nothing_is_off_the_scale():
    assert off_scale([0.8], np.array([np.nan]), {"kind": "value", "scale": "number"}).tolist() == [False]


def test_a_target_that_is_off_is_held_against_nothing_and_another_one_is(series):
    one = series(YEAR, read=[0.7] * 11 + [70])
    assert np.isnan(one.frame["target"][:11]).all()
    assert one.frame["target"].iloc[-1] == 70
    assert misfits(one, date(2026, 1, 15))["off_scale"] == 0.7
    assert misfits(one, date(2026, 1, 15))["off_scale_is"] == "read"


def test_ends_of_ranges_and_totals_are_taken_as_they_are_written(series):
    total = {"value": 0.7, "kind": "cumulative", "by": "2025"}
    one = series(YEAR, targets=[{"upper": 0.7}, total])
    assert [aim.kind for aim in one.aims] == ["each_period", "cumulative"]
    assert misfits(one, date(2026, 1, 15))["off_scale"] is None


def test_the_target_of_a_group_and_the_end_of_a_path_are_looked_at(series):
    grouped = {"value": 70, "groups": {"race/black": 0.7}}
    one = series(YEAR, targets=[grouped])
    assert (one.aims[0].value, misfits(one, date(2026, 1, 15))["off_scale"]) == (70, 0.7)
    one = series(YEAR, targets=[{"path": {"2025": 0.7}}])
    assert (one.aims, misfits(one, date(2026, 1, 15))["off_scale"]) == ([], 0.7)


@pytest.mark.parametrize(
    ("baseline", "idle"),
    [
        ({"rebase": {"2025-01": "x", "2025-12": "x", "2026-01": "x"}}, []),  # the last waits for its values
        ({"rebase": {"2024-12": "x", "2026-02": "x"}}, ["rebase 2024-12", "rebase 2026-02"]),
        ({"exclude": {"2024": "x", "2025": "x", "2026-Q2": "x"}}, ["exclude 2024", "exclude 2026-Q2"]),
        ({"start": "2019", "end": "2031"}, []),
        ({"start": "2031", "end": "2019"}, ["start 2031", "end 2019"]),
    ],
)
def test_periods_of_a_baseline_are_idle_where_there_are_no_values(series, baseline, idle):
    assert misfits(series(YEAR, baseline=baseline), date(2026, 1, 15))["idle"] == idle


def test_without_values_nothing_is_idle(series):
    assert misfits(series([], baseline={"rebase": {"2052": "x"}}), date(2026, 1, 15))["idle"] == []


@pytest.mark.parametrize(
    ("later", "far"),
    [
        ([], []),
        (["2026-02", "2026-12"], []),
        (["2027-01"], []),  # 351 days
        (["2027-02"], ["2027-02"]),
        (["2031-05", "2026-02", "2041-05"], ["2031-05", "2041-05"]),
        ([f"{year}-{month:02}" for year in (2026, 2027, 2028) for month in range(1, 13)], []),
    ],
)
def test_rows_stray_beyond_a_year_without_any_and_not_where_they_go_on(later, far):
    assert strays(later, date(2026, 1, 15), 1) == far


def test_the_status_says_it(observations, entry_of):
    own = observations("m", YEAR * 2, "2024-01").assign(cell="")
    definition = {"as_of": "2026-01-15", "fiscal_year_starts": 1}
    entry = entry_of(targets=[{"value": 0.7}])
    one = track("m", entry, own, Period.parse("2025-Q4"), definition)
    assert one.off_scale
    assert one.status.endswith(" · the target is on another scale")
    assert not track(
        "m", entry_of(targets=[{"value": 70}]), own, Period.parse("2025-Q4"), definition
    ).off_scale
