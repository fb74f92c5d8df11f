"""The year to date of real indicators against the one that was published beside every month.

The Metropolitan Transportation Authority publishes each month of an indicator and its year to date, but not by what
its averages are weighted. Of 147 indicators of six agencies, 2008 to 2011, and 86 of New York City Transit, 2008 to
2018, 12 and 4 are counts: every year to date is the sum of its months. The others are rates. A plain average of the
months is the published one in 1,616 of 3,682 months (44 %), though 99 % of those lie between the least and the
greatest of their months, as any weighted average must. Four rates are counted against what the same file has: the
average by it is the published one to a unit of its last place in 95 of 122 months, the plain one in 49. So of a rate
without weights no year to date is given. What is left over is rounding, and months that were revised after they were
added up.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.target_tracking.outlook.totals import year_to_date
from workbench.target_tracking.series import Series, series_of

FILES = {
    "six agencies": "mta_perf_2008_2011_all_agencies.csv.gz",
    "New York City Transit": "Performance_NYCT_2008_2018.csv.gz",
}
# Ridership, paratransit trips, vehicles, uses of wheelchair lifts
COUNTS = {
    "six agencies": [
        *["103929", "166716", "166916", "204043", "204143", "204243"],
        *["20537", "374955", "374956", "374957", "55512", "80231"],
    ],
    "New York City Transit": ["103929", "166716", "204043", "374956"],
}
NUMBERS = {"MONTHLY_ACTUAL": "month", "YTD_ACTUAL": "to_date"}


@pytest.fixture(scope="module")
def published(shared):
    """``published(file)``: a row a month of an indicator, ``whole`` where every month since January is known."""

    def read(file: str) -> pd.DataFrame:
        found = pd.read_csv(shared / "data/mta-kpi" / FILES[file], dtype=str, encoding="latin-1")
        found = found.rename(columns=NUMBERS | {"INDICATOR_SEQ": "id"})
        for name in NUMBERS.values():
            found[name] = pd.to_numeric(found[name].str.replace(",", ""))
        found["unit"] = 10.0 ** -found["DECIMAL_PLACES"].astype(int)
        found["year"], found["at"] = found["PERIOD_YEAR"].astype(int), found["PERIOD_MONTH"].astype(int)
        found = found.sort_values(["id", "year", "at"]).reset_index(drop=True)
        known = found["month"].notna().groupby([found["id"], found["year"]]).cumsum()
        return found.assign(whole=(known == found["at"]) & found["to_date"].notna())

    kept = {}
    return lambda file: kept[file] if file in kept else kept.setdefault(file, read(file))


@pytest.fixture
def series(observations, entry_of):
    """``series(rows, value, weights=None, **changes)``: the series of an indicator as the workbench reads it."""

    def made(rows: pd.DataFrame, value: str, weights=None, **changes) -> Series:
        start = f"{rows['year'].iloc[0]}-{rows['at'].iloc[0]:02}"
        values = rows[value].to_numpy()
        counts = None if weights is None else list(zip(values * weights, weights, strict=True))
        own = observations("i", values, start, counts).assign(cell="")
        assert own["interval"].iloc[-1] == f"{rows['year'].iloc[-1]}-{rows['at'].iloc[-1]:02}"
        return series_of("i", entry_of(**changes), own, date(2018, 12, 31), date(2019, 1, 31), 1)

    return made


def every_year_to_date(series: Series) -> np.ndarray:
    """As it was in each month."""
    return np.array([year_to_date(_first(series, 1 + n)) for n in range(len(series.periods))])


def _first(series: Series, n: int) -> Series:
    columns = {name: column[:n] for name, column in series.columns.items()}
    return replace(series, columns=columns, periods=series.periods[:n])


@pytest.mark.parametrize(("file", "months"), [("six agencies", 459), ("New York City Transit", 488)])
def test_real_mta_every_year_to_date_of_a_count_is_the_sum_of_its_months(published, series, file, months):
    rows = published(file)
    assert rows["id"].nunique() == {"six agencies": 147, "New York City Transit": 86}[file]
    compared = 0
    for id in COUNTS[file]:
        own = rows[rows["id"] == id]
        found = every_year_to_date(series(own, "month", kind="count"))
        whole = own["whole"].to_numpy()
        # Some months of the subways are written with a fraction of a rider.
        assert found[whole] == pytest.approx(own["to_date"].to_numpy()[whole], abs=0.5)
        compared += whole.sum()
    assert compared == months


@pytest.mark.parametrize(("file", "months"), [("six agencies", 459), ("New York City Transit", 488)])
def test_real_mta_a_year_to_date_that_is_read_gives_back_every_month(published, series, file, months):
    rows, compared = published(file), 0
    for id in COUNTS[file]:
        own = rows[rows["id"] == id]
        read = series(own, "to_date", kind="cumulative")
        whole = own["whole"].to_numpy()
        assert read.frame["brought"].to_numpy()[whole] == pytest.approx(
            own["month"].to_numpy()[whole], abs=0.5
        )
        compared += whole.sum()
    assert compared == months


@pytest.mark.parametrize(
    ("rate", "weight", "months", "weighted", "plain"),
    [
        ("20420", "20537", 37, 37, 20),  # injuries of Long Island Rail Road's customers, by its ridership
        ("74039", "80231", 37, 30, 18),  # collisions with injury on bridges and in tunnels, by their traffic
        ("166824", "204143", 24, 16, 11),  # injuries on MTA Bus, by its ridership
        ("166924", "204243", 24, 12, 0),  # and on LI Bus
    ],
)
def test_real_mta_a_rate_is_averaged_by_what_it_is_counted_against(
    published, series, rate, weight, months, weighted, plain
):
    rows = published("six agencies").set_index(["year", "at"])
    own = rows[rows["id"] == rate].join(rows.loc[rows["id"] == weight, "month"].rename("weight"))
    own = own[own["month"].notna()].reset_index()
    columns = {"interval": "month", "numerator": "above", "denominator": "below"}
    found = every_year_to_date(series(own, "month", own["weight"].to_numpy(), kind="rate", columns=columns))
    average = own.groupby("year")["month"].transform(lambda year: year.expanding().mean())
    compared = own["whole"] & (own["at"] > 1)

    def within_a_unit(given) -> int:
        return int(((given - own["to_date"]).abs() <= own["unit"] + 1e-9)[compared].sum())

    assert (compared.sum(), within_a_unit(found), within_a_unit(average)) == (months, weighted, plain)


def test_real_mta_a_plain_average_of_months_is_the_year_to_date_in_44_percent(published, series):
    rows = published("six agencies")
    rates = rows[~rows["id"].isin(COUNTS["six agencies"])]
    by_year = rates.groupby(["id", "year"])["month"]
    average = by_year.transform(lambda year: year.expanding().mean())
    least, greatest = (by_year.cummin() - rates["unit"], by_year.cummax() + rates["unit"])
    compared = rates["whole"] & (rates["at"] > 1)
    off = (average - rates["to_date"]).abs()[compared]
    assert (rates["id"].nunique(), len(off)) == (135, 3682)
    assert (off <= rates["unit"][compared] / 2 + 1e-9).sum() == 1616
    assert (off <= rates["unit"][compared] + 1e-9).sum() == 2184
    assert rates["to_date"].between(least, greatest)[compared].sum() == 3642
    one = rates[rates["id"] == "20421"]
    assert np.isnan(every_year_to_date(series(one, "month", kind="value"))).all()
