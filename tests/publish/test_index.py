"""The first page of a review."""

import re

import pytest

from workbench.agenda import agenda
from workbench.errors import PublishError
from workbench.findings import Finding, Verdict
from workbench.publish import publish
from workbench.publish.tested import csv_of_tests

REPORT = "works/disparity_review/potholes/report.html"


@pytest.fixture
def index(folder, catalog, review, ranked):
    publish(folder, catalog, review, ranked, [("parks/process_timing/permits", "timed out")])
    return (folder / "index.html").read_text(encoding="utf-8")


def compared(**more) -> Finding:
    told = {"message": "cant_tell", "arguments": {"what": "x"}, "p": 0.001, "group": "black"}
    return Finding("disparity_review", "works", "potholes", "gap", Verdict.WORSE_OFF, **told, **more)


def part(index, name):
    return index.partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


def test_the_agenda_names_verdict_interval_q_and_report(index):
    first = part(index, "agenda").partition("<details>")[0]
    assert first.count("<li id=") == 1
    assert f'<a href="{REPORT}">Pothole repair</a>' in first
    assert (
        '<span class="verdict concern"><span class="sign" aria-hidden="true">▼</span> worse off</span>'
        in first
    )
    for words in (
        "12.2 of every 100 (8.1 to 16.3)",
        "rests on 5,320 requests",
        "q = 0.002",
        "stands after all comparisons",
    ):
        assert f"<li>{words}</li>" in first


def test_what_does_not_stand_says_so(index):
    others = part(index, "agenda").partition("<details>")[2]
    assert "does not stand after all comparisons" in others
    assert "a description, not a test" in others
    assert "2 other findings" in others


def test_the_number_of_comparisons_is_said(index):
    assert "Of 2 comparisons tested, 1 stands after all of them are taken into account." in index


def test_what_changed_is_told_from_what_is_new_and_gone(index):
    changed = part(index, "changed")
    assert "1 verdict changed, 2 findings are new, 2 are no longer found, 0 stayed the same." in changed
    assert "worse off, was no difference found." in changed
    assert "Pothole repair, gone: was rework." in changed
    assert "unclear" not in changed  # it had told nothing that could be gone


def test_without_a_previous_review_there_is_nothing_to_compare(folder, catalog, review):
    publish(folder, catalog, review, agenda([]))
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "There is no previous review to compare with (2025-Q3 has not been run)." in part(index, "changed")


def test_departments_stand_in_the_order_of_the_city_with_their_reports(index):
    rows = part(index, "departments")
    assert rows.index('<tr id="works">') < rows.index('<tr id="parks">')
    assert f'<a href="{REPORT}">Pothole repair</a>' in rows
    assert '<span class="more">and 1 more</span>' in rows
    assert "can&#39;t tell yet" in rows


def test_failed_runs_are_named_with_their_kind(index):
    assert re.search(r"<li>Parks &amp; Trees, [^<]+, permits: timed out</li>", index)


def test_rows_dates_and_protection_are_said(index):
    origin = part(index, "origin")
    assert "<td>15 January 2026</td>" in origin
    assert (
        '<td class="number">51,920</td><td class="number">12</td><td>17,284 default coordinate</td>' in origin
    )
    assert "counts under 11 and what could give them away are not shown" in origin


def test_hostile_names_are_text_and_nothing_acts_or_fetches(index):
    for trace in ("<script", "http://", "https://", "javascript:"):
        assert trace not in index
    assert "&lt;/script&gt;&lt;script&gt;" in index
    assert "{{7*7}}" in index


def test_the_same_review_gives_the_same_bytes(folder, catalog, review, ranked):
    pages = publish(folder, catalog, review, ranked)
    first = [page.read_bytes() for page in pages]
    assert [page.read_bytes() for page in publish(folder, catalog, review, ranked)] == first


def test_an_output_that_does_not_exist_is_named(folder, catalog, review, ranked):
    with pytest.raises(PublishError, match=r"no output 'htm'.*html"):
        publish(folder, catalog, review.model_copy(update={"outputs": ["htm"]}), ranked)


def test_a_run_whose_record_is_broken_is_named(folder, catalog, review, ranked):
    (folder / "works/disparity_review/potholes/findings.json").write_text("{")
    with pytest.raises(PublishError, match="potholes/findings.json cannot be read"):
        publish(folder, catalog, review, ranked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_in_a_browser_there_are_no_barriers(folder, index, window, barriers, scheme, width):
    window.emulate_media(color_scheme=scheme)
    window.set_viewport_size({"width": width, "height": 700})
    window.goto((folder / "index.html").as_uri())
    assert window.evaluate("document.documentElement.scrollWidth") == width
    assert window.evaluate("window.x") is None
    assert window.asked == [(folder / "index.html").as_uri()]
    window.get_by_text("2 other findings").click()
    assert barriers(window) == []


def test_what_was_tested_is_a_list_beside_the_page_and_linked(folder, index):
    """One of the three is not a test: it has no row."""
    assert '<a href="tested.csv">Everything that was tested (2 comparisons)</a>' in part(index, "agenda")
    assert (folder / "tested.csv").read_text(encoding="utf-8") == (
        "id,department,question,group,place,p,q,family,stands,n\n"
        "disparity_review/potholes/gap/black/all,works,gap,black,all,0.001,0.002,review,yes,5320\n"
        "disparity_review/potholes/gap/white/all,works,gap,white,all,0.4,0.4,review,no,5320\n"
    )


def test_a_name_that_a_spreadsheet_would_run_is_kept_as_text():
    assert ",'=1+1," in csv_of_tests(agenda([compared(place="=1+1")]))


def test_what_the_plan_names_is_counted_apart(folder, catalog, review):
    publish(folder, catalog, review, agenda([compared(family="plan")]))
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "1 of 1 comparison that the strategic plan or an action names beforehand stands;" in part(
        index, "agenda"
    )


def test_every_link_leads_to_a_file(folder, index, window):
    window.goto((folder / "index.html").as_uri())
    links = window.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    assert [link for link in links if not link.startswith("#") and not (folder / link).is_file()] == []
    ids = window.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert [link for link in links if link.startswith("#") and link[1:] not in ids] == []
    assert len(ids) == len(set(ids))
