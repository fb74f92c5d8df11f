"""The city's own file of holidays: what a package of public holidays would add to it, and what it adds."""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from workbench.catalog.files import FORMAT
from workbench.catalog.model import Holiday
from workbench.catalog.nodes import Document, read_document
from workbench.catalog.words import did_you_mean
from workbench.errors import CatalogError, Fault, PublishError, UsageError, refusal

NAME = "parameters/holidays.yml"
_PLAIN = re.compile(r"[A-Za-z][\w .,'()/&-]*")
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_MOST_YEARS = 50
_HEAD = f"""format: {FORMAT}
# Days on which the city is closed. The file is the city's: strike what it works, add what it keeps.
holidays:
"""
# What is known to differ from what cities of a state keep (compared for 2026 with other public lists).
_KNOWN = {
    ("US", "MA"): (
        "In Suffolk County (Boston) offices close on 17 March (Evacuation Day) and 17 June (Bunker Hill Day): "
        "the package lacks both. It names no day off beside a holiday that falls on a Saturday, as 4 July 2026."
    ),
    (
        "US",
        "MN",
    ): "It gives the Friday before a holiday on a Saturday, as 3 July 2026, as a day off of the state.",
}
_STATE = "These are days of a country or state. Whether the city closes on them only the city knows."


@dataclass(frozen=True)
class Comparison:
    """A holiday file beside a package of public holidays.

    Parameters
    ----------
    path : Path
    origin : str
        Package, version, country, subdivision and years.
    notes : tuple of str
        Where the package is known to disagree with what cities keep.
    added : dict of date to str
        Holidays of years of which the file has none yet.
    left_out : dict of date to str
        Holidays of the package in years that the file has, and that the city does not keep.
    renamed : dict of date to (str, str)
        Dates that both have: the city's name and the package's.
    own : dict of date to str
        Holidays of the city that the package lacks.
    same : int
        How many days both have by the same name.
    """

    path: Path
    origin: str
    notes: tuple[str, ...]
    added: dict[date, str] = field(default_factory=dict)
    left_out: dict[date, str] = field(default_factory=dict)
    renamed: dict[date, tuple[str, str]] = field(default_factory=dict)
    own: dict[date, str] = field(default_factory=dict)
    same: int = 0

    def __str__(self) -> str:
        return "\n".join(
            [f"{NAME} beside {self.origin}:", *self._differences(), *self.notes, self._outcome()]
        )

    def _differences(self) -> list[str]:
        lines = [f"+ {_day(day)}: {name}" for day, name in self.added.items()]
        lines += [
            f"- {_day(day)}: {name}, not in your file, which has {day.year}; left out"
            for day, name in self.left_out.items()
        ]
        lines += [
            f"~ {_day(day)}: {own!r} here, {other!r} there; yours stays"
            for day, (own, other) in self.renamed.items()
        ]
        lines += [f"  {_day(day)}: {name}, your own; stays" for day, name in self.own.items()]
        return [*lines, f"= {self.same} days are in both."] if self.same else lines

    def _outcome(self) -> str:
        if not self.added:
            return "There is nothing to add: each year already has days, and those are the city's own."
        return f"{_counted(self.added)} would be added; --write adds them."


def compared(city: Path, country: str, subdivision: str, years: str) -> Comparison:
    """The city's holiday file beside the holidays of a country or a part of it.

    A year of which the file already has a day is the city's own: nothing is added to it, so that a
    day that the city struck stays away.

    Parameters
    ----------
    city : path
        The folder that holds ``parameters/``.
    country, subdivision : str
        ISO 3166 codes, such as US and MN; the subdivision may be empty.
    years : str
        ``2026`` or ``2023-2027``.

    Raises
    ------
    UsageError
        When the package does not know the place, or the years are none.
    CatalogError
        When the file has faults.
    """
    theirs, version = _package(country.upper(), subdivision.upper(), _range(years))
    ours = _named(_document(city))
    had = {day.year for day in ours}
    place = " ".join(filter(None, (country.upper(), subdivision.upper())))
    note = _KNOWN.get((country.upper(), subdivision.upper()))
    within = {day.year for day in theirs}
    return Comparison(
        path=city / NAME,
        origin=f"the package holidays {version}, {place} {years}",
        notes=tuple(filter(None, (note, _STATE))),
        added={day: name for day, name in theirs.items() if day.year not in had},
        left_out={day: name for day, name in theirs.items() if day.year in had and day not in ours},
        renamed={day: (ours[day], name) for day, name in theirs.items() if ours.get(day, name) != name},
        own={day: name for day, name in ours.items() if day not in theirs and day.year in within},
        same=sum(ours.get(day) == name for day, name in theirs.items()),
    )


def write(comparison: Comparison) -> str:
    """Add what is lacking to the file, line by line in the order of days; every line that is there stays as it is.

    Raises
    ------
    UsageError
        When the file does not have one day a line.
    PublishError
        When the file cannot be written.
    """
    path = comparison.path
    text = path.read_text(encoding="utf-8-sig") if path.exists() else _HEAD
    if comparison.added:
        _replace(
            path, _with_days(text, read_document(path, NAME) if path.exists() else None, comparison.added)
        )
    return f"Added to {NAME}: {_counted(comparison.added)}. Every line that was there is as it was."


def _document(city: Path) -> Document:
    if not (city / "parameters").is_dir():
        raise UsageError(f"{city} has no folder parameters/. Give the city's folder with --city.")
    path = city / NAME
    if path.with_suffix("").is_dir():
        raise UsageError(
            f"the holidays are in a folder, parameters/holidays/. Put them into the one file {NAME} first."
        )
    return read_document(path, NAME) if path.exists() else Document(value={"format": FORMAT})


def _named(document: Document) -> dict[date, str]:
    """The days of a file and their names."""
    value = document.value if isinstance(document.value, dict) else {}
    days = value.get("holidays") or {}
    faults = list(document.faults)
    if not isinstance(days, dict):
        faults.append(Fault(NAME, 0, 0, "`holidays` has no `date: name` lines.", "Write one day a line."))
        days = {}
    for key in days:
        if not Holiday.is_key(key):
            where = document.places.get(("holidays", key), (NAME, 0, 0))
            faults.append(Fault(*where, f"{key!r} is not {Holiday.key_noun}.", f"Write {Holiday.key_words}."))
    if faults:
        raise CatalogError("the holiday file has faults:", tuple(faults))
    return {date.fromisoformat(key): _text(name) for key, name in sorted(days.items())}


def _text(name) -> str:
    return str(name.get("name") or "") if isinstance(name, dict) else str(name or "")


def _range(years: str) -> range:
    match = _YEARS.fullmatch(years.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not first <= last < first + _MOST_YEARS:
        raise UsageError(
            f"--years {years!r} is not a year or a span of up to {_MOST_YEARS}; write 2026 or 2023-2027."
        )
    return range(first, last + 1)


def _package(country: str, subdivision: str, years: range) -> tuple[dict[date, str], str]:
    """The package's holidays in the order of days, and its version."""
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        raise UsageError(f"there is no country {country!r}. {did_you_mean(country, known)}")
    if subdivision and subdivision not in known[country]:
        raise UsageError(
            f"{country} has no subdivision {subdivision!r}. {did_you_mean(subdivision, known[country])}"
        )
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    return dict(sorted(found.items())), holidays.__version__


def _with_days(text: str, document: Document | None, days: dict[date, str]) -> str:
    """The text with a line for each day, before the first line of a later day and what is noted above that."""
    lines = text.splitlines()
    places = {key: where for key, where in (document.places if document else {}).items() if _is_below(key)}
    keys = {date.fromisoformat(key[1]): where[1:] for key, where in places.items() if len(key) == 2}
    if any(lines[line - 1][: column - 1].strip() for line, column in keys.values()):
        raise UsageError(
            f"{NAME} does not have one day a line; write `2026-01-01: New Year's Day` and so on below `holidays:`."
        )
    indent = min((column - 1 for _, column in keys.values()), default=2)
    end = max((line for _, line, _ in places.values()), default=_opened(lines))
    before = tuple(lines)
    for day, name in sorted(days.items(), reverse=True):
        at = min((line - 1 for other, (line, _) in keys.items() if other > day), default=end)
        while at < end and before[at - 1].lstrip().startswith("#"):
            at -= 1
        lines.insert(at, f"{' ' * indent}{day}: {_written(name)}")
    return "\n".join(lines) + "\n"


def _is_below(key: tuple) -> bool:
    return len(key) > 1 and key[0] == "holidays"


def _opened(lines: list[str]) -> int:
    """How many lines there are up to ``holidays:``, which is added where it is not there."""
    bare = [line.split("#")[0].rstrip() for line in lines]
    if "holidays:" not in bare:
        lines.append("holidays:")
        return len(lines)
    return bare.index("holidays:") + 1


def _written(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_suffix(".new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise PublishError(f"{path}: {refusal(error)}.") from None


def _counted(days) -> str:
    return f"{len(days)} day{'s' * (len(days) != 1)}"


def _day(day: date) -> str:
    """``2026-07-03, Friday``: the weekday shows days observed beside a weekend."""
    return f"{day}, {day:%A}"
