"""A gap quarter by quarter, as the released results of one review tell it."""

from workbench.analyses import Told
from workbench.disparity_review.results import DisparityResults

GAPS = ("group", "trend", "change_")  # beginnings of questions about the gap of a group in the whole city


def told(results: DisparityResults, question: str, group: str, place: str) -> Told | None:
    """The gap of a group in the whole city over all intervals, in the unit of its finding.

    Parameters
    ----------
    results : DisparityResults
        Released.
    question, group, place : str
        Of the finding; None is returned for what the results have for one period only.
    """
    rows = results.trend[results.trend["group"] == group]
    if place != "all" or rows.empty or not question.startswith(GAPS):
        return None
    facts = results.facts
    gaps = (rows["difference"] * facts["per"]).astype(object).where(rows["difference"].notna(), None)
    base = facts["exposure_unit"] or facts["unit"]
    return Told(dict(zip(rows["interval"], gaps, strict=True)), f"in every {facts['per']:,} {base}")
