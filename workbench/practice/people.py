"""Who applies: numbers of persons, some of whom come again, and surnames that lean towards a race."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbench.practice import dirt, effects
from workbench.practice.population import RACES

OTHERS = "ALL OTHER NAMES"
_FIRST = [
    "Ald",
    "Bren",
    "Cas",
    "Dorn",
    "Elm",
    "Farr",
    "Gren",
    "Hol",
    "Iver",
    "Jast",
    "Kell",
    "Lorn",
    "Mar",
    "Nes",
    "Orr",
    "Pell",
    "Quil",
    "Ras",
    "Stav",
    "Tor",
]
_LAST = [
    "aby",
    "ander",
    "beck",
    "dale",
    "eko",
    "ford",
    "gard",
    "holm",
    "ito",
    "land",
    "mere",
    "noz",
    "ost",
    "wick",
]
# How far the bearers of a surname belong to the race that it leans to, in the order of RACES; the others
# are as everybody.
_LEAN = np.array([0.30, 0.90, 0.40, 0.90, 0.50, 0.20, 0.55])
_UNLISTED, _BLANK = 0.05, 0.02
_COMES_AGAIN = 0.15


class Surnames:
    """Made-up surnames and how many of each bear them: one row a surname, one column a race.

    Parameters
    ----------
    rng : Generator
    residents : array of int
        One row a neighbourhood, one column a race.
    """

    def __init__(self, rng: np.random.Generator, residents: np.ndarray):
        self.names = np.array([first + last for first in _FIRST for last in _LAST], dtype=object)
        rng.shuffle(self.names)
        self.city = residents.sum(axis=0) / residents.sum()
        lean = np.arange(len(self.names)) % len(RACES)
        own = _LEAN[lean, None]
        self.shares = own * np.eye(len(RACES))[lean] + (1 - own) * self.city
        bearers = rng.gamma(2.0, size=len(self.names)) * self.city[lean]
        self.bearers = np.maximum(np.round(bearers / bearers.sum() * residents.sum()), 100).astype(int)

    def table(self) -> pd.DataFrame:
        """What a census publishes: bearers, and percentages of them by race."""
        rows = np.vstack([self.shares, self.city])
        columns = {"Surname": [*(name.upper() for name in self.names), OTHERS]}
        columns["People"] = [*self.bearers.tolist(), int(self.bearers.sum() * _UNLISTED)]
        names = [dirt.RACE_CODES[name][0] for name in RACES]
        return pd.DataFrame(columns | {f"Pct {n}": (100 * rows[:, i]).round(2) for i, n in enumerate(names)})

    def drawn(self, rng: np.random.Generator, race: np.ndarray) -> np.ndarray:
        """A surname for each person; a few are in no table, a few are blank."""
        edges = (self.shares * self.bearers[:, None]).cumsum(axis=0)
        edges = edges / edges[-1]
        luck, found = rng.random(len(race)), np.full(len(race), "", dtype=object)
        for i in range(len(RACES)):
            mine = race == i
            found[mine] = self.names[np.searchsorted(edges[:, i], luck[mine])]
        other = rng.random(len(race))
        found[other < _UNLISTED] = "Zz" + found[other < _UNLISTED]
        found[other > 1 - _BLANK] = ""
        return found


def unknown_share(service: str, race: np.ndarray, happened: np.ndarray, usual: float) -> np.ndarray:
    """How likely it is of each row that nobody wrote down its race."""
    if service not in effects.NOT_ASKED:
        return np.full(len(race), usual)
    approved, denied, group, denied_of_group = effects.NOT_ASKED[service]
    of_denied = np.where(race == RACES.index(group), denied_of_group, denied)
    return np.where(happened, approved, of_denied)


def persons(
    rng: np.random.Generator, service: str, cell: np.ndarray, candidates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A number for each row's person, and which rows are those of one who applies again and again.

    Parameters
    ----------
    cell : array of int
        Race and place; who comes again is of the same.
    candidates : array of int
        Rows that may be those of the one who does.
    """
    if service not in effects.REPEATER:
        return np.arange(len(cell)), candidates[:0]
    order = np.argsort(cell, kind="stable")
    anew = np.ones(len(cell), bool)
    anew[1:] = (np.diff(cell[order]) != 0) | (rng.random(len(cell) - 1) >= _COMES_AGAIN)
    person = np.empty(len(cell), int)
    person[order] = anew.cumsum() - 1
    chosen = np.sort(rng.permutation(candidates)[: effects.REPEATER[service][1]])
    person[chosen] = len(cell)
    return person, chosen


def numbered(rng: np.random.Generator, parts: list[np.ndarray]) -> pa.Array:
    """Numbers of persons, one sequence for all services, in no order that tells anything."""
    offsets = np.cumsum([0, *(int(part.max(initial=-1)) + 1 for part in parts)])
    person = np.concatenate([part + offset for part, offset in zip(parts, offsets, strict=False)])
    number = rng.permutation(offsets[-1])[person]
    return pa.array([f"P-{n:06d}" for n in number.tolist()])
