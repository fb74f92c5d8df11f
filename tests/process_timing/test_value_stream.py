"""The value stream: the steps of the usual path, in order."""

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.value_stream import value_stream

PERMIT = {
    "first": ["Filed"],
    "last": ["Issued"],
    "order": ["Filed", "Fee paid", "Review", "Issued"],
    "value_adding": ["Review"],
    "clock": {"Filed": "applicant"},
}


def log(usual: int, others: int) -> list[tuple[str, str, str]]:
    """Cases that pay, are reviewed twice and issued; others are issued at once. All on 5 January 2026."""
    steps = ["Filed", "Fee paid", "Review", "Review", "Issued"]
    rows = [
        (f"u{k}", name, f"2026-01-05T{9 + n:02}:{k % 60:02}Z")
        for k in range(usual)
        for n, name in enumerate(steps)
    ]
    return rows + [
        (f"o{k}", name, f"2026-01-05T{9 + n:02}:{k % 60:02}Z")
        for k in range(others)
        for n, name in enumerate(["Filed", "Issued"])
    ]


def stream(cube):
    return value_stream(Cohort.of(cube, "2026-Q1", "submitted", 0.95), Counts())


def test_the_usual_path_stands_in_order_and_a_step_done_twice_stands_once(cube_of):
    found = stream(cube_of(log(12, 11), process=PERMIT, about_people=False))
    columns = ["position", "activity", "is_value_adding", "holder", "kind"]
    assert found[columns].to_numpy().tolist() == [
        [1, "Filed", False, "applicant", "applicant"],
        [2, "Fee paid", False, "city", "city"],
        [3, "Review", True, "city", "city"],
        [4, "Issued", False, "city", "city"],
    ]
    assert found["cells"].tolist()[2] == ["2026-Q1|events|Review"]


def test_a_path_of_fewer_people_than_may_be_listed_is_not_shown(cube_of):
    assert stream(cube_of(log(10, 0), process=PERMIT)).empty
    assert len(stream(cube_of(log(11, 0), process=PERMIT))) == 4


def test_where_nothing_is_closed_no_path_is_usual(cube_of):
    rows = [(f"c{k}", "Filed", f"2026-01-05T09:{k:02}Z") for k in range(30)]
    assert stream(cube_of(rows, process=PERMIT)).empty
