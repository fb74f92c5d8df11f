"""What each kind of order makes whatever has changed, and which folder it writes."""

from datetime import date
from pathlib import Path

import pytest

from workbench.review import again, ordered, trial

DAY = date(2025, 12, 20)
ONE = ("fire/toy_rows/calls",)


@pytest.fixture
def city(toy_city, monkeypatch) -> Path:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "toy"))
    return toy_city("calls")


@pytest.mark.parametrize(
    ("order", "folder", "asked", "adds"),
    [
        (lambda city: ordered(city, "q4"), "q4", "", False),
        (lambda city: ordered(city, "q4", fresh=True), "q4", "--fresh", False),
        (lambda city: ordered(city, "q4", ONE), "q4", "--only", True),
        (lambda city: ordered(city, "q4", ONE, fresh=True), "q4", "--fresh", True),
        (lambda city: again(city, "q4", DAY), "q4-as-of-2025-12-20", "", False),
        (lambda city: again(city, "q4", DAY, ONE), "q4-as-of-2025-12-20", "--only", False),
        (lambda city: again(city, "q4", DAY, fresh=True), "q4-as-of-2025-12-20", "--fresh", False),
        (lambda city: trial(city, "toy_rows", "calls", {}), "trial-q4", "asked for by itself", False),
    ],
)
def test_an_order_has_a_folder_and_says_why_its_runs_are_made(city, order, folder, asked, adds):
    found = order(city)
    assert (found.folders.final.name, found.asked, found.adds) == (folder, asked, adds)
