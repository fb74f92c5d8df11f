"""What people are told: of a review that was made, its first findings; of one that failed, what to do.

Only words that the pages have as well, names of runs and kinds of failures: the causes in an error's own words may
quote a value, and stay on the machine.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench import errors
from workbench.errors import INSIDE, INTERRUPTED, CatalogError, WorkbenchError
from workbench.notify.addresses import FAILURE, SUCCESS, WHEN
from workbench.review import Made, first_findings

MOST = 10  # as many runs, places of faults
DECISIONS = ("overdue", "due")
TO_DO: dict[type[BaseException], tuple[str, str]] = {
    errors.UsageError: (
        "The command was not understood.",
        "Run it by hand and read what it says; `workbench list` names the reviews.",
    ),
    CatalogError: (
        "The parameter files have faults that everything rests on.",
        "Run `workbench check`: it tells every fault with its line.",
    ),
    errors.SourceError: (
        "A source is missing, has changed its shape, or has too many rejects.",
        "Run `workbench snapshot`: it tells what is wrong with each.",
    ),
    errors.DisclosureError: (
        "A result cannot be released safely.",
        "Run the command by hand and read which one; nothing of it was published.",
    ),
    errors.RunError: (
        "No run succeeded.",
        "Run the command again by hand: it names the cell and the cause of each.",
    ),
    errors.PublishError: (
        "The review could not be written, or not put where it was asked for.",
        "See that there is room and that the place may be written to; then run the command again.",
    ),
    errors.BusyError: (
        "Another review of the same name was running.",
        "Wait for its message. If none comes, look which process has it: the command by hand names it.",
    ),
    errors.SchedulerError: (
        "The scheduler was not reached, was lost, or its workers do not fit.",
        "See that it runs with the same workbench, or run the command without --scheduler.",
    ),
    KeyboardInterrupt: (
        "It was stopped.",
        "Run the command again: what was whole already is not made again.",
    ),
    WorkbenchError: ("It ended with an error.", "Run the command by hand and read what it says."),
}
OTHERWISE = (
    f"{INSIDE.capitalize()}.",
    "The error output names a file with the details; it may show data, so read it before you pass it on.",
)


@dataclass(frozen=True)
class Message:
    """What is sent.

    Parameters
    ----------
    subject : str
    body : str
        Plain text.
    kind : str
        ``success``, ``warning`` or ``failure``: how services colour it.
    to : tuple of str
        Those are told who want to know of ``success``, of ``failure``, or of either.
    """

    subject: str
    body: str
    kind: str
    to: tuple[str, ...]


def made(city: str, name: str, review: Made, left_out: int, exit_code: int, site: str) -> Message:
    """Of a review that is published: whole, or without runs that failed and entries that have a fault."""
    count, of = len(review.failed), len(review.outcomes)
    lacking = [f"{count} of {of} runs failed"] * bool(count)
    lacking += [f"{left_out} left out because of a fault"] * bool(left_out)
    outcome = ", ".join(["published", *lacking])
    found = [f"{place}. {words}" for place, words in enumerate(first_findings(review.agenda), 1)]
    parts = [
        ["What to talk about first:", *found] if found else [],
        _runs({each.name: each.failure.kind for each in review.failed if each.failure}),
        [f"Exit code {exit_code}. Run `workbench review {name}` by hand: it tells the causes."]
        if lacking
        else [],
        _decisions(review.agenda),
        [f"Read it: {link(review.folder, site)}"],
    ]
    kind, to = ("warning", WHEN) if lacking else ("success", (SUCCESS,))
    return Message(f"{city}: review {name} {outcome}", _text(parts), kind, to)


def failed(city: str, name: str, error: BaseException, runs: Mapping[str, str]) -> Message:
    """Of a review that was not made; the last one stays.

    Parameters
    ----------
    city, name : str
    error : BaseException
        What ended it; only its kind is told, and of faults their places.
    runs : dict of str to str
        Runs that had failed by then, with the kind of failure.
    """
    what, to_do = next((said for kind, said in TO_DO.items() if isinstance(error, kind)), OTHERWISE)
    places = [f"  {each.file}:{each.line}" for each in getattr(error, "faults", ())]
    parts = [
        [f"{what} What was published before stays.", *_most(places)],
        _runs(runs),
        [f"What to do: {to_do}", f"Exit code {exit_code_of(error)}."],
    ]
    return Message(f"{city}: review {name} failed", _text(parts), FAILURE, (FAILURE,))


def trial(city: str) -> Message:
    """To try an address."""
    body = "This is a trial: reviews that are made with --notify will be told to this address."
    return Message(f"{city}: a trial message", body, SUCCESS, WHEN)


def link(folder: Path, site: str) -> str:
    """Where a review is read: on the published site, or its path where none is declared."""
    return f"{site.rstrip('/')}/{folder.name}/index.html" if site else str(folder / "index.html")


def exit_code_of(error: BaseException) -> int:
    """The code that the command ends with."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    return error.exit_code if isinstance(error, WorkbenchError) else 1


def _runs(kinds: Mapping[str, str]) -> list[str]:
    if not kinds:
        return []
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(kinds.values()).items()))
    return [f"Failed ({counts}):", *_most([f"  {name}: {kind}" for name, kind in kinds.items()])]


def _decisions(agenda: Mapping) -> list[str]:
    counts = Counter(each["due"] for each in agenda.get("actions", ()))
    told = [f"{counts[due]} {due}" for due in DECISIONS if counts[due]]
    return [f"Decisions about actions: {', '.join(told)}."] if told else []


def _most(lines: list[str]) -> list[str]:
    rest = [f"  and {len(lines) - MOST:,} more"] if len(lines) > MOST else []
    return [*lines[:MOST], *rest]


def _text(parts: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"
