"""Process map timing: where the time of a process goes, how long its cases take, and what changed."""

import pandas as pd

from workbench.analyses import Cube
from workbench.process_timing import durations, flow, overview
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.comparison import comparison
from workbench.process_timing.counts import Counts
from workbench.process_timing.edges import edges
from workbench.process_timing.results import ProcessResults

METHODS = {
    "lead_times": "Kaplan-Meier with Greenwood's log-log interval; cases still open count as waiting",
    "percentiles": "linear interpolation, h = (n - 1) p; interval of order statistics",
    "comparison": "difference of Kaplan-Meier medians; interval from 999 draws of whole weeks",
    "same_mix": "cases weighted so that each kind has the share it had before",
    "p90": "shown from 50 cases on",
}


def analyse(
    cube: Cube, *, period: str, cohort: str = "submitted", confidence: float = 0.95
) -> ProcessResults:
    """Time one process.

    Parameters
    ----------
    cube : Cube
        As :func:`workbench.process_timing.cube.cube` made it.
    period : str
        The period under review, such as ``2025-Q4``; earlier periods of its kind are shown beside it.
    cohort : {'submitted', 'closed'}
        Whether a case belongs to the period it was submitted in (open cases count as waiting) or to
        the one it was closed in (throughput: rises while a backlog is cleared).
    confidence : float
        Level of all intervals.

    Returns
    -------
    ProcessResults

    Raises
    ------
    ParameterError
        When a value is not allowed.
    """
    chosen, counts = Cohort.of(cube, period, cohort, confidence), Counts()
    frames: dict[str, pd.DataFrame] = {
        "lead_times": durations.lead_times(chosen, counts),
        "progress": durations.progress(chosen, counts),
        "summary": overview.summary(chosen, counts),
        "survival": durations.survival(chosen),
        "comparison": comparison(chosen),
        "service_levels": durations.service_levels(chosen, counts),
        "attributes": durations.attributes(chosen, counts),
        "edges": edges(chosen, counts),
        "activities": flow.activities(chosen, counts),
        "waiting": flow.waiting(chosen, counts),
        "rework": flow.rework(chosen, counts),
        "variants": flow.variants(chosen, counts),
        "quality": overview.quality(chosen),
    }
    return ProcessResults(
        counts=counts.frame(),
        sums=counts.sums,
        facts=_facts(chosen),
        about_people=cube.definition["about_people"],
        **frames,
    )


def _facts(chosen: Cohort) -> dict:
    definition, period = chosen.cube.definition, chosen.period
    process = definition["process"]
    return {
        "title": definition["title"],
        "noun": process["noun"],
        "period": str(period),
        "previous": str(period.previous()),
        "same_last_year": str(period.same_last_year()),
        "as_of": definition["as_of"],
        "time_zone": definition["time_zone"],
        "cohort": chosen.kind,
        "confidence": chosen.confidence,
        "dimensions": {each["name"]: each["title"] for each in definition["dimensions"]},
        "labels": definition["labels"],
        "service_level": process["service_level"],
        "clock": process["clock"],
        "rounding": definition["rounding"],
        "mix": [each["title"] for each in definition["dimensions"] if each["kind"] == "attribute"],
        "methods": METHODS,
    }
