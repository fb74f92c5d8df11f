"""Bad measures, the whole way: each is told with its line and what to write, and the good ones are published.

The tiny town gets measures that are wrong in one way each, and one action. One review is made of them all.
"""

import json
import re
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.xdist_group("tiny")

GOALS = "format: 1\ngoals:\n  safe: {title: A safe city}\n"
ACTIONS = """format: 1
actions:
  early:
    finding: target_tracking/good/variation/all/all
    title: More staff at the desk
    owner: B. Ruiz
    start: 2026-01-05
    registered: 2026-01-02
    direction: increase
    size: 0
  late:
    finding: target_tracking/good/variation/all/all
    title: A second desk
    owner: B. Ruiz
    start: 2025-03-01
    registered: 2025-11-10
    direction: increase
"""
SOURCE = """
  returns:
    location: private/sources/returns.csv
    about_people: no
    columns:
      measure: {name: MEASURE, required: yes}
      month: {name: MONTH, type: date, required: yes}
      done: {name: DONE, type: integer}
      asked: {name: ASKED, type: integer}
      value: {name: VALUE, type: number}
      recorded: {name: RECORDED, type: date}
"""
MEASURE = """
  {name}:
    title: Measure {name}
    department: works
    owner: A. Okafor
    source: returns
    where: [{{column: measure, equals: {name}}}]
    direction: increase
    {more}
"""
SHARE = "kind: proportion\n    columns: {interval: month, numerator: done, denominator: asked}"
VALUE = "kind: value\n    columns: {interval: month, value: value, recorded_at: recorded}"
TOTAL = "kind: cumulative\n    columns: {interval: month, value: value}"
PERCENT = "kind: proportion\n    scale: percent\n    columns: {interval: month, numerator: done, denominator: asked}"
BAD = {
    "past": f"{SHARE}\n    targets: [{{value: 0.7, by: 2024-Q4}}]",
    "upside-down": f"{SHARE}\n    targets: [{{lower: 0.9, upper: 0.8}}]",
    "before": f"{SHARE}\n    targets: [{{value: 0.9, since: 2026, by: 2025-Q4}}]",
    "above-one": SHARE,
    "twice": VALUE,
    "falling": TOTAL,
    "units": VALUE,
    "no-goal": f"{SHARE}\n    goals: [saef]",
    "eighty": f"{SHARE}\n    targets: [{{value: 80}}]",
    "share": f"{PERCENT}\n    targets: [{{value: 0.8}}]",
    "percentage": f"{VALUE}\n    targets: [{{value: 80}}]",
    "rebased": f"{SHARE}\n    targets: [{{value: 0.7}}]\n    baseline: {{rebase: {{2052-03: New desk}}, exclude: {{2015-04: Flood}}}}",
    "garbled": SHARE,
    "far": f"{VALUE}\n    targets: [{{value: 50}}]",
}
GOOD = {"good": f"{SHARE}\n    targets: [{{value: 0.7}}]\n    leads_to: [no-goal]"}
MONTHS = [f"{2024 + at // 12}-{at % 12 + 1:02}-01" for at in range(24)]


def rows(name: str) -> pd.DataFrame:
    """Two years of a measure: values that vary a little, without a trend."""
    vary = [(at * 7 % 10) - (at * 3 % 4) for at in range(24)]
    frame = pd.DataFrame(
        {
            "MEASURE": name,
            "MONTH": MONTHS,
            "DONE": [60 + each for each in vary],
            "ASKED": 80,
            "VALUE": [60.0 + each for each in vary],
            "RECORDED": MONTHS,
        }
    )
    if name == "above-one":
        frame.loc[20, "DONE"] = 88
    if name == "twice":
        again = frame.iloc[[21]].assign(VALUE=99.0)
        frame = pd.concat([frame, again], ignore_index=True)
    if name == "falling":
        frame["VALUE"] = [10.0 * (at % 12 + 1) for at in range(24)]
        frame.loc[22, "VALUE"] = 95.0
    if name == "garbled":
        frame["DONE"] = [f"{at} of 80" if at < 20 else 60 for at in range(24)]
    if name == "percentage":
        frame["VALUE"] /= 100
    if name == "far":
        frame = pd.concat([frame, frame.iloc[[3]].assign(MONTH="2031-05-01")], ignore_index=True)
    if name == "units":
        frame.loc[14:, "VALUE"] *= 1000
    return frame


def add(city: Path, file: str, text: str) -> None:
    path = city / "parameters" / f"{file}.yml"
    path.write_text((path.read_text() if path.is_file() else "") + text)


def place(city: Path, file: str, entry: str, key: str = "", skip: int = 0) -> str:
    """Where a key of an entry stands, as an editor counts."""
    lines = (city / "parameters" / f"{file}.yml").read_text().splitlines()
    at = lines.index(f"  {entry}:")
    if not key:
        return f"parameters/{file}.yml:{at + 1}:3:"
    at = next(number for number in range(at, len(lines)) if key in lines[number])
    return f"parameters/{file}.yml:{at + 1}:{lines[at].index(key) + 1 + skip}:"


@pytest.fixture(scope="module")
def town(tiny_city, tmp_path_factory, in_process):
    """A town with all that is wrong, and how its review ended: exit code, output and errors."""
    city = tiny_city(tmp_path_factory.mktemp("measures") / "town")
    add(city, "goals", GOALS)
    add(city, "actions", ACTIONS)
    add(city, "sources", SOURCE)
    for name, more in (GOOD | BAD).items():
        add(city, "measures", MEASURE.format(name=name, more=more))
    everything = pd.concat([rows(name) for name in (GOOD | BAD)])
    everything.to_csv(city / "private" / "sources" / "returns.csv", index=False)
    return city, *in_process("review", "q4", "--only", "works/target_tracking", "--city", city)


def text_of(path: Path) -> str:
    text = re.sub(r"<(style|svg|script)\b.*?</\1>", " ", path.read_text(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def statuses(city: Path) -> dict[str, str]:
    folder = city / "outputs" / "q4" / "works" / "target_tracking" / "all" / "results"
    frame = pd.read_parquet(folder / "verdicts.parquet")
    return dict(zip(frame["measure"], frame["status"], strict=True))


def test_the_good_ones_are_published_and_the_exit_code_says_that_something_is_left_out(town):
    city, code, shown, said = town
    assert code == 16, said
    assert "Traceback" not in said
    assert shown.startswith("Made 1 of 1 reports.")
    found = statuses(city)
    odd = [
        "above-one",
        "falling",
        "far",
        "garbled",
        "past",
        "percentage",
        "rebased",
        "share",
        "twice",
        "units",
    ]
    assert sorted(found) == sorted(["calls", "good", *odd])
    assert found["good"].startswith("usual ups and downs")
    assert found["calls"].startswith("usual ups and downs")
    assert not [path for path in (city / "outputs").iterdir() if path.name.startswith(".") and path.is_dir()]


def test_what_has_a_fault_is_told_at_the_start_and_at_the_end_with_its_line_and_what_to_write(town):
    city, _, _, said = town
    told = [
        f"""Left out because of a fault:
  action 'early' (owner B. Ruiz)
    {place(city, "actions", "early", "size")} the size is 0: nothing to hold against what happens. """,
        f"""  measure 'before' (works; owner A. Okafor)
    {place(city, "measures", "before", "by: 2025")} it is to be met by 2025-Q4, before it holds, since 2026. Write a """
        "`by` that does not end before `since` begins, or strike one.\n",
        f"""  measure 'no-goal' (works; owner A. Okafor)
    {place(city, "measures", "no-goal", "[saef]", skip=1)} there is no goal 'saef'. Did you mean 'safe'?
    'good' should move it: reviewed without saying so.
""",
        f"""  measure 'upside-down' (works; owner A. Okafor)
    {place(city, "measures", "upside-down", "lower")} the range is upside down: from 0.9 up to 0.8. Write """
        "`lower: 0.8, upper: 0.9`.\n",
    ]
    told.append(
        f"""  measure 'eighty' (works; owner A. Okafor)
    {place(city, "measures", "eighty", "value: 80")} the target is 80, and no proportion is above 1. Write 0.8, """
        "or `scale: percent` for all that is shown of it in percent.\n"
    )
    assert [said.count(each) for each in told] == [2, 2, 2, 2, 2]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (
            "past",
            "the target's date has passed. It was due in the fourth quarter of 2024, and no later target is declared. "
            "Write the next one under `targets`, with a `by` that is still to come.",
        ),
        (
            "above-one",
            "in September 2025 the numerator is 88 and the denominator 80, which a proportion cannot be. Correct the row "
            "in the source, change the columns `numerator` and `denominator` of the measure where they are the wrong way "
            "round, or write `kind: rate`.",
        ),
        (
            "twice",
            "two values were recorded for October 2025 at the same time, and neither is believed. Strike one of the two "
            "rows in the source, or give the one that corrects the other a later time of recording.",
        ),
        (
            "falling",
            "a running total fell from 100 in October 2025 to 95 in November 2025, which a total of one year cannot. "
            "Correct the value in the source; if each row is what came in its own interval, write `kind: count` and name "
            "its column `numerator`.",
        ),
        (
            "units",
            "from March 2025 on, all values are about 1,000 times those before, or that part of them: 58 in February 2025, "
            "then 66,000. Was the unit changed? Convert the values of one side in the source, or declare two measures.",
        ),
        (
            "share",
            "its target is 0.8%, and December 2025 had 75%. One looks like a share and the other like a percentage, so "
            "nothing is held against it. Write `value: 80`, or change `scale` where values are read wrongly; if 0.8 is "
            "meant, write it as the end of a range, `lower: 0.8`.",
        ),
        (
            "percentage",
            "its target is 80, and December 2025 had 0.6. One looks like a share and the other like a percentage, so "
            "nothing is held against it. Write `value: 0.8`, or change `scale` where values are read wrongly; if 80 is "
            "meant, write it as the end of a range, `lower: 80`.",
        ),
        (
            "rebased",
            "its `baseline` names `rebase` 2052-03 and `exclude` 2015-04, and its values run from January 2024 to "
            "December 2025, so that nothing comes of it. Correct the period, or strike it.",
        ),
        (
            "garbled",
            "of its 24 rows in the source, 20 cannot be used, so none is believed, and the other measures of the source go on "
            "without them. 20 times: `done` is not a whole number, such as '0 of 80' (lines 315, 316, 317). Correct these rows, "
            "or raise `rejects_allowed`.",
        ),
        (
            "far",
            "rows of its source are dated May 2031, long after 15 January 2026, and none of them counts. Correct their "
            "dates in the column `month`.",
        ),
    ],
)
def test_values_and_dates_that_cannot_be_right_are_told_with_interval_and_numbers(town, name, what):
    city, _, _, said = town
    assert f"  {place(city, 'measures', name)} Measure {name}: {what}\n" in said
    assert what in text_of(city / "outputs" / "q4" / "works" / "target_tracking" / "all" / "report.html")


def test_an_action_that_was_registered_late_is_described_and_never_said_to_have_worked(town):
    folder = town[0] / "outputs" / "q4"
    report = text_of(folder / "works" / "target_tracking" / "all" / "report.html")
    said = "“A second desk” (B. Ruiz) was registered on 10 November 2025, after it had begun on 1 March 2025"
    assert said in report
    assert "A second desk: moved" not in report
    told = f"  {place(town[0], 'actions', 'late')} Measure good: “A second desk” (B. Ruiz) was registered on"
    assert told in town[3]
    listed = "1 March 2025 (registered on 10 November 2025, after it began: described, not tested)"
    assert listed in text_of(folder / "index.html")


def test_the_status_says_that_a_date_has_passed(town):
    assert statuses(town[0])["past"].endswith("the target's date has passed")


def test_the_status_of_a_target_on_another_scale_says_so_and_nothing_of_meeting_it(town):
    said = "usual ups and downs · the target is on another scale"
    assert [statuses(town[0])[name] for name in ("share", "percentage")] == [said, said]
    assert statuses(town[0])["far"] == "usual ups and downs · reliably meets the target · likely"


def test_the_pages_name_what_is_left_out_and_its_owner(town):
    city = town[0]
    index = text_of(city / "outputs" / "q4" / "index.html")
    assert "Left out because of a fault What the city's files say" in index
    fault = f"{place(city, 'measures', 'no-goal', '[saef]', skip=1)} there is no goal 'saef'."
    assert f"Measure no-goal (Public Works, owner A. Okafor) {fault}" in index
    assert "Action: More staff at the desk (owner B. Ruiz)" in index
    report = text_of(city / "outputs" / "q4" / "works" / "target_tracking" / "all" / "report.html")
    assert (
        "Left out because of a fault: Measure before (Public Works, owner A. Okafor); Measure eighty (Public Works, "
        "owner A. Okafor); Measure no-goal" in report
    )
    goals = text_of(city / "outputs" / "q4" / "goals.html")
    assert "Left out of this review because of a fault: Action: More staff at the desk" in goals


def test_the_record_says_what_is_left_out(town):
    record = json.loads((town[0] / "outputs" / "q4" / "manifest.json").read_text())
    assert [(each["section"], each["name"]) for each in record["left_out"]] == [
        ("actions", "early"),
        ("measures", "before"),
        ("measures", "eighty"),
        ("measures", "no-goal"),
        ("measures", "upside-down"),
    ]
    assert record["left_out"][3]["faults"][0]["what"] == "there is no goal 'saef'."


def test_check_still_tells_every_fault_and_makes_nothing(town, command):
    code, shown, said = command("check", "--city", town[0])
    assert (code, shown) == (10, "")
    assert said.startswith("5 faults in the parameters:\n")


def test_a_plan_tells_what_is_left_out_and_the_other_commands_go_on(town, command):
    code, shown, said = command("review", "q4", "--dry-run", "--city", town[0])
    assert (code, "works/target_tracking/all" in shown) == (0, True)
    assert said.startswith("Left out because of a fault:\n")
    code, shown, said = command("review", "q4", "--dry-run", "--json", "--city", town[0])
    first = json.loads(shown.splitlines()[0])
    assert (code, said, first["event"], first["item"]) == (0, "", "left out", "actions/early")
    assert command("list", "--city", town[0])[0] == 0
    assert command("snapshot", "months", "--city", town[0])[0] == 0
