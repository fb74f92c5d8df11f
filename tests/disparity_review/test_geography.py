import json

import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.catalog.model import Boundary, Catalog, City, PlaceLevel
from workbench.disparity_review.cube.geography import geography, shown_outlines


def feature(name, west):
    ring = [[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]
    return {
        "type": "Feature",
        "properties": {"NAME": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def catalog(tmp_path):
    """``catalog(names, ...)``: wards in a row from west to east, and communities without boundaries."""

    def of(names, **level) -> Catalog:
        features = [feature(name, west) for west, name in enumerate(names)]
        content = {"type": "FeatureCollection", "features": features}
        (tmp_path / "wards.geojson").write_text(json.dumps(content))
        level = {"boundary": Boundary(file="wards.geojson", property="NAME"), **level}
        places = {"ward": PlaceLevel(title="Ward", **level), "community": PlaceLevel(title="Community")}
        city = City(name="Testville", time_zone="UTC")
        return Catalog(root=tmp_path, city=city, departments={}, dimensions={}, sources={}, places=places)

    return of


def cells(*places):
    rows = [("city", "all"), ("community", "North"), *(("ward", place) for place in places)]
    return pd.DataFrame(rows, columns=["place_level", "place"])


def test_levels_with_boundaries_have_outlines_and_neighbours(catalog):
    frames, notices = geography(
        catalog(["Elm", "Oak"]), ["ward", "community"], cells("Elm", "Oak", "unknown")
    )
    assert notices == []
    assert frames["neighbours"].to_numpy().tolist() == [["ward", "Elm", "Oak"], ["ward", "Oak", "Elm"]]
    assert list(frames["outlines"].columns) == ["place_level", "place", "ring", "x", "y"]
    assert set(frames["outlines"]["place"]) == {"Elm", "Oak"}


def test_without_boundaries_there_are_no_frames(catalog):
    assert geography(catalog(["Elm"]), ["community"], cells("Elm")) == ({}, [])


def test_names_that_do_not_join_are_noticed_with_what_they_may_mean(catalog):
    names = ["Bryn - Mawr", "Near - North", "Como", "Elm", "Camden Industrial"]
    own = cells("Bryn- Mawr", "Near North", "Como (Testville)", "Elm", "Xyz", "unknown")
    _, notices = geography(catalog(names), ["ward"], own)
    assert notices == [
        {
            "message": "places_without_boundary",
            "level": "ward",
            "places": ["Bryn- Mawr", "Como (Testville)", "Near North", "Xyz"],
            "hints": ["Bryn- Mawr → Bryn - Mawr", "Near North → Near - North"],
        },
        {
            "message": "boundaries_without_rows",
            "level": "ward",
            "places": ["Bryn - Mawr", "Camden Industrial", "Como", "Near - North"],
        },
    ]


def test_a_crosswalk_joins_them(catalog):
    joined = catalog(["Bryn - Mawr"], crosswalk={"Bryn - Mawr": "Bryn Mawr"})
    frames, notices = geography(joined, ["ward"], cells("Bryn Mawr"))
    assert notices == []
    assert set(frames["outlines"]["place"]) == {"Bryn Mawr"}


def test_a_file_that_cannot_be_read_takes_the_map_away_and_not_the_review(catalog):
    broken = catalog(["Elm"], boundary=Boundary(file="wards.geojson", property="TITLE"))
    frames, (notice,) = geography(broken, ["ward"], cells("Elm"))
    assert frames == {}
    assert (notice["message"], notice["level"]) == ("boundary_unreadable", "ward")
    assert notice["faults"][0].startswith("wards.geojson: has no 'TITLE'; its features have 'NAME'.")


def test_what_was_mended_is_noticed(catalog):
    _, (notice,) = geography(catalog(["Elm", "Oak", "Elm"]), ["ward"], cells("Elm", "Oak"))
    assert notice == {"message": "boundary_united", "level": "ward", "places": ["Elm"]}


def test_charts_get_outlines_as_plain_lists(catalog):
    frames, _ = geography(catalog(["Elm", "Oak"]), ["ward"], cells("Elm", "Oak"))
    shown = shown_outlines(Cube(frames, {}))
    assert json.loads(json.dumps(shown)) == shown
    (ring,) = shown["ward"]["Oak"]
    assert ring[0] == ring[-1]
    assert sorted(ring[1:]) == [[500, 0], [500, 500], [1000, 0], [1000, 500]]
    assert shown_outlines(Cube({}, {})) == {}


def test_the_neighbourhoods_of_minneapolis_profiles_that_do_not_join_find_their_names(shared):
    profiles = pd.read_csv(shared / "data" / "mpls-neighborhoods" / "mpls_demographics_acs2012_2016.csv")
    own = profiles[(profiles["layer"] == "hood") & (profiles["City"] == "Minneapolis")]["geography"]
    file = "mpls-neighborhoods/Minneapolis_Neighborhoods.geojson"
    catalog = Catalog(
        root=shared / "data",
        city=City(name="Minneapolis", time_zone="America/Chicago"),
        departments={},
        dimensions={},
        sources={},
        places={"ward": PlaceLevel(title="Neighborhood", boundary={"file": file, "property": "BDNAME"})},
    )
    _, notices = geography(catalog, ["ward"], cells(*own))
    without = next(notice for notice in notices if notice["message"] == "places_without_boundary")
    assert len(without["places"]) == 10
    assert "Bryn- Mawr → Bryn - Mawr" in without["hints"]
    assert "Near North → Near - North" in without["hints"]
