from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.queueing import (
    effective_servers,
    erlang_b,
    erlang_c,
    ggc,
    mmc,
    servers_for_blocking,
    servers_for_service_level,
    smallest_stable,
)

REVIEW = {"arrivals": 9, "rate": 2}  # permits a day; permits a day and reviewer
HELP_DESK = {"arrivals": 100 / 30, "rate": 1 / 3, "within": 0.33, "share": 0.8, "shrinkage": 0.3}  # minutes


def test_blocking_by_hand():
    assert erlang_b(0, 5) == 1
    assert erlang_b(1, 1) == 1 / 2
    assert erlang_b(2, 1) == 1 / 5
    assert erlang_b(3, 0) == 0


def test_blocking_of_the_published_case(reference):
    expected = reference("process", "erlangb")["expected"]
    assert erlang_b(1, 1) == pytest.approx(expected["B(1,1)"], rel=1e-9)
    assert erlang_b(2, 1) == pytest.approx(expected["B(2,1)"], rel=1e-9)
    assert erlang_b(16, 10) == pytest.approx(expected["B(16,10)"], rel=1e-9)
    assert erlang_b(17, 10) == pytest.approx(expected["B(17,10)"], rel=1e-9)
    assert servers_for_blocking(10, 0.02) == expected["servers_for_10E_2pct"]


def test_servers_for_blocking():
    assert servers_for_blocking(10, 0.02) == 17
    assert servers_for_blocking(1, 0.5) == 1  # exactly at the bound
    assert servers_for_blocking(1, 0.49) == 2
    assert servers_for_blocking(0, 0.01) == 1
    assert servers_for_blocking(4, 1) == 0


def test_waiting_of_one_server_is_its_utilisation():
    assert erlang_c(1, 0.8) == pytest.approx(0.8)
    assert erlang_c(2, 1) == pytest.approx(1 / 3)


def test_waiting_has_no_answer_where_the_load_reaches_the_servers():
    assert erlang_c(2, 2) is None
    assert erlang_c(2, 3) is None
    assert erlang_c(0, 0) is None


def test_waiting_at_the_help_desk():
    found = [erlang_c(agents, 2.5) for agents in (3, 4, 5, 6)]
    assert found == pytest.approx([0.7022471910, 0.3198567042, 0.1303712975, 0.0474448122], abs=1e-10)


def test_waiting_at_the_help_desk_of_the_published_case(reference):
    case = reference("process", "erlangc-helpdesk")
    load = case["inputs"]["lambda_per_hour"] * case["inputs"]["mean_minutes"] / 60
    found = {agents: erlang_c(int(agents), load) for agents in case["expected"]}
    assert found == pytest.approx(case["expected"], rel=case["tolerance"])


def test_the_figures_that_a_public_page_prints_are_not_ours():
    # neoprimate.github.io/IEOR: 60 % with 3 agents, 27 % with 4; exact are 70.2 % and 32.0 %.
    assert [f"{100 * erlang_c(agents, 2.5):.0f} %" for agents in (3, 4)] == ["70 %", "32 %"]


def test_one_more_reviewer():
    five, six = mmc(**REVIEW, servers=5), mmc(**REVIEW, servers=6)
    assert (five.offered_load, five.utilisation, five.growth) == (4.5, 0.9, -1)
    assert five.mean_wait == pytest.approx(0.7624932207329356, rel=1e-12)
    assert six.mean_wait == pytest.approx(0.14055069193527656, rel=1e-12)
    assert six.mean_time == pytest.approx(0.6405506919352766, rel=1e-12)
    assert six.mean_queue == pytest.approx(9 * 0.14055069193527656)
    assert six.mean_number == pytest.approx(9 * 0.14055069193527656 + 4.5)


def test_the_staffing_cliff_of_the_published_case(reference):
    case = reference("process", "staffing-cliff")
    inputs = case["inputs"]
    for servers, expected in case["expected"].items():
        queue = mmc(inputs["lambda_per_day"], inputs["mu_per_day"], int(servers))
        found = {
            "utilization": queue.utilisation,
            "P_wait": queue.p_wait,
            "Wq": queue.mean_wait,
            "W": queue.mean_time,
        }
        assert found == pytest.approx(expected, rel=case["tolerance"])


def test_the_theory_of_the_published_simulation(reference):
    case = reference("process", "mmc6-simulation")
    inputs = case["inputs"]
    queue = mmc(inputs["lambda"], inputs["mu"], inputs["c"])
    assert queue.mean_wait == pytest.approx(case["expected"]["Wq"], rel=1e-12)


def test_a_queue_that_does_not_keep_up_is_answered_by_its_growth():
    four = mmc(**REVIEW, servers=4)
    assert (four.utilisation, four.growth) == (1.125, 1)
    assert (four.is_stable, four.p_wait, four.mean_wait, four.mean_time) == (False, None, None, None)
    assert (four.mean_queue, four.mean_number, four.share_within(1)) == (None, None, None)


def test_a_queue_exactly_at_capacity_has_no_steady_state():
    assert not mmc(9, 3, 3).is_stable
    assert mmc(9, 3, 3).growth == 0
    assert not mmc(0.3, 0.1, 3).is_stable  # 0.3 / 0.1 is a little less than 3 in floating point


def test_without_servers_all_arrivals_pile_up():
    nobody = mmc(9, 2, 0)
    assert (nobody.utilisation, nobody.growth, nobody.mean_wait) == (None, 9, None)


def test_without_arrivals_nobody_waits():
    idle = mmc(0, 2, 3)
    assert (idle.utilisation, idle.p_wait, idle.mean_wait, idle.mean_number) == (0, 0, 0, 0)
    assert idle.share_within(0) == 1


def test_the_share_that_starts_within_a_time():
    five = mmc(**REVIEW, servers=5)
    assert five.share_within(0) == pytest.approx(1 - 0.7624932207329356)
    assert five.share_within(1) == pytest.approx(1 - 0.7624932207329356 * exp(-1))
    assert ggc(**REVIEW, servers=5, ca2=0, cs2=0).share_within(0) == 1


def test_people_who_share_their_time_are_as_much_slower():
    shared, slower = mmc(9, 2, 5.4), mmc(9, 1.8, 6)
    assert shared.mean_wait == pytest.approx(slower.mean_wait)
    assert shared.mean_time == pytest.approx(slower.mean_wait + 1 / 1.8)
    assert (shared.offered_load, shared.utilisation) == (4.5, pytest.approx(4.5 / 5.4))


def test_one_person_who_gives_half_their_time():
    assert mmc(1, 4, 0.5).mean_wait == pytest.approx(mmc(1, 2, 1).mean_wait)


def test_variability_stretches_the_wait_by_allen_and_cunneen():
    plain, regular = mmc(**REVIEW, servers=5), ggc(**REVIEW, servers=5, ca2=0.5, cs2=0.25)
    assert regular.mean_wait == pytest.approx(plain.mean_wait * 0.375)
    assert regular.mean_time == pytest.approx(plain.mean_wait * 0.375 + 0.5)
    assert regular.p_wait == plain.p_wait
    assert ggc(**REVIEW, servers=5, ca2=1, cs2=1) == plain
    assert ggc(**REVIEW, servers=4, ca2=2, cs2=2) == mmc(**REVIEW, servers=4)


def test_with_one_server_and_random_arrivals_it_is_pollaczek_and_khinchine():
    # M/D/1 waits half of M/M/1: rho / (2 mu (1 - rho)).
    assert ggc(0.8, 1, 1, ca2=1, cs2=0).mean_wait == pytest.approx(0.8 / (2 * 0.2))


def test_with_one_server_it_is_kingman():
    kingman = 0.9 / (1 - 0.9) * (0.6 + 1.4) / 2 / 3
    assert ggc(2.7, 3, 1, ca2=0.6, cs2=1.4).mean_wait == pytest.approx(kingman)


def test_servers_at_work():
    assert effective_servers(10, 0.3) == pytest.approx(7)
    assert effective_servers(6, 0) == 6


@pytest.mark.parametrize(
    ("arrivals", "rate", "servers"),
    [(9, 2, 5), (8, 2, 5), (8.1, 2, 5), (0.3, 0.1, 4), (0, 2, 1), (1, 10, 1)],
)
def test_the_fewest_servers_that_keep_up(arrivals, rate, servers):
    assert smallest_stable(arrivals, rate) == servers


def test_staff_for_a_service_level():
    staff = servers_for_service_level(**HELP_DESK, max_occupancy=0.85)
    assert (staff.servers, staff.positions) == (14, 20)
    assert staff.service_level == pytest.approx(0.888, abs=5e-4)
    fewer = mmc(HELP_DESK["arrivals"], HELP_DESK["rate"], 13)
    assert fewer.share_within(0.33) < 0.8 < staff.service_level


def test_occupancy_can_ask_for_more_than_the_service_level():
    staff = servers_for_service_level(**HELP_DESK, max_occupancy=0.7)
    assert (staff.servers, staff.positions) == (15, 22)
    assert servers_for_service_level(3, 1, within=0, share=0.01).servers == 4


def test_positions_that_are_whole_but_for_the_last_bits_are_not_rounded_up():
    assert 21 / 0.7 > 30 < 21 / (1 - 0.3)  # in floating point
    assert servers_for_service_level(21, 1, within=0, share=0.01, max_occupancy=0.7).servers == 30
    staff = servers_for_service_level(20, 1, within=0, share=0.01, shrinkage=0.3)
    assert (staff.servers, staff.positions) == (21, 30)


@pytest.mark.parametrize("name", ["pyworkforce-erlangc", "pyworkforce-erlangc-occ"])
def test_staff_of_the_published_cases(reference, name):
    case = reference("process", name)
    inputs = case["inputs"]
    staff = servers_for_service_level(
        inputs["transactions"] / inputs["interval_min"],
        1 / inputs["aht_min"],
        within=inputs["asa_min"],
        share=inputs["service_level"],
        shrinkage=inputs["shrinkage"],
        max_occupancy=inputs["max_occupancy"],
    )
    found = {
        "raw_positions": staff.servers,
        "positions": staff.positions,
        "service_level": staff.service_level,
        "occupancy": staff.queue.utilisation,
        "waiting_probability": staff.queue.p_wait,
    }
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])


loads = st.floats(0.01, 60)


@given(loads, st.integers(1, 80))
def test_blocking_is_a_truncated_poisson_law(load, servers):
    terms = [1.0]
    for k in range(1, servers + 1):
        terms.append(terms[-1] * load / k)
    assert erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms), rel=1e-9)


@given(loads, st.floats(0.1, 20))
def test_more_staff_never_wait_longer(load, rate):
    fewest = smallest_stable(load * rate, rate)
    waits = [mmc(load * rate, rate, fewest + extra).mean_wait for extra in (0, 0.3, 0.6, 1, 1.5, 2)]
    assert all(later <= earlier * (1 + 1e-9) for earlier, later in zip(waits, waits[1:], strict=False))


@given(loads, st.floats(0.1, 20), st.floats(0.1, 5), st.floats(0, 4), st.floats(0, 4))
def test_littles_law_holds_in_every_queue(load, rate, spare, ca2, cs2):
    queue = ggc(load * rate, rate, load + spare, ca2=ca2, cs2=cs2)
    assert queue.mean_number == pytest.approx(queue.arrivals * queue.mean_time)
    assert queue.mean_time > queue.mean_wait
    assert 0 <= queue.share_within(0.1) <= queue.share_within(0.2) <= 1


@given(loads, st.floats(0.1, 20))
def test_the_fewest_servers_that_keep_up_are_the_fewest(load, rate):
    fewest = smallest_stable(load * rate, rate)
    assert mmc(load * rate, rate, fewest).is_stable
    assert fewest == 1 or not mmc(load * rate, rate, fewest - 1).is_stable
