"""XML as a stream of elements: never in memory as a whole, nothing fetched, no entities of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from workbench.errors import Fault, SourceError
from workbench.sources.files import bytes_of

LONGEST = 16 << 20  # bytes of one element's tag or one text

Started = Callable[[str, dict[str, str]], None]


class Markup:
    """One XML file, read once from its beginning to its end.

    Parameters
    ----------
    path : Path
        Also packed with gzip.
    root : str
        Name of the outermost element.
    """

    def __init__(self, path: Path, root: str):
        self.path, self.root = path, root
        self._is_begun = False
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_definitions

    @property
    def line(self) -> int:
        """The line that is being read."""
        return self._parser.CurrentLineNumber

    def fault(self, what: str, instead: str, line: int | None = None) -> SourceError:
        """An error at a line, the one being read if not given."""
        at = self.line if line is None else line
        return SourceError(faults=(Fault(self.path.name, at, 0, what, instead),))

    def read(self, started: Started, ended: Callable[[str], None], said: Callable[[str], None] | None = None):
        """Call ``started(name, attributes)`` and ``ended(name)`` for each element, ``said(text)`` for text.

        Raises
        ------
        SourceError
            With the line: when the file is no XML, ends half way, has another root, or defines a
            document type, with which entities could be made that grow without limit or name other files.
        """
        self._listen(started, ended, said)
        fed = 0
        for chunk in bytes_of(self.path):
            self._parse(chunk, False)
            fed += len(chunk)
            if fed - max(self._parser.CurrentByteIndex, 0) > LONGEST:
                what = f"a tag or text is longer than {LONGEST >> 20} MB."
                raise self.fault(what, "This is not a log; export it again.")
        self._parse(b"", True)

    def _listen(self, started: Started, ended, said) -> None:
        def outermost(name: str, attributes: dict[str, str]) -> None:
            if name != self.root:
                instead = "Name a file that holds an event log."
                raise self.fault(f"its root is <{name}>, not <{self.root}>.", instead)
            self._is_begun = True
            self._parser.StartElementHandler = started
            started(name, attributes)

        self._parser.StartElementHandler, self._parser.EndElementHandler = outermost, ended
        if said:
            self._parser.CharacterDataHandler = said

    def _parse(self, chunk: bytes, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            raise self._broken(error, final) from None

    def _broken(self, error: expat.ExpatError, final: bool) -> SourceError:
        if final and self._is_begun:
            what = f"the file ends before </{self.root}>."
            return self.fault(what, "It is cut off: fetch or export it again.", error.lineno)
        said = expat.ErrorString(error.code)
        instead = "Export it again as XML in UTF-8."
        return self.fault(f"is not XML ({said}, column {error.offset + 1}).", instead, error.lineno)

    def _refuse_definitions(self, name: str, *_) -> None:
        what = f"defines a document type (<!DOCTYPE {name}>), which an event log has not."
        raise self.fault(
            what, "Remove the <!DOCTYPE ...> and all entities it declares, or export the log again."
        )
