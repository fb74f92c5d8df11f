"""How real tables go wrong: codes spelled many ways, names misspelled, blanks, double rows, unreadable dates."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.practice.places import ALIASES, NEIGHBOURHOODS
from workbench.practice.population import RACES

# The first code of a group is the usual one; the others share what is left.
RACE_CODES: dict[str, tuple[str, ...]] = {
    "american_indian": ("American Indian", "AI", "Native American"),
    "asian": ("Asian", "A", "ASN"),
    "black": ("Black", "B", "BLK", "Af-Am", "black "),
    "hispanic": ("Hispanic", "H", "H/L", "Latino"),
    "pacific_islander": ("Pacific Islander", "NHPI", "PI"),
    "two_or_more": ("Two or more", "2+", "M"),
    "white": ("White", "W", "WHT", "Caucasian"),
}
UNKNOWN_CODES = ("", "U", "Refused", "Not asked", "Other")
UNREADABLE_TIMES = ("0000-00-00 00:00:00", "2024-02-30 10:00:00", "see note")
_USUAL = 0.80


def race_codes(rng: np.random.Generator, race: np.ndarray, unknown: float) -> tuple[np.ndarray, np.ndarray]:
    """Codes as they were typed, and which rows have a race at all.

    Parameters
    ----------
    race : array of int
        Indices into ``RACES``.
    unknown : float
        Share of rows whose race nobody wrote down.
    """
    lists = [RACE_CODES[name] for name in RACES] + [UNKNOWN_CODES]
    known = rng.random(len(race)) >= unknown
    row = np.where(known, race, len(RACES))
    return _spelled(rng, lists, row), known


def place_names(rng: np.random.Generator, place: np.ndarray) -> np.ndarray:
    """Names of neighbourhoods as they were typed, some misspelled; index -1 gives a blank."""
    lists = [(name, *ALIASES.get(name, ())) for name in NEIGHBOURHOODS] + [("", "Unknown", "Outside city")]
    return _spelled(rng, lists, place)


def _spelled(rng: np.random.Generator, lists: list[tuple[str, ...]], row: np.ndarray) -> np.ndarray:
    """One spelling of each row's list: usually its first."""
    widths = np.array([len(spellings) for spellings in lists])
    table = np.full((len(lists), widths.max()), "", dtype=object)
    for i, spellings in enumerate(lists):
        table[i, : len(spellings)] = spellings
    other = (rng.random(len(row)) * (widths[row] - 1)).astype(int) + 1
    pick = np.where((rng.random(len(row)) < _USUAL) | (widths[row] == 1), 0, other)
    return table[row, pick]


def words(values: np.ndarray) -> pa.Array:
    """Texts; an empty one is missing."""
    text = pa.array(values, pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def as_text(times: np.ndarray, layout: str = "") -> pa.Array:
    """Times as text, days in a layout of their own where one is named; a missing one stays missing."""
    moments = pa.array(times.astype("datetime64[s]"))
    if not layout:
        return moments.cast(pa.string())
    days = moments.dictionary_encode()  # many rows of few days
    return pc.strftime(days.dictionary, layout).take(days.indices)


def spoiled(rng: np.random.Generator, text: pa.Array, words: tuple[str, ...], share: float) -> pa.Array:
    """The same texts, a few of them replaced by what cannot be read."""
    bad = np.flatnonzero(rng.random(len(text)) < share)
    values = text.to_numpy(zero_copy_only=False).copy()
    values[bad] = rng.choice(np.array(words, dtype=object), size=len(bad))
    return pa.array(values, pa.string())


def doubled(rng: np.random.Generator, table: pa.Table, share: float) -> pa.Table:
    """The same rows, a few of them twice in a row."""
    times = 1 + (rng.random(table.num_rows) < share)
    return table.take(pa.array(np.repeat(np.arange(table.num_rows), times)))
