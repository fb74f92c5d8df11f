"""Whether an action can be held against anything: its finding, its dates, its size, what it is compared with."""

from collections.abc import Iterator, Mapping

from workbench.catalog.actions import about, subject_of
from workbench.catalog.lookups import Found, period_fault, unknown
from workbench.catalog.model import Action, Catalog, Measure
from workbench.catalog.nodes import Key
from workbench.errors import ParameterError
from workbench.periods import Period

ALIKE = (
    "department",
    "kind",
    "scale",
    "frequency",
)  # what a measure shares with one that it is compared with


def action_faults(catalog: Catalog) -> Iterator[Found]:
    """Faults of actions: names that lead nowhere, and what would leave nothing to judge by."""
    for name, action in catalog.actions.items():
        path = ("actions", name)
        yield from _finding(catalog, path, action)
        yield from _aim(path, action)
        yield from _dates(catalog, path, action)
        yield from _decision(path, action)
        yield from _comparison(catalog, path, action)


def _finding(catalog: Catalog, path: Key, action: Action) -> Iterator[Found]:
    path, parts = (*path, "finding"), action.finding.split("/")
    if len(parts) != 5:
        what = f"{action.finding!r} is not the id of a finding."
        yield path, what, "Write analysis/subject/question/group/place."
        return
    subjects = {*catalog.measures, *catalog.services, *catalog.processes}
    yield from unknown(path, "measure, service or process", parts[1], subjects)


def _aim(path: Key, action: Action) -> Iterator[Found]:
    if action.direction == "neutral":
        what = "the direction is neutral: whatever happens would be as expected."
        yield (*path, "direction"), what, "Write increase or decrease."
    if action.size is not None and action.size <= 0:
        what = f"the size is {action.size:g}: nothing to hold against what happens."
        instead = "Write how far it should move, above 0; `direction` says which way."
        yield (*path, "size"), what, instead


def _dates(catalog: Catalog, path: Key, action: Action) -> Iterator[Found]:
    yield from period_fault((*path, "by"), action.by)
    try:
        by = Period.parse(action.by, catalog.city.fiscal_year_starts) if action.by else None
    except ParameterError:
        return
    if by and by.end < action.start:
        what = f"it is to have worked by {action.by}, which ends on {by.end}, before it starts on {action.start}."
        yield (*path, "by"), what, "Write a period that ends after the start."


def _decision(path: Key, action: Action) -> Iterator[Found]:
    if action.decided and action.decided_on is None:
        what = f"it was decided, {action.decided}, but not when."
        yield (*path, "decided"), what, "Write the day in `decided_on`, such as 2026-03-31."
    if action.decided_on is not None and not action.decided:
        what = f"something was decided on {action.decided_on}, but not what."
        yield (*path, "decided_on"), what, "Write keep, change or stop in `decided`."
    if action.decided_on is not None and action.decided_on < action.registered:
        what = f"it was decided on {action.decided_on}, before it was registered on {action.registered}."
        yield (*path, "decided_on"), what, "Correct the wrong date."


def _comparison(catalog: Catalog, path: Key, action: Action) -> Iterator[Found]:
    own, other = subject_of(catalog, action), action.compared_with
    path = (*path, "compared_with")
    if not other or own is None:
        return
    if "/" in other:
        yield from _of_cut(catalog, path, action, own)
    elif other == about(action).subject:
        what = f"{other!r} is what the action is about."
        yield path, what, "Name a place, a group or a measure where nothing was done."
    elif not isinstance(own, Measure):
        kind, alike = _like(catalog, own)
        yield from unknown(path, kind, other, alike)
    elif other not in catalog.measures:
        yield from unknown(path, "measure", other, catalog.measures)
    else:
        yield from _of_measure(path, own, other, catalog.measures[other])


def _like(catalog: Catalog, own) -> tuple[str, Mapping[str, object]]:
    """What a service or a process can be compared with: another one, of whichever department."""
    is_service = any(each is own for each in catalog.services.values())
    return ("service", catalog.services) if is_service else ("process", catalog.processes)


def _of_cut(catalog: Catalog, path: Key, action: Action, own) -> Iterator[Found]:
    """A place of a level or a group of a dimension, by which the subject is recorded."""
    cut, _, label = action.compared_with.partition("/")
    cuts = _cuts(own)
    yield from unknown(path, "place level or dimension of its subject", cut, cuts)
    if cut not in cuts:
        return
    if cut in catalog.dimensions:
        yield from unknown(path, f"group of {cut}", label, catalog.dimensions[cut].groups)
    if not label:
        yield path, f"{action.compared_with!r} names none of {cut}.", f"Write one after the stroke: {cut}/..."
    elif label in (about(action).group, about(action).place):
        what = f"{action.compared_with!r} is what the action is about."
        yield path, what, "Name a place, a group or a measure where nothing was done."


def _cuts(own) -> Mapping[str, object]:
    """Dimensions and place levels that rows of a measure, service or process name."""
    if isinstance(own, Measure):
        return {
            **{name: own.columns.group[name] for name in own.groups if name in own.columns.group},
            **own.columns.place,
        }
    return {**own.groups, **own.places}


def _of_measure(path: Key, own: Measure, name: str, other: Measure) -> Iterator[Found]:
    differs = [field for field in ALIKE if getattr(own, field) != getattr(other, field)]
    if differs:
        told = " and ".join(
            f"{field} {getattr(other, field)}, not {getattr(own, field)}" for field in differs
        )
        what = f"{name!r} cannot be compared with its measure: it has {told}."
        yield path, what, f"Name a measure of the same {' and '.join(differs)}, a place or a group."
