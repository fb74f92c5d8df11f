"""Actions about services and processes, followed by what reviews have released, and judged as those about measures are.

What an action is about has a size in every review. Where the results of one review tell it interval by interval, the
analysis gives that series; else it is one value a review. Either way each agenda keeps what was known, so that the
next review adds to it: nothing is read but what was published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workbench.actions.listed import ACTION, is_listed
from workbench.analyses import Analysis, Told, registered
from workbench.batch.folders import run_folder
from workbench.catalog.actions import about, known_actions, subject_of
from workbench.catalog.model import Action, Catalog, Review
from workbench.catalog.titles import subject_title
from workbench.disclosure import read
from workbench.effects import ALL, Course, Registered, Shown, course_of, judge, said_of
from workbench.findings.model import Finding
from workbench.periods import Period

Courses = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Followed:
    """What came of actions about services and processes.

    Parameters
    ----------
    findings : list of Finding
        One for each that is followed.
    courses : dict of str to dict
        An action: the ``unit`` of what it is about, and its ``values`` by interval, None where hidden.
    """

    findings: list[Finding]
    courses: Courses


def followed(
    catalog: Catalog, review: Review, folder: Path, findings: Iterable[Finding], previous: Mapping[str, Any]
) -> Followed:
    """Follow every listed action whose analysis does not judge actions itself.

    Parameters
    ----------
    catalog : Catalog
    review : Review
    folder : Path
        Holds the run folders of the review, results written.
    findings : iterable of Finding
        Of the review.
    previous : dict
        The agenda of the review before; empty without.
    """
    known = known_actions(catalog, review.as_of)
    made, before = {each.id: each for each in findings}, _before(previous)
    courses: Courses = {}
    for name, action in known.items():
        analysis = registered().get(about(action).analysis)
        if analysis and not analysis.judges_actions and is_listed(action, catalog, review):
            now = _now(catalog, review, folder, analysis, action, made.get(action.finding))
            courses[name] = _merged(before.get(name, {}), now)
    entries = [Registered(name, action.model_dump(mode="json")) for name, action in known.items()]
    told = [
        _finding(each, entries, courses[each.name], catalog, made.get(each.finding))
        for each in entries
        if each.name in courses
    ]
    return Followed(told, courses)


def _before(previous: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each.get("course") or {} for each in previous.get("actions", ())}


def _now(
    catalog: Catalog, review: Review, folder: Path, analysis: Analysis, action: Action, found: Finding | None
) -> Told:
    """What this review tells of it: a series, or its size in the period."""
    parts = about(action)
    department = getattr(subject_of(catalog, action), "department", "")
    results = run_folder(folder, (department, parts.analysis, parts.subject)) / "results"
    if analysis.told and results.is_dir():
        told = analysis.told(read(analysis.results, results), parts.question, parts.group, parts.place)
        if told is not None:
            return told
    size = found.size if found else None
    return Told({review.period: size.value if size else None}, size.unit if size else "")


def _merged(before: Mapping[str, Any], now: Told) -> dict[str, Any]:
    """What was known, with what is known now in its place; values of another unit or length are not of one series."""
    lengths = {Period.parse(interval).frequency for interval in now.values}
    is_one = not now.unit or before.get("unit", now.unit) == now.unit
    kept = {
        interval: value
        for interval, value in (before.get("values") or {}).items()
        if is_one and Period.parse(interval).frequency in lengths
    }
    values = kept | dict(now.values)
    return {
        "unit": now.unit or before.get("unit", ""),
        "values": {interval: values[interval] for interval in sorted(values)},
    }


def _finding(
    action: Registered,
    others: list[Registered],
    told: Mapping[str, Any],
    catalog: Catalog,
    found: Finding | None,
) -> Finding:
    size = action.entry["size"]
    course = _course(action, told, catalog)
    judged = judge(action, others, course, np.nan if size is None else float(size))
    subject = subject_of(catalog, catalog.actions[action.name])
    return Finding(
        analysis=action.analysis,
        department=subject.department,
        subject=action.subject,
        question=ACTION,
        group=action.name,
        affected=found.affected if found else None,
        goals=tuple(subject.goals),
        **said_of(judged.row, _shown(action, told["unit"], course, catalog)),
    )


def _course(action: Registered, told: Mapping[str, Any], catalog: Catalog) -> Course:
    """Of a gap, how wide it is: the side on which it stood before counts as positive."""
    values = {
        Period.parse(interval, catalog.city.fiscal_year_starts): np.nan if value is None else value
        for interval, value in told["values"].items()
    }
    course = course_of(values, action.start)
    stood = course.values[: course.start] if course.before else course.values
    side = -1.0 if (~np.isnan(stood)).any() and np.nanmean(stood) < 0 else 1.0
    return course.times(side)


def _shown(action: Registered, unit: str, course: Course, catalog: Catalog) -> Shown:
    is_percent = unit.startswith("%")
    bare = unit.removeprefix("%").strip()
    scale = "percent" if is_percent else "number"
    each = course.periods[0].frequency if course.periods else "quarter"
    who = [part for part in (_group(catalog, action.group), action.place) if part != ALL]
    return Shown(
        ", ".join([subject_title(catalog, action.subject), *who]),
        lambda value: [float(value), scale, bare],
        "percentage points" if is_percent else unit,
        each,
    )


def _group(catalog: Catalog, group: str) -> str:
    """Title of a group; the id of one that is declared no more."""
    titles = (each.groups[group].title for each in catalog.dimensions.values() if group in each.groups)
    return next(titles, group)
