"""Event logs of the practice city: cases pass through steps in working time, wait, turn back, stay open."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.practice import dirt, effects
from workbench.practice.flows import CASES, FLOWS, Flow
from workbench.practice.population import RACES

_FIRST, _LAST = np.datetime64("2023-01-02"), np.datetime64("2025-12-31")
_LATEST_START = np.datetime64("2025-10-01")
_EXTRACTED = np.datetime64("2026-01-15T00:00:00")
# Offices work every weekday from nine to five. No holidays here: they would make quarters differ.
_OPENS, _HOUR, _DAY = 9 * 3600, 3600, 8 * 3600
_WORKDAYS = np.arange(_FIRST, np.datetime64("2028-01-01"))
_WORKDAYS = _WORKDAYS[np.is_busday(_WORKDAYS)]
_UNREST, _UNREST_OF_CASE = 0.55, 0.20
_MOST_LOOPS = 3
_WITHDRAWN = 0.03


@dataclass(frozen=True)
class Path:
    """Cases that pass through the same steps: which cases, and which steps (indices of :func:`names_of`)."""

    cases: np.ndarray
    steps: tuple[int, ...]


def names_of(flow: Flow) -> list[str]:
    """All names of steps of a process, the one that ends a case early last."""
    own = [name for name, _ in flow.steps]
    back = [name for name in (flow.loop.steps if flow.loop else ()) if name not in own]
    return [*own, *back, "Withdrawn" if flow.source == CASES else "Cancelled"]


def event_table(rng: np.random.Generator, source: str, residents: np.ndarray, scale: float) -> pa.Table:
    """All events of a source, process by process and case by case."""
    parts = [_flow_columns(rng, flow, residents, scale) for flow in FLOWS if flow.source == source]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    completed = dirt.spoiled(rng, dirt.as_text(columns["completed"]), dirt.UNREADABLE_TIMES, 0.0004)
    number = "Case No" if source == CASES else "Document No"
    table = {"Workflow": dirt.words(columns["code"]), number: dirt.words(columns["case"])}
    table["Step"] = dirt.words(columns["step"])
    if source == CASES:
        table["Started"] = dirt.as_text(columns["started"])
    table |= {"Completed": completed, "Staff": dirt.words(columns["staff"])}
    table["Case Type" if source == CASES else "Category"] = dirt.words(columns["kind"])
    if source == CASES:
        table |= {"Race": dirt.words(columns["race"]), "Neighborhood": dirt.words(columns["place"])}
    return dirt.doubled(rng, pa.table(table), 0.001)


def _flow_columns(
    rng: np.random.Generator, flow: Flow, residents: np.ndarray, scale: float
) -> dict[str, np.ndarray]:
    """Columns of one process, one entry an event, up to the day of the extract."""
    count = max(round(flow.cases * scale), 40)
    begin = _beginnings(rng, count)
    kind, factor = _kinds(rng, flow, begin)
    events = _walked(rng, flow, begin, factor)
    events = {name: values[events["completed"] < _EXTRACTED] for name, values in events.items()}
    case = events.pop("case")
    numbers = np.array([f"{flow.prefix}-{n:05d}" for n in range(1, count + 1)], dtype=object)
    place, race = np.divmod(
        rng.choice(residents.size, size=count, p=residents.ravel() / residents.sum()), len(RACES)
    )
    of_case = {
        "case": numbers,
        "kind": kind,
        "race": dirt.race_codes(rng, race, 0.14)[0],
        "place": dirt.place_names(rng, np.where(rng.random(count) < 0.02, -1, place)),
    }
    names = np.array(names_of(flow), dtype=object)
    step = events.pop("step")
    return {
        "code": np.full(len(case), flow.code, dtype=object),
        "step": names[step],
        "staff": _staff(rng, flow, step),
        **events,
        **{name: values[case] for name, values in of_case.items()},
    }


def _beginnings(rng: np.random.Generator, count: int) -> np.ndarray:
    """Sorted moments in working seconds at which cases come in."""
    end = np.searchsorted(_WORKDAYS, _LAST, side="right") * _DAY
    return np.sort(rng.integers(0, end, size=count))


def clock_time(working: np.ndarray) -> np.ndarray:
    """Working seconds since the first day become times of the calendar."""
    day, second = np.divmod(working, _DAY)
    day = np.minimum(day, len(_WORKDAYS) - 1)
    return _WORKDAYS[day].astype("datetime64[s]") + (second + _OPENS).astype("timedelta64[s]")


def _kinds(rng: np.random.Generator, flow: Flow, begin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The kind of each case and its factor; the mix of the latest quarter is another where that is planted."""
    names = np.array([name for name, _, _ in flow.kinds], dtype=object)
    usual = np.array([share for _, share, _ in flow.kinds])
    new = effects.NEW_MIX.get(flow.process)
    latest = np.array([new[name] for name in names]) if new else usual
    luck = rng.random(len(begin))[:, None]
    late = (clock_time(begin) >= _LATEST_START)[:, None]
    edges = np.where(late, latest.cumsum(), usual.cumsum())
    which = (luck > edges).sum(axis=1).clip(max=len(names) - 1)
    return names[which], np.array([factor for _, _, factor in flow.kinds])[which]


def _walked(
    rng: np.random.Generator, flow: Flow, begin: np.ndarray, factor: np.ndarray
) -> dict[str, np.ndarray]:
    """Every step of every case: case, step, started, completed; in the order of cases and steps."""
    factor = factor * rng.lognormal(0, _UNREST_OF_CASE, size=len(begin))
    late = clock_time(begin) >= _LATEST_START
    parts = [_walk(rng, flow, path, begin, factor, late) for path in _paths(rng, flow, len(begin))]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns.pop("position"), columns["case"]))
    return {name: values[order] for name, values in columns.items()}


def _paths(rng: np.random.Generator, flow: Flow, count: int) -> list[Path]:
    """Every way through the process that at least one case takes."""
    loops = np.zeros(count, dtype=int)
    if flow.loop:
        loops = np.minimum(rng.geometric(1 - flow.loop.chance, size=count) - 1, _MOST_LOOPS)
    skips = rng.random(count) < flow.skipped[1]
    leaves = rng.random(count) < _WITHDRAWN
    way = np.where(leaves, -1, loops * 2 + skips)
    return [Path(np.flatnonzero(way == w), _steps(flow, int(w))) for w in np.unique(way)]


def _steps(flow: Flow, way: int) -> tuple[int, ...]:
    """Steps of one way: -1 leaves after the second step, otherwise twice the loops plus whether one is skipped."""
    names = names_of(flow)
    own = list(range(len(flow.steps)))
    if way < 0:
        return (*own[:2], len(names) - 1)
    loops, skips = divmod(way, 2)
    if loops:
        at = names.index(flow.loop.after) + 1
        own[at:at] = [names.index(name) for name in flow.loop.steps] * loops
    return tuple(step for step in own if not (skips and names[step] == flow.skipped[0]))


def _walk(
    rng: np.random.Generator, flow: Flow, path: Path, begin: np.ndarray, factor: np.ndarray, late: np.ndarray
) -> dict[str, np.ndarray]:
    """Events of the cases of one path."""
    shape = (len(path.cases), len(path.steps))
    waits = _waits(flow)[list(path.steps)] * rng.lognormal(0, _UNREST, size=shape) * factor[path.cases, None]
    waits += _slowed(rng, flow, path, late)
    waits[rng.random(shape) < 0.012] = 0
    waits[:, 0] = 0
    seconds = (waits * _DAY).astype(np.int64)
    done = begin[path.cases, None] + seconds.cumsum(axis=1)
    completed = clock_time(done)
    started = np.full(shape, np.datetime64("NaT", "s"))
    if flow.timed:
        touched = np.minimum(rng.lognormal(0.1, 0.6, size=shape) * _HOUR, seconds * 0.8).astype(np.int64)
        recorded = (seconds > 0) & (rng.random(shape) < 0.9)
        started = np.where(recorded, clock_time(done - touched), started)
    return {
        "case": np.repeat(path.cases, shape[1]),
        "position": np.tile(np.arange(shape[1]), shape[0]),
        "step": np.tile(np.array(path.steps), shape[0]),
        "started": started.ravel(),
        "completed": _evenings(rng, completed).ravel(),
    }


def _waits(flow: Flow) -> np.ndarray:
    """Median wait for each name of a step, in working days; the steps of a way back wait four days."""
    median = dict(flow.steps)
    return np.array([median.get(name, 4.0) for name in names_of(flow)])


def _slowed(rng: np.random.Generator, flow: Flow, path: Path, late: np.ndarray) -> np.ndarray:
    """Working days added to a step of the latest cases, where that is planted."""
    name, days = effects.SLOWED.get(flow.process, ("", 0.0))
    at = np.array([names_of(flow)[step] == name for step in path.steps])
    return at * late[path.cases, None] * days * rng.lognormal(0, 0.3, size=(len(path.cases), 1))


def _evenings(rng: np.random.Generator, completed: np.ndarray) -> np.ndarray:
    """The same times; some cases come in online, on the evening before."""
    evening = rng.random(len(completed)) < 0.15
    hour = rng.uniform(-6.5, -1.0, size=len(completed)) * _HOUR
    midnight = completed[:, 0].astype("datetime64[D]").astype("datetime64[s]")
    moved = completed.copy()
    moved[:, 0] = np.where(evening, midnight + hour.astype("timedelta64[s]"), completed[:, 0])
    return moved


def _staff(rng: np.random.Generator, flow: Flow, step: np.ndarray) -> np.ndarray:
    """Who did it: each step has its own people; now and then nobody was written down."""
    people = np.array(
        [[f"{flow.prefix}{s + 1}-{n + 1:02d}" for n in range(flow.staff)] + [""] for s in range(20)],
        dtype=object,
    )
    who = rng.integers(0, flow.staff, size=len(step))
    who = np.where(rng.random(len(step)) < 0.03, flow.staff, who)
    who = np.where(step == 0, flow.staff, who)
    return people[step, who]
