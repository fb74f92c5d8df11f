"""The verbs beside the review: what a city declares, its sources, logs, practice data and servers."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import City, app
from workbench.cli.told import tell_left_out
from workbench.errors import SourceError, UsageError, WorkbenchError


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
    edges: Annotated[
        bool, typer.Option("--edges", help="Every way from step to step with its times, not events.")
    ] = False,
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
        edges=edges,
        identifiable=identifiable,
    )
    what = f"{written.edges:,} edges of " if edges else ""
    print(f"Wrote {what}{written.events:,} events of {written.cases:,} cases: {to}")
    if written.about_people:
        print("The file says what happened to whom, with true counts: it is not for publication.")


@app.command(name="list")
def list_(city: City = Path(".")) -> None:
    """List the reviews, and each analysis with its departments and subjects."""
    from workbench.analyses import registered
    from workbench.catalog import load_reviewable

    catalog = load_reviewable(city)
    tell_left_out(catalog)
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
            for word, own in taken.refused.items():
                print(
                    f"  {word}: not used, {own['rejects']:,} of its {own['rows']:,} rows cannot be: {own['why']}"
                )
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
def notify(city: City = Path(".")) -> None:
    """Send a trial message to every address that is told of reviews made with --notify."""
    from workbench.cli.told import sayer
    from workbench.notify import addresses, send, trial

    sent = send(trial(city.resolve().name), addresses(city).all)
    for each in sent:
        sayer(False)(each)
    failed = [each.name for each in sent if not each.arrived]
    if failed:
        raise WorkbenchError(f"{len(failed)} of {len(sent)} addresses did not take the trial message.")


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
