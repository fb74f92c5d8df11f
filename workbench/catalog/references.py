"""Whether what one entry names exists in another: departments, sources, columns, periods, ..."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workbench.catalog.model import Catalog, Condition, Measure, Process, Service
from workbench.catalog.nodes import Key
from workbench.catalog.tables import Source
from workbench.catalog.words import did_you_mean
from workbench.errors import ParameterError
from workbench.periods import Period

RULES = ("best", "everyone_else", "city")
Found = tuple[Key, str, str]


def reference_faults(catalog: Catalog) -> list[Found]:
    """Path, what is wrong and what to write instead, for every name that leads nowhere."""
    checks = (_city, _plan, _dimensions, _sources, _measures, _services, _processes, _actions, _reviews)
    return [found for check in checks for found in check(catalog)]


def _unknown(path: Key, noun: str, got: str, known) -> Iterator[Found]:
    if got and got not in known:
        yield path, f"there is no {noun} {got!r}.", did_you_mean(got, known)


def _each_unknown(path: Key, noun: str, names, known) -> Iterator[Found]:
    for i, name in enumerate(names):
        yield from _unknown((*path, i), noun, name, known)


def _zone(path: Key, name: str) -> Iterator[Found]:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield path, f"{name!r} is not a time zone.", "Write one such as America/Chicago."


def _period(path: Key, text: str) -> Iterator[Found]:
    try:
        Period.parse(text or "2025")
    except ParameterError:
        yield path, f"{text!r} is not a period.", "Write 2025-Q4, FY2026-Q2, 2025-11, 2025 or FY2026."


def _city(catalog: Catalog) -> Iterator[Found]:
    yield from _zone(("city", "time_zone"), catalog.city.time_zone)


def _plan(catalog: Catalog) -> Iterator[Found]:
    for name, goal in catalog.goals.items():
        yield from _unknown(("goals", name, "parent"), "goal", goal.parent, catalog.goals)
        if _circles(catalog, name):
            yield (
                ("goals", name, "parent"),
                f"goal {name!r} is its own ancestor.",
                "Break the circle of parents.",
            )
    for name, initiative in catalog.initiatives.items():
        yield from _owner(catalog, ("initiatives", name), initiative)


def _circles(catalog: Catalog, name: str) -> bool:
    seen, above = {name}, catalog.goals[name].parent
    while above in catalog.goals and above not in seen:
        seen.add(above)
        above = catalog.goals[above].parent
    return above == name


def _owner(catalog: Catalog, path: Key, entry) -> Iterator[Found]:
    yield from _unknown((*path, "department"), "department", entry.department, catalog.departments)
    yield from _each_unknown((*path, "goals"), "goal", entry.goals, catalog.goals)
    initiative = getattr(entry, "initiative", "")
    yield from _unknown((*path, "initiative"), "initiative", initiative, catalog.initiatives)


def _dimensions(catalog: Catalog) -> Iterator[Found]:
    for name, dimension in catalog.dimensions.items():
        known = [*dimension.groups, *RULES]
        yield from _unknown(("dimensions", name, "reference"), "group", dimension.reference, known)
        yield from _shared_codes(("dimensions", name, "groups"), dimension)
    for name, level in catalog.places.items():
        yield from _unknown(("places", name, "within"), "place level", level.within, catalog.places)
    for name, population in catalog.populations.items():
        path = ("populations", name)
        yield from _unknown((*path, "place_level"), "place level", population.place_level, catalog.places)
        yield from _unknown((*path, "dimension"), "dimension", population.dimension, catalog.dimensions)
        columns = [getattr(population, field) for field in ("place", "group", "count", "margin")]
        yield from _columns(catalog, path, population.source, columns)


def _shared_codes(path: Key, dimension) -> Iterator[Found]:
    first: dict[str, str] = {}
    for name, group in dimension.groups.items():
        for code in group.codes:
            owner = first.setdefault(code.strip().casefold(), name)
            if owner != name:
                yield (
                    (*path, name, "codes"),
                    f"the code {code!r} already means {owner!r}.",
                    "Keep it in one group.",
                )


def _columns(catalog: Catalog, path: Key, source: str, names) -> Iterator[Found]:
    if source not in catalog.sources:
        yield from _unknown((*path, "source"), "source", source, catalog.sources)
        return
    known = _columns_of(catalog.sources[source])
    for name in dict.fromkeys(names):
        if name and name not in known:
            yield path, f"source {source!r} has no column {name!r}.", did_you_mean(name, known)


def _columns_of(source: Source) -> set[str]:
    return {*source.columns, *([source.points.into] if source.points else [])}


def _conditions(path: Key, conditions: list[Condition]) -> Iterator[Found]:
    tests = ("equals", "differs", "filled", "on_or_before", "after", "within_days")
    for i, condition in enumerate(conditions):
        given = [test for test in tests if getattr(condition, test) is not None]
        if len(given) != 1:
            what = f"a condition has {len(given)} tests: {', '.join(given) or 'none'}."
            yield (*path, i), what, f"Give exactly one of {', '.join(tests)}."
        if (condition.within_days is None) != (condition.since is None):
            yield (*path, i), "`within_days` and `since` belong together.", "Give both or neither."


def _condition_columns(conditions: list[Condition]) -> list[str]:
    return [
        name
        for condition in conditions
        for name in (condition.column, condition.on_or_before, condition.after, condition.since)
        if name
    ]


def _sources(catalog: Catalog) -> Iterator[Found]:
    for name, source in catalog.sources.items():
        path, known = ("sources", name), _columns_of(source)
        yield from _zone((*path, "time_zone"), source.time_zone)
        for column, spec in source.columns.items():
            if bool(spec.name) == bool(spec.names):
                what = f"column {column!r} has {'two' if spec.name else 'no'} names."
                yield (*path, "columns", column), what, "Give exactly one of `name` and `names`."
        used = [*source.unique, *source.not_before, *source.not_before.values()]
        for column in used:
            yield from _unknown(path, "column", column, known)
        if source.points:
            level = source.points.place_level
            yield from _unknown((*path, "points", "place_level"), "place level", level, catalog.places)
            for field in ("latitude", "longitude"):
                column = getattr(source.points, field)
                yield from _unknown((*path, "points", field), "column", column, source.columns)
        if "://" in source.location and bool(source.table) == bool(source.query):
            yield (
                path,
                "a database source needs a table or a query.",
                "Give exactly one of `table` and `query`.",
            )


def _measures(catalog: Catalog) -> Iterator[Found]:
    for name, measure in catalog.measures.items():
        path = ("measures", name)
        yield from _owner(catalog, path, measure)
        yield from _conditions((*path, "where"), measure.where)
        yield from _measure_columns(catalog, path, measure)
        yield from _each_unknown((*path, "groups"), "dimension", measure.groups, measure.columns.group)
        for i, target in enumerate(measure.targets):
            yield from _period((*path, "targets", i, "by"), target.by)
            yield from _period((*path, "targets", i, "since"), target.since)
            if target.value is None and target.lower is None and target.upper is None:
                yield (*path, "targets", i), "a target has no value.", "Give `value`, or `lower` and `upper`."
        for period in (measure.baseline.start, measure.baseline.end, *measure.baseline.rebase):
            yield from _period((*path, "baseline"), period)


def _measure_columns(catalog: Catalog, path: Key, measure: Measure) -> Iterator[Found]:
    given = measure.columns
    plain = ("interval", "numerator", "denominator", "value", "n", "target", "recorded_at", "provisional")
    names = [getattr(given, field) for field in plain] + [*given.group.values(), *given.place.values()]
    names += _condition_columns(measure.where)
    yield from _columns(catalog, (*path, "columns"), measure.source, names)
    yield from _cuts(
        catalog, (*path, "columns", "group"), given.group, (*path, "columns", "place"), given.place
    )
    needed = {
        "proportion": ("numerator", "denominator"),
        "rate": ("numerator", "denominator"),
        "value": ("value",),
    }
    for field in needed.get(measure.kind, ()):
        if not getattr(given, field):
            yield (*path, "columns"), f"a {measure.kind} needs the column {field!r}.", f"Add `{field}: ...`."


def _cuts(catalog: Catalog, group_path: Key, groups, place_path: Key, places) -> Iterator[Found]:
    for dimension in groups:
        yield from _unknown((*group_path, dimension), "dimension", dimension, catalog.dimensions)
    for level in places:
        yield from _unknown((*place_path, level), "place level", level, catalog.places)


def _services(catalog: Catalog) -> Iterator[Found]:
    for name, service in catalog.services.items():
        path = ("services", name)
        yield from _owner(catalog, path, service)
        yield from _cuts(catalog, (*path, "groups"), service.groups, (*path, "places"), service.places)
        yield from _columns(catalog, path, service.source, _service_columns(service))
        for field, conditions in _service_conditions(service):
            yield from _conditions((*path, *field), conditions)
        population = service.outcome.population
        yield from _unknown((*path, "outcome", "population"), "population", population, catalog.populations)
        for dimension, group in service.reference.items():
            groups = catalog.dimensions[dimension].groups if dimension in catalog.dimensions else ()
            yield from _unknown((*path, "reference", dimension), "group", group, [*groups, *RULES])


def _service_conditions(service: Service):
    return (
        (("where",), service.where),
        (("outcome", "numerator"), service.outcome.numerator),
        (("outcome", "denominator"), service.outcome.denominator),
    )


def _service_columns(service: Service) -> list[str]:
    tested = [
        name for _, conditions in _service_conditions(service) for name in _condition_columns(conditions)
    ]
    return [service.interval, service.stratum, *service.groups.values(), *service.places.values(), *tested]


def _processes(catalog: Catalog) -> Iterator[Found]:
    for name, process in catalog.processes.items():
        path = ("processes", name)
        yield from _owner(catalog, path, process)
        yield from _cuts(catalog, (*path, "groups"), process.groups, (*path, "places"), process.places)
        yield from _conditions((*path, "where"), process.where)
        yield from _columns(catalog, path, process.source, _process_columns(process))


def _process_columns(process: Process) -> list[str]:
    fields = ("case", "activity", "timestamp", "started", "resource", "submitted", "closed")
    cuts = [*process.attributes, *process.groups.values(), *process.places.values()]
    return [*(getattr(process, field) for field in fields), *cuts, *_condition_columns(process.where)]


def _actions(catalog: Catalog) -> Iterator[Found]:
    subjects = {*catalog.measures, *catalog.services, *catalog.processes}
    for name, action in catalog.actions.items():
        path, parts = ("actions", name, "finding"), action.finding.split("/")
        if len(parts) != 5:
            what = f"{action.finding!r} is not the id of a finding."
            yield path, what, "Write analysis/subject/question/group/place."
        else:
            yield from _unknown(path, "measure, service or process", parts[1], subjects)
        yield from _period(("actions", name, "by"), action.by)


def _reviews(catalog: Catalog) -> Iterator[Found]:
    subjects = {*catalog.measures, *catalog.services, *catalog.processes, "all"}
    for name, review in catalog.reviews.items():
        path = ("reviews", name)
        yield from _period((*path, "period"), review.period)
        yield from _unknown((*path, "previous"), "review", review.previous, catalog.reviews)
        yield from _each_unknown(
            (*path, "departments"), "department", review.departments, catalog.departments
        )
        yield from _each_unknown((*path, "subjects"), "subject", review.subjects, subjects)
