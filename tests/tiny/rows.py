"""The rows of the tiny town, made by arithmetic alone, so that every file is the same each time."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

SCRIPT, BRACES = "</script><script>window.x=1</script>", "{{7*7}}"
NEIGHBOURHOODS = ("Mill Pond", SCRIPT, BRACES)
ZIPS = ("02116", "06037", "no", "1.0")
FIRST, DAYS = date(2025, 1, 1), 365
# What cannot be used: an id that was given before, a year mistyped, an end before its start.
UNUSABLE = (
    (1, "2025-02-03", "2025-02-04", "2025-02-10", "B", "02116", "Mill Pond"),
    (901, "0009-02-03", "2025-02-04", "2025-02-10", "B", "02116", "Mill Pond"),
    (902, "2025-02-03", "2025-02-01", "2025-02-10", "B", "02116", "Mill Pond"),
)


def write(folder: Path) -> None:
    """Write the three sources of the town."""
    folder.mkdir(parents=True, exist_ok=True)
    header = "ID,OPENED_DT,CLOSED_DT,DUE_DT,RACE,ZIP,NEIGHBOURHOOD"
    _csv(folder / "requests.csv", header, [*requests(), *UNUSABLE])
    _csv(folder / "steps.csv", "CASE,STEP,DONE", steps())
    _csv(folder / "months.csv", "MONTH,ANSWERED,CALLS", months())


def requests(count: int = 720) -> Iterable[tuple]:
    """Requests: black residents' are late more often than others', and those of one place most often."""
    for number in range(count):
        opened = FIRST + timedelta(days=number * DAYS // count)
        race, place, code = "BW"[number % 2], NEIGHBOURHOODS[number // 2 % 3], ZIPS[number // 6 % 4]
        late = number // 24 % (2 if race == "B" else 5) == 0 or (place == SCRIPT and number % 4 == 0)
        closed = opened + timedelta(days=9 if late else 4)
        yield number + 1, opened, closed, opened + timedelta(days=7), race, code, place


def steps(cases: int = 120) -> Iterable[tuple]:
    """Three steps a case, the last some weeks after the first."""
    for number in range(cases):
        start = datetime(2025, 1, 2, 9) + timedelta(days=number * (DAYS - 40) // cases)
        for step, days in (("Received", 0), ("Checked", 2 + number % 5), ("Issued", 10 + number % 17)):
            yield f"P-{number:03}", step, (start + timedelta(days=days)).isoformat(sep=" ")


def months() -> Iterable[tuple]:
    """Two years of months."""
    for number in range(24):
        calls = 400 + 7 * (number % 5)
        yield date(2024 + number // 12, number % 12 + 1, 1), calls * (70 + number % 4) // 100, calls


def _csv(path: Path, header: str, rows: Iterable[tuple]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header.split(","), *rows])
