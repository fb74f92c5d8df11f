"""Findings in words: sentence, size, cautions and the question to ask."""

from workbench.findings.messages import fill, message
from workbench.findings.model import Finding


def render(finding: Finding, language: str = "en") -> str:
    """The sentence of a finding.

    Parameters
    ----------
    finding : Finding
        Its ``message`` is a key of ``[message]``.
    language : str

    Raises
    ------
    MessageError
        When the key or one of its arguments is missing.
    """
    return _words("message", finding.message, finding, language)


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
    values = {"value": finding.size.value, "unit": finding.size.unit}
    if finding.size.lower is None or finding.size.upper is None:
        return fill(message("page", "one_value", language=language), values, language)
    values |= {"lower": finding.size.lower, "upper": finding.size.upper}
    return fill(message("page", "interval", language=language), values, language)


def verdict(finding: Finding, language: str = "en") -> str:
    """The verdict's word in a language."""
    return message("verdict", str(finding.verdict), language=language)


def _words(section: str, key: str, finding: Finding, language: str) -> str:
    return fill(message(section, key, finding.analysis, language), finding.arguments, language)
