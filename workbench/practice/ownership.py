"""Which city is the practice city."""

from pathlib import PurePosixPath

from workbench.catalog.model import Catalog

SOURCES = PurePosixPath("private/sources")
FILES = {
    "applications.csv.gz",
    "case_events.csv.gz",
    "community_measures.csv",
    "department_measures.csv",
    "finance_measures.xlsx",
    "office_events.csv.gz",
    "population.csv",
    "resident_measures.csv",
    "service_requests.csv.gz",
    "street_lights.csv",
    "surnames.csv",
}


def belongs(catalog: Catalog) -> bool:
    """Whether the sources that a city declares are those that ``generate`` makes, and no others."""
    return {source.location for source in catalog.sources.values()} == {str(SOURCES / name) for name in FILES}
