"""Findings in words: sentence, size, cautions and the question to ask."""

import re

from workbench.findings.messages import SHARED, catalogue, fill, message
from workbench.findings.model import Finding


def render(finding: Finding, language: str = "en") -> str:
    """The sentence of a finding, and what it says right after it.

    Parameters
    ----------
    finding : Finding
        Its ``message`` and what is in ``also`` are keys of ``[message]``.
    language : str

    Raises
    ------
    MessageError
        When the key or one of its arguments is missing.
    """
    said = (_words("message", key, finding, language) for key in (finding.message, *finding.also))
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in said)


def caveat(key: str, finding: Finding, language: str = "en") -> str:
    """One caution of a finding; it may use the finding's arguments.

    Raises
    ------
    MessageError
        When the key or one of its arguments is missing.
    """
    return _words("caveat", key, finding, language)


def ask(finding: Finding, language: str = "en") -> str:
    """The question to ask in the meeting; empty where the finding has none.

    Raises
    ------
    MessageError
        When the key or one of its arguments is missing.
    """
    return _words("ask", finding.ask, finding, language) if finding.ask else ""


def size(finding: Finding, language: str = "en") -> str:
    """How large the finding is, with its interval; empty where it has no size."""
    if finding.size is None or finding.size.value is None:
        return ""
    values = {"value": finding.size.value, "unit": finding.size.unit.removeprefix("%")}
    form = "one_value"
    if finding.size.lower is not None and finding.size.upper is not None:
        form = "interval"
        values |= {"lower": finding.size.lower, "upper": finding.size.upper}
    form += "_percent" if finding.size.unit.startswith("%") else ""
    return fill(message("page", form, language=language), values, language)


def untold_size(finding: Finding, language: str = "en") -> str:
    """The size, where the sentence does not already give each of its numbers; else empty."""
    shown = size(finding, language)
    if not shown:
        return ""
    told = _numbers(render(finding, language), language)
    own = [
        value for value in (finding.size.value, finding.size.lower, finding.size.upper) if value is not None
    ]
    return "" if all(any(_rounds_to(value, each) for each in told) for value in own) else shown


def _numbers(text: str, language: str) -> list[str]:
    """The numbers of a text without their signs, in plain notation."""
    locale = catalogue(SHARED / f"{language}.toml")["locale"]
    found = re.findall(rf"\d[\d{re.escape(locale['thousands'] + locale['decimal'])}]*", text)
    return [
        each.replace(locale["thousands"], "").replace(locale["decimal"], ".").rstrip(".") for each in found
    ]


def _rounds_to(value: float, text: str) -> bool:
    """Whether a number, whatever its sign, is said by a text of so many decimals."""
    step = 10.0 ** -len(text.partition(".")[2])
    return abs(abs(value) - float(text)) <= step / 2 + 1e-9


def basis(finding: Finding, language: str = "en") -> str:
    """How many of what the finding rests on; empty where that is not known, or the sentence says it."""
    if finding.n is None:
        return ""
    values = {"n": finding.n, "counted": finding.counted}
    told = fill("{n:count} {counted:text}", values, language).strip()
    if finding.counted and re.search(rf"(?<![\d.,]){re.escape(told)}\b", render(finding, language)):
        return ""
    return fill(message("page", "rests_on", language=language), values, language).strip()


def verdict(finding: Finding, language: str = "en") -> str:
    """The verdict's word in a language."""
    return message("verdict", str(finding.verdict), language=language)


def _words(section: str, key: str, finding: Finding, language: str) -> str:
    return fill(message(section, key, finding.analysis, language), finding.arguments, language)
