"""What the review found of a choice: one sentence above the chart, the rest below it."""

from collections.abc import Mapping
from html import escape

from workbench.analyses import Results
from workbench.explore.choices import parts
from workbench.findings import Finding, Findings
from workbench.findings.messages import fill
from workbench.findings.shown import folded_article, is_telling, opened_on_demand
from workbench.findings.tones import order_of

_ALL = "all"
# Looked at in this order: a sentence about a place says which, one about a group may be of the whole city.
_PARTS = (("measure", "subject"), ("place", "place"), ("group", "group"))


def concerning(findings: Findings, choices: Mapping[str, str]) -> tuple[list[Finding], bool]:
    """Findings on a choice, and whether they are on just this choice.

    Parameters
    ----------
    findings : Findings
        Of the whole result, in their order.
    choices : dict of str to str
        Name of a control: its value, empty where nothing is chosen.

    Returns
    -------
    list of Finding, bool
        Where there is no finding on a chosen group or place by itself, those on the whole.
    """
    kept, exact = list(findings), True
    for control, part in _PARTS:
        wanted = parts(choices.get(control, ""))[1]
        if not wanted:
            continue
        own = [finding for finding in kept if getattr(finding, part) == wanted]
        exact = exact and bool(own)
        kept = own or [finding for finding in kept if getattr(finding, part) == _ALL]
    return kept, exact


def headline(title: str, findings: Findings, results: Results, choices: Mapping[str, str]) -> str:
    """The first finding on a choice as HTML, with the subject and the period that it is about."""
    language = findings.language
    kept, exact = concerning(findings, choices)
    said = [f'<p class="quiet">{escape(f"{title}. {_about(results, exact, language)}")}</p>']
    if kept:
        said.append(folded_article(_leading(kept), language))
    elif exact:
        said.append(Findings([], language)._repr_html_())
    return "".join(said)


def others(findings: Findings, choices: Mapping[str, str]) -> str:
    """All findings but the one above the chart, those on the choice first; empty where there is no other."""
    kept, _ = concerning(findings, choices)
    shown = _leading(kept) if kept else None
    rest = [finding for finding in [*kept, *findings] if finding is not shown]
    listed = list({id(finding): finding for finding in rest}.values())
    if not listed:
        return ""
    language = findings.language
    steady = not any(map(is_telling, listed))
    html = opened_on_demand(listed, language) if steady else Findings(listed, language)._repr_html_()
    return f"<h2>What else the review found</h2>{html}"


def _leading(findings: list[Finding]) -> Finding:
    """The first that tells something; where none does, one that is shown before one that is not."""
    telling = [finding for finding in findings if is_telling(finding)]
    return telling[0] if telling else min(findings, key=lambda finding: order_of(finding.verdict))


def _about(results: Results, exact: bool, language: str) -> str:
    period = results.facts.get("period")
    when = fill(" in {period:period}", {"period": period}, language) if period else ""
    if exact:
        return f"What the review found{when}:"
    return f"The review has no finding on just this choice{when}. What it found on the whole:"
