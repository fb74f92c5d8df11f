"""Race and place in real public data: residents, boundaries, darkness and case mix, from YAML to results.

Figures are recounted beside with pandas from the raw files, or are those of the data catalogue.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from workbench.analyses import named
from workbench.catalog import load
from workbench.charts import disparity_places
from workbench.cubes import cube
from workbench.disclosure import Policy, release
from workbench.disparity_review import analyse

CITY = "format: 1\nname: City\ntime_zone: {zone}\nlatitude: {latitude}\nlongitude: {longitude}\n"
DEPARTMENTS = "format: 1\ndepartments:\n  works: {title: Department}\n"
REVIEW = "format: 1\nperiod: '{year}'\nas_of: {year}-12-31\n"
COMPASS = {
    "Bryn- Mawr": "Bryn - Mawr",
    "Cedar- Isles- Dean": "Cedar - Isles - Dean",
    "Como (Minneapolis)": "Como",
    "Lind- Bohanon": "Lind - Bohanon",
    "Mid- City Industrial": "Mid - City Industrial",
    "Near North": "Near - North",
    "Nicollet Island- East Bank": "Nicollet Island - East Bank",
    "Prospect Park- East River Road": "Prospect Park - East River Road",
    "Steven's Square- Loring Heights": "Steven's Square - Loring Heights",
    "Sumner- Glenwood": "Sumner - Glenwood",
}
MINNEAPOLIS = {
    "dimensions": """
dimensions:
  race:
    title: Perceived race
    groups:
      black: {{title: Black, codes: [Black, East African]}}
      white: {{title: White, codes: [White]}}
      others: {{title: Others, codes: [Asian, Latino, Native American, Other]}}
    unknown: [Unknown]
    reference: white
places:
  neighborhood:
    title: Neighborhood
    boundary: {{file: {data}/mpls-neighborhoods/Minneapolis_Neighborhoods.geojson, property: BDNAME, vintage: "2017"}}
    crosswalk: {crosswalk}
populations:
  residents: {{source: residents, place_level: neighborhood, place: place, dimension: race, group: race,
    count: people, margin: margin, vintage: 2012-2016, boundaries: "2017"}}
""",
    "sources": """
sources:
  stops:
    location: {data}/mpls-stops-2017/MplsStops.csv.gz
    columns:
      stopped: {{name: date, type: time}}
      search: {{name: personSearch, type: yes_no}}
      race: {{name: race}}
      neighborhood: {{name: neighborhood}}
  residents:
    location: private/sources/residents.csv
    columns:
      place: {{name: place}}
      race: {{name: race}}
      people: {{name: people, type: number}}
      margin: {{name: margin, type: number}}
""",
    "services": """
services:
  stops:
    title: Stops
    department: works
    source: stops
    interval: stopped
    frequency: year
    outcome: {{kind: per_resident, population: residents, words: stopped, unit: residents}}
    favourable: no
    groups: {{race: race}}
    places: {{neighborhood: neighborhood}}
  searches:
    title: Searches
    department: works
    source: stops
    interval: stopped
    frequency: year
    outcome:
      denominator: [{{column: search, filled: yes}}]
      numerator: [{{column: search, equals: yes}}]
      words: searched
      unit: stops
    favourable: no
    groups: {{race: race}}
    places: {{neighborhood: neighborhood}}
    decisions: {{daylight: stopped}}
""",
}
BOSTON = {
    "dimensions": """
dimensions: {{}}
places:
  neighborhood:
    title: Neighborhood
    boundary: {{file: {data}/boston-neighborhoods/{boundary}, property: {property}, vintage: "2020"}}
populations:
  residents: {{source: residents, place_level: neighborhood, place: place, count: people}}
""",
    "sources": """
sources:
  requests:
    location: {data}/boston311-2015/boston311_2015.csv.gz
    rejects_allowed: 0.01
    columns:
      opened: {{name: OPEN_DT, type: time, format: "%m/%d/%Y %I:%M:%S %p", required: yes}}
      closed: {{name: CLOSED_DT, type: time, format: "%m/%d/%Y %I:%M:%S %p"}}
      status: {{name: CASE_STATUS}}
      on_time: {{name: OnTime_Status}}
      kind: {{name: TYPE}}
      neighborhood: {{name: neighborhood}}
  residents:
    location: private/sources/residents.csv
    columns:
      place: {{name: place}}
      people: {{name: people, type: number}}
""",
    "services": """
services:
  on-time:
    title: Requests
    department: works
    source: requests
    interval: opened
    frequency: year
    where: [{{column: status, equals: Closed}}]
    outcome:
      numerator: [{{column: on_time, equals: ONTIME}}]
      words: closed on time
      unit: closed requests
    favourable: yes
    groups: {{}}
    places: {{neighborhood: neighborhood}}
    stratum: kind
    stages: {{residents: residents}}
  waits:
    title: Waits
    department: works
    source: requests
    interval: opened
    frequency: year
    where: [{{column: status, equals: Closed}}]
    outcome: {{kind: waiting_time, ended: closed, standard_days: 7, words: closed within a week, unit: requests}}
    favourable: yes
    groups: {{}}
    places: {{neighborhood: neighborhood}}
""",
}


def declared(root, files: dict[str, str], year: int, zone: str, at: tuple[float, float], **texts) -> None:
    """The YAML of a city."""
    (root / "parameters" / "reviews").mkdir(parents=True)
    found = {name: f"format: 1{text.format(**texts)}" for name, text in files.items()}
    found["city"] = CITY.format(zone=zone, latitude=at[0], longitude=at[1])
    found |= {"departments": DEPARTMENTS, "reviews/year": REVIEW.format(year=year)}
    for name, text in found.items():
        (root / "parameters" / f"{name}.yml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def compass(shared) -> pd.DataFrame:
    """Residents of Minneapolis by neighbourhood: place, race, people, margin; as Minnesota Compass has them."""
    path = shared / "data" / "mpls-neighborhoods" / "mpls_demographics_acs2012_2016.csv"
    table = pd.read_csv(path).query("layer == 'hood' and City == 'Minneapolis'")
    races = {"black": "Black or African American", "white": "White Alone, not Hispanic or Latino"}
    parts = [
        pd.DataFrame({"place": table["geography"], "race": race, "people": table[f"{column} - count"],
                      "margin": table[f"{column} - margin"]})
        for race, column in ((race, f"Race and Ethnicity - {name}") for race, name in races.items())
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def stops(shared) -> pd.DataFrame:
    table = pd.read_csv(shared / "data" / "mpls-stops-2017" / "MplsStops.csv.gz")
    return table.assign(race=table["race"].replace({"East African": "Black"}))


@pytest.fixture(scope="module")
def minneapolis(shared, compass, tmp_path_factory):
    """``minneapolis(service, crosswalk)``: the true counts of a service."""

    def made(service: str, *, crosswalk: bool = True):
        root = tmp_path_factory.mktemp("minneapolis")
        names = COMPASS if crosswalk else {}
        written = "{" + ", ".join(f'"{theirs}": "{ours}"' for theirs, ours in names.items()) + "}"
        data = (shared / "data").resolve().as_posix()
        at = (44.98, -93.27)
        declared(root, MINNEAPOLIS, 2017, "America/Chicago", at, data=data, crosswalk=written)
        (root / "private" / "sources").mkdir(parents=True)
        compass.to_csv(root / "private" / "sources" / "residents.csv", index=False)
        return cube(load(root), named("disparity_review"), "works", service, date(2017, 12, 31))

    return made


@pytest.fixture(scope="module")
def stopped(minneapolis):
    made = minneapolis("stops")
    return made, analyse(made, period="2017")


@pytest.fixture(scope="module")
def searched(minneapolis):
    return analyse(minneapolis("searches"), period="2017")


def row_of(frame, **key) -> pd.Series:
    for name, value in key.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_real_stops_per_1000_residents_with_the_margins_of_the_census(stopped, stops, compass):
    """Margins of 85 neighbourhoods add up as the root of their squares, of zero counts only the largest."""
    own = row_of(stopped[1].rates, group="black", place_level="city")
    people = compass[compass["race"] == "black"]
    none = people["people"] == 0
    margin = np.hypot(np.sqrt((people["margin"][~none] ** 2).sum()), max(people["margin"][none], default=0))
    assert own["numerator"] == (stops["race"] == "Black").sum() == 17408
    assert own["denominator"] == round(people["people"].sum())
    assert 1000 * own["rate"] == pytest.approx(1000 * 17408 / people["people"].sum(), abs=0.01)
    cells = stopped[0].frames["cells"].query("group == 'black' and place_level == 'city'")
    assert cells["margin"].iloc[0] == pytest.approx(margin, rel=1e-9)
    poisson = 1.96 * np.sqrt(17408) / people["people"].sum()
    assert own["upper"] - own["rate"] > 1.5 * poisson
    assert own["grade"] == "reliable"


def test_real_stops_of_black_residents_per_resident_are_five_times_those_of_white(stopped, stops, compass):
    """Another table of residents than MplsDemo's, by which the data catalogue has 255.0, 47.1 and 5.41."""
    gap = row_of(stopped[1].gaps, question="group", group="black")
    people = compass.groupby("race")["people"].sum()
    rates = [(stops["race"] == race).sum() / people[race.lower()] for race in ("Black", "White")]
    assert (gap["rate"], gap["reference_rate"]) == pytest.approx(rates, rel=1e-4)
    assert gap["ratio"] == pytest.approx(rates[0] / rates[1], rel=1e-3)
    assert 4 < gap["ratio"] < 6
    assert gap["ratio_lower"] > 4


def test_real_stops_the_ten_names_of_compass_that_do_not_join_are_noticed(minneapolis):
    notices = {
        notice["message"]: notice for notice in minneapolis("stops", crosswalk=False).definition["notices"]
    }
    unplaced, empty = notices["residents_without_rows"], notices["places_without_residents"]
    assert (unplaced["number"], unplaced["places"]) == (10, sorted(COMPASS))
    assert empty["number"] == 12  # and two industrial neighbourhoods, which Compass has no profile of


def test_real_stops_with_the_crosswalk_all_neighborhoods_but_two_have_residents(stopped):
    [notice] = [n for n in stopped[0].definition["notices"] if n["message"].endswith("_residents")]
    assert notice["places"] == ["Camden Industrial", "Humboldt Industrial Area"]
    assert not [n for n in stopped[0].definition["notices"] if n["message"] == "residents_without_rows"]


def test_real_stops_87_polygons_are_joined_and_drawn(stopped):
    made, results = stopped
    outlines = made.frames["outlines"]
    places = made.frames["cells"].query("place_level == 'neighborhood' and place != 'unknown'")["place"]
    assert outlines["place"].nunique() == 87
    assert set(outlines["place"]) == set(places)
    drawn = disparity_places.place_map(release(results, Policy(11))).svg
    assert drawn.count("<path") >= 87


def test_real_searches_with_unknown_race_leave_the_sign_of_the_gap_open_or_not(searched, stops):
    """9,219 of 43,699: were all of them searched and black, or none and white, and the other way round."""
    bound = row_of(searched.bounds, group="black")
    known = stops.dropna(subset=["personSearch"])
    x, n = ({race: float(rows.sum()) for race, rows in both.groupby(known["race"])} for both in (
        known["personSearch"].eq("YES"), known["race"].notna()))  # fmt: skip
    assert (bound["unknown"], round(bound["unknown_share"], 3)) == (9219, 0.211)
    hit, missed = x["Unknown"], n["Unknown"] - x["Unknown"]
    highest = (x["Black"] + hit) / (n["Black"] + hit) - x["White"] / (n["White"] + missed)
    lowest = x["Black"] / (n["Black"] + missed) - (x["White"] + hit) / (n["White"] + hit)
    assert (bound["lowest"], bound["highest"]) == pytest.approx((lowest, highest), abs=1e-9)
    assert bool(bound["sign_certain"]) == (lowest * highest > 0)


def test_real_searches_split_into_neighborhood_and_treatment(searched, stops):
    """Kitagawa's two parts over the neighbourhoods in which both were stopped."""
    rows = stops.dropna(subset=["personSearch"])
    rows = rows[rows["race"].isin(["Black", "White"])].assign(hit=rows["personSearch"].eq("YES"))
    table = rows.groupby(["neighborhood", "race"])["hit"].agg(["sum", "count"]).unstack(fill_value=0)
    x, n = (table[name][["Black", "White"]].to_numpy(float) for name in ("sum", "count"))
    x, n = (each[(n > 0).all(axis=1)] for each in (x, n))
    shares, rates = n / n.sum(axis=0), x / n
    found = row_of(searched.split, question="group", group="black")
    assert found["parts"] == len(n) == 87
    assert found["composition"] == pytest.approx((np.diff(-shares).T @ rates.mean(axis=1)).item(), abs=6e-4)
    assert found["treatment"] == pytest.approx((np.diff(-rates).T @ shares.mean(axis=1)).item(), abs=6e-4)
    pooled = row_of(searched.adjusted, question="group", group="black")
    weights = n.prod(axis=1) / n.sum(axis=1)
    mantel = float((weights * (rates[:, 0] - rates[:, 1])).sum() / weights.sum())
    assert pooled["difference"] == pytest.approx(mantel, abs=2e-3)


def test_real_stops_are_asked_whether_darkness_changes_who_is_stopped(searched):
    """All stops, not those of traffic alone, within the hours that are dark in one season and light in another.

    Mantel-Haenszel over quarter hours of the raw file, with sun times of another formula, has odds of 0.88.
    """
    veil = row_of(searched.daylight, group="black")
    assert veil["state"] == "value"
    assert veil["dark"] + veil["light"] > 4000
    assert veil["odds_ratio"] == pytest.approx(0.9, abs=0.03)
    assert veil["odds_ratio_lower"] < 1 < veil["odds_ratio_upper"]


@pytest.fixture(
    scope="module", params=["Boston_Neighborhoods_cityofboston", "boston_neighborhoods_2020tract"]
)
def boston(request, shared, tmp_path_factory):
    """``boston(service)``: the true counts of a service, with the one boundary file or the other."""
    root, data = tmp_path_factory.mktemp("boston"), (shared / "data").resolve().as_posix()
    by = "Name" if request.param.startswith("B") else "GEOID"
    files = {"data": data, "boundary": f"{request.param}.geojson", "property": by}
    declared(root, BOSTON, 2015, "America/New_York", (42.36, -71.06), **files)
    people = pd.read_csv(f"{data}/boston-neighborhoods/pop_by_race_neigh_rev.csv").query(
        "YEAR == 2015 or YEAR == 2010"
    )
    races = people.drop(columns=["GEOID", "NAME", "YEAR"]).sum(axis=1)
    (root / "private" / "sources").mkdir(parents=True)
    table = pd.DataFrame({"place": people["NAME"], "people": races})
    table.to_csv(root / "private" / "sources" / "residents.csv", index=False)
    return lambda service: cube(load(root), named("disparity_review"), "works", service, date(2015, 12, 31))


@pytest.fixture(scope="module")
def closed(shared) -> pd.DataFrame:
    table = pd.read_csv(shared / "data" / "boston311-2015" / "boston311_2015.csv.gz", low_memory=False)
    return table[table["CASE_STATUS"] == "Closed"]


def test_real_requests_seven_names_have_no_twin_among_the_census_neighborhoods(boston):
    [notice] = [
        n for n in boston("on-time").definition["notices"] if n["message"] == "places_without_residents"
    ]
    assert notice["places"] == [
        "Allston / Brighton",
        "Boston",
        "Chestnut Hill",
        "Downtown / Financial District",
        "Fenway / Kenmore / Audubon Circle / Longwood",
        "Greater Mattapan",
        "South Boston / South Boston Waterfront",
    ]


def test_real_requests_boundaries_of_either_file_are_drawn(boston):
    made = boston("waits")
    number = made.frames["outlines"]["place"].nunique()
    assert number in (26, 23)
    notice = {n["message"]: n for n in made.definition["notices"]}["places_without_boundary"]
    assert "Greater Mattapan" in notice["places"]


@pytest.mark.parametrize(
    ("place", "raw", "same_mix"), [("Dorchester", -2.5, -0.5), ("West Roxbury", 6.9, 2.2)]
)
def test_real_requests_gaps_of_places_are_mostly_what_is_asked_for(boston, closed, place, raw, same_mix):
    """Dorchester asks for what takes long; among the same kinds of requests its gap may be nothing."""
    found = row_of(analyse(boston("on-time"), period="2015").adjusted, place=place, mix="stratum")
    inside = (closed["neighborhood"] == place).to_numpy()
    on_time = closed["OnTime_Status"].eq("ONTIME").to_numpy()
    assert found["crude_difference"] == pytest.approx(
        on_time[inside].mean() - on_time[~inside].mean(), abs=1e-9
    )
    counts = pd.crosstab(closed["TYPE"], [inside, on_time]).reindex(
        columns=pd.MultiIndex.from_product([[False, True]] * 2), fill_value=0)  # fmt: skip
    n = counts.T.groupby(level=0).sum().T
    both = (n > 0).all(axis=1)
    rates = (counts.xs(True, axis=1, level=1) / n)[both]
    whole = n[both].sum(axis=1)
    standardised = float((whole * (rates[True] - rates[False])).sum() / whole.sum())
    assert found["standardised_difference"] == pytest.approx(standardised, abs=6e-4)
    assert (100 * found["crude_difference"], 100 * standardised) == pytest.approx((raw, same_mix), abs=0.05)


def test_real_requests_raw_medians_differ_by_days(boston):
    """4.65 and 1.07 days by the clock (data catalogue), 5 and 1 by the calendar."""
    waits = analyse(boston("waits"), period="2015").waits
    medians = [row_of(waits, place=place)["median"] for place in ("Dorchester", "West Roxbury")]
    assert medians == [5, 1]
