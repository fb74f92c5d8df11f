"""The apps for managers and the Lab for analysts, configured.

``workbench serve`` is Voila with three notebooks, a home page of our own, and nothing else
to reach: no tree, no files, no contents, no code. It listens on this machine only unless
it is told otherwise, and then asks for a token that is kept in a file of its owner alone.
"""

import sys
from pathlib import Path

from workbench.errors import UsageError
from workbench.lean import import_jsonschema

HERE = "127.0.0.1"
PORT = 8866


def serve(
    city: Path, *, review: str = "", ip: str = HERE, port: int = PORT, token_file: Path | None = None
) -> None:
    """Serve the apps of a city until stopped.

    Parameters
    ----------
    city : Path
        The city's folder.
    review : str
        The review to open with; empty: the latest that has been run.
    ip : str
        Address to listen on. Beyond this machine a token is asked for.
    port : int
        The next free one is taken when it is in use.
    token_file : Path or None
        Where the token is kept; made with a new token, readable by its owner only, when it
        is missing. None: no token on this machine, ``private/app-token`` beyond it.

    Raises
    ------
    UsageError
        When the review is not declared or has not been run, or the token file can be read by others.
    """
    import_jsonschema()
    from workbench.catalog import load_reviewable
    from workbench.serve.home import home_of
    from workbench.serve.server import Server
    from workbench.serve.token import is_beyond_this_machine, token_of

    catalog = load_reviewable(city)
    home = home_of(catalog, review)
    if token_file is None and is_beyond_this_machine(ip):
        token_file = catalog.private / "app-token"
    token = token_of(token_file) if token_file else ""
    Server.run(home, city=Path(city).resolve(), ip=ip, port=port, token=token)


def lab(folder: Path) -> int:
    """Open JupyterLab on a folder of notebooks; its exit code.

    Its kernels see, beside what every kernel may see, the passwords of the city's sources: an analyst computes
    from them.

    Raises
    ------
    UsageError
        When there is no such folder.
    """
    import os
    import subprocess

    from workbench.kernels.environment import VARIABLES
    from workbench.serve.passwords import variables_of_sources

    if not folder.is_dir():
        raise UsageError(f"there is no folder {str(folder)!r}; write the folder that holds the notebooks.")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    named = " ".join(variables_of_sources(folder))
    environment = {VARIABLES: named, **os.environ}
    return subprocess.run(command, check=False, env=environment).returncode
