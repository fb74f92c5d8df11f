"""One word a measure: the worst of what is known of it, and nothing averaged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.findings.model import Verdict
from workbench.goals.words import (
    GAP_WIDENED,
    NOT_REVIEWED,
    TONES_WORST_FIRST,
    WORST_FIRST,
    in_words,
    place,
    tone,
    worst,
)

WORDS = [str(word) for word in WORST_FIRST]


@pytest.mark.parametrize(
    ("variation", "target", "word"),
    [
        ("common cause", "cannot meet the target without change", "cannot meet the target without change"),
        ("worsening", "reliably meets the target", "worsening"),
        ("improving", "cannot meet the target without change", "cannot meet the target without change"),
        ("common cause", "reliably meets the target", "common cause"),
        ("common cause", "hit or miss", "hit or miss"),
        ("improving", "", "improving"),
        ("improving", "reliably meets the target", "improving"),
        ("common cause", "can't tell yet", "common cause"),
        ("can't tell yet", "reliably meets the target", "reliably meets the target"),
        ("can't tell yet", "can't tell yet", "can't tell yet"),
        ("check data", "hit or miss", "check data"),
        ("", "", "not in this review"),
    ],
)
def test_a_measure_has_the_worst_of_its_words(variation, target, word):
    assert worst([variation, target]) == word


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        (["improving", "reliably meets the target"], GAP_WIDENED),
        (["common cause", "hit or miss"], GAP_WIDENED),
        (["can't tell yet"], GAP_WIDENED),
        (["worsening", "hit or miss"], "worsening"),
        (["common cause", "cannot meet the target without change"], "cannot meet the target without change"),
    ],
)
def test_a_widened_gap_is_the_word_where_the_average_looks_fine(verdicts, word):
    assert worst(verdicts, gap_widened=True) == word


def test_words_stand_worst_first_and_what_is_not_known_before_what_is_steady():
    assert sorted(WORDS, key=place) == WORDS
    assert place("can't tell yet") < place("hit or miss") < place("common cause") < place("improving")


def test_a_verdict_of_another_analysis_leads_its_tone():
    assert place("check data") > place("longest wait") > place(GAP_WIDENED)


def test_every_verdict_of_the_closed_list_has_a_place_and_words():
    assert len({(place(str(word)), str(word)) for word in Verdict}) == len(Verdict)
    assert in_words("common cause") == "usual ups and downs"
    assert (in_words(NOT_REVIEWED), tone(NOT_REVIEWED).sign) == ("not in this review", "?")


def test_no_word_is_a_verdict():
    with pytest.raises(ValueError, match="fine"):
        tone("fine")


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.sampled_from(WORDS))
def test_another_verdict_never_makes_a_word_better(verdicts, more):
    told = [word for word in verdicts if word != Verdict.CANT_TELL]
    if told:
        assert place(worst([*verdicts, more])) <= place(worst(verdicts))


def test_tones_are_all_there():
    assert {tone(str(word)) for word in Verdict} == set(TONES_WORST_FIRST)
