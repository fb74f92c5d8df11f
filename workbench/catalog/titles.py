"""What people call the subject of a run."""

from workbench.catalog.left_out import SUBJECTS
from workbench.catalog.model import Catalog

EVERY = "all"


def subject_title(catalog: Catalog, subject: str) -> str:
    """Title of a service, process or measure; ``all`` is all measures of a department."""
    if subject == EVERY:
        return "All measures"
    left_out = {each.name: each for each in catalog.left_out if each.section in SUBJECTS}
    declared = (catalog.services, catalog.processes, catalog.measures, left_out)
    return next((entries[subject].title for entries in declared if subject in entries), subject)
