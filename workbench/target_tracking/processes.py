"""What series tell of their processes before a chart is chosen: season, movement and memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.statistics.movement import Movement, movements
from workbench.statistics.seasonality import Season, seasons_of
from workbench.target_tracking.chosen import OF_COUNTS, RARE, by_waits
from workbench.target_tracking.gate import remembered
from workbench.target_tracking.series import Series
from workbench.target_tracking.together import as_tables, together


@dataclass(frozen=True)
class Process:
    """What a series tells before a chart is chosen; words as of :class:`Judgement`, ``found`` the season before it is left in."""

    stretch: np.ndarray
    waiting: bool
    found: Season
    season: Season
    effects: np.ndarray
    adjusted: np.ndarray
    movement: Movement
    memory: float


def processes_of(several: Sequence[Series]) -> list[Process]:
    """What each series tells of season, movement and memory."""
    stretches, waiting = [_latest_stretch(one) for one in several], [by_waits(one) for one in several]
    found = _seasons(several, waiting)
    patterns = [_taken_out(*each) for each in zip(several, found, strict=True)]
    effects = [_effects(*each) for each in zip(several, patterns, strict=True)]
    adjusted = [one.final_values - own for one, own in zip(several, effects, strict=True)]
    values = [
        np.where(waits, np.nan, own[stretch])
        for own, stretch, waits in zip(adjusted, stretches, waiting, strict=True)
    ]
    moved = as_tables(values, movements)
    parts = (stretches, waiting, found, patterns, effects, adjusted, moved, remembered(values, moved))
    return [Process(*each) for each in zip(*parts, strict=True)]


def _latest_stretch(series: Series) -> np.ndarray:
    phase = series.columns["phase"]
    return phase == (phase[series.latest] if series.latest is not None else -1)


def _seasons(several: Sequence[Series], waiting: Sequence[bool]) -> list[Season]:
    """The season of each series, those of one calendar together; none of what is judged by waits."""
    calendars = [
        (series.cycle, str(series.periods[0]), len(series.periods))
        if series.cycle > 1 and series.periods and not waits
        else ()
        for series, waits in zip(several, waiting, strict=True)
    ]

    def work(places: list[int]) -> list[Season]:
        first = several[places[0]]
        if not calendars[places[0]]:
            return [Season(np.nan, {})] * len(places)
        columns = [several[place].columns for place in places]
        values = [np.where(own["baseline"], own["value"], np.nan) for own in columns]
        return seasons_of(values, first.seasons, first.cycle)

    return together(calendars, work)


def _taken_out(series: Series, found: Season) -> Season:
    """The season that values are judged without: none on charts of counts and of rare events."""
    return Season(found.p, {}) if series.entry["chart"] in (*OF_COUNTS, *RARE) else found


def _effects(series: Series, pattern: Season) -> np.ndarray:
    if not pattern.found:
        return np.zeros(len(series.periods))
    return np.array([pattern.effects[number] for number in series.seasons])
