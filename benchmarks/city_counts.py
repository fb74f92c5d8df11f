"""The services of a practice city as counts, with the tests that a disparity review makes of them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from workbench.disparity_review.verdicts import (
    FEW_EVENTS,
    FEW_ROWS,
    change_verdicts,
    comparison_verdicts,
    material_difference,
    ruled_out,
)
from workbench.periods import Period
from workbench.practice import population, requests
from workbench.practice.expected import expected_gaps
from workbench.practice.places import COMMUNITIES, COMMUNITY_OF, NEIGHBOURHOODS
from workbench.practice.population import RACES
from workbench.statistics.differences import miettinen_nurminen, rate_difference
from workbench.statistics.pooled_scores import pooled_score_difference, pooled_score_rate_difference
from workbench.statistics.proportions import critical_value, score_test, share, smallest_detectable_difference
from workbench.statistics.rates import rate_score_test, smallest_detectable_rate_difference

QUARTER = Period.parse("2025-Q4")
LEVEL, ALPHA = 0.95, 0.05
UNKNOWN_RACE, UNKNOWN_PLACE = 0.10, 0.04  # about as many as the city's files lack
MINIMUM_PLACES = 3
MINIMUM_COUNT = 11  # the city's: smaller counts are not shown, and what derives from them is not tested
_UNFAVOURABLE = {"traffic_stop_searches", "snow_tows"}
_DETECTED = critical_value(0.6)  # of a normal distribution, 8 in 10 lie below
_COMMUNITY = np.array([list(COMMUNITIES).index(COMMUNITY_OF[name]) for name in NEIGHBOURHOODS])


@dataclass(frozen=True)
class Tests:
    """Comparisons of one family: arrays of one length.

    Parameters
    ----------
    name : array of str
        ``service group:black`` and the like.
    found, truth : array of float
        Gap or change as observed and as it is, as fractions.
    p : array of float
        Missing where it is not tested: too few.
    verdict : array of str
    """

    name: np.ndarray
    found: np.ndarray
    truth: np.ndarray
    p: np.ndarray
    verdict: np.ndarray

    @classmethod
    def together(cls, parts: list["Tests"]) -> "Tests":
        """One family of several."""
        names = ("name", "found", "truth", "p", "verdict")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class Sides:
    """Counts of groups and of what they are compared with; ``per_resident``: events over residents."""

    x1: np.ndarray
    n1: np.ndarray
    x2: np.ndarray
    n2: np.ndarray
    per_resident: bool
    favourable: bool

    @property
    def counts(self) -> tuple[np.ndarray, ...]:
        """The four counts as the statistics take them."""
        return self.x1, self.n1, self.x2, self.n2

    @property
    def difference(self) -> np.ndarray:
        """Rate of the group less that of the others."""
        return share(self.x1, self.n1) - share(self.x2, self.n2)

    @property
    def tested(self) -> np.ndarray:
        """Whether both sides have enough to go by, and no count that is too small to be shown."""
        if self.per_resident:
            return np.minimum(self.x1, self.x2) >= FEW_EVENTS
        enough = np.minimum(self.n1, self.n2) >= FEW_ROWS
        return enough & ~np.any([_hidden(count) for x, n in self._pairs for count in (x, n - x)], axis=0)

    @property
    def _pairs(self) -> tuple:
        return (self.x1, self.n1), (self.x2, self.n2)

    def limits(self) -> tuple[np.ndarray, np.ndarray]:
        """Score interval of the difference."""
        return (rate_difference if self.per_resident else miettinen_nurminen)(*self.counts, LEVEL)

    def material(self) -> np.ndarray:
        """The smallest gap that matters."""
        return material_difference(share(self.x2, self.n2), per_exposure=self.per_resident)

    def detectable(self) -> np.ndarray:
        """The smallest gap that would have shown."""
        smallest = (
            smallest_detectable_rate_difference if self.per_resident else smallest_detectable_difference
        )
        direction = -1 if self.favourable else 1
        return smallest(share(self.x2, self.n2), self.n1, self.n2, direction=direction, confidence=LEVEL)


def _hidden(count: np.ndarray) -> np.ndarray:
    return (count > 0) & (count < MINIMUM_COUNT)


def compared(names, sides: Sides, truth) -> Tests:
    """Each group against the others, by the rule of the disparity review."""
    p = (rate_score_test if sides.per_resident else score_test)(*sides.counts)
    with np.errstate(invalid="ignore"):
        no_gap = ruled_out(*sides.limits(), sides.detectable(), sides.material())
    verdict = comparison_verdicts(
        sides.difference, p, no_gap, sides.tested, favourable=sides.favourable, alpha=ALPHA
    )
    return Tests(
        np.array(names),
        sides.difference,
        np.asarray(truth, float),
        np.where(sides.tested, p, np.nan),
        verdict,
    )


@dataclass(frozen=True)
class Service:
    """One service of one city: events and trials by neighbourhood (30) and race (7), now and a year before.

    Parameters
    ----------
    by_race : dict of str to (x, n) of shape (31, 7)
        ``now`` and ``before``; the last row has no place. Only rows whose race is known.
    by_place : (x, n) of shape (31,)
        Now, of all races.
    gaps : dict of str to float
        The true ones, in points of 100.
    """

    name: str
    favourable: bool
    per_resident: bool
    by_race: dict[str, tuple[np.ndarray, np.ndarray]]
    by_place: tuple[np.ndarray, np.ndarray]
    gaps: dict[str, float]

    def truths(self, prefix: str, names) -> np.ndarray:
        """True gaps as fractions."""
        return np.array([self.gaps.get(f"{prefix}{name}", 0.0) for name in names]) / 100

    def of_races(self, when: str = "now") -> Sides:
        """Every race against everyone else of a known race."""
        return self._against_rest(*(counts.sum(axis=0) for counts in self.by_race[when]))

    def of_places(self) -> Sides:
        """Every neighbourhood, then every community, against the rest of the city."""
        x, n = self.by_place
        coarse = [np.bincount(_COMMUNITY, counts[:-1], len(COMMUNITIES)) for counts in (x, n)]
        own = [np.concatenate([counts[:-1], more]) for counts, more in zip((x, n), coarse, strict=True)]
        return Sides(own[0], own[1], x.sum() - own[0], n.sum() - own[1], self.per_resident, self.favourable)

    def _against_rest(self, x, n) -> Sides:
        return Sides(x, n, x.sum() - x, n.sum() - n, self.per_resident, self.favourable)


def services(seed: int) -> list[Service]:
    """The services of the practice city, made by its own generator from another seed."""
    rng = np.random.default_rng([seed, 311])
    residents = population.residents(rng)
    asking = requests.all_asked(rng, residents, 1.0)
    rows = [one for part in asking.values() for one in part]
    gaps = expected_gaps(rows, residents)[str(QUARTER)]
    return [_service(rng, one, residents, gaps[one.line.service]) for one in rows]


def _service(rng, rows: requests.Asked, residents: np.ndarray, gaps) -> Service:
    known = rng.random(len(rows.race)) >= UNKNOWN_RACE
    placed = rng.random(len(rows.race)) >= UNKNOWN_PLACE
    per_resident = rows.line.kind == "tow"
    happened = np.ones(len(known), bool) if per_resident else requests.unlucky(rng, rows, known)
    place = np.where(placed, rows.place, len(NEIGHBOURHOODS))
    size = (len(NEIGHBOURHOODS) + 1, len(RACES))

    def table(chosen) -> tuple[np.ndarray, np.ndarray]:
        cell = np.ravel_multi_index((place[chosen], rows.race[chosen]), size)
        x, n = (
            np.bincount(cell, weights, size[0] * size[1]).reshape(size)
            for weights in (happened[chosen], None)
        )
        return x, (
            np.vstack([residents, 0 * residents[:1]]).astype(float) if per_resident else n.astype(float)
        )

    now, before = (_within(rows.opened, period) for period in (QUARTER, QUARTER.same_last_year()))
    all_now = tuple(counts.sum(axis=1) for counts in table(now))
    return Service(
        rows.line.service,
        rows.line.service not in _UNFAVOURABLE,
        per_resident,
        {"now": table(now & known), "before": table(before & known)},
        all_now,
        gaps,
    )


def _within(opened: np.ndarray, period: Period) -> np.ndarray:
    return (opened >= np.datetime64(period.start)) & (opened < np.datetime64(period.shift(1).start))


def tests_of(service: Service) -> Tests:
    """All that a review tests of a service: races, places, races among neighbours, changes since last year."""
    name, races = service.name, service.of_races()
    groups = compared([f"{name} group:{race}" for race in RACES], races, service.truths("group:", RACES))
    places = [*NEIGHBOURHOODS, *COMMUNITIES]
    by_place = compared(
        [f"{name} place:{place}" for place in places], service.of_places(), service.truths("place:", places)
    )
    return Tests.together([groups, by_place, _among_neighbours(service, races), _changed(service, races)])


def _among_neighbours(service: Service, crude: Sides) -> Tests:
    """Each race among people of the same neighbourhood; only where the crude gap is tested."""
    x, n = (counts[:-1] for counts in service.by_race["now"])
    pooled = pooled_score_rate_difference if service.per_resident else pooled_score_difference
    rest_x, rest_n = x.sum(axis=1), n.sum(axis=1)
    found = [pooled(x[:, i], n[:, i], rest_x - x[:, i], rest_n - n[:, i], LEVEL) for i in range(len(RACES))]
    difference, lower, upper, p = np.array(found).T
    places = [((n[:, i] > 0) & (rest_n > n[:, i])).sum() for i in range(len(RACES))]
    reliable = crude.tested & (np.array(places) >= MINIMUM_PLACES) & ~np.isnan(p)
    detectable = (critical_value(LEVEL) + _DETECTED) * (upper - lower) / (2 * critical_value(LEVEL))
    with np.errstate(invalid="ignore"):
        no_gap = ruled_out(lower, upper, detectable, crude.material())
    verdict = comparison_verdicts(difference, p, no_gap, reliable, favourable=service.favourable, alpha=ALPHA)
    names = np.array([f"{service.name} same_:{race}" for race in RACES])
    return Tests(names, difference, service.truths("same_:", RACES), np.where(reliable, p, np.nan), verdict)


def _changed(service: Service, now: Sides) -> Tests:
    """How each race's gap moved since the same quarter of last year, by a z test of the two intervals."""
    before = service.of_races("before")
    z = critical_value(LEVEL)
    errors = [(upper - lower) / (2 * z) for lower, upper in (now.limits(), before.limits())]
    change, error = now.difference - before.difference, np.hypot(*errors)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * ndtr(-np.abs(change) / error)
        no_change = ruled_out(change - z * error, change + z * error, (z + _DETECTED) * error, now.material())
    sign = -1 if service.favourable else 1
    reliable = now.tested & before.tested
    verdict = change_verdicts(
        sign * now.difference, sign * before.difference, p, no_change, reliable, alpha=ALPHA
    )
    wider = np.abs(now.difference) - np.abs(before.difference)
    names = np.array([f"{service.name} change:{race}" for race in RACES])
    truth = service.truths("change_same_last_year:", RACES)
    return Tests(names, wider, truth, np.where(reliable, p, np.nan), verdict)
