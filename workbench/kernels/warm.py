"""What is imported before the fork, so that no kernel and no worker imports it again.

Nothing here may start a thread: a process forked from one with threads can stop for ever at a lock
that a thread held. So no database is connected to and no chart is drawn.
"""

import builtins
import gc
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

from workbench.lean import import_jsonschema

# Rooms and modules of which a kernel and a worker need nothing; Dask alone takes as long as pandas.
LEFT_OUT = {
    "__main__",
    "cli",
    "serve",
    "publish",
    "practice",
    "review",
    "notify",
    "kernels",
    "dask",
    "guest",
}
# What the workbench or a library of its imports only when it is first used: seen in finished kernels.
LATE = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics.basic",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ibis.backends.duckdb",
    "ibis.backends.duckdb.converter",
    "ibis.expr.types.groupby",
    "ibis.formats.pandas",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "ipywidgets",
    "narwhals._pandas_like.dataframe",
    "narwhals._pandas_like.namespace",
    "narwhals._interchange.dataframe",
    "narwhals.stable.v1._namespace",
    "numpy.random",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.string",
    "papermill",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "scipy.optimize",
    "scipy.sparse.linalg",
    "tornado.platform.asyncio",
    "vl_convert",
)


# What draws charts in a browser, as one text.
DRAWING = """
import sys
import altair
altair.JupyterChart.enable_offline()
sys.stdout.reconfigure(encoding="utf-8")
sys.stdout.write(altair.JupyterChart._esm)
"""


def import_all(for_apps: bool = False) -> None:
    """Import it, and keep the memory of it shared with every process that is forked.

    A library that is not installed is not needed.

    Parameters
    ----------
    for_apps : bool
        Whether charts will be drawn in a browser: what draws them there is brought along too.
    """
    import_jsonschema()
    gc.disable()
    with _as_in_a_kernel():
        for name in (*_of_the_workbench(), *LATE):
            with suppress(ModuleNotFoundError):
                _import(name)
        _registered()
    if for_apps:
        _bring_drawing()
    gc.collect()
    # Whoever looks for what can be freed writes to all that it looks at, and so unshares it.
    gc.freeze()


def after_fork() -> None:
    """Make different again what must not be the same in two processes."""
    gc.enable()
    sys.modules["numpy"].random.seed()


def threads() -> int:
    """How many threads this process has."""
    return len(os.listdir("/proc/self/task"))


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """pandas asks when it is imported whether frames are shown in a notebook, and else cuts them to a terminal."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)
    try:
        yield
    finally:
        del builtins.get_ipython


def _of_the_workbench() -> list[str]:
    """Its modules by their files: to look through a package by other means is to import it."""
    top = Path(__file__).parents[1]
    names = [path.relative_to(top.parent).with_suffix("").parts for path in sorted(top.rglob("*.py"))]
    return [".".join(name).removesuffix(".__init__") for name in names if not LEFT_OUT & set(name)]


def _bring_drawing() -> None:
    """Made by another process, because to make it takes threads; a kernel would take a second for it."""
    made = subprocess.run([sys.executable, "-P", "-c", DRAWING], stdout=subprocess.PIPE, check=False)
    if made.returncode == 0:
        chart = importlib.import_module("altair").JupyterChart
        chart._esm, chart._is_offline = made.stdout.decode("utf-8"), True


def _import(name: str) -> None:
    """Import a module; what its package offers under the same name stays what the name says."""
    package, _, last = name.rpartition(".")
    offered = vars(sys.modules[package]).get(last) if package in sys.modules else None
    importlib.import_module(name)
    if offered is not None:
        setattr(sys.modules[package], last, offered)


def _registered() -> None:
    """The analyses of other packages; one that cannot be imported is told of where it is used."""
    from workbench.analyses import registered

    with suppress(Exception):
        registered()
