import pytest

from workbench.findings.model import Verdict
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.comparison import comparison, p_of, verdict_of
from workbench.process_timing.counts import Counts
from workbench.process_timing.overview import summary
from workbench.statistics.compared_waits import Comparison
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


# 30 cases closed after 60 days and, filed a quarter later, 20 after 50 days.
FILED = [
    (f"{day}-{k}", step, time)
    for day, done, cases in (("2025-11-10", "2026-01-09", 30), ("2026-01-20", "2026-03-11", 20))
    for k in range(cases)
    for step, time in (("Filed", f"{day}T10:00:00+00:00"), ("Issued", f"{done}T10:00:00+00:00"))
]


def found(difference=LONGER, faster=SLOWER, within=None, mix=None) -> Comparison:
    return Comparison(
        difference, None, NEVER, 90.0, faster, within, within and difference, mix, within and 1.0
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
        (found(Contrast(None, 2.0, None)), Verdict.SLOWER),
        (found(Contrast(None, -2.0, None)), Verdict.CANT_TELL),
        (found(Contrast(3.0, -2.0, None)), Verdict.NO_CLEAR_CHANGE),  # only "at least -2 days" could be told
        (found(Contrast(3.0, 2.0, None), FASTER), Verdict.NO_CLEAR_CHANGE),
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
        (found(Contrast(None, 2.0, None), within=EVEN, mix=LONGER), None),
        (found(NEVER), None),
        (None, None),
    ],
)
def test_p_is_of_what_the_verdict_claims(comparison, p):
    assert p_of(comparison, verdict_of(comparison)) == p


@pytest.mark.parametrize(("since", "compared", "median"), [("2025-11-10", 1, 60), ("2025-12-31", 0, 50)])
def test_cases_known_because_they_waited_long_are_not_compared(cube_of, since, compared, median):
    """An extract of what was active since a day has of earlier quarters only the slow: any later one looks faster."""
    process = {"last": ["Issued"], "window": {"since": since, "holds": "active"}}
    cube = cube_of(FILED, process=process, as_of="2026-04-30", about_people=False)
    cohort = Cohort.of(cube, "2026-Q1", "submitted", 0.95)
    assert len(comparison(cohort)) == compared
    assert summary(cohort, Counts()).set_index("quantity")["value"]["median_lead"] == median
