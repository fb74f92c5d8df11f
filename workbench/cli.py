"""The commands: parsing and printing only. Every verb is a function of another room."""

import os
import signal
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer

from workbench.errors import INTERRUPTED, LeftOutError, RunError, SourceError, UsageError, WorkbenchError

DOUBTS = 20  # as many are told in a terminal

app = typer.Typer(
    help="City Performance Workbench: the quarterly review of a city's performance office.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

City = Annotated[
    Path, typer.Option("--city", metavar="DIR", help="The city's folder, which holds parameters/.")
]
Only = Annotated[
    list[str], typer.Option("--only", metavar="DEPARTMENT[/ANALYSIS[/SUBJECT]]", help="Run only these.")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Notebooks at once; one for each core if not given.")
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON event a line instead of a progress bar.")]


@app.command()
def check(city: City = Path(".")) -> None:
    """Report every fault of every file of parameters/, and of the boundary files that are there."""
    from workbench.analyses import registered
    from workbench.batch.parameters import check_notebook
    from workbench.catalog import load
    from workbench.sources.boundaries import check_boundaries

    catalog = load(city)
    for analysis in registered().values():
        check_notebook(analysis)
    for mended in check_boundaries(catalog):
        print(mended)
    counts = (f"{len(catalog.measures)} measures", f"{len(catalog.services)} services")
    print(
        f"No faults: {', '.join(counts)}, {len(catalog.processes)} processes, {len(catalog.sources)} sources."
    )


@app.command()
def review(
    name: str,
    city: City = Path("."),
    only: Only = (),
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", formats=["%Y-%m-%d"], help="As known then, in a folder of its own; the review stays."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would run; run nothing.")] = False,
    as_json: Json = False,
    jobs: Jobs = None,
) -> None:
    """Run a review: every analysis of every department, then the pages."""
    from workbench.review import again, ordered, planned

    order = again(city, name, as_of.date(), only) if as_of else ordered(city, name, only)
    _tell_left_out(order.catalog, as_json)
    if dry_run:
        _print_plan(planned(order), as_json)
    else:
        _make(order, jobs, as_json)


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
    from workbench.review import trial

    order = trial(city, analysis, subject, _pairs(parameter), department, review)
    _tell_left_out(order.catalog, as_json)
    _make(order, 1, as_json)


@app.command()
def log(
    subject: str,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="A .csv, .parquet, .xes or .xes.gz.")],
    review: Annotated[str, typer.Option(help="As known then; as in the latest review if not given.")] = "",
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="As known at the end of this day."),
    ] = None,
    period: Annotated[str, typer.Option(help="Only cases submitted in it, such as 2025-Q4.")] = "",
    activity: Annotated[list[str], typer.Option("--activity", help="Only these; may be given again.")] = (),
    group: Annotated[str, typer.Option(metavar="DIMENSION/GROUP", help="Only cases of it.")] = "",
    identifiable: Annotated[
        bool, typer.Option("--identifiable", help="Write what happened to whom outside private/.")
    ] = False,
    city: City = Path("."),
) -> None:
    """Write the log of a process to a file for other tools: true rows, kept private."""
    from workbench.export import export_log

    written = export_log(
        city,
        subject,
        to,
        review=review,
        as_of=as_of.date() if as_of else None,
        period=period,
        activities=activity,
        group=group,
        identifiable=identifiable,
    )
    print(f"Wrote {written.events:,} events of {written.cases:,} cases: {to}")
    if written.about_people:
        print("The file says what happened to whom, with true counts: it is not for publication.")


@app.command(name="list")
def list_(city: City = Path(".")) -> None:
    """List the reviews, and each analysis with its departments and subjects."""
    from workbench.analyses import registered
    from workbench.catalog import load_reviewable

    catalog = load_reviewable(city)
    _tell_left_out(catalog)
    for name, each in catalog.reviews.items():
        print(f"review {name}: {each.period}, as of {each.as_of}")
    for handle, analysis in registered().items():
        print(f"{handle}: {analysis.title}")
        for department in catalog.departments:
            subjects = analysis.subjects(catalog, department)
            if subjects:
                print(f"  {department}: {', '.join(subjects)}")


@app.command()
def snapshot(
    source: Annotated[str, typer.Argument(help="A source; all if not given.")] = "", city: City = Path(".")
):
    """Read sources as found into typed, dated, hashed snapshots."""
    from workbench.catalog import load_reviewable
    from workbench.catalog.words import did_you_mean
    from workbench.sources import snapshot as take

    catalog = load_reviewable(city)
    if source and source not in catalog.sources:
        raise UsageError(f"there is no source {source!r}. {did_you_mean(source, catalog.sources)}")
    refused = []
    for name in [source] if source else catalog.sources:
        try:
            taken = take(catalog, name)
        except SourceError as error:
            refused.append(str(error))
        else:
            print(f"{name}: {taken.rows:,} rows, {taken.rejects:,} could not be read")
    if refused:
        raise SourceError("\n".join(refused))


@app.command()
def holidays(
    country: Annotated[str, typer.Option(help="ISO code of the country, such as US.")],
    years: Annotated[str, typer.Option(help="2026 or 2023-2027.")],
    subdivision: Annotated[str, typer.Option(help="ISO code of the state, such as MN.")] = "",
    write: Annotated[bool, typer.Option("--write", help="Add the days; otherwise only show them.")] = False,
    city: City = Path("."),
) -> None:
    """Compare parameters/holidays.yml with public holidays; --write adds years that it has no day of."""
    from workbench import holiday_file

    comparison = holiday_file.compared(city, country, subdivision, years)
    print(comparison)
    if write:
        print(holiday_file.write(comparison))


@app.command()
def practice(
    check: Annotated[
        str, typer.Option("--check", metavar="REVIEW", help="Compare this review with what is planted.")
    ] = "",
    city: City = Path("."),
) -> None:
    """Make the practice city's sources, or check what a review of it has found."""
    from workbench.batch.folders import ReviewFolder
    from workbench.catalog import load
    from workbench.practice import belongs, generate
    from workbench.practice import check as checked

    catalog = load(city)
    if not belongs(catalog):
        raise UsageError(f"{catalog.city.name} is not the practice city: its sources are its own.")
    print(checked(ReviewFolder(catalog.outputs, check).final) if check else generate(catalog.root))


@app.command()
def serve(
    city: City = Path("."),
    review: Annotated[
        str, typer.Option(help="The review to open with; the latest that was run if not given.")
    ] = "",
    ip: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine a token is asked for.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The next free one is taken when it is in use.")] = 8866,
    token_file: Annotated[
        Path | None, typer.Option(help="Where the token is kept; made when missing.")
    ] = None,
) -> None:
    """Serve the apps for managers: a home page, and each analysis with its controls."""
    from workbench.serve import serve as start

    start(city, review=review, ip=ip, port=port, token_file=token_file)


@app.command()
def lab(city: City = Path(".")) -> None:
    """Open JupyterLab on the notebooks."""
    from workbench.serve import lab as start

    raise typer.Exit(start(city / "notebooks"))


def main() -> None:
    """Run the command; errors are one message on the error stream and an exit code, never a traceback."""
    sys.excepthook = unexpected
    stop = _Stop()
    # A scheduler that ends a review is obeyed like Ctrl-C: nothing half-written, nothing left running.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        typer.main.get_command(app)(prog_name="workbench")
    except WorkbenchError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    finally:
        # Python remembers an interruption of code that is made from text, as dataclasses are, and would end
        # by the signal instead of exit code 130; the next such code makes it forget.
        exec("")
        if stop.asked:
            sys.exit(INTERRUPTED)


class _Stop:
    """Interrupts, and remembers it: a library that is at work may turn the interruption into an error."""

    asked = False

    def __call__(self, *_) -> None:
        self.asked = True
        raise KeyboardInterrupt


def unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that the workbench itself is at fault, and keep the traceback in a private file."""
    with tempfile.NamedTemporaryFile("w", prefix="workbench-", suffix=".log", delete=False) as log:
        traceback.print_exception(kind, error, trace, file=log)
    print(f"Something went wrong inside the workbench ({kind.__name__}).", file=sys.stderr)
    print(
        f"The details are in {log.name}; they may show data, so read them before you pass them on.",
        file=sys.stderr,
    )


def _make(order, jobs: int | None, as_json: bool) -> None:
    from workbench.batch.progress import chosen
    from workbench.review import entries_to_look_at, failures_in_words, made

    progress = chosen(as_json)
    try:
        done = made(order, jobs, progress)
    except KeyboardInterrupt:
        print("Stopped: nothing was published, the last review stays as it was.", file=sys.stderr)
        raise
    finally:
        progress.close()
    if as_json:
        progress.write("made", folder=str(done.folder), runs=len(done.outcomes), failures=len(done.failed))
    else:
        _print_made(done)
        _tell_doubts(entries_to_look_at(order.catalog, done.agenda))
    lacking = _left_out_in_words(order.catalog)
    if done.failed:
        failed = f"{len(done.failed)} of {len(done.outcomes)} runs failed:\n{failures_in_words(done.failed)}"
        raise RunError("\n".join(filter(None, [failed, lacking])))
    if lacking:
        raise LeftOutError(lacking)


def _tell_left_out(catalog, as_json: bool = False) -> None:
    """Say on the error stream what is left out before anything else is done; as events where these are asked for."""
    from workbench.batch.progress import Events

    if as_json:
        for each in catalog.left_out:
            Events().write("left out", item=f"{each.section}/{each.name}", faults=list(map(str, each.faults)))
    elif catalog.left_out:
        print(_left_out_in_words(catalog), file=sys.stderr)


def _left_out_in_words(catalog) -> str:
    from workbench.catalog.left_out import in_words

    return f"Left out because of a fault:\n{in_words(catalog.left_out)}" if catalog.left_out else ""


def _tell_doubts(lines: list[str]) -> None:
    """Say of which measures the data or the entry should be looked at: the first few, each with its line."""
    if lines:
        rest = [f"  and {len(lines) - DOUBTS:,} more, on the pages"] if len(lines) > DOUBTS else []
        told = [*(f"  {line}" for line in lines[:DOUBTS]), *rest]
        print("\n".join(["Look at these entries and their data:", *told]), file=sys.stderr)


def _print_made(done) -> None:
    from workbench.review import first_findings

    print(f"Made {len(done.outcomes) - len(done.failed)} of {len(done.outcomes)} reports.")
    for number, sentence in enumerate(first_findings(done.agenda), 1):
        print(f"{number}. {sentence}")
    print(f"Read it: {os.path.relpath(done.folder / 'index.html')}")


def _print_plan(runs, as_json: bool) -> None:
    import json

    for each in runs:
        print(json.dumps({"event": "planned", "item": each.name}) if as_json else each.name)
    if not as_json:
        print(f"{len(runs)} runs would be made.")


def _pairs(given: list[str]) -> dict[str, str]:
    """``name=value`` texts, the value kept exactly."""
    pairs = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            wrong = "is given twice" if equals else "has no value"
            raise UsageError(f"-p {text!r} {wrong}; write each parameter once, as NAME=VALUE.")
        pairs[name] = value
    return pairs
