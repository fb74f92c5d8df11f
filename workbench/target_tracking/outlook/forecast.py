"""The forecast of a measure, and how probably it meets its target by it."""

import numpy as np

from workbench.periods import Period
from workbench.statistics.continuation import Process, process
from workbench.statistics.outlook import chance
from workbench.statistics.prediction import Prediction
from workbench.statistics.working_scale import BOUNDS, Range
from workbench.target_tracking.gate import ABOVE_ONE, CONFLICTING, FALLING, SEASON_LEFT_IN, TOO_FEW, UNITS
from workbench.target_tracking.judgement import Judgement
from workbench.target_tracking.series import Series
from workbench.target_tracking.targets import Aim

FARTHEST = 10  # years to a target's date; beyond it nothing is forecast
NOT_FORECAST = {TOO_FEW, CONFLICTING, UNITS, ABOVE_ONE, FALLING}
RANGES: dict[str, Range] = {
    "count": "nonnegative",
    "cumulative": "nonnegative",
    "rate": "nonnegative",
    "proportion": "proportion",
}
_SLACK = 1e-9  # a target is reached by what differs from it by rounding alone


def process_of(series: Series, judgement: Judgement, ahead: int) -> Process | None:
    """The process behind a series, to be forecast so far from its latest final value; None where it cannot be.

    It is not where values are too few or cannot be right. A process that drifts, jumped or follows itself is: in the
    form that came closest in the past.
    """
    if series.latest is None or NOT_FORECAST & set(judgement.reasons) or ahead > FARTHEST * series.cycle:
        return None
    end = series.latest + 1
    values = series.final_values[:end]
    stepped = judgement.movement.at if judgement.movement.kind == "step" else 0
    seasonal = judgement.season.found or SEASON_LEFT_IN in judgement.reasons
    return process(
        values,
        ahead,
        kind=_range(series, values),
        cycle=series.cycle,
        seasons=_seasons(series, ahead) if seasonal else None,
        since=judgement.first + stepped,
        remembered=judgement.memory,
    )


def probability(prediction: Prediction, series: Series, aim: Aim) -> float:
    """That a target other than a total is met.

    A level in the interval of its date; a level to be maintained in every interval until its date, or over the
    coming year without one; any other in the next interval.
    """
    left = intervals_left(series.periods[series.latest], aim)
    coming = [series.periods[series.latest].shift(step) for step in range(1, max(left, series.cycle) + 1)]
    ends = np.array([aim.at(period).ends(series.direction) for period in coming]).T
    if aim.kind == "maintain":
        steps = left or series.cycle
        return _throughout(prediction, ends[:, :steps])
    step = left if aim.kind == "level" and left else 1
    return at(prediction, step, *ends[:, step - 1])


def at(prediction: Prediction, step: int, lower: float, upper: float) -> float:
    """Probability that the interval so many steps ahead lies within two ends, either of them open."""
    above = 1.0 if lower == -np.inf else prediction.at(step, lower, "increase")
    below = 1.0 if upper == np.inf else prediction.at(step, upper, "decrease")
    return max(0.0, above + below - 1)


def inside(values: np.ndarray, lower, upper) -> np.ndarray:
    """Whether values lie within two ends, rounding apart."""
    return (values >= lower - _SLACK * np.abs(lower)) & (values <= upper + _SLACK * np.abs(upper))


def share(met: np.ndarray, paths: np.ndarray, ends) -> float:
    """Share of the futures in which it is met; NaN where no future or no end is known."""
    return np.nan if np.isnan(paths).any() or np.isnan(ends).any() else float(met.mean())


def standing_at(process: Process, planned: float, direction: str) -> float:
    """Probability that the process, its ups and downs apart, now is at what was planned or beyond."""
    mean, spread, freedom = process.level
    number = float(process.scale.forward(planned))
    return chance(mean + process.past[-1], spread, number, direction, freedom)


def intervals_left(period: Period, aim: Aim) -> int:
    """Intervals after one until a target's date; 0 without a date."""
    return 0 if aim.by is None else period.ended_by(aim.by.end)


def _throughout(prediction: Prediction, ends: np.ndarray) -> float:
    paths = prediction.paths[:, : ends.shape[1]]
    with np.errstate(invalid="ignore"):
        met = inside(paths, *ends).all(axis=1)
    return share(met, paths, ends)


def _range(series: Series, values: np.ndarray) -> Range:
    """What values can be; anything where one of them is not what its kind says."""
    found = RANGES.get(series.entry["kind"], "any")
    lower, upper = BOUNDS[found]
    known = values[~np.isnan(values)]
    return found if ((known >= lower) & (known <= upper)).all() else "any"


def _seasons(series: Series, ahead: int) -> np.ndarray:
    coming = [series.periods[series.latest].shift(step).number for step in range(1, ahead + 1)]
    return np.array([*series.seasons[: series.latest + 1], *coming], int)
