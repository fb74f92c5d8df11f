"""The cells of a cube: their names, and sums over all that a cell does not name."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

ALL = "all"
CITY = "city"
UNKNOWN = "unknown"
WHO = ["dimension", "group", "place_level", "place"]
CELL = ["interval", *WHO, "stratum"]
COUNTS = ["numerator", "denominator"]
Part = dict[str, np.ndarray | str]  # some rows by column; what stands in all of them is one word


def with_margins(
    found: pd.DataFrame, levels: list[str], *, stratified: bool = False, counts: list[str] = COUNTS
) -> pd.DataFrame:
    """Cells of every margin from counts at the finest grain.

    Parameters
    ----------
    found : DataFrame
        Columns interval, dimension, group, one for each place level, stratum, and the counts.
    levels : list of str
        Its columns of places.
    stratified : bool
        Whether cells by stratum are wanted beside those over all strata: for each group in the whole
        city, and for everyone in each place.
    counts : list of str
        Its columns of whole numbers that are added.

    Returns
    -------
    DataFrame
        Columns interval, dimension, group, place_level, place, stratum and the counts; ordered.
    """
    parts = []
    for dimension, rows in by_dimension(found):
        if dimension == ALL:
            rows = _folded(rows, ["interval", *levels, "stratum"], counts)
        plain = _folded(rows, [name for name in ("interval", "group", *levels) if name in rows], counts)
        for level in [CITY, *levels]:
            parts.append(margin(plain, dimension, level, ["interval"], counts) | {"stratum": ALL})
            if stratified and (level == CITY or dimension == ALL):
                parts.append(margin(rows, dimension, level, ["interval", "stratum"], counts))
    return ordered(parts, CELL, counts)


def _folded(rows: pd.DataFrame, keys: list[str], counts: list[str]) -> pd.DataFrame:
    """Sums by all keys that any margin needs: the margins are then sums of few rows."""
    return pd.DataFrame(added_up(rows, keys, counts))


def added_up(
    rows: pd.DataFrame, keys: list[str], counts: list[str]
) -> dict[str, np.ndarray | pd.Categorical]:
    """Sums by keys, which are categories or whole numbers and never missing, in the order of the keys.

    Of some hundred cells pandas' own grouping takes ten times as long to be told what to do as to do it.
    """
    combined = np.zeros(len(rows), dtype="int64")
    for key in keys:
        places, words = _places(rows[key])
        combined = combined * words + places
    order = np.argsort(combined, kind="stable")
    first = np.flatnonzero(np.diff(combined[order], prepend=-1))
    sums = {name: np.add.reduceat(rows[name].to_numpy()[order], first) for name in counts}
    return {key: rows[key].array[order[first]] for key in keys} | sums


def _places(column: pd.Series) -> tuple[np.ndarray, int]:
    """For each row the place of its word among all, and how many there are."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), len(column.cat.categories)
    numbers, places = np.unique(column, return_inverse=True)
    return places, len(numbers)


def by_dimension(found: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Everyone, then each dimension: its rows, of which every one has the same people."""
    rows = found.assign(**{name: found[name].astype("category") for name in _labels(found)})
    dimensions = [name for name in sorted(found["dimension"].unique()) if name != ALL]
    first = dimensions[0] if dimensions else ALL
    yield ALL, rows[rows["dimension"] == first]
    for dimension in dimensions:
        yield dimension, rows[rows["dimension"] == dimension]


def _labels(found: pd.DataFrame) -> list[str]:
    return [name for name in found.columns if not pd.api.types.is_numeric_dtype(found[name])]


def margin(rows: pd.DataFrame, dimension: str, level: str, keys: list[str], counts: list[str]) -> Part:
    """Sums by group (of a dimension), place (of a level) and keys, over all that is not named."""
    grouped = [] if dimension == ALL else ["group"]
    placed = [] if level == CITY else [level]
    summed = added_up(rows, [*keys, *grouped, *placed], counts)
    columns = {name: np.asarray(values) for name, values in summed.items()}
    everyone = {} if grouped else {"group": ALL}
    place = columns[level] if placed else ALL
    return columns | everyone | {"dimension": dimension, "place_level": level, "place": place}


def ordered(parts: list[Part], keys: list[str], counts: list[str]) -> pd.DataFrame:
    """All parts as one frame with plain columns, in the order of the keys."""
    cells = pd.DataFrame({name: _whole(parts, name, counts[0]) for name in [*keys, *counts]})
    return cells.astype(dict.fromkeys(counts, "int64")).sort_values(keys, ignore_index=True)


def _whole(parts: list[Part], name: str, count: str) -> np.ndarray | pd.Series:
    """A column of all parts."""
    each = [
        np.full(len(part[count]), part[name], object) if isinstance(part[name], str) else part[name]
        for part in parts
    ]
    column = np.concatenate(each)
    return pd.Series(column, dtype="str") if column.dtype == object else column
