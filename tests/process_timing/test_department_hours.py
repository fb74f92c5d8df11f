"""Working times and due dates of a process are those of its department, with the city's holidays."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from tests.process_timing.conftest import as_snapshot, catalog_of, in_memory
from workbench.catalog.model import Department, Holiday
from workbench.process_timing.log.cube import cube

HOUR = 3_600_000_000
# Thursday to Monday over a day off.
ROWS = [("c", "Received", "2026-01-01T16:00Z"), ("c", "Issued", "2026-01-05T18:00Z")]
SERVICE_LEVEL = {"service_level": {"days": 1, "calendar": "working"}, "last": ["Issued"]}


def case_of(department: dict) -> tuple[pd.Series, dict]:
    frame = pd.DataFrame(ROWS, columns=["case", "activity", "completed"])
    catalog = catalog_of(SERVICE_LEVEL, frame.columns, "America/Chicago").model_copy(
        update={
            "departments": {"works": Department(title="Public Works", **department)},
            "holidays": {date(2026, 1, 2): Holiday(name="Day after New Year")},
        }
    )
    table = in_memory(as_snapshot(frame, "America/Chicago"))
    made = cube(catalog, "works", "permits", {"log": table}, date(2026, 1, 31))
    return made.frames["cases"].iloc[0], made.definition


@pytest.mark.parametrize(
    ("department", "hours", "due", "day"),
    [
        ({}, 7 + 3, "2026-01-06T06:00", 8),  # the city's hours, 9 to 5: Thursday from 10, Monday until noon
        ({"working_hours": ["10:00-11:00", "13:00-15:00"]}, 3 + 1, "2026-01-06T06:00", 3),
        ({"working_days": ["Thu", "Fri"]}, 7, "2026-01-09T06:00", 8),
        ({"holidays": False}, 7 + 8 + 3, "2026-01-03T06:00", 8),
        ({"closures": ["2026-01-05"]}, 7, "2026-01-07T06:00", 8),
        ({"short_days": {"2026-01-02": ["09:00-12:00"]}}, 7 + 3 + 3, "2026-01-03T06:00", 8),
    ],
)
def test_the_departments_calendar_times_its_cases(department, hours, due, day):
    case, definition = case_of(department)
    assert case["working_lead"] == hours * HOUR
    assert case["end_working"] - case["start_working"] == hours * HOUR
    assert np.datetime64(int(case["due"]), "us") == np.datetime64(due, "us")
    assert definition["working_day_seconds"] == day * 3600
    assert len(definition["calendar"]["version"]) == 8
