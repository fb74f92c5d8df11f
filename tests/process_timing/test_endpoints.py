"""Where cases of the period begin, and where they are closed."""

import pytest

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.steps.endpoints import endpoints

PERMIT = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}


def log_of(**paths):
    """Cases that pass the named steps an hour apart: ``issued=3`` is three cases filed and issued."""
    steps = {"issued": ["Filed", "Issued"], "withdrawn": ["Filed", "Withdrawn"], "open": ["Filed"]}
    return [
        (f"{path}{number}", step, f"2026-01-05T{9 + hour:02}:00Z")
        for path, many in paths.items()
        for number in range(many)
        for hour, step in enumerate(steps[path])
    ]


def told(cube_of, rows, **more):
    cohort, counts = Cohort.of(cube_of(rows, process=PERMIT, **more), "2026-Q1", "submitted", 0.95), Counts()
    frame = endpoints(cohort, counts)
    assert frame["cells"].explode().isin(counts.frame()["cell"]).all()
    return frame[["side", "activity", "cases"]].values.tolist()


def test_open_cases_start_and_do_not_end(cube_of):
    rows = log_of(issued=3, withdrawn=2, open=4)
    assert told(cube_of, rows, about_people=False) == [
        ["start", "Filed", 9],
        ["end", "Issued", 3],
        ["end", "Withdrawn", 2],
    ]


@pytest.mark.parametrize(("withdrawn", "issued_shown"), [(3, 60), (19, 60), (25, 60)])
def test_counts_are_rounded_as_parts_of_a_total_that_is_published(cube_of, withdrawn, issued_shown):
    """60 cases are issued; few that withdrew are told with them."""
    rows = told(cube_of, log_of(issued=60, withdrawn=withdrawn))
    assert rows[0] == ["start", "Filed", 60 + withdrawn]
    assert rows[1] == ["end", "Issued", issued_shown]


def test_no_cases_have_no_ends(cube_of):
    assert told(cube_of, log_of(open=1), about_people=False) == [["start", "Filed", 1]]
