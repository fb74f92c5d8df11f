import json
from dataclasses import replace

import pytest

from workbench.agenda import agenda
from workbench.errors import UsageError
from workbench.findings.model import Finding, Size, Verdict
from workbench.practice import check
from workbench.practice.checking import report
from workbench.practice.claims import Claim
from workbench.practice.truths import TRUTHS

PERIOD = "2025-Q4"
GAPS = {
    "pothole_repair": {"group:black": -10.2, "same_:black": 0.1, "group:white": 11.7},
    "rental_complaints": {"place:Depot Town": -30.0, "group:black": 0.4},
    "job_interviews": {"group:black": -20.0, "change_same_last_year:black": 20.0},
    "streetlight_repair": {
        "group:asian": 0.0,
        "asks:black": -55.0,
        "asks:white": 40.0,
        "service:Central": -43.0,
    },
    "snow_tows": {"place:Garden City": 115.0, "place:Maple Run": 120.0},
    "tree_service": {"wait:hispanic": 3.1, "wait:asian": -0.6, "wait:black": 0.1},
    "traffic_stop_searches": {"hits:black": -30.0, "daylight:black": -52.0, "daylight:white": 110.0},
    "non_emergency_response": {"place:Central": -17.0, "same_stratum:Central": 0.0},
    "smoke_alarm_visits": {"gradient": -30.0, "same_:black": 0.0},
}


def gap(subject, question, verdict, size, group="all", place="all", p=0.0001) -> Finding:
    return Finding(
        analysis="disparity_review",
        department="public_works",
        subject=subject,
        question=question,
        verdict=Verdict(verdict),
        message="",
        group=group,
        place=place,
        size=Size(size, size - 3, size + 3, "points"),
        p=p,
    )


def split(subject, composition, size=-12.0) -> Finding:
    finding = gap(subject, "split_neighbourhood", "no difference found", size, group="black", p=None)
    return replace(finding, arguments={"gap": -size, "composition": composition})


def cluster(subject, *places) -> Finding:
    finding = gap(subject, "cluster_neighbourhood", "worse off", 0.0)
    return replace(finding, size=None, arguments={"places": list(places)})


def process(subject, question, verdict, **arguments) -> Finding:
    return Finding("process_timing", "x", subject, question, Verdict(verdict), "", arguments)


def measure(subject, question, verdict) -> Finding:
    return Finding("target_tracking", "x", subject, question, Verdict(verdict), "")


def by_race(subject, question, verdict, group) -> Finding:
    return replace(measure(subject, question, verdict), group=group)


def falsehoods(*standing: Finding, period=PERIOD) -> list[str]:
    return [one.finding for one in report("r", period, [(f, True) for f in standing], GAPS).false]


def told(*findings: Finding, stands=True, period=PERIOD) -> set[str]:
    return {one.truth.id for one in report("r", period, [(f, stands) for f in findings], GAPS).caught}


def test_a_gap_that_is_there_is_true_and_tells_the_planted_truth():
    finding = gap("pothole_repair", "group", "worse off", -12.0, group="black")
    assert falsehoods(finding) == []
    assert told(finding, split("pothole_repair", 11.0)) == {"where_people_live"}


def test_a_gap_in_its_parts_tells_a_truth_only_where_the_parts_are_about_as_planted():
    crude = gap("pothole_repair", "group", "worse off", -12.0, group="black")
    assert told(crude) == set()
    assert told(crude, split("pothole_repair", 3.0)) == set()
    assert told(crude, split("pothole_repair", 6.0)) == {"where_people_live"}


def test_a_gap_that_does_not_stand_tells_nothing():
    assert told(gap("pothole_repair", "group", "worse off", -12.0, group="black"), stands=False) == set()


def test_a_gap_among_neighbours_where_there_is_none_is_false_and_hides_the_truth():
    crude = gap("pothole_repair", "group", "worse off", -12.0, group="black")
    careless = gap("pothole_repair", "same_neighbourhood", "worse off", -6.0, group="black")
    assert falsehoods(crude, careless) == [careless.id]
    assert told(crude, careless) == set()


def test_a_gap_on_the_wrong_side_is_false():
    assert falsehoods(gap("pothole_repair", "group", "better off", 5.0, group="black"))
    assert not falsehoods(gap("pothole_repair", "group", "better off", 9.0, group="white"))


def test_a_gap_of_a_service_where_nothing_is_planted_is_false():
    assert falsehoods(gap("streetlight_repair", "group", "worse off", -9.0, group="asian"))


def test_no_difference_is_never_counted_as_false():
    assert not falsehoods(gap("pothole_repair", "group", "no difference found", -1.0, group="black"))


def test_a_place_is_judged_by_its_own_gap():
    assert told(gap("rental_complaints", "neighbourhood", "worse off", -28.0, place="Depot Town")) == {
        "one_place"
    }
    assert falsehoods(gap("rental_complaints", "neighbourhood", "worse off", -9.0, place="Kensington"))


def test_a_new_gap_is_told_by_the_gap_and_by_its_change():
    now = gap("job_interviews", "group", "worse off", -19.0, group="black")
    change = gap("job_interviews", "change_same_last_year", "widening", -18.0, group="black")
    assert told(now, change) == {"new_gap"}
    assert told(now) == set()
    assert falsehoods(now, change) == []
    assert falsehoods(gap("job_interviews", "change_same_last_year", "narrowing", 9.0, group="black"))


@pytest.mark.parametrize(
    ("finding", "true"),
    [
        (gap("tree_service", "wait", "worse off", 4.0, group="hispanic"), True),
        (gap("tree_service", "wait", "better off", -2.0, group="asian"), True),
        (gap("tree_service", "wait", "worse off", 2.0, group="black"), False),
        (gap("tree_service", "wait", "better off", -4.0, group="hispanic"), False),
        (gap("streetlight_repair", "asks", "worse off", -1.1, group="black"), True),
        (gap("streetlight_repair", "asks", "better off", 0.5, group="white"), True),
        (gap("streetlight_repair", "asks", "worse off", -0.5, place="Kensington"), False),
        (gap("streetlight_repair", "service", "worse off", -9.0, place="Central"), True),
        (gap("streetlight_repair", "service", "better off", 9.0, place="Central"), False),
        (gap("traffic_stop_searches", "hits", "worse off", -32.0, group="black"), True),
        (gap("traffic_stop_searches", "daylight", "worse off", 0.5, group="black"), True),
        (gap("traffic_stop_searches", "daylight", "better off", 1.5, group="white"), True),
        (gap("traffic_stop_searches", "daylight", "worse off", 0.7, group="asian"), False),
        (gap("non_emergency_response", "community", "worse off", -16.0, place="Central"), True),
        (gap("non_emergency_response", "same_stratum", "worse off", -6.0, place="Central"), False),
        (gap("smoke_alarm_visits", "gradient_neighbourhood", "worse off", -28.0), True),
        (gap("smoke_alarm_visits", "gradient_neighbourhood", "better off", 28.0), False),
        (cluster("snow_tows", "Garden City", "Maple Run"), True),
        (cluster("snow_tows", "Iron Works"), False),
        (gap("smoke_alarm_visits", "split_neighbourhood", "worse off", -8.0, group="black"), False),
        (gap("job_interviews", "trend", "widening", -18.0, group="black"), True),
        (gap("job_interviews", "trend", "widening", -8.0, group="white"), False),
    ],
    ids=lambda value: value.id if isinstance(value, Finding) else str(value),
)
def test_waits_stages_decisions_and_gradients_are_judged_by_what_was_made(finding, true):
    assert (falsehoods(finding) == []) is true


def test_a_gap_that_turned_round_is_judged_by_how_far_it_moved():
    finding = gap("job_interviews", "change_same_last_year", "narrowing", 9.0, group="black")
    turned = replace(finding, arguments={"now": 8.0, "before": -1.0})
    assert falsehoods(replace(finding, arguments={"now": 8.0, "before": 1.0}))
    assert not falsehoods(turned)
    assert falsehoods(replace(turned, group="white"))


def test_what_claims_nothing_may_prove_a_truth_without_standing(monkeypatch):
    (quiet,) = [truth for truth in TRUTHS if truth.id == "who_asks"]
    claim = Claim(("no difference found",), ("group",), "black")
    monkeypatch.setattr("workbench.practice.checking.TRUTHS", (replace(quiet, must=(claim,)),))
    finding = gap("streetlight_repair", "group", "no difference found", -0.1, group="black")
    assert told(finding, stands=False) == {"who_asks"}


def test_what_began_in_the_fourth_quarter_is_not_asked_of_the_third():
    ids = {one.truth.id for one in report("r", "2025-Q3", [], GAPS).missed}
    everything = {truth.id for truth in TRUTHS}
    assert everything - ids == {
        "new_gap",
        "menu_too_early",
        "noise",
        "one_reader",
        "side_by_side",
        "case_mix",
        "slowdown",
        "common_cause",
        "average_hides_gap",
    }


def test_a_review_that_says_nothing_tells_no_truth_by_keeping_quiet():
    empty = report("r", PERIOD, [], GAPS)
    assert empty.caught == ()
    assert {one.why for one in empty.missed} == {"the review says nothing about it"}


def test_noise_is_told_by_a_finding_that_does_not_stand():
    finding = gap("recreation_scholarships", "group", "worse off", -12.0, group="american_indian")
    assert told(finding, stands=False) == {"noise"}
    assert told(finding, stands=True) == set()
    assert falsehoods(finding) == [finding.id]


@pytest.mark.parametrize(
    ("finding", "true"),
    [
        (process("public_records", "lead_time", "slower"), True),
        (process("zoning_letters", "lead_time", "slower"), False),
        (process("public_records", "lead_time", "faster"), False),
        (process("business_licensing", "lead_time", "change of case mix only"), True),
        (process("business_licensing", "lead_time", "slower"), False),
        (process("business_licensing", "service_level", "worsening"), True),
        (process("hiring", "service_level", "worsening"), False),
        (process("site_plans", "longest_wait", "longest wait", to="Comments received"), True),
        (process("site_plans", "longest_wait", "longest wait", to="Commission decision"), False),
        (process("building_permits", "rework", "rework", activity="Plan review"), True),
        (process("public_records", "change", "slower"), True),
        (process("zoning_letters", "change", "slower"), False),
        (process("business_licensing", "change", "slower"), False),
        (process("business_licensing", "change", "change of case mix only"), True),
        (process("public_records", "steps", "slower", to="Legal review"), True),
        (process("public_records", "steps_second", "slower", to="Records gathered"), False),
        (process("building_permits", "holders", "longest wait", first="the city"), True),
        (process("hiring", "causes", "longest wait", passed="outside the working hours of them"), True),
        (process("hiring", "causes", "longest wait", passed="until a batch was complete"), False),
        (process("hiring", "causes", "longest wait", passed="while others than the city held it"), True),
        (process("zoning_letters", "constraint", "constraint", activity="Research"), False),
        (process("zoning_letters", "constraint", "spare capacity", activity="Research"), True),
        (process("site_plans", "groups_race_mean", "worse off"), False),
        (process("site_plans", "groups_race", "no difference found"), True),
        (process("site_plans", "rework", "rework", activity="Staff report"), False),
        (by_race("payment_plans_kept", "gap_race", "widening", "black"), True),
        (by_race("payment_plans_kept", "gap_race", "moved", "white"), True),
        (by_race("payment_plans_kept", "gap_race", "narrowing", "black"), False),
        (by_race("payment_plans_kept", "gap_race", "widening", "hispanic"), False),
        (by_race("payment_plans_kept", "variation", "worsening", "all"), False),
        (by_race("cards_blocked", "gap_race", "widening", "black"), False),
        (by_race("cards_blocked", "gap_race", "no clear change", "black"), True),
        (measure("calls_answered_in_90_seconds", "variation", "worsening"), True),
        (measure("calls_answered_in_90_seconds", "variation", "improving"), False),
        (measure("pool_and_rink_visits", "variation", "worsening"), False),
        (measure("streets_swept", "variation", "improving"), False),
        (measure("streets_swept", "variation", "common cause"), True),
        (measure("days_to_hire", "target", "cannot meet the target without change"), True),
        (measure("days_to_hire", "target", "reliably meets the target"), False),
        (measure("trees_planted", "target", "reliably meets the target"), True),
        (measure("streets_swept", "target", "cannot meet the target without change"), False),
    ],
    ids=lambda value: value.id if isinstance(value, Finding) else str(value),
)
def test_each_kind_of_finding_is_judged_by_what_was_made(finding, true):
    assert (falsehoods(finding) == []) is true


def test_a_slowdown_is_told_by_lead_time_week_and_step():
    lead, since = (process("public_records", question, "slower") for question in ("lead_time", "change"))
    step = process("public_records", "steps", "slower", to="Legal review")
    assert told(lead, since, step) == {"slowdown"}
    assert told(lead, since) == set()


def test_a_slowdown_of_the_fourth_quarter_is_false_in_the_third():
    assert falsehoods(process("public_records", "lead_time", "slower"), period="2025-Q3")


def test_the_report_says_what_was_told_missed_and_false():
    true = gap("pothole_repair", "group", "worse off", -12.0, group="black")
    false = gap("streetlight_repair", "group", "worse off", -9.0, group="asian")
    rule = process("hiring", "longest_wait", "longest wait", to="List of candidates")
    odd, part = measure("streets_swept", "variation", "check data"), split("pothole_repair", 11.0)
    items = [(finding, True) for finding in (true, false, rule, odd, part)]
    text = str(report("practice-2025-Q4", PERIOD, items, GAPS))
    assert text.splitlines()[0] == (
        "practice-2025-Q4 (2025-Q4): 1 of 37 planted truths told. False are 1 of 2 findings that stand after all "
        "comparisons, and 0 of 1 that claim something without a test (5 made)."
    )
    assert "told    where_people_live" in text
    assert "missed  treatment" in text
    assert f"false   {false.id}: worse off (the true gap is +0.0 points)" in text


@pytest.fixture
def review(tmp_path):
    folder = tmp_path / "outputs" / "practice-2025-Q4"
    folder.mkdir(parents=True)
    (tmp_path / "private").mkdir()
    finding = gap("pothole_repair", "group", "worse off", -12.0, group="black")
    content = agenda([finding, split("pothole_repair", 11.0)])
    (folder / "agenda.json").write_text(json.dumps(content), "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"period": PERIOD}), "utf-8")
    truths = tmp_path / "private" / "practice-truths.json"
    truths.write_text(json.dumps({"expected_gaps": {PERIOD: GAPS}}), "utf-8")
    return folder


def test_a_review_folder_is_checked(review):
    found = check(review)
    assert [one.truth.id for one in found.caught] == ["where_people_live"]
    assert not found.is_clean
    assert json.loads(json.dumps(found.to_json()))["by_test"] == 1


def test_a_folder_that_is_no_review_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"agenda\.json is not there; run `workbench review` first"):
        check(tmp_path)


def test_a_review_without_truths_is_refused(review):
    (review.parents[1] / "private" / "practice-truths.json").unlink()
    with pytest.raises(UsageError, match="run `workbench practice` first"):
        check(review)


def test_a_review_of_another_quarter_is_refused(review):
    (review / "manifest.json").write_text(json.dumps({"period": "2024-Q1"}), "utf-8")
    with pytest.raises(UsageError, match=r"nothing is planted for '2024-Q1'; there are truths for 2025-Q4"):
        check(review)


@pytest.mark.parametrize(
    ("subject", "action", "verdict", "ids"),
    [
        ("clinic_wait_days", "text_reminders", "no clear change", {"reminders_did_nothing"}),
        ("calls_answered_in_90_seconds", "shorter_menu", "too early", {"menu_too_early"}),
        ("clinic_wait_days", "another", "no clear change", set()),
    ],
)
def test_what_came_of_an_action_is_told_by_the_finding_that_judges_it(subject, action, verdict, ids):
    finding = replace(measure(subject, "action", verdict), group=action)
    assert falsehoods(finding) == []
    assert told(finding, stands=False) == ids


def test_an_action_that_did_nothing_and_is_said_to_have_worked_is_false():
    worked = replace(
        measure("computer_wait_minutes", "action", "moved as expected"), group="book_by_telephone"
    )
    assert falsehoods(worked) == []
    for verdict in ("moved as expected", "moved the other way"):
        finding = replace(measure("clinic_wait_days", "action", verdict), group="text_reminders")
        assert falsehoods(finding) == [finding.id]
    assert falsehoods(replace(worked, verdict=Verdict("moved the other way"))) == [worked.id]
