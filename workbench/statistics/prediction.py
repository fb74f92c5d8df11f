"""What the coming intervals will bring if the process goes on as it runs, and whether a target will be met.

A single interval has a closed form. What several bring together is counted over simulated joint futures: they
share the level that is in doubt, so that a sum of their separate quantiles would be wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from workbench.statistics.forecasting import Choice, chosen, forecast_of
from workbench.statistics.outlook import chance
from workbench.statistics.rolling_origin import Forecast
from workbench.statistics.seasonality import Season, season
from workbench.statistics.smoothing import Smoothing
from workbench.statistics.smoothing_fit import FINEST
from workbench.statistics.working_scale import Range, WorkingScale

LEVELS = (0.1, 0.5, 0.9)
PATHS = 4000  # a share of them errs by at most 0.8 percentage points
SEED = 20_260_101
_SLACK = 1e-9  # a target is reached by what differs from it by rounding alone


@dataclass(frozen=True)
class Prediction:
    """The coming intervals of a series.

    Parameters
    ----------
    smoothing : Smoothing
        On the working scale, without the season.
    scale : WorkingScale
    effects : ndarray
        Of the season on each coming interval, on the working scale; zeros where there is none.
    widening : float
        By which every spread is multiplied: that of the season, times that of the calibration.
    seed : int
        Of the simulated futures.
    """

    smoothing: Smoothing
    scale: WorkingScale
    effects: np.ndarray
    widening: float = 1.0
    seed: int = SEED

    @property
    def form(self) -> str:
        """Name of the form of smoothing that suits the series: ``mean``, ``simple``, ``damped`` ..."""
        return self.smoothing.form.name

    @cached_property
    def forecast(self) -> Forecast:
        """Means, spreads and degrees of freedom on the working scale."""
        plain = forecast_of(self.smoothing, len(self.effects))
        return Forecast(plain.means + self.effects, plain.spreads * self.widening, plain.freedom)

    @cached_property
    def paths(self) -> np.ndarray:
        """Joint futures in the unit of the series: draws by coming intervals."""
        means = self.smoothing.means(len(self.effects))
        away = self.smoothing.paths(len(self.effects), PATHS, self.seed) - means
        return self.scale.back(means + self.effects + self.widening * away)

    def at(self, step: int, target: float, direction: str) -> float:
        """Probability that the interval so many steps ahead meets a target; 1 is the next interval.

        Parameters
        ----------
        step : int
        target : float
            In the unit of the series.
        direction : {'increase', 'decrease'}
            Whether at or above the target meets it, or at or below.

        Returns
        -------
        float
            NaN where fewer than two intervals are known or no way is better.
        """
        mean, spread = self.forecast.means[step - 1], self.forecast.spreads[step - 1]
        if direction != "neutral" and self.scale.is_bound(target, direction):
            return 1.0
        return chance(mean, spread, float(self.scale.forward(target)), direction, self.forecast.freedom)

    def by(self, step: int, target: float, direction: str) -> float:
        """Probability that any of the intervals until then meets a target: never below that of the last one."""
        return self._share(_meets(self.paths[:, :step], target, direction).any(axis=1), target, direction)

    def throughout(self, step: int, target: float, direction: str) -> float:
        """Probability that every interval until then meets a target: for one that is to be maintained."""
        return self._share(_meets(self.paths[:, :step], target, direction).all(axis=1), target, direction)

    def total(self, so_far: float, step: int, target: float, direction: str) -> float:
        """Probability that what was reached so far and the intervals until then together meet a target."""
        sums = so_far + self.paths[:, :step].sum(axis=1)
        return self._share(_meets(sums, target, direction), target, direction)

    def quantiles(self, levels: Sequence[float] = LEVELS) -> np.ndarray:
        """Bounds of each coming interval: levels by intervals, in the unit of the series."""
        away = stdtrit(self.forecast.freedom, np.asarray(levels, float))
        return self.scale.back(self.forecast.means + np.outer(away, self.forecast.spreads))

    def total_quantiles(self, so_far: float, step: int, levels: Sequence[float] = LEVELS) -> np.ndarray:
        """Bounds of the total of what was reached so far and the intervals until then."""
        return np.quantile(so_far + self.paths[:, :step].sum(axis=1), levels)

    def _share(self, meets: np.ndarray, target: float, direction: str) -> float:
        unknown = direction == "neutral" or np.isnan(target) or np.isnan(self.paths).any()
        return np.nan if unknown else float(meets.mean())


def prediction(
    values: Sequence[float],
    ahead: int,
    *,
    kind: Range = "any",
    cycle: int = 1,
    seasons: Sequence[int] | None = None,
    by: Choice = "aicc",
    widening: float = 1.0,
    seed: int = SEED,
    finest: float = FINEST,
) -> Prediction:
    """The coming intervals of a series.

    Parameters
    ----------
    values : sequence of float
        In time order, one an interval; NaN where missing. Of a process that stepped, those since its step.
    ahead : int
        How many intervals come, from the end of ``values`` on.
    kind : {'any', 'nonnegative', 'proportion'}
        What values can be: no future lies outside.
    cycle : int
        Intervals in a year; with fewer than two years the flat mean is forecast.
    seasons : sequence of int, optional
        Number of each interval within its year (from 1), past and coming: a season that is found is taken out and
        put back. None looks for no season.
    by, finest
        As for ``forecasting.chosen``.
    widening : float
        By which calibration widens the spread.
    seed : int

    Raises
    ------
    ValueError
        Where a value lies outside of what it can be.
    """
    scale = WorkingScale.of(values, kind)
    series = scale.forward(values)
    found = season_of(series, seasons, cycle)
    past, coming = effects_of(found, seasons, len(series), ahead)
    smoothing = chosen(series - past, cycle, by=by, ahead=ahead, finest=finest)
    return Prediction(
        smoothing, scale, coming, widening * widening_of_season(found, len(series), cycle), seed
    )


def season_of(series: np.ndarray, seasons: Sequence[int] | None, cycle: int) -> Season:
    """The season of the past intervals; none without labels or in other than months and quarters."""
    if seasons is None or cycle not in (4, 12):
        return Season(np.nan, {})
    return season(series, seasons[: len(series)], cycle)


def effects_of(found: Season, seasons, past: int, ahead: int) -> tuple[np.ndarray, np.ndarray]:
    """The season's effect on each past and each coming interval."""
    if not found.found:
        return np.zeros(past), np.zeros(ahead)
    effects = np.array([found.effects[int(number)] for number in seasons[: past + ahead]])
    return effects[:past], effects[past:]


def widening_of_season(found: Season, past: int, cycle: int) -> float:
    """Effects are means over the years: values lie too close to them by one year, and they are as uncertain as one."""
    years = past / cycle
    return float(np.sqrt((years + 1) / (years - 1))) if found.found else 1.0


def _meets(values: np.ndarray, target: float, direction: str) -> np.ndarray:
    slack = _SLACK * abs(target)
    return values >= target - slack if direction == "increase" else values <= target + slack
