"""Arrivals and work for a queue's simulation: resampled from what was observed, or of a known law."""

from dataclasses import dataclass

import numpy as np

REPLICATIONS = 20
CASES = 3_000
SEED = 20_260_101


@dataclass(frozen=True)
class Streams:
    """The random numbers of a simulation, the same for all scenarios.

    Parameters
    ----------
    interarrivals, services : array of float, replications by cases
        Time since the case before arrived, and time that one server works on the case; working time, one unit.
    arrivals, rate : float
        Cases that arrive, and that one busy server completes, per unit of time, in the long run.
    ca2, cs2 : float
        Squared coefficient of variation of interarrival and of service times; with blocks, that of a block's sum
        times the block's length (index of dispersion for intervals: Cox and Lewis 1966), which is larger where
        arrivals come in bursts.
    """

    interarrivals: np.ndarray
    services: np.ndarray
    arrivals: float
    rate: float
    ca2: float
    cs2: float


def resampled(
    interarrivals,
    services,
    *,
    block: int,
    replications: int = REPLICATIONS,
    cases: int = CASES,
    seed: int = SEED,
) -> Streams:
    """Streams drawn with replacement from observed times.

    Interarrival times are drawn in blocks of consecutive ones, wrapped round at the end so that each is as likely
    (circular block bootstrap: Politis and Romano 1992): bursts stay together. Service times are drawn
    singly, since whom a case meets next depends on the scenario.

    Parameters
    ----------
    interarrivals : array_like of float
        In the order in which cases arrived, in working time. Not all 0.
    services : array_like of float
        Of cases that arrived in the same time, in any order.
    block : int
        Length of a block: long enough to hold a burst (a week's cases, say); 1 draws singly. At most the number
        of interarrival times.
    replications, cases, seed : int
        Replication r is the same whatever their number.
    """
    interarrivals, services = np.asarray(interarrivals, float), np.asarray(services, float)
    assert 1 <= block <= interarrivals.size, (block, interarrivals.size)
    assert (interarrivals >= 0).all(), "an interarrival time is missing or negative"
    assert (services >= 0).all(), "a service time is missing or negative"
    services = np.sort(services)  # the order in which they were given must not matter

    def draw(random):
        first = random.integers(interarrivals.size, size=-(-cases // block))
        place = (first[:, None] + np.arange(block)).ravel()[:cases] % interarrivals.size
        return interarrivals[place], services[random.integers(services.size, size=cases)]

    return _streams(draw, replications, seed, _moments(interarrivals, block), _moments(services))


def exponential(
    arrivals: float,
    rate: float,
    *,
    replications: int = REPLICATIONS,
    cases: int = CASES,
    seed: int = SEED,
) -> Streams:
    """Streams of an M/M/c queue, by which the simulation is checked against theory.

    Parameters
    ----------
    arrivals, rate : float
        Cases that arrive, and that one busy server completes, per unit of time.
    replications, cases, seed : int
        As of :func:`resampled`.
    """

    def draw(random):
        return random.exponential(1 / arrivals, cases), random.exponential(1 / rate, cases)

    return _streams(draw, replications, seed, (1 / arrivals, 1.0), (1 / rate, 1.0))


def _streams(draw, replications: int, seed: int, of_arrivals: tuple, of_services: tuple) -> Streams:
    """Streams of which each replication has a generator of its own."""
    seeds = np.random.SeedSequence(seed).spawn(replications)
    drawn = [draw(np.random.default_rng(each)) for each in seeds]
    interarrivals, services = (np.array(each) for each in zip(*drawn, strict=True))
    (between, ca2), (work, cs2) = of_arrivals, of_services
    return Streams(interarrivals, services, 1 / between, 1 / work, ca2, cs2)


def _moments(times: np.ndarray, block: int = 1) -> tuple[float, float]:
    """Mean, and squared coefficient of variation of the sum of a block times its length."""
    mean = times.mean()
    assert mean > 0, "all times are 0, or one is missing"
    wrapped = np.concatenate([[0.0], times, times[: block - 1]]).cumsum()
    sums = wrapped[block:] - wrapped[:-block]
    return float(mean), float(sums.var() / (block * mean**2))
