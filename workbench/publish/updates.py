"""Measures that were not updated, over the whole review, and a text for each owner that asks for them.

Any analysis may make findings on the question ``freshness``, with the arguments ``title`` and ``owner`` and, where
they are known, ``updated`` and ``missing`` (periods), ``behind``, ``usual_delay`` (days) and ``expected`` (a date).
Nothing is sent: the texts stand on the page and beside it as files.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from workbench.batch.folders import slug
from workbench.catalog.model import Catalog, Review
from workbench.errors import ParameterError
from workbench.findings.messages import fill, message
from workbench.periods import Period
from workbench.publish.environment import environment
from workbench.publish.runs import Run
from workbench.publish.words import LANGUAGE, date_words, on_every_page, period_words, plural, sentence

PAGE, FOLDER = "updates.html", "nudges"
QUESTION = "freshness"
WITHIN_DAYS = 14  # of the as-of day, an owner is asked to report


@dataclass(frozen=True)
class Late:
    """One measure without a recent value."""

    title: str
    href: str
    department: str
    owner: str
    updated: str
    missing: tuple[str, ...]
    behind: int
    usual_delay: float | None
    expected: str
    days_late: int | None


@dataclass(frozen=True)
class Nudge:
    """What an owner is asked for: a text ready to be sent."""

    owner: str
    department: str
    file: str
    count: int
    text: str


def late_of(runs: Sequence[Run], catalog: Catalog, review: Review) -> list[Late]:
    """Measures without a recent value: by department in the order of the city, then owner, the latest first."""
    found = [
        _late(finding.arguments, run, catalog, review)
        for run in runs
        for finding in run.findings
        if finding.question == QUESTION
    ]
    order = [entry.title for entry in catalog.departments.values()]
    place = {title: number for number, title in enumerate(order)}
    return sorted(
        found,
        key=lambda late: (place.get(late.department, len(place)), late.owner, -late.behind, late.title),
    )


def nudges_of(late: Iterable[Late], catalog: Catalog, review: Review) -> list[Nudge]:
    """One text for each owner of a department."""
    owned: dict[tuple[str, str], list[Late]] = {}
    for one in late:
        owned.setdefault((one.department, one.owner), []).append(one)
    return [
        Nudge(owner, department, _file(department, owner), len(own), _text(owner, own, catalog, review))
        for (department, owner), own in owned.items()
    ]


def write_updates(review_folder: Path, runs: Sequence[Run], catalog: Catalog, review: Review) -> list[Path]:
    """Write the page and the texts; none of them where every measure is up to date."""
    shutil.rmtree(review_folder / FOLDER, ignore_errors=True)
    (review_folder / PAGE).unlink(missing_ok=True)
    late = late_of(runs, catalog, review)
    if not late:
        return []
    nudges = nudges_of(late, catalog, review)
    (review_folder / FOLDER).mkdir()
    for nudge in nudges:
        (review_folder / nudge.file).write_text(nudge.text, encoding="utf-8")
    page = review_folder / PAGE
    page.write_text(_html(late, nudges, catalog, review), encoding="utf-8")
    return [page, *(review_folder / nudge.file for nudge in nudges)]


def not_updated(runs: Sequence[Run], catalog: Catalog, review: Review) -> str:
    """How many measures of how many owners were not updated, in words; empty without any."""
    late = late_of(runs, catalog, review)
    owners = {(one.department, one.owner) for one in late}
    of = plural(len(owners), "owner has", "owners have")
    return f"{of} not reported {plural(len(late), 'measure', 'measures')}" if late else ""


def _late(arguments: Mapping[str, Any], run: Run, catalog: Catalog, review: Review) -> Late:
    department = catalog.departments.get(run.department)
    expected = arguments.get("expected", "")
    return Late(
        title=str(arguments["title"]),
        href=run.href,
        department=department.title if department else run.department,
        owner=str(arguments["owner"]),
        updated=str(arguments.get("updated", "")),
        missing=tuple(_stretches(arguments.get("missing", ()))),
        behind=int(arguments.get("behind", 0)),
        usual_delay=arguments.get("usual_delay"),
        expected=expected,
        days_late=(review.as_of - date.fromisoformat(expected)).days if expected else None,
    )


def _stretches(names: Iterable[str]) -> list[str]:
    """Periods in words, those that follow each other as one: ``March 2025 to June 2025``."""
    stretches: list[list[Period]] = []
    for period in map(_parsed, names):
        if stretches and period == stretches[-1][-1].shift(1):
            stretches[-1].append(period)
        else:
            stretches.append([period])
    return [
        _said("nudge_stretch", first=str(stretch[0]), last=str(stretch[-1]))
        if len(stretch) > 1
        else period_words(str(stretch[0]))
        for stretch in stretches
    ]


def _parsed(name: str) -> Period:
    """A period; that years may begin in July does not matter for which one follows which."""
    try:
        return Period.parse(name, 7 if name.startswith("FY") else 1)
    except ParameterError:
        return Period.parse(name)


def _text(owner: str, own: Sequence[Late], catalog: Catalog, review: Review) -> str:
    asked = {
        "owner": owner,
        "city": catalog.city.name,
        "period": review.period,
        "as_of": review.as_of.isoformat(),
        "by": (review.as_of + timedelta(days=WITHIN_DAYS)).isoformat(),
        "contact": catalog.city.contact,
    }
    lines = [
        _said("nudge_subject", **asked),
        "",
        _said("nudge_opening", **asked),
        "",
        *map(_line, own),
        "",
        _said("nudge_request", **asked),
        *([_said("nudge_contact", **asked)] if catalog.city.contact else []),
    ]
    return "\n".join(lines) + "\n"


def _line(late: Late) -> str:
    """A measure with its last value, what is missing, and when values usually come."""
    if not late.updated:
        return _said("nudge_never", title=late.title)
    said = _said("nudge_line", title=late.title, updated=late.updated, missing=list(late.missing))
    usual = (
        "" if late.usual_delay is None else " " + _said("nudge_usual", delay=round(float(late.usual_delay)))
    )
    return said + usual


def _said(key: str, **arguments) -> str:
    return fill(message("page", key, language=LANGUAGE), arguments, LANGUAGE)


def _file(department: str, owner: str) -> str:
    return f"{FOLDER}/{slug(f'{department} {owner}')}.txt"


def _html(late: Sequence[Late], nudges: Sequence[Nudge], catalog: Catalog, review: Review) -> str:
    period = period_words(review.period)
    page = {
        **on_every_page(catalog, review),
        "title": f"Measures not updated, {period}: {catalog.city.name}",
        "home": ("index.html", sentence(f"review of {period}")),
        "lead": (
            f"{plural(len(nudges), 'owner has', 'owners have')} not reported "
            f"{plural(len(late), 'measure', 'measures')} for the review of {period}. "
            "Below, what is missing, and a text for each owner that asks for it."
        ),
        "rows": [(one, _cells(one)) for one in late],
        "nudges": nudges,
    }
    return environment().get_template("updates.html").render(page=page)


def _cells(late: Late) -> list[str]:
    """Last value, what is missing, when values usually come, how late it is."""
    usual = (
        ""
        if late.usual_delay is None
        else f"{plural(round(late.usual_delay), 'day', 'days')} after the end of the interval"
    )
    return [
        sentence(period_words(late.updated)) if late.updated else "none on record",
        sentence(", ".join(late.missing)),
        usual or "not recorded",
        ""
        if late.days_late is None
        else f"{plural(late.days_late, 'day', 'days')}, due {date_words(late.expected)}",
    ]
