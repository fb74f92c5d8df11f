"""All that the files of a run follow from, as hashes by name: the same inputs, the same bytes.

The names are words. Two sets of inputs therefore say what has changed, and nothing else decides whether a
run is made again.
"""

import hashlib
import inspect
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path

from workbench import cubes
from workbench.analyses import Analysis
from workbench.batch.manifest import hashed, versions
from workbench.batch.plan import Run
from workbench.batch.previous import previous_of, read_previous
from workbench.catalog.model import Catalog
from workbench.cubes import digest
from workbench.sources.snapshots import known

Named = Mapping[str, str]
# What a review runs, and the forms that its pages have: no run's own files follow from them.
MATRIX = {"departments", "analyses", "subjects", "outputs"}
OF_PREVIOUS = ("agenda.json", "catalog.json")
SNAPSHOT, DAY, CHANGED = "snapshot of ", "day of the snapshot of ", " changed"
WORKBENCH = Path(__file__).parents[1]
ORDER = "order of what is declared"


class Inputs:
    """What the runs of one review depend on; what several runs share is hashed once.

    Parameters
    ----------
    catalog : Catalog
        It must not change, nor must files of sources, as long as this object is asked.
    review : str
    analyses : dict of str to Analysis
    """

    def __init__(self, catalog: Catalog, review: str, analyses: Mapping[str, Analysis]):
        self.catalog, self.review, self.analyses = catalog, review, analyses
        self.declared = catalog.reviews[review]
        self._cubes = cubes.Inputs(catalog)
        self._source, self._analysis = cache(self._of_source), cache(self._of_analysis)

    def of_run(self, run: Run) -> dict[str, str]:
        """What a run depends on.

        Returns
        -------
        dict of str to str
            What it is, in words that can be followed by "changed": its hash, or a version or day.

        Raises
        ------
        SourceError
            When a file of a source is missing.
        """
        analysis = self.analyses[run.analysis]
        of_cube = self._cubes.of(analysis, run.department, run.subject, self.declared.as_of)
        parameters = {f"parameter {name}": digest(value) for name, value in run.parameters.items()}
        sources = [self._source(name) for name in analysis.sources(self.catalog, *run.key[::2])]
        return {
            **of_cube,
            **{name: value for each in sources for name, value in each.items()},
            **parameters,
            **self._analysis(analysis),
            **self._of_review,
            **environment(),
        }

    def of_pages(self) -> dict[str, str]:
        """What the pages over all runs depend on, beside the runs."""
        declared = self.catalog.model_dump_json(exclude={"root", "declared_at"})
        before = {name: read_previous(self.catalog, self.declared, name) for name in OF_PREVIOUS}
        return {
            "what the city declares": digest(declared),
            **{f"{name} of the review before": digest(made) for name, made in before.items()},
            **environment(),
        }

    def snapshot(self, source: str) -> str:
        """Hash of the snapshot that a source has, or will have.

        Raises
        ------
        SourceError
            When a file is missing.
        """
        return self._cubes.snapshot(source)

    def day(self, source: str) -> str:
        """The day of a source's snapshot; empty where the source has not been read as it is now.

        Raises
        ------
        SourceError
            When a file is missing.
        """
        return self._source(source)[f"{DAY}{source}"]

    def _of_source(self, source: str) -> dict[str, str]:
        read = known(self.catalog, source, self.snapshot(source))
        return {
            f"{DAY}{source}": read.taken if read else "",
            f"title of {source}": digest(self.catalog.sources[source].title),
        }

    def _of_analysis(self, analysis: Analysis) -> dict[str, str]:
        """Its notebook, and its own code where it is not the workbench's."""
        package = _package(analysis)
        own = {} if package == WORKBENCH else {f"package of {analysis.handle}": library(package)}
        return {"notebook": hashed(analysis.notebook.read_bytes())[:32], **own}

    @cached_property
    def _of_review(self) -> dict[str, str]:
        """The review's own settings, and what its runs may know of the review before."""
        settings = self.declared.model_dump(mode="json", exclude=MATRIX)
        return {
            "review's settings": digest(settings),
            "review before": digest(previous_of(self.catalog, self.declared)),
        }


def difference(then: Named, now: Named) -> str:
    """The first input that is not the same, in words; empty when all are."""
    return next(iter(differences(then, now)), "")


def differences(then: Named, now: Named) -> list[str]:
    """Every input that is not the same, in words, in the order of those of now."""
    changed = [f"{name}{CHANGED}" for name in now if name in then and then[name] != now[name]]
    found = [f"{name} is new" for name in now if name not in then]
    gone = [f"{name} is gone" for name in then if name not in now]
    if not (changed or found or gone) and list(then) != list(now):
        return [f"{ORDER} changed"]
    return changed + found + gone


def are_of_snapshots(changes: Iterable[str]) -> bool:
    """Whether differences are of snapshots alone: what a run reads of a source need not have changed with it."""
    return all(words.startswith((SNAPSHOT, DAY)) and words.endswith(CHANGED) for words in changes)


@cache
def environment() -> dict[str, str]:
    """The workbench's own code, and the version of everything beside it that can change a byte."""
    machine = {"kind of machine": f"{platform.system()} {platform.machine()}"}
    packages = {f"version of {name}": version for name, version in versions().items()}
    return {"library": library(WORKBENCH), **packages, **machine}


@cache
def library(package: Path) -> str:
    """Hash of every file of a package: a checkout that is worked on changes without a new version."""
    total = hashlib.sha256()
    files = [package] if package.is_file() else sorted(path for path in package.rglob("*") if _is_code(path))
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:32]


def _is_code(path: Path) -> bool:
    return path.suffix != ".pyc" and path.is_file()


def _package(analysis: Analysis) -> Path:
    """The package that an analysis comes in, the whole of it; the workbench's own are in one."""
    top = sys.modules[inspect.unwrap(analysis.analyse).__module__.partition(".")[0]]
    file = Path(inspect.getfile(top))
    return file.parent if file.name == "__init__.py" else file


def key(inputs: Named) -> str:
    """One hash over all inputs, their order included."""
    return hashlib.sha256(json.dumps(dict(inputs)).encode()).hexdigest()[:32]
