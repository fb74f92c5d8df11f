"""A review of two departments, made by hand, with hostile names in it."""

import json
from datetime import date
from functools import cache

import altair as alt
import nbformat
import pandas as pd
import pytest
from nbformat import v4

from workbench.agenda import agenda
from workbench.catalog.model import Catalog, Review
from workbench.charts import theme
from workbench.charts.figure import Figure
from workbench.charts.table import table_html
from workbench.findings import Finding, Findings, Size, Verdict

HOSTILE = "</script><script>window.x=1</script>"
ROWS = pd.DataFrame(
    {
        "place": ["Phillips", HOSTILE, "{{7*7}}"],
        "rate": [0.2036, None, 0.0815],
        "state": ["value", "suppressed", "value"],
    }
)


@cache
def figure():
    """Bars of hostile places, drawn once."""
    chart = alt.Chart(ROWS[["place", "rate"]]).mark_bar(color=theme.ACCENT).encode(x="rate:Q", y="place:N")
    return Figure("rates", "Rates by place", "Phillips 0.2, {{7*7}} 0.08.", "See Phillips.", ROWS, chart)


def finding(department, subject, verdict, what, **changes):
    """One finding whose sentence names ``what``."""
    given = {
        "question": "gap",
        "size": Size(12.2, 8.1, 16.3, "of every 100"),
        "n": 5320,
        "counted": "requests",
        "p": 0.001,
        "ask": "why",
    }
    return Finding(
        analysis="disparity_review",
        department=department,
        subject=subject,
        verdict=verdict,
        message="cant_tell",
        arguments={"what": what},
        **(given | changes),
    )


BEFORE = [
    finding("works", "potholes", Verdict.NO_DIFFERENCE, "the south", group="black", p=0.5),
    finding("works", "potholes", Verdict.REWORK, "the south", group="gone"),
    finding("works", "potholes", Verdict.CANT_TELL, "the south", group="unclear", p=None),
]
FINDINGS = {
    ("works", "potholes"): [
        finding("works", "potholes", Verdict.WORSE_OFF, HOSTILE, group="black", affected=900),
        finding("works", "potholes", Verdict.NO_DIFFERENCE, "the north", group="white", p=0.4),
    ],
    ("parks", "trees"): [finding("parks", "trees", Verdict.CANT_TELL, "{{7*7}}", p=None)],
}


def notebook(findings):
    """What a run leaves: prose, an about line, findings, a figure, a table, and things that must not show."""
    table = table_html(ROWS, "All rows")
    shown = [
        '<p class="about">51,920 rows read.</p>',
        Findings(findings)._repr_html_(),
        figure()._repr_html_(),
        table,
    ]
    hostile = f"<div onclick='window.x=1'>{HOSTILE}<img src=x onerror='window.x=1'></div>"
    cells = [
        v4.new_markdown_cell(
            "# Are some residents served worse?\n\n<img src=x onerror=window.x=1> [go](javascript:window.x=1)"
        )
    ]
    for html in [*shown, hostile]:
        output = v4.new_output(
            "execute_result", data={"text/html": html, "text/plain": "x"}, execution_count=1
        )
        log = v4.new_output("stream", name="stderr", text="CANARY-log")
        cells.append(v4.new_code_cell("CANARY_code()", outputs=[output, log]))
    cells.append(v4.new_markdown_cell("## Method and limits\n\nShares of all requests."))
    return v4.new_notebook(cells=cells)


@pytest.fixture
def catalog(tmp_path) -> Catalog:
    """Two departments, two services, one review."""
    source = {"title": "Requests", "location": "requests.csv", "columns": {"id": {"name": "ID"}}}
    outcome = {"numerator": [], "denominator": []}
    service = {"source": "requests", "interval": "day", "outcome": outcome, "favourable": True, "groups": {}}
    return Catalog.model_validate(
        {
            "root": tmp_path,
            "city": {
                "name": "Practice City",
                "time_zone": "America/Chicago",
                "contact": "office@example.org",
            },
            "departments": {"works": {"title": "Public Works"}, "parks": {"title": "Parks & Trees"}},
            "dimensions": {},
            "sources": {"requests": source},
            "services": {
                "potholes": {**service, "title": "Pothole repair", "department": "works"},
                "trees": {**service, "title": HOSTILE, "department": "parks"},
            },
            "reviews": {"2025-Q4": {"period": "2025-Q4", "as_of": date(2026, 1, 15), "previous": "2025-Q3"}},
        }
    )


@pytest.fixture
def review(catalog) -> Review:
    """The review that was run."""
    return catalog.reviews["2025-Q4"]


@pytest.fixture
def folder(tmp_path):
    """Run folders as the batch leaves them."""
    made = tmp_path / "outputs" / "2025-Q4"
    for (department, subject), findings in FINDINGS.items():
        run = made / department / "disparity_review" / subject
        run.mkdir(parents=True)
        nbformat.write(notebook(findings), run / "notebook.ipynb")
        said = [each.to_json() for each in findings]
        (run / "findings.json").write_text(json.dumps(said), encoding="utf-8")
        record = {
            "department": department,
            "analysis": "disparity_review",
            "subject": subject,
            "taken": {"requests": "2026-01-15"},
            "rows": {"requests": 51920},
            "rejects": {"requests": 12},
            "set_aside": {"requests": {"default_coordinate": 17284}},
        }
        (run / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return made


@pytest.fixture
def ranked():
    """The agenda of these runs, after a review of the quarter before."""
    return agenda([each for findings in FINDINGS.values() for each in findings], previous=agenda(BEFORE))
