import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.process_timing.rounding import Rounding

PEOPLE, PAPER = Rounding(20, 11), Rounding(1, 1)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (10, 10), (11, 20), (29, 20), (31, 40), (342, 340)])
def test_a_count_by_itself_is_told_to_the_nearest_step(count, shown):
    assert PEOPLE.nearest(count) == shown
    assert PAPER.nearest(count) == count


@pytest.mark.parametrize(
    ("count", "shown"), [(353, 353), (352, 353), (334, 353), (333, 333), (300, 313), (11, 13), (10, 10)]
)
def test_what_a_part_lacks_of_its_total_is_told_in_whole_steps(count, shown):
    assert PEOPLE.within(count, 353) == shown
    assert PAPER.within(count, 353) == count


@given(st.integers(11, 2000), st.data())
def test_what_a_part_lacks_may_be_anything_within_a_step(total, data):
    lacking = data.draw(st.integers(0, total - 11))
    shown = PEOPLE.within(total - lacking, total)
    others = [other for other in range(total - 10) if PEOPLE.within(total - other, total) == shown]
    assert lacking in others
    assert len(others) == min(20, total - 10 - min(others))


@pytest.mark.parametrize(
    ("count", "of", "shown_of", "shown"),
    [
        (0, 343, 353, 0),
        (9, 343, 353, 9),
        (343, 343, 353, 353),
        (334, 343, 353, 344),  # nine are left: hidden for their sake
        (290, 343, 353, 298),  # 84.5 %, told to half a hundredth
        (11, 30, 39, 14),  # 35 %, told to a twentieth
        (11, 22, 22, 11),
        (2468, 3455, 3460, 2470),  # 71.4 %
    ],
)
def test_the_share_of_a_part_is_kept(count, of, shown_of, shown):
    assert PEOPLE.part(count, of, shown_of) == shown
    assert PAPER.part(count, of, of) == count


def test_a_part_stays_small_where_the_rest_is_small_too():
    assert PEOPLE.part(1, 11, PEOPLE.within(11, 12)) == 1
    assert PEOPLE.part(10, 11, PEOPLE.within(11, 12)) == 10


@given(st.integers(0, 3000), st.data())
def test_a_part_is_small_where_the_true_one_is_and_near_it_otherwise(of, data):
    count = data.draw(st.integers(0, of))
    shown_of = PEOPLE.within(of, of + data.draw(st.integers(0, 60)))
    shown = PEOPLE.part(count, of, shown_of)
    assert 0 <= shown <= shown_of
    true, told = ([each < 11 for each in pair] for pair in ((count, of - count), (shown, shown_of - shown)))
    # Where both are small one of them is kept, which is enough to hide the row.
    assert told == true or (all(true) and any(told))
    if 11 <= count <= of - 11:
        assert abs(shown / shown_of - count / of) <= 0.06
