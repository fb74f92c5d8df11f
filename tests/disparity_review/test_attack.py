"""All frames of a run against a reader who has every one of them: other hidden counts, and nothing shown changes.

The services are those of a practice city, of every kind of outcome and with all that a service can declare. A table
that agrees with every shown count and sum takes the place of the true one, waits and persons of hidden cells become
others; the run is made again and blanked by the same pattern. A figure that told of a hidden count would move.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import practice
from workbench.analyses import Cube
from workbench.catalog import load
from workbench.cubes import cube
from workbench.disclosure import Policy
from workbench.disclosure.pattern import hidden_cells
from workbench.disclosure.release import SUPPRESSED, blank
from workbench.disclosure.unknown import COMPLEMENT, Unknown
from workbench.disparity_review import analyse, analysis
from workbench.disparity_review.places.standing import Places

pytestmark = pytest.mark.xdist_group("attack")
WHERE = ["interval", "group", "place_level", "place"]
REVIEWED = {
    "traffic_stop_searches": "decisions, daylight",
    "streetlight_repair": "stages",
    "tree_service": "a waiting time",
    "snow_tows": "against residents",
    "fine_waivers": "repeat users",
    "home_repair_loans": "imputation",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The catalog of a practice city."""
    root = tmp_path_factory.mktemp("attack")
    shutil.copytree(Path(__file__).parents[2] / "parameters", root / "parameters")
    practice.generate(root)
    return load(root)


@pytest.fixture(params=REVIEWED)
def service(request, town):
    """The true counts of one service, and the parameters of its run."""
    declared, review = town.services[request.param], max(town.reviews.values(), key=lambda each: each.as_of)
    made = cube(town, analysis, declared.department, request.param, review.as_of)
    return made, {"period": review.period, "impute": bool(declared.imputation)}


def cell_of(frame: pd.DataFrame) -> pd.Series:
    """The id of the published count that a row of a cube's frame is part of."""
    keys = frame[WHERE].itertuples(index=False)
    named = [f"{interval}|race={group}|{level}={place}" for interval, group, level, place in keys]
    return pd.Series(named, index=frame.index, dtype="object")


def other_table(results, hidden: set[str]) -> dict[tuple[str, str], int]:
    """Other values of hidden counts, by cell and kind."""
    largest = float(results.counts[["numerator", "denominator"]].max().max())
    unknown = Unknown.of(results.counts, results.sums, hidden, 0, largest)
    table = unknown.furthest(np.random.default_rng(1).normal(size=len(unknown.truth)))
    assert (table != unknown.truth).any()
    names = [name for name in unknown.counts if name[1] != COMPLEMENT]
    return {name: int(value) for name, value in zip(names, table, strict=True)}


def swapped(made: Cube, hidden: set[str], table: dict[tuple[str, str], int]) -> Cube:
    """The cube of another city, of which the same is shown."""
    frames = {name: frame.copy() for name, frame in made.frames.items()}
    frames["cells"] = _other_cells(frames["cells"], table)
    if "decisions" in frames:
        own = frames["decisions"].assign(place_level="city", place="all")
        values = pd.Series([table.get((f"{cell}|hits", "numerator")) for cell in cell_of(own)], own.index)
        frames["decisions"]["hits"] = values.where(own["dimension"] == "race").fillna(own["hits"]).astype(int)
    for name, column, change in (("waits", "days", 3), ("repeats", "n_squared", 40)):
        if name in frames:
            frame = frames[name]
            apart = frame["group"].isin(["all", "unknown"])  # groups add up to the known, who are shown
            frame.loc[cell_of(frame).isin(hidden) & apart, column] += change
    return replace(made, frames=frames)


def _other_cells(cells: pd.DataFrame, table: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Counts of the table; what did not occur may occur in it."""
    own = cells[(cells["stratum"] == "all") & cells["dimension"].isin(["all", "race"])]
    row_of = dict(zip(cell_of(own), own.index, strict=True))
    for (cell, kind), value in table.items():
        if cell in row_of:
            cells.loc[row_of[cell], kind] = value
        elif value and "|race=known|" not in cell and not cell.endswith(("|hits", "|misses")):
            row_of[cell] = len(cells)
            cells.loc[len(cells)] = _row(cell, cells.columns) | {kind: value}
    return cells


def _row(cell: str, columns) -> dict:
    interval, who, where = cell.split("|")
    group, (level, place) = who.removeprefix("race="), where.split("=", 1)
    named = [interval, "all" if group == "all" else "race", group, level, place, "all"]
    return dict.fromkeys(columns, 0) | dict(zip(columns, named, strict=False))


@pytest.fixture
def both(service, monkeypatch):
    """Released results of the true counts, and those of others.

    The spread of many places is told to a factor of two: which step it is tells one thing of all hidden places
    together. It is the same for both here.
    """
    monkeypatch.setattr(Places, "told", 1.0)
    made, parameters = service
    results = analyse(made, **parameters)
    hidden = hidden_cells(results.counts, results.sums, Policy(11))
    other = swapped(made, hidden, other_table(results, hidden))
    return blank(results, hidden), blank(analyse(other, **parameters), hidden)


def test_no_frame_tells_of_a_hidden_count(both):
    shown, again = both
    assert (shown.rates["state"] == SUPPRESSED).any()
    assert again.facts == shown.facts
    for name, frame in {"counts": shown.counts, **shown.frames()}.items():
        other = {"counts": again.counts, **again.frames()}[name]
        pd.testing.assert_frame_equal(_told(other), _told(frame), check_dtype=False, obj=name)


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    """What a row says; of a hidden one, which counts it would have derived from is no figure."""
    if "cells" not in frame:
        return frame
    cells = frame["cells"].map(tuple).where(frame["state"] != SUPPRESSED, ())
    return frame.drop(columns=["local_q", "cluster"], errors="ignore").assign(cells=cells)
