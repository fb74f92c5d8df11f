"""Event logs in XES: literal files, published logs beside their own CSV, and what can be wrong with them."""

import gzip
from datetime import date, datetime

import pytest

from workbench.errors import SourceError
from workbench.sources import batches, snapshot, tables

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="trace"><string key="office" value="Town Hall"/></global>
  <global scope="event">
    <string key="org:group" value="Front desk"/><string key="org:role" value="UNKNOWN"/>
    <date key="decided" value="1970-01-01T00:00:00.000+00:00"/>
  </global>
  <classifier name="Activity" keys="concept:name lifecycle:transition"/>
  <string key="concept:name" value="a log's own name is no column"/>
  <trace>
    <string key="concept:name" value="P1"/>
    <event>
      <string key="concept:name" value="Check &amp; sign"/>
      <date key="time:timestamp" value="2025-07-15T09:30:00.250-04:00"/>
      <string key="org:resource" value="Ann"/>
      <string key="org:group" value="Review"/>
      <string key="lifecycle:transition" value="start"/>
      <string key="concept:instance" value="7"/>
      <float key="cost:total" value="12.5"><string key="cost:currency" value="USD"/></float>
    </event>
    <event>
      <string key="concept:name" value="Issue"/>
      <date key="time:timestamp" value="2025-07-15T16:00:00Z"/>
      <list key="letters"><values><string key="letter" value="A"/><string key="letter" value="B"/></values></list>
    </event>
    <boolean key="rush" value="true"/>
  </trace>
  <trace><string key="concept:name" value="P2"/></trace>
</log>
"""
PLAIN = {
    "case": {"name": "case:concept:name"},
    "activity": {"name": "concept:name"},
    "at": {"name": "time:timestamp", "type": "time"},
}


def one_of(cases: str) -> str:
    return f"<log><trace>{cases}</trace></log>"


@pytest.fixture
def rows(declare, rows_of):
    """``rows(content, columns)``: the rows of a log."""

    def read(content, columns=None, file="log.xes"):
        return rows_of(snapshot(declare(content, columns or PLAIN, file), "requests").path)

    return read


@pytest.fixture
def refused(declare):
    """``refused(content, columns)``: the sentence with which a log is refused."""

    def said(content, columns=None, file="log.xes") -> str:
        with pytest.raises(SourceError) as refusal:
            snapshot(declare(content, columns or PLAIN, file), "requests")
        return str(refusal.value)

    return said


def test_events_are_rows_in_the_order_of_the_file(rows):
    assert [(row["_row"], row["case"], row["activity"], row["at"]) for row in rows(LOG)] == [
        (1, "P1", "Check & sign", datetime(2025, 7, 15, 13, 30, 0, 250_000)),
        (2, "P1", "Issue", datetime(2025, 7, 15, 16)),
    ]


def test_attributes_of_events_and_cases_are_columns(rows):
    columns = {
        "who": {"name": "org:resource"},
        "moment": {"name": "lifecycle:transition"},
        "instance": {"name": "concept:instance"},
        "cost": {"name": "cost:total", "type": "number"},
        "currency": {"name": "cost:total/cost:currency"},
        "letters": {"name": "letters/letter"},
        "rush": {"name": "case:rush", "type": "yes_no"},
    }
    first, second = rows(LOG, columns)
    assert list(first.values()) == [1, "Ann", "start", "7", 12.5, "USD", None, True]
    assert list(second.values()) == [2, None, None, None, None, None, "A; B", True]


def test_what_is_global_fills_what_is_absent_unless_it_stands_for_nothing(rows):
    columns = {
        "office": {"name": "case:office"},
        "group": {"name": "org:group"},
        "role": {"name": "org:role"},
        "decided": {"type": "time", "name": "decided"},
    }
    found = [(row["office"], row["group"], row["role"], row["decided"]) for row in rows(LOG, columns)]
    assert found == [("Town Hall", "Review", None, None), ("Town Hall", "Front desk", None, None)]


def test_cases_without_events_are_counted_and_shown(declare):
    catalog = declare(LOG, PLAIN, "log.xes")
    counted = {"cases_without_events": 1, "rows_with_the_offset_of_another_zone": 1}
    assert snapshot(catalog, "requests").set_aside == counted
    with tables(catalog, ["requests"]) as opened:
        assert opened.provenance.set_aside == {"requests": counted}


def test_a_packed_log_is_the_same(rows):
    assert rows(gzip.compress(LOG.encode()), file="log.xes.gz") == rows(LOG)


def test_naive_times_are_local_and_events_may_stand_outside_traces(rows):
    event = (
        '<string key="concept:name" value="Call"/><date key="time:timestamp" value="2025-07-15T09:00:00"/>'
    )
    columns = {name: PLAIN[name] for name in ("activity", "at")}
    [found] = rows(f"<log><event>{event}</event></log>", columns)
    assert (found["activity"], found["at"], found["at_date"]) == (
        "Call",
        datetime(2025, 7, 15, 13),
        date(2025, 7, 15),
    )


def test_an_event_without_a_name_is_a_reject_where_the_name_is_required(declare, rows_of):
    log = one_of(
        '<string key="concept:name" value="P1"/><event><string key="concept:name" value="Issue"/></event>'
        '<event><string key="org:resource" value="Ann"/></event>'
    )
    columns = {"activity": {"name": "concept:name", "required": True}}
    taken = snapshot(declare(log, columns, "log.xes"), "requests")
    assert (taken.rows, taken.rejects) == (2, 1)
    assert rows_of(taken.rejects_path)[0]["reason"] == "is missing"


def test_batches_keep_the_order(rows, monkeypatch):
    monkeypatch.setattr(batches, "SIZE", 2)
    events = "".join(f'<event><string key="concept:name" value="{n}"/></event>' for n in range(7))
    found = rows(one_of(events), {"activity": {"name": "concept:name", "type": "integer"}})
    assert [(row["_row"], row["activity"]) for row in found] == [(n + 1, n) for n in range(7)]


def test_a_log_without_a_name_for_events_says_what_it_has(refused):
    log = one_of('\n<string key="id" value="P1"/>\n<event><string key="Activity" value="Issue"/></event>')
    said = refused(log, {"case": {"name": "case:concept:name"}, "activity": {"name": "concept:name"}})
    assert (
        "log.xes:3: no case has 'case:concept:name'; there is 'case:id'. Write one of these as `name`."
        in said
    )
    assert "log.xes:3: no event has 'concept:name'; there is 'Activity'." in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "Case,Activity\n1,Issue\n",
            "log.xes:1: is not XML (syntax error, column 1). Export it again as XML in UTF-8.",
        ),
        ("", "log.xes:1: is not XML (no element found, column 1)."),
        ("<log>\n<trace>\n<event></trace>", "log.xes:3: is not XML (mismatched tag, column 10)."),
        ("<html><body/></html>", "log.xes:1: its root is <html>, not <log>."),
        (
            LOG[:900],
            "log.xes:17: the file ends before </log>. It is cut off: fetch or export it again.",
        ),
        ("<log><trace/></log>", "log.xes: has no events."),
        ("<log>" + "<list key='x'>" * 200, "log.xes:1: attributes are nested more than 20 deep."),
        ("<log>" + "<string key='x' value='1'>" * 200, "log.xes:1: attributes are nested more than 20 deep."),
        (b"<log>\n<string key='caf\xe9'/></log>", "log.xes:2: is not XML (not well-formed (invalid token)"),
        (gzip.compress(LOG.encode())[:300], "log.xes is a damaged gzip file"),
    ],
)
def test_what_is_no_log_is_refused_with_the_line(refused, content, said):
    assert said in refused(content)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<log><trace><string key="concept:name" value="&c;"/><event/></trace></log>
"""
FILE = """<?xml version="1.0"?>
<!DOCTYPE log SYSTEM "file:///etc/hostname">
<log><trace><event/></trace></log>
"""


@pytest.mark.parametrize("content", [BOMB, FILE])
def test_entities_are_refused_before_they_are_read(refused, content):
    assert "log.xes:2: defines a document type (<!DOCTYPE log>), which an event log has not." in refused(
        content
    )


def test_a_text_without_end_is_refused_before_it_fills_the_memory(refused):
    endless = b'<log><trace><string key="concept:name" value="' + b"x" * (20 << 20)
    assert "log.xes:1: a tag or text is longer than 16 MB. This is not a log" in refused(endless)


PUBLISHED = {"running-example": (42, 6, 8), "roadtraffic100traces": (390, 100, 10)}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_logs_have_their_known_counts(declare, rows_of, shared, name):
    catalog = declare(None, PLAIN, location=str(shared / f"cases/data/{name}.xes"))
    taken = snapshot(catalog, "requests")
    rows = rows_of(taken.path)
    assert (
        len(rows),
        len({row["case"] for row in rows}),
        len({row["activity"] for row in rows}),
    ) == PUBLISHED[name]
    assert taken.rejects == 0


def test_the_receipt_log_is_the_same_as_xes_and_as_csv(declare, rows_of, shared):
    columns = {
        **PLAIN,
        "who": {"name": "org:resource"},
        "group": {"name": "org:group"},
        "instance": {"name": "concept:instance"},
        "moment": {"name": "lifecycle:transition"},
        "submitted": {"name": "case:startdate", "type": "time"},
        "closed": {"name": "case:enddate", "type": "time"},
        "channel": {"name": "case:channel"},
    }
    folder = shared / "data/coselog-receipt"
    taken = [
        snapshot(
            declare(None, columns, location=str(folder / file), time_zone="Europe/Amsterdam"), "requests"
        )
        for file in ("receipt.xes.gz", "receipt.csv.gz")
    ]
    assert [(each.rows, each.rejects, each.set_aside) for each in taken] == [(8577, 0, {}), (8577, 0, {})]
    assert rows_of(taken[0].path) == rows_of(taken[1].path)
