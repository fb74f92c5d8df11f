import numpy as np
import pandas as pd
import pytest

from workbench.statistics.daylight import sun_position, sun_times

MINNEAPOLIS, BOSTON, ATLANTA = (44.98, -93.27), (42.36, -71.06), (33.8, -84.4)
TOLERANCE = 2  # minutes: almanacs round to a minute and take another point of the city


def clock(text, *, behind):
    """Minutes after 0:00 UTC of a local clock time so many hours behind UTC."""
    hour, minute = map(int, text.split(":"))
    return (hour + behind) * 60 + minute


def times(day, place):
    return sun_times(np.array([day], "datetime64[D]"), *place).iloc[0]


def test_the_position_of_the_sun_is_that_of_the_textbook():
    # Meeus 1998, examples 25.a and 28.a: 13 October 1992 at 0 h, declination -7.78507 degrees, equation of
    # time 13 min 42.6 s
    declination, ahead = sun_position(np.array(["1992-10-13"], "datetime64[D]"), 0)
    assert declination == pytest.approx(-7.78507, abs=1e-3)
    assert ahead == pytest.approx(13.71, abs=0.02)


def test_all_four_times_of_a_day_are_those_of_the_naval_observatory():
    # USNO, Atlanta (33.8 N, 84.4 W), 6 September 2009, daylight saving time; quoted in the PyEphem manual
    found = times("2009-09-06", ATLANTA)
    published = {"dawn": "6:50", "sunrise": "7:15", "sunset": "19:56", "dusk": "20:21"}
    for name, text in published.items():
        assert found[name] == pytest.approx(clock(text, behind=4), abs=1), name


@pytest.mark.parametrize(
    ("day", "sunset", "dusk"),
    [("2024-02-01", "17:20", "17:51"), ("2024-02-15", "17:40", "18:10"), ("2024-02-29", "18:00", "18:29")],
)
def test_evenings_of_minneapolis_are_the_published_ones(day, sunset, dusk):
    # Minnesota Public Radio, 17 January 2024, from timeanddate.com
    found = times(day, MINNEAPOLIS)
    assert found.sunset == pytest.approx(clock(sunset, behind=6), abs=TOLERANCE)
    assert found.dusk == pytest.approx(clock(dusk, behind=6), abs=TOLERANCE)


@pytest.mark.parametrize(
    ("place", "published"),
    [
        ((44.93, -93.52), ("4:51", "5:29", "21:04", "21:41")),
        ((48.77, -96.95), ("4:43", "5:25", "21:35", "22:17")),
    ],
    ids=["Deephaven", "Hallock"],
)
def test_the_longest_days_in_minnesota_are_the_published_ones(place, published):
    # Minnesota Public Radio, 26 June 2010; an evening in summer is after midnight UTC
    found = times("2010-06-26", place)[["dawn", "sunrise", "sunset", "dusk"]]
    assert list(found) == pytest.approx([clock(text, behind=5) for text in published], abs=TOLERANCE)
    assert found["sunset"] > 1440


@pytest.mark.parametrize(
    ("day", "sunrise", "sunset", "behind"),
    [("2020-12-21", "7:10", "16:15", 5), ("2020-06-20", "5:07", "20:24", 4)],
)
def test_solstices_of_boston_are_the_published_ones(day, sunrise, sunset, behind):
    # USNO, Boston
    found = times(day, BOSTON)
    assert found.sunrise == pytest.approx(clock(sunrise, behind=behind), abs=TOLERANCE)
    assert found.sunset == pytest.approx(clock(sunset, behind=behind), abs=TOLERANCE)


def test_the_sun_neither_sets_in_june_nor_rises_in_december_beyond_the_polar_circle():
    tromso = (69.65, 18.96)
    june, december = times("2024-06-21", tromso), times("2024-12-21", tromso)
    assert june[["dawn", "sunrise", "sunset", "dusk"]].isna().all()
    assert december[["sunrise", "sunset"]].isna().all()
    assert december[["dawn", "dusk"]].notna().all()


def test_at_the_pole_there_is_no_day_of_24_hours():
    assert times("2024-03-01", (90, 0))[["dawn", "sunrise", "sunset", "dusk"]].isna().all()


def test_every_day_has_its_four_times_in_order():
    days = np.arange("2023-01-01", "2026-01-01", dtype="datetime64[D]")
    found = sun_times(days, *MINNEAPOLIS)
    assert list(found.columns) == ["day", "dawn", "sunrise", "sunset", "dusk"]
    assert (found["dawn"] < found["sunrise"]).all()
    assert (found["sunrise"] < found["sunset"]).all()
    assert (found["sunset"] < found["dusk"]).all()
    assert (found["dusk"] - found["sunset"]).between(26, 40).all()


def test_a_missing_day_has_missing_times_and_places_may_differ_by_day():
    days = np.array(["2024-02-01", "NaT"], "datetime64[D]")
    found = sun_times(days, [44.98, 42.36], [-93.27, -71.06])
    assert found["sunset"].isna().tolist() == [False, True]
    together = sun_times(days[[0, 0]], [44.98, 42.36], [-93.27, -71.06])
    apart = [times("2024-02-01", place) for place in (MINNEAPOLIS, BOSTON)]
    pd.testing.assert_frame_equal(together, pd.DataFrame(apart).reset_index(drop=True), check_dtype=False)


@pytest.mark.parametrize(("place", "name"), [((-93.27, 144.98), "latitude"), ((45, 266.73), "longitude")])
def test_a_place_that_is_not_on_earth_is_refused(place, name):
    with pytest.raises(ValueError, match=name):
        sun_times(np.array(["2024-02-01"], "datetime64[D]"), *place)
