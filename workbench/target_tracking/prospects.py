"""Whether a measure meets its target now, can be relied on to, and will."""

from dataclasses import dataclass

import numpy as np

from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.statistics.assurance import FAIL, INCONSISTENT, PASS, assurance, assurance_of_range
from workbench.statistics.outlook import chance, required_rate, spread_of_mean
from workbench.statistics.progress import share_of_way
from workbench.statistics.xmr import limits
from workbench.target_tracking.judgement import BLOCKING, TOO_FEW, TRIAL, Judgement
from workbench.target_tracking.series import Series, clipped
from workbench.target_tracking.targets import Aim, aim_of

WORDS = {PASS: Verdict.RELIABLY_MEETS, FAIL: Verdict.CANNOT_MEET, INCONSISTENT: Verdict.HIT_OR_MISS}


@dataclass(frozen=True)
class Prospect:
    """A measure against its target. Numbers are on the scale of the raw values; what is not known is NaN.

    Parameters
    ----------
    kind : str
        Of the target; empty without one.
    value : float
        What is compared with the target: the latest value, or the running total.
    target, lower, upper : float
    meets : float
        1 or 0 for the latest interval, or for the running total against an even plan to date.
    assurance : str or None
    probability : float
        That the next interval, the interval at the date, or the total meets it, if the process goes on as it runs.
    required : float
        What each interval left must bring for a total.
    left : int
        Intervals left until the date.
    due : str
        The date's interval; empty without a date.
    progress : float
        Share of the way from the first value or from nothing to the target.
    runs_lower, runs_upper : float
        Between which the process runs now: what the target, or what is required, was held against.
    """

    kind: str = ""
    value: float = np.nan
    target: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    meets: float = np.nan
    assurance: str | None = None
    probability: float = np.nan
    required: float = np.nan
    left: int = 0
    due: str = ""
    progress: float = np.nan
    runs_lower: float = np.nan
    runs_upper: float = np.nan

    @property
    def verdict(self) -> Verdict | None:
        """Reliably meets, cannot meet, hit or miss; None without target, can't tell without limits."""
        if not self.kind:
            return None
        return WORDS.get(self.assurance, Verdict.CANT_TELL)


def prospect(series: Series, judgement: Judgement) -> Prospect:
    """The prospect of a series: against the target that holds in its latest interval."""
    at = series.latest if series.latest is not None else series.latest_known
    if at is None:
        return Prospect()
    row = series.frame.iloc[at]
    period = series.periods[at]
    aim = aim_of(period, series.aims, np.nan)
    if not np.isnan(row["target"]) and (aim is None or aim.kind == "cumulative"):
        aim = Aim("each_period", row["target"])
    if aim is None:
        return Prospect(value=row["value"])
    if aim.kind == "cumulative":
        return _of_total(series, judgement, aim)
    numbers = {"target": row["target"], "lower": row["target_lower"], "upper": row["target_upper"]}
    aim = Aim(aim.kind, *numbers.values(), since=aim.since, by=aim.by)
    lower, upper = reach(series, judgement)
    return Prospect(
        kind=aim.kind,
        value=row["value"],
        meets=row["meets_target"],
        assurance=_assurance(series, aim, lower, upper),
        probability=_probability(series, judgement, aim),
        left=_left(period, aim),
        due=str(aim.by) if aim.by else "",
        progress=_way(series, aim),
        runs_lower=clipped(lower, series.entry),
        runs_upper=clipped(upper, series.entry),
        **numbers,
    )


def trusted(judgement: Judgement) -> bool:
    """Whether limits describe the process as it runs now: enough points, nothing suspicious, no drift or jump."""
    return not {TOO_FEW, *BLOCKING} & set(judgement.reasons) and judgement.movement.kind not in (
        "drift",
        "jump",
    )


def running(series: Series, judgement: Judgement) -> tuple[float, float]:
    """Process limits as the process runs now, without its season; missing where they cannot be trusted.

    Of a process that stepped they are those of the new level, where it has points for trial limits.
    """
    if series.latest is None or not trusted(judgement):
        return np.nan, np.nan
    now = judgement.limits.iloc[series.latest]
    if judgement.movement.kind == "step":
        level = judgement.adjusted[judgement.stretch][judgement.movement.at :]
        found = limits(level)
        return (found.lower, found.upper) if found.n >= TRIAL else (np.nan, np.nan)
    return float(now["lower"]), float(now["upper"])


def reach(series: Series, judgement: Judgement) -> tuple[float, float]:
    """Between which the process runs over the year: its limits, moved by the season's effects."""
    lower, upper = running(series, judgement)
    effects = list(judgement.season.effects.values()) or [0.0]
    return lower + min(effects), upper + max(effects)


def _assurance(series: Series, aim: Aim, lower: float, upper: float) -> str | None:
    if not np.isnan(aim.value):
        return assurance(lower, upper, aim.value, series.direction)
    ends = [-np.inf if np.isnan(aim.lower) else aim.lower, np.inf if np.isnan(aim.upper) else aim.upper]
    return assurance_of_range(lower, upper, *ends)


def _probability(series: Series, judgement: Judgement, aim: Aim) -> float:
    """Of meeting a target in the next interval, or in the one of the target's date."""
    if series.latest is None or not trusted(judgement):
        return np.nan
    next_one = series.periods[series.latest].shift(1)
    when = aim.by if aim.kind == "level" and aim.by and aim.by.start > next_one.start else next_one
    number = Period.containing(when.end, next_one.frequency, next_one.fiscal_start).number
    expected, spread, freedom = _future(judgement, 1)
    expected += judgement.season.effects.get(number, 0.0)
    if not np.isnan(aim.value):
        return chance(expected, spread, aim.value, series.direction, freedom)
    above = 1.0 if np.isnan(aim.lower) else chance(expected, spread, aim.lower, "increase", freedom)
    below = 1.0 if np.isnan(aim.upper) else chance(expected, spread, aim.upper, "decrease", freedom)
    return max(0.0, above + below - 1)


def _future(judgement: Judgement, ahead: int) -> tuple[float, float, int]:
    """Mean, spread and degrees of freedom of the mean of coming values: as the process runs since its last step."""
    known = judgement.adjusted[judgement.stretch]
    if judgement.movement.kind == "step":
        known = known[judgement.movement.at :]
    # The season's effects are means of the same values, so these lie too close to them.
    years = len(judgement.adjusted) / max(1, len(judgement.season.effects))
    scale = np.sqrt(years / (years - 1)) if judgement.season.found else 1.0
    return spread_of_mean(known, ahead, scale)


def _of_total(series: Series, judgement: Judgement, aim: Aim) -> Prospect:
    """A running total against a total to reach."""
    inside = np.array([aim.holds(period) for period in series.periods])
    values = series.frame["value"].to_numpy()
    done = inside & ~np.isnan(values)
    so_far, whole = float(values[done].sum()), _count(aim, series.periods[0])
    left = max(0, whole - int(done.sum()))
    required = required_rate(aim.value, so_far, left)
    plan = aim.value * done.sum() / whole if whole else np.nan
    shift = _mean_effect(series, judgement, left)
    lower, upper = (bound + shift for bound in running(series, judgement))
    return Prospect(
        kind=aim.kind,
        value=so_far,
        target=aim.value,
        meets=float(Aim("each_period", plan).meets(so_far, series.direction)),
        assurance=_ended(aim, so_far, series)
        if not left
        else assurance(lower, upper, required, series.direction),
        probability=_total_chance(series, judgement, aim, so_far, left, required - shift),
        required=required,
        left=left,
        due=str(aim.by) if aim.by else "",
        progress=share_of_way(0.0, aim.value, so_far),
        runs_lower=clipped(lower, series.entry),
        runs_upper=clipped(upper, series.entry),
    )


def _ended(aim: Aim, total: float, series: Series) -> str | None:
    """Whether a total that is complete was reached."""
    return {1.0: PASS, 0.0: FAIL}.get(float(aim.meets(total, series.direction)))


def _total_chance(
    series: Series, judgement: Judgement, aim: Aim, so_far: float, left: int, required: float
) -> float:
    """Probability that the intervals left bring what is required of each on average."""
    if left == 0:
        return float(aim.meets(so_far, series.direction))
    if series.latest is None or not trusted(judgement):
        return np.nan
    expected, spread, freedom = _future(judgement, left)
    return chance(expected, spread, required, series.direction, freedom)


def _mean_effect(series: Series, judgement: Judgement, left: int) -> float:
    """Mean effect of the season over the intervals left."""
    if not left:
        return 0.0
    coming = [series.periods[series.latest_known].shift(step) for step in range(1, left + 1)]
    return float(np.mean([judgement.season.effects.get(period.number, 0.0) for period in coming]))


def _count(aim: Aim, like: Period) -> int:
    """How many intervals a total runs over; zero without a date."""
    if aim.by is None or aim.since is None:
        return 0
    period, count = Period.containing(aim.since.start, like.frequency, like.fiscal_start), 0
    while period.end <= aim.by.end:
        period, count = period.shift(1), count + 1
    return count


def _left(period: Period, aim: Aim) -> int:
    """Intervals from one until a target's date."""
    if aim.by is None:
        return 0
    left = 0
    while period.shift(left + 1).end <= aim.by.end:
        left += 1
    return left


def _way(series: Series, aim: Aim) -> float:
    """Share of the way from the first value to a level; NaN for other kinds."""
    known = series.frame["value"].dropna()
    if aim.kind != "level" or np.isnan(aim.value) or known.empty:
        return np.nan
    return share_of_way(known.iloc[0], aim.value, known.iloc[-1])
