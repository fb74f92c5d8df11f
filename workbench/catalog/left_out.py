"""What a review was made without: measures, services, processes and actions with a fault of their own."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from workbench.errors import Fault

SUBJECTS = {"measures": "measure", "services": "service", "processes": "process"}
NOUNS = {**SUBJECTS, "actions": "action"}  # entries that a review can be made without


class LeftOut(BaseModel):
    """One entry that a review was made without.

    Parameters
    ----------
    section : {'measures', 'services', 'processes', 'actions'}
    name : str
        Its id.
    title, owner : str
        As far as they could be read; the title is the id where it could not.
    department : str
        Id of the department; empty where none is named.
    faults : tuple of Fault
    leading_here : tuple of str
        Measures that are meant to move it, and are reviewed without saying so.
    """

    model_config = ConfigDict(frozen=True)

    section: str
    name: str
    title: str
    owner: str = ""
    department: str = ""
    faults: tuple[Fault, ...] = ()
    leading_here: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """What kind of entry it is."""
        return NOUNS[self.section]

    @property
    def said(self) -> str:
        """What it is and whose, on one line, and each fault on a line of its own."""
        whose = "; ".join(words for words in (self.department, self.owner and f"owner {self.owner}") if words)
        first = f"{self.noun} {self.name!r}{f' ({whose})' if whose else ''}"
        drawn = [f"{', '.join(map(repr, self.leading_here))} should move it: reviewed without saying so."]
        lines = [*map(str, self.faults), *(drawn if self.leading_here else [])]
        return "\n".join([first, *(f"  {line}" for line in lines)])


def in_words(left_out: Iterable[LeftOut]) -> str:
    """What a review is made without, each entry with its faults; further lines stand under it."""
    return "\n".join(f"  {line}" for each in left_out for line in each.said.splitlines())
