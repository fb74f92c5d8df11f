"""Findings as a notebook shows them and as a review stores them."""

import math
from collections import Counter
from html import escape
from numbers import Integral, Real
from typing import Any

from workbench.errors import MessageError
from workbench.findings.messages import fill, message
from workbench.findings.model import Finding
from workbench.findings.sentences import ask, basis, caveat, render, untold_size, verdict
from workbench.findings.tones import CONCERN, GOOD, WATCH, tone_of

AT_ONCE = 8
_TELLING = (CONCERN, WATCH, GOOD)


class Findings(list[Finding]):
    """The findings of one run, in order; shown as HTML with every word and value escaped.

    Parameters
    ----------
    findings : iterable of Finding
    language : str
        Language of the sentences.
    """

    def __init__(self, findings=(), language: str = "en"):
        super().__init__(findings)
        self.language = language

    def _repr_html_(self) -> str:
        if not self:
            return f"<p>{escape(message('page', 'none', language=self.language))}</p>"
        first, rest = self.folded()
        notes = Notes(self, self.language)
        articles = "".join(article(finding, self.language, notes) for finding in first)
        more = opened_on_demand(rest, self.language, notes) if rest else ""
        said = f"{articles}{more}{notes.html()}"
        return f'<section class="findings" lang="{escape(self.language)}">{said}</section>'

    def folded(self) -> tuple[list[Finding], list[Finding]]:
        """What is read at once, and what is opened when asked for; each in the order of the list.

        Read at once are the first that are a concern, to watch or good news and do not only say more about
        what another one tests, and whatever comes first where there are none.
        """
        telling = [finding for finding in self if is_telling(finding) and not finding.judged_by]
        first = (telling or list(self))[:AT_ONCE]
        return first, [finding for finding in self if not any(finding is each for each in first)]

    def to_json(self) -> list[dict[str, Any]]:
        """Plain JSON values, one dict a finding: keys and arguments, never a finished sentence.

        Raises
        ------
        MessageError
            When an argument is not a JSON value (a date, a frame, a number that is not finite).
        """
        return [plain(finding.to_json(), finding.id) for finding in self]


class Notes:
    """Cautions that several findings share: said once, and referred to by number.

    Parameters
    ----------
    findings : iterable of Finding
        All that are shown together.
    language : str
    """

    def __init__(self, findings=(), language: str = "en"):
        self.language = language
        said = Counter(text for finding in findings for text in dict.fromkeys(_cautions(finding, language)))
        shared = [text for text, times in said.items() if times > 1]
        self.numbers = {text: number for number, text in enumerate(shared, 1)}

    def of(self, finding: Finding) -> str:
        """Cautions of one finding: its own in words, the shared ones by number."""
        texts = _cautions(finding, self.language)
        items = "".join(f"<li>{escape(text)}</li>" for text in texts if text not in self.numbers)
        own = f'<ul class="caveats">{items}</ul>' if items else ""
        numbers = [str(self.numbers[text]) for text in texts if text in self.numbers]
        template = message("page", "cautions", language=self.language)
        return own + (
            _paragraph("cautions", fill(template, {"numbers": numbers}, self.language)) if numbers else ""
        )

    def html(self) -> str:
        """The shared cautions as a numbered list; empty where there are none."""
        if not self.numbers:
            return ""
        items = "".join(f"<li>{escape(text)}</li>" for text in self.numbers)
        title = escape(message("page", "cautions_title", language=self.language))
        return f'<div class="shared"><p class="cautions">{title}</p><ol class="caveats">{items}</ol></div>'


def is_telling(finding: Finding) -> bool:
    """Whether a finding is a concern, to watch or good news."""
    return tone_of(finding.verdict) in _TELLING


def opened_on_demand(findings: list[Finding], language: str, notes: Notes | None = None) -> str:
    """Findings as HTML behind a line that says how many they are; without notes, with their own after them."""
    own = notes or Notes(findings, language)
    summary = fill(message("page", "more", language=language), {"n": len(findings)}, language)
    articles = "".join(article(finding, language, own) for finding in findings)
    after = "" if notes else own.html()
    return f"<details><summary>{escape(summary)}</summary>{articles}{after}</details>"


def article(finding: Finding, language: str = "en", notes: Notes | None = None) -> str:
    """One finding as HTML: verdict with a sign beside the word, sentence, size, cautions, question."""
    tone = tone_of(finding.verdict)
    words = _claim(finding, language) + _grounds(finding, notes or Notes(language=language))
    return f'<article class="finding tone-{tone.name}">{words}</article>'


def folded_article(finding: Finding, language: str = "en") -> str:
    """One finding as HTML, of which only verdict and sentence are read at once."""
    tone = tone_of(finding.verdict)
    rest = _grounds(finding, Notes(language=language))
    summary = escape(message("page", "grounds", language=language))
    more = f"<details><summary>{summary}</summary>{rest}</details>" if rest else ""
    return f'<article class="finding tone-{tone.name}">{_claim(finding, language)}{more}</article>'


def _claim(finding: Finding, language: str) -> str:
    return (
        f'<p class="verdict"><span class="sign" aria-hidden="true">{tone_of(finding.verdict).sign}</span> '
        f"{escape(verdict(finding, language))}</p>"
        f'<p class="sentence">{escape(render(finding, language))}</p>'
    )


def _grounds(finding: Finding, notes: Notes) -> str:
    language = notes.language
    return (
        _paragraph("size", untold_size(finding, language))
        + _paragraph("basis", _basis(finding, language))
        + notes.of(finding)
        + _paragraph("ask", _question(finding, language))
    )


def plain(value, where: str):
    """A value as plain JSON, numpy's scalars turned into Python's.

    Raises
    ------
    MessageError
        When the value has no JSON form; ``where`` is named.
    """
    if isinstance(value, dict):
        return {str(key): plain(item, where) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, where) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real) and math.isfinite(value):
        return float(value)
    raise MessageError(
        f"finding {where!r} has a value that is not text, a finite number or a list: {value!r}."
    )


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>' if text else ""


def _cautions(finding: Finding, language: str) -> list[str]:
    return [caveat(key, finding, language) for key in finding.caveats]


def _basis(finding: Finding, language: str) -> str:
    """What the finding rests on and how it was found, as one or two sentences."""
    method = message("page", "method", language=language)
    said = [basis(finding, language)]
    if finding.method:
        said.append(fill(method, {"method": finding.method}, language))
    return " ".join(f"{part.rstrip('.')}." for part in said if part)


def _question(finding: Finding, language: str) -> str:
    question = ask(finding, language)
    return question and fill(message("page", "question", language=language), {"question": question}, language)
