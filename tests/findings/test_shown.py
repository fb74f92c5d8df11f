"""Findings in words and as HTML and JSON."""

import datetime
import json

import numpy as np
import pytest

from workbench.errors import MessageError
from workbench.findings import Finding, Findings, Size, Verdict, ask, caveat, render
from workbench.findings import messages as catalogue_of
from workbench.findings.sentences import untold_size
from workbench.findings.tones import ORDER, TONES, order_of

EN = """
[message]
gap = "For every 100 {unit:text}, {size:whole} fewer were closed for {group:label} residents."
many = "{share:part} of it is known."
[caveat]
small_numbers = "Only {n:count} rows."
[ask]
who = "Who knows {place:label}?"
"""


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """An analysis that is registered for the time of a test."""
    (tmp_path / "en.toml").write_text(EN)
    monkeypatch.setattr(
        catalogue_of,
        "files_of",
        lambda analysis, language: (
            *([tmp_path / f"{language}.toml"] if analysis else []),
            catalogue_of.SHARED / f"{language}.toml",
        ),
    )


def finding(**changes) -> Finding:
    values = {
        "analysis": "toy",
        "department": "works",
        "subject": "potholes",
        "question": "gap",
        "verdict": Verdict.WORSE_OFF,
        "message": "gap",
        "arguments": {"unit": "requests", "size": 11.6, "group": "Black", "n": 40, "place": "Phillips"},
    }
    return Finding(**values | changes)


def test_a_finding_becomes_a_sentence(toy):
    assert render(finding()) == "For every 100 requests, 12 fewer were closed for Black residents."


def test_the_analysis_own_words_come_before_the_shared_ones(toy):
    assert caveat("small_numbers", finding()) == "Only 40 rows."
    assert caveat("rejects", finding()).startswith("Some rows of the source")


def test_a_question_uses_the_findings_arguments(toy):
    assert ask(finding(ask="who")) == "Who knows Phillips?"
    assert ask(finding()) == ""


def test_an_unknown_key_is_an_error_that_names_it(toy):
    with pytest.raises(MessageError, match="'nothing'"):
        render(finding(message="nothing"))


def test_html_escapes_words_from_data(toy):
    arguments = finding().arguments | {"group": "</script><script>x=1</script>{{7*7}}"}
    html = Findings([finding(arguments=arguments)])._repr_html_()
    assert "<script" not in html
    assert "&lt;/script&gt;&lt;script&gt;x=1&lt;/script&gt;{{7*7}}" in html


def test_html_says_verdict_size_caveats_and_question(toy):
    html = Findings(
        [
            finding(
                size=Size(11.6, 4.0, 19.2, "of every 100"),
                n=40,
                counted="pothole reports",
                method="Newcombe 1998",
                caveats=("rejects",),
                ask="who",
            )
        ]
    )._repr_html_()
    assert '<span class="sign" aria-hidden="true">▼</span> worse off</p>' in html
    assert "11.6 of every 100 (4 to 19.2)" in html
    assert "Rests on 40 pothole reports. Method: Newcombe 1998." in html
    assert "<li>Some rows of the source" in html
    assert "To ask: Who knows Phillips?" in html


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (Size(-11.6, None, None, "of every 100"), ""),
        (Size(11.4, None, None, "of every 100"), "11.4 of every 100"),
        (Size(11.6, 4.0, 12.1, "of every 100"), "11.6 of every 100 (4 to 12.1)"),
        (Size(None, None, None, "days"), ""),
        (Size(7.5, None, None, "% of leaks"), "7.5% of leaks"),
        (Size(7.5, 4.0, 12.1, "% of leaks"), "7.5% of leaks (4% to 12.1%)"),
    ],
)
def test_a_size_that_the_sentence_tells_is_not_repeated(toy, size, shown):
    assert untold_size(finding(size=size)) == shown


def test_numbers_with_thousands_are_recognised_in_the_sentence(toy):
    arguments = finding().arguments | {"size": 12_345.0}
    assert untold_size(finding(arguments=arguments, size=Size(12_345.2, None, None, "permits"))) == ""


def test_a_size_without_interval_is_said_alone(toy):
    assert "7.6 days<" in Findings([finding(size=Size(7.6, None, None, "days"))])._repr_html_()


def test_no_findings_are_said():
    assert Findings()._repr_html_() == "<p>There are no findings.</p>"


def test_json_keeps_keys_and_arguments_and_reads_back(toy):
    written = json.loads(
        json.dumps(Findings([finding(n=np.int64(40), size=Size(np.float64(1.5), 1, 2, "days"))]).to_json())
    )
    assert written[0]["id"] == "toy/potholes/gap/all/all"
    assert written[0]["verdict"] == "worse off"
    assert "sentence" not in written[0]
    assert Finding.from_json(written[0]) == finding(n=40, size=Size(1.5, 1, 2, "days"))


@pytest.mark.parametrize("value", [float("nan"), datetime.date(2025, 1, 1), {1, 2}])
def test_json_refuses_what_it_cannot_hold(value):
    with pytest.raises(MessageError, match="toy/potholes/gap/all/all"):
        Findings([finding(arguments={"x": value})]).to_json()


def test_every_verdict_has_a_tone_and_a_place_in_the_order():
    assert set(TONES) == set(Verdict) == set(ORDER)
    assert order_of("can't tell yet") < order_of("not shown, to protect privacy")
    assert order_of("worse off") < order_of("no difference found") < order_of("can't tell yet")


def test_signs_differ_between_tones():
    signs = {tone.name: tone.sign for tone in TONES.values()}
    assert len(set(signs.values())) == len(signs)


def test_a_long_list_shows_what_tells_and_folds_the_rest(toy):
    quiet = [finding(verdict=Verdict.NO_DIFFERENCE, group=f"quiet {i}") for i in range(3)]
    loud = [finding(group=f"loud {i}") for i in range(9)]
    first, rest = Findings([*quiet, *loud]).folded()
    assert [each.group for each in first] == [f"loud {i}" for i in range(8)]
    assert [each.group for each in rest] == ["quiet 0", "quiet 1", "quiet 2", "loud 8"]
    assert "<details><summary>More findings: 4</summary>" in Findings([*quiet, *loud])._repr_html_()


@pytest.mark.parametrize("count", [1, 8])
def test_a_short_list_is_not_folded(toy, count):
    assert "<details>" not in Findings([finding(verdict=Verdict.CANT_TELL)] * count)._repr_html_()


def test_what_is_said_beside_a_sentence_follows_it_with_a_capital(toy):
    said = render(finding(also=("many",), arguments=finding().arguments | {"share": 0.66}))
    assert said == (
        "For every 100 requests, 12 fewer were closed for Black residents. About two thirds of it is known."
    )


def test_a_caution_that_findings_share_is_said_once_and_referred_to_by_number(toy):
    cautious = [finding(caveats=("rejects", "small_numbers")), finding(caveats=("rejects",))]
    html = Findings(cautious)._repr_html_()
    assert html.count("Some rows of the source") == 1
    assert html.count('<p class="cautions">To keep in mind: 1</p>') == 2
    assert '<ul class="caveats"><li>Only 40 rows.</li></ul>' in html
    assert html.index("Only 40 rows.") < html.index('<ol class="caveats"><li>Some rows of the source')


def test_a_caution_shared_with_a_folded_finding_is_said_once(toy):
    cautious = [finding(caveats=("rejects",)) for _ in range(12)]
    html = Findings(cautious)._repr_html_()
    assert html.count("Some rows of the source") == 1
    assert html.index("</details>") < html.index("Some rows of the source")


def test_what_only_says_more_about_another_finding_is_folded(toy):
    own, more = finding(), finding(question="parts", judged_by="toy/potholes/gap/all/all")
    assert Findings([own, more]).folded() == ([own], [more])


@pytest.mark.parametrize(
    ("n", "shown"), [(40, True), (2053, False), (53, True)]
)  # the sentence says 2,053 requests, of which 53 are only the end
def test_a_number_that_the_sentence_tells_is_not_repeated(toy, n, shown):
    told = finding(arguments={**finding().arguments, "group": "Black residents (2,053 requests)"}, n=n)
    told = Finding(**{**told.__dict__, "counted": "requests"})
    assert ("Rests on" in Findings([told])._repr_html_()) is shown
