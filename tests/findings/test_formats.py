"""Numbers, dates and lists become words."""

import numpy as np
import pytest

from workbench.findings.formats import EXAMPLES, FORMATS
from workbench.findings.messages import SHARED, catalogue

LOCALE = catalogue(SHARED / "en.toml")["locale"]


@pytest.mark.parametrize(
    ("style", "value", "words"),
    [
        ("number", 0, "0"),
        ("number", 12, "12"),
        ("number", 12.04, "12"),
        ("number", 12.36, "12.4"),
        ("number", 2.498, "2.5"),
        ("number", 0.0344, "0.034"),
        ("number", 0.243, "0.24"),
        ("number", 9.99, "10"),
        ("number", 4.88, "4.9"),
        ("number", 1234.5, "1,234"),
        ("number", -3.25, "−3.2"),
        ("amount", [2.25, "number", "days"], "2.25 days"),
        ("span", [8.01, 10.4, "percent", "of positions"], "8.01% to 10.4% of positions"),
        ("number", -0.00001, "0"),
        ("number", 1e6, "1,000,000"),
        ("number", np.float64(2.5), "2.5"),
        ("whole", 11.6, "12"),
        ("whole", -0.2, "0"),
        ("decimal", 12, "12.0"),
        ("count", 0, "0"),
        ("count", 51920, "51,920"),
        ("count", np.int64(11), "11"),
        ("signed", 2.5, "+2.5"),
        ("signed", -2.5, "−2.5"),
        ("signed", 0, "0"),
        ("percent", 0.2036, "20.4%"),
        ("percent", 1, "100%"),
        ("percent", 0.0004, "0%"),
        ("points", 0.122, "12.2 percentage points"),
        ("points", 0.01, "1 percentage point"),
        ("times", 2.4975, "2.5 times"),
        ("times", 2.984, "2.98 times"),
        ("factor", 2.984, "2.98"),
        ("days", 1, "1 day"),
        ("days", 50.63, "50.6 days"),
        ("hours", 3, "3 hours"),
        ("duration", 50.63, "50.6 days"),
        ("duration", 0.5, "12 hours"),
        ("duration", 0.01, "14 minutes"),
        ("duration", 0.0007, "1 minute"),
        ("duration", 0.0003, "less than a minute"),
        ("duration", 0, "0 days"),
        ("period", "2025-Q4", "the fourth quarter of 2025"),
        ("period", "FY2026-Q2", "the second quarter of fiscal year 2026"),
        ("period", "2025-11", "November 2025"),
        ("period", "2025", "2025"),
        ("period", "FY2026", "fiscal year 2026"),
        ("date", "2025-12-31", "31 December 2025"),
        ("p", 0.0341, "p = 0.034"),
        ("p", 0.5, "p = 0.5"),
        ("p", 0.0009999, "p < 0.001"),
        ("p", 0, "p < 0.001"),
        ("p", 1.0, "p = 1"),
        ("part", 0.66, "about two thirds"),
        ("part", 0.5, "about half"),
        ("part", 0.04, "almost none"),
        ("part", 0.9, "nearly all"),
        ("part", 1.2, "all"),
        ("residents", ["Black", ""], "Black residents"),
        ("residents", "everyone else", "everyone else"),
        (
            "residents",
            ("Two or more races", "residents of two or more races"),
            "residents of two or more races",
        ),
        ("label", "Cedar-\n  Riverside", "Cedar- Riverside"),
        ("text", "{size:number}", "{size:number}"),
        ("list", ["a"], "a"),
        ("list", ["a", "b"], "a and b"),
        ("list", ("a", "b", "c"), "a, b and c"),
    ],
)
def test_a_value_in_english(style, value, words):
    assert FORMATS[style](value, LOCALE) == words


@pytest.mark.parametrize(
    ("style", "value"),
    [
        ("number", "12"),
        ("number", True),
        ("number", None),
        ("number", float("nan")),
        ("number", float("inf")),
        ("count", 11.5),
        ("count", False),
        ("p", 1.5),
        ("period", "2025-Q5"),
        ("period", 2025),
        ("date", "31/12/2025"),
        ("label", 5),
        ("list", "abc"),
        ("list", []),
        ("residents", 7),
        ("residents", ["Black"]),
        ("part", None),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(style, value):
    with pytest.raises(ValueError, match=r"a |text"):
        FORMATS[style](value, LOCALE)


def test_every_format_has_an_example_that_it_takes():
    assert set(EXAMPLES) == set(FORMATS)
    assert all(FORMATS[style](value, LOCALE) for style, value in EXAMPLES.items())


def test_another_language_writes_its_own_numbers():
    spanish = dict(LOCALE) | {"decimal": ",", "thousands": ".", "and": " y "}
    assert FORMATS["number"](12.36, spanish) == "12,4"
    assert FORMATS["count"](51920, spanish) == "51.920"
    assert FORMATS["list"](["a", "b"], spanish) == "a y b"
