import pytest

from workbench.catalog import check
from workbench.findings.model import Verdict
from workbench.goals import coverage, goals, standing, theories
from workbench.practice.claims import RELIABLY
from workbench.practice.events import names_of
from workbench.practice.flows import FLOWS
from workbench.practice.lines import LINES
from workbench.practice.places import ALIASES, CITY_HALL, COMMUNITY_OF, POVERTY
from workbench.practice.population import RACES
from workbench.practice.series import SERIES
from workbench.practice.truths import SETTLED, TRUTHS


def test_the_practice_city_has_no_faults(catalog):
    assert check(catalog.root) == ()


def test_the_review_plans_48_runs(catalog):
    tracked = {measure.department for measure in catalog.measures.values()}
    assert (len(tracked), len(catalog.services), len(catalog.processes)) == (12, 18, 18)
    assert len(catalog.departments) == 12
    assert len(catalog.measures) == 120


def test_the_second_review_follows_the_first(catalog):
    assert catalog.reviews["practice-2025-Q4"].previous == "practice-2025-Q3"
    assert catalog.reviews["practice-2025-Q3"].as_of < catalog.reviews["practice-2025-Q4"].as_of


def test_every_service_is_made_and_every_one_made_is_declared(catalog):
    declared = {id: (service.source, service.where[0].equals[0]) for id, service in catalog.services.items()}
    assert {line.service: (line.source, line.code) for line in LINES} == declared


def test_every_kind_of_look_that_the_disparity_review_has_is_asked_for_once(catalog):
    services = catalog.services.values()
    kinds = {service.outcome.kind for service in services}
    assert kinds == {"proportion", "per_resident", "waiting_time"}
    for field in ("person", "stratum", "stages", "decisions", "imputation"):
        assert sum(bool(getattr(service, field)) for service in services) == 1, field
    assert sum(bool(service.plan) for service in services) == 3
    assert {population.boundaries for population in catalog.populations.values()} == {
        level.boundary.vintage for level in catalog.places.values()
    }


def test_every_process_is_made_with_the_steps_it_declares(catalog):
    declared = {
        id: (process.source, process.where[0].equals[0], {*process.order, *process.withdrawn})
        for id, process in catalog.processes.items()
    }
    assert {flow.process: (flow.source, flow.code, set(names_of(flow))) for flow in FLOWS} == declared


def test_every_measure_is_made_as_it_is_declared(catalog):
    declared = {
        id: (
            measure.where[0].equals[0],
            measure.kind,
            measure.revision_lag,
            measure.groups == ["race"],
            measure.columns.place == {"community": "community"},
        )
        for id, measure in catalog.measures.items()
    }
    assert {s.measure: (s.code, s.kind, s.lag, s.by_race, s.by_place) for s in SERIES} == declared


def test_places_and_races_are_those_declared(catalog):
    level = catalog.places["neighbourhood"]
    assert level.parents == COMMUNITY_OF
    assert level.crosswalk == {alias: name for name, aliases in ALIASES.items() for alias in aliases}
    assert level.disadvantage == POVERTY
    assert (catalog.city.latitude, catalog.city.longitude) == CITY_HALL
    assert tuple(catalog.dimensions["race"].groups) == RACES


def test_goals_carry_equity_and_resilience_and_every_measure_unit_is_said(catalog):
    assert any(goal.racial_equity for goal in catalog.goals.values())
    assert any(goal.resilience for goal in catalog.goals.values())
    assert all(measure.unit and measure.owner for measure in catalog.measures.values())
    served = [goal for entry in catalog.services.values() for goal in entry.goals]
    assert all(served)


def test_the_plan_lacks_what_the_documents_say(catalog, tmp_path):
    measures = standing(tmp_path, catalog)
    plan = goals(measures, catalog)
    lacks = {row["lack"]: row["ids"] for row in coverage(plan, measures).to_dict("records")}
    assert set(lacks["no measure"]) == {"quiet_nights", "old_age"}
    assert lacks["a single measure"] == ["cool_summers"]
    assert (len(lacks["no goal"]), len(lacks["no stage"]), lacks["no owner"]) == (8, 32, [])
    assert len(theories(plan, measures, catalog)) == 7


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.id)
def test_every_truth_is_about_something_declared(catalog, truth):
    subjects = {
        "disparity_review": catalog.services,
        "process_timing": catalog.processes,
        "target_tracking": catalog.measures,
    }
    assert truth.subject in subjects[truth.analysis]


def test_names_of_truths_are_unique():
    assert len({truth.id for truth in TRUTHS}) == len(TRUTHS)


def test_verdicts_of_truths_are_words_of_the_closed_list():
    claims = [claim for truth in TRUTHS for claim in (*truth.must, *truth.never)]
    assert {word for claim in claims for word in claim.verdicts} <= {str(word) for word in Verdict}
    assert set(SETTLED.values()) <= {str(word) for word in Verdict}


def test_targets_that_are_settled_follow_from_the_level(catalog):
    levels = {series.measure: series.level for series in SERIES}
    for measure, word in SETTLED.items():
        if word == RELIABLY:
            (target,) = catalog.measures[measure].targets
            assert levels[measure] * 12 > target.value


def test_the_document_on_the_practice_city_tells_every_truth_in_its_words(catalog):
    page = (catalog.root / "docs" / "practice-city.md").read_text("utf-8")
    for truth in TRUTHS:
        assert f"| `{truth.id}` |" in page
        assert f"| `{truth.subject}` | {truth.says} |" in page
