"""``sources.yml``: where a table is and how it is read, as typed values."""

from datetime import date
from typing import Literal

from pydantic import Field

from workbench.catalog.entry import ColumnType, Entry, Id, Text


class Column(Entry):
    """How one column of a source is read."""

    name: str = ""  # the column's name in the source
    names: list[str] = []  # or several columns read as one text, joined by a space: a year and a month
    type: ColumnType = "text"
    format: str = ""  # strptime format of a date or time; empty means ISO 8601
    missing: list[str] = []
    required: bool = False  # a row without it is a reject
    thousands: str = ""  # separator to drop from numbers
    words: dict[str, str] = {}  # of a yes_no column: what means yes, what means no
    planned: bool = False  # a date that is known before it comes, such as a due date


class Points(Entry):
    """Coordinates to be joined to the places of a level."""

    latitude: Text
    longitude: Text
    place_level: Text
    into: Text  # the column that receives the place; kept where it is already filled
    default: list[tuple[float, float]] = []  # latitude, longitude where rows without an address are put
    tolerance: float = 0.0001  # degrees


class Unpivot(Entry):
    """Columns of a wide table that become rows."""

    columns: list[str]
    name: Text
    value: Text


class Source(Entry):
    """``sources.yml``: where a table is and how it is read.

    ``location`` is a path or glob relative to the city's folder, or a database URL
    (``duckdb:///file``, ``postgres://...``, ``pyspark://...``) together with ``table`` or ``query``.
    """

    title: str = ""
    location: Text
    table: str = ""
    query: str = ""
    sheet: str = ""
    delimiter: str = ","
    encoding: Literal["utf-8", "latin-1", "utf-16"] = "utf-8"
    time_zone: str = ""  # of naive times; the city's where empty
    columns: dict[Id, Column]
    unique: list[str] = []  # columns that together name a row
    not_before: dict[str, str] = {}  # a time column: the column it must not be earlier than
    earliest: date = date(1990, 1, 1)  # a date before this is a typing error: a reject
    missing: list[str] = ["", "NA", "N/A", "NULL", "null"]
    rejects_allowed: float = Field(default=0.01, ge=0, le=1)
    about_people: bool = True
    trusted: bool = False
    points: Points | None = None
    unpivot: Unpivot | None = None
    case_object: str = ""  # of an object-centric log: the type of object that is a case
    qualifier: str = ""  # what that object must be to an event; anything where empty
