"""From a catalog with faults to one that a review can be made of: without the subjects and actions that have them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.catalog.actions import about
from workbench.catalog.left_out import NOUNS, SUBJECTS, LeftOut
from workbench.catalog.lookups import Found
from workbench.catalog.model import Catalog, Measure
from workbench.catalog.nodes import Key
from workbench.errors import Fault

Told = tuple[Key, Fault]


def concerns_one(told: Told) -> bool:
    """Whether a fault is of one measure, service, process or action, and of nothing that others rest on."""
    path, _ = told
    return len(path) >= 2 and path[0] in NOUNS


def without(catalog: Catalog, told: Iterable[Told], written: Mapping[Key, Any]) -> Catalog:
    """A catalog without the entries that faults are of, and without what other measures say of them.

    Parameters
    ----------
    catalog : Catalog
    told : iterable of (path, Fault)
        Each of one measure, service, process or action.
    written : dict
        The path of an entry: its values as they are written, read or not.
    """
    faults: dict[Key, list[Fault]] = defaultdict(list)
    for path, fault in told:
        faults[path[:2]].append(fault)
    kept = {
        section: {
            name: each for name, each in getattr(catalog, section).items() if (section, name) not in faults
        }
        for section in NOUNS
    }
    gone = {name for section, name in faults if section == "measures"}
    found = [_left_out(key, own, written.get(key), kept["measures"]) for key, own in sorted(faults.items())]
    kept["measures"] = {name: _leading_elsewhere(each, gone) for name, each in kept["measures"].items()}
    return catalog.model_copy(update={**kept, "left_out": (*catalog.left_out, *found)})


def resting_on(catalog: Catalog) -> list[Found]:
    """Actions that cannot be judged because what they are about, or are compared with, is left out."""
    kept = {name for section in SUBJECTS for name in getattr(catalog, section)}
    gone = {each.name for each in catalog.left_out if each.section in SUBJECTS} - kept
    return [
        (
            ("actions", name, field),
            f"{named!r} is left out because of a fault, and this action with it.",
            f"Mend the fault of {named!r}.",
        )
        for name, action in catalog.actions.items()
        for field, named in (("finding", about(action).subject), ("compared_with", action.compared_with))
        if named in gone
    ]


def _left_out(key: Key, faults: list[Fault], values: Any, measures: Mapping[str, Measure]) -> LeftOut:
    section, name = key
    leading = [other for other, each in measures.items() if section == "measures" and name in each.leads_to]
    return LeftOut(
        section=section,
        name=name,
        title=_text(values, "title") or name,
        owner=_text(values, "owner"),
        department=_text(values, "department"),
        faults=tuple(sorted(faults)),
        leading_here=tuple(leading),
    )


def _leading_elsewhere(measure: Measure, gone: set[str]) -> Measure:
    if not gone & set(measure.leads_to):
        return measure
    return measure.model_copy(update={"leads_to": [name for name in measure.leads_to if name not in gone]})


def _text(values: Any, name: str) -> str:
    found = values.get(name) if isinstance(values, dict) else None
    return found if isinstance(found, str) else ""
