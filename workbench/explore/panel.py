"""The panel of an app: choose, read what was found, see the figure, in words and as a table, link to it."""

import os
from collections.abc import Iterable, Mapping
from html import escape
from inspect import signature
from urllib.parse import parse_qsl, urlencode

import ipywidgets as widgets
import pandas as pd

from workbench.analyses import STATE, Results
from workbench.catalog.titles import subject_title
from workbench.charts.asks import Choice
from workbench.charts.figure import Figure
from workbench.charts.table import BLANKS, table_html
from workbench.errors import WorkbenchError
from workbench.explore.asked import asked_by, first_of, values_of, worded
from workbench.explore.choices import ALL, CONTROLS, chosen, options
from workbench.explore.live import live
from workbench.explore.said import headline, others
from workbench.explore.slider import Slider

SHOW = "show-"
_WIDE = {"width": "auto"}
_WHOLE = {"description_width": "initial"}  # of a label; a notebook would cut it after a dozen letters


class Panel:
    """Widgets over one view; ``box`` is what is shown."""

    def __init__(self, page, results: Results, draw: Mapping):
        self.draw = dict(draw)
        self.department = _dropdown("Department", _departments(page), page.department)
        self.subject = _dropdown("Subject", _subjects(page, page.department), page.subject)
        self.figure = _dropdown("Chart", [(label, label) for label in self.draw], next(iter(self.draw)))
        self.controls: dict[str, widgets.Widget] = {}
        self.choosers = widgets.VBox()
        self.choosers.add_class("workbench-choosers")
        self.notice, self.said, self.shown = widgets.HTML(), widgets.HTML(), widgets.VBox()
        self.link, self.others, self.about = widgets.HTML(), widgets.HTML(), widgets.HTML()
        parts = [self.notice, self.choosers, self.said, self.shown, self.link, self.others, self.about]
        self.said.add_class("workbench-said")
        self.box = widgets.VBox(parts)
        self.box.add_class("workbench-panel")
        self._take(page, results, _asked())
        self.department.observe(self._department_changed, "value")
        self.subject.observe(self._subject_changed, "value")
        self.figure.observe(self._redraw, "value")

    def _take(self, page, results: Results, asked: Mapping[str, str]) -> None:
        """Show another view: its own choices, what was found, its figure and where its numbers come from."""
        self.page, self.results = page.shown_by(results), results
        self.findings = page.findings(results)
        self.notice.value = _notice(self.page.notice)
        self.about.value = f"<h2>Where the numbers come from</h2>{self.page.about_html()}"
        self.controls = _controls(results, self.draw.values(), asked)
        if asked.get("chart") in self.draw:
            self.figure.value = asked["chart"]
        for control in self.controls.values():
            control.observe(self._redraw, "value")
        self._redraw()

    def _department_changed(self, change) -> None:
        subjects = _subjects(self.page, change["new"])
        self.subject.unobserve(self._subject_changed, "value")
        self.subject.options = subjects
        self.subject.value = subjects[0][1]
        self.subject.observe(self._subject_changed, "value")
        self._subject_changed(change)

    def _subject_changed(self, _change) -> None:
        self._say("The figures are on their way.")
        try:
            page = self.page.choose(department=self.department.value, subject=self.subject.value)
            results = page.analyse(**{**self.results.facts.get("parameters", {}), **page.parameters})
        except WorkbenchError as error:
            self._say(str(error))
        else:
            self._take(page, results, self._choices())

    def _redraw(self, _change=None) -> None:
        self._offer()
        heeded = self._heeded()
        try:
            self.shown.children = _parts(drawn(self.draw[self.figure.value], self.results, heeded))
        except WorkbenchError as error:
            self.shown.children = [_status(str(error))]
        title = subject_title(self.page.catalog, self.page.subject)
        self.said.value = headline(title, self.findings, self.results, heeded)
        self.others.value = others(self.findings, heeded)
        self.link.value = f'<p class="link"><a href="?{escape(self.query())}">Link to this view</a></p>'

    def _offer(self) -> None:
        """Controls with more than one choice that the figure heeds; the same ones stay in place."""
        own = [self.controls[name] for name in self._heeded()]
        offered = [d for d in (self.department, self.subject, self.figure, *own) if len(d.options) > 1]
        if list(self.choosers.children) != offered:
            self.choosers.children = offered

    def _choices(self) -> dict[str, str]:
        return {name: control.value for name, control in self.controls.items()}

    def _heeded(self) -> dict[str, str]:
        heeded = heeded_by(self.draw[self.figure.value], self.draw.values(), self.controls)
        return {name: value for name, value in self._choices().items() if name in heeded}

    def _say(self, words: str) -> None:
        """Instead of all that is shown, so that nothing is read of another subject."""
        for part in (self.notice, self.said, self.link, self.others, self.about):
            part.value = ""
        self.shown.children = [_status(words)]

    def query(self) -> str:
        """What is chosen, as the query of a link."""
        shown = {f"{SHOW}{name}": value for name, value in self._heeded().items() if value != ALL}
        if len(self.draw) > 1:
            shown[f"{SHOW}chart"] = self.figure.value
        return "&".join(part for part in (self.page.query(), urlencode(shown)) if part)


def heeded_by(figure, figures: Iterable, names: Iterable[str]) -> set[str]:
    """Controls that a figure heeds: its keywords, or all where no figure beside it has any."""
    if any(_keywords(each, names) for each in figures):
        return _keywords(figure, names)
    return set(names)


def drawn(figure, results: Results, choices: Mapping[str, str]) -> Figure:
    """A figure of what is chosen: by keyword where the function has any, else by its rows."""
    keywords = _keywords(figure, choices)
    if keywords:
        return figure(results, **_given(figure, results, {name: choices[name] for name in keywords}))
    return figure(chosen(results, choices))


def _given(figure, results: Results, choices: Mapping[str, str]) -> dict:
    """Choices as the figure takes them: what it asked for as the values that it offered, else None for no choice."""
    offered = {ask.name: dict(values_of(ask, results)) for ask in asked_by(figure)}
    return {
        name: offered[name].get(text) if name in offered else text or None for name, text in choices.items()
    }


def _keywords(figure, names: Iterable[str]) -> set[str]:
    return set(names) & set(signature(figure).parameters)


def _controls(results: Results, figures: Iterable, asked: Mapping[str, str]) -> dict[str, widgets.Widget]:
    """Every control with something to choose: those of all figures, then what single figures ask for."""
    made: dict[str, widgets.Widget] = {}
    for control in CONTROLS:
        choices = options(results, control)
        if choices:
            made[control.name] = _chooser(
                _dropdown, control.label, choices, asked.get(control.name), choices[0][1]
            )
    for ask in {ask.name: ask for figure in figures for ask in asked_by(figure)}.values():
        choices = worded(ask, results)
        if len(choices) > 1:
            kind = _dropdown if isinstance(ask, Choice) else _slider
            made[ask.name] = _chooser(kind, ask.label, choices, asked.get(ask.name), first_of(ask, results))
    return made


def _chooser(kind, label: str, choices: list[tuple[str, str]], wanted: str | None, first: str):
    """A control that stands on what the link asks for, where there is such a choice."""
    return kind(label, choices, wanted if wanted in [value for _, value in choices] else first)


def _parts(figure: Figure) -> list[widgets.Widget]:
    lacking = nothing_to_draw(figure)
    said = lacking or figure.see
    title = widgets.HTML(f"<h2>{escape(figure.title)}</h2><p>{escape(said)}</p>")
    picture = [] if lacking else [_picture(figure)]
    words = f"<details><summary>This chart in words</summary><p>{escape(figure.text)}</p></details>"
    rows = f"<details><summary>The figures behind this chart</summary>{table_html(figure.table, caption=figure.title)}</details>"
    return [title, *picture, widgets.HTML(words + rows)]


def _picture(figure: Figure) -> widgets.Box:
    picture = widgets.Box([widgets.HTML(figure.svg) if figure.drawn else live(figure)])
    picture.add_class("workbench-picture")
    return picture


def nothing_to_draw(figure: Figure) -> str:
    """Why a figure would be empty, in words; empty where it has something to show."""
    rows = figure.table
    states = rows[STATE] if STATE in rows.columns else pd.Series(["value"] * len(rows), dtype="str")
    if not states.isin(("suppressed", "no data")).all():
        return ""
    reasons = [
        f"{count:,} {BLANKS[state]}"
        for state in ("suppressed", "no data")
        if (count := int((states == state).sum()))
    ]
    return f"There is nothing to draw here: {', '.join(reasons) or 'nothing is recorded in this way'}."


def _status(words: str) -> widgets.HTML:
    return widgets.HTML(f'<p role="status">{escape(words)}</p>')


def _notice(words: str) -> str:
    return f'<p class="notice" role="status">{escape(words)}</p>' if words else ""


def _dropdown(label: str, choices: list[tuple[str, str]], value: str) -> widgets.Dropdown:
    return widgets.Dropdown(description=label, options=choices, value=value, layout=_WIDE, style=_WHOLE)


def _slider(label: str, choices: list[tuple[str, str]], value: str) -> Slider:
    return Slider(description=label, options=[list(choice) for choice in choices], value=value)


def _departments(page) -> list[tuple[str, str]]:
    return [
        (department.title, name)
        for name, department in page.catalog.departments.items()
        if page.registered.subjects(page.catalog, name)
    ]


def _subjects(page, department: str) -> list[tuple[str, str]]:
    names = page.registered.subjects(page.catalog, department)
    return [(subject_title(page.catalog, name), name) for name in names]


def _asked() -> dict[str, str]:
    """Choices that the visitor's link asks for."""
    asked = parse_qsl(os.environ.get("QUERY_STRING", ""))
    return {name.removeprefix(SHOW): value for name, value in asked if name.startswith(SHOW)}
