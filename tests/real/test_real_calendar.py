"""New Orleans counted the business days of its own payments: its figures are found with its own list of holidays."""

import csv
import gzip
from datetime import date, datetime

import numpy as np
import pytest

from workbench.calendars import WorkingCalendar
from workbench.catalog import load

# Rows, and the share of them that agrees with holidays and without. Published are 98.57 and 98.39 %, 75.0 and 90.1 %, of
# a count to the day before the check and one more: that is a day too many where a check is dated on a weekend.
TABLES = {
    "great_plains_payments": ("Accounts.Payable.Date", "Check.Date", 18_026, 0.98569, 0.75019),
    "afin_payments": ("APDate", "CheckDate", 8_429, 0.98470, 0.90212),
}


@pytest.fixture(scope="module")
def calendars(shared, tmp_path_factory) -> tuple[WorkingCalendar, WorkingCalendar]:
    """The city's calendar with its holiday file, and without."""
    root = tmp_path_factory.mktemp("nola")
    listed = (shared / "data" / "nola-invoices" / "holiday_list.csv").read_text().split()[1:]
    days = sorted({datetime.strptime(day, "%m/%d/%Y").date() for day in listed})
    files = {
        "city": "name: New Orleans\ntime_zone: America/Chicago\n",
        "departments": "departments: {finance: {title: Finance}}\n",
        "holidays": "holidays:\n" + "".join(f"  {day}: Holiday\n" for day in days),
        "dimensions": "",
        "sources": "",
    }
    (root / "parameters").mkdir()
    for stem, text in files.items():
        (root / "parameters" / f"{stem}.yml").write_text(f"format: 1\n{text}")
    catalog = load(root)
    office = catalog.departments["finance"]
    return WorkingCalendar.of(catalog.city, office, catalog.holidays), WorkingCalendar.of(
        catalog.city, office
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_citys_own_business_days_are_reproduced(shared, calendars, table):
    """Column AP: business days from accounts payable to the check, both counted, less the city's holidays."""
    begun, ended, rows, share, ignored = TABLES[table]
    with gzip.open(shared / "data" / "nola-invoices" / f"{table}.csv.gz", "rt", encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    theirs = np.array([int(row["AP"]) for row in read])
    assert len(theirs) == rows
    agree = []
    for calendar in calendars:
        starts, ends = (calendar.midnight([row[name] for row in read]) for name in (begun, ended))
        ours = calendar.working_dates_between(starts, ends, inclusive="both")
        agree.append((ours == theirs).mean())
    assert agree[0] >= 0.98
    assert agree == pytest.approx([share, ignored], abs=5e-5)


def test_the_holiday_file_covers_the_years_of_the_payments(calendars):
    kept, none = calendars
    assert kept.holiday_years == tuple(range(2011, 2018))
    assert kept.as_json()["holidays_until"] == "2017-12-31"
    assert kept.without_holidays(date(2011, 1, 1), date(2017, 12, 31)) == ()
    assert none.without_holidays(date(2016, 1, 1), date(2017, 12, 31)) == (2016, 2017)
