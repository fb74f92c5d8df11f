import json

import pytest

from workbench.errors import SourceError
from workbench.sources import snapshot

COLUMNS = {"place": "text", "y": "number", "x": "number"}
POINTS = {"latitude": "y", "longitude": "x", "place_level": "ward", "into": "place", "default": [[9.0, 9.0]]}


def square(name, west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"NAME": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def city(declare, tmp_path):
    """``city(content, boundary)``: wards East and West share the line x = 1."""

    def of(content, boundary=None, **points):
        features = [square("West", 0, 0, 1, 1), square("East", 1, 0, 2, 1)]
        (tmp_path / "wards.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": features})
        )
        boundary = boundary or {"file": "wards.geojson", "property": "NAME"}
        places = {"ward": {"title": "Ward", "boundary": boundary}}
        return declare(content, COLUMNS, places=places, points={**POINTS, **points})

    return of


def places(rows):
    return [row["place"] for row in rows]


def test_points_get_the_place_they_lie_in(city, rows_of):
    taken = snapshot(city("PLACE,Y,X\n,0.5,0.5\n,0.5,1.5\nNorth,0.5,0.5\n,0.5,1\n"), "requests")
    assert places(rows_of(taken.path)) == ["West", "East", "North", "West"]
    assert taken.set_aside == {"no_place": 3}


def test_points_that_cannot_be_placed_are_counted_by_reason(city, rows_of):
    content = "PLACE,Y,X\n,9,9\nNorth,9.0001,9\n,,0.5\n,5,5\nNorth,9.0002,9\n"
    taken = snapshot(city(content), "requests")
    assert places(rows_of(taken.path)) == [None, "North", None, None, "North"]
    assert taken.set_aside == {
        "default_coordinate": 2,
        "no_coordinate": 1,
        "no_place": 3,
        "outside_boundaries": 2,
    }


def test_a_required_place_may_come_from_a_point(city, rows_of):
    catalog = city("PLACE,Y,X\n,0.5,0.5\n,5,5\n")
    columns = {**catalog.sources["requests"].columns}
    columns["place"] = columns["place"].model_copy(update={"required": True})
    requests = catalog.sources["requests"].model_copy(update={"columns": columns})
    taken = snapshot(catalog.model_copy(update={"sources": {"requests": requests}}), "requests")
    assert (places(rows_of(taken.path)), taken.rejects) == (["West"], 1)


def test_without_boundaries_points_are_only_counted(declare, rows_of):
    catalog = declare("PLACE,Y,X\n,9,9\n,5,5\n", COLUMNS, places={"ward": {"title": "Ward"}}, points=POINTS)
    taken = snapshot(catalog, "requests")
    assert taken.set_aside == {"default_coordinate": 1, "no_place": 2}


def test_a_changed_boundary_is_another_snapshot(city, tmp_path):
    catalog = city("PLACE,Y,X\n,0.5,0.5\n")
    first = snapshot(catalog, "requests").sha256
    moved = {"type": "FeatureCollection", "features": [square("South", 0, 0, 1, 1)]}
    (tmp_path / "wards.geojson").write_text(json.dumps(moved))
    assert snapshot(catalog, "requests").sha256 != first


@pytest.mark.parametrize(
    ("boundary", "message"),
    [
        ({"file": "ward.geojson", "property": "NAME"}, "ward.geojson: there is no such file"),
        ({"file": "wards.geojson", "property": "TITLE"}, "has no 'TITLE'; its features have 'NAME'"),
        ({"file": "requests.csv", "property": "NAME"}, "requests.csv: is not GeoJSON"),
    ],
)
def test_a_boundary_file_that_is_not_as_declared_is_told(city, boundary, message):
    with pytest.raises(SourceError, match=message):
        snapshot(city("PLACE,Y,X\n,0.5,0.5\n", boundary), "requests")


def test_points_may_make_a_place_column_that_the_source_lacks(city, rows_of):
    catalog = city("PLACE,Y,X\n,0.5,0.5\n,5,5\n", into="ward")
    taken = snapshot(catalog, "requests")
    assert [row["ward"] for row in rows_of(taken.path)] == ["West", None]
    assert taken.set_aside == {"outside_boundaries": 1}
