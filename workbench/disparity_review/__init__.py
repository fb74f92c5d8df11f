"""Disparity review: is a service delivered alike to every group and in every neighbourhood?"""

from pathlib import Path

from workbench.analyses import Analysis
from workbench.catalog.model import Catalog
from workbench.disparity_review.analysis import analyse
from workbench.disparity_review.cube import cube
from workbench.disparity_review.findings import findings
from workbench.disparity_review.results import DisparityResults
from workbench.disparity_review.told import told

__all__ = ["DisparityResults", "analyse", "analysis", "cube", "findings", "sources", "subjects"]

_HERE = Path(__file__).parent


def subjects(catalog: Catalog, department: str) -> list[str]:
    """The services of a department, in the catalog's order."""
    return [name for name, service in catalog.services.items() if service.department == department]


def sources(catalog: Catalog, department: str, subject: str) -> list[str]:
    """The sources that the cube of a service reads: its own, of populations, and of surnames."""
    service = catalog.services[subject]
    stages, imputation = service.stages, service.imputation
    people = [service.outcome.population]
    people += [stages.residents, stages.need] if stages else []
    people += [imputation.population] if imputation else []
    found = [service.source, *(catalog.populations[name].source for name in people if name)]
    return list(dict.fromkeys([*found, *([imputation.surnames] if imputation else [])]))


analysis = Analysis(
    handle="disparity_review",
    title="Disparity review",
    notebook=_HERE.parents[1] / "notebooks" / "disparity_review.ipynb",
    results=DisparityResults,
    subjects=subjects,
    sources=sources,
    cube=cube,
    analyse=analyse,
    findings=findings,
    messages=_HERE,
    told=told,
)
