"""The command, and the options that several of its verbs have."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

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
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS|CLASS",
        envvar="WORKBENCH_SCHEDULER",
        help="Run on the workers of a Dask scheduler: its address, or a class of Dask cluster.",
    ),
]
Outputs = Annotated[
    str,
    typer.Option(
        "--outputs",
        metavar="URL",
        envvar="WORKBENCH_OUTPUTS",
        help="Put the whole review there as well, such as s3://bucket/reviews.",
    ),
]
Notify = Annotated[
    bool,
    typer.Option(
        "--notify", help="Tell the addresses of private/notify.yml, or WORKBENCH_NOTIFY, how it ended."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON event a line instead of a progress bar.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of", formats=["%Y-%m-%d"], help="As known then, in a folder of its own; the review stays."
    ),
]
