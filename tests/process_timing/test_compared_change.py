import numpy as np
import pandas as pd
import pytest

from workbench.disclosure import Policy, release
from workbench.process_timing import analyse
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.change import change
from workbench.process_timing.counts import Counts

PROCESS = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}
MONDAY = pd.Timestamp("2025-06-30", tz="UTC")
AROUND = (-1.0, 0.0, 0.5, 0.0, -0.5, 1.0)  # how weeks differ without a change


def weekly_log(levels, a_week: int = 3, end: str = "Issued") -> list[tuple[str, str, str]]:
    """So many cases a week that all take as many days as the week's level."""
    rows = []
    for week, days in enumerate(levels):
        for number in range(a_week):
            start = MONDAY + pd.Timedelta(days=7 * week + number)
            case = f"{end}{week:02}-{number}"
            rows.append((case, "Filed", start.isoformat()))
            rows.append((case, end, (start + pd.Timedelta(days=float(days))).isoformat()))
    return rows


def levels_of(weeks: int, first: int, size: float) -> np.ndarray:
    levels = 10 + np.resize(AROUND, weeks)
    levels[first:] += size
    return levels


def found(cube, period: str = "2025-Q4") -> dict:
    (row,) = change(Cohort.of(cube, period, "submitted", 0.95), Counts()).to_dict("records")
    return row


@pytest.mark.parametrize(("size", "verdict"), [(5.0, "slower"), (-5.0, "faster")])
def test_the_week_of_a_change_and_its_size(cube_of, size, verdict):
    row = found(cube_of(weekly_log(levels_of(26, 12, size)), process=PROCESS, about_people=False))
    assert (row["verdict"], row["since"], row["weeks"]) == (verdict, "2025-09-22", 26)
    assert row["since_lower"] <= "2025-09-22" <= row["since_upper"]
    assert (row["before"], row["after"]) == (10.0, 10.0 + size)
    assert row["lower"] < size < row["upper"]
    assert row["difference"] == size
    assert (row["p"], row["lacking"], row["state"]) == (0.001, "", "value")
    assert row["cells"] == ["2025-Q4|weeks before the change", "2025-Q4|weeks after the change"]


def test_without_a_change_no_week_is_named(cube_of):
    row = found(cube_of(weekly_log(levels_of(26, 26, 0)), process=PROCESS, about_people=False))
    assert (row["verdict"], row["since"], row["known_change"]) == ("no clear change", "", "")
    assert row["p"] > 0.05
    assert np.isnan(row["before"])
    assert np.isnan(row["difference"])


@pytest.mark.parametrize(("weeks", "lacking"), [(23, "few weeks"), (24, "")])
def test_two_dozen_weeks_are_needed(cube_of, weeks, lacking):
    row = found(cube_of(weekly_log(levels_of(weeks, 12, 5.0)), process=PROCESS, about_people=False))
    assert (row["lacking"], row["weeks"]) == (lacking, weeks)
    assert (row["verdict"], row["state"]) == (
        ("can't tell yet", "no data") if lacking else ("slower", "value")
    )


def test_weeks_after_the_period_and_weeks_hardly_followed_are_left_out(cube_of):
    log = weekly_log(levels_of(30, 12, 0.0))
    assert found(cube_of(log, process=PROCESS, about_people=False), "2025-Q4")["weeks"] == 27
    # Seen on 31 December, the weeks whose last case had not 20 days, twice the usual wait, are not known.
    row = found(cube_of(log, process=PROCESS, about_people=False, as_of="2025-12-31"), "2025-Q4")
    assert row["weeks"] == 24


def test_cases_withdrawn_early_do_not_take_their_week_away(cube_of):
    log = weekly_log(levels_of(26, 12, 5.0)) + weekly_log(np.full(26, 1.0), 1, "Withdrawn")
    row = found(cube_of(log, process=PROCESS, about_people=False))
    assert (row["weeks"], row["since"]) == (26, "2025-09-22")


@pytest.mark.parametrize(
    ("on", "known"),
    [("2025-09-21", ""), ("2025-09-22", "New form"), ("2025-10-05", "New form"), ("2025-10-06", "")],
)
def test_a_declared_change_in_the_weeks_is_named(cube_of, on, known):
    process = {**PROCESS, "changes": [{"on": on, "what": "New form"}]}
    row = found(cube_of(weekly_log(levels_of(26, 12, 9.0)), process=process, about_people=False))
    assert (row["since_lower"], row["since_upper"]) == ("2025-09-22", "2025-09-29")
    assert (row["known_change"], row["known_on"]) == (known, on if known else "")


def test_of_two_declared_changes_the_nearer_is_named(cube_of):
    process = {
        **PROCESS,
        "changes": [{"on": "2025-09-26", "what": "Fees"}, {"on": "2025-09-23", "what": "New form"}],
    }
    row = found(cube_of(weekly_log(levels_of(26, 12, 9.0)), process=process, about_people=False))
    assert row["known_change"] == "New form"


def test_a_log_without_cases_up_to_the_period_says_so(cube_of):
    row = found(cube_of(weekly_log([10.0]), process=PROCESS, about_people=False), "2024-Q4")
    assert (row["weeks"], row["verdict"], row["state"]) == (0, "can't tell yet", "no data")


@pytest.mark.parametrize(("a_week", "state"), [(1, "suppressed"), (2, "value")])
def test_few_people_on_one_side_hide_the_change(cube_of, a_week, state):
    """Ten weeks after it: 10 people, or 20."""
    results = analyse(cube_of(weekly_log(levels_of(26, 16, 5.0), a_week), process=PROCESS), period="2025-Q4")
    row = release(results, Policy(11)).change.iloc[0]
    assert row["state"] == state
    assert pd.isna(row["since"]) == (state == "suppressed")
