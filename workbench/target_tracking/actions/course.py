"""What a measure did before and since an action began, beside what it is compared with."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from workbench.effects.course import Course, halves, start_of
from workbench.effects.registered import ALL, Registered
from workbench.periods import Period
from workbench.statistics.seasonality import season
from workbench.target_tracking.series import Series, series_of

NUMBERS = ("numerator", "denominator", "n")


def course(
    action: Registered, observations: pd.DataFrame, definition: Mapping[str, Any], reviewed: Period
) -> Course:
    """The course of what an action is about.

    Parameters
    ----------
    action : Registered
    observations : DataFrame
        Of the cube, with the ids of their counts as ``cell``.
    definition : dict
        Of the cube.
    reviewed : Period
        Later intervals are not looked at.

    Notes
    -----
    Intervals before the last restart of the limits that came before the action are left out: they are of another
    process. Everyone compared with one group or place is everyone else, where counts can be taken out.
    """
    own, other = _rows(action, observations), _other_rows(action, observations, definition)
    part = other is not None and action.against[0] and (action.group, action.place) == (ALL, ALL)
    rows, diluted = _without(own, other) if part and len(other) else (own, False)
    made = _series(action.subject, rows, definition, reviewed)
    beside = action.subject if action.against[0] else action.against[1]
    compared = None if other is None else _series(beside, other, definition, reviewed)
    return _course(action, made, compared, diluted, _cells([own] if other is None else [own, other]))


def _course(action: Registered, made: Series, compared: Series | None, diluted: bool, cells) -> Course:
    start, at = start_of(action.start, made.periods), made.latest
    if at is None:
        return Course([], np.empty(0), np.empty(0), None, None, 0, 0, cells)
    first = _first(made, start)
    kept = slice(first, at + 1)
    values = made.final_values
    known = np.where(halves(made.periods, action.start), np.nan, values)[kept]
    return Course(
        periods=made.periods[kept],
        values=known,
        shown=values[kept],
        counts=_counts(made, known, kept),
        other=None if compared is None else _aligned(made, compared)[kept],
        start=start - first,
        season=_season(known, made.seasons[kept], made.cycle),
        cells=cells,
        diluted=diluted,
    )


def _season(values: np.ndarray, seasons: np.ndarray, cycle: int) -> int:
    return cycle if cycle > 1 and season(values, seasons, cycle).found else 0


def _first(made: Series, start: int) -> int:
    """Place of the first interval after the last restart before the action."""
    phase = made.frame["phase"].to_numpy()
    before = phase[: max(min(start, len(phase)), 1)]
    return int(np.flatnonzero(phase == before[-1])[0])


def _counts(made: Series, known: np.ndarray, kept: slice) -> tuple[np.ndarray, np.ndarray] | None:
    """Counts and exposure of a count or rate, where all of them can be."""
    kind = made.entry["kind"]
    if kind not in ("count", "rate"):
        return None
    frame = made.frame.iloc[kept]
    counts = np.where(np.isnan(known), np.nan, frame["numerator"].to_numpy(float))
    exposure = frame["denominator"].to_numpy(float) if kind == "rate" else np.ones(len(known))
    usable = ~np.isnan(known)
    fit = np.isfinite(counts[usable]).all() and (exposure[usable] > 0).all() and (counts[usable] >= 0).all()
    return (counts, exposure) if fit else None


def _aligned(made: Series, compared: Series) -> np.ndarray:
    found = dict(zip(map(str, compared.periods), compared.final_values, strict=True))
    return np.array([found.get(str(period), np.nan) for period in made.periods], dtype=float)


def _series(measure: str, rows: pd.DataFrame, definition: Mapping[str, Any], reviewed: Period) -> Series:
    entry, as_of = definition["measures"][measure], date.fromisoformat(definition["as_of"])
    return series_of(measure, entry, rows, reviewed.end, as_of, definition["fiscal_year_starts"])


def _rows(action: Registered, observations: pd.DataFrame) -> pd.DataFrame:
    """Observations of what the action is about."""
    own = observations[observations["measure"] == action.subject]
    cut = action.against[0]
    if action.group != ALL:
        chosen = own[(own["dimension"] != ALL) & (own["group"] == action.group)]
        return chosen[chosen["dimension"] == cut] if (chosen["dimension"] == cut).any() else chosen
    if action.place != ALL:
        chosen = own[(own["place_level"] != "city") & (own["place"] == action.place)]
        return chosen[chosen["place_level"] == cut] if (chosen["place_level"] == cut).any() else chosen
    return _everyone(own)


def _everyone(own: pd.DataFrame) -> pd.DataFrame:
    return own[(own["dimension"] == ALL) & (own["place_level"] == "city")]


def _other_rows(
    action: Registered, observations: pd.DataFrame, definition: Mapping[str, Any]
) -> pd.DataFrame | None:
    """Observations of what it is compared with; None where nothing was named that the cube has."""
    cut, label = action.against
    if not label or (not cut and label not in definition["measures"]):
        return None
    if not cut:
        return _everyone(observations[observations["measure"] == label])
    own = observations[observations["measure"] == action.subject]
    group = (own["dimension"] == cut) & (own["group"] == label)
    return own[group | ((own["place_level"] == cut) & (own["place"] == label))]


def _without(own: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Everyone less one group or place; unchanged, and true, where values are read and cannot be taken apart."""
    taken = other.drop_duplicates("interval").set_index("interval").reindex(own["interval"])
    numbers = {name: own[name].to_numpy(float) - taken[name].to_numpy(float) for name in NUMBERS}
    if np.isnan(numbers["numerator"]).all():
        return own, True
    has_denominator = own["denominator"].notna().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = numbers["numerator"] / np.where(numbers["denominator"] > 0, numbers["denominator"], np.nan)
    return own.assign(**numbers, value=np.where(has_denominator, quotient, numbers["numerator"])), False


def _cells(frames: list[pd.DataFrame]) -> tuple[str, ...]:
    """Ids of the counts behind some observations."""
    found = [cell for frame in frames for cell in frame["cell"] if isinstance(cell, str) and cell]
    return tuple(dict.fromkeys(found))
