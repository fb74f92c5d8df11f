import numpy as np
import pandas as pd
import pytest

from workbench.disclosure import Policy, release
from workbench.process_timing import analyse
from workbench.process_timing.capability import capability, defects
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.service_levels import service_levels

MONDAY = pd.Timestamp("2025-10-06T09:00", tz="UTC")
EVEN = (9.0, 10.0, 11.0)


def log_of(weeks, first: int = 0, end: str = "Issued") -> list[tuple[str, str, str]]:
    """For each week from the first on, and each day of it, a case that takes so many days; None is still open."""
    rows = []
    for week, days in enumerate(weeks, first):
        for number, length in enumerate(days):
            start, case = MONDAY + pd.Timedelta(days=7 * week + number % 5), f"{end}-{week:02}-{number:02}"
            rows.append((case, "Filed", start.isoformat()))
            if length is not None:
                rows.append((case, end, (start + pd.Timedelta(days=length)).isoformat()))
    return rows


def process(days: float = 15, calendar: str = "calendar", **more) -> dict:
    steps = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
    return {**steps, "service_level": {"days": days, "calendar": calendar}, **more}


def indices(cube, period: str = "2026-Q1") -> pd.DataFrame:
    return capability(Cohort.of(cube, period, "submitted", 0.95), Counts()).set_index("index")


def defects_of(cube, period: str) -> list[dict]:
    cohort = Cohort.of(cube, period, "submitted", 0.95)
    return defects(cohort, service_levels(cohort, Counts())).to_dict("records")


def test_indices_of_a_stable_process_by_hand(cube_of):
    """Of 2026-Q1, twelve weeks of 9, 10 and 11 days: moving ranges 24 times 1, 11 times 2."""
    found = indices(cube_of(log_of([EVEN] * 25), process=process(20), about_people=False))
    neighbours = 46 / 35 / 1.128
    assert found["n"].tolist() == [36] * 4
    assert found.loc["cpk", "value"] == pytest.approx(10 / (3 * neighbours))
    assert found.loc["ppk", "value"] == pytest.approx(10 / (3 * np.sqrt(24 / 35)))
    assert found.loc["cpk", "lower"] < found.loc["cpk", "value"] < found.loc["cpk", "upper"]
    assert found["form"].tolist() == ["", "normal", "", "normal"]
    assert found["lacking"].tolist() == ["no lower limit", "", "no lower limit", ""]
    assert found["verdict"].tolist() == ["", "reliably meets the target", "", "reliably meets the target"]
    assert found["state"].tolist() == ["no data", "value", "no data", "value"]


@pytest.mark.parametrize(
    ("limit", "verdict"),
    [
        (9, "cannot meet the target without change"),
        (9.99, "can't tell yet"),
        (11, "hit or miss"),
        (12.6, "can't tell yet"),
        (15, "reliably meets the target"),
    ],
)
def test_the_word_is_of_the_whole_interval(cube_of, limit, verdict):
    found = indices(cube_of(log_of([EVEN] * 25), process=process(limit), about_people=False))
    assert found.loc["ppk", "verdict"] == verdict


def test_the_limit_is_on_the_clock_of_the_service_level(cube_of):
    """Seven days from a Monday to a Wednesday are five working days."""
    cube = cube_of(
        log_of([(7.0, 14.0, 7.0)] * 25), process=process(10, "working"), working_hours=["09:00-17:00"],
        about_people=False,
    )  # fmt: skip
    found = indices(cube).loc["ppk"]
    days = np.tile([5.0, 10.0, 5.0], 12)
    assert (found["clock"], found["limit_days"]) == ("working days", 10)
    if found["form"] == "normal":
        assert found["value"] == pytest.approx((10 - days.mean()) / 3 / days.std(ddof=1))


def test_without_a_service_level_there_are_no_rows(cube_of):
    cube = cube_of(log_of([EVEN] * 25), process={"first": ["Filed"], "last": ["Issued"]}, about_people=False)
    chosen = Cohort.of(cube, "2026-Q1", "submitted", 0.95)
    assert capability(chosen, Counts()).empty
    assert defects(chosen, service_levels(chosen, Counts())).empty


@pytest.mark.parametrize(("still_open", "given"), [(1, True), (2, False)])
def test_with_more_than_a_twentieth_open_it_is_refused(cube_of, still_open, given):
    """Of 36 cases. One that is open counts with its 9.6 days so far."""
    last = [(10.0, None, 11.0)] * (still_open - 1) + [(10.0, 9.0, None)]
    log = log_of([EVEN] * (25 - len(last)) + last)
    found = indices(cube_of(log, process=process(20), about_people=False, as_of="2026-04-03")).loc["ppk"]
    assert found["lacking"] == ("" if given else "many open")
    assert found["verdict"] == ("reliably meets the target" if given else "can't tell yet")


def test_an_unstable_process_has_no_capability(cube_of):
    slower = [tuple(np.add(EVEN, 4.0))] * 12
    found = indices(cube_of(log_of([EVEN] * 13 + slower), process=process(), about_people=False))
    assert found["lacking"].tolist() == ["unstable"] * 4
    assert found["verdict"].tolist() == ["", "can't tell yet", "", "can't tell yet"]
    assert found["value"].isna().all()


def test_what_was_unstable_half_a_year_ago_is_past(cube_of):
    past = [tuple(np.add(EVEN, 4.0))] * 12
    log = log_of(past, first=-26) + log_of([EVEN] * 14, first=-14) + log_of([EVEN] * 25)
    found = indices(cube_of(log, process=process(), about_people=False))
    assert found.loc["ppk", "lacking"] == ""


@pytest.mark.parametrize(("weeks", "lacking"), [(12, "few weeks"), (13, "")])
def test_thirteen_weeks_are_needed(cube_of, weeks, lacking):
    log = log_of([EVEN] * weeks, first=25 - weeks)
    assert indices(cube_of(log, process=process(), about_people=False)).loc["ppk", "lacking"] == lacking


@pytest.mark.parametrize(("n", "lacking"), [(29, "few cases"), (30, "")])
def test_thirty_cases_are_needed(cube_of, n, lacking):
    weeks = [EVEN] * 13 + [EVEN] * 9 + [(10.0,)] * (3 - (30 - n))
    assert (
        indices(cube_of(log_of(weeks), process=process(), about_people=False)).loc["ppk", "lacking"]
        == lacking
    )


def test_a_skewed_process_is_measured_by_its_percentiles(cube_of):
    log = log_of([(1.0, 2.0, 4.0, 8.0, 16.0)] * 25)
    found = indices(cube_of(log, process=process(60), about_people=False))
    assert found.loc["cpk", ["lacking", "verdict"]].tolist() == ["not normal", ""]
    assert found.loc["ppk", "form"] == "log-normal"
    logs = np.log([8.0, 16.0, *[1.0, 2.0, 4.0, 8.0, 16.0] * 12])  # the first two on 1 and 2 January
    middle, high = np.exp(logs.mean()), np.exp(logs.mean() + 3 * logs.std(ddof=1))
    assert found.loc["ppk", "value"] == pytest.approx((60 - middle) / (high - middle))


def test_withdrawn_cases_are_left_out(cube_of):
    log = log_of([EVEN] * 25) + log_of([(1.0,)] * 25, end="Withdrawn")
    found = indices(cube_of(log, process=process(), about_people=False)).loc["ppk"]
    assert (found["n"], found["value"]) == (36, pytest.approx(5 / (3 * np.sqrt(24 / 35))))


@pytest.mark.parametrize(("a_week", "refused"), [(5, True), (20, False)])
def test_that_few_people_are_open_is_not_told_by_what_is_given(cube_of, a_week, refused):
    """One case or ten are open: of 62 it could be more than a twentieth, of 248 not."""
    days = np.resize(EVEN, a_week).tolist()
    for still_open in (1, 10):
        log = log_of([days] * 24 + [[None] * min(still_open, a_week) + days[still_open:]])
        found = indices(cube_of(log, process=process(), as_of="2026-04-07"))
        assert (found.loc["ppk", "lacking"] == "many open") == refused


def test_defects_are_late_cases_and_those_open_after_their_date(cube_of):
    log = log_of([(5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 20.0, None)] * 12, first=13)
    (row,) = defects_of(cube_of(log, process=process(), about_people=False), "2026-Q1")
    assert (row["clock"], row["due"], row["defects"], row["dpmo"]) == (
        "whole",
        120,
        24,
        pytest.approx(200_000),
    )
    assert row["sigma_unshifted"] == pytest.approx(
        0.841621, abs=1e-6
    )  # of the normal distribution: 80 in 100
    assert row["sigma_shifted"] == pytest.approx(2.341621, abs=1e-6)
    assert row["sigma_shifted_lower"] < 2.341621 < row["sigma_shifted_upper"]
    assert row["convention"] == "one tail, with 1.5 sigma shift; one tail, without shift"
    assert row["cells"] == ["2026-Q1|service level"]


def test_no_defect_has_no_finite_sigma_level(cube_of):
    cube = cube_of(log_of([EVEN] * 25), process=process(), about_people=False)
    (row,) = defects_of(cube, "2026-Q1")
    assert (row["defects"], row["dpmo"], row["dpmo_lower"], row["state"]) == (0, 0, 0, "value")
    assert np.isnan(row["sigma_shifted"])
    assert row["sigma_shifted_lower"] > 2


def test_a_period_in_which_nothing_was_due_yet_has_no_defects(cube_of):
    cube = cube_of(log_of([EVEN]), process=process(), about_people=False, as_of="2025-10-08")
    (row,) = defects_of(cube, "2025-Q4")
    assert (row["due"], row["state"]) == (0, "no data")
    assert np.isnan(row["dpmo"])


def test_defects_of_people_are_the_published_counts_of_the_service_level(cube_of):
    log = log_of([[5.0] * 18 + [20.0] * 2] * 13, first=12)
    results = release(analyse(cube_of(log, process=process()), period="2026-Q1"), Policy(11))
    level, row = results.service_levels.iloc[-1], results.defects.iloc[0]
    assert (row["due"], row["defects"]) == (level["due"], level["missed"])
    assert row["dpmo"] == pytest.approx(1_000_000 * level["missed"] / level["due"])


def test_few_people_late_hide_the_defects(cube_of):
    log = log_of([[5.0] * 19 + [20.0]] * 3 + [[5.0] * 20] * 9, first=13)
    results = release(analyse(cube_of(log, process=process()), period="2026-Q1"), Policy(11))
    assert results.defects["state"].tolist() == ["suppressed"]
    assert results.defects["dpmo"].isna().all()
