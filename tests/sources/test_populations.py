import pandas as pd
import pytest

from workbench.catalog.model import Dimension, Group, Population
from workbench.errors import SourceError
from workbench.sources import population

COLUMNS = {"place": "text", "race": "text", "people": "number", "moe": "number"}
CONTENT = (
    "PLACE,RACE,PEOPLE,MOE\nSouth,B,10,3\nSouth,AA,20,4\nnorth,W,5,\nNorth,W,7.5,2\nSouth,W,,1\n,?,1,1\n"
)
RACE = Dimension(
    title="Race",
    groups={"black": Group(title="Black", codes=["B", "AA"]), "white": Group(title="W", codes=["W"])},
)


@pytest.fixture
def city(declare):
    def of(**changed):
        places = {"ward": {"title": "Ward", "crosswalk": {"north": "North"}}}
        columns = {
            "source": "requests",
            "place_level": "ward",
            "place": "place",
            "count": "people",
            "margin": "moe",
        }
        people = Population(**{**columns, "dimension": "race", "group": "race", **changed})
        catalog = declare(CONTENT, COLUMNS, places=places)
        return catalog.model_copy(update={"dimensions": {"race": RACE}, "populations": {"census": people}})

    return of


def frame(*rows):
    return pd.DataFrame(rows, columns=["place", "group", "count", "margin"])


def test_residents_are_added_by_place_and_group(city):
    expected = frame(
        ("North", "white", 12.5, 2.0), ("South", "black", 30.0, 5.0), ("unknown", "unknown", 1.0, 1.0)
    )
    pd.testing.assert_frame_equal(population(city(), "census"), expected, check_dtype=False)


def test_without_a_dimension_there_is_one_group(city):
    expected = frame(("North", "all", 12.5, 0.0), ("South", "all", 30.0, 0.0), ("unknown", "all", 1.0, 0.0))
    found = population(city(dimension="", group="", margin=""), "census")
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_an_unknown_population_is_answered_with_those_declared(city):
    with pytest.raises(SourceError, match="no population 'acs'; declared are: census"):
        population(city(), "acs")
