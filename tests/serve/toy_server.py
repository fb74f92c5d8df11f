"""Starts the apps of a toy review: python toy_server.py FOLDER PORT [TOKEN]."""

import sys
from pathlib import Path

from nbformat import v4, write

from workbench.serve.home import Department, Entry, Home, Link
from workbench.serve.server import Server

HOSTILE = "</script><script>window.x=1</script>"
CELLS = [
    v4.new_markdown_cell("# Are some residents served worse?", id="question"),
    v4.new_code_cell("import toy_app\nfrom workbench import explore", id="imports"),
    v4.new_code_cell("page = toy_app.Page()\npage", id="view"),
    v4.new_code_cell("results = toy_app.results()", id="analyse"),
    v4.new_code_cell("1 / 0", id="chart", metadata={"tags": ["report"]}),
    v4.new_markdown_cell("## Method and limits\n\nShares of all requests.", id="method"),
    v4.new_code_cell(
        'explore.panel(page, results, draw={"Bars": toy_app.bars, "Few bars": toy_app.few})',
        id="explore",
        metadata={"tags": ["explore"]},
    ),
]
SLIDING = [
    *CELLS[:4],
    v4.new_code_cell(
        'explore.panel(page, results, draw={"What if": toy_app.what_if})',
        id="explore",
        metadata={"tags": ["explore"]},
    ),
]
LOOKING = [
    v4.new_code_cell(
        "import os, pathlib, sys\n"
        "seen = ['warm' if 'scipy' in sys.modules else 'plain', os.environ['QUERY_STRING']]\n"
        "' '.join([*seen, *os.environ.values(), pathlib.Path('/proc/self/environ').read_text()])",
        id="view",
    )
]
FAILING = [v4.new_code_cell('secret = "s3cret"\nraise ValueError(secret)', id="view")]


def home(folder: Path) -> Home:
    """Three apps: one that works, one with a slider, one that fails."""
    entries = []
    for handle, cells in (("toy", CELLS), ("sliding", SLIDING), ("failing", FAILING), ("looking", LOOKING)):
        path = folder / f"{handle}.ipynb"
        write(v4.new_notebook(cells=cells), path)
        link = Link(HOSTILE, "review=2025-Q4&department=works&subject=potholes")
        entries.append(Entry(handle, f"The {handle} app", path, (Department("Public Works", (link,)),)))
    return Home(
        "Practice City",
        "2025-Q4",
        "the last quarter of 2025",
        "2026-01-15",
        False,
        "",
        tuple(entries),
        "<!DOCTYPE html><title>Goals</title><h1>Goals of the plan</h1><script>window.x=1</script>",
    )


if __name__ == "__main__":
    place, port, *token = sys.argv[1:]
    Server.run(home(Path(place)), city=Path(place), ip="127.0.0.1", port=int(port), token="".join(token))
