"""The practice city, made where it is not there yet."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

SEED = 2024
_MARK = "made-by.json"


@dataclass(frozen=True)
class Made:
    """What ``generate`` did: the folder, whether anything had to be made, bytes of each file."""

    folder: Path
    anew: bool
    sizes: dict[str, int]

    def __str__(self) -> str:
        total = sum(self.sizes.values()) / 1e6
        did = "made" if self.anew else "already there"
        return f"practice city {did}: {len(self.sizes)} files, {total:.1f} MB in {self.folder}"


def generate(city_root: Path | str = ".", seed: int = SEED, scale: float = 1.0, anew: bool = False) -> Made:
    """Make the sources of the practice city, unless the same ones are there already.

    Parameters
    ----------
    city_root : path
        The city's folder; files go to its ``private/sources``, the planted truths to
        ``private/practice-truths.json``.
    seed : int
        The same seed gives the same bytes.
    scale : float
        Share of the requests, applications and cases to make; measures are always whole.
    anew : bool
        Make them even when they are there.

    Returns
    -------
    Made
    """
    folder = Path(city_root) / "private" / "sources"
    mark = {"seed": seed, "scale": scale, "version": _version()}
    if not anew and _is_there(folder, mark):
        return Made(folder, False, _sizes(folder))
    # Every review of the practice city asks; what makes the sources takes long to import.
    from workbench.practice.files import date_files
    from workbench.practice.sources import write_sources, write_truths

    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).unlink(missing_ok=True)
    gaps = write_sources(folder, seed, scale)
    write_truths(folder.parent / "practice-truths.json", seed, scale, gaps)
    sizes = _sizes(folder)
    (folder / _MARK).write_text(json.dumps(mark | {"sizes": sizes}, indent=1), "utf-8")
    date_files(folder)
    return Made(folder, True, sizes)


def _version() -> str:
    """Hash of the code of this room: another generator makes another city."""
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def _is_there(folder: Path, mark: dict) -> bool:
    path = folder / _MARK
    if not path.is_file():
        return False
    found = json.loads(path.read_text("utf-8"))
    truths = folder.parent / "practice-truths.json"
    return found == mark | {"sizes": _sizes(folder)} and truths.is_file()


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.name != _MARK}
