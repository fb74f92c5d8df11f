"""The page of the plan's goals as the apps show it: every measure leads to its chart in the app."""

from urllib.parse import urlencode

from workbench.batch.folders import ReviewFolder
from workbench.catalog.model import Catalog
from workbench.goals import goals, standing
from workbench.publish.goals import goals_html


def app_goals_html(catalog: Catalog, review: str) -> str:
    """The page of goals of a review that has been run; empty where the city has no plan.

    Parameters
    ----------
    catalog : Catalog
    review : str
        Its name.
    """
    if not catalog.goals:
        return ""
    measures = standing(ReviewFolder(catalog.outputs, review).final, catalog)
    links = [_link(*pair, review) for pair in zip(measures["measure"], measures["report"], strict=True)]
    plan, measures = goals(measures, catalog), measures.assign(report=links)
    home = ("./", "All apps of this review")
    return goals_html(plan, measures, catalog, catalog.reviews[review], home=home, table="")


def _link(measure: str, report: str, review: str) -> str:
    """The view of a measure that has a report, from the page of goals."""
    if not report:
        return ""
    department, analysis, subject, _ = report.split("/")
    view = {"review": review, "department": department, "subject": subject, "show-measure": measure}
    return f"app/{analysis}?{urlencode(view)}"
