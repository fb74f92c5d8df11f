"""What if: staff, arrivals and batches at the constraint, by simulation."""

import numpy as np
import pytest

from workbench.process_timing.capacity.scenarios import ASSUMPTIONS
from workbench.statistics.queueing import mmc

COLUMNS = ("case", "activity", "completed", "started", "resource")
PROCESS = {
    "started": "started",
    "resource": "resource",
    "set_aside": ["portal"],
    "first": ["Filed"],
    "last": ["Review"],
}


@pytest.fixture
def what_if(capacity_of, queue_log):
    """The results of a queue: those of its log, with a process that may be declared otherwise."""

    def made(process=PROCESS, **queue):
        return capacity_of(queue_log(**queue), COLUMNS, process, as_of="2026-04-30")

    return made


def by(rows, **values) -> dict:
    for name, value in values.items():
        rows = rows[rows[name] == value]
    (row,) = rows.to_dict("records")
    return row


def test_the_base_is_what_the_constraint_is(what_if):
    results = what_if()
    (now,), base = results.constraint.to_dict("records"), by(results.scenarios, is_base=True)
    assert (base["more"], base["staff"], base["arrivals"], base["batch"]) == (0, 5.0, 1.0, 1)
    assert base["utilisation"] == pytest.approx(now["utilisation"])
    assert base["theory_days"] == pytest.approx(now["wait_theory_days"])
    assert base["theory_lower"] == pytest.approx(now["wait_theory_lower"])
    assert base["record_days"] == now["wait_days"]
    assert base["fit"] == now["fit"] == "fits"
    assert (base["change"], base["change_lower"], base["change_upper"]) == (0, 0, 0)


def test_the_grid_has_staff_arrivals_and_batches(what_if):
    rows = what_if().scenarios
    assert sorted(rows["more"].unique()) == [-2, -1, 0, 1, 2, 3]
    assert sorted(rows["arrivals"].unique()) == [0.8, 0.9, 1.0, 1.1, 1.2]
    assert sorted(rows["batch"].unique()) == [1, 5, 10]
    assert len(rows) == 6 * 5 + 6 * 2
    assert not rows.duplicated(["more", "arrivals", "batch"]).any()


def test_nobody_is_taken_away_who_is_not_there(what_if):
    rows = what_if(people=2, per_day=3).scenarios
    assert sorted(rows["staff"].unique()) == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_simulation_and_theory_agree_on_a_queue_of_random_arrivals(what_if):
    rows = what_if().scenarios
    for more in (1, 2):
        row = by(rows, more=more, arrivals=1.0, batch=1)
        exact = mmc(9.09, 2.02, 5 + more).mean_wait
        assert row["theory_days"] == pytest.approx(exact, rel=0.3)
        assert row["lower"] * 0.8 < exact < row["upper"] * 1.25
        assert row["state"] == "value"


def test_more_staff_never_waits_longer_and_more_arrivals_never_shorter(what_if):
    for seed in (3, 24):
        rows = what_if(seed=seed).scenarios.query("batch == 1")
        waits = rows.pivot_table(index="more", columns="arrivals", values="wait_days", dropna=False)
        waits = waits.fillna(np.inf).to_numpy()  # where the queue grows
        assert (waits[1:] <= waits[:-1]).all()
        assert (waits[:, 1:] >= waits[:, :-1]).all()


def test_a_difference_is_paired_and_so_known_better_than_the_waits(what_if):
    row = by(what_if().scenarios, more=0, arrivals=1.0, batch=5)
    assert row["change"] > 0
    assert row["change_upper"] - row["change_lower"] < (row["upper"] - row["lower"]) / 3
    assert row["change_lower"] < row["change"] < row["change_upper"]


def test_batches_wait_until_they_are_full(what_if):
    rows = what_if(people=9).scenarios
    waits = [by(rows, more=0, arrivals=1.0, batch=batch)["wait_days"] for batch in (1, 5, 10)]
    assert waits[1] == pytest.approx(waits[0] + 2 / 9, rel=0.25)  # four others, two on average
    assert waits[2] > waits[1]


def test_a_queue_that_grows_has_a_growth_and_no_wait(what_if):
    rows = what_if().scenarios
    grows = rows[rows["utilisation"] >= 1]
    assert len(grows)
    assert grows[["wait_days", "lower", "upper", "p90_days", "change", "theory_days"]].isna().all().all()
    assert (grows["growth_per_day"] >= 0).all()
    assert rows.loc[rows["utilisation"] < 1, "growth_per_day"].isna().all()
    row = by(grows, more=-1, arrivals=1.0, batch=1)
    assert row["growth_per_day"] == pytest.approx(9 - 8, abs=0.15)


def test_a_declared_share_of_time_holds_for_one_more(what_if):
    process = {**PROCESS, "staff": {"Review": {"people": 10, "available": 0.5}}}
    rows = what_if(process).scenarios
    assert by(rows, more=1, arrivals=1.0, batch=1)["staff"] == 5.5
    assert by(rows, is_base=True)["staff"] == 5.0


def test_a_model_that_leaves_something_out_is_said_to(what_if):
    process = {**PROCESS, "staff": {"Review": {"people": 40}}}
    results = what_if(process)
    assert by(results.scenarios, is_base=True)["fit"] == "longer"
    assert results.constraint["fit"].tolist() == ["longer"]


def test_a_queue_near_full_use_is_marked_where_the_simulation_has_not_settled(what_if):
    rows = what_if(seed=1).scenarios  # 96 % busy
    base = by(rows, is_base=True)
    assert base["utilisation"] > 0.95
    assert base["state"] == "unreliable"


def test_the_same_log_gives_the_same_figures(what_if):
    first, second = what_if().scenarios, what_if().scenarios
    assert first.equals(second)


def test_assumptions_are_listed_for_the_reader():
    assert "first come, first served" in ASSUMPTIONS
    assert len(ASSUMPTIONS) == len(set(ASSUMPTIONS)) == 6
