"""What a kernel may see of the environment that it is started from: passwords live there."""

from collections.abc import Iterable, Mapping

# One kernel a core: threads of linear algebra beside it would only wait for each other, and a server
# that forks must have none. The order of sets is the same in every run.
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
}
MARK = "WORKBENCH_FORKED_BY"  # what was forked, and all that it starts, is found again by it
FOR_APPS = "WORKBENCH_FORKS_APPS"  # tells a fork server that its kernels draw in a browser
DRAWER = "WORKBENCH_DRAWER"  # address of the process that draws for a kernel
VARIABLES = "WORKBENCH_KERNEL_VARIABLES"  # names more that kernels may see
_PLACES = "PATH LD_LIBRARY_PATH HOME USER LOGNAME SHELL TMPDIR TEMP TMP SYSTEMROOT VIRTUAL_ENV CONDA_PREFIX"
_WORDS = "LANG LANGUAGE TZ"
_JUPYTER = "JUPYTER_PATH JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR IPYTHONDIR JPY_SESSION_NAME"
_PAGE = "SCRIPT_NAME PATH_INFO QUERY_STRING SERVER_SOFTWARE SERVER_PROTOCOL SERVER_PORT SERVER_NAME"
_VOILA = (
    "VOILA_APP_IP VOILA_APP_PORT VOILA_BASE_URL VOILA_KERNEL_ID VOILA_PREHEAT VOILA_REQUEST_URL "
    "VOILA_SERVER_URL VOILA_WS_BASE_URL VOILA_WS_PROTOCOL"
)
ALLOWED = frozenset(
    " ".join((_PLACES, _WORDS, _JUPYTER, _PAGE, _VOILA, "WORKBENCH_OUTPUT", DRAWER, MARK, *SETTINGS)).split()
)
FAMILIES = ("LC_", "PYTHON")


def allowed(environment: Mapping[str, str], more: Iterable[str] = ()) -> dict[str, str]:
    """The part of an environment that a kernel may see, with the settings that every kernel has.

    Parameters
    ----------
    environment : dict of str to str
    more : iterable of str
        Names of further variables that it may see.
    """
    names = ALLOWED | frozenset(more)
    kept = {
        name: value
        for name, value in environment.items()
        if name.upper() in names or name in names or name.upper().startswith(FAMILIES)
    }
    return {**kept, **SETTINGS}
