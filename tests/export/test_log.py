"""The log of a process written for other tools: read back it is the same process, and it stays private."""

import csv
import gzip
import io
import re
from datetime import date
from xml.etree import ElementTree

import pandas as pd
import pyarrow.parquet
import pytest

from workbench.analyses import named
from workbench.catalog import load
from workbench.cubes import cube
from workbench.errors import PublishError, UsageError
from workbench.export import export_log, written
from workbench.export.xes import write_xes

END = date(2025, 12, 31)


def rows_of(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text())))


def without_row_numbers(frames) -> dict[str, pd.DataFrame]:
    """Frames in which rows of the source, which another file numbers in another way, are cases and steps."""
    made = {}
    for name, frame in frames.items():
        frame = frame.drop(columns="row", errors="ignore")
        made[name] = frame.assign(case=pd.factorize(frame["case"])[0]) if "case" in frame else frame
    return made | {"quality": frames["quality"].query("check not in ('out_of_order', 'rows', 'duplicates')")}


def same(one, two) -> None:
    assert list(one) == list(two)
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name], obj=name)


def cubes_of(root, *subjects, as_of=END):
    catalog, analysis = load(root), named("process_timing")
    return [without_row_numbers(cube(catalog, analysis, "works", each, as_of).frames) for each in subjects]


def test_a_log_read_back_makes_the_same_cube(town):
    root = town
    export_log(root, "permits", root / "private/back.xes")
    one, two = cubes_of(root, "permits", "again")
    assert len(one["events"]) == 5
    assert one["events"]["paused"].sum() == 3_600_000_250
    assert (one["events"]["assigned"] > 0).sum() == 1
    same(one, two)


LEVELS = ["extension", "global", "classifier", "attribute", "trace"]
KINDS = {
    "string": r"(?s).*",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}\+00:00",
    "int": r"-?\d+",
    "float": r"-?\d+(\.\d+)?(e[+-]?\d+)?",
    "boolean": r"true|false",
}


def faults_of_xes(text: str) -> list[str]:
    """What the schema of IEEE 1849-2016 does not allow: order, names and kinds of elements, keys that are not unique."""
    space = "{http://www.xes-standard.org/}"
    root = ElementTree.fromstring(text)
    faults = [] if root.tag == f"{space}log" and root.get("xes.version") == "1849.2016" else ["root"]
    kinds = [("attribute" if c.tag.removeprefix(space) in KINDS else c.tag.removeprefix(space)) for c in root]
    faults += [] if kinds == sorted(kinds, key=LEVELS.index) else ["order of the log"]
    declared = {extension.get("prefix") for extension in root.iter(f"{space}extension")}
    for element in [
        root,
        *root.iter(f"{space}trace"),
        *root.iter(f"{space}event"),
        *root.iter(f"{space}global"),
    ]:
        own = [child for child in element if child.tag.removeprefix(space) in KINDS]
        keys = [child.get("key") for child in own]
        faults += [f"{key} twice" for key in set(keys) if keys.count(key) > 1]
        faults += [f"{key} undeclared" for key in keys if ":" in key and key.split(":")[0] not in declared]
        faults += [
            child.get("key")
            for child in own
            if not re.fullmatch(KINDS[child.tag.removeprefix(space)], child.get("value"))
        ]
        if element.tag == f"{space}trace":
            tags = [child.tag == f"{space}event" for child in element]
            faults += [] if tags == sorted(tags) and any(tags) else ["order of a trace"]
        if element.tag == f"{space}event":
            needed = {"concept:name", "time:timestamp", "lifecycle:transition", "concept:instance"}
            faults += [f"no {key}" for key in needed - set(keys)]
    return faults


def test_the_check_of_the_schema_can_fail():
    log = '<log xmlns="http://www.xes-standard.org/" xes.version="1849.2016">{}</log>'
    assert faults_of_xes(log.format('<trace><event/></trace><string key="a:b" value="x"/>')) == [
        "order of the log", "a:b undeclared", *[f"no {key}" for key in ()]
    ] + faults_of_xes(log.format("<trace><event/></trace>"))  # fmt: skip
    assert len(faults_of_xes(log.format("<trace><event/></trace>"))) == 4
    assert faults_of_xes(log.format('<int key="n" value="many"/>')) == ["n"]


def test_xes_is_valid_with_the_standard_extensions(town):
    root = town
    export_log(root, "permits", root / "private/log.xes")
    text = (root / "private/log.xes").read_text()
    assert faults_of_xes(text) == []
    extensions = re.findall(r'<extension name="(\w+)" prefix="(\w+)" uri="([^"]+)"', text)
    assert [prefix for _, prefix, _ in extensions] == ["concept", "time", "lifecycle", "org"]
    assert all(uri == f"http://www.xes-standard.org/{prefix}.xesext" for _, prefix, uri in extensions)


def test_transitions_of_one_event_share_an_instance_and_are_in_the_order_of_time(town):
    root = town
    export_log(root, "permits", root / "private/log.xes", group="race/black", period="2025-Q3")
    trace = ElementTree.parse(root / "private/log.xes").getroot()[-1]
    said = [
        {own.get("key"): own.get("value") for own in event} for event in trace if event.tag.endswith("event")
    ]
    found = [
        tuple(each[key] for key in ("concept:instance", "concept:name", "lifecycle:transition"))
        for each in said
    ]
    assert found == [
        ("3", "Check", "assign"),
        ("3", "Check", "start"),
        ("3", "Check", "suspend"),
        ("3", "Check", "resume"),
        ("3", "Check", "complete"),
        ("4", "Sign", "complete"),
        ("5", "File", "complete"),
    ]
    assert said[3]["time:timestamp"] == "2025-07-15T17:00:00.000250+00:00"


HEADER = (
    "case:concept:name,concept:name,time:timestamp,start_timestamp,org:resource,org:group,"
    "case:filed,case:issued,case:fee,case:rush,case:race"
)


def test_tables_have_one_row_an_event_in_utc_under_the_names_that_tools_expect(town):
    root = town
    done = export_log(root, "permits", root / "private/log.csv")
    assert (done.events, done.cases, done.about_people) == (5, 2, True)
    lines = (root / "private/log.csv").read_text().splitlines()
    assert lines[0] == HEADER
    assert lines[1] == (
        "P2,Check,2025-08-02T13:00:00.000+00:00,,Ann,Plans,2025-08-01T12:00:00.000+00:00,,120,False,B"
    )
    assert lines[3] == (
        "P1,Check,2025-07-15T21:00:00.000+00:00,2025-07-15T13:00:00.000+00:00,Ann,Plans,"
        "2025-07-14T20:30:00.000+00:00,2025-07-16,80,True,B"
    )


def test_parquet_keeps_the_types(town):
    root = town
    export_log(root, "permits", root / "private/log.parquet")
    table = pyarrow.parquet.read_table(root / "private/log.parquet")
    kinds = {name: str(kind) for name, kind in zip(table.schema.names, table.schema.types, strict=True)}
    assert (
        kinds["time:timestamp"] == kinds["start_timestamp"] == kinds["case:filed"] == "timestamp[us, tz=UTC]"
    )
    assert (kinds["case:fee"], kinds["case:rush"]) == ("int64", "bool")
    assert table.column("time:timestamp")[0].as_py().isoformat() == "2025-08-02T13:00:00+00:00"


def test_without_starts_there_is_no_column_of_starts(city):
    root = city(
        "Permit,Step,At,Who,Team,Moment,Job,Filed,Issued,Fee,Rush,Race\nP1,Sign,2025-07-15 17:00,,,,,,,,,\n"
    )
    export_log(root, "permits", root / "private/log.csv")
    [row] = rows_of(root / "private/log.csv")
    assert "start_timestamp" not in row
    assert (row["case:concept:name"], row["org:resource"], row["case:race"]) == ("P1", "", "")


@pytest.mark.parametrize(
    ("chosen", "events"),
    [
        ({}, ["P2 Check", "P2 Sign", "P1 Check", "P1 Sign", "P1 File"]),
        ({"review": "q3"}, ["P2 Check", "P1 Check", "P1 Sign", "P1 File"]),
        ({"as_of": date(2025, 7, 15)}, ["P1 Check", "P1 Sign"]),
        ({"activities": ["Sign"]}, ["P2 Sign", "P1 Sign"]),
        ({"group": "race/black", "as_of": date(2025, 9, 30)}, ["P1 Check", "P1 Sign", "P1 File"]),
        ({"group": "fee/120"}, ["P2 Check", "P2 Sign"]),
        ({"period": "2025-08"}, ["P2 Check", "P2 Sign"]),
    ],
)
def test_what_is_chosen_is_written(town, chosen, events):
    root = town
    export_log(root, "permits", root / "private/log.csv", **chosen)
    rows = rows_of(root / "private/log.csv")
    assert [f"{row['case:concept:name']} {row['concept:name']}" for row in rows] == events


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"subject": "permit"}, "'permit' has no log of events. Did you mean 'permits'?"),
        ({"review": "q5"}, "there is no review 'q5'. Known are: 'q3', 'q4'."),
        (
            {"review": "q4", "as_of": END},
            "--review and --as-of both say what day is meant; give one of them.",
        ),
        ({"period": "2025-Q9"}, "2025-Q9"),
        (
            {"period": "2024-Q1"},
            "no event is left; choose another period, other activities or another group.",
        ),
        ({"activities": ["sign"]}, "there is no activity 'sign'. Did you mean 'Sign'?"),
        ({"group": "race/white"}, "no case has 'white' as its race. Known are: 'black'."),
        (
            {"group": "language/es"},
            "cases are not told apart by 'language'. Known are: 'fee', 'race', 'rush'.",
        ),
        (
            {"to": "private/log.xlsx"},
            "'log.xlsx' is no kind of log; end its name with one of .csv, .parquet, .xes",
        ),
        ({"to": "absent/log.csv", "identifiable": True}, "make it first."),
        ({"to": "steps.csv", "identifiable": True}, "is the source `steps` itself; choose another name."),
    ],
)
def test_what_cannot_be_done_is_said(town, chosen, said):
    root = town
    chosen = {"subject": "permits", "to": "private/log.csv", **chosen}
    with pytest.raises(UsageError) as refusal:
        export_log(root, chosen.pop("subject"), root / chosen.pop("to"), **chosen)
    assert said in str(refusal.value)


def test_a_log_about_people_stays_private_unless_somebody_says_otherwise(town):
    root = town
    with pytest.raises(
        UsageError,
        match="lies outside .*private, and the log says what happened to whom: write it there, or add --identifiable",
    ):
        export_log(root, "permits", root / "log.csv")
    assert not (root / "log.csv").exists()
    export_log(root, "permits", root / "log.csv", identifiable=True)
    assert len(rows_of(root / "log.csv")) == 5


def test_a_way_out_of_the_private_folder_is_seen(city):
    root = city()
    (root / "private").mkdir()
    (root / "elsewhere").mkdir()
    (root / "private" / "link").symlink_to(root / "elsewhere")
    for path in ("private/../log.csv", "private/link/log.csv"):
        with pytest.raises(UsageError, match="lies outside"):
            export_log(root, "permits", root / path)


@pytest.mark.parametrize("about_people", [True, False])
def test_a_log_is_never_written_among_what_may_be_published(city, about_people):
    root = city(about_people=about_people)
    (root / "outputs").mkdir()
    with pytest.raises(UsageError, match=r"lies in outputs/, which may be published; a log names cases"):
        export_log(root, "permits", root / "outputs/log.csv", identifiable=True)
    assert list((root / "outputs").iterdir()) == []


def test_a_log_that_is_not_about_people_may_be_written_anywhere(city):
    root = city(about_people=False)
    assert not export_log(root, "permits", root / "log.xes.gz").about_people
    assert faults_of_xes(gzip.decompress((root / "log.xes.gz").read_bytes()).decode()) == []


def test_a_log_is_written_whole_or_not_at_all(town, monkeypatch):
    root = town
    export_log(root, "permits", root / "private/log.xes")
    before = (root / "private/log.xes").read_bytes()

    def fill_the_disk(title, transitions, stream):
        stream.write(b"<log>")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(written, "write_xes", fill_the_disk)
    with pytest.raises(
        PublishError, match="could not be written: there is no room to write. What was there stays"
    ):
        export_log(root, "permits", root / "private/log.xes", period="2025-Q3")
    assert (root / "private/log.xes").read_bytes() == before
    assert [path.name for path in (root / "private").glob(".*")] == []


def test_the_same_log_gives_the_same_bytes(town):
    root = town
    export_log(root, "permits", root / "private/one.xes.gz")
    export_log(root, "permits", root / "private/two.xes.gz")
    assert (root / "private/one.xes.gz").read_bytes() == (root / "private/two.xes.gz").read_bytes()


def test_names_may_hold_anything():
    name = "</script> & \"double\" 'single'\nline\ttab \x07 bell é 😀"
    rows = pd.DataFrame(
        {"case:concept:name": [name], "concept:name": [name], "case:n": [1.5], "case:none": [None]}
    )
    stream = io.BytesIO()
    write_xes("A & B", rows, stream)
    trace = ElementTree.fromstring(stream.getvalue())[-1]
    assert [(own.get("key"), own.get("value")) for own in trace[:-1]] == [
        ("concept:name", name.replace("\x07", "\ufffd")),
        ("n", "1.5"),
    ]
    assert trace[-1][0].get("value") == name.replace("\x07", "\ufffd")


def test_the_command_says_what_it_wrote_and_that_it_is_private(town, command):
    root = town
    given = (
        "--city",
        root,
        "--to",
        root / "private/log.csv",
        "--as-of",
        "2025-09-30",
        "--activity",
        "Check",
        "--activity",
        "Sign",
    )
    code, said, _ = command("log", "permits", *given)
    assert code == 0
    assert said == (
        f"Wrote 3 events of 2 cases: {root / 'private/log.csv'}\n"
        "The file says what happened to whom, with true counts: it is not for publication.\n"
    )
    code, _, said = command("log", "permits", "--city", root, "--to", root / "log.csv")
    assert (code, "lies outside" in said) == (2, True)


PUBLISHED_CITY = {
    "sources.yml": """format: 1
sources:
  log:
    location: {file}
    about_people: no
    columns:
      case: {{name: "case:concept:name", required: yes}}
      activity: {{name: "concept:name", required: yes}}
      at: {{name: "time:timestamp", type: time, required: yes}}
      who: {{name: "org:resource"}}
  copy:
    location: copy.xes.gz
    about_people: no
    columns:
      case: {{name: "case:concept:name", required: yes}}
      activity: {{name: "concept:name", required: yes}}
      at: {{name: "time:timestamp", type: time, required: yes}}
      who: {{name: "org:resource"}}
""",
    "processes.yml": """format: 1
processes:
  log: {title: Log, department: works, source: log, case: case, activity: activity, timestamp: at, resource: who}
  copy: {title: Log, department: works, source: copy, case: case, activity: activity, timestamp: at, resource: who}
""",
}


@pytest.mark.parametrize("name", ["running-example", "roadtraffic100traces"])
def test_published_logs_have_their_durations_before_and_after(city, shared, reference, name):
    root = city()
    file = shared / f"cases/data/{name}.xes"
    (root / "parameters/sources.yml").write_text(PUBLISHED_CITY["sources.yml"].format(file=file))
    (root / "parameters/processes.yml").write_text(PUBLISHED_CITY["processes.yml"])
    export_log(root, "log", root / "copy.xes.gz")
    one, two = cubes_of(root, "log", "copy")
    same(one, two)
    expected = reference("process", f"{name}-durations")["expected"]
    seconds = two["cases"]["duration"] / 1e6
    found = [len(seconds), seconds.mean(), seconds.quantile(0.25), seconds.median(), seconds.max()]
    assert found == pytest.approx([expected[key] for key in ("n", "mean", "p25", "median", "max")])
