"""What is said of places together, and of what was odd in the data."""

import re

import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review import analyse, findings
from workbench.disparity_review import analysis as registered
from workbench.disparity_review.places.clusters import CLUSTERING_COLUMNS
from workbench.findings import Context, Findings, Verdict, render
from workbench.findings.messages import catalogue

CONTEXT = Context("disparity_review", "works", "potholes", "Pothole repair")


def told(results, question, **frames) -> list:
    """Findings on one question with these rows in place of the frame's own."""
    changed = {name: pd.DataFrame(rows) for name, rows in frames.items()}
    return [one for one in findings(results.with_frames(**changed), CONTEXT) if one.question == question]


@pytest.fixture(scope="module")
def results(build_cube):
    """White residents fare better in every neighbourhood."""
    counts = {"white": (360, 400), "black": (210, 300)}
    rows = [("2025-Q4", who, place, *of) for place in ("Elm", "Oak", "Fir") for who, of in counts.items()]
    return analyse(build_cube(rows), period="2025-Q4")


def cluster(place, **changes):
    row = dict.fromkeys(CLUSTERING_COLUMNS, np.nan)
    row |= {"interval": "2025-Q4", "place_level": "neighbourhood", "place": place} | {"state": "value"}
    row |= {"cells": [place], "method": "Moran", "clustered": None, "cluster": "none", "local_q": 0.5}
    return row | changes


WHOLE = cluster("all", moran_i=0.4, p=0.002, places=3, islands=0, clustered="like beside like")


def test_places_that_lie_together_are_named_with_their_number(results):
    low = [cluster(name, cluster="low among low", local_q=0.01) for name in ("Elm", "Oak")]
    (own,) = told(results, "cluster_neighbourhood", clustering=[WHOLE, *low, cluster("Fir")])
    assert render(own) == (
        "2 of 3 places (neighbourhood) where fewer were closed on time than elsewhere lie among others like them: "
        "Elm and Oak. Like rates lie beside each other more than they would by chance."
    )
    assert (own.verdict, own.p, own.provenance["cells"]) == (Verdict.WORSE_OFF, 0.002, ["all", "Elm", "Oak"])
    (own,) = told(results, "cluster_neighbourhood", clustering=[WHOLE, *low[:1], cluster("Fir")])
    assert render(own).startswith("One of 3 places (neighbourhood) where fewer")


def test_a_pattern_of_places_of_which_some_are_hidden_is_judged_by_those_that_are_shown(results):
    hidden = WHOLE | {"state": "suppressed", "p": np.nan, "places": np.nan}
    high = cluster("Elm", cluster="high among high", local_q=0.01)
    (own,) = told(results, "cluster_neighbourhood", clustering=[hidden, high, cluster("Fir")])
    assert (own.verdict, own.p) == (Verdict.BETTER_OFF, 0.01)


def test_no_pattern_of_places_is_said_so(results):
    (own,) = told(results, "cluster_neighbourhood", clustering=[WHOLE | {"p": 0.4}, cluster("Elm")])
    assert (own.verdict, own.p) == (Verdict.CANT_TELL, 0.4)
    assert "no pattern beyond chance was found among 3" in render(own)


def test_a_gradient_is_said_from_the_least_to_the_most_disadvantaged(results):
    row = {"interval": "2025-Q4", "dimension": "race", "place_level": "neighbourhood", "index": "slope_index"}
    row |= {
        "value": 12.0,
        "lower": 6.0,
        "upper": 18.0,
        "groups": 3,
        "method": "x",
        "state": "value",
        "cells": [],
    }
    named = results.with_frames(
        facts=results.facts | {"disadvantage": {"neighbourhood": "households in poverty"}}
    )
    (own,) = told(named, "gradient_neighbourhood", summary=[row])
    assert render(own) == (
        "From the least to the most disadvantaged neighbourhood (in order of households in poverty), 12 fewer of every "
        "100 requests were closed on time (95% interval 6 to 18; 3 places)."
    )
    assert (own.verdict, own.size.value) == (Verdict.WORSE_OFF, -12.0)
    assert own.p == pytest.approx(8.9e-5, rel=0.01)
    (own,) = told(named, "gradient_neighbourhood", summary=[row | {"lower": -6.0, "upper": 30.0}])
    assert own.verdict == Verdict.CANT_TELL


NOTICES = [
    {"message": "places_without_boundary", "level": "neighbourhood", "places": ["Elm", "Oak"], "hints": []},
    {"message": "boundaries_without_rows", "level": "neighbourhood", "places": ["Ash"]},
    {"message": "boundary_repaired", "level": "neighbourhood", "places": ["Elm"]},
    {"message": "boundary_united", "level": "neighbourhood", "places": ["Elm"]},
    {"message": "boundary_unreadable", "level": "neighbourhood", "faults": ["wards.geojson: no such file."]},
    {"message": "places_without_residents", "population": "census", "place_level": "community", "places": ["North"], "number": 12},
    {"message": "residents_without_rows", "population": "census", "place_level": "community", "places": ["North"], "number": 1},
    {"message": "margins_missing", "population": "census", "number": 4},
    {"message": "reference_absent", "group": "white", "dimension": "race", "interval": "2025-Q4", "cells": ["a"]},
    {"message": "one_group", "group": "black", "dimension": "race", "interval": "2025-Q4", "cells": ["a"]},
    {"message": "no_best_group", "best_minimum": 100, "dimension": "race", "interval": "2025-Q4"},
    {"message": "negative_waits", "number": 3},
    {"message": "waits_without_start", "number": 3},
    {"message": "exposure_missing", "number": 3},
    {"message": "exposure_negative", "number": 3},
    {"message": "events_without_exposure", "number": 3},
    {"message": "surnames_not_listed", "number": 3, "rows": 40},
]  # fmt: skip


def test_what_was_odd_in_the_data_is_said_last_and_weighs_nothing(results):
    odd = results.with_frames(facts=results.facts | {"notices": NOTICES})
    found = findings(odd, CONTEXT)[-len(NOTICES) :]
    assert [one.question.startswith(notice["message"]) for one, notice in zip(found, NOTICES, strict=True)]
    assert {(one.verdict, one.affected, one.p) for one in found} == {(Verdict.CHECK_DATA, 0.0, None)}
    assert len({one.id for one in found}) == len(NOTICES)
    said = [render(one) for one in found]
    assert said[0] == (
        "Places of the record that are not in the boundary file (neighbourhood): 2, such as Elm and Oak. They are "
        "compared, and not drawn on the map."
    )
    assert said[5].startswith(
        "Places of the record in which the table of residents counts nobody (community): 12,"
    )
    assert said[8].startswith(
        "Nobody of the reference, White residents, is on record in the fourth quarter of 2025"
    )
    assert all("{" not in each for each in said)
    assert len(Findings(found).to_json()) == len(NOTICES)


def test_a_hidden_notice_is_not_said(results):
    blank = {**dict.fromkeys(NOTICES[8]), "cells": ["a"], "state": "suppressed"}
    odd = results.with_frames(facts=results.facts | {"notices": [blank]})
    assert [one.question for one in findings(odd, CONTEXT)] == [
        one.question for one in findings(results, CONTEXT)
    ]


def test_every_notice_that_is_made_has_a_sentence():
    room = registered.messages
    sources = [*room.glob("*.py"), room.parent / "sources" / "boundaries.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    made = set(re.findall(r'"message": "(\w+)"', text)) | set(re.findall(r'\.notice\("(\w+)"', text))
    made |= {"boundary_repaired", "boundary_united", "places_without_residents", "residents_without_rows"}
    known = catalogue(room / "en.toml")["message"]
    assert sorted(name for name in made if f"notice_{name}" not in known) == []
