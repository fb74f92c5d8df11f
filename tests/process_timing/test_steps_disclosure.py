"""A reader of hand-offs, rework and yields of people's cases finds no few people, whatever is subtracted."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.process_timing.cohort import Cohort
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.rounding import Rounding
from workbench.process_timing.steps.activities import activities
from workbench.process_timing.steps.edges import edges
from workbench.process_timing.steps.handoffs import handoffs
from workbench.process_timing.steps.rework import rework, rework_kinds
from workbench.process_timing.steps.yields import yields

FRAMES = (activities, edges, handoffs, rework, rework_kinds, yields)
COLUMNS = ["case", "activity", "completed", "resource"]
PEOPLE = Rounding(20, 11)


@pytest.fixture
def released(cube_of, release_of):
    """Released frames of so many cases of each path, such as ``A.ann B.bob``, an hour between steps."""

    def made(paths: dict[str, int]) -> ProcessResults:
        rows, number = [], 0
        for path, times in paths.items():
            for _ in range(times):
                number += 1
                for hour, step in enumerate(path.split()):
                    time = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(hours=number % 1400 + hour)
                    rows.append(
                        (
                            f"c{number:05}",
                            *step.split(".")[:1],
                            time.isoformat(),
                            step.partition(".")[2] or None,
                        )
                    )
        log = pd.DataFrame(rows, columns=COLUMNS).astype({"resource": "string"})
        cohort = Cohort.of(cube_of(log, process={"resource": "resource"}), "2026-Q1", "submitted", 0.95)
        return release_of(cohort, FRAMES)

    return made


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """What a reader sees; limits of resampled weeks, which are of whole hundredths, left out."""
    return frame[frame["state"] != "suppressed"].drop(columns=["cells"])


@pytest.mark.parametrize(
    ("names", "usual", "secret"),
    [
        # How few of those that change hands do so twice.
        (["rework", "rework_kinds", "yields"], "A.ann B.bob C.bob", "A.ann B.bob C.ann"),
        # How few of those that repeat B have another do it, and do it at once.
        (["rework", "rework_kinds", "yields"], "A.ann B.bob C.bob B.bob", "A.ann B.bob C.bob B.ann"),
        (["rework", "rework_kinds"], "A.ann B.bob C.bob B.bob", "A.ann C.bob B.bob B.bob"),
        # How few are sent back.
        (
            ["activities", "rework", "rework_kinds", "yields"],
            "A.ann B.bob C.bob",
            "A.ann B.bob C.bob B.bob C.bob",
        ),
        # How few repeat C, of whom none repeats B as many others do.
        (["rework", "rework_kinds", "yields"], "A.bob B.bob C.bob", "A.bob B.bob C.bob C.bob"),
    ],
)
def test_what_is_shown_does_not_tell_how_few(released, names, usual, secret):
    others = {"A.ann B.ann C.ann": 130}
    if secret.startswith("A.bob"):
        others["A.ann B.ann B.ann C.ann"] = 60
    seen = []
    for few in (1, 4, 7, 10):
        results = released({usual: 120 - few, secret: few, **others})
        seen.append([shown(getattr(results, name)).astype(str).to_csv() for name in names])
    assert all(each == seen[0] for each in seen[1:])


def test_how_few_change_hands_twice_is_not_told(released):
    told = set()
    for few in range(1, 11):
        found = released(
            {"A.ann B.bob C.bob": 120 - few, "A.ann B.bob C.ann": few, "A.ann B.ann C.ann": 130}
        ).handoffs
        told.add(tuple(found.iloc[0][["handoffs", "of", "share", "cases_without", "cases"]]))
    assert told == {(120, 500, 0.24, 130, 250)}


@pytest.mark.parametrize("few", [1, 5, 10, 11, 25])
def test_no_difference_of_shown_counts_is_a_few_people(released, few):
    again, twice = "A.ann B.bob C.bob B.bob", "A.ann B.ann B.bob C.ann C.bob"
    results = released(
        {"A.ann B.ann C.ann": 130, again: 60, twice: few, "A.ann B.bob C.cat B.bob C.bob": few, "A.ann": few}
    )
    found = {}
    for row in shown(results.handoffs).to_dict("records"):
        changed = row["cases"] - row["cases_without"]
        found |= {
            "changed": changed,
            "further": row["handoffs"] - changed,
            "kept": row["of"] - row["handoffs"],
        }
    reworked = shown(results.rework).set_index("activity")
    found |= {f"again {name}": row["extra"] - row["repeated"] for name, row in reworked.iterrows()}
    found["only others"] = reworked["repeated"][""] - reworked["repeated"].drop("").max()
    assert {name: value for name, value in found.items() if value % 20} == {}
    for row in shown(results.rework_kinds).to_dict("records"):
        assert row["events"] not in range(1, 11)
        assert row["of"] - row["events"] not in range(1, 11), row
    for row in shown(results.yields).to_dict("records"):
        returned = round((1 - row["complete_accurate"]) * row["passed_on"]) if row["passed_on"] else 0
        assert returned not in range(1, 11), row


def test_a_redo_of_few_is_hidden_with_the_repeats_that_are_all_others(released):
    found = released(
        {"A.ann B.bob C.bob B.bob": 60, "A.ann B.bob C.bob B.ann": 5, "A.ann B.ann C.ann": 130}
    ).rework_kinds
    states = found[found["activity"] == "B"].set_index("kind")["state"]
    assert (states["redo"], states["repeat"], states["repetition"]) == ("suppressed", "suppressed", "value")


@given(st.integers(20, 2000), st.integers(0, 2000))
def test_two_counts_told_downwards_may_be_a_step_apart_however_close(count, more):
    lower, upper = PEOPLE.down(count), PEOPLE.down(count + more)
    assert lower % 20 == upper % 20 == 0
    assert -20 < upper - lower - more < 20


@given(st.integers(11, 4000))
def test_a_count_told_downwards_is_one_of_a_whole_step(count):
    alike = [other for other in range(11, 4020) if PEOPLE.down(other) == PEOPLE.down(count)]
    first = max(count // 20 * 20, 20)
    assert alike == list(range(11 if first == 20 else first, first + 20))


def test_what_a_count_has_beyond_another_is_told_in_whole_steps():
    assert [PEOPLE.beyond(60 + more, 60, 58) for more in (0, 19, 20)] == [58, 58, 78]
    assert Rounding(1, 1).beyond(67, 60, 60) == 67
    assert [PEOPLE.down(count) for count in (0, 10, 11, 39, 40)] == [0, 10, 20, 20, 40]
