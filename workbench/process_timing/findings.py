"""What the released results of a process say, in the order in which a reader asks."""

from workbench.findings.model import Context, Finding
from workbench.process_timing.results import ProcessResults
from workbench.process_timing.said.change import change
from workbench.process_timing.said.data import odd_data
from workbench.process_timing.said.groups import groups
from workbench.process_timing.said.holders import holders
from workbench.process_timing.said.lead_time import lead_times
from workbench.process_timing.said.longest_wait import longest_wait
from workbench.process_timing.said.people import causes, constraint
from workbench.process_timing.said.promises import capability, falling_due, service_level
from workbench.process_timing.said.rework import rework
from workbench.process_timing.said.statement import Statement
from workbench.process_timing.said.steps import steps

QUESTIONS = (
    lead_times,
    change,
    steps,
    longest_wait,
    holders,
    service_level,
    falling_due,
    capability,
    rework,
    causes,
    constraint,
    groups,
    odd_data,
)


def findings(results: ProcessResults, context: Context) -> list[Finding]:
    """The statements that released results support.

    Parameters
    ----------
    results : ProcessResults
    context : Context

    Returns
    -------
    list of Finding
        Lead time against the previous period and last year; since when it changed and in which steps; the
        longest wait; who holds the clock; the service level, what falls due and whether it can be kept; rework;
        what cases wait for, the constraint and one more person there; groups and places; odd data.
        Those for which there is something to say. What was tested is told also where nothing clear was found,
        so that all tests of a review are judged together.
    """
    statement = Statement(results, context)
    return [finding for question in QUESTIONS for finding in question(statement)]
