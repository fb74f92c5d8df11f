"""All findings of a review, judged together and ranked."""

import json
import random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from workbench.agenda import agenda, top
from workbench.findings.model import Finding, Verdict


def finding(subject="potholes", verdict=Verdict.WORSE_OFF, p=None, **more) -> Finding:
    return Finding("toy", "works", subject, "gap", verdict, "gap", p=p, **more)


def ids(ranked) -> list[str]:
    return [item["finding"]["subject"] for item in ranked["items"]]


def item_of(ranked, subject) -> dict:
    return next(item for item in ranked["items"] if item["finding"]["subject"] == subject)


def test_q_values_are_those_of_benjamini_and_hochberg():
    """The fifteen p values of Benjamini and Hochberg 1995, section 4.1: four stand at 0.05."""
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    published += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]
    ranked = agenda([finding(f"s{place:02}", p=p) for place, p in enumerate(published)])
    assert sum(item["stands"] for item in ranked["items"]) == 4
    assert item_of(ranked, "s03")["q"] == pytest.approx(0.0095 * 15 / 4)
    assert ranked["families"] == {"review": {"tested": 15, "stand": 4}, "plan": {"tested": 0, "stand": 0}}


def test_each_family_is_controlled_for_itself():
    found = [finding(f"s{n}", p=0.5) for n in range(9)] + [finding("planned", p=0.04, family="plan")]
    ranked = agenda([*found, finding("looked at", p=0.04)])
    assert item_of(ranked, "planned")["stands"] is True
    assert item_of(ranked, "looked at")["stands"] is False


def test_what_has_no_p_value_is_not_a_test():
    ranked = agenda([finding("a"), finding("b", p=0.01)])
    assert (item_of(ranked, "a")["q"], item_of(ranked, "a")["stands"]) == (None, None)
    assert item_of(ranked, "a")["standing"] == "not a test"
    assert item_of(ranked, "b")["standing"] == "stands"
    assert (ranked["tested"], ranked["tests"]) == (
        1,
        [{"id": "toy/b/gap/all/all", "p": 0.01, "family": "review"}],
    )


@pytest.mark.parametrize(("p", "stands"), [(0.01, True), (0.9, False)])
def test_what_says_more_about_a_tested_comparison_stands_or_falls_with_it(p, stands):
    told = finding("b", judged_by="toy/a/gap/all/all", family="plan")
    ranked = agenda([finding("a", p=p), told])
    assert item_of(ranked, "b")["q"] == item_of(ranked, "a")["q"] == p
    assert item_of(ranked, "b")["stands"] is stands
    assert ranked["families"]["plan"] == {"tested": 0, "stand": 0}
    assert [test["id"] for test in ranked["tests"]] == ["toy/a/gap/all/all"]


def test_what_is_judged_by_a_test_that_was_not_made_is_no_test():
    ranked = agenda([finding("a"), finding("b", judged_by="toy/a/gap/all/all")])
    assert item_of(ranked, "b")["standing"] == "not a test"


@pytest.mark.parametrize(("p", "stands"), [(0.05, True), (0.0500001, False), (0.0, True), (1.0, False)])
def test_a_finding_stands_up_to_five_per_cent(p, stands):
    assert agenda([finding(p=p)])["items"][0]["stands"] is stands


def test_what_cannot_be_told_and_what_is_hidden_come_last():
    found = [
        finding("hidden", Verdict.SUPPRESSED, affected=9000),
        finding("open", Verdict.CANT_TELL, affected=9000),
        finding("steady", Verdict.NO_DIFFERENCE, p=0.9, affected=9000),
        finding("luck", Verdict.WORSE_OFF, p=0.2, affected=9000),
        finding("small", Verdict.WORSE_OFF, p=0.001, affected=1),
    ]
    ranked = agenda(found)
    assert ids(ranked) == ["small", "luck", "steady", "open", "hidden"]
    assert [item["rank"] for item in ranked["items"]] == [1, 2, 3, 4, 5]
    assert [item["leads"] for item in ranked["items"]] == [True, False, False, False, False]


def test_more_evidence_and_more_people_rank_higher():
    ranked = agenda([finding("weak", p=0.01, affected=100), finding("strong", p=1e-6, affected=100)])
    assert ids(ranked) == ["strong", "weak"]
    ranked = agenda([finding("few", p=0.001, affected=10), finding("many", p=0.001, affected=1000)])
    assert ids(ranked) == ["many", "few"]


def test_goals_weigh():
    goals = {"equity": {"racial_equity": True}, "roads": {"racial_equity": False}}
    found = [finding("a"), finding("b", goals=("roads",)), finding("c", goals=("equity",))]
    assert ids(agenda(found, goals=goals)) == ["c", "b", "a"]


def test_a_goal_serves_those_above_it():
    goals = {
        "fair": {"racial_equity": True, "parent": ""},
        "streets": {"racial_equity": False, "parent": "fair"},
    }
    found = [finding("a", goals=("other",)), finding("b", goals=("streets",))]
    assert ids(agenda(found, goals=goals)) == ["b", "a"]


def test_concerns_come_before_good_news_of_the_same_weight():
    found = [finding("good", Verdict.BETTER_OFF, p=0.001), finding("watch", Verdict.REWORK, p=0.001)]
    assert ids(agenda([*found, finding("concern", p=0.001)])) == ["concern", "watch", "good"]


def test_the_score_is_evidence_times_stakes_times_goals_times_tone():
    ranked = agenda(
        [
            finding("a", Verdict.BETTER_OFF, p=0.001, affected=99, goals=("roads",)),
            finding("b", affected=9999),
        ]
    )
    item = item_of(ranked, "a")
    assert (item["evidence"], item["stakes"]) == (pytest.approx(0.5), pytest.approx(0.5))
    assert item["score"] == pytest.approx(0.5 * 0.5 * 1.25 * 0.5)
    assert item_of(ranked, "b")["evidence"] == pytest.approx(1.30103 / 6)


def test_what_changed_since_the_previous_review():
    before = agenda([finding("gone"), finding("same"), finding("turned", Verdict.NO_DIFFERENCE)])
    now = agenda(
        [finding("new"), finding("same"), finding("turned")], previous=json.loads(json.dumps(before))
    )
    assert {subject: item_of(now, subject)["change"] for subject in ids(now)} == {
        "new": "new",
        "same": "same",
        "turned": "verdict changed",
    }
    assert item_of(now, "turned")["before"] == "no difference found"
    assert [item["id"] for item in now["gone"]] == ["toy/gone/gap/all/all"]
    assert now["changes"] == {"new": 1, "verdict changed": 1, "same": 1, "gone": 1}


def test_a_first_review_has_nothing_to_compare_with():
    ranked = agenda([finding()])
    assert (ranked["items"][0]["change"], ranked["changes"], ranked["gone"]) == ("", {}, [])


def test_a_changed_definition_is_told_from_changed_data():
    before = agenda([finding("a", Verdict.NO_DIFFERENCE), finding("b", Verdict.NO_DIFFERENCE), finding("c")])
    then = {"a": {"unit": "days"}, "b": {"unit": "days"}, "c": {"unit": "days"}}
    now = then | {"a": {"unit": "hours"}}
    ranked = agenda([finding("a"), finding("b"), finding("c")], before, now, then)
    assert {subject: item_of(ranked, subject)["changed_by"] for subject in "abc"} == {
        "a": "changed definition",
        "b": "data",
        "c": "",
    }
    assert item_of(ranked, "a")["definition_changed"] is True
    assert item_of(agenda([finding("a")], before), "a")["changed_by"] == ""


def test_what_was_found_under_an_earlier_name_is_followed():
    before = agenda([finding("holes", Verdict.NO_DIFFERENCE), finding("trees")])
    then, now = {"holes": {"unit": "days"}}, {"potholes": {"unit": "days"}}
    found = [finding("potholes"), finding("trees")]
    ranked = agenda(found, before, now, then, formerly={"holes": "potholes"})
    assert ranked["changes"] == {"new": 0, "verdict changed": 1, "same": 1, "gone": 0}
    assert item_of(ranked, "potholes")["before"] == "no difference found"
    assert item_of(ranked, "potholes")["changed_by"] == "data"
    assert agenda(found, before, now, then)["changes"]["gone"] == 1


def test_json_findings_are_taken_as_they_are():
    found = [finding("a", p=0.01), finding("b")]
    assert agenda([one.to_json() | {"goals": [], "caveats": [], "also": []} for one in found]) == agenda(
        found
    )


def test_no_findings_make_an_empty_agenda():
    ranked = agenda([])
    assert (ranked["items"], ranked["tested"], top(ranked, 3)) == ([], 0, [])


def test_the_first_items_are_of_different_subjects():
    found = [finding("a", p=1e-6, group=group, affected=100) for group in ("x", "y", "z")]
    ranked = agenda([*found, finding("b", p=0.01, affected=100), finding("c", Verdict.NO_DIFFERENCE, p=0.9)])
    assert [item["finding"]["subject"] for item in top(ranked, 2)] == ["a", "b"]
    assert [item["finding"]["subject"] for item in top(ranked, 3)] == ["a", "a", "b"]
    assert len(top(ranked, 99)) == 5


verdicts = st.sampled_from(list(Verdict))
chances = st.none() | st.floats(0, 1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(verdicts, chances, st.none() | st.integers(0, 10**6)), max_size=12))
def test_the_order_of_the_findings_changes_no_byte(drawn):
    found = [
        finding(f"s{n}", verdict, p, affected=affected) for n, (verdict, p, affected) in enumerate(drawn)
    ]
    one = json.dumps(agenda(found), allow_nan=False)
    random.Random(1).shuffle(found)
    assert json.dumps(agenda(found), allow_nan=False) == one


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_q_is_never_below_p_and_keeps_its_order(chosen):
    ranked = agenda([finding(f"s{n}", p=p) for n, p in enumerate(chosen)])
    pairs = sorted((item["finding"]["p"], item["q"]) for item in ranked["items"])
    assert all(q >= p - 1e-12 for p, q in pairs)
    assert [q for _, q in pairs] == sorted(q for _, q in pairs)


def test_what_says_more_about_another_finding_is_not_the_first_of_its_subject():
    tested = finding(p=0.001, affected=3)
    more = Finding("toy", "works", "potholes", "parts", Verdict.WORSE_OFF, "parts", judged_by=tested.id)
    ranked = agenda([tested, more, finding("b", p=0.02, affected=900)])
    assert [item["finding"]["question"] for item in top(ranked, 2)] == ["gap", "gap"]
    assert len(top(ranked, 3)) == 3
