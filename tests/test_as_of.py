"""A review as of another day: beside the review, with what was recorded by then."""

import json
from datetime import date
from pathlib import Path

import pytest

from workbench.errors import UsageError
from workbench.review import again, planned

REVIEWS = {
    "q3": "format: 1\nperiod: 2025-Q3\nas_of: 2025-10-15\n",
    "q4": "format: 1\nperiod: 2025-Q4\nas_of: 2026-01-15\nprevious: q3\n",
}


@pytest.fixture
def city(toy_city):
    root = toy_city("calls")
    for name, text in REVIEWS.items():
        (root / "parameters" / "reviews" / f"{name}.yml").write_text(text)
    return root


def test_it_is_written_beside_the_review(city, workbench):
    assert workbench("review", "q4", "--city", city).returncode == 0
    before = (city / "outputs" / "q4" / "manifest.json").read_bytes()
    done = workbench("review", "q4", "--as-of", "2025-12-20", "--city", city)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("outputs/q4-as-of-2025-12-20/index.html")
    folders = sorted(path.name for path in (city / "outputs").iterdir() if path.is_dir())
    assert folders == ["q4", "q4-as-of-2025-12-20"]
    assert (city / "outputs" / "q4" / "manifest.json").read_bytes() == before
    record = json.loads((city / "outputs" / "q4-as-of-2025-12-20" / "manifest.json").read_text())
    assert (record["review"], record["as_of"]) == ("q4", "2025-12-20")
    assert "20 December 2025" in (city / "outputs" / "q4-as-of-2025-12-20" / "index.html").read_text()


@pytest.mark.parametrize(("day", "previous"), [("2025-10-15", ""), ("2025-10-16", "q3")])
def test_it_is_compared_with_an_earlier_review_only(city, monkeypatch, day, previous):
    order = again(city, "q4", date.fromisoformat(day))
    assert (order.review.previous, order.review.as_of) == (previous, date.fromisoformat(day))
    assert order.folders.final.name == f"q4-as-of-{day}"


def test_a_period_that_had_not_begun_is_refused(city):
    with pytest.raises(UsageError, match="2025-Q4 begins on 2025-10-01; as of 2025-09-30 nothing of it was"):
        again(city, "q4", date(2025, 9, 30))


def test_single_reports_can_be_asked_for(city, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "toy"))
    assert [run.name for run in planned(again(city, "q4", date(2025, 12, 20), ["fire"]))] == [
        "fire/toy_rows/calls"
    ]
