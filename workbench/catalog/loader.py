"""From the YAML files of a city to its typed catalog, or to every fault of every file."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from workbench.catalog import files, model
from workbench.catalog.left_out import NOUNS
from workbench.catalog.lookups import Found
from workbench.catalog.nodes import Document, Key, Where, read_document
from workbench.catalog.references import reference_faults
from workbench.catalog.reviewable import Told, concerns_one, resting_on, without
from workbench.catalog.words import did_you_mean, explain
from workbench.errors import CatalogError, Fault


def load(city: Path | str = ".") -> model.Catalog:
    """Read, check and cross-reference all that a city declares.

    Parameters
    ----------
    city : path
        The folder that holds ``parameters/``.

    Raises
    ------
    CatalogError
        With every fault of every file.
    """
    reading = _read(Path(city))
    _refuse(reading.told)
    return reading.catalog


def load_reviewable(city: Path | str = ".") -> model.Catalog:
    """What can be reviewed of all that a city declares: without subjects and actions that have a fault of their own.

    Parameters
    ----------
    city : path
        The folder that holds ``parameters/``.

    Returns
    -------
    Catalog
        ``left_out`` names what is not in it, with the faults of each. An action about such a measure, service or
        process is left out too; a measure that leads to one is not, and leads there no more.

    Raises
    ------
    CatalogError
        With every fault of every file, where one is of anything else: subjects rest on it.
    """
    reading = _read(Path(city))
    catalog, told = reading.catalog, reading.told
    while told:
        if not all(map(concerns_one, told)):
            _refuse([*reading.told, *told])
        catalog = without(catalog, told, reading.written)
        # Names of what is left out lead nowhere in a review's list of subjects: that stops nothing.
        rest = [found for found in reference_faults(catalog) if found[0][0] != "reviews"]
        told = reading.located(resting_on(catalog) or rest)
    return catalog


def check(city: Path | str = ".") -> tuple[Fault, ...]:
    """Every fault of every file of a city, in the order of files and lines; empty when all is well."""
    return tuple(sorted(fault for _, fault in _read(Path(city)).told))


def _refuse(told: list[Told]) -> None:
    faults = dict.fromkeys(fault for _, fault in told)
    if faults:
        raise CatalogError(f"{len(faults)} fault{'s' * (len(faults) != 1)} in the parameters:", tuple(faults))


def _read(root: Path) -> "_Reading":
    parameters = root / "parameters"
    found = list(files.parameter_files(parameters))
    reading = _Reading(root)
    reading.told += [((), fault) for fault in files.missing_files(parameters, found)]
    for file in found:
        reading.add(file)
    reading.told += reading.located(
        fault for fault in reference_faults(reading.catalog) if reading.trusts(fault)
    )
    return reading


# What is checked when a required file could not be read, so that the other files' faults still show.
_LEAST = {
    "city": model.City(name="unnamed", time_zone="UTC"),
    "departments": {},
    "dimensions": {},
    "sources": {},
}


def _located(places: dict[Key, Where], path: Key, what: str, instead: str) -> Fault:
    """A fault at the nearest place known for a path."""
    while path and path not in places:
        path = path[:-1]
    file, line, column = places.get(path, ("parameters", 0, 0))
    return Fault(file, line, column, what, instead)


class _Reading:
    """Entries as typed and as written, their places, and the faults with what each is of, file by file."""

    def __init__(self, root: Path):
        self.root = root
        self.entries: dict[str, object] = {}
        self.written: dict[Key, Any] = {}
        self.places: dict[Key, Where] = {}
        self.told: list[Told] = []
        self.unreadable: set[str] = set()

    @cached_property
    def catalog(self) -> model.Catalog:
        """The entries that could be read, when all files are added."""
        declared_at = {
            "/".join(path): "{}:{}:{}".format(*where)
            for path, where in self.places.items()
            if len(path) == 2 and path[0] in NOUNS
        }
        return model.Catalog(root=self.root.resolve(), declared_at=declared_at, **(_LEAST | self.entries))

    def located(self, found: Iterable[Found]) -> list[Told]:
        """Faults with the nearest place known for what each is of."""
        return [(path, _located(self.places, path, what, instead)) for path, what, instead in found]

    def trusts(self, fault: tuple[Key, str, str]) -> bool:
        """Whether a name leads nowhere by itself, not because its own entry has a fault."""
        return not any(repr(name) in fault[1] for name in self.unreadable)

    def add(self, file: files.ParameterFile) -> None:
        document = read_document(file.path, file.name)
        self._tell((), *document.faults)
        if self._is_mapping(document, file) and self._format_is_known(document, file):
            content = {key: value for key, value in document.value.items() if key != "format"}
            self._take(file, content, document)

    def _is_mapping(self, document: Document, file: files.ParameterFile) -> bool:
        if isinstance(document.value, dict):
            return True
        if document.faults:
            return False
        what = "the file holds no `key: value` lines."
        self._tell((), Fault(file.name, 1, 0, what, "Begin with `format: 1`."))
        return False

    def _format_is_known(self, document: Document, file: files.ParameterFile) -> bool:
        got = document.value.get("format")
        if got == files.FORMAT:
            return True
        where = document.places.get(("format",), (file.name, 1, 0))
        what = "`format` is missing." if got is None else f"`format` is {got!r}."
        self._tell((), Fault(*where, what, f"Write `format: {files.FORMAT}` in the first line."))
        return False

    def _take(self, file: files.ParameterFile, content: dict, document: Document) -> None:
        if file.stem == "city":
            self._take_one(("city",), model.City, content, document, ())
        elif file.stem == "reviews":
            self._take_one(("reviews", file.path.stem), model.Review, content, document, ())
        elif file.stem in files.SECTIONS:
            self._take_sections(files.SECTIONS[file.stem], content, document)

    def _take_sections(self, sections: dict, content: dict, document: Document) -> None:
        for section, entries in content.items():
            if section not in sections:
                known = did_you_mean(section, sections)
                what = f"the key {section!r} is not known."
                self._tell((), Fault(*document.places[(section,)], what, known))
            elif not isinstance(entries, dict | None):
                instead = "Write an id and a colon, then its lines indented."
                what = f"{section!r} is not a mapping."
                self._tell((), Fault(*document.places[(section,)], what, instead))
            else:
                for name, values in (entries or {}).items():
                    self._take_one((section, name), sections[section], values, document, (section, name))

    def _take_one(self, path: Key, kind: type[model.Entry], values, document: Document, within: Key) -> None:
        if path in self.places:
            first = "{}:{}".format(*self.places[path][:2])
            what = f"{path[-1]!r} was already given in {first}."
            self._tell(path, Fault(*document.places[within], what, "Rename or remove one."))
            return
        if not kind.is_key(path[-1]):
            where = document.places[within] if within else (document.places[()][0], 0, 0)
            what = f"{path[-1]!r} is not {kind.key_noun}."
            self._tell(path, Fault(*where, what, f"Write {kind.key_words}."))
            self.unreadable.add(path[-1])
            return
        for place, where in document.places.items():
            if place[: len(within)] == within:
                self.places[(*path, *place[len(within) :])] = where
        self.written[path] = values
        try:
            self._keep(path, kind.model_validate(_filled(values)))
        except ValidationError as error:
            self.unreadable.add(path[-1])
            self._tell(path, *(self._fault(path, kind, one) for one in error.errors()))

    def _tell(self, path: Key, *faults: Fault) -> None:
        self.told += [(path, fault) for fault in faults]

    def _keep(self, path: Key, entry: model.Entry) -> None:
        if len(path) == 1:
            self.entries[path[0]] = entry
        else:
            self.entries.setdefault(path[0], {})[path[1]] = entry

    def _fault(self, path: Key, kind: type[model.Entry], error: dict) -> Fault:
        place = (*path, *error["loc"])
        what, instead = explain({**error, "loc": place}, _keys_at(kind, error["loc"][:-1]))
        return _located(self.places, place, what, instead)


def _filled(values):
    """Values without the keys that were left empty: empty means missing."""
    if isinstance(values, dict):
        return {key: _filled(value) for key, value in values.items() if value is not None}
    if isinstance(values, list):
        return ["" if value is None else _filled(value) for value in values]
    return {} if values is None else values


def _keys_at(kind: type[BaseModel], path: tuple) -> list[str]:
    """The keys that are known at a path below an entry."""
    for step in path:
        field = kind.model_fields.get(step) if isinstance(step, str) else None
        inner = _entry_in(field.annotation) if field else None
        kind = inner or kind
    return list(kind.model_fields)


def _entry_in(annotation) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = [_entry_in(argument) for argument in getattr(annotation, "__args__", ())]
    return next((found for found in inner if found), None)
