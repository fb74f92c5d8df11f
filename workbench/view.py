"""A view: one subject of one analysis in one review, with its parameters.

The same object serves a notebook in the batch, in an app and in JupyterLab. In the batch and in
Lab it computes from the true cube and releases; in an app it only reads what a review released.
Nothing slow is imported before it is needed, because every kernel pays for it.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from workbench.errors import ParameterError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.about import About
    from workbench.analyses import Analysis, Cube, Results
    from workbench.catalog.model import Catalog, Review
    from workbench.charts.figure import Figure
    from workbench.findings import Context, Finding, Findings

OUTPUT = "WORKBENCH_OUTPUT"
LONG = 12  # rows of a table above which it is opened on demand
# Parts of a link that belong to the app's server and to the panel.
_NOT_OURS = ("voila-", "show-", "token")
_FIGURE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")


def view(analysis: str, *, city: str, review: str, department: str, subject: str) -> "View":
    """What a notebook shows: the given selection, or in an app the one that the visitor's link asks for.

    Parameters
    ----------
    analysis : str
        Handle of a registered analysis.
    city : str
        The city's folder, or one inside it.
    review, department, subject : str
        Names that the city declares.

    Raises
    ------
    UsageError
        When a name is not known; the message says which are.
    """
    chosen = View(analysis, str(found_city(city)), review, department, subject)
    if in_app():
        return chosen.from_query(os.environ.get("QUERY_STRING", ""))
    return chosen.checked()


def in_app() -> bool:
    """Whether this kernel belongs to an app, where only released results may be read."""
    return os.environ.get("SERVER_SOFTWARE", "").lower().startswith("voila")


def found_city(city: str | Path) -> Path:
    """The folder that holds ``parameters/``: the one given, or the nearest above it.

    Raises
    ------
    UsageError
        When there is none.
    """
    start = Path(city).resolve()
    for folder in (start, *start.parents):
        if (folder / "parameters").is_dir():
            return folder
    raise UsageError(f"{str(city)!r} is not a city's folder: neither it nor one above it holds parameters/.")


@dataclass(frozen=True)
class View:
    """One selection: the controls, the link, the parameters file and what a download prints.

    Parameters
    ----------
    analysis, city, review, department, subject : str
    parameters : dict
        Parameters of the analysis that the selection names itself; others keep the notebook's value.
    notice : str
        What of a link could not be followed; empty when all of it was.
    """

    analysis: str
    city: str
    review: str
    department: str
    subject: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    notice: str = ""

    @cached_property
    def registered(self) -> "Analysis":
        """The analysis."""
        from workbench.analyses import named

        return named(self.analysis)

    @cached_property
    def catalog(self) -> "Catalog":
        """What the city declares; as the batch or the review stored it where there is such a file."""
        from workbench.batch.stored import stored

        root = Path(self.city)
        path = self._stored_catalog(root)
        if path and path.is_file():
            return stored(path, root)
        from workbench.catalog import load_reviewable

        return load_reviewable(root)

    @cached_property
    def declared(self) -> "Review":
        """The review."""
        return _known(self.review, self.catalog.reviews, "review")

    @cached_property
    def cube(self) -> "Cube":
        """True counts, as the batch computed them or computed now. Not to be had in an app."""
        assert not in_app()
        from workbench.cubes import cube

        return cube(self.catalog, self.registered, self.department, self.subject, self.declared.as_of)

    @property
    def folder(self) -> Path:
        """Where the review keeps this run."""
        from workbench.batch.folders import ReviewFolder, run_folder

        review_folder = ReviewFolder(self.catalog.outputs, self.review).final
        return run_folder(review_folder, (self.department, self.analysis, self.subject))

    @cached_property
    def about(self) -> "About":
        """Period, as-of date, snapshots, rows, rejects and what was set aside."""
        from workbench.about import About

        titles = {name: source.title for name, source in self.catalog.sources.items()}
        provenance = self._provenance()
        if OUTPUT in os.environ:
            # The page says the days: the run may stand when its sources are read again on a later one.
            provenance = replace(provenance, taken={})
        return About.of(self.context, self.declared, provenance, titles, self.notice)

    @cached_property
    def context(self) -> "Context":
        """Names and goals that the findings need."""
        from workbench.findings import Context

        catalog = self.catalog
        entries = (catalog.measures, catalog.services, catalog.processes)
        entry = next((entries_of[self.subject] for entries_of in entries if self.subject in entries_of), None)
        title = entry.title if entry else catalog.departments[self.department].title
        goals = tuple(entry.goals) if entry else ()
        return Context(self.analysis, self.department, self.subject, title, goals, self._labels())

    def analyse(self, **parameters) -> "Results":
        """Released results: computed from the true cube, or in an app read from the review.

        Parameters
        ----------
        **parameters
            Those of the analysis; an app, which cannot compute from true counts, has them from its review.

        Raises
        ------
        UsageError
            In an app, when the review has no such run.
        DisclosureError
            When the results cannot be released safely.
        """
        from workbench import disclosure
        from workbench.batch.previous import with_previous

        if in_app():
            return disclosure.read(self.registered.results, self._as_run().folder / "results")
        results = self.registered.analyse(with_previous(self.cube, self.catalog, self.declared), **parameters)
        results = results.with_frames(facts={**results.facts, "parameters": parameters})
        return disclosure.release(results, disclosure.Policy.of(self.catalog, self.declared))

    def shown_by(self, results: "Results") -> "View":
        """This view as results show it: what it asks for that they were not computed with is said, and dropped."""
        computed = results.facts.get("parameters", {})
        unmet = {name: value for name, value in self.parameters.items() if computed.get(name) != value}
        if not unmet:
            return self
        asked = ", ".join(f"{name} {_text(value)!r}" for name, value in unmet.items())
        texts = {name: _text(computed[name]) for name in unmet if name in computed}
        used = ", ".join(
            f"{name} {text!r}" if text else f"{name} as the city declares it" for name, text in texts.items()
        )
        notice = (
            f"The review was not computed with {asked}. Shown instead: {used or 'what it was computed with'}."
        )
        kept = {name: value for name, value in self.parameters.items() if name not in unmet}
        return replace(self, parameters=kept, notice=notice)

    def about_html(self) -> str:
        """Where the numbers come from, without what is said of the link."""
        return replace(self.about, notice="")._repr_html_()

    def findings(self, results: "Results") -> "Findings":
        """The statements that released results support, in order."""
        from workbench.findings import Findings

        assert results.released
        labels = results.facts.get("labels", {})
        origin = {"content": self._provenance().content}
        context = replace(self.context, labels={**self.context.labels, **labels}, provenance=origin)
        return Findings(self.registered.findings(results, context), self.declared.languages[0])

    def table(self, frame: "pd.DataFrame", caption: str = "Figures of this page") -> "Table":
        """Released rows as an accessible table."""
        return Table(frame, caption)

    def save(self, results: "Results", findings: Iterable["Finding"], figures: Iterable["Figure"]) -> None:
        """Write results, figures and findings where the batch asked for them; elsewhere do nothing."""
        if OUTPUT not in os.environ or in_app():
            return
        from workbench import disclosure

        folder, drawn = Path(os.environ[OUTPUT]), _well_named(list(figures))
        disclosure.write(results, folder / "results")
        _save_figures(drawn, folder / "figures")
        # Last, because the batch takes it as the sign that all was written.
        said = [finding.to_json() for finding in findings]
        (folder / "findings.json").write_text(_json(said), encoding="utf-8")

    def choose(self, **changes) -> "View":
        """The view with another review, department, subject or parameter of the analysis.

        Raises
        ------
        UsageError
            When a name or value is not known.
        """
        own = {name: value for name, value in changes.items() if name in ("review", "department", "subject")}
        texts = {name: _text(value) for name, value in changes.items() if name not in own}
        parameters = {**self.parameters, **self._typed(texts)}
        return replace(self, **own, parameters=parameters, notice="").checked()

    def query(self) -> str:
        """This view as the query of a link; text values unchanged."""
        own = {"review": self.review, "department": self.department, "subject": self.subject}
        return urlencode({**own, **{name: _text(value) for name, value in self.parameters.items()}})

    def from_query(self, query: str) -> "View":
        """The view that a link asks for; what cannot be followed is said in ``notice``, not raised."""
        asked = dict(parse_qsl(query, keep_blank_values=True))
        texts = {name: text for name, text in asked.items() if not name.startswith(_NOT_OURS)}
        first = self._first()
        try:
            return first._with_default_subject(texts).choose(**texts)._as_run()
        except UsageError as error:
            shown = first.checked()
            notice = f"The link could not be followed: {error} Shown instead: {shown._title()}."
            return replace(shown, notice=notice)

    def checked(self) -> "View":
        """This view, when the city declares all of its names.

        Raises
        ------
        UsageError
        """
        assert self.declared
        _known(self.department, self.catalog.departments, "department")
        subjects = self.registered.subjects(self.catalog, self.department)
        _known(self.subject, dict.fromkeys(subjects), f"subject of {self.department}")
        return self

    def _title(self) -> str:
        from workbench.catalog.titles import subject_title

        department = self.catalog.departments[self.department].title
        return f"{department}, {subject_title(self.catalog, self.subject)}"

    def _as_run(self) -> "View":
        """This view, when an app has results of it to show."""
        if in_app() and not (self.folder / "results").is_dir():
            raise UsageError(f"review {self.review!r} has no results of {self.subject!r} yet.")
        return self

    def _first(self) -> "View":
        """This view, or where a notebook names another city's, the first of the latest review that was made."""
        from workbench.batch.folders import ReviewFolder

        catalog = self.catalog
        subjects = {name: self.registered.subjects(catalog, name) for name in catalog.departments}
        if self.review in catalog.reviews and self.subject in subjects.get(self.department, ()):
            return self
        made = [name for name in catalog.reviews if ReviewFolder(catalog.outputs, name).is_made]
        latest = max(made, key=lambda name: (catalog.reviews[name].as_of, name), default=self.review)
        found = [(name, each) for name, of_name in subjects.items() for each in of_name]
        department, subject = found[0] if found else (self.department, self.subject)
        return replace(self, review=latest, department=department, subject=subject)

    def _with_default_subject(self, texts: Mapping[str, str]) -> "View":
        """A link that names a department only means that department's first subject."""
        if "department" not in texts or "subject" in texts:
            return self
        _known(texts["department"], self.catalog.departments, "department")
        subjects = self.registered.subjects(self.catalog, texts["department"])
        if not subjects:
            raise UsageError(f"department {texts['department']!r} has nothing to show here.")
        return replace(self, subject=self.subject if self.subject in subjects else subjects[0])

    def _typed(self, texts: Mapping[str, str]) -> dict[str, Any]:
        from workbench.batch.parameters import typed

        return typed(self.registered, texts)

    def _stored_catalog(self, root: Path) -> Path | None:
        from workbench.batch.stored import INPUTS

        if OUTPUT in os.environ:
            return Path(os.environ[OUTPUT]).parents[2] / INPUTS
        return root / "outputs" / self.review / "catalog.json" if in_app() else None

    def _provenance(self):
        """Where the numbers come from; those of an app as the review recorded it."""
        from workbench.batch.manifest import read_provenance

        return read_provenance(self.folder) if in_app() else self.cube.provenance

    def _labels(self) -> dict[str, str]:
        return {
            f"{name}/{group}": each.title
            for name, dimension in self.catalog.dimensions.items()
            for group, each in dimension.groups.items()
        }

    def _repr_html_(self) -> str:
        return self.about._repr_html_()


@dataclass(frozen=True)
class Table:
    """Released rows, shown as an accessible table; a long one is opened on demand."""

    frame: "pd.DataFrame" = field(repr=False)
    caption: str

    def _repr_html_(self) -> str:
        from workbench.charts.table import table_html

        html = table_html(self.frame, caption=self.caption)
        folded = f"<details><summary>Table: {escape(self.caption)}</summary>{html}</details>"
        return folded if len(self.frame) > LONG else html


def _well_named(figures: list["Figure"]) -> list["Figure"]:
    names = [figure.name for figure in figures]
    for name in names:
        if not _FIGURE.fullmatch(name) or names.count(name) > 1:
            raise ParameterError(
                f"a figure is named {name!r}; write letters, digits and hyphens, each name once."
            )
    return figures


def _save_figures(figures: list["Figure"], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        (folder / f"{figure.name}.svg").write_text(figure.svg, encoding="utf-8")
        if figure.is_printed:
            (folder / f"{figure.name}.pdf").write_bytes(figure.pdf)
        words = f"{figure.title}\n\n{figure.text}\n\n{figure.see}\n"
        (folder / f"{figure.name}.txt").write_text(words, encoding="utf-8")


def _known(name: str, known: Mapping[str, Any], what: str) -> Any:
    if name in known:
        return known[name]
    from workbench.catalog.words import did_you_mean

    raise UsageError(f"there is no {what} {name!r}. {did_you_mean(name, known)}")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ",".join(map(_text, value))
    return "" if value is None else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
