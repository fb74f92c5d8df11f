"""What a process brings if it goes on as it runs.

The season is taken out and the level that held before the last step is left aside; then the flat mean, a mean that
values return to, simple smoothing and a slope that flattens out compete on a rolling origin, and the one whose past
forecasts came closest goes on. Its spread is that of its own past forecasts, because the choice itself makes errors that are
left look small.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from workbench.statistics.about_the_mean import RETURNING, flat, returning
from workbench.statistics.calibration import PastForecasts, surprises, widening
from workbench.statistics.memory import memory
from workbench.statistics.movement import movement
from workbench.statistics.prediction import Prediction, effects_of, season_of, widening_of_season
from workbench.statistics.rivals import FIRST, Contest, contest
from workbench.statistics.smoothing import MEAN, Smoothing, span
from workbench.statistics.working_scale import Range, WorkingScale

FEWEST = 13  # known intervals before anything but the flat mean is tried


@dataclass(frozen=True)
class Process:
    """A process as it runs, on the scale that it is forecast on.

    Parameters
    ----------
    scale : WorkingScale
    adjusted : ndarray
        Values without their season, one an interval; missing before the level that holds now.
    past, coming : ndarray
        The season's effect on each past interval, and on each that comes.
    memory : float
        Lag-1 autocorrelation; 0 without.
    season_widening : float
        By which the season, read from the same values, widens the spread.
    """

    scale: WorkingScale
    adjusted: np.ndarray
    past: np.ndarray
    coming: np.ndarray
    memory: float
    season_widening: float

    @property
    def known(self) -> np.ndarray:
        """Positions of the values of the level that holds now."""
        return np.flatnonzero(~np.isnan(self.adjusted))

    @property
    def contested(self) -> bool:
        """Whether there is enough to choose between forms; otherwise the flat mean is forecast."""
        return len(self.known) >= FEWEST and np.ptp(self.adjusted[self.known]) > 0

    @cached_property
    def contest(self) -> Contest:
        """Past forecasts of all forms, as far as the future is asked for."""
        return contest(self.adjusted, max(1, len(self.coming)), self.memory)

    @cached_property
    def smoothing(self) -> Smoothing:
        """In the form that suits it, as the contest left it."""
        if not self.contested or self.contest.winner.form == MEAN:
            return flat(self.adjusted)
        if self.contest.winner.form == RETURNING:
            found = returning(self.adjusted, self.memory)
            return replace(found, s2=max(found.s2, self.contest.error))
        _, gap = span(self.adjusted)
        return replace(self.contest.smoothing, gap=gap)

    @property
    def level(self) -> tuple[float, float, float]:
        """Where the process stands now apart from its ups and downs: mean, spread, degrees of freedom.

        On the working scale, without season. A level that follows the series is in doubt as an exponentially
        weighted mean is, by ``alpha / (2 - alpha)`` of the variance (S. W. Roberts 1959).
        """
        found = self.smoothing
        mean, doubt = float(found.states.level[0]), float((found.states.level[1:] ** 2).sum())
        if found.form == RETURNING:
            pull = (1 - self.memory) / self.memory
            mean, doubt = (
                mean + float(found.states.trend[0]) / pull,
                float((found.states.trend[1:] / pull) @ (found.states.trend[1:] / pull)),
            )
        elif found.form.moves:
            doubt = max(doubt, found.weights.alpha / (2 - found.weights.alpha))
        return mean, float(np.sqrt(found.s2 * doubt)), found.freedom

    @cached_property
    def past_forecasts(self) -> PastForecasts:
        """What would have been said from each origin, on the working scale with the season put back.

        Season and level are as they are known now: origins lie within the level that holds now.
        """
        if not self.contested:
            return PastForecasts(*(np.empty(0, kind) for kind in (int, int, *4 * [float])))
        found = self.contest.past_forecasts(FIRST)
        origin = found.origin + self.known[0]
        effect = self.past[origin + found.step - 1]
        spread = found.spread * self.season_widening
        return replace(
            found, origin=origin, actual=found.actual + effect, mean=found.mean + effect, spread=spread
        )

    @cached_property
    def widening(self) -> float:
        """By which spreads are multiplied: for the season, and so that past intervals of 80 % held 80 %.

        Never less than 1 for the past: a few good forecasts are no proof of more.
        """
        past = self.past_forecasts
        return self.season_widening * max(1.0, widening(surprises(past), past.origins))

    @cached_property
    def prediction(self) -> Prediction:
        """The coming intervals; its futures are drawn once, whatever is asked of them."""
        return Prediction(self.smoothing, self.scale, self.coming, self.widening)


def process(
    values: Sequence[float],
    ahead: int,
    *,
    kind: Range = "any",
    cycle: int = 1,
    seasons: Sequence[int] | None = None,
    since: int | None = None,
    remembered: float | None = None,
) -> Process:
    """A series as a process that goes on as it runs.

    Parameters
    ----------
    values : sequence of float
        In time order, one an interval; NaN where missing.
    ahead : int
        How many intervals come, from the end of ``values`` on.
    kind : {'any', 'nonnegative', 'proportion'}
        What values can be: no future lies outside.
    cycle : int
        Intervals in a year.
    seasons : sequence of int, optional
        Number of each interval within its year (from 1), past and coming. None looks for no season.
    since : int, optional
        First interval of the level that holds now; the season is read from those before too. Looked for if not given.
    remembered : float, optional
        Lag-1 autocorrelation apart from movements; looked for if not given.
    """
    scale = WorkingScale.of(values, kind)
    series = scale.forward(values)
    found = season_of(series, seasons, cycle)
    past, coming = effects_of(found, seasons, len(series), ahead)
    adjusted = series - past
    if since is None or remembered is None:
        moved = movement(adjusted)
        since = moved.at if moved.kind == "step" else 0
        remembered = memory(adjusted - moved.fitted)
    adjusted = np.where(np.arange(len(series)) < since, np.nan, adjusted)
    return Process(scale, adjusted, past, coming, remembered, widening_of_season(found, len(series)))
