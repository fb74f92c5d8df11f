"""What a run reads of sources that it shares with others: a value concerns the runs that read it, and no others."""

import shutil
from pathlib import Path

import pytest

from workbench.analyses import registered
from workbench.cubes import cube
from workbench.review import ordered, planned

WORKS, PARKS = "works/target_tracking/all", "parks/target_tracking/all"
FIGURES = """
  figures:
    title: Figures of all departments
    location: private/sources/figures.csv
    about_people: no
    columns:
      measure: {name: MEASURE, required: yes}
      month: {name: MONTH, type: date, required: yes}
      counted: {name: COUNTED, type: integer}
      remark: {name: REMARK}
"""
MEASURE = """
  {name}:
    title: {name}
    department: {department}
    source: figures
    where: [{{column: measure, equals: {name}}}]
    kind: count
    direction: increase
    columns: {{interval: month, numerator: counted}}
"""
ROWS = """MEASURE,MONTH,COUNTED,REMARK
repairs,2019-01-01,7,
repairs,2025-11-01,9,
visits,2025-11-01,10,
visits,2025-12-01,12,
"""


@pytest.fixture(scope="module")
def before(tiny_city, tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """Two departments whose measures are rows of one table, and what their runs read."""
    root = tiny_city(tmp_path_factory.mktemp("before") / "town")
    measures = "".join(
        MEASURE.format(name=name, department=department)
        for name, department in {"repairs": "works", "visits": "parks"}.items()
    )
    for name, text in {
        "sources": FIGURES,
        "measures": measures,
        "departments": "  parks: {title: Parks}\n",
    }.items():
        path = root / "parameters" / f"{name}.yml"
        path.write_text(path.read_text().rstrip() + "\n" + text.lstrip("\n"))
    (root / "private/sources/figures.csv").write_text(ROWS)
    return root, contents(root)


@pytest.fixture
def city(before, tmp_path) -> Path:
    """A copy of theirs."""
    return shutil.copytree(before[0], tmp_path / "town")


def contents(city: Path) -> dict[str, str]:
    """Content of what each run of target tracking reads."""
    order, analysis = ordered(city, "q4"), registered()["target_tracking"]
    made = {
        run.name: cube(order.catalog, analysis, run.department, run.subject, order.review.as_of)
        for run in planned(order)
        if run.analysis == analysis.handle
    }
    return {name: each.provenance.content for name, each in made.items()}


@pytest.mark.parametrize(
    ("old", "new", "concerned"),
    [
        pytest.param("visits,2025-12-01,12", "visits,2025-12-01,13", {PARKS}, id="a value"),
        pytest.param("repairs,2025-11-01,9", "repairs,2025-11-01,8", {WORKS}, id="of another department"),
        pytest.param("repairs,2019-01-01,7", "repairs,2019-01-01,6", {WORKS}, id="of an old month"),
        pytest.param("12,\n", "12,late\n", set(), id="of a column that none reads"),
        pytest.param("visits,2025-12-01", "repairs,2025-12-01", {WORKS, PARKS}, id="which measure it is of"),
        # Every page says how many rows of the table were read, and how many could not be.
        pytest.param("12,\n", "12,\nvisits,2025-10-01,1,\n", {WORKS, PARKS}, id="a row more"),
    ],
)
def test_what_changed_in_a_shared_table_concerns_who_reads_it(before, city, old, new, concerned):
    then = before[1]
    assert list(then) == [WORKS, PARKS]
    assert ROWS.count(old) == 1
    (city / "private/sources/figures.csv").write_text(ROWS.replace(old, new))
    now = contents(city)
    assert {name for name in then if then[name] != now[name]} == concerned


def test_the_same_rows_in_another_order_are_the_same_to_whoever_reads_them(before, city):
    head, *rows = ROWS.splitlines()
    (city / "private/sources/figures.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert contents(city) == before[1]
