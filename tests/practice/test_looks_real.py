import pandas as pd

from workbench.practice.places import CITY_HALL


def test_every_code_of_race_is_declared(sources, catalog):
    race = catalog.dimensions["race"]
    known = {code for group in race.groups.values() for code in group.codes} | {*race.unknown, ""}
    known |= {group.title for group in race.groups.values()}
    for source in ("service_requests", "applications", "case_events", "resident_measures", "population"):
        assert set(sources[source]["race"].str.strip()) <= known


def test_codes_are_dirty(sources):
    codes = set(sources["service_requests"]["race"])
    assert {"BLK", "black ", "Af-Am", "H/L", "", "Refused"} <= codes


def test_every_name_of_a_neighbourhood_leads_to_one_that_is_declared(sources, catalog):
    level = catalog.places["neighbourhood"]
    known = {*level.parents, *level.crosswalk, *level.unknown}
    for source in ("service_requests", "applications", "case_events", "population"):
        assert set(sources[source]["neighbourhood"]) <= known


def test_race_is_missing_about_as_often_as_in_real_cities(sources, catalog):
    unknown = [*catalog.dimensions["race"].unknown, ""]
    share = sources["service_requests"]["race"].isin(unknown).mean()
    assert 0.08 < share < 0.15


def test_a_few_rows_lie_on_the_default_coordinate(sources, catalog):
    (default,) = catalog.sources["service_requests"].points.default
    assert default == CITY_HALL
    table = sources["service_requests"]
    numbers = table[["latitude", "longitude"]].apply(pd.to_numeric, errors="coerce")
    there = (numbers["latitude"] == CITY_HALL[0]) & (numbers["longitude"] == CITY_HALL[1])
    assert 0.003 < there.mean() < 0.012
    assert (table.loc[there, "neighbourhood"] == "").all()


def test_rows_that_cannot_be_read_stay_under_the_share_allowed(sources, catalog):
    for source, column, layout in (
        ("service_requests", "opened", "%Y-%m-%d %H:%M:%S"),
        ("applications", "received", "%m/%d/%Y"),
        ("case_events", "completed", "%Y-%m-%d %H:%M:%S"),
        ("office_events", "completed", "%Y-%m-%d %H:%M:%S"),
    ):
        unreadable = pd.to_datetime(sources[source][column], format=layout, errors="coerce").isna().mean()
        assert 0 < unreadable < catalog.sources[source].rejects_allowed / 3


def test_some_requests_are_closed_late_and_some_are_open_at_the_end(sources):
    table = sources["service_requests"]
    dated = table[table["due"] != ""]
    late = (dated["closed"] > dated["due"]) & (dated["closed"] != "")
    assert 0.1 < late.mean() < 0.3
    open_ones = dated[dated["closed"] == ""]
    assert 300 < len(open_ones) < 1500
    assert (open_ones["opened"] < "2024").any()


def test_some_rows_are_doubled(sources):
    assert 50 < sources["service_requests"].duplicated().sum() < 400
    assert 100 < sources["case_events"].duplicated().sum() < 1000


def test_some_events_of_a_case_happen_at_the_same_moment(sources):
    events = sources["case_events"].drop_duplicates()
    ties = events.duplicated(["process", "case", "completed"]).mean()
    assert 0.002 < ties < 0.03


def test_nothing_happens_in_the_hour_that_spring_skips(sources):
    for source, columns in {
        "service_requests": ("opened", "due", "closed"),
        "case_events": ("started", "completed"),
    }.items():
        for column in columns:
            skipped = sources[source][column].str.match(r"(2023-03-12|2024-03-10|2025-03-09) 02:")
            assert not skipped.any()


def test_late_figures_are_revised_as_they_come_in(sources, catalog):
    code = catalog.measures["flu_shots_given"].where[0].equals[0]
    table = sources["resident_measures"]
    rows = table[table["measure"] == code].astype({"numerator": int})
    november = rows[rows["month"] == "2025-11-01"]
    assert set(november["recorded"]) == {"2025-12-10", "2026-01-10"}
    known = november.groupby("recorded")["numerator"].sum()
    assert known["2025-12-10"] < known["2026-01-10"]
    assert set(november["provisional"]) == {"yes"}


def test_some_months_were_never_sent_and_large_numbers_have_commas(sources):
    table = sources["department_measures"]
    months = table.groupby("measure")["month"].nunique()
    assert 3 < (months < 36).sum() < 40
    assert table["denominator"].str.contains(",").any()


def test_the_workbook_holds_real_dates_and_targets(sources):
    table = sources["finance_measures"]
    assert str(table["month"].dtype).startswith("datetime64")
    assert table.loc[table["measure"] == "FN-01", "target"].unique().tolist() == [86.0]
