"""A log of which no row is an event: what is empty, where, and what to write instead."""

import pandas as pd
import pytest

from workbench.errors import SourceError

WITHOUT = {
    "case": (
        [(None, "A", "2026-01-01"), (None, "B", "2026-01-02")],
        "source `log`: no event of 'Permits' can be told from its 2 rows: column `case` is empty in all of them. Write it "
        "otherwise: after `case:` in processes.yml name the column with the number that all rows of one case share. A "
        "log without one has no cases: ask for the number that the office itself files them under.",
    ),
    "two": (
        [("c", None, None)],
        "column `activity` is empty in all of them, column `completed` is empty in all of them. Write it otherwise: after "
        "`activity:` in processes.yml name the column that says which step was taken; after `timestamp:` in "
        "processes.yml name the column that says when a step was done.",
    ),
    "none whole": (
        [("c", None, "2026-01-01"), (None, "A", "2026-01-01"), ("c", "A", None)],
        "its 3 rows: none has a case, an activity and a time at once. Mend the table, or name other columns in "
        "processes.yml.",
    ),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_a_log_without_events_is_refused(cube_of, name):
    rows, said = WITHOUT[name]
    with pytest.raises(SourceError) as error:
        cube_of(pd.DataFrame(rows, columns=["case", "activity", "completed"], dtype="string"))
    assert said in str(error.value)


def test_one_event_is_enough_and_no_rows_are_no_fault(cube_of):
    assert len(cube_of([("c", "A", "2026-01-01"), (None, "A", "2026-01-01")]).frames["cases"]) == 1
    later = cube_of([("c", "A", "2026-01-02")], as_of="2026-01-01")
    assert len(later.frames["cases"]) == 0
    other = {"where": [{"column": "activity", "equals": "B"}]}
    assert len(cube_of([("c", "A", "2026-01-01")], process=other).frames["cases"]) == 0
