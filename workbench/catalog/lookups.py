"""Names that lead nowhere: what is wrong, and which name was meant."""

from collections.abc import Iterator

from workbench.catalog.model import Catalog, Condition
from workbench.catalog.nodes import Key
from workbench.catalog.tables import Source
from workbench.catalog.words import did_you_mean
from workbench.errors import ParameterError
from workbench.periods import Period

RULES = ("best", "everyone_else", "city")
DAYS = ("date", "time")
Found = tuple[Key, str, str]


def unknown(path: Key, noun: str, got: str, known) -> Iterator[Found]:
    """A fault where a name is given that is not among those known."""
    if got and got not in known:
        yield path, f"there is no {noun} {got!r}.", did_you_mean(got, known)


def each_unknown(path: Key, noun: str, names, known) -> Iterator[Found]:
    """Faults of a list of names."""
    for i, name in enumerate(names):
        yield from unknown((*path, i), noun, name, known)


def unknown_columns(catalog: Catalog, path: Key, source: str, names) -> Iterator[Found]:
    """Faults of columns that a source does not have; the source itself may be the one unknown."""
    if source not in catalog.sources:
        yield from unknown((*path, "source"), "source", source, catalog.sources)
        return
    known = columns_of(catalog.sources[source])
    for name in dict.fromkeys(names):
        if name and name not in known:
            yield path, f"source {source!r} has no column {name!r}.", did_you_mean(name, known)


def faulty_column(catalog: Catalog, path: Key, source: str, name: str, *types: str) -> Iterator[Found]:
    """Faults of one column: it is not there, or not of one of the types."""
    declared = catalog.sources.get(source)
    if declared is None or not name:
        return
    if name not in columns_of(declared):
        what = f"source {source!r} has no column {name!r}."
        yield path, what, did_you_mean(name, columns_of(declared))
    kind = declared.columns[name].type if name in declared.columns else ""
    if types and kind and kind not in types:
        what = f"column {name!r} of {source!r} is declared as {kind}."
        yield path, what, f"Name one, or declare it, of type {' or '.join(types)}."


def columns_of(source: Source) -> set[str]:
    """The columns of a source, as the catalog names them."""
    return {*source.columns, *([source.points.into] if source.points else [])}


def faulty_conditions(path: Key, conditions: list[Condition]) -> Iterator[Found]:
    """Faults of conditions: each has one test."""
    tests = ("equals", "differs", "filled", "on_or_before", "after", "within_days")
    for i, condition in enumerate(conditions):
        given = [test for test in tests if getattr(condition, test) is not None]
        if len(given) != 1:
            what = f"a condition has {len(given)} tests: {', '.join(given) or 'none'}."
            yield (*path, i), what, f"Give exactly one of {', '.join(tests)}."
        if (condition.within_days is None) != (condition.since is None):
            yield (*path, i), "`within_days` and `since` belong together.", "Give both or neither."


def condition_columns(conditions: list[Condition]) -> list[str]:
    """The columns that conditions read."""
    return [
        name
        for condition in conditions
        for name in (condition.column, condition.on_or_before, condition.after, condition.since)
        if name
    ]


def unknown_cuts(catalog: Catalog, group_path: Key, groups, place_path: Key, places) -> Iterator[Found]:
    """Faults of the dimensions and place levels that rows are cut by."""
    for dimension in groups:
        yield from unknown((*group_path, dimension), "dimension", dimension, catalog.dimensions)
    for level in places:
        yield from unknown((*place_path, level), "place level", level, catalog.places)


def unknown_owner(catalog: Catalog, path: Key, entry) -> Iterator[Found]:
    """Faults of who answers for an entry, and for which goals."""
    yield from unknown((*path, "department"), "department", entry.department, catalog.departments)
    yield from each_unknown((*path, "goals"), "goal", entry.goals, catalog.goals)
    initiative = getattr(entry, "initiative", "")
    yield from unknown((*path, "initiative"), "initiative", initiative, catalog.initiatives)


def period_fault(path: Key, text: str) -> Iterator[Found]:
    """The fault of a text that is no period; none of an empty one."""
    try:
        Period.parse(text or "2025")
    except ParameterError:
        yield path, f"{text!r} is not a period.", "Write 2025-Q4, FY2026-Q2, 2025-11, 2025 or FY2026."
