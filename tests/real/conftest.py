"""The test city: its reviews of real public data, each made once for all tests."""

import csv
import html
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from workbench.analyses import Cube, Results, named
from workbench.catalog import load
from workbench.cubes import cube
from workbench.disclosure import read
from workbench.review import review

CITY = Path(__file__).parent / "city"


@pytest.fixture(scope="session")
def real_city(shared, tmp_path_factory) -> Path:
    """A copy of the test city whose sources are found, and whose first 40 indicators with a target are declared."""
    city = tmp_path_factory.mktemp("city")
    shutil.copytree(CITY / "parameters", city / "parameters")
    for path in (city / "parameters").glob("*.yml"):
        path.write_text(path.read_text().replace("../../../../shared", shared.resolve().as_posix()))
    (city / "parameters" / "measures").mkdir()
    (city / "parameters" / "measures" / "indicators.yml").write_text(_indicators(shared))
    return city


@pytest.fixture(scope="session")
def folder_of(real_city, in_process):
    """``folder_of(review, run)`` is where a run's report and results are; the review is made at need."""
    made = {}

    def folder(name: str, run: str) -> Path:
        if name not in made:
            with in_process.warm():
                made[name] = review(real_city, name)
        assert not made[name].failed
        return made[name].folder / run

    return folder


@pytest.fixture(scope="session")
def page(folder_of):
    """``page(review, run)`` is the text that a reader of a run's report sees."""
    return lambda name, run: text_of(folder_of(name, run) / "report.html")


@pytest.fixture(scope="session")
def released(folder_of):
    """``released(review, run)``: the results as they were published."""

    def results(name: str, run: str) -> Results:
        kind = named(run.split("/")[1]).results
        return read(kind, folder_of(name, run) / "results")

    return results


@pytest.fixture(scope="session")
def counted(real_city):
    """``counted(department, subject, day)``: the cube of a subject, which a review of the same day has made."""

    def made(department: str, subject: str, day: str, analysis: str = "process_timing") -> Cube:
        return cube(load(real_city), named(analysis), department, subject, date.fromisoformat(day))

    return made


def text_of(path: Path) -> str:
    """Text of a page without its pictures and styles."""
    markup = re.sub(r"<(style|svg)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def _indicators(shared: Path) -> str:
    """YAML of a measure for each of the first indicators of the Mayor's Management Report that have a target."""
    path = shared / "data" / "nyc-mmr-fy23" / "Tidy_Indicator_Level_Data.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Target.MMR"] not in ("", "NA")][:40]
    directions = {"Up": "increase", "Down": "decrease"}
    return "format: 1\nmeasures:\n" + "".join(
        f"  mmr-{row['ID']}:\n"
        f"    title: Indicator {row['ID']}\n"
        "    department: indicators\n"
        "    source: mmr\n"
        f"    where: [{{column: id, equals: '{row['ID']}'}}]\n"
        "    kind: value\n"
        "    frequency: year\n"
        f"    direction: {directions[row['Desired.Direction']]}\n"
        "    columns: {interval: year, value: value, target: target}\n"
        for row in rows
    )
