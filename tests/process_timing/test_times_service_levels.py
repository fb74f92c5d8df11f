"""The share closed in time on the resident's clock and on the city's."""

import numpy as np
import pandas as pd
import pytest

from workbench.process_timing.cohort import DAY, Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.times.held import Held
from workbench.process_timing.times.service_levels import service_levels

PERMIT = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
TEN = {**PERMIT, "clock": {"Asked": "applicant"}, "service_level": {"days": 10, "calendar": "calendar"}}


def frame(cube, period: str = "2026-Q1") -> pd.DataFrame:
    return service_levels(Cohort.of(cube, period, "submitted", 0.95), Counts())


def rows_of(paths: dict[tuple[tuple[str, float], ...], int], start: str = "2026-01-05") -> list[tuple]:
    """So many cases of each path: steps and the day of each, after a filing on ``start``."""
    rows, number = [], 0
    for path, times in paths.items():
        for _ in range(times):
            number += 1
            for step, day in (("Filed", 0.0), *path):
                moment = pd.Timestamp(start, tz="UTC") + pd.Timedelta(days=day)
                rows.append((f"{start}-{number}", step, moment.isoformat()))
    return rows


def shares(found: pd.DataFrame, interval: str = "2026-Q1") -> dict[str, tuple]:
    own = found[found["interval"] == interval].set_index("clock")
    return {clock: (row["met"], row["due"]) for clock, row in own.iterrows()}


IN_TIME = (("Asked", 2.0), ("Answered", 4.0), ("Issued", 8.0))
LATE_BY_APPLICANT = (("Asked", 2.0), ("Answered", 12.0), ("Issued", 18.0))  # 8 days with the city
LATE_BY_CITY = (("Asked", 2.0), ("Answered", 12.0), ("Issued", 21.0))  # 11 days with the city
OVERDUE = (("Asked", 2.0), ("Answered", 3.0))
WITH_APPLICANT = (("Asked", 2.0),)


def test_the_citys_clock_stands_still_while_the_applicant_holds_the_case(cube_of):
    paths = {IN_TIME: 10, LATE_BY_APPLICANT: 6, LATE_BY_CITY: 2, OVERDUE: 2}
    cube = cube_of(rows_of(paths), process=TEN, as_of="2026-03-31", about_people=False)
    found = frame(cube)
    assert shares(found) == {"whole": (10, 20), "city": (16, 20)}
    city = found[found["clock"] == "city"].iloc[0]
    assert (city["share"], city["missed"]) == (0.8, 4)
    assert (city["lower"], city["upper"]) == pytest.approx((0.584, 0.919), abs=1e-3)  # Wilson, 16 of 20


def test_an_open_case_within_its_allowance_is_neither_a_hit_nor_a_miss(cube_of):
    paths = {IN_TIME: 10, OVERDUE: 10, WITH_APPLICANT: 10}
    cube = cube_of(rows_of(paths), process=TEN, as_of="2026-03-31", about_people=False)
    # Kaplan-Meier: those at the applicant's left the city's clock after 2 days; 10 of the 20 others were closed.
    assert shares(frame(cube)) == {"whole": (10, 30), "city": (10, 20)}


def test_a_withdrawn_case_is_left_out_of_both(cube_of):
    paths = {IN_TIME: 10, LATE_BY_CITY: 10, (("Asked", 1.0), ("Withdrawn", 30.0)): 5}
    cube = cube_of(rows_of(paths), process=TEN, as_of="2026-03-31", about_people=False)
    assert shares(frame(cube)) == {"whole": (10, 20), "city": (10, 20)}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ({WITH_APPLICANT: 12}, (0, 0)),  # nobody was followed to the end of the allowance
        ({IN_TIME: 12}, (12, 12)),
        ({LATE_BY_CITY: 12}, (0, 12)),
        ({OVERDUE: 1}, (0, 1)),
        ({(("Withdrawn", 3.0),): 12}, (0, 0)),
        ({IN_TIME: 39, WITH_APPLICANT: 1}, (39, 39)),  # at day 2, before any of the others was closed
    ],
)
def test_boundaries_of_the_citys_clock(cube_of, paths, expected):
    rows = rows_of({(("Asked", 1.0), ("Issued", 1.5)): 1}, "2025-11-03") + rows_of(paths)  # Asked is known
    cube = cube_of(rows, process=TEN, as_of="2026-03-31", about_people=False)
    found = frame(cube)
    assert shares(found)["city"] == expected
    state = found.query("interval == '2026-Q1' and clock == 'city'")["state"].item()
    assert state == ("no data" if expected[1] == 0 else "unreliable" if expected[1] < 10 else "value")


def test_up_to_a_twentieth_undecided_counts_as_late(cube_of):
    quick = (("Asked", 0.5), ("Answered", 1.0), ("Issued", 1.5))
    for undecided, known in ((2, True), (3, False)):
        paths = {quick: 40 - undecided, WITH_APPLICANT: undecided}
        cube = cube_of(rows_of(paths), process=TEN, as_of="2026-03-31", about_people=False)
        met, due = shares(frame(cube))["city"]
        assert (met, due) == ((38, 40) if known else (0, 0))


def test_without_another_holder_there_is_one_clock(cube_of):
    process = {**PERMIT, "service_level": {"days": 10}, "clock": {"Asked": "city"}}
    cube = cube_of(rows_of({IN_TIME: 10}), process=process, as_of="2026-03-31")
    assert frame(cube)["clock"].tolist() == ["whole"]
    assert frame(cube_of(rows_of({IN_TIME: 10}), process=PERMIT)).empty


def test_a_word_for_another_department_runs_on_the_citys_clock(cube_of):
    process = {**TEN, "clock": {"Asked": "planning"}, "holders": {"planning": "city"}}
    cube = cube_of(rows_of({LATE_BY_APPLICANT: 10}), process=process, as_of="2026-03-31")
    assert frame(cube)["clock"].tolist() == ["whole"]


def test_a_case_that_only_the_city_held_is_alike_on_both_clocks(cube_of):
    process = {**TEN, "service_level": {"days": 5, "calendar": "working"}}
    saturday, monday = (("Issued", 12.5),), (("Issued", 14.2),)  # due when Monday a week later ends
    rows = rows_of({saturday: 5, monday: 5, LATE_BY_APPLICANT: 10, (("Issued", 7.9),): 10})
    found = frame(cube_of(rows, process=process, as_of="2026-03-31", about_people=False))
    # On the whole clock the case is late from the 13th on, also on a Saturday, when no working time passes.
    assert shares(found)["whole"] == (10, 30)
    # Of 10 others the city had Monday and Tuesday, and from the 17th to the 23rd: 2 + 4 days of 6 allowed.
    assert shares(found)["city"] == (20, 30)


def test_the_city_has_the_time_before_the_first_event_and_while_work_is_recorded(cube_of):
    columns = ["case", "activity", "completed", "started", "submitted"]
    process = {**TEN, "started": "started", "submitted": "submitted"}
    rows = []
    for number in range(10):
        submitted = "2026-01-05T00:00Z"
        rows += [(f"c{number}", "Asked", "2026-01-09T00:00Z", None, submitted)]
        rows += [(f"c{number}", "Issued", "2026-01-25T00:00Z", "2026-01-18T12:00Z", submitted)]
    cube = cube_of(rows, columns, process=process, as_of="2026-03-31", about_people=False)
    assert shares(frame(cube)) == {"whole": (0, 10), "city": (0, 10)}  # 4 days and 6.5 days: 10.5
    rows = [(*row[:3], row[3] and "2026-01-19T12:00Z", row[4]) for row in rows]
    cube = cube_of(rows, columns, process=process, as_of="2026-03-31", about_people=False)
    assert shares(frame(cube)) == {"whole": (0, 10), "city": (10, 10)}  # 4 and 5.5


def test_the_change_is_from_the_same_clock_of_the_interval_before(cube_of):
    rows = rows_of({IN_TIME: 30, LATE_BY_APPLICANT: 10}, "2025-10-06")
    rows += rows_of({IN_TIME: 10, LATE_BY_APPLICANT: 20, LATE_BY_CITY: 10})
    found = frame(cube_of(rows, process=TEN, as_of="2026-06-30", about_people=False))
    now = found[found["interval"] == "2026-Q1"].set_index("clock")
    assert now["change"].to_dict() == pytest.approx({"whole": -0.5, "city": -0.25})
    assert (now["change_upper"] < 0).all()
    assert set(now["verdict"]) == {"worsening"}


def later_known(n: int, seed: int) -> pd.DataFrame:
    """Permits of a quarter whose applicants are asked once or more; those with more to ask take longer."""
    random, rows = np.random.default_rng(seed), []
    for number in range(n):
        rounds, weight = random.geometric(0.6), random.gamma(4, 0.25)
        city, applicant = random.gamma(2, 8 * weight, rounds), random.exponential(20 * weight, rounds - 1)
        moment = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=random.uniform(0, 90))
        steps = [("Filed", 0.0)]
        for k, days in enumerate(city):
            steps += [("Issued" if k == rounds - 1 else "Asked", days)]
            steps += [("Answered", applicant[k])] if k < rounds - 1 else []
        for step, days in steps:
            moment += pd.Timedelta(days=days)
            rows.append((f"c{number}", step, moment.isoformat()))
    return pd.DataFrame(rows, columns=["case", "activity", "completed"], dtype=object)


def share_of_known(cube) -> float:
    """The usual share: closed in time, of those that are closed or late already."""
    cohort = Cohort.of(cube, "2026-Q1", "submitted", 0.95)
    city = cohort.cases["lead"].to_numpy() - Held.of(cohort, "calendar days").elsewhere
    closed, over = cohort.observed(cohort.cases), city > 45 * DAY
    return (closed & ~over).sum() / (closed | over).sum()


def test_the_share_on_the_citys_clock_is_the_later_known_one(cube_of):
    """Of 900 permits of a quarter, read 45 days after it ended, and years later when all were closed."""
    process = {**TEN, "service_level": {"days": 45, "calendar": "calendar"}}
    off, usual = [], []
    for seed in range(3):
        log = later_known(900, seed)
        early, late = (
            cube_of(log, process=process, as_of=day, about_people=False)
            for day in ("2026-05-15", "2036-01-01")
        )
        told, truth = (frame(cube).query("clock == 'city'").iloc[0] for cube in (early, late))
        assert truth["due"] == 900
        assert told["lower"] <= truth["share"] <= told["upper"]
        off.append(told["share"] - truth["share"])
        usual.append(share_of_known(early) - truth["share"])
    assert abs(np.mean(off)) < 0.01
    assert np.mean(usual) > 0.02  # it flatters
