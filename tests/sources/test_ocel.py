"""Object-centric logs (OCEL 2.0): one small log in all three encodings, flattened onto one type of object."""

import gzip
import json
import sqlite3
from contextlib import closing
from xml.sax.saxutils import quoteattr

import pytest

from workbench.errors import SourceError
from workbench.sources import batches, snapshot

# A permit is about several inspections; an inspection of two permits belongs to both.
OBJECTS = [
    ("P1", "permit", [("zone", "1970-01-01T00:00:00Z", "R1"), ("zone", "2025-07-03T12:00:00Z", "C2")]),
    ("P2", "permit", [("zone", "1970-01-01T00:00:00Z", "R2"), ("fee", "2025-07-02T00:00:00Z", "80")]),
    ("I1", "inspection", []),
    ("I2", "inspection", []),
    ("ann", "employee", []),
    ("ben", "employee", []),
]
EVENTS = [
    ("e1", "Receive", "2025-07-01T09:00:00-04:00", {"channel": "web"}, [("P1", "subject"), ("ann", "by")]),
    ("e2", "Receive", "2025-07-01T10:00:00-04:00", {"channel": "desk"}, [("P2", "subject"), ("ben", "by")]),
    ("e3", "Inspect", "2025-07-02T09:00:00-04:00", {}, [("P1", "subject"), ("P2", "nearby"), ("I1", "visit"), ("ann", "by")]),
    ("e4", "Inspect", "2025-07-03T09:00:00-04:00", {}, [("P1", "subject"), ("I2", "visit"), ("ben", "by")]),
    ("e5", "Clean office", "2025-07-04T09:00:00-04:00", {}, [("ben", "by")]),
    ("e6", "Issue", "2025-07-05T09:00:00-04:00", {}, [("P1", "subject"), ("P1", "paid"), ("lost", "by")]),
]  # fmt: skip
ATTRIBUTES = {"permit": ["zone", "fee"], "inspection": [], "employee": []}
EVENT_ATTRIBUTES = {"Receive": ["channel"], "Inspect": [], "Clean office": [], "Issue": []}
COLUMNS = {
    "event": {"name": "ocel:eid"},
    "case": {"name": "case:concept:name"},
    "activity": {"name": "concept:name"},
    "at": {"name": "time:timestamp", "type": "time"},
    "who": {"name": "ocel:type:employee"},
    "channel": {"name": "channel"},
    "zone": {"name": "case:zone"},
    "fee": {"name": "case:fee", "type": "integer"},
    "role": {"name": "ocel:qualifier"},
}
EXPECTED = [
    ("e1", "P1", "Receive", "2025-07-01 13:00", "ann", "web", "R1", None, "subject"),
    ("e2", "P2", "Receive", "2025-07-01 14:00", "ben", "desk", "R2", None, "subject"),
    ("e3", "P1", "Inspect", "2025-07-02 13:00", "ann", None, "R1", None, "subject"),
    ("e3", "P2", "Inspect", "2025-07-02 13:00", "ann", None, "R2", 80, "nearby"),
    ("e4", "P1", "Inspect", "2025-07-03 13:00", "ben", None, "C2", None, "subject"),
    ("e6", "P1", "Issue", "2025-07-05 13:00", None, None, "C2", None, "paid; subject"),
]
FLATTENED = {
    "events_of_no_case": 1,  # e5
    "events_repeated_in_several_cases": 1,  # e3 is P1's and P2's
    "events_mixed_with_other_objects": 2,  # P1 was inspected twice, on two visits
    "relations_to_unknown_objects": 1,  # "lost"
}


def as_json() -> bytes:
    def types(declared):
        return [
            {"name": name, "attributes": [{"name": each, "type": "string"} for each in attributes]}
            for name, attributes in declared.items()
        ]

    objects = [
        {"id": key, "type": kind, "attributes": [{"name": n, "time": t, "value": v} for n, t, v in values]}
        for key, kind, values in OBJECTS
    ]
    events = [
        {
            "id": key,
            "type": kind,
            "time": time,
            "attributes": [{"name": name, "value": value} for name, value in values.items()],
            "relationships": [{"objectId": name, "qualifier": role} for name, role in related],
        }
        for key, kind, time, values, related in EVENTS
    ]
    # events before the objects that they name, which JSON allows
    log = {
        "eventTypes": types(EVENT_ATTRIBUTES),
        "events": events,
        "objectTypes": types(ATTRIBUTES),
        "objects": objects,
    }
    return json.dumps(log, indent=1).encode()


def as_xml(reference: str = "relationship") -> bytes:
    def types(tag, declared):
        each = [
            f"<{tag} name={quoteattr(name)}><attributes>"
            + "".join(f'<attribute name={quoteattr(own)} type="string"/>' for own in attributes)
            + f"</attributes></{tag}>"
            for name, attributes in declared.items()
        ]
        return f"<{tag}s>{''.join(each)}</{tag}s>"

    objects = "".join(
        f'<object id="{key}" type="{kind}"><objects><{reference} object-id="I1" qualifier="of"/></objects><attributes>'
        + "".join(f'<attribute name="{n}" time="{t}">{v}</attribute>' for n, t, v in values)
        + "</attributes></object>\n"
        for key, kind, values in OBJECTS
    )
    events = "".join(
        f'<event id="{key}" type="{kind}" time="{time}"><attributes>'
        + "".join(f'<attribute name="{name}">{value}</attribute>' for name, value in values.items())
        + "</attributes><objects>"
        + "".join(f'<{reference} object-id="{name}" qualifier="{role}"/>' for name, role in related)
        + "</objects></event>\n"
        for key, kind, time, values, related in EVENTS
    )
    kinds = types("object-type", ATTRIBUTES) + types("event-type", EVENT_ATTRIBUTES)
    return f"<?xml version='1.0'?>\n<log>{kinds}\n<objects>{objects}</objects><events>{events}</events></log>".encode()


def as_sqlite(path) -> None:
    """The tables of the standard; times are naive UTC, as they are there."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
            CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
            """
        )
        for what, declared in (("event", EVENT_ATTRIBUTES), ("object", ATTRIBUTES)):
            changed = ", ocel_changed_field TEXT" if what == "object" else ""
            for name, attributes in declared.items():
                table = f"{what}_{name.title().replace(' ', '')}"
                own = "".join(f', "{each}" TEXT' for each in attributes)
                database.execute(f"CREATE TABLE {table} (ocel_id TEXT, ocel_time TEXT{changed}{own})")
                database.execute(
                    f"INSERT INTO {what}_map_type VALUES (?, ?)", (name, table.partition("_")[2])
                )
        _fill(database)
        database.commit()


def _fill(database) -> None:
    for key, kind, values in OBJECTS:
        database.execute("INSERT INTO object VALUES (?, ?)", (key, kind))
        for name, time, value in values:
            changed = None if time.startswith("1970") else name
            sql = f'INSERT INTO object_Permit (ocel_id, ocel_time, ocel_changed_field, "{name}") VALUES (?, ?, ?, ?)'
            database.execute(sql, (key, time[:19].replace("T", " "), changed, value))
    for key, kind, time, values, related in EVENTS:
        hour = int(time[11:13]) + 4
        database.execute("INSERT INTO event VALUES (?, ?)", (key, kind))
        names, given = (
            ["ocel_id", "ocel_time", *values],
            [key, f"{time[:10]} {hour:02d}:00:00", *values.values()],
        )
        table = f"event_{kind.title().replace(' ', '')}"
        database.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(given))})", given
        )
        database.executemany("INSERT INTO event_object VALUES (?, ?, ?)", [(key, *each) for each in related])


@pytest.fixture(params=["log.jsonocel", "log.json.gz", "log.xmlocel", "objects.xml", "log.sqlite"])
def file(request, tmp_path) -> str:
    """The log in each encoding in turn; its name."""
    name = request.param
    if name == "log.sqlite":
        as_sqlite(tmp_path / name)
    elif name.startswith("log.json"):
        (tmp_path / name).write_bytes(gzip.compress(as_json()) if name.endswith(".gz") else as_json())
    else:
        (tmp_path / name).write_bytes(as_xml("object" if name == "objects.xml" else "relationship"))
    return name


@pytest.fixture
def taken(declare):
    """``taken(file, ...)``: the snapshot of a log of permits; what else is given is the source's."""

    def read(file, content=None, columns=None, **source):
        zone = {"time_zone": "UTC"} if file.endswith("sqlite") else {}
        source = {"case_object": "permit", **zone, **source}
        return snapshot(declare(content, columns or COLUMNS, file, **source), "requests")

    return read


@pytest.fixture
def refused(taken):
    """``refused(file, content, ...)``: the sentence with which a log is refused."""

    def said(*given, **source) -> str:
        with pytest.raises(SourceError) as refusal:
            taken(*given, **source)
        return str(refusal.value)

    return said


def as_tuples(rows):
    return [
        (*[row[name] for name in ("event", "case", "activity")], f"{row['at']:%Y-%m-%d %H:%M}")
        + tuple(row[name] for name in ("who", "channel", "zone", "fee", "role"))
        for row in rows
    ]


def test_every_encoding_gives_the_same_rows_and_says_what_flattening_did(file, taken, rows_of):
    read = taken(file)
    assert as_tuples(rows_of(read.path)) == EXPECTED
    assert [row["_row"] for row in rows_of(read.path)] == [1, 2, 3, 4, 5, 6]
    assert (read.rows, read.rejects, read.set_aside) == (6, 0, FLATTENED)


def test_small_batches_give_the_same(file, taken, rows_of, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 1)
    assert as_tuples(rows_of(taken(file).path)) == EXPECTED


def test_a_qualifier_says_which_objects_are_the_case_of_an_event(file, taken, rows_of):
    read = taken(file, qualifier="subject")
    assert [(row["event"], row["case"]) for row in rows_of(read.path)] == [
        ("e1", "P1"), ("e2", "P2"), ("e3", "P1"), ("e4", "P1"), ("e6", "P1")
    ]  # fmt: skip
    assert "events_repeated_in_several_cases" not in read.set_aside


def test_who_did_it_mixes_objects_too_unless_it_is_read_as_a_column(taken):
    columns = {"case": {"name": "case:concept:name"}, "activity": {"name": "concept:name"}}
    one_visit = [
        {
            "id": key,
            "type": "Inspect",
            "time": "2025-07-01T09:00:00Z",
            "relationships": [{"objectId": "P1"}, {"objectId": who}],
        }
        for key, who in (("e1", "ann"), ("e2", "ben"))
    ]
    objects = [{"id": key, "type": kind} for key, kind, _ in OBJECTS]
    log = json.dumps({"objects": objects, "events": one_visit}).encode()
    assert taken("a.json", log, columns).set_aside == {"events_mixed_with_other_objects": 2}
    with_names = {**columns, "who": {"name": "ocel:type:employee"}}
    assert taken("a.json", log, with_names).set_aside == {}


def test_another_type_of_object_is_another_process(file, taken, rows_of):
    columns = {"case": {"name": "case:concept:name"}, "activity": {"name": "concept:name"}}
    read = taken(file, columns=columns, case_object="inspection")
    assert [(row["case"], row["activity"]) for row in rows_of(read.path)] == [
        ("I1", "Inspect"),
        ("I2", "Inspect"),
    ]


def test_a_type_that_is_not_there_or_not_named_is_told_with_those_that_are(file, refused):
    types = (
        "its types are: 'employee', 'inspection', 'permit'. Write the one that is a case as `case_object`."
    )
    assert f"{file}: has no type of object 'licence'; {types}" in refused(file, case_object="licence")
    assert f"{file}: is object-centric; {types}" in refused(file, case_object="")


def test_columns_that_are_not_there_are_told_with_those_that_are(file, refused):
    columns = {"zone": {"name": "case:zoning"}, "desk": {"name": "desk"}}
    said = refused(file, columns=columns)
    assert (
        f"{file}: has no 'case:zoning'; it has 'case:concept:name', 'case:fee', 'case:zone', 'channel'"
        in said
    )
    assert f"{file}: has no 'desk'; it has" in said


def test_a_qualifier_that_is_not_there_is_told_with_those_that_are(file, refused):
    said = refused(file, qualifier="topic")
    assert (
        "no event is about an object of type 'permit' with the qualifier 'topic'; there is 'nearby', 'paid', 'subject'."
        in said
    )


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("a.json", as_json()[:1500], "the file ends half way. It is cut off: fetch or export it again."),
        ("a.json", b'{"events": [\n{"id": "e1" "type": "x"}]}', "a.json:2: is not JSON (Expecting ',' delimiter)."),
        ("a.json", b'{"events": [\n{"id": "e1", "type": "x"}\n{}]}', "a.json:3: is not JSON: got '{' instead of ','."),
        ("a.json", b'{"events": [\n{"id": "e1", "time": "2025"}]}', "a.json:2: a record has no `type`; it has id, time."),
        ("a.json", b'{"events": [7]}', "a.json:1: a record has no `id`; it has 7."),
        ("a.json", b'{"ocel:events": {}}', "a.json:1: is OCEL 1.0: it has 'ocel:events'. Export it as OCEL 2.0."),
        ("a.json", b'{"objects": [\n{"id": "caf\xe9"', "a.json:1: byte 0xe9 is not UTF-8."),
        ("a.json", b'{"x": ' + b"[" * 100_000, "a.json:1: values are nested too deep."),
        ("a.json", b"Case,Activity\n", "a.json: begins with 'C': neither JSON, XML nor SQLite. Export it as OCEL 2.0."),
        ("a.json", b"", "a.json: is empty."),
        ("a.xml", as_xml()[:1500], "the file ends before </log>."),
        ("a.xml", b"<log>\n<events><event id='e1'/></events></log>", "a.xml:2: <event> has no `type`; it has id."),
        ("a.xml", b"<!DOCTYPE log [<!ENTITY a 'b'>]><log/>", "a.xml:1: defines a document type"),
        ("a.xml", b"<log><trace/></log>", "a.xml: has no type of object 'permit'; its types are: none at all."),
        ("a.sqlite", b"Case,Activity\n", "a.sqlite: is not an SQLite database."),
        ("a.sqlite", b"SQLite format 3\0" + b"\0" * 100, "a.sqlite: cannot be read as an OCEL 2.0 database ("),
    ],
)  # fmt: skip
def test_what_is_no_object_centric_log_is_refused(refused, file, content, said):
    assert said in refused(file, content)


def test_a_database_cut_off_half_way_is_refused(tmp_path, refused):
    as_sqlite(tmp_path / "whole.sqlite")
    assert "cannot be read as an OCEL 2.0 database (" in refused(
        "a.sqlite", (tmp_path / "whole.sqlite").read_bytes()[:20_000]
    )


def test_a_database_of_something_else_is_told_by_its_tables(tmp_path, refused):
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database:
        database.execute("CREATE TABLE permits (id)")
    said = refused("a.sqlite")
    assert (
        "a.sqlite: has no table 'event', 'object', 'event_object', 'event_map_type', 'object_map_type'; it has 'permits'."
        in said
    )
