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
from workbench.statistics.assurance import INCONSISTENT, assurance
from workbench.statistics.nhs_rules import signals
from workbench.statistics.run_rules import RULE_SETS
from workbench.statistics.xmr import SCREEN, chart, limits, moving_ranges
from workbench.target_tracking import analyse
from workbench.target_tracking.cube import cube
from workbench.target_tracking.targets import meets

REAL_CITY = Path(__file__).parents[1] / "real" / "city"


@pytest.fixture(scope="module")
def real_city(shared, tmp_path_factory) -> Catalog:
    """The catalog of the real test city, its sources where they are and its private store thrown away."""
    catalog = load(REAL_CITY)
    sources = {
        id: source.model_copy(update={"location": str(shared / source.location.partition("shared/")[2])})
        for id, source in catalog.sources.items()
    }
    return catalog.model_copy(update={"root": tmp_path_factory.mktemp("city"), "sources": sources})


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


YEARS = [str(year) for year in range(2016, 2023)]  # before the one that the verdicts are about
WAYS = {"Up": "increase", "Down": "decrease"}


@pytest.fixture(scope="module")
def report(shared) -> list[dict]:
    """Indicators of the Mayor's Management Report, as text."""
    path = shared / "data/nyc-mmr-fy23/Tidy_Indicator_Level_Data.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def with_target(report) -> list[dict]:
    """Those that have a verdict on a target."""
    return [row for row in report if row["Success"] not in ("", "NA")]


@pytest.fixture(scope="module")
def judged(real_city, with_target):
    """The review of them, limits from the years before."""
    columns = {"interval": "year", "value": "value", "target": "target"}
    measures = {
        f"i{row['ID']}": indicator(
            row["ID"],
            "mmr",
            WAYS[row["Desired.Direction"]],
            frequency="year",
            columns=columns,
            baseline={"end": "2022"},
        )
        for row in with_target
    }
    return analyse(observed(real_city, measures, date(2023, 12, 31)), period="2023")


def number(text: str) -> float:
    return np.nan if text in ("", "NA") else float(text)


def test_real_mmr_all_351_published_verdicts_are_reproduced(judged, with_target):
    assert len(with_target) == 351
    found = judged.measures
    assert set(found["interval"]) == {"2023"}
    met = dict(zip(found["measure"], found["meets_target"], strict=True))
    # Comptroller of the City of New York, README of agency-performance-staff-vacancies: Met_Goal, Did_Not_Meet.
    assert Counter(met.values()) == {1.0: 183, 0.0: 168}
    published = {f"i{row['ID']}": float(row["Success"] == "Met_Goal") for row in with_target}
    assert met == published


def test_real_mmr_237_of_351_verdicts_are_on_a_target_that_the_process_hits_or_misses_by_itself(
    judged, with_target
):
    """Of 351 verdicts 23 have fewer than five years before them. Of the other 328, the target of 237 (72 %), 108 met
    and 129 not, lies between the limits of fiscal years 2016 to 2022; in 177 of these (54 % of 328) the year lies
    there too, so that nothing but the usual ups and downs decided. Of the 183 goals met 56 are of a process that
    meets them whatever the year, of the 168 not met 22 of one that cannot.
    """
    assert set(judged.verdicts["status"]) == {
        "too few points"
    }  # and that is all that the review says of them
    ends = judged.limits.groupby("measure", sort=False)[["lower", "upper"]].last()
    own = judged.measures.set_index("measure")
    counted = Counter()
    for row in with_target:
        id, way = f"i{row['ID']}", WAYS[row["Desired.Direction"]]
        word = assurance(*ends.loc[id], own.at[id, "target"], way)
        usual = ends.at[id, "lower"] <= own.at[id, "value"] <= ends.at[id, "upper"]
        counted[row["Success"], word, bool(usual)] += 1
    by_chance = {key: n for key, n in counted.items() if key[1] == INCONSISTENT}
    assert by_chance == {
        ("Met_Goal", INCONSISTENT, True): 93,
        ("Met_Goal", INCONSISTENT, False): 15,
        ("Did_Not_Meet", INCONSISTENT, True): 84,
        ("Did_Not_Meet", INCONSISTENT, False): 45,
    }
    words = Counter((success, word) for success, word, _ in counted.elements())
    assert words["Met_Goal", None] + words["Did_Not_Meet", None] == 23
    assert (words["Met_Goal", "consistent_pass"], words["Did_Not_Meet", "consistent_fail"]) == (56, 22)


def test_real_mmr_697_of_1026_verdicts_on_a_year_are_of_the_usual_ups_and_downs(report):
    """Of 1,139 indicators 1,126 are called improving or not improving on the year before. With five years or more
    before it are 1,026: by the NHS rules 697 of them (68 %) have no signal in 2023, 379 of 524 that are called
    improving and 318 of 502 that are called not improving. The change of the year alone is within what two years of
    the same indicator differ by (3.267 average moving ranges) in 913 (89 %).
    """
    named = [row for row in report if row["OneYrImproving"] in ("Improving", "Not_Improving")]
    assert (len(report), len(named)) == (1139, 1126)
    quiet, all_with_limits, usual_change = Counter(), Counter(), 0
    for row in named:
        before = np.array([number(row[year]) for year in YEARS])
        series = np.append(before, number(row["2023"]))
        lines = chart(series, baseline=np.arange(8) < 7)
        if lines["n"][0] < 5 or np.isnan(lines["lower"][0]):
            continue
        word = row["OneYrImproving"]
        all_with_limits[word] += 1
        quiet[word] += signals(series, lines, RULE_SETS["nhs"])["rule"].iloc[-1] == ""
        usual_change += abs(series[-1] - series[-2]) <= SCREEN * moving_ranges(before).mean() + 1e-12
    assert all_with_limits == {"Improving": 524, "Not_Improving": 502}
    assert quiet == {"Improving": 379, "Not_Improving": 318}
    assert usual_change == 913


def test_what_seven_years_can_tell_of_the_eighth():
    """Of a process that did not change, limits from seven years call one year in 25 a signal instead of one in 370;
    a year that is three standard deviations off is seen in half of the cases; and a target that lies three standard
    deviations away is called hit or miss in almost half. So "hit or miss" of eight points is "cannot be told from
    noise", no more, and a status begins at 13 points.
    """
    noise = np.random.default_rng(2023).normal(size=(4000, 8))
    lines = np.array([(one.lower, one.upper) for one in (limits(years[:7]) for years in noise)])
    lower, upper = lines.T

    def outside(value):
        return ((value < lower) | (value > upper)).mean()

    assert outside(noise[:, 7]) == pytest.approx(0.04, abs=0.01)
    assert outside(noise[:, 7] + 3) == pytest.approx(0.52, abs=0.02)
    assert 1 - outside(3.0) == pytest.approx(0.47, abs=0.02)


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
    memory = results.verdicts.set_index("measure").at[measure, "memory"]
    points = results.points[results.points["measure"] == measure]
    limits = results.limits[results.limits["measure"] == measure]
    assert points["interval"].iloc[-1] <= "2018-03"
    assert len(points) > 100
    adjusted = limits["adjusted"].to_numpy()
    # Neighbours are alike: of a process with lag-1 autocorrelation r their ranges are too small by sqrt(1 - r).
    assert memory > 0
    reach = 2.66 * np.nanmean(np.abs(np.diff(adjusted))) / np.sqrt(1 - memory)
    centre = limits["mean"].to_numpy() - limits["season"].to_numpy()
    assert centre == pytest.approx(np.nanmean(adjusted))
    assert (limits["upper"] - limits["mean"]).to_numpy() == pytest.approx(reach)
    assert (points["value"].to_numpy() - limits["season"].to_numpy()) == pytest.approx(adjusted, nan_ok=True)
