import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from workbench import view
from workbench.about import About
from workbench.batch.manifest import read_provenance
from workbench.errors import UsageError
from workbench.view import Table, found_city


@pytest.fixture(autouse=True)
def _toy(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "toy"))
    for name in ("WORKBENCH_OUTPUT", "SERVER_SOFTWARE", "QUERY_STRING"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def page(toy_city):
    return view(
        "toy_rows", city=str(toy_city("calls", "visits")), review="q4", department="fire", subject="calls"
    )


def test_a_view_says_where_its_numbers_come_from(page):
    html = page._repr_html_()
    assert "<dt>Period</dt><dd>The fourth quarter of 2025</dd><dt>As of</dt><dd>15 January 2026</dd>" in html
    assert "3 rows read on " in html
    assert "0 could not be read" in html


def test_values_from_data_are_escaped():
    about = About(
        title="</script><script>{{7*7}}",
        period="2025-Q4",
        as_of="2026-01-15",
        rows={"<b>": 1200},
        rejects={"<b>": 3},
        set_aside={"<b>": {"no_place": 17_284, "<i>": 2}},
        titles={"<b>": "Calls </dt>"},
        notes={"Hours <i>": "9 to 5 <b>"},
        notice="<img>",
    )
    html = about._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<img>" not in html
    assert "<dt>Source: Calls &lt;/dt&gt;</dt>" in html
    assert "<dt>Hours &lt;i&gt;</dt><dd>9 to 5 &lt;b&gt;</dd>" in html
    assert (
        "1,200 rows read, 3 could not be read, 2 set aside (&lt;i&gt;), 17,284 set aside (no place)" in html
    )


def test_a_trusted_kernel_computes_and_releases(page):
    results = page.analyse(period="2025-Q4", zip_code="02116")
    assert results.released
    assert results.rows["rows"].tolist() == [2]
    assert page.findings(results)[0].arguments == {"source": "calls", "rows": 2, "zip_code": "02116"}
    assert page.findings(results)[0].provenance == {"content": page.cube.provenance.content}
    assert "02116" in page.table(results.rows)._repr_html_()


def test_saving_writes_only_where_the_batch_asks(page, tmp_path, monkeypatch):
    from toy_rows import figure

    results = page.analyse(period="2025-Q4", zip_code="02116")
    findings = page.findings(results)
    before = sorted(tmp_path.rglob("*"))
    page.save(results, findings, [figure(results)])
    assert sorted(tmp_path.rglob("*")) == before
    monkeypatch.setenv("WORKBENCH_OUTPUT", str(tmp_path / "run"))
    page.save(results, findings, [figure(results)])
    written = sorted(str(path.relative_to(tmp_path / "run")) for path in (tmp_path / "run").rglob("*.*"))
    assert written == [
        "figures/rows.svg",
        "figures/rows.txt",
        "findings.json",
        "results/counts.parquet",
        "results/facts.json",
        "results/rows.parquet",
    ]
    assert (
        json.loads((tmp_path / "run" / "findings.json").read_text())[0]["id"] == "toy_rows/calls/rows/all/all"
    )
    assert "2 rows." in (tmp_path / "run" / "figures" / "rows.txt").read_text()


def test_a_figure_needs_a_plain_name_used_once(page, tmp_path, monkeypatch):
    from dataclasses import replace

    from toy_rows import figure

    monkeypatch.setenv("WORKBENCH_OUTPUT", str(tmp_path / "run"))
    results = page.analyse(period="2025-Q4")
    drawn = figure(results)
    for figures in ([replace(drawn, name="../x")], [drawn, drawn]):
        with pytest.raises(UsageError, match="letters, digits and hyphens, each name once"):
            page.save(results, [], figures)
    assert not (tmp_path / "run" / "findings.json").exists()


@pytest.mark.parametrize("zip_code", ["02116", "06037", "no", "1.0", "a&b=c", "</script>", "é 🙂"])
def test_text_survives_the_link_exactly(page, zip_code):
    chosen = page.choose(zip_code=zip_code)
    assert chosen.parameters == {"zip_code": zip_code}
    assert page.from_query(chosen.query()) == chosen


def test_a_link_chooses_department_subject_and_parameters(page):
    chosen = page.from_query("subject=visits&zip_code=06037&show-group=race%2Fblack&voila-theme=dark")
    assert (chosen.department, chosen.subject, chosen.parameters) == ("fire", "visits", {"zip_code": "06037"})
    assert chosen.query() == "review=q4&department=fire&subject=visits&zip_code=06037"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("subject=vists", "there is no subject of fire 'vists'. Did you mean 'visits'?"),
        ("department=../../x", "there is no department '../../x'."),
        ("department=parks", "department 'parks' has nothing to show here."),
        ("review=q9", "there is no review 'q9'."),
        ("print=1", "'print' cannot be the name of a parameter."),
        ("x%3D1%3Bimport%20os=1", "cannot be the name of a parameter."),
    ],
)
def test_a_link_that_cannot_be_followed_says_so_and_shows_the_first_view(page, query, said):
    shown = page.from_query(query)
    assert said in shown.notice
    assert (shown.department, shown.subject, shown.parameters) == ("fire", "calls", {})
    assert 'role="status"' in shown._repr_html_()


def test_an_app_of_another_city_than_its_notebook_names_opens_on_the_latest_review(page, monkeypatch):
    (Path(page.city) / "outputs" / "q4").mkdir(parents=True)
    (Path(page.city) / "outputs" / "q4" / "manifest.json").write_text("{}")
    results = page.analyse(period="2025-Q4")
    for subject in ("calls", "visits"):
        monkeypatch.setenv("WORKBENCH_OUTPUT", str(page.choose(subject=subject).folder))
        page.save(results, page.findings(results), [])
    monkeypatch.delenv("WORKBENCH_OUTPUT")
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    names = {"city": page.city, "review": "practice", "department": "works", "subject": "potholes"}
    monkeypatch.setenv("QUERY_STRING", "subject=../../x")
    shown = view("toy_rows", **names)
    assert (shown.review, shown.department, shown.subject) == ("q4", "fire", "calls")
    assert "there is no subject of fire '../../x'" in shown.notice
    monkeypatch.setenv("QUERY_STRING", "subject=visits")
    assert (view("toy_rows", **names).subject, view("toy_rows", **names).notice) == ("visits", "")


def test_an_app_reads_what_the_review_released_and_nothing_else(page, tmp_path, monkeypatch):
    results = page.analyse(period="2025-Q4", zip_code="02116")
    monkeypatch.setenv("WORKBENCH_OUTPUT", str(page.folder))
    page.save(results, page.findings(results), [])
    monkeypatch.delenv("WORKBENCH_OUTPUT")
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    monkeypatch.setenv("QUERY_STRING", "department=fire&subject=calls")
    shown = view("toy_rows", city=page.city, review="q4", department="fire", subject="visits")
    assert shown.subject == "calls"
    read = shown.analyse(period="2025-Q4", zip_code="06037")
    assert read.released
    assert read.rows["zip_code"].tolist() == ["02116"]
    with pytest.raises(AssertionError):
        _ = shown.cube
    unmet = shown.choose(zip_code="06037").shown_by(read)
    assert (
        unmet.notice == "The review was not computed with zip_code '06037'. Shown instead: zip_code '02116'."
    )
    assert "06037" not in unmet.query()
    undeclared = read.with_frames(facts={**read.facts, "parameters": {"zip_code": ""}})
    notice = shown.choose(zip_code="06037").shown_by(undeclared).notice
    assert notice.endswith("Shown instead: zip_code as the city declares it.")
    met = shown.choose(zip_code="02116").shown_by(read)
    assert (met.notice, met.parameters) == ("", {"zip_code": "02116"})
    absent = shown.from_query("subject=visits")
    assert absent.subject == "calls"
    assert absent.notice.endswith("has no results of 'visits' yet. Shown instead: Fire, calls.")
    assert "notice" not in absent.about_html()
    with pytest.raises(UsageError, match="review 'q4' has no results of 'visits' yet"):
        shown.choose(subject="visits").analyse()


def test_the_record_of_a_run_gives_back_its_provenance(tmp_path):
    record = {
        "cube": "k",
        "snapshots": {"calls": "h"},
        "taken": {"calls": "2026-01-16"},
        "rows": {"calls": 3},
        "rejects": {"calls": 1},
        "set_aside": {},
        "name": "fire/toy_rows/calls",
    }
    (tmp_path / "run.json").write_text(json.dumps(record))
    found = read_provenance(tmp_path)
    assert (found.key, found.rows, found.rejects) == ("k", {"calls": 3}, {"calls": 1})
    assert read_provenance(tmp_path / "nowhere").rows == {}


def test_a_folder_inside_the_city_finds_the_city(toy_city, tmp_path):
    root = toy_city("calls")
    (root / "notebooks").mkdir()
    assert found_city(root / "notebooks") == root.resolve()
    with pytest.raises(UsageError, match="is not a city's folder"):
        found_city("/")


def test_an_unknown_name_says_what_is_near(toy_city):
    city = str(toy_city("calls"))
    with pytest.raises(UsageError, match="no subject of fire 'cals'. Did you mean 'calls'"):
        view("toy_rows", city=city, review="q4", department="fire", subject="cals")


def test_importing_the_view_imports_nothing_slow(toy_environment):
    slow = ("pandas", "altair", "ibis", "duckdb", "papermill", "pydantic", "yaml", "ipywidgets", "jsonschema")
    code = (
        f"import sys; from workbench import view; print([name for name in {slow!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], env=toy_environment, capture_output=True, text=True)
    assert shown.stdout == "[]\n"


def test_a_stored_cube_is_shown_without_an_engine(page, toy_environment, tmp_path):
    assert page.cube.frames["counts"]["rows"].tolist() == [2, 1]
    code = (
        "import sys\nfrom workbench import view\n"
        f"page = view('toy_rows', city={page.city!r}, review='q4', department='fire', subject='calls')\n"
        "page.about, page.analyse(period='2025-Q4')\n"
        "print([name for name in ('ibis', 'duckdb', 'papermill', 'ipywidgets') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], env=toy_environment, capture_output=True, text=True)
    assert shown.stdout == "[]\n", shown.stderr


def test_no_analysis_makes_its_kernel_import_what_it_does_not_need(toy_environment):
    code = (
        "import sys\nfrom workbench.analyses import registered\nfrom workbench import charts\n"
        "[getattr(charts, name) for name in registered() if not name.startswith('toy')]\n"
        "slow = ('scipy.stats', 'ibis', 'duckdb', 'papermill', 'rfc3987_syntax', 'shapely')\n"
        "print([name for name in slow if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], env=toy_environment, capture_output=True, text=True)
    assert shown.stdout == "[]\n", shown.stderr


@pytest.mark.parametrize(("rows", "folded"), [(0, False), (12, False), (13, True)])
def test_a_long_table_is_opened_on_demand(rows, folded):
    html = Table(pd.DataFrame({"name": ["Elm"] * rows}), "Rates of <all>")._repr_html_()
    assert html.startswith("<details><summary>Table: Rates of &lt;all&gt;</summary>") is folded
    assert html.count("<table>") == 1
