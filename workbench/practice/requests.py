"""Requests and applications of the practice city: who asked, where, when, and what came of it."""

from dataclasses import dataclass

import numpy as np

from workbench.practice import effects, sun
from workbench.practice.lines import APPLICATIONS, LINES, REQUESTS, Line
from workbench.practice.places import COMMUNITY_OF, NEIGHBOURHOODS, POVERTY
from workbench.practice.population import RACES

FIRST_DAY, LAST_DAY = np.datetime64("2023-01-01"), np.datetime64("2025-12-31")
_LATEST_START = np.datetime64("2025-10-01")
_HOUR = 3600
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
    kind : array of int
        Index into the kinds of request of the line; 0 where it has none.
    """

    line: Line
    opened: np.ndarray
    place: np.ndarray
    race: np.ndarray
    chance: np.ndarray
    happened: np.ndarray
    language: np.ndarray
    kind: np.ndarray

    @property
    def slow(self) -> np.ndarray:
        """Which rows wait longer than others for what comes in time all the same."""
        group, _ = effects.SLOW_GROUPS.get(self.line.service, ("", ()))
        return np.array([name == group for name in RACES])[self.race]

    @property
    def hit_chance(self) -> np.ndarray:
        """The chance that a search finds something; 0 where nothing is looked for."""
        usual, added = effects.HITS.get(self.line.service, (0.0, {}))
        return usual + np.array([added.get(name, 0.0) for name in RACES])[self.race]

    @property
    def latest(self) -> np.ndarray:
        """Which rows fall in the latest quarter."""
        return self.opened >= _LATEST_START


def asked(rng: np.random.Generator, line: Line, residents: np.ndarray, scale: float) -> Asked:
    """Who asked for a service, and what came of it."""
    count = max(round(line.rows * scale), 60)
    opened = _moments(rng, line, count)
    place, race = _who(rng, line, residents, opened)
    kind = _kinds(rng, line, place)
    chance = _chances(line, opened, place, race, kind)
    happened = rng.random(count) < chance
    return Asked(line, opened, place, race, chance, happened, _languages(rng, race), kind)


def _who(
    rng: np.random.Generator, line: Line, residents: np.ndarray, opened: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Place and race of each row."""
    weight = weights(line, residents)
    cell = rng.choice(weight.size, size=len(opened), p=weight.ravel() / weight.sum())
    if line.service in effects.SEEN_BY_DAYLIGHT:
        group, times = effects.SEEN_BY_DAYLIGHT[line.service]
        seen = weight * np.where(np.array(RACES) == group, times, 1.0)
        by_light = rng.choice(weight.size, size=len(opened), p=seen.ravel() / seen.sum())
        cell = np.where(sun.is_light(opened), by_light, cell)
    return np.divmod(cell, len(RACES))


def weights(line: Line, residents: np.ndarray) -> np.ndarray:
    """How much each race of each neighbourhood asks: residents, times how often each of them does."""
    by_race = np.array([line.groups.get(name, 1.0) for name in RACES])
    return residents * by_race * np.array([line.places.get(name, 1.0) for name in NEIGHBOURHOODS])[:, None]


def _kinds(rng: np.random.Generator, line: Line, place: np.ndarray) -> np.ndarray:
    """The kind of each request, in some places of another mix."""
    if not line.mix:
        return np.zeros(len(place), int)
    usual, other = [share for _, share, _ in line.mix], effects.PLACE_MIX.get(line.service, {})
    edges = np.array([other.get(COMMUNITY_OF[name], usual) for name in NEIGHBOURHOODS]).cumsum(axis=1)
    return (rng.random(len(place))[:, None] > edges[place]).sum(axis=1).clip(max=len(usual) - 1)


def _moments(rng: np.random.Generator, line: Line, count: int) -> np.ndarray:
    """Sorted times of day and night on which people ask; never between two and three at night."""
    days = np.arange(FIRST_DAY, LAST_DAY + np.timedelta64(1, "D"))
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


def _chances(
    line: Line, opened: np.ndarray, place: np.ndarray, race: np.ndarray, kind: np.ndarray
) -> np.ndarray:
    """The chance of the outcome for each row: the same for all, but for what is planted."""
    by_place = effects.PLACE_EFFECTS.get(line.service, {})
    by_race = effects.GROUP_EFFECTS.get(line.service, {})
    since = effects.NEW_GROUP_EFFECTS.get(line.service, {})
    of_place = np.array(
        [by_place.get(name, 0) + by_place.get(COMMUNITY_OF[name], 0) for name in NEIGHBOURHOODS]
    )
    rank = np.argsort(np.argsort([POVERTY[name] for name in NEIGHBOURHOODS])) / (len(NEIGHBOURHOODS) - 1)
    of_place = of_place + effects.GRADIENTS.get(line.service, 0.0) * (rank - 0.5)
    of_kind = np.array([added for _, _, added in line.mix] or [0.0])
    of_race = np.array([by_race.get(name, 0.0) for name in RACES])
    of_new = np.array([since.get(name, 0.0) for name in RACES])
    chance = line.chance + of_place[place] + of_race[race] + of_kind[kind]
    return chance + of_new[race] * (opened >= _LATEST_START)


def unlucky(rng: np.random.Generator, rows: Asked, known: np.ndarray) -> np.ndarray:
    """Outcomes with the bad luck that is planted: a small group far below its true share, by chance."""
    if rows.line.service not in effects.BAD_LUCK:
        return rows.happened.copy()
    group, deviations = effects.BAD_LUCK[rows.line.service]
    hit = np.flatnonzero((rows.race == RACES.index(group)) & rows.latest & known)
    share = rows.line.chance
    misses = len(hit) * (1 - share) + deviations * np.sqrt(len(hit) * share * (1 - share))
    happened = rows.happened.copy()
    happened[hit] = True
    happened[rng.permutation(hit)[: round(misses)]] = False
    return happened


def _languages(rng: np.random.Generator, race: np.ndarray) -> np.ndarray:
    edge = _SPOKEN.cumsum(axis=1)[race]
    return (rng.random(len(race))[:, None] > edge).sum(axis=1).clip(max=len(LANGUAGES) - 1)


def all_asked(rng: np.random.Generator, residents: np.ndarray, scale: float) -> dict[str, list[Asked]]:
    """Rows of every service, by the source that they are written to."""
    found = {REQUESTS: [], APPLICATIONS: []}
    for line, own in zip(LINES, rng.spawn(len(LINES)), strict=True):
        found[line.source].append(asked(own, line, residents, scale))
    return found
