"""A gap quarter by quarter, as the released results of one review tell it."""

import pandas as pd

from workbench.analyses import Told
from workbench.disparity_review.results import DisparityResults

GAPS = ("group", "trend", "change_")  # beginnings of questions about the gap of a group in the whole city


def told(results: DisparityResults, question: str, group: str, place: str) -> Told | None:
    """The gap of a group in the whole city over all intervals, or of one place over those compared, in the unit of its finding.

    Parameters
    ----------
    results : DisparityResults
        Released.
    question, group, place : str
        Of the finding; None is returned for what the results have for one period only.
    """
    rows = (
        _of_place(results, question, group, place) if place != "all" else _of_group(results, question, group)
    )
    if rows.empty:
        return None
    facts = results.facts
    gaps = (rows["difference"] * facts["per"]).astype(object).where(rows["difference"].notna(), None)
    base = facts["exposure_unit"] or facts["unit"]
    return Told(dict(zip(rows["interval"], gaps, strict=True)), f"in every {facts['per']:,} {base}")


def _of_group(results: DisparityResults, question: str, group: str) -> pd.DataFrame:
    rows = results.trend
    return rows[(rows["group"] == group) & question.startswith(GAPS)]


def _of_place(results: DisparityResults, level: str, group: str, place: str) -> pd.DataFrame:
    """Everyone in a place held against the rest of the city: in the period, the one before and that of a year ago."""
    rows = results.gaps
    if group != "all" or rows.empty:
        return rows.iloc[:0]
    own = (rows["question"] == "place") & (rows["place_level"] == level) & (rows["place"] == place)
    return rows[own].drop_duplicates("interval").sort_values("interval")
