"""Process map timing: where the time of a process goes, how long its cases take, and what changed."""

import pandas as pd

from workbench.analyses import Cube
from workbench.process_timing import overview
from workbench.process_timing.capability import capability, defects
from workbench.process_timing.capacity.constraint import constraint
from workbench.process_timing.capacity.flow_check import flow_check
from workbench.process_timing.capacity.load import loads
from workbench.process_timing.capacity.removed import removed
from workbench.process_timing.capacity.scenarios import ASSUMPTIONS, scenarios
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.compared.change import change
from workbench.process_timing.compared.edges import edges_compared
from workbench.process_timing.comparison import comparison
from workbench.process_timing.counts import Counts
from workbench.process_timing.equity.by_step import equity_steps
from workbench.process_timing.equity.gaps import equity
from workbench.process_timing.excluded import excluded
from workbench.process_timing.log import calendar_said
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.steps.activities import activities
from workbench.process_timing.steps.causes import causes
from workbench.process_timing.steps.edges import edges
from workbench.process_timing.steps.endpoints import endpoints
from workbench.process_timing.steps.handoffs import handoffs
from workbench.process_timing.steps.rework import rework, rework_kinds
from workbench.process_timing.steps.variants import variant_coverage, variants
from workbench.process_timing.steps.waiting import waiting
from workbench.process_timing.steps.yields import yields
from workbench.process_timing.times.efficiency import efficiency
from workbench.process_timing.times.falling_due import falling_due
from workbench.process_timing.times.holders import holders
from workbench.process_timing.times.lead_times import attributes, lead_times, survival
from workbench.process_timing.times.outcomes import outcomes
from workbench.process_timing.times.restricted import restricted_means
from workbench.process_timing.times.service_levels import progress, service_levels
from workbench.process_timing.times.steps import step_times
from workbench.process_timing.times.work import Work
from workbench.process_timing.value_stream import value_stream

METHODS = {
    "lead_times": "Kaplan-Meier with Greenwood's log-log interval; cases still open count as waiting",
    "percentiles": "linear interpolation, h = (n - 1) p; interval of order statistics",
    "comparison": "chance of being faster within kinds of case (van Elteren), by which it is judged; difference of "
    "Kaplan-Meier medians or, where these are not reached, of shares closed; intervals from 999 draws of whole weeks",
    "same_mix": "cases weighted so that each kind has the share it had before",
    "change": "one change-point over weekly medians: largest Mann-Whitney distance, sieve bootstrap",
    "edges_compared": "chance that a wait is shorter, both periods followed as long; Benjamini-Hochberg over the edges",
    "holders": "share of the lead time so far, weeks resampled",
    "service_levels": "share of the cases that were due, Wilson; on the city's clock Kaplan-Meier, Rothman's interval",
    "constraint": "arrivals x work over staff, weeks resampled; waits by Allen and Cunneen, what-if by simulation",
    "equity": "differences from the reference, Benjamini-Hochberg over the groups of a dimension; steps by Kitagawa",
    "capability": "Ppk of the service level, refused where the weekly medians are not stable or many cases are open",
    "p90": "shown from 50 cases on",
}


def analyse(
    cube: Cube, *, period: str, cohort: str = "submitted", confidence: float = 0.95
) -> ProcessResults:
    """Time one process.

    Parameters
    ----------
    cube : Cube
        As :func:`workbench.process_timing.log.cube.cube` made it.
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
        **_of_the_log(chosen, counts),
        **_how_long(chosen, counts),
        **_what_changed(chosen, counts),
        **_step_by_step(chosen, counts),
        **_at_capacity(chosen, counts),
        **_by_group(chosen, counts),
    }
    return ProcessResults(
        counts=counts.frame(),
        sums=counts.sums,
        facts=_facts(chosen),
        about_people=cube.definition["about_people"],
        **frames,
    )


def _of_the_log(chosen: Cohort, counts: Counts) -> dict[str, pd.DataFrame]:
    return {
        "summary": overview.summary(chosen, counts),
        "quality": overview.quality(chosen),
        "excluded": excluded(chosen),
    }


def _how_long(chosen: Cohort, counts: Counts) -> dict[str, pd.DataFrame]:
    levels = service_levels(chosen, counts)
    return {
        "lead_times": lead_times(chosen, counts),
        "progress": progress(chosen, counts),
        "survival": survival(chosen),
        "service_levels": levels,
        "attributes": attributes(chosen, counts),
        "restricted_means": restricted_means(chosen, counts),
        "outcomes": outcomes(chosen, counts),
        "falling_due": falling_due(chosen, counts),
        "capability": capability(chosen, counts),
        "defects": defects(chosen, levels),
    }


def _what_changed(chosen: Cohort, counts: Counts) -> dict[str, pd.DataFrame]:
    return {
        "comparison": comparison(chosen, counts),
        "edges_compared": edges_compared(chosen, counts),
        "change": change(chosen, counts),
    }


def _step_by_step(chosen: Cohort, counts: Counts) -> dict[str, pd.DataFrame]:
    work = Work.by_clock(chosen)
    return {
        "edges": edges(chosen, counts),
        "activities": activities(chosen, counts),
        "endpoints": endpoints(chosen, counts),
        "waiting": waiting(chosen, counts),
        "rework": rework(chosen, counts),
        "rework_kinds": rework_kinds(chosen, counts),
        "variants": variants(chosen, counts),
        "variant_coverage": variant_coverage(chosen, counts),
        "holders": holders(chosen, counts),
        "step_times": step_times(chosen, counts, work),
        "efficiency": efficiency(chosen, counts, work),
        "handoffs": handoffs(chosen, counts),
        "yields": yields(chosen, counts),
        "causes": causes(chosen, counts),
        "value_stream": value_stream(chosen, counts),
    }


def _at_capacity(chosen: Cohort, counts: Counts) -> dict[str, pd.DataFrame]:
    found = loads(chosen)
    return {
        "constraint": constraint(chosen, counts, found),
        "flow_check": flow_check(chosen, counts),
        "scenarios": scenarios(chosen, found),
        "removed": removed(chosen, counts),
    }


def _by_group(chosen: Cohort, counts: Counts) -> dict[str, pd.DataFrame]:
    gaps = equity(chosen, counts)
    return {"equity": gaps, "equity_steps": equity_steps(chosen, counts, gaps)}


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
        "window": process["window"],
        "holders": process["holders"],
        **overview.facts(chosen),
        "rounding": definition["rounding"],
        **calendar_said.facts(definition),
        "mix": [each["title"] for each in definition["dimensions"] if each["kind"] == "attribute"],
        "what_if_assumes": list(ASSUMPTIONS),
        "methods": METHODS,
    }
