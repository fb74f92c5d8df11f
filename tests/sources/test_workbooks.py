"""Workbooks are written by hand here, cell by cell, as Excel would keep them."""

import zipfile
from datetime import date, datetime
from xml.sax.saxutils import escape

import pytest

from workbench.errors import SourceError
from workbench.sources import snapshot

COLUMNS = {"id": "text", "n": "integer", "share": "number", "day": "date", "opened": "time", "open": "yes_no"}
HEADER = ["ID", "N", "SHARE", "DAY", "OPENED", "OPEN"]
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DATED = 'numFmtId="22" applyNumberFormat="1"'


def cell(value) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        return f'<c s="1"><v>{(value - datetime(1899, 12, 30)).total_seconds() / 86_400!r}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    if value.startswith("#"):
        return f'<c t="e"><v>{value}</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def workbook(path, **sheets):
    names = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="r{i}"/>' for i, name in enumerate(sheets, 1))
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{RELATED}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(sheets) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {NAMESPACE} xmlns:r="{RELATED}"><sheets>{names}</sheets></workbook>',
        )
        root = f'<Relationship Id="r1" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{root}</Relationships>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{relations}</Relationships>'
        )
        archive.writestr(
            "xl/styles.xml",
            f"<styleSheet {NAMESPACE}><cellXfs><xf numFmtId='0'/><xf {DATED}/></cellXfs></styleSheet>",
        )
        for i, rows in enumerate(sheets.values(), 1):
            body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            archive.writestr(
                f"xl/worksheets/s{i}.xml", f"<worksheet {NAMESPACE}><sheetData>{body}</sheetData></worksheet>"
            )


def refused(catalog):
    with pytest.raises(SourceError) as refusal:
        snapshot(catalog, "requests")
    return str(refusal.value)


def test_cells_keep_their_types(declare, tmp_path, rows_of):
    row = ["02116", 12, 0.25, datetime(2025, 7, 15), datetime(2025, 7, 15, 12, 30), True]
    texts = [7, "8", "x", "2025-07-16", "2025-07-16 12:30", "no"]
    workbook(
        tmp_path / "a.xlsx", Sheet1=[HEADER, row, [None] * 6, texts, ["#N/A", 5, None, None, None, None]]
    )
    taken = snapshot(declare(columns=COLUMNS, file="a.xlsx"), "requests")
    first, last = rows_of(taken.path)
    assert list(first.values()) == [
        1,
        "02116",
        12,
        0.25,
        date(2025, 7, 15),
        datetime(2025, 7, 15, 16, 30),
        date(2025, 7, 15),
        True,
    ]
    assert list(last.values()) == [3, None, 5, None, None, None, None, None]
    [bad] = rows_of(taken.rejects_path)
    assert (bad["_row"], bad["column"], bad["got"]) == (2, "share", "x")


def test_a_date_cell_is_read_whatever_format_is_declared_for_text(declare, tmp_path, rows_of):
    workbook(tmp_path / "a.xlsx", S=[["DAY"], [datetime(2025, 7, 15)], ["16/07/2025"]])
    catalog = declare(columns={"day": {"type": "date", "format": "%d/%m/%Y"}}, file="a.xlsx")
    assert [row["day"] for row in rows_of(snapshot(catalog, "requests").path)] == [
        date(2025, 7, 15),
        date(2025, 7, 16),
    ]


def test_a_sheet_is_chosen_by_name(declare, tmp_path, rows_of):
    workbook(tmp_path / "a.xlsx", Notes=[["x"]], Data=[["ID"], ["a"]])
    assert rows_of(snapshot(declare(file="a.xlsx", sheet="Data"), "requests").path) == [
        {"_row": 1, "id": "a"}
    ]


def test_a_missing_sheet_is_answered_with_those_there_are(declare, tmp_path):
    workbook(tmp_path / "a.xlsx", Data2025=[["ID"], ["a"]], Notes=[["x"]])
    assert refused(declare(file="a.xlsx", sheet="Data2024")) == (
        "source `requests`: a.xlsx has no sheet 'Data2024'; 'Data2025' looks like it. It has: 'Data2025', 'Notes'."
    )


def test_an_empty_sheet_and_a_header_alone_are_told(declare, tmp_path):
    workbook(tmp_path / "a.xlsx", S=[])
    assert refused(declare(file="a.xlsx")) == "source `requests`: a.xlsx is empty."
    workbook(tmp_path / "a.xlsx", S=[["ID"]])
    assert refused(declare(file="a.xlsx")) == "source `requests`: a.xlsx has a header and no rows."


def test_a_damaged_workbook_is_told(declare):
    assert "a.xlsx cannot be read as a workbook" in refused(
        declare(b"PK\x03\x04 not a workbook", file="a.xlsx")
    )


def test_a_workbook_that_unpacks_without_measure_is_refused(declare, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (40 << 20))
    assert "a.xlsx unpacks to 40 MB" in refused(declare(file="a.xlsx"))
