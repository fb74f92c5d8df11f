"""A whole review beside ``outputs/``: in an object store or on another machine, wherever fsspec can write.

There a folder cannot be renamed at once. So each review is written under a name of its own, taken from what it says
of itself, and only then does ``current.json`` name it: whoever begins there never reads a half. The one before
stays for those who read it now; the one before that goes.
"""

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from workbench.batch.manifest import REVIEW
from workbench.errors import PublishError, UsageError, refusal

POINTER, HOME = "current.json", "index.html"
WAY = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Review</title>'
    '<meta http-equiv="refresh" content="0; url={0}/index.html"><p><a href="{0}/index.html">Review</a></p></html>\n'
)


class Elsewhere:
    """A place for whole reviews.

    Parameters
    ----------
    url : str
        As fsspec knows it: ``s3://bucket/reviews``, ``abfs://...``, ``gs://...``, ``sftp://...``, or a path.
    city : Path
        The city's folder, inside which it must not lie.

    Raises
    ------
    UsageError
        When it is not a place that can be written from here, or has a password in it.
    """

    def __init__(self, url: str, city: Path):
        import fsspec

        if urlsplit(url).password:
            raise UsageError(
                "--outputs has a password in it, which everybody on this machine can read; put it where fsspec "
                "looks for it (its configuration, or FSSPEC_... in the environment)."
            )
        try:
            self._system, self._path = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise UsageError(f"--outputs {url!r} cannot be written from here: {error}") from None
        self.url = url.rstrip("/")
        if _is_local(self._system) and Path(self._path).resolve().is_relative_to(city.resolve()):
            raise UsageError(f"--outputs {url!r} lies in the city's folder; name a place outside of it.")

    def put(self, folder: Path) -> str:
        """Write a review, and then that it is the one to be read; nothing where it is already.

        Parameters
        ----------
        folder : Path
            ``outputs/<review>``, whole.

        Returns
        -------
        str
            Where it is.

        Raises
        ------
        PublishError
        """
        there, version = (
            f"{self._path}/{folder.name}",
            sha256((folder / REVIEW).read_bytes()).hexdigest()[:16],
        )
        try:
            before = self._pointed(there)
            if before.get("folder") != version:
                self._write(folder, f"{there}/{version}")
                self._point(there, {"folder": version, "before": before.get("folder", "")})
                self._remove(there, before.get("before", ""))
        except Exception as error:  # each file system has errors of its own
            raise PublishError(
                f"the review is whole in {folder}, but could not be put to {self.url} "
                f"({type(error).__name__}: {refusal(error)}); what was there stays. Run the same command again."
            ) from None
        return f"{self.url}/{folder.name}/{version}"

    def _pointed(self, there: str) -> dict[str, str]:
        if not self._system.exists(f"{there}/{POINTER}"):
            return {}
        return json.loads(self._system.cat_file(f"{there}/{POINTER}"))

    def _write(self, folder: Path, there: str) -> None:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            target = f"{there}/{path.relative_to(folder).as_posix()}"
            self._system.makedirs(str(PurePosixPath(target).parent), exist_ok=True)
            self._system.put_file(str(path), target)
            if self._system.info(target)["size"] != path.stat().st_size:
                raise OSError(f"{target} was not written whole")

    def _point(self, there: str, to: dict[str, str]) -> None:
        """The pointer last: a way for browsers, which cannot read it, goes before."""
        self._replace(f"{there}/{HOME}", WAY.format(to["folder"]))
        self._replace(f"{there}/{POINTER}", json.dumps(to) + "\n")

    def _replace(self, target: str, text: str) -> None:
        """An object is replaced whole where it is written; a file where another takes its name.

        What a browser is told that it is, an object store takes from the name of the file that is sent.
        """
        with TemporaryDirectory() as folder:
            file = Path(folder, PurePosixPath(target).name)
            file.write_text(text, encoding="utf-8")
            self._system.put_file(str(file), f"{target}.new")
        self._system.mv(f"{target}.new", target)

    def _remove(self, there: str, version: str) -> None:
        if version and self._system.exists(f"{there}/{version}"):
            self._system.rm(f"{there}/{version}", recursive=True)


def _is_local(system) -> bool:
    return "file" in ([system.protocol] if isinstance(system.protocol, str) else system.protocol)
