"""What the home page lists, and what it takes to be listed."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from workbench.catalog.model import Catalog
from workbench.errors import UsageError
from workbench.serve import lab, serve
from workbench.serve.home import home_of

SOURCE = {"location": "requests.csv", "columns": {"id": {"name": "ID"}}}
OUTCOME = {"numerator": [], "denominator": []}
SERVICE = {
    "source": "requests",
    "interval": "day",
    "outcome": OUTCOME,
    "favourable": True,
    "groups": {"race": "race"},
}


@pytest.fixture
def catalog(tmp_path) -> Catalog:
    reviews = {
        name: {"period": name, "as_of": date(2026, month, 15)}
        for name, month in (("2025-Q3", 1), ("2025-Q4", 2))
    }
    return Catalog.model_validate(
        {
            "root": tmp_path,
            "city": {"name": "Practice City", "time_zone": "America/Chicago"},
            "departments": {"works": {"title": "Public Works"}, "parks": {"title": "Parks"}},
            "dimensions": {"race": {"title": "Race", "groups": {"black": {"title": "Black"}}}},
            "sources": {"requests": SOURCE},
            "services": {
                "potholes": {**SERVICE, "title": "Pothole repair", "department": "works"},
                "trees": {**SERVICE, "title": "Trees", "department": "parks"},
            },
            "reviews": reviews,
        }
    )


def run(catalog, review, *parts):
    folder = catalog.outputs / review
    folder.joinpath(*parts, "results").mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")


def test_the_latest_review_that_was_run_is_shown_with_what_it_made(catalog):
    run(catalog, "2025-Q3", "works", "disparity_review", "potholes")
    home = home_of(catalog)
    (entry,) = home.offered
    assert (home.review, entry.handle) == ("2025-Q3", "disparity_review")
    assert [department.title for department in entry.departments] == ["Public Works"]
    assert entry.departments[0].links[0].title == "Pothole repair"
    assert entry.first == "review=2025-Q3&department=works&subject=potholes"


def test_the_page_of_goals_leads_to_the_view_of_each_measure(catalog):
    measure = {
        "title": "People hurt",
        "department": "works",
        "source": "requests",
        "goals": ["safe"],
        "stage": "outcome",
        "kind": "count",
        "direction": "decrease",
        "columns": {"interval": "day"},
    }
    declared = catalog.model_dump() | {
        "goals": {"safe": {"title": "Safe"}},
        "measures": {"people_hurt": measure},
    }
    run(catalog, "2025-Q4", "works", "target_tracking", "all")
    verdict = {
        "measure": ["people_hurt"],
        "verdict": ["worsening"],
        "target_verdict": [""],
        "status": ["worsening"],
    }
    results = catalog.outputs / "2025-Q4" / "works" / "target_tracking" / "all" / "results"
    pd.DataFrame(verdict | {"state": ["value"]}).to_parquet(results / "verdicts.parquet")
    goals = home_of(Catalog.model_validate(declared)).goals
    view = (
        "app/target_tracking?review=2025-Q4&amp;department=works&amp;subject=all&amp;show-measure=people_hurt"
    )
    assert goals.count(f'<a href="{view}">') == 5  # no owner, no target, no equity cut; the goal; the drawing
    assert ("report.html" in goals, "goals.csv" in goals, '<a href="./">All apps' in goals) == (
        False,
        False,
        True,
    )


def test_without_a_plan_there_is_no_page_of_goals(catalog):
    run(catalog, "2025-Q4", "works", "disparity_review", "potholes")
    assert home_of(catalog).goals == ""


def test_an_internal_review_is_stamped(catalog):
    internal = catalog.reviews["2025-Q4"].model_copy(update={"audience": "internal"})
    stamped = catalog.model_copy(update={"reviews": {"2025-Q4": internal}})
    run(stamped, "2025-Q4", "works", "disparity_review", "potholes")
    assert home_of(stamped).internal


@pytest.mark.parametrize(
    ("review", "said"),
    [
        ("", "no review has been run yet"),
        ("2025-Q4", "'2025-Q4' has not been run yet; run: workbench review 2025-Q4"),
        ("2025-Q5", "no review '2025-Q5'.*2025-Q4"),
    ],
)
def test_without_a_review_it_is_said_what_to_do(catalog, review, said):
    with pytest.raises(UsageError, match=said):
        home_of(catalog, review)


def test_beyond_this_machine_a_token_is_made_and_asked_for(catalog, monkeypatch):
    run(catalog, "2025-Q4", "works", "disparity_review", "potholes")
    told = {}
    monkeypatch.setattr("workbench.catalog.load_reviewable", lambda city: catalog)
    monkeypatch.setattr("workbench.serve.server.Server.run", lambda home, **given: told.update(given))
    serve(catalog.root, ip="0.0.0.0")
    assert told["token"] == (catalog.private / "app-token").read_text().strip()
    serve(catalog.root)
    assert told["token"] == ""


def test_the_lab_opens_on_a_folder_that_is_there(tmp_path):
    with pytest.raises(UsageError, match=r"no folder .*notebooks"):
        lab(Path(tmp_path / "notebooks"))
