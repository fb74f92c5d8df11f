"""A run's report: what is in it, what is not, and that nothing in it acts or fetches."""

import pytest

from workbench.agenda import agenda
from workbench.errors import PublishError
from workbench.publish.site import site

REPORT = "works/disparity_review/potholes/report.html"
AGENDA = agenda([])


@pytest.fixture
def report(folder, catalog, review):
    site(folder, catalog, review, AGENDA)
    return (folder / REPORT).read_text(encoding="utf-8")


def test_it_has_one_h1_a_language_a_title_and_landmarks(report):
    assert report.count("<h1>") == 1
    assert "<h1>Pothole repair</h1>" in report
    assert '<html lang="en">' in report
    assert "<title>Pothole repair, the fourth quarter of 2025: Practice City</title>" in report
    for part in (
        "<header",
        '<nav aria-label="Review">',
        '<main id="main"',
        "<footer>",
        'class="skip" href="#main"',
    ):
        assert report.count(part) == 1


def test_it_holds_the_policy_and_no_script_or_address(report):
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in report
    for trace in (
        "<script",
        "http://",
        "https://",
        "javascript:",
        "onclick=",
        "onerror=x",
        "<iframe",
        "@import",
    ):
        assert trace not in report


def test_code_logs_and_plain_text_twins_are_not_in_it(report):
    assert "CANARY" not in report


def test_figure_text_and_table_are_as_they_were_made(report):
    assert '<desc id="rates-desc">Phillips 0.2, {{7*7}} 0.08.</desc>' in report
    assert '<td colspan="1" class="blank">suppressed to protect privacy</td>' in report
    assert '<p class="about">51,920 rows read.</p>' in report


def test_hostile_values_are_text(report):
    assert "&lt;/script&gt;&lt;script&gt;window.x=1&lt;/script&gt;" in report
    assert "{{7*7}}" in report
    assert ">49<" not in report


def test_it_says_where_the_numbers_come_from(report):
    assert "<li>Requests, taken on 15 January 2026: 51,920 rows read, 12 could not be read</li>" in report


def test_its_links_stay_inside_the_review(report, folder):
    assert (folder / REPORT).parent.joinpath("../../../index.html").resolve() == (
        folder / "index.html"
    ).resolve()
    assert 'href="../../../index.html#works"' in report


@pytest.mark.parametrize(("audience", "stamped"), [("public", False), ("internal", True)])
def test_internal_pages_are_stamped(folder, catalog, review, audience, stamped):
    site(folder, catalog, review.model_copy(update={"audience": audience}), AGENDA)
    for page in (REPORT, "index.html"):
        text = (folder / page).read_text(encoding="utf-8")
        assert ("Internal: small counts are shown on this page." in text) is stamped


def test_in_a_browser_nothing_runs_and_nothing_is_fetched(folder, report, window, barriers):
    window.goto((folder / REPORT).as_uri())
    assert window.evaluate("window.x") is None
    assert window.asked == [(folder / REPORT).as_uri()]
    assert barriers(window) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(folder, report, window, barriers, scheme):
    window.emulate_media(color_scheme=scheme)
    window.set_viewport_size({"width": 320, "height": 700})
    window.goto((folder / REPORT).as_uri())
    assert window.evaluate("document.documentElement.scrollWidth") == 320
    assert barriers(window) == []


def test_what_is_folded_on_the_screen_stays_folded_on_paper(window, folder, report):
    window.goto((folder / REPORT).as_uri())
    window.emulate_media(media="print")
    folded = window.locator("details:not([open]) > :not(summary)").first
    assert not folded.is_visible()
    assert window.locator("figure svg").first.is_visible()


def test_a_tall_figure_stays_on_one_printed_page(window, folder, catalog, review):
    site(folder, catalog, review, AGENDA)
    window.goto((folder / REPORT).as_uri())
    tall = "svg => { svg.setAttribute('viewBox', '0 0 400 4000'); svg.setAttribute('width', '100%'); }"
    window.locator("figure svg").first.evaluate(tall)
    window.emulate_media(media="print")
    assert window.locator("figure svg").first.bounding_box()["height"] <= 19 / 2.54 * 96 + 1


def test_reports_are_written_in_any_order_and_one_that_was_not_is_named(folder, catalog, review):
    def backwards(write, reports):
        return [write(each) for each in reversed(reports)]

    pages = site(folder, catalog, review, AGENDA)
    written = [page.read_bytes() for page in pages]
    assert site(folder, catalog, review, AGENDA, spread=backwards) == pages
    assert [page.read_bytes() for page in pages] == written
    with pytest.raises(PublishError, match="report.html could not be written: .* was killed"):
        site(folder, catalog, review, AGENDA, spread=lambda write, reports: [None for _ in reports])


def test_a_report_that_stands_is_not_written(folder, catalog, review):
    (folder / REPORT).write_text("taken over", encoding="utf-8")
    written = site(folder, catalog, review, AGENDA, standing={"works/disparity_review/potholes"})
    assert (folder / REPORT).read_text(encoding="utf-8") == "taken over"
    assert folder / REPORT not in written
    assert folder / "index.html" in written
