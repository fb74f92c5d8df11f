"""Figures of real public data, from the file as published to the verdict."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.catalog import load
from workbench.catalog.model import Catalog, Department, Measure
from workbench.sources.tables import tables
from workbench.target_tracking import analyse
from workbench.target_tracking.cube import cube
from workbench.target_tracking.targets import meets

REAL_CITY = Path(__file__).parents[1] / "real" / "city"


@pytest.fixture
def real_city(shared, tmp_path) -> Catalog:
    """The catalog of the real test city, its sources where they are and its private store thrown away."""
    catalog = load(REAL_CITY)
    sources = {
        id: source.model_copy(update={"location": str(shared / source.location.partition("shared/")[2])})
        for id, source in catalog.sources.items()
    }
    return catalog.model_copy(update={"root": tmp_path, "sources": sources})


def observed(catalog: Catalog, measures: dict, as_of: date):
    """The cube of some measures of one department."""
    catalog = catalog.model_copy(update={"departments": {"d": Department(title="D")}, "measures": measures})
    with tables(catalog, [next(iter(measures.values())).source]) as opened:
        return cube(catalog, "d", "all", opened.tables, as_of)


def indicator(id: str, source: str, direction: str, column: str = "id", **changes) -> Measure:
    declared = {
        "title": id,
        "department": "d",
        "source": source,
        "where": [{"column": column, "equals": id}],
        "kind": "value",
        "direction": direction,
    }
    return Measure.model_validate(declared | changes)


def test_real_mmr_all_351_published_verdicts_are_reproduced(shared, real_city):
    path = shared / "data/nyc-mmr-fy23/Tidy_Indicator_Level_Data.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Success"] not in ("", "NA")]
    assert len(rows) == 351
    columns = {"interval": "year", "value": "value", "target": "target"}
    ways = {"Up": "increase", "Down": "decrease"}
    measures = {
        f"i{row['ID']}": indicator(
            row["ID"], "mmr", ways[row["Desired.Direction"]], frequency="year", columns=columns
        )
        for row in rows
    }
    found = analyse(observed(real_city, measures, date(2023, 12, 31)), period="2023").measures
    assert set(found["interval"]) == {"2023"}
    met = dict(zip(found["measure"], found["meets_target"], strict=True))
    # Comptroller of the City of New York, README of agency-performance-staff-vacancies: Met_Goal, Did_Not_Meet.
    assert Counter(met.values()) == {1.0: 183, 0.0: 168}
    published = {f"i{row['ID']}": float(row["Success"] == "Met_Goal") for row in rows}
    assert met == published


def transit_rows(shared) -> list[dict]:
    import gzip

    path = shared / "data/mta-kpi/mta_perf_2008_2011_all_agencies.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_real_mta_3784_months_are_judged_by_direction(shared, real_city):
    with tables(real_city, ["transit-2011"]) as opened:
        read = opened.tables["transit-2011"].order_by("_row").execute()
    ways = {"U": "increase", "D": "decrease", "N": "neutral"}
    way = pd.Series([ways[row["DESIRED_CHANGE"]] for row in transit_rows(shared)])
    assert Counter(way) == {"increase": 5532, "decrease": 828, "neutral": 144}
    verdicts = [
        meets(own["actual"], own["target"], np.nan, np.nan, direction)
        for direction, own in read.groupby(way.to_numpy())
    ]
    judged = np.concatenate(verdicts)
    # Catalogue of the data: 3,784 rows have both; judged by direction 1,597 met and 2,187 not.
    assert (read["actual"].notna() & read["target"].notna()).sum() == 3784
    assert Counter(judged[~np.isnan(judged)]) == {1.0: 1597, 0.0: 2187}


@pytest.fixture
def transit(real_city):
    """Cube of the five indicators that the real test city declares."""
    measures = {id: m for id, m in real_city.measures.items() if m.department == "transit"}
    with tables(real_city, ["transit", "transit-2011"]) as opened:
        return cube(real_city, "transit", "all", opened.tables, date(2018, 5, 31)), measures


def test_real_mta_a_target_of_zero_that_means_none_is_none(shared, real_city):
    with tables(real_city, ["transit"]) as opened:
        targets = opened.tables["transit"].order_by("_row").execute()["target"]
    # Catalogue of the data: the file has a target of 0.00 on 750 rows, which are blank where they were published before.
    assert len(targets) == 9213
    assert targets.isna().sum() == 750
    assert not (targets == 0).any()


def test_real_mta_no_way_is_better_so_nothing_is_met(transit):
    found, _ = transit
    lifts = analyse(found, period="2018-Q1").measures.set_index("measure").loc["wheelchair-lifts"]
    assert lifts["target"] == 115433
    assert np.isnan(lifts["meets_target"])


def test_real_mta_numbers_with_thousands_separators_are_read(transit):
    found, _ = transit
    own = found.frames["observations"].set_index(["measure", "interval"])
    # First row of the 2008-2011 file: "1,913.00" miles against a target of "2,200.00".
    assert own.loc[("li-bus-distance", "2008-01"), ["value", "target"]].tolist() == [1913, 2200]


@pytest.mark.parametrize("measure", ["bus-distance", "lost-time", "elevators"])
def test_real_mta_monthly_limits_are_those_of_the_moving_ranges(transit, measure):
    found, _ = transit
    results = analyse(found, period="2018-Q1", screened=False)
    points = results.points[results.points["measure"] == measure]
    limits = results.limits[results.limits["measure"] == measure]
    assert points["interval"].iloc[-1] <= "2018-03"
    assert len(points) > 100
    adjusted = limits["adjusted"].to_numpy()
    reach = 2.66 * np.nanmean(np.abs(np.diff(adjusted)))
    centre = limits["mean"].to_numpy() - limits["season"].to_numpy()
    assert centre == pytest.approx(np.nanmean(adjusted))
    assert (limits["upper"] - limits["mean"]).to_numpy() == pytest.approx(reach)
    assert (points["value"].to_numpy() - limits["season"].to_numpy()) == pytest.approx(adjusted, nan_ok=True)
