"""Files of a source: found by path or glob, hashed, and decoded to UTF-8 in a stream with limits."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo

from workbench.catalog.model import Catalog
from workbench.catalog.tables import Source
from workbench.errors import SourceError

CHUNK = 1 << 20
LONGEST_LINE = 1 << 20
LARGEST = 8 << 30
# Real exports compress 5 to 50 times; a stream beyond this is made to fill the disk.
RATIO = 200
RATIO_FROM = 64 << 20
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"

_WINDOWS = {b: bytes([b]).decode("cp1252", errors="ignore") or chr(b) for b in range(0x80, 0xA0)}
_C1 = re.compile("[\x80-\x9f]")


def files_of(catalog: Catalog, source_id: str) -> list[Path]:
    """The files that a location names, in order of their names.

    Raises
    ------
    SourceError
        When there is none; names in the same folder that look like it are given.
    """
    location = catalog.sources[source_id].location
    path = catalog.root / location
    if path.is_file():
        return [path]
    if any(character in location for character in "*?["):
        found = sorted(p for p in _matches(catalog.root, location) if p.is_file())
        if found:
            return found
    raise SourceError(f"source `{source_id}`: {_absent(path, location)}")


def _matches(root: Path, pattern: str) -> Iterator[Path]:
    if Path(pattern).is_absolute():
        root = Path(Path(pattern).anchor)
        pattern = str(Path(pattern).relative_to(root))
    return root.glob(pattern)


def _absent(path: Path, location: str) -> str:
    folder = path.parent
    if path.is_dir():
        return f"{location!r} is a folder; write the name of a file in it, or {location + '/*.csv'!r}."
    if not folder.is_dir():
        return f"there is no file {location!r}, and no folder {str(Path(location).parent)!r} either."
    names = sorted(p.name for p in folder.iterdir() if p.is_file())
    near = get_close_matches(path.name, names, n=3, cutoff=0.5) or names[:3]
    like = f"; in that folder there is {', '.join(map(repr, near))}" if near else "; that folder has no files"
    what = "no file matches" if any(c in location for c in "*?[") else "there is no file"
    return f"{what} {location!r}{like}."


def content_hash(paths: list[Path]) -> str:
    """SHA-256 over the bytes of files, in their order.

    Raises
    ------
    SourceError
        When one of them cannot be opened.
    """
    total = hashlib.sha256()
    for path in paths:
        try:
            with path.open("rb") as stream:
                total.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise SourceError(f"{path.name} cannot be opened ({error.strerror or error}).") from None
    return total.hexdigest()


def taken(paths: list[Path], time_zone: str) -> str:
    """ISO day, in the city's zone, on which the newest of the files was last changed."""
    newest = max(path.stat().st_mtime for path in paths)
    return datetime.fromtimestamp(newest, ZoneInfo(time_zone)).date().isoformat()


def text_of(path: Path, source: Source) -> Iterator[str]:
    """The text of a CSV file in pieces, decoded as declared.

    Raises
    ------
    SourceError
        When the bytes are not in the declared encoding (with the line, the byte and the encoding
        to write), hold NUL, or unpack to far more than a table would.
    """
    decoder = _Decoder(path, source.encoding)
    for chunk in bytes_of(path):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def bytes_of(path: Path) -> Iterator[bytes]:
    """The bytes of a file of text in pieces, unpacked where it is packed with gzip.

    Raises
    ------
    SourceError
        When it is a zip archive, is damaged, or unpacks to far more than a table would.
    """
    size, read = path.stat().st_size, 0
    with path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        _must_be_text(path, start)
        stream = gzip.GzipFile(fileobj=raw) if start.startswith(GZIP) else raw
        try:
            while chunk := stream.read(CHUNK):
                read += len(chunk)
                _must_be_sane(path, read, size)
                yield chunk
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"{path.name} is a damaged gzip file ({error}); fetch it again.") from None


def _must_be_text(path: Path, start: bytes) -> None:
    if start.startswith(ZIP):
        hint = "a workbook must be named .xlsx or .ods; unpack any other archive first"
        raise SourceError(f"{path.name} is a zip archive, not text: {hint}.")


def _must_be_sane(path: Path, read: int, size: int) -> None:
    if read > LARGEST:
        raise SourceError(f"{path.name} holds more than {LARGEST >> 30} GB of text; split it by year.")
    if read > RATIO_FROM and read > RATIO * size:
        raise SourceError(f"{path.name} unpacks to more than {RATIO} times its size, which no table does.")


class _Decoder:
    """Decodes chunks, counting lines so that a fault can be located."""

    def __init__(self, path: Path, encoding: str):
        self.path, self.encoding = path, encoding
        self.decoder: codecs.IncrementalDecoder | None = None
        self.as_utf8 = codecs.getincrementaldecoder("utf-8")()
        self.lines, self.length, self.beyond_ascii = 1, 0, False

    def decode(self, chunk: bytes, final: bool = False) -> str:
        if self.decoder is None:
            self._must_fit(chunk)
            self.decoder = codecs.getincrementaldecoder(_codec(self.encoding, chunk))()
        if self.encoding == "latin-1":
            self._must_not_be_utf8(chunk, final)
        try:
            text = self.decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            raise SourceError(self._not_decoded(error)) from None
        self._must_be_lines(text)
        if self.encoding == "latin-1" and _C1.search(text):
            text = text.translate(_WINDOWS)
        return text

    def _must_fit(self, chunk: bytes) -> None:
        looks_wide = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _is_wide(chunk)
        if looks_wide and self.encoding != "utf-16":
            raise SourceError(f"{self.path.name} is UTF-16, not {self.encoding}; write `encoding: utf-16`.")
        if self.encoding == "utf-16" and chunk and not looks_wide:
            raise SourceError(f"{self.path.name} is not UTF-16; write `encoding: utf-8` or `latin-1`.")

    def _must_not_be_utf8(self, chunk: bytes, final: bool) -> None:
        """Every file can be decoded as latin-1; one that is UTF-8 throughout would turn to mojibake."""
        if self.as_utf8 is None:
            return
        try:
            self.beyond_ascii |= not self.as_utf8.decode(chunk, final).isascii()
        except UnicodeDecodeError:
            self.as_utf8 = None
            return
        if final and self.beyond_ascii:
            raise SourceError(f"{self.path.name} is UTF-8, not latin-1; write `encoding: utf-8`.")

    def _must_be_lines(self, text: str) -> None:
        if "\0" in text:
            line = self.lines + text[: text.index("\0")].count("\n")
            raise SourceError(f"{self.path.name}, line {line}: holds a NUL character; the file is damaged.")
        self.lines += text.count("\n")
        last_end = max(text.rfind("\n"), text.rfind("\r"))
        self.length = len(text) - last_end - 1 + (self.length if last_end < 0 else 0)
        if self.length > LONGEST_LINE:
            limit = f"is longer than {LONGEST_LINE:,} characters"
            raise SourceError(f"{self.path.name}, line {self.lines}: {limit}; this is not a table.")
        self.beyond_ascii |= self.encoding == "utf-8" and not text.isascii()

    def _not_decoded(self, error: UnicodeDecodeError) -> str:
        good, byte = error.object[: error.start], error.object[error.start]
        line = self.lines + good.count(b"\n")
        what = f"{self.path.name}, line {line}: byte 0x{byte:02x} is not {self.encoding}"
        if self.encoding == "utf-16" or b"\0" in error.object:
            return f"{what}; the file is damaged, or is not text."
        if self.beyond_ascii or not good.decode("utf-8", "replace").isascii():
            return f"{what}, while lines before it are: the file mixes encodings; save it whole as UTF-8."
        return f"{what}; the file looks like latin-1 (Windows): write `encoding: latin-1`."


def _codec(encoding: str, chunk: bytes) -> str:
    """The codec of a declared encoding; UTF-16 without its mark is told by where its NULs stand."""
    if encoding == "utf-8":
        return "utf-8-sig"
    if encoding == "utf-16" and not chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-be" if chunk[0:1] == b"\0" else "utf-16-le"
    return encoding


def _is_wide(chunk: bytes) -> bool:
    """Whether every second byte of the start is NUL, as in UTF-16 without its mark."""
    start = chunk[:200]
    wide = max(start[0::2].count(0), start[1::2].count(0))
    return len(start) > 3 and wide > len(start) * 0.4
