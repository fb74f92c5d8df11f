"""What a reader could subtract from the times, holders, outcomes and second clock of people's cases."""

import numpy as np
import pandas as pd
import pytest

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.comparison import comparison
from workbench.process_timing.times.falling_due import falling_due
from workbench.process_timing.times.holders import holders
from workbench.process_timing.times.lead_times import lead_times
from workbench.process_timing.times.outcomes import outcomes
from workbench.process_timing.times.restricted import restricted_means
from workbench.process_timing.times.service_levels import progress, service_levels
from workbench.process_timing.times.steps import step_times

PROCESS = {
    "first": ["Filed"],
    "last": ["Issued"],
    "withdrawn": ["Withdrawn"],
    "service_level": {"days": 10, "calendar": "calendar"},
    "clock": {"Asked": "applicant"},
}
FRAMES = (lead_times, progress, service_levels, restricted_means, outcomes, holders, falling_due, step_times)
IN_TIME = (("Review", 3), ("Issued", 8))
LATE = (("Review", 3), ("Issued", 14))
LATE_BY_APPLICANT = (("Review", 3), ("Asked", 4), ("Answered", 10), ("Issued", 15))
IN_TIME_ASKED = (("Review", 3), ("Asked", 4), ("Answered", 5), ("Issued", 9))
OVERDUE, WITHDRAWN = (("Review", 3),), (("Review", 3), ("Withdrawn", 4))


def log_of(paths: dict[tuple[tuple[str, float], ...], int]) -> list[tuple[str, str, str]]:
    rows, number = [], 0
    for path, times in paths.items():
        for _ in range(times):
            start = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(hours=number % 1400)
            number += 1
            for step, days in (("Filed", 0), *path):
                rows.append((f"c{number:05}", step, (start + pd.Timedelta(days=days)).isoformat()))
    return rows


@pytest.fixture
def released(cube_of, release_of):
    """Released frames of a log of people, by name."""

    def made(paths, as_of="2026-06-30", **process):
        cube = cube_of(log_of(paths), process={**PROCESS, **process}, as_of=as_of)
        return release_of(Cohort.of(cube, "2026-Q1", "submitted", 0.95), FRAMES).frames()

    return made


USUAL = {IN_TIME: 150, LATE: 40, OVERDUE: 30, IN_TIME_ASKED: 40}


def test_how_few_are_late_on_one_clock_only_is_not_told(released):
    """The rows of the city's clock say the same, which is nothing, whatever the small number is."""
    shown = set()
    for few in (1, 4, 10):
        found = released({**USUAL, IN_TIME: 150 - few, LATE_BY_APPLICANT: few})["service_levels"]
        city = found[found["clock"] == "city"].iloc[0]
        shown.add((city["state"], *city[["due", "met", "missed", "share"]].isna()))
    assert shown == {("suppressed", True, True, True, True)}
    found = released({**USUAL, IN_TIME: 139, LATE_BY_APPLICANT: 11})["service_levels"]
    assert found["state"].tolist() == ["value", "value"]
    found = released(USUAL)["service_levels"]
    assert found["state"].tolist() == ["value", "value"]


@pytest.mark.parametrize("few", [1, 5, 10])
def test_differences_of_what_is_told_are_whole_steps(released, few):
    frames = released({**USUAL, WITHDRAWN: few, LATE_BY_APPLICANT: 30 - few})
    (submitted,) = frames["lead_times"]["submitted"].unique()
    found = frames["outcomes"].query("state == 'value'")
    steps = found["share"] * submitted / 20
    rest = (1 - found["share"]) * submitted / 20
    whole = np.isclose(steps, steps.round()) | np.isclose(rest, rest.round())
    assert whole.all()
    assert not ((found["outcome"] == "withdrawn") & (found["day"] > 4)).any()  # hidden: few
    due = frames["service_levels"].set_index("clock")["due"]
    assert (submitted - due["whole"]) % 20 == 0
    cases = frames["holders"]["cases"].dropna()
    assert ((submitted - cases) % 20 == 0).all()


def test_few_withdrawn_are_hidden_by_the_outcomes_beside_them(released):
    """Shares of the others by the last day are the same for each small number withdrawn."""
    told = set()
    for few in (1, 5, 10):
        found = released({IN_TIME: 200 - few, OVERDUE: 60, WITHDRAWN: few})["outcomes"]
        last = found[(found["day"] == 90) & (found["clock"] == "calendar days")].set_index("outcome")
        assert last["state"]["withdrawn"] == "suppressed"
        told.add(tuple(last["share"][["closed", "open", "closed if pursued"]].round(6)))
    assert len(told) == 1


@pytest.mark.parametrize("hour", [1, 4, 9])
def test_few_that_fall_due_are_hidden_and_the_others_are_told_in_steps(released, hour):
    level = {"days": 6 - (hour - 1) / 24, "calendar": "calendar"}  # so many cases are overdue
    found = released({OVERDUE: 60, IN_TIME: 100}, as_of="2026-01-06", service_level=level)["falling_due"]
    assert found["state"].tolist() == ["suppressed", "value", "zero", "zero", "zero"]
    assert found["cases"].fillna(-1).tolist() == [-1, 140, 0, 0, 0]


def test_a_holder_of_few_cases_is_hidden(released):
    found = released({IN_TIME: 200, LATE_BY_APPLICANT: 7})["holders"]
    assert set(found.loc[found["state"] == "suppressed", "holder"]) == {"applicant"}
    assert found.loc[found["holder"] == "city", "verdict"].tolist() == ["", ""]


def two_quarters(closed_before: int, closed: int) -> list[tuple[str, str, str]]:
    """Of 160 cases of each quarter so many are closed, after 5 days, in the first six weeks."""
    rows = []
    for first, ended in (("2025-10-01", closed_before), ("2026-01-01", closed)):
        for number in range(160):
            start = pd.Timestamp(first, tz="UTC") + pd.Timedelta(hours=number * 13)
            rows.append((f"{first}-{number}", "Filed", start.isoformat()))
            if number % 80 < ended / 2:
                rows.append((f"{first}-{number}", "Issued", (start + pd.Timedelta(days=5)).isoformat()))
    return rows


@pytest.mark.parametrize(
    ("closed", "state"), [(10, "can't tell yet"), (12, "slower"), (30, "no clear change")]
)
def test_shares_closed_of_people_are_whole_steps_and_never_of_a_few(cube_of, release_of, closed, state):
    cube = cube_of(two_quarters(72, closed), process=PROCESS, as_of="2026-03-31")
    frames = release_of(Cohort.of(cube, "2026-Q1", "submitted", 0.95), (comparison,)).frames()
    (found,) = frames["comparison"].query("comparison == 'previous'").to_dict("records")
    assert (found["state"], found["verdict"]) == ("value", state)
    shares = np.array([found[name] for name in ("closed_by", "closed_by_before")])
    assert np.isnan(shares).all() == (state == "can't tell yet")
    assert state == "can't tell yet" or np.allclose(shares * 160 / 20, (shares * 160 / 20).round())
