"""Tables become files whose bytes depend on nothing but their rows."""

import io
import os
import zipfile
import zlib
from datetime import UTC, date, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd
import pyarrow as pa
import pyarrow.csv

EXTRACTED = date(2026, 1, 15)
_EXCEL_DAY_ZERO = date(1899, 12, 30)


def write_csv(table: pa.Table | pd.DataFrame, path: Path) -> None:
    """Write a CSV file, compressed where its name ends in ``.gz``; missing values are empty."""
    arrow = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    buffer = io.BytesIO()
    pa.csv.write_csv(arrow, buffer, pa.csv.WriteOptions(quoting_style="needed"))
    content = buffer.getvalue()
    # gzip.compress names one system in its header up to Python 3.12 and another from 3.13 on.
    path.write_bytes(zlib.compress(content, 1, wbits=31) if path.suffix == ".gz" else content)


def write_workbook(table: pd.DataFrame, sheet: str, path: Path) -> None:
    """Write a workbook of one sheet: numbers and dates as Excel keeps them, everything else as text."""
    rows = [table.columns, *table.itertuples(index=False)]
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    parts = _PARTS | {
        "xl/workbook.xml": _WORKBOOK.format(sheet=escape(sheet)),
        "xl/worksheets/sheet1.xml": _SHEET.format(lines=lines),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 15, 0, 0, 0)), _XML + text, zipfile.ZIP_DEFLATED)


def date_files(folder: Path) -> None:
    """Date all files of a folder by the day the practice city took its extracts."""
    moment = datetime(EXTRACTED.year, EXTRACTED.month, EXTRACTED.day, 6, tzinfo=UTC).timestamp()
    for path in sorted(folder.iterdir()):
        os.utime(path, (moment, moment))


def _cell(value) -> str:
    if isinstance(value, date):
        return f'<c s="1"><v>{(value - _EXCEL_DAY_ZERO).days}</v></c>'
    if value is None or value != value or value == "":
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET = f'<worksheet xmlns="{_MAIN}"><sheetData>{{lines}}</sheetData></worksheet>'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Style 1 is a date (number format 14).
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}
