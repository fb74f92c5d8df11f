"""The page of goals: what is not covered, how goals stand, where boxes and names lead."""

import csv
import re

import pandas as pd
import pytest

from workbench.publish import publish

HOSTILE = "</script><script>window.x=1</script>"
STATUS = "worsening · cannot meet the target without change · unlikely"


def measure(title, **more):
    given = {"source": "requests", "kind": "count", "direction": "decrease", "columns": {"interval": "day"}}
    return {"title": title, "department": "works", **given, **more}


@pytest.fixture
def planned(catalog):
    """The city of two departments with a plan: two goals one of which has no measure."""
    declared = catalog.model_dump()
    declared["dimensions"] = {"race": {"title": "Race", "groups": {"black": {"title": "Black"}}}}
    declared["goals"] = {
        "safe": {"title": "Safe & sound streets", "racial_equity": True},
        "calm": {"title": HOSTILE, "parent": "safe", "resilience": True},
    }
    declared["measures"] = {
        "people_hurt": measure("People hurt", goals=["safe"], stage="outcome", owner="Vision Zero"),
        "lit": measure(
            "Lights lit", goals=["safe"], stage="output", leads_to=["people_hurt"], department="parks"
        ),
        "swept": measure("=1+1", targets=[{"value": 3}]),
    }
    return type(catalog).model_validate(declared)


@pytest.fixture
def tracked(folder):
    """What target tracking released of the public works department."""
    run = folder / "works" / "target_tracking" / "all"
    (run / "results").mkdir(parents=True)
    (run / "figures").mkdir()
    (run / "figures" / "process-people-hurt.svg").write_text("<svg/>")
    rows = [
        ("people_hurt", "worsening", "cannot meet the target without change", STATUS, "value"),
        ("swept", "common cause", "reliably meets the target", "usual ups and downs", "value"),
    ]
    columns = ["measure", "verdict", "target_verdict", "status", "state"]
    pd.DataFrame(rows, columns=columns).to_parquet(run / "results" / "verdicts.parquet")
    return folder


@pytest.fixture
def page(tracked, planned, review, ranked):
    publish(tracked, planned, review, ranked)
    return (tracked / "goals.html").read_text(encoding="utf-8")


def part(page, name):
    return page.partition(f'<h2 id="{name}">')[2].partition("<h2 ")[0]


def test_the_index_leads_to_the_page(page, tracked):
    index = (tracked / "index.html").read_text(encoding="utf-8")
    assert index.count('<a href="goals.html">') == 2
    assert '<a href="index.html">All findings of this review</a>' in page


def test_a_city_without_a_plan_has_no_page(folder, catalog, review, ranked):
    written = publish(folder, catalog, review, ranked)
    assert "goals.html" not in {path.name for path in written}
    assert "goals.html" not in (folder / "index.html").read_text(encoding="utf-8")


def test_the_lead_counts_both_ways(page):
    assert "Of 2 goals of the plan, 1 has no measure and 0 rest on a single one." in page
    assert "Of 3 measures, 1 serves no goal." in page


def test_what_is_not_covered_is_counted_and_listed(page):
    covered = part(page, "covered")
    assert "<dt>Goals with no measure: 1 of 2</dt>" in covered
    assert '<li><a href="#goal-calm">' in covered
    assert "<dt>Measures with no goal: 1 of 3</dt>" in covered
    assert "<dt>Measures with no owner: 2 of 3</dt>" in covered
    assert "<dt>Measures with no equity cut: 3 of 3</dt>" in covered


def test_a_goal_is_said_in_counts_with_its_measures_worst_first(page):
    goals = part(page, "goals")
    assert "<strong>1 worsening, 1 not in this review</strong>" in goals
    assert "racial-equity goal" in goals
    assert "serves a racial-equity goal · resilience goal" in goals
    assert goals.index("People hurt") < goals.index("Lights lit")
    assert f'<span class="quiet">Public Works: {STATUS}</span>' in goals


def test_a_measure_leads_to_its_chart_on_the_page_of_its_department(page):
    place = "works/target_tracking/all/report.html#figure-process-people-hurt"
    assert f'<a href="{place}">People hurt</a>' in part(page, "goals")
    assert re.search(rf'<svg.*<a href="{place}">', part(page, "theories"), re.DOTALL)


def test_a_gap_that_widened_while_the_average_looks_fine_is_said(tracked, planned, review, ranked):
    results = tracked / "works" / "target_tracking" / "all" / "results"
    verdicts = pd.read_parquet(results / "verdicts.parquet")
    verdicts = verdicts.assign(verdict="improving", target_verdict="reliably meets the target")
    verdicts.to_parquet(results / "verdicts.parquet")
    gap = {
        "measure": "people_hurt",
        "dimension": "race",
        "group": "black",
        "verdict": "widening",
        "behind": "yes",
    }
    pd.DataFrame([gap | {"status": "overall met, gap widened"}]).to_parquet(results / "gap_verdicts.parquet")
    publish(tracked, planned, review, ranked)
    goals = part((tracked / "goals.html").read_text(encoding="utf-8"), "goals")
    said = "while the average looks fine: People hurt: overall met, gap widened (Black)."
    assert f"Under this goal a gap between groups widened {said}" in goals
    assert "<strong>1 gap widened, 1 not in this review</strong>" in goals


def test_the_drawing_has_its_table_and_says_what_is_not_led_to(page):
    theories = part(page, "theories")
    assert "From activity to goal: Safe &amp; sound streets" in theories
    assert "No measure with a stage leads to: " in theories
    assert (
        '<th scope="row">Lights lit</th><td>Output</td><td>not in this review</td><td>People hurt</td>'
        in theories
    )


def test_the_coverage_matrix_stands_on_the_page_and_as_a_table_without_formulas(page, tracked):
    assert '<th scope="row">People hurt</th><td>Public Works</td><td>Safe &amp; sound streets</td>' in part(
        page, "matrix"
    )
    with (tracked / "goals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["goal"], row["measure"]) for row in rows] == [
        ("", "swept"),
        ("calm", ""),
        ("safe", "lit"),
        ("safe", "people_hurt"),
    ]
    assert rows[0]["measure_title"] == "'=1+1"


def test_a_measure_that_leads_to_one_that_was_left_out_names_it(tracked, planned, review, ranked):
    kept = {name: entry for name, entry in planned.measures.items() if name != "people_hurt"}
    publish(tracked, planned.model_copy(update={"measures": kept}), review, ranked)
    matrix = part((tracked / "goals.html").read_text(encoding="utf-8"), "matrix")
    assert "<td>output</td><td>people_hurt</td>" in matrix


def test_hostile_names_are_text_and_nothing_is_fetched(page):
    assert "<script" not in page
    assert "&lt;/script&gt;&lt;script&gt;" in page
    assert not re.search(r"""(src|href)=["'](https?:|//|javascript:)""", page)


def test_the_same_folder_gives_the_same_bytes(page, tracked, planned, review, ranked):
    publish(tracked, planned, review, ranked)
    assert (tracked / "goals.html").read_text(encoding="utf-8") == page


def test_every_link_within_the_page_leads_somewhere(page):
    inside = set(re.findall(r'href="#([^"]+)"', page))
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert inside - ids == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000, 1400])
def test_in_a_browser_there_are_no_barriers(page, tracked, window, barriers, scheme, width):
    window.emulate_media(color_scheme=scheme)
    window.set_viewport_size({"width": width, "height": 700})
    window.goto((tracked / "goals.html").as_uri())
    assert window.evaluate("document.documentElement.scrollWidth") == width
    assert window.asked == [(tracked / "goals.html").as_uri()]
    for folded in window.locator("summary").all():
        folded.click()
    assert barriers(window) == []


def test_a_box_of_the_drawing_is_reached_by_keyboard_and_opens_its_measure(page, tracked, window):
    (tracked / "works" / "target_tracking" / "all" / "report.html").write_text("<p>People hurt</p>")
    window.goto((tracked / "goals.html").as_uri())
    box = window.locator("figure svg a", has_text="People hurt")
    window.locator("figure .scroll").first.focus()
    while not box.evaluate("link => link === document.activeElement"):
        window.keyboard.press("Tab")
        assert window.evaluate("document.activeElement.closest('figure') !== null")
    assert box.locator("rect").evaluate("outline => getComputedStyle(outline).strokeWidth") == "3.4px"
    window.keyboard.press("Enter")
    window.wait_for_url("**/report.html#figure-process-people-hurt")
