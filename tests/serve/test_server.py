"""The apps as a visitor meets them: what is shown, what is hidden, what cannot be reached."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

VIEW = "?review=2025-Q4&department=works&subject=potholes"
CHART = ".vega-embed svg"


def status(address):
    try:
        return urlopen(address, timeout=20).status
    except HTTPError as error:
        return error.code


def shown(address):
    """What a visitor without a browser is given: the login page, or a refusal."""
    try:
        answer = urlopen(address, timeout=20)
    except HTTPError as error:
        return str(error.code)
    assert "/login" in answer.url
    return answer.read().decode()


@pytest.fixture(scope="module")
def opened(browser, apps):
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.asked, page.faults = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{apps}/app/toy", timeout=90_000)  # the first kernel waits until all is imported
    page.wait_for_selector(CHART, timeout=60_000)
    yield page
    page.close()


def test_the_home_page_lists_apps_and_departments_without_scripts(window, apps):
    window.goto(apps)
    assert window.get_by_role("heading", level=2).all_inner_texts() == [
        "The toy app",
        "The sliding app",
        "The failing app",
        "The looking app",
    ]
    assert window.get_by_role("link", name="<script>").count() == 4
    assert window.locator("script").count() == 0
    assert window.evaluate("window.x") is None
    assert [url for url in window.asked if not url.startswith(apps)] == []


def test_the_home_page_leads_to_the_goals_and_no_script_runs_there(window, apps):
    window.goto(apps)
    window.get_by_role("link", name="Goals and their measures").click()
    assert window.get_by_role("heading", level=1).inner_text() == "Goals of the plan"
    assert window.evaluate("window.x") is None


def test_the_home_page_has_no_barriers(window, apps, barriers):
    window.goto(apps)
    assert barriers(window) == []


def test_the_chart_is_shown_and_nothing_is_asked_of_another_host(opened, apps):
    assert opened.locator(CHART).count() == 1
    assert [url for url in opened.asked if not url.startswith((apps, f"blob:{apps}", "data:"))] == []
    assert opened.faults == []


def test_an_app_without_a_link_opens_on_the_first_view(opened):
    assert opened.url.endswith(VIEW)


def test_hostile_names_are_text(opened):
    assert opened.evaluate("window.x") is None
    assert "</script><script>" in opened.get_by_label("Place", exact=True).inner_text()


def test_the_app_has_no_barriers(opened, barriers):
    assert barriers(opened) == []


def test_a_slider_is_moved_by_keyboard_and_says_its_value(browser, apps, barriers):
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(f"{apps}/app/sliding")
    page.wait_for_selector(CHART, timeout=60_000)
    slider = page.get_by_role("slider", name="Share")
    assert slider.get_attribute("aria-valuetext") == "20%"
    assert barriers(page) == []
    slider.press("ArrowRight")
    page.get_by_text("2 rows of 0.25 in percent.").first.wait_for(timeout=20_000)
    assert slider.get_attribute("aria-valuetext") == "25%"
    assert "show-rate=0.25" in page.get_by_role("link", name="Link to this view").get_attribute("href")
    page.close()


def test_columns_that_are_not_drawn_do_not_reach_the_page(opened):
    assert "987654321" not in opened.content()


def test_neither_code_nor_report_cells_are_shown(opened):
    assert "import toy_app" not in opened.content()
    assert "ZeroDivisionError" not in opened.content()


def test_the_panel_comes_before_the_prose(opened):
    text = opened.locator("main").inner_text()
    assert text.index("Department") < text.index("Method and limits")


def test_a_control_redraws_the_chart(opened):
    opened.get_by_label("Group", exact=True).select_option("Black (race)")
    opened.locator('[aria-label^="6 bars"]').wait_for(timeout=20_000)
    opened.get_by_text("This chart in words").click()
    opened.get_by_text("6 bars, one for each group, place and quarter.").wait_for(timeout=20_000)
    assert opened.locator(CHART).count() == 1
    link = opened.get_by_role("link", name="Link to this view").get_attribute("href")
    assert link == VIEW + "&show-group=race%2Fblack&show-chart=Bars"


def test_the_sentence_follows_the_chosen_subject(opened):
    opened.get_by_text("about potholes, black, all.").first.wait_for(timeout=20_000)
    opened.get_by_label("Department", exact=True).select_option("Parks")
    opened.get_by_text("12 rows of trees read.").wait_for(timeout=20_000)
    assert opened.get_by_text("potholes").count() == 0
    opened.get_by_label("Department", exact=True).select_option("Public Works")
    opened.get_by_text("12 rows of potholes read.").wait_for(timeout=20_000)


def test_a_phone_needs_no_sideways_scrolling(opened, barriers):
    opened.set_viewport_size({"width": 320, "height": 700})
    assert opened.evaluate("document.documentElement.scrollWidth") == 320
    assert barriers(opened) == []


def test_a_failing_app_shows_a_sentence_and_no_traceback(window, apps):
    window.goto(f"{apps}/app/failing")
    window.get_by_role("alert").wait_for(timeout=60_000)
    assert "could not be made" in window.get_by_role("alert").inner_text()
    assert "s3cret" not in window.content()
    assert "ValueError" not in window.content()


def test_an_app_runs_in_a_warm_kernel_which_sees_the_link_and_no_password(apps):
    page = urlopen(f"{apps}/app/looking?subject=potholes", timeout=60).read().decode()
    assert "warm subject=potholes" in page
    assert "CANARY-31415" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/voila/tree",
        "/voila/render/toy.ipynb",
        "/voila/files/picture.png",
        "/voila/api/contents",
        "/app/toy/x",
        "/../x",
    ],
)
def test_there_is_nothing_else_to_reach(apps, path):
    assert status(apps + path) == 404


def test_a_template_cannot_be_chosen_by_the_visitor(apps):
    assert (
        b"The figures are on their way"
        in urlopen(f"{apps}/app/failing?template=reveal&theme=dark", timeout=60).read()
    )


def test_pages_carry_a_content_security_policy(apps):
    assert (
        urlopen(f"{apps}/goals", timeout=20)
        .headers["Content-Security-Policy"]
        .startswith("default-src 'none'")
    )
    assert urlopen(apps, timeout=20).headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "path", ["/", "/goals", "/app/toy" + VIEW, "/voila/files/picture.png", "/voila/api/contents"]
)
def test_without_the_token_only_the_login_page_is_shown(guarded, path):
    page = shown(guarded + path)
    assert page in ("403", "404") or "password" in page.lower()
    assert "Public Works" not in page
    assert "Goals of the plan" not in page


def test_with_the_token_the_home_page_is_shown(window, guarded):
    window.goto(f"{guarded}/?token=open-sesame")
    assert window.get_by_role("heading", level=1).inner_text() == "the last quarter of 2025"
