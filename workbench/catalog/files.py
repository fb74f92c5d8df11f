"""Which files a city's ``parameters/`` may hold, and what each says."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.catalog import model
from workbench.catalog.words import did_you_mean
from workbench.errors import Fault

FORMAT = "1"
SECTIONS: dict[str, dict[str, type[model.Entry]]] = {
    "departments": {"departments": model.Department},
    "holidays": {"holidays": model.Holiday},
    "dimensions": {
        "dimensions": model.Dimension,
        "places": model.PlaceLevel,
        "populations": model.Population,
    },
    "goals": {"goals": model.Goal},
    "initiatives": {"initiatives": model.Initiative},
    "sources": {"sources": model.Source},
    "measures": {"measures": model.Measure},
    "services": {"services": model.Service},
    "processes": {"processes": model.Process},
    "actions": {"actions": model.Action},
}
REQUIRED = ("city", "departments", "dimensions", "sources")
STEMS = ("city", "reviews", *SECTIONS)


@dataclass(frozen=True)
class ParameterFile:
    """One file: the stem that says what it holds, its path, and its name for people."""

    stem: str
    path: Path
    name: str


def parameter_files(parameters: Path) -> Iterator[ParameterFile]:
    """Every YAML file below ``parameters/``, in the order of their names."""
    for path in sorted(parameters.rglob("*")):
        if path.suffix in (".yml", ".yaml") and path.is_file():
            relative = path.relative_to(parameters)
            stem = relative.parts[0] if len(relative.parts) > 1 else relative.stem
            yield ParameterFile(stem, path, f"{parameters.name}/{relative.as_posix()}")


def missing_files(parameters: Path, files: list[ParameterFile]) -> list[Fault]:
    """A fault for each file that every city needs and this one lacks, and for each unknown one."""
    if not parameters.is_dir():
        return [Fault(str(parameters), 0, 0, "the folder is missing.", "Give the city's folder with --city.")]
    stems = {file.stem for file in files}
    faults = [
        Fault(f"{parameters.name}/{stem}.yml", 0, 0, "the file is missing.", f"Every city needs {stem}.yml.")
        for stem in REQUIRED
        if stem not in stems
    ]
    for file in files:
        if file.stem not in STEMS:
            faults.append(
                Fault(file.name, 0, 0, f"no file is called {file.stem!r}.", did_you_mean(file.stem, STEMS))
            )
    return faults
