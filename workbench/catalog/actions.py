"""Actions as they were known on a day, and what each is about."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from workbench.catalog.model import Action, Catalog


@dataclass(frozen=True)
class About:
    """The finding that an action is about, in the parts of its id."""

    analysis: str
    subject: str
    question: str = "all"
    group: str = "all"
    place: str = "all"

    @property
    def id(self) -> str:
        """The finding's id."""
        return "/".join((self.analysis, self.subject, self.question, self.group, self.place))


def about(action: Action) -> About:
    """The parts of the finding's id; parts that are not given are ``all``."""
    parts = action.finding.split("/")
    return About(*parts[:5]) if len(parts) > 1 else About(parts[0], "")


def compared_with(catalog: Catalog, action: Action) -> About | None:
    """The finding of what an action is compared with: of another group, place or subject; None without."""
    own, (cut, stroke, label) = about(action), action.compared_with.partition("/")
    if not action.compared_with:
        return None
    if not stroke:
        return replace(own, subject=cut)
    return replace(own, group=label) if cut in catalog.dimensions else replace(own, place=label)


def known_actions(catalog: Catalog, day: date) -> dict[str, Action]:
    """Actions that were registered by a day, without a decision that was taken later."""
    undecided = {"decided": "", "decided_on": None}
    return {
        name: action
        if action.decided_on is None or action.decided_on <= day
        else action.model_copy(update=undecided)
        for name, action in catalog.actions.items()
        if action.registered <= day
    }


def actions_about(
    catalog: Catalog, analysis: str, subjects: Mapping[str, object], day: date
) -> dict[str, Action]:
    """Known actions about findings that an analysis made of some subjects."""
    return {
        name: action
        for name, action in known_actions(catalog, day).items()
        if about(action).analysis == analysis and about(action).subject in subjects
    }


def subject_of(catalog: Catalog, action: Action):
    """The measure, service or process that an action is about; None where it is not declared."""
    return subject_named(catalog, about(action).subject)


def subject_named(catalog: Catalog, name: str):
    """The measure, service or process of a name; None where it is not declared."""
    declared = (catalog.measures, catalog.services, catalog.processes)
    return next((entries[name] for entries in declared if name in entries), None)
