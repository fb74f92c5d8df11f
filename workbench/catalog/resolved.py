"""The catalog as it stood when a review was made, so that changed definitions can be told."""

from workbench.catalog.model import Catalog

SUBJECTS = ("measures", "services", "processes")


def resolved(catalog: Catalog) -> dict:
    """Plain JSON values of everything declared, keys sorted; the city's folder is left out."""
    return _sorted(catalog.model_dump(mode="json", exclude={"root"}))


def definitions(values: dict) -> dict[str, dict]:
    """The entry of each subject (measure, service, process) of a resolved catalog."""
    return {name: entry for section in SUBJECTS for name, entry in values.get(section, {}).items()}


def _sorted(value):
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    return value
