"""Actions on the agenda: what each was to move, and how the finding that it is about stands now and stood before.

An action is listed from the day it was registered until the review after its decision: so that it comes back with its
owner until somebody decides, and the decision is read out once.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.catalog.actions import about, known_actions, subject_of
from workbench.catalog.model import Action, Catalog, Review
from workbench.periods import Period

Values = Mapping[str, Any]
ACTION = "action"  # the question of a finding that judges an action; its group is the action's id
LATER, DUE, OVERDUE, OPEN_ENDED, DECIDED = "later", "due", "overdue", "no date", "decided"


def listed(
    catalog: Catalog,
    review: Review,
    ranked: Values,
    previous: Values | None = None,
    formerly: Mapping[str, str] | None = None,
    courses: Mapping[str, Values] | None = None,
) -> list[dict[str, Any]]:
    """Every open action of a review, overdue ones first.

    Parameters
    ----------
    catalog : Catalog
    review : Review
        Of its departments; as they were known on its as-of day.
    ranked, previous : dict
        The agendas of this review and of the one before, as ``workbench.agenda.agenda`` makes them.
    formerly : dict of str to str, optional
        An earlier name of a subject: its name now.
    courses : dict of str to dict, optional
        An action: what it is about by interval, as :func:`workbench.actions.followed.followed` gives it.

    Returns
    -------
    list of dict
        Plain JSON values: the action as registered, with its ``id``; ``department``; ``late``, whether it was
        registered after it began; ``due`` (``overdue``, ``due``, ``later``, ``no date`` or ``decided``); of the
        finding that it is about ``rank``, ``verdict``, ``now`` (its size), ``verdict_before`` and ``before``,
        None where it was not made; ``result``, the id of the finding that judges the action, empty without;
        ``course``, what it is about by interval, None where its own analysis follows it.
    """
    now, before = _by_id(ranked), _by_id(previous or {})
    found = [
        _told(name, action, catalog, review, now, _renamed(before, formerly or {}))
        | {"course": (courses or {}).get(name)}
        for name, action in known_actions(catalog, review.as_of).items()
        if is_listed(action, catalog, review)
    ]
    order = [OVERDUE, DUE, DECIDED, LATER, OPEN_ENDED]
    return sorted(found, key=lambda each: (order.index(each["due"]), each["start"], each["id"]))


def is_listed(action: Action, catalog: Catalog, review: Review) -> bool:
    """Whether an action is of the review's departments, and nothing was decided that was read out already."""
    department = getattr(subject_of(catalog, action), "department", "")
    if review.departments and department not in review.departments:
        return False
    return action.decided_on is None or action.decided_on > _last_looked(catalog, review)


def _last_looked(catalog: Catalog, review: Review) -> date:
    """The day that the review before was as of; without one, the day before the period began."""
    if review.previous in catalog.reviews:
        return catalog.reviews[review.previous].as_of
    return _period(review.period, catalog).previous().end


def _told(
    name: str, action: Action, catalog: Catalog, review: Review, now: Values, before: Values
) -> dict[str, Any]:
    department = getattr(subject_of(catalog, action), "department", "")
    item, then = now.get((department, action.finding)), before.get((department, action.finding))
    parts = about(action)
    judged = f"{parts.analysis}/{parts.subject}/{ACTION}/{name}/all"
    return {
        "id": name,
        **action.model_dump(mode="json"),
        "department": department,
        "late": action.registered > action.start,
        "due": _due(action, catalog, review),
        "rank": item["rank"] if item else None,
        "verdict": item["finding"]["verdict"] if item else None,
        "now": item["finding"]["size"] if item else None,
        "verdict_before": then["finding"]["verdict"] if then else None,
        "before": then["finding"]["size"] if then else None,
        "result": judged if (department, judged) in now else "",
    }


def _due(action: Action, catalog: Catalog, review: Review) -> str:
    """When it is to be decided: in the review of the period by which it was to have worked."""
    if action.decided:
        return DECIDED
    if not action.by:
        return OPEN_ENDED
    by, period = _period(action.by, catalog), _period(review.period, catalog)
    if by.end > period.end:
        return LATER
    return OVERDUE if by.end < period.start else DUE


def _period(text: str, catalog: Catalog) -> Period:
    return Period.parse(text, catalog.city.fiscal_year_starts)


def _by_id(agenda: Values) -> dict[tuple[str, str], Values]:
    return {(item["finding"]["department"], item["id"]): item for item in agenda.get("items", ())}


def _renamed(items: Values, formerly: Mapping[str, str]) -> dict[tuple[str, str], Values]:
    """Findings of the review before under the names that their subjects have now."""
    found = {}
    for (department, name), item in items.items():
        analysis, subject, rest = name.split("/", 2)
        found[(department, f"{analysis}/{formerly.get(subject, subject)}/{rest}")] = item
    return found
