import numpy as np
import pytest

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.closed_by import closed_by, horizon_of, of_few
from workbench.process_timing.comparison import comparison, p_of, verdict_of
from workbench.process_timing.counts import Counts
from workbench.process_timing.overview import summary
from workbench.process_timing.rounding import Rounding
from workbench.statistics.compared_waits import Comparison, Ended
from workbench.statistics.resampling import Contrast

FASTER, SLOWER, EVEN = (
    Contrast(0.6, 0.53, 0.67, 0.01),
    Contrast(0.4, 0.33, 0.47, 0.01),
    Contrast(0.5, 0.4, 0.6, 0.9),
)
LONGER, SHORTER, LIKELY_LONGER = (
    Contrast(5.0, 2.0, 8.0, 0.002),
    Contrast(-5.0, -8.0, -2.0, 0.002),
    Contrast(3.0, -1.0, 7.0, 0.1),
)
NEVER = Contrast(None, None, None)
FEWER, MORE = (
    Ended((0.3, 0.4), Contrast(-0.1, -0.18, -0.02, 0.01)),
    Ended((0.4, 0.3), Contrast(0.1, 0.02, 0.18, 0.01)),
)


# 30 cases closed after 60 days and, filed a quarter later, 20 after 50 days.
FILED = [
    (f"{day}-{k}", step, time)
    for day, done, cases in (("2025-11-10", "2026-01-09", 30), ("2026-01-20", "2026-03-11", 20))
    for k in range(cases)
    for step, time in (("Filed", f"{day}T10:00:00+00:00"), ("Issued", f"{done}T10:00:00+00:00"))
]


def found(difference=LONGER, faster=SLOWER, within=None, mix=None, ended=None) -> Comparison:
    return Comparison(
        difference, None, NEVER, 90.0, faster, within, within and difference, mix, within and 1.0, ended
    )


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        (found(), Verdict.SLOWER),
        (found(SHORTER, FASTER), Verdict.FASTER),
        (found(LIKELY_LONGER), Verdict.SLOWER),  # the test decides, the medians agree
        (found(SHORTER), Verdict.NO_CLEAR_CHANGE),  # the medians say the opposite
        (found(Contrast(0.0, -1.0, 1.0)), Verdict.NO_CLEAR_CHANGE),
        (found(LONGER, EVEN), Verdict.NO_CLEAR_CHANGE),  # the medians alone decide nothing
        (found(within=EVEN, mix=LIKELY_LONGER), Verdict.NO_CLEAR_CHANGE),  # within kinds goes first
        (found(faster=EVEN, within=SLOWER, mix=LONGER), Verdict.SLOWER),
        (found(within=EVEN, mix=LONGER), Verdict.MIX_ONLY),
        (found(LIKELY_LONGER, within=EVEN, mix=LONGER), Verdict.NO_CLEAR_CHANGE),
        (found(SHORTER, within=SLOWER, mix=SHORTER), Verdict.MIX_ONLY),
        (None, Verdict.CANT_TELL),
        (found(NEVER), Verdict.CANT_TELL),
        (found(Contrast(None, 2.0, None)), Verdict.CANT_TELL),  # a size with both limits is told or none
        (found(Contrast(3.0, 2.0, None)), Verdict.CANT_TELL),
        (found(NEVER, ended=FEWER), Verdict.SLOWER),
        (found(Contrast(3.0, 2.0, None), ended=FEWER), Verdict.SLOWER),
        (found(NEVER, ended=MORE), Verdict.NO_CLEAR_CHANGE),  # the shares say the opposite
        (found(NEVER, FASTER, ended=MORE), Verdict.FASTER),
        (found(NEVER, EVEN, ended=FEWER), Verdict.NO_CLEAR_CHANGE),  # the shares alone decide nothing
        (found(ended=MORE), Verdict.SLOWER),  # medians that are reached tell the size
        (found(Contrast(None, 2.0, None), within=EVEN, mix=LONGER, ended=FEWER), Verdict.MIX_ONLY),
        (found(faster=NEVER), Verdict.NO_CLEAR_CHANGE),  # one week has no interval
    ],
)
def test_the_word_for_a_comparison(comparison, verdict):
    assert verdict_of(comparison) == verdict


@pytest.mark.parametrize(
    ("comparison", "p"),
    [
        (found(), 0.01),
        (found(LONGER, EVEN), 0.9),
        (found(faster=EVEN, within=SLOWER, mix=LONGER), 0.01),
        (found(within=EVEN, mix=Contrast(4.0, 1.0, 7.0, 0.03)), 0.03),  # the larger of 0.002 and 0.03
        (found(Contrast(None, 2.0, None), within=EVEN, mix=LONGER, ended=FEWER), None),
        (found(NEVER, ended=FEWER), 0.01),
        (found(NEVER, EVEN, ended=FEWER), 0.9),  # what was tested counts also where nothing was found
        (found(NEVER), None),
        (None, None),
    ],
)
def test_p_is_of_what_the_verdict_claims(comparison, p):
    assert p_of(comparison, verdict_of(comparison)) == p


def days(*pairs: tuple[float, int]) -> np.ndarray:
    """Ages, each so many times."""
    return np.concatenate([np.full(times, age) for age, times in pairs])


@pytest.mark.parametrize(
    ("now", "before", "horizon"),
    [
        (days((64.9, 30), (1, 70)), days((150, 100)), 60),  # three in ten were submitted 64.9 days ago
        (days((65, 30), (1, 70)), days((150, 100)), 65),
        (days((65, 29), (1, 71)), days((150, 100)), 0),
        (days((150, 100)), days((65, 30), (1, 70)), 65),
        (days((80, 9), (33, 1), (1, 10)), days((150, 100)), 30),  # of twenty, ten
        (days((4.9, 100)), days((150, 100)), 0),
    ],
)
def test_both_are_followed_for_as_long_as_three_in_ten_cases_of_each(now, before, horizon):
    assert horizon_of(now, before) == horizon


def test_shares_that_tell_of_nobody_are_exact():
    told = closed_by(MORE, (300, 310), Rounding(1, 11))
    assert tuple(told.columns.values()) == (0.4, 0.3, 0.1, 0.02, 0.18)
    assert told.counts == (120, 93)
    assert not of_few(MORE, (20, 20), Rounding(1, 11))


def test_shares_of_people_are_those_of_rounded_counts_and_limits_go_outwards():
    # 129 of 300 and 93 of 300 are told as 120 and 100: 0.4 and 0.3333. The difference moves from 0.12 to 0.0667, its
    # limits from 0.02 to -0.0333 and from 0.22 to 0.1667, and from there to whole steps of 20 in 300.
    ended = Ended((0.43, 0.31), Contrast(0.12, 0.02, 0.22, 0.01))
    told = closed_by(ended, (300, 300), Rounding(20, 11))
    assert told.counts == (120, 100)
    assert tuple(told.columns.values()) == pytest.approx((0.4, 1 / 3, 1 / 15, -1 / 15, 0.2))


@pytest.mark.parametrize(
    ("shares", "sizes", "hidden"),
    [
        ((0.4, 0.3), (300, 300), False),
        ((10 / 300, 0.3), (300, 300), True),
        ((11 / 300, 0.3), (300, 300), False),
        ((0.4, 290 / 300), (300, 300), True),
        ((0.4, 289 / 300), (300, 300), False),
    ],
)
def test_shares_of_few_people_closed_or_not_are_left_out(shares, sizes, hidden):
    assert of_few(Ended(shares, NEVER), sizes, Rounding(20, 11)) == hidden


@pytest.mark.parametrize(("since", "compared", "median"), [("2025-11-10", 1, 60), ("2025-12-31", 0, 50)])
def test_cases_known_because_they_waited_long_are_not_compared(cube_of, since, compared, median):
    """An extract of what was active since a day has of earlier quarters only the slow: any later one looks faster."""
    process = {"last": ["Issued"], "window": {"since": since, "holds": "active"}}
    cube = cube_of(FILED, process=process, as_of="2026-04-30", about_people=False)
    cohort = Cohort.of(cube, "2026-Q1", "submitted", 0.95)
    assert len(comparison(cohort, Counts())) == compared
    assert summary(cohort, Counts()).set_index("quantity")["value"]["median_lead"] == median
