import pandas as pd
import pytest

from workbench.catalog.model import Dimension, Group, Population
from workbench.errors import SourceError
from workbench.sources import population, population_rows

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


def with_rows(city, rows: str, **changed):
    catalog = city(**changed)
    (catalog.root / "requests.csv").write_text("PLACE,RACE,PEOPLE,MOE\n" + rows)
    return catalog


def test_only_the_largest_margin_of_the_zero_estimates_of_a_sum_counts(city):
    # Census Bureau 2020, ch. 8: 3, 4 of people, and of 12, 5, 12 of zeros only one 12: sqrt(9 + 16 + 144) = 13.
    rows = "South,B,10,3\nSouth,B,20,4\nSouth,B,0,12\nSouth,AA,0,5\nSouth,AA,0,12\n"
    expected = frame(("South", "black", 30.0, 13.0))
    pd.testing.assert_frame_equal(population(with_rows(city, rows), "census"), expected, check_dtype=False)


def test_signs_of_the_census_bureau_are_no_numbers(city):
    rows = (
        "South,B,10,-555555555\n"  # controlled: without error
        "South,B,20,4\n"
        "South,W,30,-222222222\n"  # margin not available
        "North,W,-666666666,-222222222\n"  # estimate not available
    )
    catalog = with_rows(city, rows)
    found = population_rows(catalog, "census")
    assert found["margin"].tolist()[:2] == [0.0, 4.0]
    assert found["margin"].isna().tolist() == [False, False, True]
    expected = frame(("South", "black", 30.0, 4.0), ("South", "white", 30.0, 0.0))
    pd.testing.assert_frame_equal(population(catalog, "census"), expected, check_dtype=False)


TOTALS = "South,B,40,\nSouth,W,60,\nSouth,Total,{},\nNorth,W,50,\nNorth,Total,50,\n"


@pytest.mark.parametrize("south", [100, 99.4, 110])
def test_rows_that_count_everyone_are_a_group_of_their_own(city, south):
    found = population(with_rows(city, TOTALS.format(south), total=["Total"]), "census")
    everyone = found[found["group"] == "all"]
    assert everyone[["place", "count"]].to_numpy().tolist() == [["North", 50.0], ["South", south]]


def test_groups_that_add_up_to_more_than_everyone_are_refused_with_the_figures(city):
    catalog = with_rows(city, TOTALS.format(99), total=["Total"])
    words = (
        r"population `census`: its groups add up to 150 \(black 40, white 110\), the rows of everyone to 149; the "
        r"most too many are in 'South'\. Groups overlap, .* write codes of `race` .* or correct `total`\."
    )
    with pytest.raises(SourceError, match=words):
        population(catalog, "census")


def test_a_population_without_any_known_group_is_refused_with_its_codes(city):
    catalog = with_rows(city, "South,Black alone,40,\nSouth,White alone,60,\n")
    words = (
        "column `race` has no code of `race`; it has 'Black alone', 'White alone'. Add them to the `codes`"
    )
    with pytest.raises(SourceError, match=words):
        population(catalog, "census")
