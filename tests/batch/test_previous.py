"""What an analysis is told of the review before."""

import json
from datetime import date
from pathlib import Path

import pytest

from workbench.analyses import Cube
from workbench.batch.previous import with_previous
from workbench.catalog.model import Catalog, City, Review

Q3 = Review(period="2025-Q3", as_of=date(2025, 10, 15))
Q4 = Review(period="2025-Q4", as_of=date(2026, 1, 15), previous="q3")
CUBE = Cube({}, {"as_of": "2026-01-15"})


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    city = City(name="C", time_zone="UTC")
    nothing = {"departments": {}, "dimensions": {}, "sources": {}}
    return Catalog(root=tmp_path, city=city, reviews={"q3": Q3, "q4": Q4}, **nothing)


def test_a_review_that_names_none_has_no_previous(catalog):
    assert with_previous(CUBE, catalog, Q3) is CUBE


def test_of_one_that_was_not_made_only_its_dates_are_known(catalog):
    assert with_previous(CUBE, catalog, Q4).definition == {
        "as_of": "2026-01-15",
        "previous": {"review": "q3", "period": "2025-Q3", "as_of": "2025-10-15", "measures": None},
    }


def test_of_one_that_was_made_its_measures_are_known_as_they_stood(catalog):
    folder = catalog.outputs / "q3"
    folder.mkdir(parents=True)
    (folder / "catalog.json").write_text(json.dumps({"measures": {"m": {"kind": "count"}}}))
    assert with_previous(CUBE, catalog, Q4).definition["previous"]["measures"] == {"m": {"kind": "count"}}
