"""All sources of the practice city in one go, and the list of what is planted in them."""

import json
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


def write_sources(folder: Path, seed: int, scale: float) -> dict:
    """Write every source of the practice city.

    Parameters
    ----------
    folder : Path
    seed : int
    scale : float
        Share of the requests, applications and cases to make.

    Returns
    -------
    dict
        The true gaps between groups and places of the services.
    """
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


def write_truths(path: Path, seed: int, scale: float, gaps: dict) -> None:
    """Write what is planted in them, for whoever checks what a review has found."""
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
