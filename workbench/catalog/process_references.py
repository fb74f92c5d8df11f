"""Whether what a process names exists, and whether what it says of its steps fits together."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import get_args

from workbench.catalog.lookups import (
    DAYS,
    Found,
    condition_columns,
    faulty_column,
    faulty_conditions,
    unknown_columns,
    unknown_cuts,
    unknown_owner,
)
from workbench.catalog.model import Catalog, Process
from workbench.catalog.nodes import Key
from workbench.catalog.processes import Holder
from workbench.catalog.words import did_you_mean
from workbench.errors import ParameterError
from workbench.periods import Period

HOLDERS = get_args(Holder)
_COLUMNS = ("case", "activity", "resource", "team", "lifecycle", "instance")
_DATED = ("timestamp", "started", "submitted", "closed")
# Where steps are named, the one that has them all first.
_STEPS = ("order", "first", "last", "withdrawn", "value_adding", "clock", "staff")
_ALIKE = 0.82  # of two words: "reveiw" is "review" (0.83), "revised" is not "reviewed" (0.80)


def process_faults(catalog: Catalog) -> Iterator[Found]:
    """Faults of all processes."""
    checks = (_columns, _holders, _steps, _staff, _lifecycle, _window)
    for name, process in catalog.processes.items():
        path = ("processes", name)
        yield from unknown_owner(catalog, path, process)
        yield from unknown_cuts(catalog, (*path, "groups"), process.groups, (*path, "places"), process.places)
        yield from faulty_conditions((*path, "where"), process.where)
        for check in checks:
            yield from check(catalog, path, process)


def _columns(catalog: Catalog, path: Key, process: Process) -> Iterator[Found]:
    plain = [*process.attributes, *process.groups.values(), *process.places.values()]
    yield from unknown_columns(catalog, path, process.source, [*plain, *condition_columns(process.where)])
    for field in _COLUMNS:
        yield from faulty_column(catalog, (*path, field), process.source, getattr(process, field))
    for field in _DATED:
        yield from faulty_column(catalog, (*path, field), process.source, getattr(process, field), *DAYS)


def _holders(catalog: Catalog, path: Key, process: Process) -> Iterator[Found]:
    """Words of ``clock`` that say nobody, and words of ``holders`` that ``clock`` does not have."""
    for activity, word in process.clock.items():
        if word not in {*HOLDERS, *process.holders}:
            what = f"`clock` says that {word!r} holds a case after {activity!r}, which is none of {_listed(HOLDERS)}."
            instead = (
                f"Write one of them, or add `holders: {{{word}: applicant}}` with the one that {word!r} is."
            )
            yield (*path, "clock", activity), what, instead
    for word in process.holders:
        if word in HOLDERS:
            what = f"`holders` says what {word!r} is, which is known already."
            yield (*path, "holders", word), what, "Remove the line, or use another word in `clock`."
        elif word not in process.clock.values():
            what = f"`holders` has {word!r}, and `clock` does not."
            yield (*path, "holders", word), what, did_you_mean(word, {*process.clock.values()})


def _steps(catalog: Catalog, path: Key, process: Process) -> Iterator[Found]:
    """Steps that two lists spell in two ways: each is looked for in the log, and one would not be found."""
    known: dict[str, str] = {}
    for field in _STEPS:
        named = list(getattr(process, field))
        for place, step in enumerate(named):
            if other := _near(step, known):
                at = step if field in ("clock", "staff") else place
                what = f"`{field}` names {step!r}; `{known[other]}` has {other!r}."
                instead = f"Write {other!r}, or, if they are two steps, add {step!r} to `order`."
                yield (*path, field, at), what, instead
        known = dict.fromkeys(named, field) | known


def _near(step: str, known) -> str:
    """The step that is meant by another spelling; empty where there is none, or the step itself is known."""
    if step in known:
        return ""
    return next((other for other in known if _same_words(step, other)), "")


def _same_words(one: str, other: str) -> bool:
    """Whether two texts have the same words but for slips: case, spaces, or a few letters of a long word."""
    pairs = [re.findall(r"\w+", text.casefold()) for text in (one, other)]
    if "".join(pairs[0]) == "".join(pairs[1]):
        return True
    return len(pairs[0]) == len(pairs[1]) and all(map(_same_word, *pairs))


def _same_word(one: str, other: str) -> bool:
    """Numbers, short words and words that begin otherwise are different words: "inspection", "reinspection"."""
    if one == other:
        return True
    long = min(len(one), len(other)) > 3 and one[0] == other[0] and (one + other).isalpha()
    return long and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _staff(catalog: Catalog, path: Key, process: Process) -> Iterator[Found]:
    """Staff of steps that ``order``, where it is given, does not have."""
    known = {step for field in _STEPS[:-1] for step in getattr(process, field)}
    for step in process.staff:
        if process.order and step not in known and not _near(step, known):
            what = f"`staff` names {step!r}, which is no step of `order`."
            yield (*path, "staff", step), what, did_you_mean(step, process.order)


def _lifecycle(catalog: Catalog, path: Key, process: Process) -> Iterator[Found]:
    """What belongs together, and what excludes each other."""
    if process.lifecycle and process.started:
        what = "a row tells its start either by a column of start times (`started`) or by what it is (`lifecycle`)."
        yield (*path, "started"), what, "Remove `started`, or remove `lifecycle`."
    if process.instance and not process.lifecycle:
        what = "`instance` pairs the rows that `lifecycle` tells apart, and there is no `lifecycle`."
        yield (*path, "instance"), what, "Add `lifecycle: ...`, or remove `instance`."
    if process.set_aside and not process.resource:
        what = "`set_aside` names accounts, and the process has no `resource`."
        yield (*path, "set_aside"), what, "Add `resource: ...`, the column that says who did a step."


def _window(catalog: Catalog, path: Key, process: Process) -> Iterator[Found]:
    """An extract that begins after the end of what every review asks about."""
    ends = [end for review in catalog.reviews.values() if (end := _end(catalog, review.period))]
    if process.window and ends and process.window.since > max(ends):
        what = f"the extract holds cases since {process.window.since}; every review is about earlier days, the last until {max(ends)}."
        instead = "Write the first day that the extract has, or take an extract that begins earlier."
        yield (*path, "window", "since"), what, instead


def _end(catalog: Catalog, text: str):
    try:
        return Period.parse(text, catalog.city.fiscal_year_starts).end
    except ParameterError:
        return None


def _listed(words) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
