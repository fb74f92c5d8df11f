"""The catalog as it stood when a review was made, so that changed definitions can be told."""

from collections.abc import Mapping

from workbench.catalog.model import Catalog

SUBJECTS = ("measures", "services", "processes")
# Other words, another owner or a file of another name give the same figures.
_BESIDE = {
    "subject": ("title", "department", "owner", "goals", "initiative", "formerly", "stage", "leads_to"),
    "sources": ("title", "location"),
    "dimensions": ("title",),
    "places": ("title",),
    "populations": (),
}
_HOURS = ("working_days", "working_hours", "closures", "short_days")


def resolved(catalog: Catalog) -> dict:
    """Plain JSON values of everything declared, keys sorted; the city's folder and where entries stand are not among them."""
    return _sorted(catalog.model_dump(mode="json", exclude={"root", "declared_at"}))


def definitions(values: Mapping) -> dict[str, dict]:
    """What the figures of each subject (measure, service, process) of a resolved catalog follow from.

    That is its entry, and the sources, dimensions, places and populations that the entry names, of a process
    the working calendar, too, without what changes no figure: titles, owners, goals, stages, names of holidays, and
    where the file of a source lies.
    """
    return {name: _definition(entry, values) for name, entry in _entries(values).items()}


def former_names(values: Mapping) -> dict[str, str]:
    """Earlier names of the subjects of a resolved catalog, each with the name of today."""
    return {old: name for name, entry in _entries(values).items() for old in entry.get("formerly", [])}


def redefined(now: Mapping, then: Mapping) -> set[str]:
    """Subjects of a resolved catalog whose figures follow from something else than in an earlier one, which had them."""
    formerly, of_now = former_names(now), definitions(now)
    of_then = {formerly.get(name, name): entry for name, entry in definitions(then).items()}
    return {name for name in of_now.keys() & of_then if of_now[name] != of_then[name]}


def _entries(values: Mapping) -> dict[str, dict]:
    return {name: entry for section in SUBJECTS for name, entry in values.get(section, {}).items()}


def _definition(entry: Mapping, values: Mapping) -> dict:
    columns = entry.get("columns", {})
    stages, imputation = (entry.get(name) or {} for name in ("stages", "imputation"))
    named = {
        "sources": [entry["source"], imputation.get("surnames", "")],
        "dimensions": [*entry.get("groups", ()), *columns.get("group", ())],
        "places": [*entry.get("places", ()), *columns.get("place", ())],
        "populations": [
            *(entry.get("outcome", {}).get("population", ""), imputation.get("population", "")),
            *(stages.get("residents", ""), stages.get("need", "")),
        ],
    }
    rests_on = {
        f"{section}/{name}": _without(values[section][name], _BESIDE[section])
        for section, names in named.items()
        for name in names
        if name in values.get(section, {})
    }
    calendar = {"calendar": _calendar(entry["department"], values)} if "case" in entry else {}
    return _without(entry, _BESIDE["subject"]) | rests_on | calendar


def _calendar(department: str, values: Mapping) -> list:
    """What the working calendar of a department follows from; records of before a key have none of it."""
    city, own = values.get("city", {}), values.get("departments", {}).get(department, {})
    keeps, holidays = own.get("holidays", True), values.get("holidays", {})
    hours = [level.get(name) or [] for level in (city, own) for name in _HOURS]
    return [city.get("time_zone"), hours, keeps, sorted(holidays)]


def _without(entry: Mapping, beside: tuple[str, ...]) -> dict:
    return {key: value for key, value in entry.items() if key not in beside}


def _sorted(value):
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
