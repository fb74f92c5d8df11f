"""A reader who wants to know how few people did something: swaps of the secret, and fractions and limits turned back.

Two logs that differ in a small count only, taken from the largest, must give the same released rows; and
a figure of a count that is published rounded must fit every count that is rounded to the same.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.process_timing.capability import _told
from workbench.process_timing.cohort import Cohort, Some
from workbench.process_timing.compared.edges import edges_compared
from workbench.process_timing.counts import Counts
from workbench.process_timing.equity.shares import _in_time
from workbench.process_timing.overview import summary
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.steps.endpoints import endpoints
from workbench.process_timing.steps.variants import variant_coverage, variants
from workbench.process_timing.steps.waiting import waiting
from workbench.process_timing.times.falling_due import falling_due
from workbench.process_timing.times.outcomes import outcomes
from workbench.process_timing.times.service_levels import progress, service_levels
from workbench.statistics.capability import Index, centred_index

PEOPLE = Rounding(20, 11)
SECRETS = (1, 4, 7, 10)
PROCESS = {
    "first": ["Filed"],
    "last": ["Issued", "Refused"],
    "withdrawn": ["Withdrawn"],
    "service_level": {"days": 10, "calendar": "calendar"},
}
ISSUED, LATE, REFUSED = (("Issued", 8),), (("Issued", 14),), (("Refused", 8),)
WITHDRAWN, REVIEWED, ASKED, CALLED = (("Withdrawn", 4),), (("Review", 3),), (("Asked", 3),), (("Called", 3),)


def log_of(paths, start: str = "2026-01-01", hours: int = 1, every: int = 1400) -> list[tuple[str, str, str]]:
    """So many cases of each path, ``hours`` apart; each path is the steps after filing and the day of each."""
    rows, number = [], 0
    for path, times in paths.items():
        for _ in range(times):
            filed = pd.Timestamp(start, tz="UTC") + pd.Timedelta(hours=number * hours % every)
            number += 1
            for step, days in (("Filed", 0), *path):
                rows.append(
                    (f"{start}-{number:05}", step, (filed + pd.Timedelta(days=float(days))).isoformat())
                )
    return rows


@pytest.fixture
def released(cube_of, release_of):
    """``released(rows, frame, ...)``: these frames of a log of people as a reader has them, by name."""

    def made(rows, *frames, as_of="2026-06-30", period="2026-Q1") -> dict[str, pd.DataFrame]:
        cohort = Cohort.of(cube_of(rows, process=PROCESS, as_of=as_of), period, "submitted", 0.95)
        counts = Counts()
        counts.cell(f"{period}|submitted", len(cohort.own))
        shown = release_of(cohort, frames, counts).frames()
        return {each.__name__: shown[each.__name__] for each in frames}

    return made


def as_text(frames: dict[str, pd.DataFrame]) -> str:
    """All that the rows say; of which counts they derive is no figure, and totals of time are exact."""
    hidden = ["cells", "total_days"]
    return "\n".join(frame.drop(columns=hidden, errors="ignore").to_csv() for frame in frames.values())


SWAPS = {
    "ends": (ISSUED, {REFUSED: 30}, WITHDRAWN, (endpoints,)),
    "waits": (REVIEWED, {ASKED: 20, ISSUED: 40}, CALLED, (endpoints, waiting, progress)),
    "variants": (ISSUED, {REFUSED: 20, REVIEWED: 25}, CALLED, (variants, variant_coverage)),
    "outcomes": (ISSUED, {REVIEWED: 30}, WITHDRAWN, (outcomes, progress)),
    "late": (ISSUED, {REVIEWED: 30, WITHDRAWN: 15}, LATE, (service_levels, progress)),
    "late by now": (ISSUED, {REVIEWED: 60}, LATE, (service_levels, progress, falling_due)),
}


@pytest.mark.parametrize("name", SWAPS)
def test_the_same_is_released_whatever_the_small_count(released, name):
    usual, others, secret, frames = SWAPS[name]
    told = {
        few: as_text(released(log_of({usual: 40 - few, **others, secret: few}), *frames)) for few in SECRETS
    }
    assert set(told.values()) == {told[1]}


@given(st.lists(st.integers(11, 300), min_size=1, max_size=6), st.integers(1, 10))
def test_parts_of_an_exact_total_leave_anything_for_a_hidden_one(large, few):
    """Also where all of them lie on the boundary of a step: 30, 30 and 1 make 61, and 30 is told as 40."""
    largest, others = max(large) + 20, sorted(large)[:-1]
    told = [PEOPLE.parts([largest + 10 - each, *others, each]) for each in (few, 10)]
    assert told[0][:-1] == told[1][:-1]
    assert told[0][-1] == few


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([331], [340]),
        ([30, 30, 1], [40, 40, 1]),
        ([12, 1], [10, 1]),  # of 13 the smallest that is shown leaves one or two: hidden with it
        ([20, 1], [20, 1]),
        ([29, 2], [40, 2]),  # told as 31
        ([5, 4], [5, 4]),
        ([0, 0], [0, 0]),
    ],
)
def test_parts_are_told_to_the_nearest_step(counts, shown):
    assert PEOPLE.parts(counts) == shown
    assert Rounding(1, 1).parts(counts) == counts


def test_no_more_are_overdue_than_open(released):
    rows = log_of({ISSUED: 180, LATE: 29, REVIEWED: 13})
    found = released(rows, progress, service_levels)
    unfinished = found["progress"].set_index("outcome")["cases"]
    assert (unfinished["open"], unfinished["overdue"]) == (13, 13)
    assert found["service_levels"]["missed"].item() == 13 + 20


def test_how_many_paths_there_are_is_not_told_where_they_are_of_few(released):
    rare = {((step, 2), *ISSUED): 1 for step in ("A", "B", "C")}
    assert released(log_of({ISSUED: 60, **rare}), variant_coverage)["variant_coverage"]["of"].isna().all()
    rare |= {((step, 2), *ISSUED): 4 for step in ("D", "E", "F")}
    assert (released(log_of({ISSUED: 60, **rare}), variant_coverage)["variant_coverage"]["of"] == 7).all()


def fitting(value: float, told: list[range]) -> set[tuple[int, int]]:
    """Pairs of counts of which a share of pairs of cases, ties counted half, can be so much as published."""
    return {
        (now, before)
        for now in told[0]
        for before in told[1]
        if round(round(2 * value * now * before) / (2 * now * before), 3) == round(value, 3)
    }


def test_a_chance_of_being_faster_does_not_tell_of_how_many_waits(released):
    """At full precision it is a fraction whose denominator is the product of the two counts."""
    varied = {(("Issued", 2 + number * 7 % 37 / 37),): 1 for number in range(37)}
    slower = {(("Issued", 2.3 + number * 5 % 33 / 33),): 1 for number in range(33)}
    rows = log_of(varied, "2025-10-01", 60) + log_of(slower, "2026-01-01", 60)
    row = released(rows, edges_compared)["edges_compared"].iloc[0]
    assert (row["n"], row["n_before"]) == (40, 40)
    value = row["faster"]
    assert 0 < value < 1
    assert value == round(value, 3)
    ranges = [range(31, 50), range(31, 50)]
    assert len(fitting(value, ranges)) > 0.5 * 19**2
    assert {now for now, _ in fitting(value, ranges)} == set(ranges[0])


class People:
    """What a cohort must be for the rounding of a figure."""

    rounding = PEOPLE


@pytest.mark.parametrize(("value", "told"), [(0.834, Index(0.83, 0.75, 0.92)), (1.2, Index(1.2, 1.09, 1.31))])
def test_limits_of_capability_do_not_tell_how_many_withdrew(value, told):
    """Of 300 cases up to 19 withdrew: exact limits would be one number each for every one of them."""
    exact = {centred_index(value, n, n - 1) for n in range(281, 301)}
    assert len(exact) == 20
    shown = {_told(centred_index(value, n, n - 1), 300, n, People) for n in range(281, 301)}
    assert shown == {told}


def test_misses_of_groups_do_not_add_up_to_how_few_were_late():
    """All that are still open are known exactly, so those missed must not be, for any group."""

    def told(missed: int):
        in_time = np.repeat([False, True], [missed, 200 - missed])
        every = {"is_due": np.full(200, True), "in_time": in_time, "kind_of_case": np.full(200, -1)}
        side = _in_time(Some(every, np.arange(200)), PEOPLE)
        return side.count, side.of, side.slack

    assert {told(missed) for missed in range(31, 50)} == {(160, 200, 10.0)}


def test_those_withdrawn_are_rounded_in_the_summary(released):
    found = released(log_of({ISSUED: 60, WITHDRAWN: 15}), summary)["summary"].set_index("quantity")["value"]
    assert (found["cases"], found["withdrawn"]) == (75, 20)
