"""Each truth planted in the measures is found again by a few lines of arithmetic, not by the workbench."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def monthly(sources, catalog):
    """Values of each measure by month as they are known at the extract, and how many are provisional."""

    def of(id: str) -> pd.Series:
        measure = catalog.measures[id]
        table = sources[measure.source]
        table = table[table["measure"] == measure.where[0].equals[0]].sort_values("recorded", kind="stable")
        keys = ["month", *(["race"] if "race" in table else [])]
        table = table.groupby(keys, as_index=False).last()
        for column in ("numerator", "denominator", "value", "n"):
            if column in table:
                table[column] = pd.to_numeric(table[column].astype(str).str.replace(",", ""), errors="coerce")
        if measure.columns.value:
            return table.set_index("month")["value"]
        sums = table.groupby("month")[["numerator", "denominator"]].sum(min_count=1)
        quotient = measure.kind in ("proportion", "rate")
        return sums["numerator"] / sums["denominator"] if quotient else sums["numerator"]

    return of


def limits(values: pd.Series) -> tuple[float, float]:
    """Limits of an individuals chart: mean and 2.66 mean moving ranges."""
    reach = 2.66 * values.diff().abs().mean()
    return values.mean() - reach, values.mean() + reach


def test_calls_have_shifted_for_the_worse_and_inspections_for_the_better(monthly):
    calls, inspections = monthly("calls_answered_in_90_seconds"), monthly("rental_inspections_on_time")
    assert calls["2025-08-01":].max() < limits(calls[:"2025-07-01"])[0]
    assert inspections["2025-06-01":].mean() > limits(inspections[:"2025-05-01"])[1]


def test_engines_drift_and_do_not_jump(monthly):
    share = monthly("first_engine_in_6_minutes")
    assert np.corrcoef(np.arange(15), share[-15:])[0, 1] < -0.9
    assert share[-1:].item() < limits(share[:"2024-08-01"])[0]
    assert abs(share.diff()[-15:]).max() < 0.04


def test_pools_follow_the_year(monthly):
    visits = monthly("pool_and_rink_visits")
    by_year = visits.to_numpy().reshape(3, 12)
    assert np.corrcoef(by_year)[0, 1] > 0.8
    assert by_year.mean(axis=1).std() < 0.04 * visits.mean()


def test_lead_lines_miss_their_target_at_any_pace_seen_so_far(monthly):
    lines = monthly("lead_lines_replaced")
    needed = (2400 - lines["2024-01-01":].sum()) / 12
    assert needed > limits(lines)[1]


def test_the_hiring_target_is_beyond_the_limits_and_the_holds_target_within_reach(monthly):
    assert limits(monthly("days_to_hire"))[0] > 60
    assert limits(monthly("holds_ready_in_3_days"))[0] > 0.90


def test_the_alarming_month_is_the_worst_in_a_year_and_within_the_limits(monthly):
    share = monthly("priority_one_in_8_minutes")
    assert share.idxmin() == "2025-12-01" or share[-12:].idxmin() == "2025-12-01"
    low, high = limits(share)
    assert low < share[-1:].item() < high


def test_flu_shots_look_low_only_in_the_months_that_still_grow(monthly):
    shots = monthly("flu_shots_given")
    low, high = limits(shots[:-2])
    assert shots[-1:].item() < low
    assert low < shots[-3:-2].item() < high


def test_computers_are_waited_for_a_minute_less_since_they_are_booked_and_clinics_as_long_as_before(monthly):
    computers, clinics = monthly("computer_wait_minutes"), monthly("clinic_wait_days")
    assert computers["2025-01-01":].mean() - computers[:"2024-12-01"].mean() == pytest.approx(-1, abs=0.1)
    change = clinics["2024-10-01":].mean() - clinics[:"2024-09-01"].mean()
    assert abs(change) < 2 * clinics.std() * np.sqrt(1 / 15 + 1 / 21)
