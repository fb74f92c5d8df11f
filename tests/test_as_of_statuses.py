"""A review as of an earlier day, against the review that was made on that day: the same files, byte for byte.

The rows are restated and added to between the two, each with the day on which it was recorded.
"""

from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.xdist_group("tiny")

SOURCE = """
  returns:
    location: private/sources/returns.csv
    about_people: no
    columns:
      month: {name: MONTH, type: date, required: yes}
      value: {name: VALUE, type: number}
      recorded: {name: RECORDED, type: date}
"""
MEASURE = """
  wait:
    title: Days to an answer
    department: works
    owner: A. Okafor
    source: returns
    kind: value
    unit: days
    direction: decrease
    columns: {interval: month, value: value, recorded_at: recorded}
    targets: [{value: 10}]
"""
REVIEWS = {
    "q3": "format: 1\nperiod: 2025-Q3\nas_of: 2025-10-15\n",
    "q4": "format: 1\nperiod: 2025-Q4\nas_of: 2026-01-15\nprevious: q3\n",
}
ONLY = ("--only", "works/target_tracking")
FRAMES = ("verdicts", "measures", "points", "limits", "outlook", "revisions")


def rows(first: str, last: str) -> pd.DataFrame:
    """One value a month, recorded on the fifth day after it."""
    months = pd.period_range(first, last, freq="M")
    vary = [20 + (month.ordinal * 7 % 10) / 5 for month in months]
    recorded = [str((month + 1).start_time.date() + pd.Timedelta(days=4)) for month in months]
    return pd.DataFrame({"MONTH": [f"{m}-01" for m in months], "VALUE": vary, "RECORDED": recorded})


@pytest.fixture(scope="module")
def town(tiny_city, tmp_path_factory, in_process):
    """A town reviewed on 15 October, and again, as of that day and as of its own, when figures had moved and come."""
    city = tiny_city(tmp_path_factory.mktemp("statuses") / "town")

    def reviewed(*words: str) -> None:
        code, _, said = in_process("review", *words, *ONLY, "--city", city)
        assert code == 0, said

    for file, text in (("sources", SOURCE), ("measures", MEASURE)):
        path = city / "parameters" / f"{file}.yml"
        path.write_text(path.read_text() + text)
    for name, text in REVIEWS.items():
        (city / "parameters" / "reviews" / f"{name}.yml").write_text(text)
    (city / "parameters" / "reviews" / "later.yml").unlink()
    source = city / "private" / "sources" / "returns.csv"
    then = rows("2023-01", "2025-09")
    then.to_csv(source, index=False)
    reviewed("q3")
    restated = then.tail(9).assign(VALUE=lambda frame: frame["VALUE"] + 30, RECORDED="2025-12-01")
    pd.concat([then, restated, rows("2025-10", "2025-12")]).to_csv(source, index=False)
    reviewed("q3", "--as-of", "2025-10-15")
    reviewed("q4", "--as-of", "2025-10-15")
    reviewed("q4")
    return city / "outputs"


def results(outputs: Path, review: str) -> Path:
    return outputs / review / "works" / "target_tracking" / "all" / "results"


def status(outputs: Path, review: str) -> str:
    verdicts = pd.read_parquet(results(outputs, review) / "verdicts.parquet").set_index("measure")
    return verdicts.loc["wait", "status"]


@pytest.mark.parametrize("frame", FRAMES)
def test_as_of_its_own_day_a_review_has_the_files_that_it_had_on_that_day(town, frame):
    then, again = (results(town, name) / f"{frame}.parquet" for name in ("q3", "q3-as-of-2025-10-15"))
    assert again.read_bytes() == then.read_bytes()


def test_the_next_review_as_of_that_day_has_the_statuses_of_that_day(town):
    def said(review: str) -> bytes:
        verdicts = pd.read_parquet(results(town, review) / "verdicts.parquet")
        return verdicts[["measure", "verdict", "status"]].to_csv(index=False).encode()

    assert said("q4-as-of-2025-10-15") == said("q3")


def test_what_came_later_would_have_changed_it(town):
    assert status(town, "q3") == "usual ups and downs · cannot meet the target without change · unlikely"
    assert status(town, "q4") == "check data"  # the values of nine months stand apart from all others
