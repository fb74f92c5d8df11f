"""The verbs of the review: make it, try a part of it, verify it, and list what was run."""

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import AsOf, City, Jobs, Json, Notify, Only, Outputs, Scheduler, app
from workbench.cli.told import make, pairs, sayer, tell_foreseen, tell_left_out, tell_runs, tell_verified


@app.command()
def review(
    name: str,
    city: City = Path("."),
    only: Only = (),
    as_of: AsOf = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make all of it, whatever has changed.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would run, why and how long; run nothing.")
    ] = False,
    as_json: Json = False,
    jobs: Jobs = None,
    scheduler: Scheduler = "",
    outputs: Outputs = "",
    notify: Notify = False,
) -> None:
    """Run what has changed of a review: every analysis of every department, then the pages."""
    from workbench.notify import addresses, telling
    from workbench.review import again, foreseen, ordered

    to = addresses(city) if notify else None
    with telling(city, name, None if dry_run else to, sayer(as_json)) as ending:
        order = again(city, name, as_of.date(), only, fresh) if as_of else ordered(city, name, only, fresh)
        ending.order = order
        tell_left_out(order.catalog, as_json)
        if dry_run:
            tell_foreseen(foreseen(order, jobs), as_json)
        else:
            make(order, _means(order, jobs, scheduler, outputs), as_json, ending)


@app.command()
def run(
    analysis: str,
    subject: str,
    parameter: Annotated[list[str], typer.Option("-p", metavar="NAME=VALUE", help="A parameter.")] = (),
    department: Annotated[str, typer.Option(help="Needed where several departments have the subject.")] = "",
    review: Annotated[
        str, typer.Option(help="The review whose period is meant; the latest if not given.")
    ] = "",
    city: City = Path("."),
    as_json: Json = False,
) -> None:
    """Run one analysis of one subject with parameters of your own; the review stays as it is."""
    from workbench.review import Means, trial

    order = trial(city, analysis, subject, pairs(parameter), department, review)
    tell_left_out(order.catalog, as_json)
    make(order, Means(1), as_json)


@app.command()
def verify(
    name: Annotated[str, typer.Argument(metavar="REVIEW", help="A review that was made.")],
    as_of: AsOf = None,
    files: Annotated[
        bool, typer.Option("--files", help="Only hold its files and inputs against its record; run nothing.")
    ] = False,
    city: City = Path("."),
    as_json: Json = False,
    jobs: Jobs = None,
) -> None:
    """Make a review again beside itself, and tell what differs, what was changed by hand, and which inputs moved."""
    from workbench.batch.progress import chosen
    from workbench.review import again, ordered, verified

    order = again(city, name, as_of.date()) if as_of else ordered(city, name)
    progress = chosen(as_json)
    try:
        found = verified(order, jobs, progress, run=not files)
    finally:
        progress.close()
    tell_verified(found, as_json, again=not files)


@app.command()
def runs(
    name: Annotated[
        str, typer.Argument(metavar="REVIEW", help="Each run of this one; all if not given.")
    ] = "",
    city: City = Path("."),
    as_json: Json = False,
) -> None:
    """List what was run when, on data of which days, how long and with what outcome; the newest first."""
    from workbench.batch.history import history, runs_of_review
    from workbench.catalog import load_reviewable
    from workbench.review import ordered

    if name:
        tell_runs(runs_of_review(ordered(city, name).folders.final), as_json)
    else:
        tell_runs([each.facts for each in history(load_reviewable(city))], as_json)


def _means(order, jobs: int | None, scheduler: str, outputs: str):
    """By what means; what is wrong with them is said before anything is done."""
    from workbench.publish.elsewhere import Elsewhere
    from workbench.review import Means

    means = Means(jobs, scheduler, Elsewhere(outputs, order.catalog.root) if outputs else None)
    means.workers(order)
    return means
