"""Revisions by lag: final less earlier values, and what of people may be told of them."""

import pandas as pd
import pytest

from tests.target_tracking.test_changed import RECORDED, history, people
from workbench.disclosure import Policy
from workbench.disclosure.release import release
from workbench.target_tracking import analyse
from workbench.target_tracking.revisions import lag_needed

MONTHS = ["2024-02-20", "2024-03-20", "2024-04-20", "2024-05-20", "2024-06-20", "2024-07-20", "2024-08-20"]


@pytest.fixture
def reviewed(measure_cube, observations):
    """``reviewed(values, entry, ...)``: results of 2024, as of 31 January 2025."""

    def made(values, entry=None, about_people=False, **more):
        versions = history(observations, *values, **more)
        last = versions.drop_duplicates("interval", keep="last").drop(columns=["known", "rows"])
        entries = {"m": {"columns": RECORDED, "direction": "decrease", **(entry or {})}}
        cube = measure_cube(last, entries=entries, about_people=about_people, as_of="2025-01-31")
        cube.frames["versions"] = versions
        cube.definition.update({"minimum_count": 11, "smallest_hidden": 1})
        return analyse(cube, period="2024-Q4")

    return made


def revised_by(moves, base=100.0):
    """Seven months, each known 14 days after its end and revised some days later."""
    return [
        (base + 10 * (place % 2), *((day, base + 10 * (place % 2) + move) for day, move in moves(place)))
        for place in range(7)
    ]


def after(months, move):
    """One restatement of each month, on the 20th so many months after its end."""
    return lambda place: [(f"2024-{place + 1 + months:02}-20", move(place))]


def test_a_value_that_is_revised_once_in_the_second_month_has_settled_by_lag_two(reviewed):
    found = reviewed(revised_by(after(2, lambda place: 4 if place % 2 else -2))).revisions
    assert found[["lag", "intervals", "revised"]].values.tolist() == [
        [0, 7, 7],
        [1, 7, 7],
        *([lag, 7, 0] for lag in (2, 3, 4, 5)),
    ]
    assert found["mean_revision"].round(4).tolist() == [round(4 / 7, 4)] * 2 + [0] * 4
    assert found["mean_absolute_revision"].round(4).tolist() == [round(20 / 7, 4)] * 2 + [0] * 4
    assert found["settled"].tolist() == [False, False, True, True, True, True]
    assert lag_needed(found) == 2


def test_values_that_are_never_revised_have_settled_at_once(reviewed):
    found = reviewed(revised_by(lambda place: [])).revisions
    assert found["mean_absolute_revision"].tolist() == [0] * 6
    assert lag_needed(found) == 0


def test_intervals_that_may_still_be_revised_do_not_count(reviewed):
    """January to July had ended six months before the day; August to October had not."""
    values = [*revised_by(lambda place: []), (100, ("2024-10-20", 500)), 110, 100]
    assert reviewed(values).revisions["intervals"].tolist() == [7] * 6


def test_a_value_not_yet_known_at_a_lag_is_not_taken_for_revised(reviewed):
    found = reviewed(revised_by(lambda place: []), recorded=80).revisions
    assert found.set_index("lag")["intervals"].to_dict() == {0: 7, 3: 7, 4: 7, 5: 7}


def test_few_intervals_are_unreliable_and_a_measure_without_times_has_no_revisions(reviewed):
    assert set(reviewed(revised_by(lambda place: [])[:5]).revisions["state"]) == {"unreliable"}
    untimed = {"columns": {"interval": "month", "value": "value"}}
    assert reviewed([100.0] * 8, untimed).revisions.empty


def share(pairs):
    return [(a / b, *more) for (a, b), *more in pairs]


def moved(by):
    """Seven months of 400 people of whom about 200 were counted; so many more later, by month."""
    pairs = [(200 + place, 400) for place in range(7)]
    again = [(MONTHS[place], (pair[0] + by[place], 400)) for place, pair in enumerate(pairs)]
    return share([(pair, revision) for pair, revision in zip(pairs, again, strict=True)]), people(pairs)


def test_revisions_of_people_are_told_in_steps_of_people(reviewed):
    """27 people are told as 20: a share of 400 that moves by 20 in seven months moves by 1/140 in each."""
    values, given = moved([3, 4, 5, 3, 4, 5, 3])
    results = reviewed(values, **given)
    first = release(results, Policy(11)).revisions.iloc[0]
    assert first["mean_absolute_revision"] == pytest.approx(20 / 400 / 7)
    assert results.counts.set_index("cell").loc["m|revised|lag=0", "numerator"] == 20


def test_revisions_by_few_people_are_hidden(reviewed):
    shown = []
    for by in ([1, 0, 0, 0, 0, 0, 1], [3, 0, 0, 0, 0, 0, 7]):
        values, given = moved(by)
        shown.append(release(reviewed(values, **given), Policy(11)))
    for results in shown:
        assert results.revisions.set_index("lag").loc[0, "state"] == "suppressed"
    pd.testing.assert_frame_equal(shown[0].revisions, shown[1].revisions)


def test_two_lags_cannot_be_subtracted(reviewed):
    """Whether 3 of 28 people were counted a lag earlier than the others does not show."""
    pairs = [(200, 400)] * 7
    lists = []
    for early in (0, 3):
        values = [
            (
                0.5,
                (f"2024-{place + 2:02}-20", (200 + (early if place == 0 else 0), 400)),
                (f"2024-{place + 4:02}-20", (204, 400)),
            )
            for place in range(7)
        ]
        found = release(reviewed(values, **people(pairs)), Policy(11)).revisions
        lists.append(found["mean_absolute_revision"].round(12).tolist())
    assert lists[0] == lists[1]


def test_a_mean_of_people_is_not_told_by_how_much_it_was_revised(reviewed):
    entry = {"kind": "mean", "columns": {**RECORDED, "n": "n"}}
    assert reviewed(revised_by(lambda place: []), entry, about_people=True).revisions.empty
