"""Whether what a service names exists, and whether its outcome has all that its kind needs."""

from collections.abc import Iterator
from math import inf

from workbench.catalog.dimension_references import unfit_population
from workbench.catalog.lookups import (
    DAYS,
    RULES,
    Found,
    condition_columns,
    faulty_column,
    faulty_conditions,
    unknown,
    unknown_columns,
    unknown_cuts,
    unknown_owner,
)
from workbench.catalog.model import Catalog, Service
from workbench.catalog.nodes import Key
from workbench.catalog.words import did_you_mean

# What belongs to one kind of outcome only, and whether that kind needs it.
_OF_KIND = {
    "population": ("per_resident", True),
    "exposure": ("rate", True),
    "exposure_unit": ("rate", False),
    "started": ("waiting_time", False),
    "ended": ("waiting_time", True),
    "standard_days": ("waiting_time", True),
}
_NUMBERS = ("integer", "number")


def service_faults(catalog: Catalog) -> Iterator[Found]:
    """Faults of all services."""
    checks = (_columns, _outcome, _references, _plan, _stages, _decisions, _imputation)
    for name, service in catalog.services.items():
        path = ("services", name)
        yield from unknown_owner(catalog, path, service)
        yield from unknown_cuts(catalog, (*path, "groups"), service.groups, (*path, "places"), service.places)
        for check in checks:
            yield from check(catalog, path, service)


def _columns(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    tested = [name for _, tests in _conditions(service) for name in condition_columns(tests)]
    plain = [service.interval, service.stratum, *service.groups.values(), *service.places.values()]
    yield from unknown_columns(catalog, path, service.source, [*plain, *tested])
    for field, tests in _conditions(service):
        yield from faulty_conditions((*path, *field), tests)
    yield from faulty_column(catalog, (*path, "person"), service.source, service.person)


def _conditions(service: Service):
    return (
        (("where",), service.where),
        (("outcome", "numerator"), service.outcome.numerator),
        (("outcome", "denominator"), service.outcome.denominator),
    )


def _outcome(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    outcome, path = service.outcome, (*path, "outcome")
    for field, (kind, needed) in _OF_KIND.items():
        given = getattr(outcome, field) not in ("", None)
        if given and kind != outcome.kind:
            what = f"`{field}` belongs to the kind {kind}, and this outcome is a {outcome.kind}."
            yield (*path, field), what, f"Remove it, or write `kind: {kind}`."
        elif needed and kind == outcome.kind and not given:
            yield path, f"an outcome of kind {kind} needs `{field}`.", f"Add `{field}: ...`."
    if outcome.standard_days is not None and not 0 < outcome.standard_days < inf:
        what = f"`standard_days` is {outcome.standard_days:g}."
        yield (*path, "standard_days"), what, "Write within how many days the wait should end: more than 0."
    if outcome.kind == "waiting_time" and outcome.numerator:
        what = "a waiting time is judged by `standard_days`, not by a numerator."
        yield (*path, "numerator"), what, "Remove it, or write `kind: proportion`."
    yield from faulty_column(catalog, (*path, "exposure"), service.source, outcome.exposure, "integer")
    for field in ("started", "ended"):
        yield from faulty_column(catalog, (*path, field), service.source, getattr(outcome, field), *DAYS)
    groups, places = list(service.groups), list(service.places)
    yield from unfit_population(catalog, (*path, "population"), outcome.population, groups, places)


def _references(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    for dimension, group in service.reference.items():
        groups = catalog.dimensions[dimension].groups if dimension in catalog.dimensions else ()
        yield from unknown((*path, "reference", dimension), "group", group, [*groups, *RULES])


def _plan(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    """Groups that the strategic plan names: ``race/black``, of dimensions that the service has."""
    known = [
        f"{dimension}/{group}"
        for dimension in service.groups
        if dimension in catalog.dimensions
        for group in catalog.dimensions[dimension].groups
    ]
    for i, name in enumerate(service.plan):
        if name not in known:
            what = f"there is no group {name!r} in this service."
            yield (*path, "plan", i), what, f"Write dimension/group. {did_you_mean(name, known)}"


def _stages(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    if not service.stages:
        return
    path, groups, places = (*path, "stages"), list(service.groups), list(service.places)
    for field in ("residents", "need"):
        name = getattr(service.stages, field)
        yield from unfit_population(catalog, (*path, field), name, groups, places)
    residents = catalog.populations.get(service.stages.residents)
    if residents and groups and not residents.dimension:
        what = f"population {service.stages.residents!r} has no groups: who asks cannot be told by group."
        yield (*path, "residents"), what, f"Name a population by {' or '.join(map(repr, groups))}."


def _decisions(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    if not service.decisions:
        return
    path, hit, daylight = (*path, "decisions"), service.decisions.hit, service.decisions.daylight
    yield from faulty_conditions((*path, "hit"), hit)
    for i, condition in enumerate(hit):
        for name in condition_columns([condition]):
            yield from faulty_column(catalog, (*path, "hit", i), service.source, name)
    if not hit and not daylight:
        yield path, "there is nothing to test.", "Give `hit`, `daylight`, or both."
    if (hit or daylight) and not service.groups:
        yield path, "decisions are compared between groups, and there are none.", "Add `groups`."
    yield from faulty_column(catalog, (*path, "daylight"), service.source, daylight, "time")
    if daylight and (catalog.city.latitude is None or catalog.city.longitude is None):
        what = "when it is dark depends on where the city lies, which is not declared."
        yield (
            (*path, "daylight"),
            what,
            "Write latitude: and longitude: in city.yml, in degrees (west below 0).",
        )


def _imputation(catalog: Catalog, path: Key, service: Service) -> Iterator[Found]:
    asked = service.imputation
    if not asked:
        return
    path, groups, places = (*path, "imputation"), list(service.groups), list(service.places)
    yield from faulty_column(catalog, (*path, "surname"), service.source, asked.surname, "text")
    yield from unknown((*path, "surnames"), "source", asked.surnames, catalog.sources)
    yield from faulty_column(catalog, (*path, "surname_in"), asked.surnames, asked.surname_in, "text")
    yield from unfit_population(catalog, (*path, "population"), asked.population, groups, places)
    dimension = getattr(catalog.populations.get(asked.population), "dimension", "")
    known = catalog.dimensions[dimension].groups if dimension in catalog.dimensions else {}
    if asked.population in catalog.populations and not dimension:
        what = f"population {asked.population!r} has no groups: they cannot be imputed from it."
        yield (*path, "population"), what, "Name a population with `dimension` and `group`."
    for group, column in asked.shares.items():
        where = (*path, "shares", group)
        if known:
            yield from unknown(where, "group", group, known)
        yield from faulty_column(catalog, where, asked.surnames, column, *_NUMBERS)
    if not asked.shares:
        yield (*path, "shares"), "there are no shares.", "Write a line `group: column` for each group."
