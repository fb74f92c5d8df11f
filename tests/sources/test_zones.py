from datetime import datetime, timedelta

import ibis
import pandas as pd

from workbench.sources.zones import Change, changes, instant_of, local_of

SUMMER, WINTER = timedelta(hours=-4), timedelta(hours=-5)


def test_the_changes_of_a_year_are_found_to_the_second():
    assert changes("America/New_York", 2025, 2025) == (
        Change(datetime(2025, 3, 9, 7), WINTER, SUMMER),
        Change(datetime(2025, 11, 2, 6), SUMMER, WINTER),
    )


def test_a_zone_without_changes_has_none():
    assert changes("Asia/Tokyo", 1990, 2050) == ()


def test_local_times_and_instants_agree_on_every_engine(on_engine):
    instants = ["2025-03-09 06:59:59", "2025-03-09 07:00:00", "2025-11-02 05:59:59", "2025-11-02 06:00:00"]
    local = ["2025-03-09 01:59:59", "2025-03-09 03:00:00", "2025-11-02 01:59:59", "2025-11-02 01:00:00"]
    table = on_engine(pd.DataFrame({"row": range(4), "instant": pd.to_datetime(instants)}))
    table = table.mutate(local=local_of(table.instant, "America/New_York", 2020))
    back = table.mutate(back=instant_of(table.local, "America/New_York", 2020)).order_by("row").to_pyarrow()
    assert [str(value) for value in back["local"].to_pylist()] == local
    first_pass = datetime(2025, 11, 2, 5)
    assert back["back"].to_pylist() == [*map(datetime.fromisoformat, instants[:3]), first_pass]


def test_a_zone_without_changes_is_shifted():
    table = ibis.memtable({"instant": [datetime(2025, 1, 1, 12)]})
    moved = table.select(local=local_of(table.instant, "Asia/Tokyo", 1990)).to_pyarrow()
    assert moved["local"].to_pylist() == [datetime(2025, 1, 1, 21)]
