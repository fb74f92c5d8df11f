"""Requests and applications of the practice city: who asked, where, when, and what came of it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.practice import dirt, effects
from workbench.practice.lines import APPLICATIONS, LINES, REQUESTS, Line
from workbench.practice.places import CITY_HALL, COMMUNITY_OF, NEIGHBOURHOODS, points_within
from workbench.practice.population import RACES

FIRST_DAY, LAST_DAY = np.datetime64("2023-01-01"), np.datetime64("2025-12-31")
EXTRACTED = np.datetime64("2026-01-15T00:00:00")
_LATEST_START = np.datetime64("2025-10-01")
_SPRING = np.array(["2023-03-12", "2024-03-10", "2025-03-09"], dtype="datetime64[h]")
_HOUR, _DAY = 3600, 86_400
LANGUAGES = ("English", "Spanish", "Hmong", "Somali", "Another language")
# Share of each language at home, in the order of RACES.
_SPOKEN = np.array(
    [
        (0.93, 0.01, 0.00, 0.00, 0.06),
        (0.55, 0.00, 0.33, 0.00, 0.12),
        (0.74, 0.01, 0.00, 0.21, 0.04),
        (0.42, 0.54, 0.00, 0.00, 0.04),
        (0.80, 0.00, 0.00, 0.00, 0.20),
        (0.90, 0.06, 0.01, 0.00, 0.03),
        (0.96, 0.01, 0.00, 0.00, 0.03),
    ]
)


@dataclass(frozen=True)
class Asked:
    """Rows of one service before they are written down: arrays of one length.

    Parameters
    ----------
    line : Line
    opened : array of datetime64[s]
    place, race : array of int
        Indices into ``NEIGHBOURHOODS`` and ``RACES``.
    chance : array of float
        The true chance of the outcome.
    happened : array of bool
        Whether it came about.
    language : array of int
        Index into ``LANGUAGES``.
    """

    line: Line
    opened: np.ndarray
    place: np.ndarray
    race: np.ndarray
    chance: np.ndarray
    happened: np.ndarray
    language: np.ndarray

    @property
    def latest(self) -> np.ndarray:
        """Which rows fall in the latest quarter."""
        return self.opened >= _LATEST_START


def asked(rng: np.random.Generator, line: Line, residents: np.ndarray, scale: float) -> Asked:
    """Who asked for a service, and what came of it."""
    count = max(round(line.rows * scale), 60)
    opened = _moments(rng, line, count)
    weight = residents * np.array([line.groups.get(name, 1.0) for name in RACES])
    weight = weight * np.array([line.places.get(name, 1.0) for name in NEIGHBOURHOODS])[:, None]
    cell = rng.choice(weight.size, size=count, p=weight.ravel() / weight.sum())
    place, race = np.divmod(cell, len(RACES))
    chance = _chances(line, opened, place, race)
    return Asked(line, opened, place, race, chance, rng.random(count) < chance, _languages(rng, race))


def _moments(rng: np.random.Generator, line: Line, count: int) -> np.ndarray:
    """Sorted times of day and night on which people ask; never between two and three at night."""
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    weight = np.where(np.is_busday(days), 1.0, 0.35 if line.source == REQUESTS else 0.0)
    if line.kind == "tow":
        weight = np.isin(days, _snow_days(rng)).astype(float)
    day = rng.choice(days, size=count, p=weight / weight.sum())
    if line.kind in ("hour", "stop", "tow"):
        second = rng.integers(3 * _HOUR, 26 * _HOUR, size=count) % (24 * _HOUR)
    else:
        second = np.clip(rng.normal(13.2, 3.1, size=count), 6, 22.9) * _HOUR
    return np.sort(day.astype("datetime64[s]") + second.astype("timedelta64[s]"))


def _snow_days(rng: np.random.Generator) -> np.ndarray:
    """Days of snow emergencies: eight in each part of a winter."""
    starts = ("2023-01-02", "2023-12-01", "2024-01-02", "2024-12-01", "2025-01-02", "2025-12-01")
    lengths = (75, 30, 75, 30, 75, 30)
    return np.concatenate(
        [
            np.datetime64(start) + rng.choice(length, size=8, replace=False)
            for start, length in zip(starts, lengths, strict=True)
        ]
    )


def _chances(line: Line, opened: np.ndarray, place: np.ndarray, race: np.ndarray) -> np.ndarray:
    """The chance of the outcome for each row: the same for all, but for what is planted."""
    by_place = effects.PLACE_EFFECTS.get(line.service, {})
    by_race = effects.GROUP_EFFECTS.get(line.service, {})
    since = effects.NEW_GROUP_EFFECTS.get(line.service, {})
    of_place = np.array(
        [by_place.get(name, 0) + by_place.get(COMMUNITY_OF[name], 0) for name in NEIGHBOURHOODS]
    )
    of_race = np.array([by_race.get(name, 0.0) for name in RACES])
    of_new = np.array([since.get(name, 0.0) for name in RACES])
    return line.chance + of_place[place] + of_race[race] + of_new[race] * (opened >= _LATEST_START)


def unlucky(rng: np.random.Generator, rows: Asked, known: np.ndarray) -> np.ndarray:
    """Outcomes with the bad luck that is planted: a small group far below its true share, by chance."""
    if rows.line.service not in effects.BAD_LUCK:
        return rows.happened
    group, deviations = effects.BAD_LUCK[rows.line.service]
    hit = np.flatnonzero((rows.race == RACES.index(group)) & rows.latest & known)
    share = rows.line.chance
    misses = len(hit) * (1 - share) + deviations * np.sqrt(len(hit) * share * (1 - share))
    happened = rows.happened.copy()
    happened[hit] = True
    happened[rng.permutation(hit)[: round(misses)]] = False
    return happened


def request_table(rng: np.random.Generator, asking: list[Asked], squares: dict) -> pa.Table:
    """All requests in the order in which they were opened."""
    parts = [_request_columns(rng, rows) for rows in asking]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["opened"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    located = _located(rng, columns["place"], squares)
    times = {name: dirt.as_text(columns[name]) for name in ("opened", "due", "closed")}
    return pa.table(
        {
            "Request ID": _numbers("SR", columns["opened"]),
            "Service Type": dirt.words(columns["code"]),
            "Opened": dirt.spoiled(rng, times["opened"], dirt.UNREADABLE_TIMES, 0.0006),
            "Due": times["due"],
            "Closed": times["closed"],
            "Outcome": dirt.words(columns["outcome"]),
            "Race": dirt.words(columns["race"]),
            **located,
        }
    )


def _request_columns(rng: np.random.Generator, rows: Asked) -> dict[str, np.ndarray]:
    codes, known = dirt.race_codes(rng, rows.race, 0.11)
    happened = unlucky(rng, rows, known)
    due, closed = _due_and_closed(rng, rows, happened)
    outcome = np.full(len(codes), "", dtype=object)
    if rows.line.kind == "stop":
        outcome = np.where(happened, "Searched", "Not searched").astype(object)
    return {
        "opened": rows.opened,
        "due": due,
        "closed": np.where(closed < EXTRACTED, closed, np.datetime64("NaT")),
        "code": np.full(len(codes), rows.line.code, dtype=object),
        "outcome": outcome,
        "race": codes,
        "place": rows.place,
    }


def _due_and_closed(
    rng: np.random.Generator, rows: Asked, happened: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The due date, if the service has one, and when the request was closed, often just in time."""
    count = len(happened)
    never = np.full(count, np.datetime64("NaT", "s"))
    if rows.line.kind == "due":
        return _in_working_hours(rng, rows, happened)
    if rows.line.kind == "hour":
        minutes = np.where(happened, rng.uniform(4, 59, size=count), 61 + rng.exponential(50, size=count))
        return never, _as_clocks_show(rows.opened + (minutes * 60).astype("timedelta64[s]"))
    minutes = rng.uniform(6, 55, size=count)
    return never, _as_clocks_show(rows.opened + (minutes * 60).astype("timedelta64[s]"))


def _as_clocks_show(times: np.ndarray) -> np.ndarray:
    """The same times; those in the hour that spring skips are an hour later on every clock."""
    skipped = np.isin(times.astype("datetime64[h]"), [night + np.timedelta64(2, "h") for night in _SPRING])
    return np.where(skipped, times + np.timedelta64(_HOUR, "s"), times)


def _in_working_hours(
    rng: np.random.Generator, rows: Asked, happened: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Due at five some days later; closed by then, on a later day or, of some, never; a few are closed, it
    says, a month before they came in.
    """
    count, days = len(happened), int(rows.line.days)
    first = rows.opened.astype("datetime64[D]")
    early = np.floor(rng.beta(2.2, 1.6, size=count) * (days + 1)).clip(1, days)
    late = days + np.ceil(rng.lognormal(1.1, 0.9, size=count))
    day = first + np.where(happened, early, late).astype("timedelta64[D]")
    day = np.where(rng.random(count) < 0.0008, first - 31, day)
    second = rng.integers(8 * _HOUR, 17 * _HOUR, size=count).astype("timedelta64[s]")
    due = (first + days).astype("datetime64[s]") + np.timedelta64(17 * _HOUR, "s")
    forgotten = ~happened & (rng.random(count) < 0.03)
    return due, np.where(forgotten, np.datetime64("NaT"), day.astype("datetime64[s]") + second)


def _located(rng: np.random.Generator, place: np.ndarray, squares: dict) -> dict[str, pa.Array]:
    """Neighbourhood and coordinates: some rows lack one, some both, some lie at City Hall."""
    luck = rng.random(len(place))
    at_city_hall, nowhere = luck < 0.007, (luck >= 0.007) & (luck < 0.017)
    unnamed, unmapped = (luck >= 0.017) & (luck < 0.05), luck >= 0.94
    point = points_within(rng, squares, place)
    point[at_city_hall] = CITY_HALL[::-1]
    point[nowhere | unmapped] = np.nan
    name = dirt.place_names(rng, np.where(nowhere, -1, place))
    name[at_city_hall | unnamed] = ""
    return {
        "Neighborhood": dirt.words(name),
        "Latitude": pa.array(point[:, 1], from_pandas=True),
        "Longitude": pa.array(point[:, 0], from_pandas=True),
    }


def application_table(rng: np.random.Generator, asking: list[Asked]) -> pa.Table:
    """All applications in the order in which they came in."""
    parts = [_application_columns(rng, rows) for rows in asking]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["received"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    received = dirt.as_text(columns["received"], "%m/%d/%Y")
    return pa.table(
        {
            "Application No": _numbers("A", columns["received"]),
            "Program": dirt.words(columns["code"]),
            "Received": dirt.spoiled(rng, received, ("13/45/2024", "TBD"), 0.0006),
            "Decided": dirt.as_text(columns["decided"], "%m/%d/%Y"),
            "Decision": dirt.words(columns["decision"]),
            "Applicant Race": dirt.words(columns["race"]),
            "Home Language": dirt.words(columns["language"]),
            "Neighborhood": dirt.words(columns["place"]),
        }
    )


def _application_columns(rng: np.random.Generator, rows: Asked) -> dict[str, np.ndarray]:
    codes, known = dirt.race_codes(rng, rows.race, 0.09)
    happened = unlucky(rng, rows, known)
    decided = rows.opened + (_days_to_decide(rng, rows, happened) * _DAY).astype("timedelta64[s]")
    waiting = decided >= EXTRACTED
    line = rows.line
    if line.kind == "seen":
        happened = rng.random(len(codes)) < 0.93
    decision = np.where(waiting, "", np.where(happened, line.good, line.bad)).astype(object)
    nowhere = rng.random(len(codes)) < 0.025
    language = np.array(LANGUAGES, dtype=object)[rows.language]
    language[rng.random(len(codes)) < 0.05] = "Not asked"
    return {
        "received": rows.opened,
        "decided": np.where(waiting, np.datetime64("NaT"), decided),
        "code": np.full(len(codes), line.code, dtype=object),
        "decision": decision,
        "race": codes,
        "language": language,
        "place": dirt.place_names(rng, np.where(nowhere, -1, rows.place)),
    }


def _days_to_decide(rng: np.random.Generator, rows: Asked, happened: np.ndarray) -> np.ndarray:
    count = len(happened)
    if rows.line.kind == "seen":
        return np.where(happened, rng.integers(0, 14, size=count), rng.integers(15, 22, size=count))
    return np.ceil(rng.gamma(4, rows.line.days / 4, size=count)).clip(1, 60)


def _languages(rng: np.random.Generator, race: np.ndarray) -> np.ndarray:
    edge = _SPOKEN.cumsum(axis=1)[race]
    return (rng.random(len(race))[:, None] > edge).sum(axis=1).clip(max=len(LANGUAGES) - 1)


def _numbers(prefix: str, opened: np.ndarray) -> pa.Array:
    """Numbers as an office gives them: the year, and the order in which they came in."""
    year = opened.astype("datetime64[Y]").astype(int) + 1970
    order = np.arange(1, len(opened) + 1)
    return pa.array([f"{prefix}-{y}-{n:06d}" for y, n in zip(year.tolist(), order.tolist(), strict=True)])


def all_asked(rng: np.random.Generator, residents: np.ndarray, scale: float) -> dict[str, list[Asked]]:
    """Rows of every service, by the source that they are written to."""
    found = {REQUESTS: [], APPLICATIONS: []}
    for line in LINES:
        found[line.source].append(asked(rng, line, residents, scale))
    return found
