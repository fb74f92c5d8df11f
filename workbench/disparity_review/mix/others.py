"""Who is on the other side of a comparison of a group."""

from dataclasses import dataclass

from workbench.disparity_review.counted import KNOWN
from workbench.disparity_review.cube import ALL, CITY, UNKNOWN
from workbench.disparity_review.scope import EVERYONE_ELSE, Scope


@dataclass(frozen=True)
class Others:
    """The other side of the comparisons of groups.

    Parameters
    ----------
    scope : Scope
    reference : str
        A group, ``everyone_else`` or ``city``: not ``best``, but the one found.
    """

    scope: Scope
    reference: str

    @property
    def name(self) -> str:
        """What it is called where its counts are those of the others only."""
        return EVERYONE_ELSE if self.reference == CITY else self.reference

    @property
    def source(self) -> str:
        """The group whose cells it is, or is part of."""
        return {EVERYONE_ELSE: KNOWN, CITY: ALL}.get(self.reference, self.reference)

    @property
    def less(self) -> bool:
        """Whether the source holds the group itself."""
        return self.source != self.reference

    def of(self, group: str) -> list[str]:
        """The groups on the other side."""
        if not self.less:
            return [self.reference]
        whole = [*self.scope.groups, UNKNOWN] if self.reference == CITY else list(self.scope.groups)
        return [name for name in whole if name != group]
