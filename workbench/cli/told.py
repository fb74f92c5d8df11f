"""What the verbs print: plain lines, or one JSON object a line for whoever started them."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.errors import DiffersError, LeftOutError, RunError, UsageError

DOUBTS = 20  # as many are told in a terminal
FILES = 10  # as many files of one kind
COUNTS = ("made", "kept", "failed")


def make(order, means, as_json: bool, ending=None) -> None:
    """Do what is ordered and tell how it ended; an ``Ending`` keeps what others are told of it.

    Raises
    ------
    RunError, LeftOutError
        When runs failed, or something was left out; the rest is published.
    """
    from workbench.batch.progress import Several, chosen
    from workbench.review import entries_to_look_at, failures_in_words, made

    progress = Several(*filter(None, [chosen(as_json), ending]))
    try:
        done = made(order, means, progress)
    except KeyboardInterrupt:
        print("Stopped: nothing was published, the last review stays as it was.", file=sys.stderr)
        raise
    finally:
        progress.close()
    if ending:
        ending.result = done
    if not as_json:
        _tell_made(done)
        _tell_doubts(entries_to_look_at(order.catalog, done.agenda))
    lacking = _left_out_in_words(order.catalog)
    if done.failed:
        failed = f"{len(done.failed)} of {len(done.outcomes)} runs failed:\n{failures_in_words(done.failed)}"
        raise RunError("\n".join(filter(None, [failed, lacking])))
    if lacking:
        raise LeftOutError(lacking)


def tell_left_out(catalog, as_json: bool = False) -> None:
    """Say on the error stream what is left out before anything else is done; as events where these are asked for."""
    if as_json:
        for each in catalog.left_out:
            _event("left out", item=f"{each.section}/{each.name}", faults=list(map(str, each.faults)))
    elif catalog.left_out:
        print(_left_out_in_words(catalog), file=sys.stderr)


def tell_foreseen(found, as_json: bool) -> None:
    """The plan: each run with the reason why it is made, the age of each source, and how long it takes."""
    to_make = sum(bool(each.reason) for each in found.decisions)
    kept, seconds = len(found.decisions) - to_make, found.seconds
    if as_json:
        for each in found.decisions:
            _event(
                "planned",
                item=each.run.name,
                runs=bool(each.reason),
                reason=each.reason,
                if_read=each.looks,
            )
        for age in found.ages:
            _event("source", item=age.source, taken=age.taken, state=age.state, as_of=age.as_of.isoformat())
        minutes = None if seconds is None else round(seconds / 60, 1)
        _event(
            "expected", make=to_make, keep=kept, minutes=minutes, jobs=found.jobs, unchanged=found.standing
        )
        return
    width = max(len(each.run.name) for each in found.decisions)
    for each in found.decisions:
        print(f"{each.run.name:{width}}  {_planned(each)}")
    print("Sources:")
    for age in found.ages:
        print(f"  {age.source}: {age}")
    print(_expected(to_make, kept, found))


def _planned(each) -> str:
    """What is known of a run before anything is computed."""
    if not each.reason:
        return "keep: nothing changed"
    return f"run: {each.reason}{', if this concerns what it reads' if each.looks else ''}"


def _expected(to_make: int, kept: int, found) -> str:
    if found.standing:
        return f"Nothing has changed: all {kept} runs and the pages would stay as they are."
    most = "at most " if any(each.looks for each in found.decisions) else ""
    counts = f"{most}{to_make} of {to_make + kept} runs would be made"
    if not to_make:
        return f"{counts}; the pages would be written anew."
    if found.seconds is None:
        return f"{counts}. None was made before, so that how long they take is not known."
    at_once = f"{found.jobs} at once" if found.jobs > 1 else "one after the other"
    return f"{counts}: about {found.seconds / 60:.1f} minutes by earlier runs, {at_once}."


def tell_verified(found, as_json: bool, again: bool) -> None:
    """What was found of a review, and an error where it does not hold.

    Raises
    ------
    DiffersError
    """
    said = {
        "by hand": [{"item": each.file, "kind": each.kind} for each in found.by_hand],
        "input": [{"item": each.words, "runs": list(each.runs)} for each in found.moved],
        "differs": [{"item": each.file, "kind": each.kind, "words": each.words} for each in found.differing],
    }
    if as_json:
        for event, facts in said.items():
            for each in facts:
                _event(event, **each)
        _event("verified", files=found.files, holds=found.holds, again=again)
    else:
        _tell_verified(found, again)
    if not found.holds:
        place = f" It was made again in {os.path.relpath(found.again)}." if found.again else ""
        raise DiffersError(f"Review {found.folder.name!r} is not what its record and its inputs give.{place}")


def _tell_verified(found, again: bool) -> None:
    by_hand = len(found.by_hand)
    print(f"{found.folder.name}, made on {found.made_on}: {found.files:,} files.")
    print(
        _listed(f"{by_hand} changed since by hand:", found.by_hand) if by_hand else "None was changed since."
    )
    moved = [f"{each.words}{_of_runs(each.runs)}" for each in found.moved]
    print(_listed("Not the same as then:", moved) if moved else "Its inputs are the same as then.")
    if not again:
        return
    if found.failed:
        print(_listed("Failed when it was made again:", found.failed))
    print(
        _listed(f"{len(found.differing)} came out otherwise:", found.differing)
        if found.differing
        else "Made again, every file has the same bytes."
    )


def _of_runs(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f" ({names[0]})" if len(names) == 1 else f" ({names[0]} and {len(names) - 1} more)"


def _listed(heading: str, items: Sequence[Any]) -> str:
    rest = [f"  and {len(items) - FILES:,} more"] if len(items) > FILES else []
    return "\n".join([heading, *(f"  {each}" for each in items[:FILES]), *rest])


def tell_runs(found: Sequence[Mapping[str, Any]], as_json: bool) -> None:
    """A history: one line each."""
    for each in found:
        print(json.dumps(dict(each)) if as_json else _in_a_line(each))
    if not found and not as_json:
        print("Nothing was run yet.")


def _in_a_line(ran: Mapping[str, Any]) -> str:
    seconds = "" if ran["seconds"] is None else f"{ran['seconds']:.1f} s"
    counts = ", ".join(f"{ran[name]} {name}" for name in COUNTS if ran.get(name))
    days = sorted(filter(None, ran["snapshots"].values()))
    data = f"data of {days[0]}" + (f" to {days[-1]}" if days[-1] != days[0] else "") if days else ""
    name = ran.get("name") or ran["folder"]
    return "  ".join(filter(None, [ran["started"][:19], name, ran["outcome"], counts, seconds, data]))


def pairs(given: list[str]) -> dict[str, str]:
    """``name=value`` texts, the value kept exactly.

    Raises
    ------
    UsageError
    """
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name in found:
            wrong = "is given twice" if equals else "has no value"
            raise UsageError(f"-p {text!r} {wrong}; write each parameter once, as NAME=VALUE.")
        found[name] = value
    return found


def sayer(as_json: bool):
    """What tells of each message to people whether it was sent: one line, on the error stream where it was not."""

    def say(sent) -> None:
        if as_json:
            _event("told", item=sent.name, arrived=sent.arrived)
        elif sent.arrived:
            print(f"Told {sent.name}.")
        else:
            print(f"{sent.name} could not be told; try it with: workbench notify", file=sys.stderr)

    return say


def _event(event: str, **facts) -> None:
    print(json.dumps({"event": event, **facts}), flush=True)


def _left_out_in_words(catalog) -> str:
    from workbench.catalog.left_out import in_words

    return f"Left out because of a fault:\n{in_words(catalog.left_out)}" if catalog.left_out else ""


def _tell_doubts(lines: list[str]) -> None:
    """Say of which measures the data or the entry should be looked at: the first few, each with its line."""
    if lines:
        rest = [f"  and {len(lines) - DOUBTS:,} more, on the pages"] if len(lines) > DOUBTS else []
        told = [*(f"  {line}" for line in lines[:DOUBTS]), *rest]
        print("\n".join(["Look at these entries and their data:", *told]), file=sys.stderr)


def _tell_made(done) -> None:
    from workbench.review import first_findings

    made, kept = len(done.outcomes) - len(done.failed) - len(done.kept), len(done.kept)
    stand = f" {kept} stand as they were, because nothing changed that they are made of." if kept else ""
    if done.unchanged:
        print(f"Nothing has changed since {done.unchanged[:10]}: all {kept} reports stand as they were.")
    else:
        print(f"Made {made} of {len(done.outcomes)} reports.{stand}")
    for number, sentence in enumerate(first_findings(done.agenda), 1):
        print(f"{number}. {sentence}")
    print(f"Read it: {os.path.relpath(done.folder / 'index.html')}")
