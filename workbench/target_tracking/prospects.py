"""Whether a measure meets its target now, can be relied on to, and will."""

from dataclasses import dataclass, field

import numpy as np

from workbench.findings.model import Verdict
from workbench.statistics.assurance import FAIL, INCONSISTENT, PASS, assurance, assurance_of_range
from workbench.statistics.continuation import Process
from workbench.statistics.progress import required_slope, share_of_way
from workbench.target_tracking.judgement import BLOCKING, TOO_FEW, Judgement
from workbench.target_tracking.outlook.forecast import inside, intervals_left, probability, process_of, share
from workbench.target_tracking.outlook.standing import Kept, PathStanding, kept, on_path, total_on_path
from workbench.target_tracking.outlook.totals import Total, total_of, year_to_date
from workbench.target_tracking.series import Series, clipped
from workbench.target_tracking.targets import Aim

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
        1 or 0 for the latest interval, or for the running total against its plan to date.
    assurance : str or None
    probability : float
        That it is met, if the process goes on as it runs: in the next interval; a level in the interval of its date; a
        total at its end; what is to be maintained in every interval until its date.
    required : float
        What each interval left must bring for a total.
    required_change : float
        By how much each interval left must change for a level.
    left : int
        Intervals left until the date.
    due : str
        The date's interval; empty without a date.
    progress : float
        Share of the way from the first value or from nothing to the target; negative when going backwards.
    runs_lower, runs_upper : float
        Between which the process runs now: what the target, or what is required, was held against.
    plan : float
        Of a total: what was planned by now.
    path : PathStanding
    kept : Kept
    year_to_date : float
    aim : Aim or None
        The target that was looked at.
    total : Total or None
        Of a cumulative target.
    offset : int
        Intervals on record after the latest final one.
    process : Process or None
        What the forecast rests on; None where nothing is forecast.
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
    required_change: float = np.nan
    left: int = 0
    due: str = ""
    progress: float = np.nan
    runs_lower: float = np.nan
    runs_upper: float = np.nan
    plan: float = np.nan
    path: PathStanding = PathStanding()
    kept: Kept = Kept()
    year_to_date: float = np.nan
    aim: Aim | None = None
    total: Total | None = field(default=None, repr=False, compare=False)
    offset: int = 0
    process: Process | None = field(default=None, repr=False, compare=False)

    @property
    def verdict(self) -> Verdict | None:
        """Reliably meets, cannot meet, hit or miss; None without target, can't tell without limits."""
        if not self.kind:
            return None
        return WORDS.get(self.assurance, Verdict.CANT_TELL)

    @property
    def form(self) -> str:
        """How it is forecast: ``mean``, ``returning``, ``simple``, ``damped``; empty where it is not."""
        return self.process.smoothing.form.name if self.process else ""


def prospect(series: Series, judgement: Judgement) -> Prospect:
    """The prospect of a series: against the target that holds in its latest interval."""
    at = series.latest if series.latest is not None else series.latest_known
    if at is None:
        return Prospect()
    aim = _in_force(series, at)
    if aim is None:
        process = process_of(series, judgement, series.cycle)
        to_date = year_to_date(series)
        return Prospect(value=series.columns["value"][at], year_to_date=to_date, process=process)
    if aim.kind == "cumulative":
        return _of_total(series, judgement, aim)
    return _of_values(series, judgement, aim, at)


def _in_force(series: Series, at: int) -> Aim | None:
    """The target of an interval: the one that stands in its row, or else the first declared that holds."""
    own, period = series.columns["target"][at], series.periods[at]
    aim = next((aim for aim in series.aims if aim.holds(period)), None)
    if aim is not None and aim.kind != "cumulative":
        here = aim.at(period)
        return aim if np.isnan(own) or own == here.value else Aim(aim.kind, own, since=aim.since, by=aim.by)
    if not np.isnan(own):
        return Aim("each_period", own)
    return None if aim is None else aim.dated(period, series.fiscal_start)


def _of_values(series: Series, judgement: Judgement, aim: Aim, at: int) -> Prospect:
    """Single values against a target, a range, or a level to reach or to maintain."""
    period, here = series.periods[at], aim.at(series.periods[at])
    value, met = series.columns["value"][at], series.meets_target[at]
    left = intervals_left(period, aim)
    process = process_of(series, judgement, max(left, series.cycle))
    lower, upper = reach(series, judgement)
    return Prospect(
        kind=aim.kind,
        value=value,
        target=here.value,
        lower=here.lower,
        upper=here.upper,
        meets=met,
        assurance=_assurance(here, lower, upper, series.direction),
        probability=_probability(series, process, aim, left, met),
        required_change=required_slope(value, here.value, left) if aim.kind == "level" else np.nan,
        left=left,
        due=str(aim.by) if aim.by else "",
        progress=_way(series, aim),
        runs_lower=clipped(lower, series.entry),
        runs_upper=clipped(upper, series.entry),
        path=on_path(series, aim, process),
        kept=kept(series, aim),
        year_to_date=year_to_date(series),
        aim=aim,
        process=process,
    )


def trusted(judgement: Judgement) -> bool:
    """Whether limits describe the process as it runs now: enough points, nothing suspicious, no drift or jump."""
    return not {TOO_FEW, *BLOCKING} & set(judgement.reasons) and judgement.movement.kind not in (
        "drift",
        "jump",
    )


def running(series: Series, judgement: Judgement) -> tuple[float, float]:
    """Process limits as the process runs now, without its season; missing where they cannot be trusted.

    Of a process that stepped they are those of the new level, on the chart that it is judged by, where it has points
    for trial limits.
    """
    if series.latest is None or not trusted(judgement):
        return np.nan, np.nan
    return float(judgement.now["lower"][series.latest]), float(judgement.now["upper"][series.latest])


def reach(series: Series, judgement: Judgement) -> tuple[float, float]:
    """Between which the process runs over the year: its limits, moved by the season's effects."""
    lower, upper = running(series, judgement)
    effects = list(judgement.season.effects.values()) or [0.0]
    return lower + min(effects), upper + max(effects)


def _assurance(aim: Aim, lower: float, upper: float, direction: str) -> str | None:
    """The process against the target; a range that is open at an end is a target at the other."""
    ends = aim.ends(direction)
    if np.isnan(aim.lower) and np.isnan(aim.upper):
        return assurance(lower, upper, aim.value, direction)
    return assurance_of_range(lower, upper, *ends)


def _probability(series: Series, process: Process | None, aim: Aim, left: int, meets: float) -> float:
    """Of meeting a target by its date; decided where its date is that of the latest final value."""
    if series.latest is not None and aim.by is not None and not left:
        return float(meets)
    return probability(process.prediction, series, aim) if process else np.nan


def _of_total(series: Series, judgement: Judgement, aim: Aim) -> Prospect:
    """A running total against a total to reach."""
    total = total_of(series, aim)
    offset = 0 if series.latest is None else series.latest_known - series.latest
    process = process_of(series, judgement, max(total.left + offset, series.cycle))
    shift = _mean_effect(series, judgement, total.left)
    lower, upper = (bound + shift for bound in running(series, judgement))
    ended = _ended(aim, total.so_far, series)
    return Prospect(
        kind=aim.kind,
        value=total.so_far,
        target=aim.value,
        lower=aim.lower,
        upper=aim.upper,
        meets=_on_plan(total, series.direction),
        assurance=assurance(lower, upper, total.required, series.direction) if total.left else ended,
        probability=_total_chance(series, process, total, offset),
        required=total.required,
        left=total.left,
        due=str(aim.by),
        progress=np.nan if total.weight else share_of_way(0.0, aim.value, total.so_far),
        runs_lower=clipped(lower, series.entry),
        runs_upper=clipped(upper, series.entry),
        plan=total.plan,
        path=total_on_path(series, total, process),
        year_to_date=year_to_date(series),
        aim=aim,
        total=total,
        offset=offset,
        process=process,
    )


def _on_plan(total: Total, direction: str) -> float:
    """Whether a total is at its plan to date, or at its end at its target; a range is asked for at its end only."""
    if not total.left:
        return float(total.aim.meets(total.so_far, direction))
    return float(Aim("each_period", total.plan).meets(total.so_far, direction))


def _ended(aim: Aim, total: float, series: Series) -> str | None:
    """Whether a total that is complete was reached."""
    return {1.0: PASS, 0.0: FAIL}.get(float(aim.meets(total, series.direction)))


def _total_chance(series: Series, process: Process | None, total: Total, offset: int) -> float:
    """Share of the joint futures in which the total is reached; 1 or 0 once it is complete."""
    if total.left == 0:
        return float(total.aim.meets(total.so_far, series.direction))
    if process is None:
        return np.nan
    ends = total.aim.ends(series.direction)
    reached = total.futures(process.prediction, offset)
    return share(inside(reached, *ends), reached, ends)


def _mean_effect(series: Series, judgement: Judgement, left: int) -> float:
    """Mean effect of the season over the intervals left."""
    if not left:
        return 0.0
    coming = [series.periods[series.latest_known].shift(step) for step in range(1, left + 1)]
    return float(np.mean([judgement.season.effects.get(period.number, 0.0) for period in coming]))


def _way(series: Series, aim: Aim) -> float:
    """Share of the way from the first value since its beginning to a level; NaN for other kinds."""
    begun = np.array(
        [aim.since is None or aim.since.start <= period.start for period in series.periods], bool
    )
    value = series.columns["value"]
    known = value[begun & ~np.isnan(value)]
    if aim.kind != "level" or np.isnan(aim.value) or not len(known):
        return np.nan
    return share_of_way(known[0], aim.value, known[-1])
