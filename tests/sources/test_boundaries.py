import json
from time import perf_counter

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from workbench.catalog.model import Catalog, City, PlaceLevel
from workbench.errors import SourceError
from workbench.sources.boundaries import (
    Boundaries,
    boundaries,
    boundary_of,
    check_boundaries,
    neighbours,
)
from workbench.sources.outlines import GRID, POINTS, outlines


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(name, *rings, kind="Polygon"):
    return {"type": "Feature", "properties": {"NAME": name}, "geometry": {"type": kind, "coordinates": rings}}


def square(name, west, south, east, north):
    return feature(name, ring(west, south, east, north))


@pytest.fixture
def city(tmp_path):
    """``city(features, ...)`` is a catalog whose wards have these boundaries."""

    def of(features, file="wards.geojson", wanted="NAME", level=None, **members):
        content = {"type": "FeatureCollection", "features": features, **members}
        text = features if isinstance(features, str) else json.dumps(content)
        (tmp_path / "wards.geojson").write_text(text, encoding="utf-8")
        boundary = {"file": file, "property": wanted, "vintage": "2020"}
        ward = PlaceLevel(title="Ward", boundary=boundary, **(level or {}))
        return catalog_of(tmp_path, ward=ward, bare=PlaceLevel(title="Bare"))

    return of


def catalog_of(root, **places):
    return Catalog(
        root=root,
        city=City(name="Testville", time_zone="UTC"),
        departments={},
        dimensions={},
        sources={},
        places=places,
    )


def faults(catalog) -> list[str]:
    with pytest.raises(SourceError) as refused:
        boundaries(catalog, "ward")
    return [str(fault) for fault in refused.value.faults]


WEST, EAST, NORTH = square("West", 0, 0, 1, 1), square("East", 1, 0, 2, 1), square("North", 2, 1, 3, 2)


def test_places_come_in_the_order_of_the_file_with_their_vintage(city):
    found = boundaries(city([WEST, EAST]), "ward")
    assert (found.names, found.vintage, found.notices) == (("West", "East"), "2020", ())
    assert shapely.area(found.shapes).tolist() == [1, 1]


def test_a_level_without_boundaries_has_no_places(city):
    found = boundaries(city([WEST]), "bare")
    assert (found.names, len(found.shapes)) == ((), 0)
    assert neighbours(found).empty
    assert list(neighbours(found).columns) == ["place", "neighbour"]
    assert list(outlines(found).columns) == ["place", "ring", "x", "y"]


def test_names_go_through_the_crosswalk_and_unknown_ones_are_left_out(city):
    level = {"crosswalk": {"West": "Near West"}, "unknown": ["North"]}
    catalog = city([WEST, EAST, NORTH], level=level)
    assert boundaries(catalog, "ward").names == ("Near West", "East")
    assert boundary_of(catalog, "ward")[0] == ["West", "East", "North"]


def test_numbers_are_names_as_they_are_written_in_tables(city):
    assert boundaries(city([square(7, 0, 0, 1, 1), square(8.0, 1, 0, 2, 1)]), "ward").names == ("7", "8")


def test_two_features_of_one_name_are_one_place_and_it_is_said(city):
    found = boundaries(city([WEST, EAST, square("West", 5, 5, 6, 7)]), "ward")
    assert found.names == ("West", "East")
    assert shapely.area(found.shapes).tolist() == [3, 1]
    assert found.notices == ({"message": "boundary_united", "level": "ward", "places": ["West"]},)


@pytest.mark.parametrize(
    ("rings", "area"),
    [
        ([[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]], 2.0),  # a bow tie is its two triangles
        ([[[0, 0], [1, 0], [1, 1], [0, 1]]], 1.0),  # the last corner is not the first
        ([ring(0, 0, 4, 4), ring(5, 5, 6, 6)], 17.0),  # a hole outside the place is a part of it
    ],
)
def test_invalid_rings_are_mended_and_it_is_said(city, rings, area):
    found = boundaries(city([feature("Bow", *rings), square("Far", 9, 9, 10, 10)]), "ward")
    assert shapely.is_valid(found.shapes).all()
    assert shapely.area(found.shapes).tolist() == [area, 1]
    assert found.notices == ({"message": "boundary_repaired", "level": "ward", "places": ["Bow"]},)


def test_a_feature_of_which_nothing_is_left_is_named(city):
    (said,) = faults(city([feature("Line", [[0, 0], [1, 1], [2, 2], [0, 0]]), EAST]))
    assert said.startswith("wards.geojson: no area is left of 'Line' (")


def test_all_faults_of_a_file_are_told_at_once(city):
    point = {
        "type": "Feature",
        "properties": {"NAME": "Spot"},
        "geometry": {"type": "Point", "coordinates": [0, 0]},
    }
    nowhere = {"type": "Feature", "properties": {"NAME": "Nowhere"}, "geometry": None}
    found = faults(
        city(
            [
                {**WEST, "properties": {"OTHER": "a"}},
                {**EAST, "properties": {"NAME": " "}},
                point,
                nowhere,
                feature("Short", [[0, 0], [1, 1]]),
                feature("Words", [["a", "b"], ["c", "d"], ["e", "f"], ["a", "b"]]),
                square("Metres", 481234.1, 0, 481236, 1),
            ]
        )
    )
    assert [said.removeprefix("wards.geojson: ") for said in found] == [
        "2 of 7 features have no name in 'NAME' (feature 1, 2). Name them, or leave them out of the file.",
        "not all features are polygons: 'Spot' is a Point, 'Nowhere' has no geometry. Keep the areas only.",
        "the rings of 'Short', 'Words' cannot be read. A ring is a list of at least four [longitude, latitude] pairs.",
        "x 481234.1 is not a longitude ('Metres'). Export it as EPSG:4326: `ogr2ogr -t_srs EPSG:4326 out.geojson "
        "in.geojson`; add `-s_srs` with its own projection where the file does not name one.",
    ]


def test_a_property_that_no_feature_has_is_told_with_those_there_are(city):
    (said,) = faults(city([WEST], wanted="TITLE"))
    assert said == (
        "wards.geojson: has no 'TITLE'; its features have 'NAME'. Write one of them as the `property` of place level `ward`."
    )


@pytest.mark.parametrize("properties", [None, "West", [], {"NAME": None}, {"NAME": ["West"]}])
def test_a_feature_without_a_name_is_told_whatever_stands_in_its_place(city, properties):
    (said,) = faults(city([{**WEST, "properties": properties}, EAST]))
    assert "1 of 2 features have no name in 'NAME' (feature 1)" in said


@pytest.mark.parametrize("coordinates", [None, [], [[]], [[], []], 5, [[[0, 0]]], [[[0, 0, 0, 0, 0]] * 4]])
def test_coordinates_that_are_no_rings_are_told(city, coordinates):
    odd = {**WEST, "geometry": {"type": "Polygon", "coordinates": coordinates}}
    (said,) = faults(city([odd, EAST]))
    assert "'West'" in said


def test_long_lists_of_faults_are_cut(city):
    spots = [
        {**WEST, "properties": {"NAME": f"P{number}"}, "geometry": {"type": "Point"}} for number in range(7)
    ]
    (said,) = faults(city([*spots, EAST]))
    assert "'P4' is a Point and 2 more. Keep" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not GeoJSON (Expecting property name enclosed in double quotes in line 1)."),
        ("[1]", "is not GeoJSON with named features; it is of type 'list'."),
        ('{"type": "Topology"}', "is not GeoJSON with named features; it is of type 'Topology'."),
        ('{"type": "FeatureCollection"}', "it is of type 'FeatureCollection'."),
        ('{"type": "FeatureCollection", "features": []}', "is not GeoJSON with named features; it has none."),
        (
            '{"type": "FeatureCollection", "features": [1]}',
            "is not GeoJSON with named features; it has none.",
        ),
    ],
)
def test_a_file_that_is_not_geojson_is_told(city, text, message):
    (said,) = faults(city(text))
    assert message in said
    assert said.endswith("Write a FeatureCollection of polygons.")


def test_a_file_that_is_not_text_is_told(city, tmp_path):
    catalog = city([WEST])
    (tmp_path / "wards.geojson").write_bytes(b"\xff\xfe\x00PK")
    (said,) = faults(catalog)
    assert "it is not JSON text in UTF-8" in said


def test_a_file_that_is_not_there_is_told(city):
    assert faults(city([WEST], file="ward.geojson")) == ["ward.geojson: there is no such file."]


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "EPSG:4326",
        "urn:ogc:def:crs:OGC::CRS84",
    ],
)
def test_degrees_by_name_are_read(city, name):
    crs = {"type": "name", "properties": {"name": name}}
    assert boundaries(city([WEST], crs=crs), "ward").names == ("West",)


def test_another_projection_is_told_once_with_the_command_that_mends_it(city):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::26915"}}
    (said,) = faults(city([square("Metres", 481234.1, 4978321, 481236, 4978322)], crs=crs))
    assert said == (
        "wards.geojson: its `crs` is 'urn:ogc:def:crs:EPSG::26915', not degrees of longitude and latitude. "
        "Export it as EPSG:4326: `ogr2ogr -t_srs EPSG:4326 out.geojson in.geojson`."
    )


@pytest.mark.parametrize(
    ("corners", "said"),
    [
        ((179, 89, 180, 90), None),
        ((179, 89, 180.001, 90), "x 180.001 is not a longitude ('Edge'). Export"),
        ((-180, -90.5, -179, -90), "y -90.5 is not a latitude ('Edge'). Export"),
        (
            (44, -94, 45, -93),
            "y -94.0 is not a latitude ('Edge'); the two are swapped. Write longitude before latitude.",
        ),
    ],
)
def test_coordinates_beyond_the_earth_are_told(city, corners, said):
    catalog = city([square("Edge", *corners)])
    if said is None:
        assert boundaries(catalog, "ward").names == ("Edge",)
    else:
        assert said in faults(catalog)[0]


def test_a_check_tells_the_faults_of_all_files_and_what_is_mended(city, tmp_path):
    bow = feature("Bow", [[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]])
    catalog = city([bow, WEST, square("West", 5, 5, 6, 6)])
    assert check_boundaries(catalog) == [
        "wards.geojson: the rings of Bow cross themselves or are not closed; they are mended while reading.",
        "wards.geojson: there are several features of West; they are taken together.",
    ]
    (tmp_path / "tracts.geojson").write_text("{}")
    for name, wanted in (("first", "TITLE"), ("second", "TITLE"), ("absent", "NAME")):
        file = {"first": "wards.geojson", "second": "tracts.geojson", "absent": "no.geojson"}[name]
        catalog.places[name] = PlaceLevel(title=name, boundary={"file": file, "property": wanted})
    with pytest.raises(SourceError) as refused:
        check_boundaries(catalog)
    assert [fault.file for fault in refused.value.faults] == ["tracts.geojson", "wards.geojson"]


def test_places_that_share_a_border_a_corner_or_a_sliver_are_neighbours(city):
    near, far = square("Near", 0, 1 + 9e-6, 1, 2), square("Far", 0, -1, 1, -1.2e-5)
    found = neighbours(boundaries(city([WEST, EAST, NORTH, near, far]), "ward"))
    assert list(found.itertuples(index=False, name=None)) == [
        ("East", "Near"),
        ("East", "North"),
        ("East", "West"),
        ("Near", "East"),
        ("Near", "West"),
        ("North", "East"),
        ("West", "East"),
        ("West", "Near"),
    ]


def test_one_place_has_no_neighbour_and_fills_the_grid(city):
    found = boundaries(city([square("Only", 0, -1, 2, 1)]), "ward")
    assert neighbours(found).empty
    drawn = outlines(found)
    assert drawn[["place", "ring"]].drop_duplicates().to_numpy().tolist() == [["Only", 0]]
    corners = [tuple(corner) for corner in drawn[["x", "y"]].to_numpy().tolist()]
    assert corners[0] == corners[-1]
    assert sorted(corners[1:]) == [(0, 0), (0, 1000), (1000, 0), (1000, 1000)]


def test_a_hole_turns_the_other_way_and_north_is_up(city):
    catalog = city([feature("Ring", ring(0, 0, 10, 10), ring(2, 6, 4, 8)), square("In", 2, 6, 4, 8)])
    drawn = outlines(boundaries(catalog, "ward"))
    hole = drawn[(drawn["place"] == "Ring") & (drawn["ring"] == 1)]
    assert (hole["y"].max(), hole["y"].min()) == (400, 200)  # 6 and 8 degrees north of 10
    assert [turn(drawn, "Ring", number) for number in (0, 1)] in ([True, False], [False, True])


def turn(drawn, place, number):
    own = drawn[(drawn["place"] == place) & (drawn["ring"] == number)]
    return shapely.LinearRing(own[["x", "y"]].to_numpy()).is_ccw


def test_degrees_of_longitude_are_narrower_in_the_north(city):
    drawn = outlines(boundaries(city([square("Oslo", 10, 59, 11, 61)]), "ward"))
    assert (drawn["x"].max(), drawn["y"].max()) == (250, 1000)  # cos 60° = 1/2


def test_specks_are_not_drawn_but_a_place_always_is(city):
    islands = feature("Isles", [ring(0, 0, 1, 1)], [ring(2, 0, 2.001, 0.001)], kind="MultiPolygon")
    drawn = outlines(boundaries(city([islands, square("Rock", 1.5, 0.5, 1.5001, 0.5001)]), "ward"))
    assert drawn.groupby("place")["ring"].max().to_dict() == {"Isles": 0, "Rock": 0}
    rock = drawn[drawn["place"] == "Rock"]
    assert np.ptp(rock["x"]) == np.ptp(rock["y"]) == 1


def wavy(west, east, phase):
    """A strip from 0 to 1 north whose long sides are drawn with 400 corners."""
    north = np.linspace(0, 1, 400)
    side = 0.01 * np.sin(40 * north)
    up = np.column_stack([east + side, north])
    down = np.column_stack([west + side, north])[::-1]
    return feature(f"S{phase}", [*up.tolist(), *down.tolist(), up[0].tolist()])


def test_simplified_borders_stay_shared(city):
    found = boundaries(city([wavy(i, i + 1, i) for i in range(4)]), "ward")
    drawn = outlines(found)
    assert len(drawn) <= POINTS * 4 < shapely.get_num_coordinates(found.shapes).sum()
    shapes = np.array([shapely.Polygon(own[["x", "y"]].to_numpy()) for _, own in drawn.groupby("place")])
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).area == pytest.approx(shapely.area(shapes).sum(), abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12, unique=True))
def test_neighbours_are_mutual_and_drawing_twice_is_the_same(corners):
    names = tuple(f"{x},{y}" for x, y in corners)
    places = Boundaries(names, np.array([shapely.box(x, y, x + 1, y + 1) for x, y in corners]))
    found = set(neighbours(places).itertuples(index=False, name=None))
    expected = {
        (f"{a},{b}", f"{c},{d}")
        for a, b in corners
        for c, d in corners
        if 0 < max(abs(a - c), abs(b - d)) <= 1
    }
    assert found == expected
    assert outlines(places).equals(outlines(places))


@pytest.mark.parametrize(
    ("file", "wanted", "places", "repaired", "pairs"),
    [
        ("mpls-neighborhoods/Minneapolis_Neighborhoods.geojson", "BDNAME", 87, [], 246),
        ("mpls-neighborhoods/click_that_hood_minneapolis.geojson", "name", 85, ["Longfellow"], 241),
        ("boston-neighborhoods/Boston_Neighborhoods_cityofboston.geojson", "Name", 26, ["Hyde Park"], 46),
        ("boston-neighborhoods/boston_neighborhoods_2020tract.geojson", "GEOID", 23, [], 48),
    ],
)
def test_real_boundaries_are_read_mended_and_drawn_quickly(shared, file, wanted, places, repaired, pairs):
    level = PlaceLevel(title="Neighborhood", boundary={"file": file, "property": wanted})
    started = perf_counter()
    found = boundaries(catalog_of(shared / "data", ward=level), "ward")
    beside, drawn = neighbours(found), outlines(found)
    taken = perf_counter() - started
    assert (len(found.names), len(beside) / 2) == (places, pairs)
    assert shapely.is_valid(found.shapes).all()
    assert [notice["places"] for notice in found.notices] == ([repaired] if repaired else [])
    assert set(drawn["place"]) == set(found.names)
    assert len(drawn) <= POINTS * places
    assert 0.97 * GRID <= drawn[["x", "y"]].max().max() <= GRID  # islets at the rim are not drawn
    assert drawn[["x", "y"]].min().min() >= 0
    assert taken < 3  # seconds; a tenth of one on an idle machine
    rings = [own[["x", "y"]].to_numpy() for _, own in drawn.groupby(["place", "ring"])]
    assert all(shapely.is_valid(shapely.Polygon(ring)) for ring in rings)


def test_every_neighbourhood_of_minneapolis_lies_beside_those_on_the_map(shared):
    file = "mpls-neighborhoods/Minneapolis_Neighborhoods.geojson"
    level = PlaceLevel(title="Neighborhood", boundary={"file": file, "property": "BDNAME"})
    beside = neighbours(boundaries(catalog_of(shared / "data", ward=level), "ward"))
    assert beside["place"].nunique() == 87
    of_cedar_riverside = set(beside.loc[beside["place"] == "Cedar Riverside", "neighbour"])
    assert {"Downtown East", "Elliot Park", "Seward"} <= of_cedar_riverside
    assert 2 <= beside["place"].value_counts().min() <= beside["place"].value_counts().max() <= 9
