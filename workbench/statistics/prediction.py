"""What the coming intervals will bring if the process goes on as it runs, and whether a target will be met.

A single interval has a closed form. What several bring together is counted over simulated joint futures, by the
caller: they share the level that is in doubt, so that a sum of their separate quantiles would be wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from workbench.statistics.outlook import chance
from workbench.statistics.seasonality import Season, season
from workbench.statistics.smoothing import Smoothing
from workbench.statistics.working_scale import WorkingScale

LEVELS = (0.1, 0.5, 0.9)
PATHS = 4000  # a share of them errs by at most 0.8 percentage points
SEED = 20_260_101


@dataclass(frozen=True)
class Forecast:
    """What is expected of the coming intervals.

    Parameters
    ----------
    means, spreads : ndarray, one for each coming interval
    freedom : float
        Degrees of freedom of the spreads.
    """

    means: np.ndarray
    spreads: np.ndarray
    freedom: float


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
        ahead, found = len(self.effects), self.smoothing
        spreads = np.sqrt(found.variances(ahead)) * self.widening
        return Forecast(found.means(ahead) + self.effects, spreads, found.freedom)

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

    def quantiles(self, levels: Sequence[float] = LEVELS) -> np.ndarray:
        """Bounds of each coming interval: levels by intervals, in the unit of the series."""
        away = stdtrit(self.forecast.freedom, np.asarray(levels, float))
        return self.scale.back(self.forecast.means + np.outer(away, self.forecast.spreads))


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


def widening_of_season(found: Season, past: int) -> float:
    """Values lie too close to effects that were read from them, and the effects are as uncertain.

    Of ``k`` numbers estimated from ``n`` values both come to ``k / n`` of the variance.
    """
    return float(np.sqrt((past + found.estimated) / (past - found.estimated))) if found.found else 1.0
