"""Open actions as the first page shows them: what each was to move, how that stands, and what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.analyses import registered
from workbench.catalog.model import Catalog
from workbench.catalog.titles import subject_title
from workbench.findings import Finding, Size, Verdict
from workbench.findings.sentences import size, verdict
from workbench.publish.action_words import aim_words, due_words, since_words
from workbench.publish.items import Item, items_of
from workbench.publish.runs import Run
from workbench.publish.words import LANGUAGE, sentence


@dataclass(frozen=True)
class Row:
    """One open action in words.

    Parameters
    ----------
    id, title, owner, department, subject, href : str
        ``href`` is the report with the finding that it is about; empty without.
    since, aim, due, now, before, result : str
    """

    id: str
    title: str
    owner: str
    department: str
    subject: str
    href: str
    since: str
    aim: str
    due: str
    now: str
    before: str
    result: str


def rows_by_run(agenda: Mapping[str, Any], runs: Sequence[Run], catalog: Catalog) -> dict[str, list[Row]]:
    """The open actions of each run whose own report does not judge them, by the name of the run."""
    own = [
        run for run in runs if run.analysis in registered() and not registered()[run.analysis].judges_actions
    ]
    items, found = items_of(agenda, runs, catalog), {}
    for run in own:
        about = (run.department, run.analysis, run.subject)
        listed = [each for each in agenda.get("actions", ()) if _about(each) == about]
        found[run.name] = rows_of({**agenda, "actions": listed}, items, catalog)
    return {name: rows for name, rows in found.items() if rows}


def _about(values: Mapping[str, Any]) -> tuple[str, str, str]:
    analysis, subject, *_ = values["finding"].split("/")
    return values["department"], analysis, subject


def rows_of(agenda: Mapping[str, Any], items: Sequence[Item], catalog: Catalog) -> list[Row]:
    """The open actions of an agenda, in its order."""
    by_rank = {item.rank: item for item in items}
    results = {(item["finding"]["department"], item["id"]): item for item in agenda["items"]}
    return [_row(values, by_rank, results, catalog) for values in agenda.get("actions", ())]


def _row(values: Mapping[str, Any], by_rank: Mapping, results: Mapping, catalog: Catalog) -> Row:
    department = catalog.departments.get(values["department"])
    item, subject = by_rank.get(values["rank"]), values["finding"].split("/")[1]
    judged = results.get((values["department"], values["result"]))
    result_item = by_rank[judged["rank"]] if judged else None
    return Row(
        id=values["id"],
        title=values["title"],
        owner=values["owner"],
        department=department.title if department else values["department"],
        subject=", ".join([subject_title(catalog, subject), *_who(values["finding"])]),
        href=(item or result_item).href if item or result_item else "",
        since=since_words(values),
        aim=aim_words(values),
        due=due_words(values),
        now=_standing(values["verdict"], values["now"], values["rank"]),
        before=_standing(values["verdict_before"], values["before"]),
        result=f"{sentence(result_item.verdict.word)}. {result_item.sentence}" if result_item else "",
    )


def _who(finding: str) -> list[str]:
    """Group and place of a finding's id, where it is about one."""
    return [part for part in finding.split("/")[3:] if part != "all"]


def _standing(word: str | None, told: Mapping[str, Any] | None, rank: int | None = None) -> str:
    """Verdict and size of the finding, and its place on the agenda."""
    if word is None:
        return "not found"
    parts = [_verdict(word), _size_words(word, told), f"number {rank} of the agenda" if rank else ""]
    return ", ".join(part for part in parts if part)


def _verdict(word: str) -> str:
    return verdict(_bare(word, None), LANGUAGE)


def _size_words(word: str, told: Mapping[str, Any] | None) -> str:
    return size(_bare(word, Size(**told)), LANGUAGE) if told and told["value"] is not None else ""


def _bare(word: str, told: Size | None) -> Finding:
    """A finding with nothing but what its words are looked up by."""
    return Finding("", "", "", "", Verdict(word), "", size=told)
