"""What an order would do, before it does it: which runs and why, on data of which day, and how long it takes."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from workbench import analyses as registry
from workbench.analyses import Analysis
from workbench.batch.decision import Decision, Last, decision, expected_seconds, is_standing
from workbench.batch.folders import ReviewFolder
from workbench.batch.inputs import Inputs
from workbench.batch.plan import Run
from workbench.errors import SourceError
from workbench.review.orders import Order, planned
from workbench.sources.databases import is_database
from workbench.sources.snapshots import known

DATABASE, CHANGED, ABSENT, READ = "asked again by a review", "to be read", "not there", "read"


@dataclass(frozen=True)
class Age:
    """How old a source is.

    Parameters
    ----------
    source : str
    taken : str
        The day of its snapshot; empty where it has none of what lies there now.
    state : str
        ``read``, ``to be read`` (it has changed, or was never read), ``asked again by a review`` (a database) or
        ``not there``.
    as_of : date
        Of the review.
    """

    source: str
    taken: str
    state: str
    as_of: date

    def __str__(self) -> str:
        if not self.taken:
            return self.state
        days = (self.as_of - date.fromisoformat(self.taken)).days
        early = f", {days} days before the as-of day" if days > 0 else ""
        again = "" if self.state == READ else f", {self.state}"
        return f"snapshot of {self.taken}{early}{again}"


@dataclass(frozen=True)
class Foreseen:
    """What would be done.

    Parameters
    ----------
    decisions : tuple of Decision
        One a run, in the order of the plan; those without a reason would stand as they are.
    ages : tuple of Age
        One a source that the runs read.
    seconds : float or None
        How long the notebooks take by earlier runs; None when there were none.
    jobs : int
        Notebooks at once.
    standing : bool
        Whether nothing at all has changed, so that the review would stay untouched.
    """

    decisions: tuple[Decision, ...]
    ages: tuple[Age, ...]
    seconds: float | None
    jobs: int
    standing: bool


def foreseen(order: Order, jobs: int | None) -> Foreseen:
    """Foresee what an order does; nothing is read from a database, run or written.

    Raises
    ------
    UsageError
        When it cannot be planned.
    """
    runs, analyses = planned(order), registry.registered()
    inputs, last = Inputs(order.catalog, order.name, analyses), Last(order.folders.final)
    needed = {run: _sources(order, run, analyses) for run in runs}
    ages = {source: _age(order, source) for source in dict.fromkeys(_flat(needed.values()))}
    decisions = tuple(
        _decision(order, run, [ages[each] for each in needed[run]], inputs, last) for run in runs
    )
    to_make, count = [each.run for each in decisions if each.reason], jobs or os.cpu_count() or 1
    seconds = expected_seconds(to_make, _earlier_seconds(order, last), count)
    standing = is_standing(decisions, last, inputs.of_pages())
    return Foreseen(decisions, tuple(ages.values()), seconds, count, standing)


def _sources(order: Order, run: Run, analyses: dict[str, Analysis]) -> list[str]:
    return list(analyses[run.analysis].sources(order.catalog, run.department, run.subject))


def _flat(lists: Iterable[list[str]]) -> Iterable[str]:
    return (each for found in lists for each in found)


def _age(order: Order, source: str) -> Age:
    catalog, as_of = order.catalog, order.review.as_of
    try:
        read = known(catalog, source)
    except SourceError:
        return Age(source, "", ABSENT, as_of)
    state = DATABASE if is_database(catalog.sources[source]) else READ if read else CHANGED
    return Age(source, read.taken if read else "", state, as_of)


def _decision(order: Order, run: Run, ages: list[Age], inputs: Inputs, last: Last) -> Decision:
    """A run whose sources have no snapshot cannot be decided on by its inputs; that is the reason then."""
    lacking = next((age for age in ages if not age.taken and age.state in (ABSENT, DATABASE)), None)
    if lacking is None:
        return decision(run, inputs.of_run(run), last, order.asked)
    first = decision(run, {}, last, order.asked)
    told = order.asked or not last.record(run)
    return first if told else replace(first, reason=f"{lacking.source} is {lacking.state}")


def _earlier_seconds(order: Order, last: Last) -> dict[str, float]:
    """How long each run took in this review or, where it is new to it, in the one before."""
    previous = order.review.previous
    before = Last(ReviewFolder(order.catalog.outputs, previous).final).seconds if previous else {}
    return {**before, **last.seconds}
