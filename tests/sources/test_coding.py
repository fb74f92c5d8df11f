from datetime import date

import ibis
import pandas as pd

from workbench.catalog.model import Dimension, Group, PlaceLevel
from workbench.periods import Period
from workbench.sources.coding import group_of, interval_of, parent_of, place_of

RACE = Dimension(
    title="Race",
    groups={
        "black": Group(title="Black", codes=["B", "East African"]),
        "white": Group(title="White", codes=["W"]),
    },
    unknown=["Unknown"],
)
DAYS = ["2024-12-31", "2025-01-01", "2025-03-31", "2025-06-30", "2025-07-01", "2025-09-30", "2025-10-01"]


def in_order(table, **columns):
    rows = table.mutate(**columns).order_by("row").to_pyarrow()
    return [rows[name].to_pylist() for name in columns]


def test_codes_ids_and_titles_name_a_group_and_all_else_is_unknown(on_engine):
    found = ["B", "East African", "white", "White", "Unknown", "w", None, "'"]
    table = on_engine(pd.DataFrame({"row": range(8), "race": found}))
    [groups] = in_order(table, group=group_of(table, "race", RACE))
    assert groups == ["black", "black", "white", "white", "unknown", "unknown", "unknown", "unknown"]


def test_a_code_outranks_the_id_of_another_group():
    dimension = Dimension(
        title="D", groups={"a": Group(title="A", codes=["b"]), "b": Group(title="B", codes=["c"])}
    )
    table = ibis.memtable({"row": [0], "d": ["b"]})
    assert in_order(table, group=group_of(table, "d", dimension)) == [["a"]]


def test_places_pass_the_crosswalk_and_find_their_parent(on_engine):
    level = PlaceLevel(
        title="Neighborhood",
        crosswalk={"Allston": "Allston / Brighton"},
        parents={"Roxbury": "South"},
        unknown=["-"],
    )
    table = on_engine(pd.DataFrame({"row": range(5), "place": ["Allston", "Roxbury", "-", None, "<b>"]}))
    place = place_of(table, "place", level)
    assert in_order(table, place=place, parent=parent_of(place, level)) == [
        ["Allston / Brighton", "Roxbury", "unknown", "unknown", "<b>"],
        ["unknown", "South", "unknown", "unknown", "unknown"],
    ]


def test_places_without_a_crosswalk_can_be_counted(on_engine):
    table = on_engine(pd.DataFrame({"row": range(3), "place": ["A", None, "A"]}))
    level = PlaceLevel(title="Ward")
    place = place_of(table, "place", level)
    counted = table.group_by(place=place, parent=parent_of(place, level)).agg(n=lambda t: t.count())
    assert counted.order_by("place").to_pyarrow().to_pylist() == [
        {"place": "A", "parent": "unknown", "n": 2},
        {"place": "unknown", "parent": "unknown", "n": 1},
    ]


def test_intervals_are_named_like_periods_on_every_engine(on_engine):
    days = [date.fromisoformat(day) for day in DAYS]
    table = on_engine(pd.DataFrame({"row": range(8), "day": [*days, None]}))
    for frequency, starts in [
        ("month", 1),
        ("quarter", 1),
        ("quarter", 7),
        ("quarter", 10),
        ("year", 1),
        ("year", 7),
    ]:
        [named] = in_order(table, interval=interval_of(table, "day", frequency, starts))
        assert named == [*(str(Period.containing(day, frequency, starts)) for day in days), None]


def test_a_month_goes_by_the_calendar_in_a_fiscal_year_too():
    table = ibis.memtable(pd.DataFrame({"row": [0], "day": [date(2025, 11, 3)]}))
    assert in_order(table, interval=interval_of(table, "day", "month", 7)) == [["2025-11"]]


def test_the_interval_of_a_time_is_that_of_its_local_date():
    rows = pd.DataFrame(
        {"row": [0], "x": pd.to_datetime(["2026-01-01 04:59:59"]), "x_date": [date(2025, 12, 31)]}
    )
    table = ibis.memtable(rows)
    assert in_order(table, interval=interval_of(table, "x", "quarter")) == [["2025-Q4"]]
