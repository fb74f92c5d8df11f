"""Rows that say how far a piece of work is become activity instances: when it was given, begun, rested and done.

Transitions are those of the standard lifecycle of XES (IEEE 1849-2016). Rows of one step of a case
belong together by their instance; without one, the first that starts is the first done. A completion
that nothing began has no known start. Window functions only, so that every engine finds the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.process_timing.log.events import (
    ACTIVITY,
    CASE,
    INSTANCE,
    LIFECYCLE,
    RESOURCE,
    ROW,
    STARTED,
    TEAM,
    TIME,
)

if TYPE_CHECKING:
    import ibis

# In the order in which they stand where several happen at one time.
TRANSITIONS = ("schedule", "assign", "start", "resume", "suspend", "complete")
_OTHER_WORDS = {
    "schedule": ("scheduled",),
    "assign": ("assigned", "reassign", "reassigned"),
    "start": ("started", "begin"),
    "resume": ("resumed",),
    "suspend": ("suspended",),
    "complete": ("completed", "end", "ended"),
}
WORDS = {word: name for name, others in _OTHER_WORDS.items() for word in (name, *others)}
_OPENERS = ("schedule", "assign", "start")
_RESTING = ("suspend", "resume", "complete")


def instances(found: ibis.Table) -> ibis.Table:
    """One row an instance of an activity that was completed: an event with its start, where one is known.

    Parameters
    ----------
    found : ibis.Table
        Distinct rows as :func:`workbench.process_timing.log.events.events` gives them, with ``lifecycle``
        and, where declared, ``instance``. A row that says nothing of its lifecycle was completed.

    Returns
    -------
    ibis.Table
        case, activity, time (of completion), row, copies, started, assigned (the earlier of
        scheduled and assigned), and reversed, resource and team where known.
    """
    rows = _told(found)
    for opener in _OPENERS:
        rows = _with_time_of(rows, opener)
    done = rows.filter(rows["transition"] == "complete")
    kept = [name for name in (CASE, ACTIVITY, TIME, ROW, "copies", RESOURCE, TEAM) if name in rows.columns]
    own = done[STARTED] if STARTED in found.columns else None
    started = done["start_time"] if own is None else done["start_time"].fill_null(own)
    return done.select(*kept, started=started, assigned=_earlier(done["schedule_time"], done["assign_time"]))


def pauses(found: ibis.Table) -> ibis.Table:
    """One row a rest inside the work of a completed instance: row of its completion, from, until.

    A rest lasts until the work is resumed, or done without that. Where several instances of a step are in
    work at once and nothing tells them apart, the one begun first rests.
    """
    rows = _numbered(_told(found), "start")
    later = _window(rows, between=(1, None))
    rows = rows.mutate(until=_only(rows, _RESTING, TIME).min().over(later))
    is_resting = (rows["transition"] == "suspend") & (rows["opened"] > rows["served"])
    rows = rows.mutate(number=is_resting.ifelse(rows["served"] + 1, rows["number"]))
    rows = rows.mutate(event=_only(rows, ["complete"], ROW).max().over(_within(rows)))
    rests = rows.filter((rows["transition"] == "suspend") & (rows["number"] > 0) & rows["event"].notnull())
    rests = rests.filter(rests["until"] > rests[TIME])
    return rests.select("event", "until", since=rests[TIME]).order_by(["event", "since"])


def unpaired(found: ibis.Table) -> ibis.Table:
    """Rows that are no event and belong to none: starts without an end, and words that are no transition.

    Returns
    -------
    ibis.Table
        case, activity, row, word, transition (missing where the word is none).
    """
    known = _numbered(_told(found), "start")
    known = known.mutate(event=_only(known, ["complete"], ROW).max().over(_within(known)))
    starts = known.filter((known["transition"] == "start") & known["event"].isnull())
    strange = found.mutate(transition=_transition(found))
    strange = strange.filter(strange["transition"].isnull())
    wanted = [CASE, ACTIVITY, ROW, LIFECYCLE, "transition"]
    return starts.select(*wanted).union(strange.select(*wanted)).order_by(ROW)


def tally(strange: ibis.Table) -> ibis.Table:
    """One row: how many rows :func:`unpaired` found of each kind."""
    begun = strange["transition"].notnull()
    kinds = {"unpaired_starts": begun, "strange_stages": ~begun}
    return strange.aggregate(**{name: of.ifelse(1, 0).sum().fill_null(0) for name, of in kinds.items()})


def _told(found: ibis.Table) -> ibis.Table:
    """Rows whose transition is known, with its place among several at one time."""
    import ibis

    rows = found.mutate(transition=_transition(found))
    places = [(rows["transition"] == name, number) for number, name in enumerate(TRANSITIONS)]
    rows = rows.mutate(place=ibis.cases(*places, else_=len(TRANSITIONS)).cast("int32"))
    return rows.filter(rows["transition"].notnull())


def _transition(found: ibis.Table):
    import ibis

    word = found[LIFECYCLE].strip().lower().fill_null("complete")
    return ibis.cases(*[(word == said, name) for said, name in WORDS.items()], else_=ibis.null("string"))


def _with_time_of(rows: ibis.Table, opener: str) -> ibis.Table:
    """Rows with ``<opener>_time``: when what opened each completed instance happened."""
    rows = _numbered(rows, opener)
    at = _only(rows, [opener], TIME).max().over(_within(rows))
    rows = rows.mutate(**{f"{opener}_time": (rows["number"] > 0).ifelse(at, None)})
    return rows.drop("number", "opened", "served")


def _numbered(rows: ibis.Table, opener: str) -> ibis.Table:
    """Rows with the ``number`` of the instance that each opens or completes, counted from 1, first in first out.

    A completion that nothing opened brings the balance of openings and completions to a new low: its
    number is 0, as is that of every other row. ``opened`` and ``served`` count openings and completions
    of something opened so far.
    """
    import ibis

    opens = (rows["transition"] == opener).ifelse(1, 0)
    closes = (rows["transition"] == "complete").ifelse(1, 0)
    so_far = _window(rows, between=(None, 0))
    rows = rows.mutate(opened=opens.sum().over(so_far), closed=closes.sum().over(so_far))
    rows = rows.mutate(balance=rows["opened"] - rows["closed"])
    so_far = _window(rows, between=(None, 0))
    rows = rows.mutate(surplus=ibis.greatest(-rows["balance"].min().over(so_far), 0))
    before = rows["surplus"].lag().over(_window(rows)).fill_null(0)
    rows = rows.mutate(served=rows["closed"] - rows["surplus"], is_served=rows["surplus"] == before)
    number = ibis.cases(
        (rows["transition"] == opener, rows["opened"]),
        ((rows["transition"] == "complete") & rows["is_served"], rows["served"]),
        else_=0,
    )
    return rows.mutate(number=number).drop("closed", "balance", "surplus", "is_served")


def _window(rows: ibis.Table, between=None):
    import ibis

    order = [rows[TIME], rows["place"], rows[ROW]]
    if between is None:
        return ibis.window(group_by=_step(rows), order_by=order)
    return ibis.window(group_by=_step(rows), order_by=order, between=between)


def _within(rows: ibis.Table):
    import ibis

    return ibis.window(group_by=[*_step(rows), "number"])


def _step(rows: ibis.Table) -> list[str]:
    return [name for name in (CASE, ACTIVITY, INSTANCE) if name in rows.columns]


def _only(rows: ibis.Table, transitions, column: str):
    """A column where the transition is one of some, else missing."""
    return rows["transition"].isin(transitions).ifelse(rows[column], None)


def _earlier(one, other):
    return (other.isnull() | (one <= other)).ifelse(one, other)
