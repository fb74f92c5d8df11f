"""Whether a review can be made again as it is: its files as they were written, its inputs, the same bytes once more."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from workbench import analyses as registry
from workbench.batch.compared import Difference, changed_since, compared, places
from workbench.batch.decision import Last
from workbench.batch.inputs import CHANGED, DAY, SNAPSHOT, Inputs, Named, differences
from workbench.batch.manifest import commit, read
from workbench.batch.plan import Run
from workbench.batch.progress import Progress
from workbench.catalog import Catalog, resolved
from workbench.errors import SourceError, UsageError
from workbench.review.making import CATALOG, made
from workbench.review.means import Means
from workbench.review.orders import Order, planned

VERIFIED = "to verify it"


@dataclass(frozen=True)
class Moved:
    """One input of runs that is not what it was.

    Parameters
    ----------
    words : str
        What it is, and of which day or version then and now, where that is known.
    runs : tuple of str
        Those that depend on it.
    """

    words: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verified:
    """What was found.

    Parameters
    ----------
    folder : Path
        The review's.
    made_on : str
        When it was made.
    files : int
        That it says it wrote.
    by_hand : tuple of Difference
        Files that were changed, removed or added since.
    moved : tuple of Moved
        Inputs that are not the same as then.
    differing : tuple of Difference
        Files that came out otherwise when it was made again.
    failed : tuple of str
        Runs that failed when it was made again.
    again : Path or None
        Where it was made again, where something differs; None otherwise.
    """

    folder: Path
    made_on: str
    files: int
    by_hand: tuple[Difference, ...] = ()
    moved: tuple[Moved, ...] = ()
    differing: tuple[Difference, ...] = ()
    failed: tuple[str, ...] = ()
    again: Path | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was changed by hand, and nothing came out otherwise."""
        return not (self.by_hand or self.differing or self.failed)


def verified(order: Order, jobs: int | None, progress: Progress, run: bool = True) -> Verified:
    """Hold a review against its record and, unless told otherwise, against itself made once more.

    Parameters
    ----------
    order : Order
        The review as it is declared now; which runs are made again, for which period and as-of day, its record says.
    jobs : int or None
    progress : Progress
    run : bool
        Whether to make it again, in a folder of its own that goes when all is the same.

    Raises
    ------
    UsageError
        When the review was never made.
    """
    last = Last(order.folders.final)
    if not last.manifest:
        raise UsageError(
            f"review {last.folder.name!r} has not been made yet; run: workbench review {order.name}"
        )
    recorded = _as_recorded(order, last)
    found = Verified(
        folder=last.folder,
        made_on=last.manifest["started"][:10],
        files=len(last.manifest["files"]),
        by_hand=tuple(changed_since(last.folder)),
        moved=tuple(moved(recorded, last)),
    )
    return _made_again(found, recorded, jobs, progress) if run and recorded.only else found


def moved(order: Order, last: Last) -> list[Moved]:
    """Inputs of the runs of a review that are not what they were when each was made.

    Parameters
    ----------
    order : Order
        The review as it is declared now.
    last : Last
        The review as it was made.
    """
    inputs = Inputs(order.catalog, order.name, registry.registered())
    runs = {run.name: run for run in planned(order)} if order.only else {}
    found: dict[str, list[str]] = {}
    for record in last.records.values():
        run = runs.get(record["name"])
        for words in _moved(run, record, inputs) if run else ["it is no longer in the review"]:
            found.setdefault(words, []).append(record["name"])
    then, now = last.manifest.get("commit"), commit(order.catalog.root)
    of_city = [Moved(f"commit of the city's folder: {then or 'none'} then, {now or 'none'} now")]
    declared = [Moved(words) for words in _declared(order.catalog, last)]
    of_runs = [Moved(words, tuple(names)) for words, names in found.items()]
    return of_runs + declared + (of_city if then != now else [])


def _as_recorded(order: Order, last: Last) -> Order:
    """The runs that a review holds, for the period and as of the day that it was made for, beside it."""
    made_for = {"period": last.manifest["period"], "as_of": last.manifest["as_of"]}
    declared = type(order.review).model_validate(order.review.model_dump() | made_for)
    catalog = order.catalog.model_copy(update={"reviews": {**order.catalog.reviews, order.name: declared}})
    known = {run.name for run in planned(replace(order, only=()))}
    only = tuple(record["name"] for record in last.records.values() if record["name"] in known)
    return replace(order, catalog=catalog, only=only, beside=f"verify-{last.folder.name}", asked=VERIFIED)


def _moved(run: Run, record: Named, inputs: Inputs) -> Iterator[str]:
    """Each input that is not the same in words, with its day or version then and now where these are known."""
    then, made_on = record.get("inputs"), record["started"][:10]
    if then is None:
        yield f"its inputs were not recorded when it was made on {made_on}"
        return
    try:
        now = inputs.of_run(run)
    except SourceError as error:
        yield str(error)
        return
    changed = differences(then, now)
    for words in changed:
        name = words.removesuffix(CHANGED)
        if name == words:  # it is new, or gone
            yield f"{words} since {made_on}"
        elif name.startswith(SNAPSHOT):
            source = name.removeprefix(SNAPSHOT)
            day = inputs.day(source) or "not read yet"
            yield f"{words}: of {record['taken'].get(source)} then, {day} now"
        elif name.startswith("version of "):
            yield f"{words}: {then[name]} then, {now[name]} now"
        elif not name.startswith(DAY) or f"{SNAPSHOT}{name.removeprefix(DAY)}{CHANGED}" not in changed:
            yield f"{words} since {made_on}"


def _declared(catalog: Catalog, last: Last) -> Iterator[str]:
    """What the parameter files say otherwise than then: pages follow from it where no run does."""
    then, now = read(last.folder / CATALOG), json.loads(json.dumps(resolved(catalog)))
    for words in places(then, now) if then else ():
        section, _, rest = words.partition(" ")[0].partition(".")
        place = catalog.declared_at.get(f"{section}/{rest.partition('.')[0]}", f"{section}.yml")
        yield f"declared: {words}{_written(catalog, place)}"


def _written(catalog: Catalog, place: str) -> str:
    """Where an entry stands, and since when that file is as it is; empty where no file of the name is."""
    path = catalog.parameters / place.partition(":")[0]
    if not path.is_file():
        return ""
    return f" ({place}, written on {date.fromtimestamp(path.stat().st_mtime)})"


def _made_again(found: Verified, order: Order, jobs: int | None, progress: Progress) -> Verified:
    again = made(order, Means(jobs), progress)
    differing = tuple(compared(found.folder, again.folder))
    failed = tuple(outcome.name for outcome in again.failed)
    if not differing and not failed:
        shutil.rmtree(again.folder)
    return replace(
        found, differing=differing, failed=failed, again=again.folder if differing or failed else None
    )
