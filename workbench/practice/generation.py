"""The whole practice city in one go: all its sources, and the list of what is planted in them."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from workbench.practice import (
    by_place,
    dirt,
    events,
    files,
    people,
    places,
    population,
    requests,
    tables,
    values,
)
from workbench.practice.expected import expected_gaps
from workbench.practice.flows import CASES, OFFICE
from workbench.practice.lines import APPLICATIONS, REQUESTS
from workbench.practice.truths import TRUTHS

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
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).unlink(missing_ok=True)
    gaps = _write_all(folder, seed, scale)
    _write_truths(folder.parent / "practice-truths.json", seed, scale, gaps)
    sizes = _sizes(folder)
    (folder / _MARK).write_text(json.dumps(mark | {"sizes": sizes}, indent=1), "utf-8")
    files.date_files(folder)
    return Made(folder, True, sizes)


def _write_all(folder: Path, seed: int, scale: float) -> dict:
    """Write every source; returns the true gaps between groups and places of the services."""
    squares = places.corners(_chance(seed, "places"))
    places.write_boundaries(folder, squares)
    residents = population.residents(_chance(seed, "residents"))
    files.write_csv(population.survey(_chance(seed, "survey"), residents), folder / "population.csv")
    lights = population.lights(_chance(seed, "lights"), residents)
    files.write_csv(population.lights_table(lights), folder / "street_lights.csv")
    surnames = people.Surnames(_chance(seed, "surnames"), residents)
    files.write_csv(surnames.table(), folder / "surnames.csv")
    # One of many draws: with few accidents that look like findings.
    rng = _chance(seed, "services 30")
    asking = requests.all_asked(rng, residents, scale)
    table = tables.request_table(rng, asking[REQUESTS], squares)
    files.write_csv(dirt.doubled(rng, table, 0.0008), folder / f"{REQUESTS}.csv.gz")
    table = tables.application_table(rng, asking[APPLICATIONS], surnames)
    files.write_csv(dirt.doubled(rng, table, 0.0008), folder / f"{APPLICATIONS}.csv.gz")
    for source in (CASES, OFFICE):
        table = events.event_table(_chance(seed, source), source, residents, scale)
        files.write_csv(table, folder / f"{source}.csv.gz")
    _write_measures(folder, seed, residents)
    return expected_gaps([rows for part in asking.values() for rows in part], residents, lights)


def _write_measures(folder: Path, seed: int, residents: np.ndarray) -> None:
    table = values.department_table(_chance(seed, "departments"))
    is_by_place = by_place.is_by_place(table)
    files.write_csv(table[~is_by_place], folder / "department_measures.csv")
    table = by_place.community_table(_chance(seed, "by place"), table[is_by_place], residents)
    files.write_csv(table, folder / "community_measures.csv")
    table = values.resident_table(_chance(seed, "by race"), residents)
    files.write_csv(table, folder / "resident_measures.csv")
    table = values.finance_table(_chance(seed, "finance"))
    files.write_workbook(table, "Scorecard", folder / "finance_measures.xlsx")


def _write_truths(path: Path, seed: int, scale: float, gaps: dict) -> None:
    content = {
        "seed": seed,
        "scale": scale,
        "truths": [truth.to_json() for truth in TRUTHS],
        "expected_gaps": gaps,
    }
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _chance(seed: int, domain: str) -> np.random.Generator:
    """Each domain draws from its own stream, so that a change in one leaves the others as they were."""
    return np.random.default_rng([seed, crc32(domain.encode())])


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
