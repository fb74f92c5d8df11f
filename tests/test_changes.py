"""What changed since the last review, told by two reviews of a small town with two quarters."""

import re

import pytest

from workbench.review import review

MEASURE = """  {name}:
    title: {title}
    department: works
    source: months
    kind: proportion
    scale: percent
    direction: increase
    columns: {{interval: month, numerator: {column}, denominator: calls}}
    targets: [{{value: {target}}}]
    formerly: [{formerly}]
"""
REVIEW = "format: 1\nperiod: {period}\nas_of: {as_of}\nanalyses: [target_tracking]\nprevious: {previous}\n"
TOWN = {
    "city.yml": "format: 1\nname: Small Town\ntime_zone: America/Chicago\n",
    "departments.yml": "format: 1\ndepartments:\n  works: {title: Public Works}\n",
    "dimensions.yml": "format: 1\ndimensions: {}\n",
    "sources.yml": """format: 1
sources:
  months:
    location: months.csv
    about_people: no
    columns:
      month: {name: MONTH, type: date, required: yes}
      calls_met: {name: CALLS_MET, type: integer}
      letters_met: {name: LETTERS_MET, type: integer}
      visits_met: {name: VISITS_MET, type: integer}
      calls: {name: ALL, type: integer}
""",
    "reviews/q3.yml": REVIEW.format(period="2025-Q3", as_of="2025-10-15", previous=""),
    "reviews/q4.yml": REVIEW.format(period="2025-Q4", as_of="2026-01-15", previous="q3"),
}


def declare(root, calls_target: int, visitors: str, formerly: str = "") -> None:
    """Write the three measures of the town."""
    declared = [
        MEASURE.format(name="calls", title="Calls", column="calls_met", target=calls_target, formerly=""),
        MEASURE.format(name="letters", title="Letters", column="letters_met", target=80, formerly=""),
        MEASURE.format(name=visitors, title="Visitors", column="visits_met", target=80, formerly=formerly),
    ]
    (root / "parameters" / "measures.yml").write_text(f"format: 1\nmeasures:\n{''.join(declared)}")


def months() -> str:
    """Two years of months alike, except that the letters of the last one are answered late."""
    rows = ["MONTH,CALLS_MET,LETTERS_MET,VISITS_MET,ALL"]
    for number in range(24):
        met = 700 + 7 * (number % 4)
        letters = met - 300 if number == 23 else met
        rows.append(f"{2024 + number // 12}-{number % 12 + 1:02}-01,{met},{letters},{met},1000")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def second(tmp_path_factory, in_process):
    """The second of two reviews: between them a target is lowered and a measure gets another name."""
    root = tmp_path_factory.mktemp("town")
    (root / "parameters" / "reviews").mkdir(parents=True)
    for name, text in TOWN.items():
        (root / "parameters" / name).write_text(text)
    (root / "months.csv").write_text(months())
    with in_process.warm():
        declare(root, calls_target=80, visitors="visits")
        assert not review(root, "q3", jobs=1).failed
        declare(root, calls_target=60, visitors="walk_ins", formerly="visits")
        made = review(root, "q4", jobs=1)
    assert not made.failed
    return made


def changes(made) -> dict[str, tuple]:
    """Of each subject and question: the change, the verdict then and now, and by what it changed."""
    return {
        "/".join(item["id"].split("/")[1:3]): (
            item["change"],
            item["before"],
            item["finding"]["verdict"],
            item["changed_by"],
        )
        for item in made.agenda["items"]
    }


def test_a_lowered_target_changes_a_verdict_by_definition(second):
    reached = ("verdict changed", "cannot meet the target without change", "reliably meets the target")
    assert changes(second)["calls/target"] == (*reached, "changed definition")


def test_a_bad_month_changes_a_verdict_by_data(second):
    assert changes(second)["letters/variation"] == (
        "verdict changed",
        "common cause",
        "worsening",
        "new data",
    )


def test_a_measure_of_another_name_is_followed(second):
    target = "cannot meet the target without change"
    assert changes(second)["walk_ins/target"] == ("same", target, target, "")
    assert second.agenda["gone"] == []


def test_the_first_page_says_which_was_which(second):
    page = (second.folder / "index.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition('<h2 id="changed">')[2]))
    assert "Compared with q3:" in text
    assert re.search(
        r"Calls\s*: reliably meets the target, was cannot meet[^.]*\..*?The definition changed\.", text
    )
    assert re.search(r"Letters\s*: worsening, was [^.]*\..*?New data changed it\.", text)
