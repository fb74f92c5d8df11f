"""What a review was made without, as its pages name it."""

from dataclasses import dataclass

from workbench.catalog.left_out import LeftOut
from workbench.catalog.model import Catalog


@dataclass(frozen=True)
class Line:
    """One measure, service, process or action that was left out: what and whose it is, and what has to be mended where."""

    section: str
    name: str
    title: str
    department: str
    whose: str
    faults: tuple[str, ...]


def left_out_of(catalog: Catalog) -> list[Line]:
    """Everything that a review was made without, in the order of the catalog's sections and ids."""
    return [_line(each, catalog) for each in catalog.left_out]


def _line(each: LeftOut, catalog: Catalog) -> Line:
    declared = catalog.departments.get(each.department)
    department = declared.title if declared else each.department
    owner = f"owner {each.owner}" if each.owner else "no owner named"
    whose = ", ".join(words for words in (department, owner) if words)
    titles = [catalog.measures[name].title for name in each.leading_here if name in catalog.measures]
    led = (
        (f"Meant to be moved by {', '.join(titles)}: these are reviewed without saying so.",)
        if titles
        else ()
    )
    title = each.title if each.section == "measures" else f"{each.noun.capitalize()}: {each.title}"
    return Line(each.section, each.name, title, each.department, whose, (*map(str, each.faults), *led))
