"""A reader who subtracts what is published about the steps of people's cases finds no few people."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.disclosure import Policy, release
from workbench.process_timing import analyse
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.curves import certain
from workbench.process_timing.times.lead_times import lead_times, survival

PROCESS = {
    "first": ["Filed"],
    "last": ["Issued"],
    "withdrawn": ["Withdrawn"],
    "service_level": {"days": 10, "calendar": "calendar"},
}


def log_of(paths: dict[tuple[tuple[str, float], ...], int]) -> list[tuple[str, str, str]]:
    """So many cases of each path; a path is a list of steps and the day of each."""
    rows, number = [], 0
    start = pd.Timestamp("2026-01-01", tz="UTC")
    for path, times in paths.items():
        for _ in range(times):
            shift = pd.Timedelta(hours=number % 1400)
            number += 1
            rows += [
                (f"c{number:05}", step, (start + shift + pd.Timedelta(days=day)).isoformat())
                for step, day in path
            ]
    return rows


FILED, REVIEW = ("Filed", 0.0), ("Review", 3.0)
IN_TIME, LATE = (FILED, REVIEW, ("Issued", 8.0)), (FILED, REVIEW, ("Issued", 14.0))
TWICE = (FILED, REVIEW, ("Review", 5.0), ("Issued", 9.0))
THRICE = (FILED, REVIEW, ("Review", 5.0), ("Review", 6.0), ("Issued", 9.0))
WITHDRAWN, OVERDUE, SKIPPED = (FILED, REVIEW, ("Withdrawn", 4.0)), (FILED, REVIEW), (FILED, ("Issued", 2.0))


@pytest.fixture
def released(cube_of):
    """Results of 300 and some cases, with so many withdrawn, late, reviewed thrice and never reviewed."""

    def made(few: int, overdue: int = 30):
        paths = {
            IN_TIME: 200,
            TWICE: 40,
            OVERDUE: overdue,
            WITHDRAWN: few,
            LATE: few,
            THRICE: few,
            SKIPPED: few,
        }
        cube = cube_of(log_of(paths), process=PROCESS, as_of="2026-06-30")
        return release(analyse(cube, period="2026-Q1"), Policy(11))

    return made


def differences_along_a_case(results) -> dict[str, float]:
    """What the released rows of the latest interval give when one count is taken from another."""
    (submitted,) = results.lead_times["submitted"].unique()
    due, met, missed = results.service_levels.iloc[-1][["due", "met", "missed"]]
    unfinished = results.progress.set_index("outcome")["cases"]
    found = {"not due": submitted - due, "late": missed - unfinished["overdue"], "due": due - met - missed}
    for row in results.rework.to_dict("records"):
        found[f"never {row['activity']}"] = submitted - row["cases"]
        found[f"again {row['activity']}"] = row["extra"] - row["repeated"]
    waiting = results.waiting["cases"].sum()
    found["open elsewhere"] = (
        waiting - results.variants["cases"][results.variants["activities"] == "Filed → Review"].sum()
    )
    return {name: value for name, value in found.items() if not pd.isna(value)}


@pytest.mark.parametrize("few", [1, 5, 10])
def test_no_difference_of_released_counts_is_a_few_people(released, few):
    found = differences_along_a_case(released(few))
    assert {"not due", "late", "never Review", "again Review", "open elsewhere"} <= set(found)
    assert {name: value for name, value in found.items() if value % 20} == {}


@pytest.fixture
def cohort_of(cube_of):
    """``cohort_of(closed, still_open)``: so many cases closed in time, and so many still open, of one cube."""
    cube = cube_of(log_of({IN_TIME: 239, OVERDUE: 30}), process=PROCESS, as_of="2026-06-30")
    cases = cube.frames["cases"]
    is_open = cases["outcome"] == "open"

    def made(closed, still_open):
        kept = pd.concat([cases[~is_open].head(closed), cases[is_open].head(still_open)])
        assert len(kept) == closed + still_open
        own = replace(cube, frames={**cube.frames, "cases": kept.reset_index(drop=True)})
        return Cohort.of(own, "2026-Q1", "submitted", 0.95)

    return made


def test_a_percentile_tells_nothing_of_how_few_are_open(cohort_of):
    for n in (50, 60, 75, 99, 120, 189, 240):
        shown = set()
        for still_open in range(1, 11):
            cohort = cohort_of(n - still_open, still_open)
            row = lead_times(cohort, Counts()).iloc[0]
            told = row[["median", "lower", "upper", "p90", "p90_lower", "p90_upper"]].notna()
            curve = survival(cohort).set_index("share")[["days", "lower", "upper"]]
            shown.add((tuple(told), tuple(curve.index), tuple(curve.notna().to_numpy().ravel())))
        assert len(shown) == 1, n


def test_a_percentile_of_no_open_case_or_of_many_is_told(cohort_of):
    for still_open in (0, 11):
        row = lead_times(cohort_of(60 - still_open, still_open), Counts()).iloc[0]
        assert row["median"] == pytest.approx(8)
        assert np.isnan(row["p90"]) == (still_open > 6)


def test_a_median_of_few_closed_cases_is_theirs(cohort_of):
    for closed, told in ((10, False), (11, True)):
        row = lead_times(cohort_of(closed, 30), Counts()).iloc[0]
        assert np.isfinite(row["closed_median"]) == told


def test_a_curve_is_certain_where_it_is_reached_with_that_many_open():
    assert certain(99, 10, 0.9, 0.95) == (False, True, False)
    assert certain(100, 10, 0.9, 0.95)[0]
    assert certain(10, 10, 0.5, 0.95) == (False, False, False)
