"""Why work waited: for a batch, behind later or earlier work, off duty, for something else, or not known.

Source: Lashkevich, Milani, Chapela-Campa, Suvorau and Dumas, Why am I waiting, CAiSE 2023
(arXiv 2212.01392), and the published cases of their tool. Deviations, all explicit: while a batch is
worked on, only its own members say whether the rest waits behind earlier or later work; a wait without
a start or a resource is *not known* and not extraneous; so is the idle rest of a wait whose resource
has no calendar.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.statistics.concurrency import NEVER, codes, microseconds
from workbench.statistics.occupancy import NOTHING, Occupancy

CAUSES = ("batching", "prioritisation", "contention", "unavailability", "extraneous", "not_known")

Calendar = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class _Work:
    """Activity instances as arrays of int64: codes, and instants in microseconds."""

    resource: np.ndarray
    activity: np.ndarray
    enabled: np.ndarray
    start: np.ndarray
    end: np.ndarray
    first: np.ndarray  # whether nothing enabled it

    def at(self, chosen: np.ndarray) -> "_Work":
        return _Work(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def wait_causes(
    instances: pd.DataFrame,
    calendars: Mapping[object, Calendar],
    *,
    otherwise: Calendar | None = None,
    smallest_batch: int = 2,
) -> pd.DataFrame:
    """Split the wait of each activity instance into its causes.

    The wait is from enablement to start. First comes *batching*: until the last member of its batch
    is enabled (see :func:`batches`). Of the rest, the time in which its resource worked is
    *contention* where any of that work was enabled no later than the wait began, and
    *prioritisation* where all of it was enabled later; work that nothing enabled counts as enabled
    when it started. Inside its own batch, an instance's own enablement is what the others' are compared with.
    Idle time outside the resource's calendar is *unavailability*, idle time within it *extraneous*.

    Parameters
    ----------
    instances : DataFrame
        One row an activity instance: ``case``, ``activity``, ``resource`` (names; resource may be
        missing), ``enabled``, ``start``, ``end`` (instants with or without zone, or whole
        microseconds; ``enabled`` is missing for the first of a case, see
        :func:`workbench.statistics.concurrency.enablement`; one of ``start`` and ``end`` may be missing). An
        instance without end keeps its resource busy to the last instant of the frame.
    calendars : mapping of resource to (opens, closes)
        Arrays of the intervals in which the resource works, instants or whole microseconds like those
        of ``instances``. They must reach over the whole log: what they leave out is off duty.
    otherwise : (opens, closes), optional
        Calendar of the resources that are not in ``calendars``.
    smallest_batch : int
        Instances that make a batch.

    Returns
    -------
    DataFrame
        Index of ``instances``; ``wait`` and the columns of ``CAUSES`` in whole microseconds, never negative,
        the causes adding up to the wait exactly; ``batch`` (-1 outside a batch). Without a start,
        ``wait`` reaches to the end, work included, and all of it is ``not_known``.

    Raises
    ------
    ValueError
        When a row has neither start nor end, or starts before it is enabled, or ends before it starts.
    """
    work = _checked(instances)
    until = np.where(work.start == NEVER, work.end, work.start)
    parts = {name: np.zeros(len(instances), np.int64) for name in CAUSES}
    parts["not_known"] = until - work.enabled
    batch = np.full(len(instances), -1)
    known = np.flatnonzero((work.start != NEVER) & (work.resource >= 0))
    batch[known] = batches(work.at(known), smallest_batch)
    hours, calendar = _hours(instances["resource"], work.resource, calendars, otherwise)
    for name, part in _split(work.at(known), batch[known], hours, calendar).items():
        parts[name][known] = part
    return pd.DataFrame({"wait": until - work.enabled, **parts, "batch": batch}, index=instances.index)


def _checked(instances: pd.DataFrame) -> _Work:
    """The instances as arrays; instants that are missing and can be said are filled in."""
    enabled, start, end = (microseconds(instances[name]) for name in ("enabled", "start", "end"))
    begun = np.where(start == NEVER, end, start)
    _refuse(instances, begun == NEVER, "have neither start nor end; leave them out")
    _refuse(instances, (end != NEVER) & (end < begun), "end before they start; leave them out")
    _refuse(instances, (enabled != NEVER) & (enabled > begun), "start before they are enabled")
    last = max((int(times.max(initial=NEVER)) for times in (enabled, start, end)), default=NEVER)
    return _Work(
        resource=codes(instances["resource"]),
        activity=codes(instances["activity"]),
        enabled=np.where(enabled == NEVER, begun, enabled),
        start=start,
        end=np.where(end == NEVER, last, end),
        first=enabled == NEVER,
    )


def _refuse(instances: pd.DataFrame, wrong: np.ndarray, fault: str) -> None:
    if wrong.any():
        rows = ", ".join(str(label) for label in instances.index[wrong][:5])
        raise ValueError(f"{wrong.sum():,} activity instances {fault} (rows {rows}).")


def batches(work, smallest: int = 2) -> np.ndarray:
    """Number of the batch that each instance belongs to; -1 where to none.

    A batch is work on one activity by one resource, without a break, all of it enabled when the first
    of it starts (Lashkevich et al. 2022, section 4).

    Parameters
    ----------
    work
        Arrays ``resource``, ``activity``, ``enabled``, ``start``, ``end``, ``first``. An instance that
        nothing enabled is in no batch: since when it waited is not known.
    smallest : int
        Instances that make a batch.
    """
    order = np.lexsort((work.end, work.enabled, work.start, work.activity, work.resource))
    order = order[~work.first[order]]
    columns = (work.resource, work.activity, work.enabled, work.start, work.end)
    number, found, kind, opened, closed = -1, [], None, 0, 0
    for resource, activity, enabled, start, end in zip(*(c[order].tolist() for c in columns), strict=True):
        if (resource, activity) != kind or enabled > opened or start > closed:
            number, kind, opened, closed = number + 1, (resource, activity), start, end
        closed = max(closed, end)
        found.append(number)
    group = np.asarray(found, np.int64)
    large = np.bincount(group, minlength=1)[group] >= smallest
    batch = np.full(work.start.size, -1)
    batch[order[large]] = np.unique(group[large], return_inverse=True)[1]
    return batch


def _hours(names: pd.Series, resource, calendars, otherwise) -> tuple[Occupancy, np.ndarray]:
    """The calendars as tracks, and the track of each resource; -1 where it has none."""
    resources = dict(zip(resource.tolist(), names, strict=True))
    of_resource = {code: calendars.get(name, otherwise) for code, name in resources.items() if code >= 0}
    kinds = {id(kind): kind for kind in of_resource.values() if kind is not None}
    number = {identity: place for place, identity in enumerate(kinds)}
    track = np.full(max(resources, default=-1) + 2, -1)  # the last is for the resource that is missing
    for code, kind in of_resource.items():
        track[code] = number.get(id(kind), -1)
    opens = [microseconds(pd.Series(kind[0])) for kind in kinds.values()]
    closes = [microseconds(pd.Series(kind[1])) for kind in kinds.values()]
    tracks = np.repeat(np.arange(len(opens)), [len(each) for each in opens])
    opens, closes = (np.concatenate([np.zeros(0, np.int64), *each]) for each in (opens, closes))
    return Occupancy(tracks, opens, closes, np.zeros(opens.size)), track


def _split(work: _Work, batch, hours: Occupancy, calendar) -> dict[str, np.ndarray]:
    """The causes of waits whose start and resource are known."""
    ready, begun = _batch_times(work, batch)
    busy = Occupancy(work.resource, work.start, work.end, work.enabled)
    own = Occupancy(batch + 1, work.start, work.end, work.enabled)
    earlier = busy.covered(work.resource, ready, begun, at_most=ready)
    working = busy.covered(work.resource, ready, begun)
    earlier_in_batch = own.covered(batch + 1, begun, work.start, at_most=work.enabled)
    idle = begun - ready - working
    on_duty = _idle_on_duty(busy, hours, calendar, work.resource, ready, begun)
    has_calendar = calendar[work.resource] >= 0
    return {
        "batching": ready - work.enabled,
        "contention": earlier + earlier_in_batch,
        "prioritisation": working - earlier + (work.start - begun) - earlier_in_batch,
        "unavailability": np.where(has_calendar, idle - on_duty, 0),
        "extraneous": np.where(has_calendar, on_duty, 0),
        "not_known": np.where(has_calendar, 0, idle),
    }


def _batch_times(work: _Work, batch) -> tuple[np.ndarray, np.ndarray]:
    """When each instance's batch was complete and when work on it began; its own times outside a batch."""
    ready, begun = work.enabled.copy(), work.start.copy()
    member = batch >= 0
    last = np.full(batch.max(initial=-1) + 1, NEVER)
    first = np.full(last.size, NOTHING)
    np.maximum.at(last, batch[member], work.enabled[member])
    np.minimum.at(first, batch[member], work.start[member])
    ready[member], begun[member] = last[batch[member]], first[batch[member]]
    return ready, begun


def _idle_on_duty(busy: Occupancy, hours: Occupancy, calendar, resource, since, until) -> np.ndarray:
    """Time within a resource's calendar in which it did no work, between two instants."""
    worked = busy.value < NOTHING
    within = np.where(worked, hours.covered(calendar[busy.track], busy.start, busy.end), 0)
    before = np.concatenate([[0], np.cumsum(within)])

    def worked_on_duty(instant) -> np.ndarray:
        piece, into = busy.at(resource, instant)
        start = busy.start[piece]
        return before[piece] + np.where(
            worked[piece], hours.covered(calendar[resource], start, start + into), 0
        )

    open_time = hours.covered(calendar[resource], since, until)
    return open_time - (worked_on_duty(until) - worked_on_duty(since))
