"""What an order would do: the age of its sources, and nothing asked of a database."""

from datetime import date
from pathlib import Path

import pytest

from workbench.review import foreseen, ordered
from workbench.review.foreseen import ABSENT, CHANGED, DATABASE, READ, Age
from workbench.sources import databases

AS_OF = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (Age("calls", "2026-01-16", READ, AS_OF), "snapshot of 2026-01-16"),
        (Age("calls", "2026-01-15", READ, AS_OF), "snapshot of 2026-01-15"),
        (Age("calls", "2026-01-10", READ, AS_OF), "snapshot of 2026-01-10, 5 days before the as-of day"),
        (Age("calls", "2026-01-16", DATABASE, AS_OF), "snapshot of 2026-01-16, asked again by a review"),
        (Age("calls", "", CHANGED, AS_OF), "to be read"),
        (Age("calls", "", ABSENT, AS_OF), "not there"),
    ],
)
def test_a_source_is_as_old_as_its_snapshot(age, words):
    assert str(age) == words


def test_a_database_is_not_asked(toy_city, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "toy"))
    city = toy_city("calls")
    sources = city / "parameters/sources.yml"
    sources.write_text(
        sources.read_text().replace(
            "private/sources/calls.csv", "postgres://nobody@nowhere/none\n    table: calls"
        )
    )

    def asked(*_):
        raise AssertionError("the database was asked")

    monkeypatch.setattr(databases, "opened", asked)
    found = foreseen(ordered(city, "q4"), 1)
    assert [(each.run.name, each.reason) for each in found.decisions] == [
        ("fire/toy_rows/calls", "no run yet")
    ]
    assert [(age.state, age.taken) for age in found.ages] == [(DATABASE, "")]
    assert (found.seconds, found.jobs, found.standing) == (None, 1, False)
    assert not (city / "outputs").exists()
