"""Whether what a measure names exists: its owner, goals, columns, groups, periods, and the measures it leads to."""

from collections.abc import Iterator

from workbench.catalog.lookups import (
    RULES,
    Found,
    condition_columns,
    each_unknown,
    faulty_conditions,
    period_fault,
    unknown,
    unknown_columns,
    unknown_cuts,
    unknown_owner,
)
from workbench.catalog.measures import Target, Tolerance
from workbench.catalog.model import Catalog, Measure
from workbench.catalog.nodes import Key
from workbench.errors import ParameterError
from workbench.periods import Period

INTERVALS = {"month": 12, "quarter": 4, "year": 1}
MOST = {"number": 1, "fraction": 1, "percent": 100}  # the largest share, as it is written on each scale


def measure_faults(catalog: Catalog) -> Iterator[Found]:
    """Names in measures that lead nowhere: owners, goals, columns, dimensions, periods, other measures."""
    for name, measure in catalog.measures.items():
        path = ("measures", name)
        yield from unknown_owner(catalog, path, measure)
        yield from faulty_conditions((*path, "where"), measure.where)
        yield from _measure_columns(catalog, path, measure)
        yield from each_unknown((*path, "groups"), "dimension", measure.groups, measure.columns.group)
        yield from each_unknown((*path, "gaps"), "dimension of its groups", [*measure.gaps], measure.groups)
        yield from each_unknown((*path, "leads_to"), "measure", measure.leads_to, catalog.measures)
        yield from _targets(catalog, path, measure)
        yield from _gaps(catalog, path, measure)
        yield from _chart(path, measure)
        if measure.tolerance:
            yield from _upside_down((*path, "tolerance"), measure.tolerance)
            yield from _impossible((*path, "tolerance"), measure.tolerance, measure, "tolerance")
        baseline = measure.baseline
        for period in (baseline.start, baseline.end, *baseline.rebase, *baseline.exclude):
            yield from period_fault((*path, "baseline"), period)
        yield from _too_short((*path, "baseline", "exclude"), measure)


# What a chart asks of a measure: its kind, and the columns that it is drawn from.
CHARTS = {
    "p": ("proportion", ("numerator", "denominator")),
    "laney_p": ("proportion", ("numerator", "denominator")),
    "u": ("rate", ("numerator", "denominator")),
    "laney_u": ("rate", ("numerator", "denominator")),
    "c": ("count", ()),
    "waits": ("count", ()),  # the intervals from one with an event to the next
    "g": ("value", ("value",)),  # the cases from one event to the next
    "t": ("value", ("value",)),  # the time from one event to the next
}


def _chart(path: Key, measure: Measure) -> Iterator[Found]:
    """A chart that cannot be drawn of a measure, with those that can."""
    kind, columns = CHARTS.get(measure.chart, (measure.kind, ()))
    missing = [name for name in columns if not getattr(measure.columns, name)]
    if kind == measure.kind and not missing:
        return
    fits = [name for name, (own, _) in CHARTS.items() if own == measure.kind and own != kind]
    of = f"a {kind} with the columns {' and '.join(columns)}" if columns else f"a {kind}"
    got = f"this is a {measure.kind}" if kind != measure.kind else f"it has no {' and no '.join(missing)}"
    write = ", ".join(["xmr", *fits, "run", "ewma", "cusum"])
    yield (
        (*path, "chart"),
        f"a {measure.chart} chart is drawn of {of}; {got}.",
        f"Write one of {write}, or leave it out.",
    )


def _targets(catalog: Catalog, path: Key, measure: Measure) -> Iterator[Found]:
    groups = [f"{name}/{group}" for name in measure.groups for group in _groups_of(catalog, name)]
    for i, target in enumerate(measure.targets):
        at = (*path, "targets", i)
        for field in ("by", "since"):
            yield from period_fault((*at, field), getattr(target, field))
        for period in target.path:
            yield from period_fault((*at, "path"), period)
        yield from each_unknown((*at, "groups"), "group", [*target.groups], groups)
        yield from _upside_down(at, target)
        yield from _impossible(at, target, measure, "target")
        yield from _plan(at, target, measure)
        yield from _over_before_it_begins(at, target, catalog.city.fiscal_year_starts)
        yield from _beyond_its_date(at, target, catalog.city.fiscal_year_starts)
        if target.value is None and target.lower is None and target.upper is None and not target.path:
            yield at, "a target has no value.", "Give `value`, or `lower` and `upper`."


def _plan(path: Key, target: Target, measure: Measure) -> Iterator[Found]:
    """A plan that does not fall on the intervals of a year, or on anything that adds up."""
    intervals = INTERVALS[measure.frequency]
    if target.plan and target.kind != "cumulative":
        what = f"a plan says how a total falls on a year, and this target is {target.kind}."
        yield (*path, "plan"), what, "Write `kind: cumulative`, or `path` for what is planned on the way."
    elif target.plan and (len(target.plan) != intervals or min(target.plan) < 0 or not sum(target.plan)):
        what = f"the plan of a year has {len(target.plan)} numbers that add up to {sum(target.plan):g}."
        yield (
            (*path, "plan"),
            what,
            f"Write {intervals} numbers from 0 up, one a {measure.frequency}, not all of them 0.",
        )


def _impossible(path: Key, ends: Target | Tolerance, measure: Measure, noun: str) -> Iterator[Found]:
    """A number that no share of counts can be: a percentage where shares are declared, mostly."""
    most = MOST.get(measure.scale)
    if measure.kind != "proportion" or measure.columns.value or most is None:
        return
    given = {field: getattr(ends, field, None) for field in ("value", "lower", "upper")}
    given |= {field: max(getattr(ends, field, {}).values(), default=None) for field in ("path", "groups")}
    for field, number in given.items():
        if number is not None and number > most:
            what = f"the {noun} is {number:g}, and no proportion is above {most}{' %' if most > 1 else ''}."
            percent = f"Write {number / 100:g}, or `scale: percent` for all that is shown of it in percent."
            yield (*path, field), what, percent if most == 1 and number <= 100 else "Correct it."


def _too_short(path: Key, measure: Measure) -> Iterator[Found]:
    """Periods to leave out that are shorter than an interval: no value lies within one."""
    for text in measure.baseline.exclude:
        try:
            period = Period.parse(text)
        except ParameterError:  # told where periods are
            continue
        if INTERVALS[period.frequency] > INTERVALS[measure.frequency]:
            what = f"{text} is to be left out, and is shorter than a {measure.frequency}."
            yield (*path, text), what, f"Write the {measure.frequency} that it lies in."


def _upside_down(path: Key, ends: Target | Tolerance) -> Iterator[Found]:
    if None not in (ends.lower, ends.upper) and ends.lower > ends.upper:
        what = f"the range is upside down: from {ends.lower:g} up to {ends.upper:g}."
        yield (*path, "lower"), what, f"Write `lower: {ends.upper:g}, upper: {ends.lower:g}`."


def _over_before_it_begins(path: Key, target: Target, fiscal_start: int) -> Iterator[Found]:
    """A target whose date lies before the first interval that it is for."""
    if not (target.since and target.by):
        return
    try:
        since, by = (Period.parse(text, fiscal_start) for text in (target.since, target.by))
    except ParameterError:  # told where periods are
        return
    if by.end < since.start:
        what = f"it is to be met by {target.by}, before it holds, since {target.since}."
        yield (*path, "by"), what, "Write a `by` that does not end before `since` begins, or strike one."


def _beyond_its_date(path: Key, target: Target, fiscal_start: int) -> Iterator[Found]:
    """Points of a path after the date of the target that it leads to."""
    try:
        by = Period.parse(target.by, fiscal_start).end if target.by else None
        late = [text for text in target.path if by and Period.parse(text, fiscal_start).end > by]
    except ParameterError:  # told where periods are
        return
    if late:
        what = f"its path goes on to {late[-1]}, after {target.by}, by which it is to be met."
        yield (*path, "path"), what, "Strike what comes after, or write a later `by`."


def _gaps(catalog: Catalog, path: Key, measure: Measure) -> Iterator[Found]:
    for dimension, gap in measure.gaps.items():
        at = (*path, "gaps", dimension)
        known = [*_groups_of(catalog, dimension), *RULES]
        yield from unknown((*at, "reference"), "group", gap.reference, known)
        yield from period_fault((*at, "by"), gap.by)
        if gap.kind == "ratio" and gap.target is not None and gap.target <= 0:
            what = f"a ratio has the target {gap.target:g}, and no ratio is so small."
            yield (
                (*at, "target"),
                what,
                "Write how far apart groups may lie: 0.8 for four fifths, either way.",
            )


def _groups_of(catalog: Catalog, dimension: str) -> list[str]:
    return list(catalog.dimensions[dimension].groups) if dimension in catalog.dimensions else []


def _measure_columns(catalog: Catalog, path: Key, measure: Measure) -> Iterator[Found]:
    given = measure.columns
    plain = ("interval", "numerator", "denominator", "value", "n", "target", "recorded_at", "provisional")
    names = [getattr(given, field) for field in plain] + [*given.group.values(), *given.place.values()]
    names += condition_columns(measure.where)
    yield from unknown_columns(catalog, (*path, "columns"), measure.source, names)
    yield from unknown_cuts(
        catalog, (*path, "columns", "group"), given.group, (*path, "columns", "place"), given.place
    )
    needed = {
        "proportion": ("numerator", "denominator"),
        "rate": ("numerator", "denominator"),
        "value": ("value",),
    }
    for field in needed.get(measure.kind, ()):
        if not getattr(given, field):
            yield (*path, "columns"), f"a {measure.kind} needs the column {field!r}.", f"Add `{field}: ...`."
