"""Requests and applications as the tables that a city keeps of them, with all that goes wrong in such."""

import numpy as np
import pyarrow as pa

from workbench.practice import dirt, effects, people
from workbench.practice.places import CITY_HALL, points_within
from workbench.practice.population import RACES
from workbench.practice.requests import LANGUAGES, Asked, unlucky

EXTRACTED = np.datetime64("2026-01-15T00:00:00")
_SPRING = np.array(["2023-03-12", "2024-03-10", "2025-03-09"], dtype="datetime64[h]")
_HOUR, _DAY = 3600, 86_400


def request_table(rng: np.random.Generator, asking: list[Asked], squares: dict) -> pa.Table:
    """All requests in the order in which they were opened."""
    parts = [_request_columns(own, rows) for own, rows in zip(rng.spawn(len(asking)), asking, strict=True)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["opened"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    located = _located(rng, columns["place"], columns["placed"], squares)
    times = {name: dirt.as_text(columns[name]) for name in ("opened", "due", "closed")}
    return pa.table(
        {
            "Request ID": _numbers("SR", columns["opened"]),
            "Service Type": dirt.words(columns["code"]),
            "Opened": dirt.spoiled(rng, times["opened"], dirt.UNREADABLE_TIMES, 0.0006),
            "Due": times["due"],
            "Closed": times["closed"],
            "Outcome": dirt.words(columns["outcome"]),
            "Found": dirt.words(columns["found"]),
            "Call Kind": dirt.words(columns["kind"]),
            "Race": dirt.words(columns["race"]),
            **located,
        }
    )


def _request_columns(rng: np.random.Generator, rows: Asked) -> dict[str, np.ndarray]:
    codes, known = dirt.race_codes(rng, rows.race, 0.11)
    happened = unlucky(rng, rows, known)
    due, closed = _due_and_closed(rng, rows, happened)
    outcome = np.full(len(codes), "", dtype=object)
    found = outcome
    if rows.line.kind == "stop":
        outcome = np.where(happened, "Searched", "Not searched").astype(object)
        hit = rng.random(len(codes)) < rows.hit_chance
        found = np.where(happened, np.where(hit, "Yes", "No"), "").astype(object)
    return {
        "opened": rows.opened,
        "due": due,
        "closed": np.where(closed < EXTRACTED, closed, np.datetime64("NaT", "s")),
        "code": np.full(len(codes), rows.line.code, dtype=object),
        "outcome": outcome,
        "found": found,
        "kind": np.array([name for name, _, _ in rows.line.mix] or [""], dtype=object)[rows.kind],
        "race": codes,
        "place": rows.place,
        "placed": np.full(len(codes), rows.line.placed),
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
    early = np.floor(_share_waited(rng, rows) * (days + 1)).clip(1, days)
    late = days + np.ceil(rng.lognormal(1.1, 0.9, size=count))
    day = first + np.where(happened, early, late).astype("timedelta64[D]")
    day = np.where(rng.random(count) < 0.0008, first - np.timedelta64(31, "D"), day)
    second = rng.integers(8 * _HOUR, 17 * _HOUR, size=count).astype("timedelta64[s]")
    due = (first + np.timedelta64(days, "D")).astype("datetime64[s]") + np.timedelta64(17 * _HOUR, "s")
    forgotten = ~happened & (rng.random(count) < 0.03)
    return due, np.where(forgotten, np.datetime64("NaT", "s"), day.astype("datetime64[s]") + second)


def _share_waited(rng: np.random.Generator, rows: Asked) -> np.ndarray:
    """How much of the time allowed goes by until those are served who are served within it."""
    usual = rng.beta(*effects.USUAL_WAIT, size=len(rows.race))
    if not rows.slow.any():
        return usual
    _, parameters = effects.SLOW_GROUPS[rows.line.service]
    return np.where(rows.slow, rng.beta(*parameters, size=len(rows.race)), usual)


def _located(
    rng: np.random.Generator, place: np.ndarray, placed: np.ndarray, squares: dict
) -> dict[str, pa.Array]:
    """Neighbourhood and coordinates: some rows lack one, some both, some lie at City Hall; but not ``placed``."""
    luck = np.where(placed, 0.5, rng.random(len(place)))
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


def application_table(rng: np.random.Generator, asking: list[Asked], surnames: people.Surnames) -> pa.Table:
    """All applications in the order in which they came in."""
    parts = [
        _application_columns(own, rows, surnames)
        for own, rows in zip(rng.spawn(len(asking)), asking, strict=True)
    ]
    persons = people.numbered(rng, [part.pop("person") for part in parts])
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(columns["received"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    received = dirt.as_text(columns["received"], "%m/%d/%Y")
    return pa.table(
        {
            "Application No": _numbers("A", columns["received"]),
            "Applicant No": persons.take(pa.array(order)),
            "Last Name": dirt.words(columns["surname"]),
            "Program": dirt.words(columns["code"]),
            "Received": dirt.spoiled(rng, received, ("13/45/2024", "TBD"), 0.0006),
            "Decided": dirt.as_text(columns["decided"], "%m/%d/%Y"),
            "Decision": dirt.words(columns["decision"]),
            "Applicant Race": dirt.words(columns["race"]),
            "Home Language": dirt.words(columns["language"]),
            "Neighborhood": dirt.words(columns["place"]),
        }
    )


def _application_columns(
    rng: np.random.Generator, rows: Asked, surnames: people.Surnames
) -> dict[str, np.ndarray]:
    line, count = rows.line, len(rows.race)
    unknown = people.unknown_share(line.service, rows.race, rows.happened, 0.09)
    codes, known = dirt.race_codes(rng, rows.race, unknown)
    happened = unlucky(rng, rows, known)
    person, again = _persons(rng, rows, known)
    happened[again] = False
    place = np.where(rng.random(count) < 0.025, -1, rows.place)
    place[again] = rows.place[again[:1]]
    decided = rows.opened + (_days_to_decide(rng, rows, happened) * _DAY).astype("timedelta64[s]")
    waiting = decided >= EXTRACTED
    if line.kind == "seen":
        happened = rng.random(count) < 0.93
    surname = surnames.drawn(rng, rows.race)
    surname[again] = surname[again[:1]]
    return {
        "received": rows.opened,
        "decided": np.where(waiting, np.datetime64("NaT", "s"), decided),
        "code": np.full(count, line.code, dtype=object),
        "decision": np.where(waiting, "", np.where(happened, line.good, line.bad)).astype(object),
        "race": codes,
        "language": _language_names(rng, rows.language),
        "place": dirt.place_names(rng, place),
        "person": person,
        "surname": surname,
    }


def _persons(rng: np.random.Generator, rows: Asked, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Who applied, and the rows of the one who does so all the time."""
    group, _ = effects.REPEATER.get(rows.line.service, ("", 0))
    mine = np.array([name == group for name in RACES])[rows.race]
    cell = rows.place * len(RACES) + rows.race
    return people.persons(rng, rows.line.service, cell, np.flatnonzero(mine & known & rows.latest))


def _language_names(rng: np.random.Generator, language: np.ndarray) -> np.ndarray:
    names = np.array(LANGUAGES, dtype=object)[language]
    names[rng.random(len(names)) < 0.05] = "Not asked"
    return names


def _days_to_decide(rng: np.random.Generator, rows: Asked, happened: np.ndarray) -> np.ndarray:
    count = len(happened)
    if rows.line.kind == "seen":
        return np.where(happened, rng.integers(0, 14, size=count), rng.integers(15, 22, size=count))
    return np.ceil(rng.gamma(4, rows.line.days / 4, size=count)).clip(1, 60)


def _numbers(prefix: str, opened: np.ndarray) -> pa.Array:
    """Numbers as an office gives them: the year, and the order in which they came in."""
    year = opened.astype("datetime64[Y]").astype(int) + 1970
    order = np.arange(1, len(opened) + 1)
    return pa.array([f"{prefix}-{y}-{n:06d}" for y, n in zip(year.tolist(), order.tolist(), strict=True)])
