"""Which control chart a series is judged by, and why."""

from dataclasses import dataclass

import numpy as np

from workbench.statistics.laney import p_prime_chart, u_prime_chart
from workbench.target_tracking.gate import CEILING, FLOOR, TRIAL, bounds
from workbench.target_tracking.series import Series

# Charts by what they ask of a measure; the others draw any series.
OF_COUNTS = {"p": "proportion", "laney_p": "proportion", "u": "rate", "laney_u": "rate", "c": "count"}
RARE = ("g", "t")  # of the cases or the time from one event to the next: the values are these
WAITS = (
    "waits"  # of counts that are nought in most intervals: the intervals from one with an event to the next
)
FROM_RANGES = ("xmr", "laney_p", "laney_u", "t", "ewma", "cusum")  # spread from moving ranges

# Why, as a closed list; each is a caveat ``chart_...`` of the messages.
DECLARED, NOT_DRAWN, SEASON, MEMORY = "declared", "not_drawn", "season", "memory"
ON_A_BOUND, CHANCE_ALONE, UNEQUAL, ALIKE, VALUES = "bound", "chance_alone", "unequal", "alike", "values"
SELDOM = "seldom"

CHANCE = (0.8, 1.2)  # sigma z between which counts vary as chance alone makes them
MOST = 0.5  # share of intervals without an event above which events are seldom
UNLIKE = 1.25  # greatest denominator over the least from which on intervals weigh differently


@dataclass(frozen=True)
class Choice:
    """A chart and the reason for it, both of closed lists."""

    chart: str
    why: str


def choose(series: Series, seasonal: bool, memory: float, odd: tuple[str, ...]) -> Choice:
    """The chart of a series: the catalog's, or else what the gate and the counts call for.

    Parameters
    ----------
    series : Series
    seasonal : bool
        Whether it follows the year: then its values are judged without their season.
    memory : float
        Lag-1 autocorrelation; above zero, limits are widened by it.
    odd : tuple of str
        What the gate found in the values.

    Notes
    -----
    Counts of cities are large, and vary more than the binomial or Poisson law says; p, u and c limits would
    then be far too narrow. They are drawn only where the spread between neighbours is what that law says. Where most
    intervals have no event, seven in a row are no news, and two events in one are soon beyond three sigma: with 0.1 to
    0.35 events a month half to a sixth of steady series had a signal. They are judged by the waits between events.
    """
    declared = series.entry["chart"]
    if declared:
        return Choice(declared, DECLARED) if drawable(series, declared) else Choice("xmr", NOT_DRAWN)
    if seldom(series):
        return Choice(WAITS, SELDOM)
    if seasonal or memory:
        return Choice("xmr", SEASON if seasonal else MEMORY)
    return _of_counts(series) or _of_values(series, odd)


def seldom(series: Series) -> bool:
    """Whether most intervals that limits rest on have no event, and some have."""
    counts = series.counts
    if counts is None:
        return False
    events = counts[0][series.columns["baseline"]]
    events = events[~np.isnan(events)]
    return bool((events > 0).any() and (events == 0).mean() > MOST)


def by_waits(series: Series) -> bool:
    """Whether a series is judged by the waits between its events: season and memory are then not looked for."""
    declared = series.entry["chart"]
    return drawable(series, WAITS) if declared == WAITS else not declared and seldom(series)


def drawable(series: Series, chart: str) -> bool:
    """Whether a chart can be drawn of the values on record."""
    value = series.final_values
    if chart == WAITS:
        counts = series.counts
        return counts is not None and bool((counts[0] > 0).any())
    if chart in OF_COUNTS:
        return OF_COUNTS[chart] == series.entry["kind"] and series.counts is not None
    return not ((chart == "t" and (value <= 0).any()) or (chart == "g" and (value < 0).any()))


def _of_counts(series: Series) -> Choice | None:
    counts = series.counts
    if counts is None:
        return None
    kind, used = series.entry["kind"], series.columns["baseline"]
    laney = p_prime_chart if kind == "proportion" else u_prime_chart
    found = laney(*counts, baseline=used, phases=series.columns["phase"])
    sigma_z = found["sigma_z"].iloc[series.latest] if series.latest is not None else np.nan
    if found["n"].max() >= TRIAL and CHANCE[0] <= sigma_z <= CHANCE[1]:
        return Choice({"proportion": "p", "rate": "u", "count": "c"}[kind], CHANCE_ALONE)
    below = counts[1][counts[1] > 0]
    if kind == "count" or not len(below) or below.max() <= UNLIKE * below.min():
        return None
    return Choice("laney_p" if kind == "proportion" else "laney_u", UNEQUAL)


def _of_values(series: Series, odd: tuple[str, ...]) -> Choice:
    if {CEILING, FLOOR} & set(odd):
        used = series.columns["value"][series.columns["baseline"] & ~np.isnan(series.columns["value"])]
        median = np.median(used) if len(used) else np.nan
        return Choice("xmr" if median in bounds(series) else "run", ON_A_BOUND)
    return Choice("xmr", VALUES if series.counts is None else ALIKE)
