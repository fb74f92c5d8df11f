"""Actions about services and processes, followed by what reviews have released, and judged as those about measures are.

What an action is about has a size in every review. Where the results of one review tell it interval by interval, the
analysis gives that series; else it is one value a review. Either way each agenda keeps what was known, so that the
next review adds to it: nothing is read but what was published.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from workbench.actions.listed import ACTION, is_listed
from workbench.analyses import Told, registered
from workbench.batch.folders import run_folder
from workbench.catalog.actions import About, about, compared_with, known_actions, subject_named, subject_of
from workbench.catalog.model import Action, Catalog, Review
from workbench.catalog.titles import subject_title
from workbench.disclosure import read
from workbench.effects import ALL, NO_COMPARISON, Course, Registered, Shown, course_of, judge, said_of
from workbench.findings.model import Finding, Verdict
from workbench.periods import Period

Courses = dict[str, dict[str, Any]]
NOT_TOLD, MIRRORED, REDEFINED = "not_told_over_time", "mirrored_gap", "course_redefined"  # caveats
BY_REVIEW, NO_SIZE = "told_by_review", "no_size"


@dataclass(frozen=True)
class Followed:
    """What came of actions about services and processes.

    Parameters
    ----------
    findings : list of Finding
        One for each that is followed.
    courses : dict of str to dict
        An action: the ``unit`` of what it is about, and its ``values`` by interval, None where hidden; ``redefined``, the
        period of the review that began it anew, where a changed definition ended what was known; ``beside``, the
        same of what it is compared with.
    """

    findings: list[Finding]
    courses: Courses


def followed(
    catalog: Catalog,
    review: Review,
    folder: Path,
    findings: Iterable[Finding],
    previous: Mapping[str, Any],
    redefined: Collection[str] = (),
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
    redefined : collection of str
        Subjects whose definition changed since then.
    """
    known = known_actions(catalog, review.as_of)
    told = _Told(catalog, review, folder, {each.id: each for each in findings}, redefined)
    before, courses = _before(previous), {}
    for name, action in known.items():
        analysis = registered().get(about(action).analysis)
        if analysis and not analysis.judges_actions and is_listed(action, catalog, review):
            courses[name] = told.course(action, before.get(name, {}))
    entries = [Registered(name, action.model_dump(mode="json")) for name, action in known.items()]
    made = [
        _finding(each, entries, courses[each.name], catalog, told.findings.get(each.finding))
        for each in entries
        if each.name in courses
    ]
    return Followed(made, courses)


def _before(previous: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {each["id"]: each.get("course") or {} for each in previous.get("actions", ())}


@dataclass(frozen=True)
class _Told:
    """What one review tells: its findings, and the results in its folder."""

    catalog: Catalog
    review: Review
    folder: Path
    findings: Mapping[str, Finding]
    redefined: Collection[str]

    def course(self, action: Action, before: Mapping[str, Any]) -> dict[str, Any]:
        """What is known of an action's finding by now, and of what it is compared with."""
        other = compared_with(self.catalog, action)
        own = self._known(about(action), before)
        return own | ({"beside": self._known(other, before.get("beside", {}))} if other else {})

    def _known(self, parts: About, before: Mapping[str, Any]) -> dict[str, Any]:
        ended = self.review.period if parts.subject in self.redefined else ""
        return _merged(before, self._now(parts), ended)

    def _now(self, parts: About) -> Told:
        """What this review tells of a finding: a series, or its size in the period."""
        analysis = registered()[parts.analysis]
        department = getattr(subject_named(self.catalog, parts.subject), "department", "")
        results = run_folder(self.folder, (department, parts.analysis, parts.subject)) / "results"
        if analysis.told and results.is_dir():
            told = analysis.told(read(analysis.results, results), parts.question, parts.group, parts.place)
            if told is not None:
                return told
        found = self.findings.get(parts.id)
        size = found.size if found else None
        return Told({self.review.period: size.value if size else None}, size.unit if size else "")


def _merged(before: Mapping[str, Any], now: Told, ended: str) -> dict[str, Any]:
    """What was known, with what is known now in its place; values of another unit or length are not of one series.

    Nor are those by another definition: where it ``ended`` the series, the period under review is told.
    """
    lengths = {Period.parse(interval).frequency for interval in now.values}
    is_one = not now.unit or before.get("unit", now.unit) == now.unit
    kept = {
        interval: value
        for interval, value in (before.get("values") or {}).items()
        if is_one and Period.parse(interval).frequency in lengths
    }
    lost = any(value is not None and interval not in now.values for interval, value in kept.items())
    values = ({} if ended else kept) | dict(now.values)
    redefined = ended if ended and lost else before.get("redefined", "")
    return {
        "unit": now.unit or before.get("unit", ""),
        "values": {interval: values[interval] for interval in sorted(values)},
        **({"redefined": redefined} if redefined else {}),
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
        **_with_cautions(said_of(judged.row, _shown(action, told["unit"], course, catalog)), told, course),
    )


def _with_cautions(said: dict[str, Any], told: Mapping[str, Any], course: Course) -> dict[str, Any]:
    """What is said of an action, and why nothing stands beside it, nothing before it, or nothing at all."""
    caveats = said["caveats"]
    if said["verdict"] == Verdict.CANT_TELL:
        is_sized = any(value is not None for value in told["values"].values())
        caveats = (*caveats, BY_REVIEW if is_sized else NO_SIZE)
    if "beside" in told and course.other is None:
        is_told = any(value is not None for value in told["beside"]["values"].values())
        why = MIRRORED if is_told and told["beside"]["unit"] == told["unit"] else NOT_TOLD
        caveats = (*(each for each in caveats if each != NO_COMPARISON), why)
    if "redefined" not in told:
        return {**said, "caveats": caveats}
    arguments = {**said["arguments"], "redefined": told["redefined"]}
    return {**said, "caveats": (*caveats, REDEFINED), "arguments": arguments}


def _course(action: Registered, told: Mapping[str, Any], catalog: Catalog) -> Course:
    """Of a gap, how wide it is: the side on which it stood before counts as positive; that beside it likewise."""
    course = course_of(_values(told, catalog), action.start)
    course = course.times(_side(course.values, course.start))
    beside = told.get("beside", {})
    if beside.get("unit") != told["unit"] or not course.periods:
        return course
    both = course.beside(_values(beside, catalog))
    if both.other is None:
        return both
    other = both.other * _side(both.other, both.start)
    return replace(
        both, other=None if _is_mirrored(both.shown, other) else other, diluted=_is_part(action, catalog)
    )


def _is_mirrored(values: np.ndarray, other: np.ndarray) -> bool:
    """Whether both are one gap, seen from its two sides: of two groups, each against everyone else."""
    known = ~np.isnan(values) & ~np.isnan(other)
    return bool(known.any() and np.allclose(values[known], other[known]))


def _is_part(action: Registered, catalog: Catalog) -> bool:
    """Whether a group that a gap is compared with is among everyone else, whom both gaps are held against."""
    dimension = catalog.dimensions.get(action.against[0])
    return dimension is not None and dimension.reference == "everyone_else"


def _values(told: Mapping[str, Any], catalog: Catalog) -> dict[Period, float]:
    return {
        Period.parse(interval, catalog.city.fiscal_year_starts): np.nan if value is None else value
        for interval, value in told["values"].items()
    }


def _side(values: np.ndarray, start: int) -> float:
    """1 or -1, as the values lay before something began; as all lie where none is from before."""
    before = values[:start] if (~np.isnan(values[:start])).any() else values
    return -1.0 if (~np.isnan(before)).any() and np.nanmean(before) < 0 else 1.0


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
