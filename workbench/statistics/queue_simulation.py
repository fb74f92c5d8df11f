"""What-if for a queue by simulation, from the interarrival and service times that were observed.

A first-come-first-served G/G/c queue by the recursion of Kiefer and Wolfowitz (1955): a case starts when it has
been released and a server is free. All scenarios and replications (lanes) take the same step at once, and the same
random numbers run through all scenarios of a replication (common random numbers: Law and Kelton 2000, section 11.2),
so that their difference is known better than either. The queue begins empty and its first cases are left out.
"""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from scipy.special import stdtrit

from workbench.statistics.queue_streams import Streams
from workbench.statistics.queueing import Queue, ggc

FEWEST = 20  # replications
WARM_UP = 0.2
_CELLS = 4_000_000  # start times held at once


@dataclass(frozen=True)
class Scenario:
    """One way to run the queue.

    Parameters
    ----------
    servers : float
        Where it is not whole, the next whole number of people share the work and are as much slower
        (:func:`workbench.statistics.queueing.mmc`).
    arrivals, service : float
        Factors above 0: 1.2 is a fifth more arrivals, 0.9 a tenth less work on each case.
    batch : int
        Cases are released to the servers this many at a time, when the last of them arrives.
    """

    servers: float
    arrivals: float = 1.0
    service: float = 1.0
    batch: int = 1

    def __post_init__(self):
        assert self.servers >= 0, self
        assert self.arrivals > 0, self
        assert self.service > 0, self
        assert self.batch >= 1, self


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its t-interval."""

    value: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Measures:
    """What a simulated queue is like.

    Parameters
    ----------
    mean_wait, p90_wait : Estimate
        Time from a case's arrival until work on it starts, waiting for its batch included. The percentile is by
        linear interpolation (type 7 of Hyndman and Fan 1996) in each replication.
    share_within : Estimate
        Share of cases whose wait is at most the time asked for.
    mean_queue : Estimate
        Cases that wait, averaged over time.
    utilisation : Estimate
        Share of the servers' time that is spent on cases.
    """

    mean_wait: Estimate
    p90_wait: Estimate
    share_within: Estimate
    mean_queue: Estimate
    utilisation: Estimate


@dataclass(frozen=True)
class Outcome:
    """What a scenario comes to.

    Parameters
    ----------
    scenario : Scenario
    theory : Queue
        Its queue in closed form (:func:`theory`). Where that has no steady state, its ``growth`` is the answer
        and the measures are None.
    measures : Measures or None
    difference : Measures or None
        Less those of the base scenario, replication by replication (paired), 0 for itself; None where either grows.
    left_out : int
        Cases at the beginning that were not measured.
    settles_after : float or None
        Cases after which the queue has forgotten that it began empty: the relaxation time in heavy traffic,
        ``2 rho^2 (Ca2 + Cs2) / (1 - rho)^2`` (Abate and Whitt 1987). None for a queue that grows.
    """

    scenario: Scenario
    theory: Queue
    measures: Measures | None
    difference: Measures | None
    left_out: int
    settles_after: float | None

    @property
    def is_settled(self) -> bool:
        """Whether enough was left out. If not, the mean wait is too low: simulate more cases."""
        return self.settles_after is not None and self.left_out >= self.settles_after


def simulate(
    streams: Streams,
    scenarios,
    *,
    within: float,
    base: int = 0,
    warm_up: float = WARM_UP,
    confidence: float = 0.95,
) -> tuple[Outcome, ...]:
    """Run every scenario on the same streams.

    Parameters
    ----------
    streams : Streams
        At least 20 replications.
    scenarios : sequence of Scenario
    within : float
        The wait promised, for ``share_within``.
    base : int
        Position of the scenario that the others are compared with.
    warm_up : float
        Share of the cases left out at the beginning, of all scenarios alike. A fifth of 3,000 settles M/M/c up
        to a utilisation of 0.92; where it does not do, ``is_settled`` says so. (MSER-5, White 1997, chooses the
        cut from the draws themselves; on M/M/5 at 0.9 it asked for more than a fifth in 28 % of runs whose
        mean wait was right.)
    confidence : float
        Of the t-intervals over replications (Law and Kelton 2000, section 9.5.2: replication and deletion).

    Returns
    -------
    tuple of Outcome
        One for each scenario, in order. The same streams give the same bytes.
    """
    replications, cases = streams.services.shape
    assert replications >= FEWEST, f"{replications} replications; at least {FEWEST} are needed"
    window = slice(int(warm_up * cases), cases - max(scenario.batch for scenario in scenarios))
    assert window.start < window.stop, "no case is left to measure"
    assert 0 <= base < len(scenarios), f"base {base} is none of {len(scenarios)} scenarios"
    lanes = {place: each for place, each in enumerate(scenarios) if theory(streams, each).is_stable}
    found = dict(zip(lanes, _measured(streams, list(lanes.values()), within, window), strict=True))
    return tuple(
        _outcome(streams, each, found.get(place), found.get(base), window.start, confidence)
        for place, each in enumerate(scenarios)
    )


def theory(streams: Streams, scenario: Scenario) -> Queue:
    """The scenario in closed form, by Allen and Cunneen: exact for exponential streams; blind to batches."""
    return ggc(
        streams.arrivals * scenario.arrivals,
        streams.rate / scenario.service,
        scenario.servers,
        ca2=streams.ca2,
        cs2=streams.cs2,
    )


def start_times(streams: Streams, scenarios) -> np.ndarray:
    """When work on each case starts.

    The times at which the servers are free are kept in rising order, a server that a scenario lacks being free
    never. A case takes the first of them, and the time at which its work ends is put in its place among the rest:
    the k-th is then the greater of the old k-th and the lesser of the old next and the new.

    Parameters
    ----------
    streams : Streams
    scenarios : sequence of Scenario

    Returns
    -------
    array of float, cases by scenarios by replications
        Since the beginning, at which the queue was empty.
    """
    starts = _release_times(streams, scenarios)
    services = np.ascontiguousarray(streams.services.T)
    pace = np.array([[_pace(scenario)] for scenario in scenarios])
    free = _free_from_the_beginning(scenarios, streams.services.shape[0])
    first, earlier, later = free[0], free[:-1], free[1:]
    ends, lesser = np.empty_like(first), np.empty_like(earlier)
    for start, service in zip(starts, services, strict=True):
        np.maximum(start, first, out=start)
        np.multiply(service, pace, out=ends)
        ends += start
        np.minimum(later, ends, out=lesser)
        np.maximum(earlier, lesser, out=earlier)
    return starts


def _arrival_times(streams: Streams, scenario: Scenario) -> np.ndarray:
    """Cases by replications."""
    return np.cumsum(streams.interarrivals.T, axis=0) / scenario.arrivals


def _release_times(streams: Streams, scenarios) -> np.ndarray:
    """When a case may be taken: at the arrival of the last of its batch."""
    replications, cases = streams.services.shape
    released = np.empty((cases, len(scenarios), replications))
    for place, scenario in enumerate(scenarios):
        batch = np.arange(cases) // scenario.batch
        last = np.minimum((batch + 1) * scenario.batch, cases) - 1
        released[:, place] = _arrival_times(streams, scenario)[last]
    return released


def _free_from_the_beginning(scenarios, replications: int) -> np.ndarray:
    """Servers by scenarios by replications: 0, or infinite where there is no such server; a last one always is."""
    people = np.array([ceil(scenario.servers) for scenario in scenarios])
    there = np.arange(people.max() + 1)[:, None] < people
    free = np.where(there, 0.0, np.inf)
    return np.repeat(free[:, :, None], replications, axis=2)


def _pace(scenario: Scenario) -> float:
    """Time that a case takes for one unit of service."""
    return scenario.service * ceil(scenario.servers) / scenario.servers


def _measured(streams: Streams, scenarios: list, within: float, window: slice) -> np.ndarray:
    """Scenarios by measures by replications, some replications at a time."""
    replications, cases = streams.services.shape
    parts = np.array_split(np.arange(replications), -(-cases * len(scenarios) * replications // _CELLS) or 1)
    found = []
    for part in parts if scenarios else []:
        drawn = replace(streams, interarrivals=streams.interarrivals[part], services=streams.services[part])
        starts = start_times(drawn, scenarios)
        found.append([_lane(drawn, each, starts[:, k], within, window) for k, each in enumerate(scenarios)])
    return np.concatenate(found, axis=2) if found else np.empty((0, 0, 0))


def _lane(
    streams: Streams, scenario: Scenario, starts: np.ndarray, within: float, window: slice
) -> np.ndarray:
    """Measures by replications of one scenario, of the cases in the window and the time from its first to its last."""
    arrived = _arrival_times(streams, scenario)
    waits = (starts - arrived)[window]
    since, until = arrived[window.start], arrived[window.stop]
    length = until - since
    ends = starts + streams.services.T * _pace(scenario)
    people = ceil(scenario.servers)
    return np.array(
        [
            waits.mean(axis=0),
            np.quantile(waits, 0.9, axis=0),
            (waits <= within).mean(axis=0),
            _overlap(arrived, starts, since, until) / length,
            _overlap(starts, ends, since, until) / (length * people),
        ]
    )


def _overlap(starts, ends, since, until) -> np.ndarray:
    """Total time between starts and ends that lies in the window, of each replication."""
    return np.clip(np.minimum(ends, until) - np.maximum(starts, since), 0, None).sum(axis=0)


def _outcome(streams, scenario, found, of_base, left_out: int, confidence: float) -> Outcome:
    queue = theory(streams, scenario)
    if found is None:
        return Outcome(scenario, queue, None, None, left_out, None)
    difference = None if of_base is None else _estimates(found - of_base, confidence)
    settles_after = _relaxation(streams, queue.utilisation)
    return Outcome(scenario, queue, _estimates(found, confidence), difference, left_out, settles_after)


def _estimates(found: np.ndarray, confidence: float) -> Measures:
    """Means of measures by replications with their t-intervals."""
    n = found.shape[1]
    means = found.mean(axis=1)
    reach = stdtrit(n - 1, (1 + confidence) / 2) * found.std(axis=1, ddof=1) / np.sqrt(n)
    return Measures(
        *(Estimate(float(m), float(m - r), float(m + r)) for m, r in zip(means, reach, strict=True))
    )


def _relaxation(streams: Streams, utilisation: float) -> float:
    """Cases until the queue has forgotten that it began empty, in heavy traffic."""
    return 2 * utilisation**2 * (streams.ca2 + streams.cs2) / (1 - utilisation) ** 2
