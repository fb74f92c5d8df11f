"""Which variables of the environment an analyst's kernels need: those that name passwords of sources."""

import re
from pathlib import Path

from workbench.catalog import load_reviewable
from workbench.errors import WorkbenchError

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def variables_of_sources(folder: Path) -> list[str]:
    """The variables that locations of sources name, of the city that a folder is in; none where it cannot be read.

    Parameters
    ----------
    folder : Path
        The city's folder, or one inside it.
    """
    above = (folder.resolve(), *folder.resolve().parents)
    city = next((each for each in above if (each / "parameters").is_dir()), None)
    if city is None:
        return []
    try:
        sources = load_reviewable(city).sources.values()
    except WorkbenchError:
        return []
    return sorted({name for source in sources for name in _VARIABLE.findall(source.location)})
