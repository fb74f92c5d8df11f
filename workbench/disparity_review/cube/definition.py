"""What the catalog says about a service, as the analysis needs it."""

from datetime import date

from workbench.catalog.model import Catalog, Service
from workbench.disparity_review.cube.coded_rows import levels_of


def definition_of(catalog: Catalog, department: str, subject: str, as_of: date) -> dict:
    """What the catalog says about a service, as plain JSON values; what has an order is a list."""
    service = catalog.services[subject]
    return {
        "department": department,
        "subject": subject,
        "title": service.title,
        "service": service.model_dump(mode="json"),
        "dimensions": [_dimension(catalog, service, name) for name in service.groups],
        "levels": [_level(catalog, level) for level in levels_of(catalog, service)],
        "population": _population(catalog, service.outcome.population),
        "notices": [],
        "about_people": catalog.sources[service.source].about_people,
        "least_listed": catalog.city.minimum_count if catalog.sources[service.source].about_people else 1,
        "fiscal_start": catalog.city.fiscal_year_starts,
        "as_of": as_of.isoformat(),
    }


def _dimension(catalog: Catalog, service: Service, name: str) -> dict:
    dimension = catalog.dimensions[name]
    return {
        "id": name,
        "title": dimension.title,
        "groups": [
            {"id": group, "title": entry.title, "residents": entry.residents}
            for group, entry in dimension.groups.items()
        ],
        "reference": service.reference.get(name, dimension.reference),
    }


def _level(catalog: Catalog, name: str) -> dict:
    level = catalog.places[name]
    return {
        "id": name,
        "title": level.title,
        "within": level.within,
        "parents": dict(level.parents),
        "disadvantage": dict(level.disadvantage),
        "disadvantage_title": level.disadvantage_title,
        "boundary_vintage": level.boundary.vintage if level.boundary else "",
    }


def _population(catalog: Catalog, name: str) -> dict:
    if not name:
        return {}
    entry = catalog.populations[name]
    title = catalog.sources[entry.source].title or name
    return {"id": name, "title": title, "vintage": entry.vintage, "boundaries": entry.boundaries}
