"""How large the gaps between groups and places truly are in a quarter: chances, not draws."""

import numpy as np

from workbench.periods import Period
from workbench.practice import effects
from workbench.practice.places import COMMUNITIES, COMMUNITY_OF, NEIGHBOURHOODS, POVERTY
from workbench.practice.population import RACES
from workbench.practice.requests import Asked, weights

LANGUAGE_IDS = ("english", "spanish", "hmong", "somali", "other_language")
STAGED = ("streetlight_repair",)  # its outcome is the same everywhere
REVIEWED = ("2025-Q3", "2025-Q4")

Gaps = dict[str, float]

_COMMUNITY = np.array([list(COMMUNITIES).index(COMMUNITY_OF[name]) for name in NEIGHBOURHOODS])


def expected_gaps(
    asking: list[Asked], residents: np.ndarray | None = None, lights: np.ndarray | None = None
) -> dict[str, dict[str, Gaps]]:
    """The true difference between each group or place and everyone else.

    Parameters
    ----------
    asking : list of Asked
    residents : array of int, optional
        One row a neighbourhood, one column a race: with it, who asks is told as well.
    lights : array of int, optional
        Street lights of each neighbourhood: with it, the service for the need.

    Returns
    -------
    dict
        Quarter, then service, then what: points of 100 by which the chance of the outcome differs, in
        the mix of people and places of the quarter: ``group:black`` (in the whole city), ``place:Depot
        Town``, of what is counted against residents by how many percent; ``same_:black`` (among neighbours), ``same_stratum:black`` and ``same_stratum:Central``
        (among requests of one kind). ``change_same_last_year:black``, ``change_previous:black``: by how
        many points the gap in the whole city has become wider. ``wait:hispanic``, ``wait:Central``: days
        longer. ``asks:black``, ``service:Central``: percent more asked per resident, served per light.
        ``hits:black``: points by which searches find something more often. ``daylight:black``: percent
        by which the odds to be stopped are lower in darkness, with a minus. ``gradient``: points more
        in the most disadvantaged neighbourhoods than in the least. Languages are compared with English.
    """
    return {
        quarter: {rows.line.service: _of(rows, quarter, residents, lights) for rows in asking}
        for quarter in REVIEWED
    }


def _of(rows: Asked, quarter: str, residents: np.ndarray | None, lights: np.ndarray | None) -> Gaps:
    period = Period.parse(quarter)
    if rows.line.kind == "tow" and residents is not None:
        found = _asks(rows, residents, None, ("group", "place"))
        rate = weights(rows.line, residents).sum(axis=1) / residents.sum(axis=1)
        found["gradient"] = _slope(100 * rate / rate.mean(), residents.sum(axis=1))
        return {name: round(float(percent), 3) for name, percent in found.items()}
    now = _Quarter(rows, period)
    found = now.gaps() | now.others()
    if residents is not None and rows.line.service in STAGED:
        found |= _asks(rows, residents, lights)
    for since, other in (("same_last_year", period.same_last_year()), ("previous", period.previous())):
        before = _Quarter(rows, other).gaps()
        for name in before:
            if name.startswith("group:"):
                found[f"change_{since}:{name[6:]}"] = abs(found[name]) - abs(before[name])
    return {name: round(float(points), 3) for name, points in found.items()}


class _Quarter:
    """The rows of one service and quarter, with who and where they are."""

    def __init__(self, rows: Asked, period: Period):
        here = rows.opened >= np.datetime64(period.start)
        here &= rows.opened < np.datetime64(period.shift(1).start)
        self.rows, self.chance = rows, 100 * rows.chance[here]
        self.race, self.place, self.kind = rows.race[here], rows.place[here], rows.kind[here]
        self.slow, self.hit = rows.slow[here], 100 * rows.hit_chance[here]
        self.language = rows.language[here]

    def groups(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """Each group, who belongs to it and whom it is compared with."""
        found = [(name, self.race == i, self.race != i) for i, name in enumerate(RACES)]
        spoken = enumerate(LANGUAGE_IDS[1:], 1)
        return found + [(name, self.language == i, self.language == 0) for i, name in spoken]

    def places(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """The same of neighbourhoods and communities."""
        found = [(name, self.place == i) for i, name in enumerate(NEIGHBOURHOODS)]
        found += [(name, _COMMUNITY[self.place] == i) for i, name in enumerate(COMMUNITIES)]
        return [(name, inside, ~inside) for name, inside in found]

    def gaps(self) -> Gaps:
        """Of the outcome: in the whole city, among neighbours, of places."""
        found = {}
        for name, inside, other in self.groups():
            found[f"group:{name}"] = _difference(self.chance, inside, other)
            found[f"same_:{name}"] = _within(self.chance, inside, other, self.place)
        for name, inside, other in self.places():
            found[f"place:{name}"] = _difference(self.chance, inside, other)
        return found

    def others(self) -> Gaps:
        """Of waits, decisions, kinds of request, and in the order of disadvantage."""
        found, service = {"gradient": _gradient(self.chance, self.place)}, self.rows.line.service
        for name, inside, other in [*self.groups(), *self.places()]:
            if self.rows.line.mix:
                found[f"same_stratum:{name}"] = _within(self.chance, inside, other, self.kind)
            if service in effects.SLOW_GROUPS:
                found[f"wait:{name}"] = _difference(self._days_longer(), inside, other)
        for name, inside, other in self.groups() if service in effects.HITS else []:
            found[f"hits:{name}"] = _difference(self.hit, inside, other, self.chance)
        if service in effects.SEEN_BY_DAYLIGHT:
            found |= self._by_daylight(*effects.SEEN_BY_DAYLIGHT[service])
        return found

    def _days_longer(self) -> np.ndarray:
        """Days that each waits longer than usual, if it is served in time."""
        _, slow = effects.SLOW_GROUPS[self.rows.line.service]
        usual, slow = (a / (a + b) for a, b in (effects.USUAL_WAIT, slow))
        return self.slow * (slow - usual) * self.rows.line.days * self.chance / 100

    def _by_daylight(self, group: str, times: float) -> Gaps:
        """Of the group that is seen the odds are lower in darkness, of everybody else higher."""
        return {f"daylight:{name}": 100 * (1 / times - 1 if name == group else times - 1) for name in RACES}


def _asks(
    rows: Asked, residents: np.ndarray, lights: np.ndarray | None, names: tuple[str, str] = ("asks", "asks")
) -> Gaps:
    """Requests against residents, and what was served against the lights that are there; by no draw."""
    of_group, of_place = names
    asked, found = weights(rows.line, residents), {}
    for i, name in enumerate(RACES):
        here = np.arange(len(RACES)) == i
        found[f"{of_group}:{name}"] = _percent_more(asked.sum(axis=0), residents.sum(axis=0), here)
    inside = {name: np.arange(len(NEIGHBOURHOODS)) == i for i, name in enumerate(NEIGHBOURHOODS)}
    inside |= {name: np.equal(_COMMUNITY, i) for i, name in enumerate(COMMUNITIES)}
    for name, here in inside.items():
        found[f"{of_place}:{name}"] = _percent_more(asked.sum(axis=1), residents.sum(axis=1), here)
        if lights is not None:
            found[f"service:{name}"] = _percent_more(asked.sum(axis=1), lights, here)
    return found


def _difference(
    values: np.ndarray, inside: np.ndarray, reference: np.ndarray, weight: np.ndarray | None = None
) -> float:
    """Mean of those inside less that of the reference."""
    if not (inside.any() and reference.any()):
        return 0.0
    mine, theirs = (
        np.average(values[rows], weights=None if weight is None else weight[rows])
        for rows in (inside, reference)
    )
    return float(mine - theirs)


def _within(values: np.ndarray, inside: np.ndarray, reference: np.ndarray, part: np.ndarray) -> float:
    """The difference pooled over parts, each weighted as Mantel and Haenszel do."""
    width = len(NEIGHBOURHOODS)
    mine, theirs = (np.bincount(part[rows], minlength=width) for rows in (inside, reference))
    both = (mine > 0) & (theirs > 0)
    if not both.any():
        return 0.0
    mean_mine = np.bincount(part[inside], values[inside], width)[both] / mine[both]
    mean_theirs = np.bincount(part[reference], values[reference], width)[both] / theirs[both]
    weight = mine[both] * theirs[both] / (mine[both] + theirs[both])
    return float(((mean_mine - mean_theirs) * weight).sum() / weight.sum())


def _percent_more(events: np.ndarray, people: np.ndarray, here: np.ndarray) -> float:
    own, other = (events[part].sum() / people[part].sum() for part in (here, ~here))
    return 100 * (own / other - 1) if other else 0.0


def _gradient(values: np.ndarray, place: np.ndarray) -> float:
    """Slope along the places in order of disadvantage, each as wide as it has rows."""
    count = np.bincount(place, minlength=len(NEIGHBOURHOODS))
    total = np.bincount(place, values, len(NEIGHBOURHOODS))
    return _slope(total / np.maximum(count, 1), count)


def _slope(level: np.ndarray, width: np.ndarray) -> float:
    """The same of the level of each place and its width."""
    if not width.sum():
        return 0.0
    order = np.argsort([POVERTY[name] for name in NEIGHBOURHOODS])
    along = np.empty(len(order))
    along[order] = (width[order].cumsum() - width[order] / 2) / width.sum()
    centre, mean = (np.average(each, weights=width) for each in (along, level))
    return float(
        np.average((along - centre) * (level - mean), weights=width)
        / np.average((along - centre) ** 2, weights=width)
    )
