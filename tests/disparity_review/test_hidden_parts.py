"""Other counts of a group in a place, and not one figure over all places moves.

Figures over many unpublished places are shown rounded. An attacker who knows every published total
and every figure of a group must still find the counts of at least ``MANY`` places to be possibly others.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review import analyse
from workbench.disparity_review.comparison import gaps
from workbench.disparity_review.counted import counted
from workbench.disparity_review.mix.adjusted import adjusted
from workbench.disparity_review.mix.many import MANY
from workbench.disparity_review.mix.mixes import comparisons, mixes
from workbench.disparity_review.mix.parts import SIDES
from workbench.disparity_review.mix.pieces import pieces
from workbench.disparity_review.mix.split import split
from workbench.disparity_review.scope import Scope

PARENTS = {f"P{place:02}": f"C{place // 6}" for place in range(24)}
INTERVALS = ("2024-Q4", "2025-Q3", "2025-Q4")
TRIES = 400
NEAREST = 20


@pytest.fixture(scope="module", params=[(18, 60), (45, 150)], ids=["small", "larger"])
def service(build_cube, request):
    """Three quarters of a service in 24 neighbourhoods: a group of some 400, or some 1,000, and the others."""
    random, rows = np.random.default_rng(11), []
    sizes = dict(zip(("black", "white", "unknown"), (*request.param, 6), strict=True))
    for interval in INTERVALS:
        for place in PARENTS:
            for group, size in sizes.items():
                n = int(random.poisson(size * (0.5 + random.random())))
                rows.append(
                    (interval, group, place, int(random.binomial(n, 0.6 if group == "white" else 0.45)), n)
                )
    levels = [
        {"id": "neighbourhood", "title": "Neighbourhood", "within": "community", "parents": PARENTS},
        {"id": "community", "title": "Community", "within": "", "parents": {}},
    ]
    return build_cube(rows, PARENTS, definition={"levels": levels})


class Attacked:
    """The figures of one group over all neighbourhoods, of other counts than the true ones."""

    def __init__(self, cube):
        self.cube, self.scope = cube, Scope.of(cube, "2025-Q4")
        compared = gaps(counted(cube, self.scope), self.scope)
        own = (compared["interval"] == "2025-Q4") & (compared["question"] == "group")
        self.compared = compared[own & (compared["group"] == "black")]
        parts = mixes(cube, compared, self.scope)
        self.parts = parts[parts["mix"] == "neighbourhood"].reset_index(drop=True)
        self.shown = list(self.figures(self.parts))
        self.over_time = self.pieces(cube)

    def figures(self, parts) -> Iterator[pd.DataFrame]:
        for made in (adjusted, split):
            frame = made(comparisons(parts, self.compared, self.scope), self.scope)
            yield frame[frame["mix"] == "neighbourhood"].drop(columns="cells")

    def pieces(self, cube) -> pd.DataFrame:
        return pieces(cube, counted(cube, self.scope), self.scope)

    def tells(self, counts: np.ndarray) -> bool:
        """Whether a figure differs if these are the counts."""
        parts = self.parts.assign(**dict(zip(SIDES, counts.T, strict=True)))
        pairs = zip(self.figures(parts), self.shown, strict=True)
        if any(not frame.equals(shown) for frame, shown in pairs):
            return True
        return not self.pieces(swapped(self.cube, self, counts)).equals(self.over_time)

    def others(self, tries: int) -> dict[tuple[str, int], np.ndarray]:
        """For each count of the group a table in which it differs and nothing shown does, where one is found."""
        random, true = np.random.default_rng(5), self.parts[SIDES].to_numpy()
        found: dict[tuple[str, int], np.ndarray] = {}
        for wanted in [(column, place) for column in range(2) for place in range(len(true))]:
            enough = wanted in found or sum(key[0] == wanted[0] for key in found) >= MANY
            for turn in range(0 if enough else tries):
                # One person moved once is seen least often: of those tables there are ten.
                most = 1 if turn < NEAREST else 2
                counts = self._swapped(true, wanted, random, most)
                if (counts != true).any() and not self.tells(counts):
                    places, columns = np.nonzero(counts != true)
                    found |= dict.fromkeys(zip(columns.tolist(), places.tolist(), strict=True), counts)
                    break
        return found

    @staticmethod
    def _swapped(true: np.ndarray, wanted: tuple[int, int], random, most: int) -> np.ndarray:
        """At most so many of the group moved to another place of its community, and back by those of the others.

        That is done as many times at most. So every total of a place, of a community's group and of the city stays as it is.
        """
        counts, (column, first) = true.copy(), wanted
        for _ in range(random.integers(1, most + 1)):
            second = random.choice(
                [place for place in range(6 * (first // 6), 6 * (first // 6) + 6) if place != first]
            )
            size = random.choice([-1, 1]) * random.integers(1, most + 1)
            counts[[first, second], column] += [size, -size]
            counts[[first, second], column + 2] -= [size, -size]
            column, first = random.integers(2), random.integers(len(true))
        possible = (counts[:, 0::2] >= 0).all() and (counts[:, 0::2] <= counts[:, 1::2]).all()
        return counts if possible else true


def swapped(cube, attacked: Attacked, counts: np.ndarray):
    """The cube with other counts of both groups in the neighbourhoods of the reviewed quarter."""
    cells = cube.frames["cells"].copy()
    here = (cells["interval"] == "2025-Q4") & (cells["place_level"] == "neighbourhood")
    for side, group in enumerate(("black", "white")):
        rows = cells.index[here & (cells["group"] == group)]
        assert list(cells.loc[rows, "place"]) == list(attacked.parts["part"])
        cells.loc[rows, SIDES[:2]] = counts[:, 2 * side : 2 * side + 2]
    return replace(cube, frames={**cube.frames, "cells": cells})


def test_every_count_of_at_least_many_places_could_be_another(service):
    attacked = Attacked(service)
    assert attacked.shown[0]["state"].item() == attacked.shown[1]["state"].item() == "value"
    found = attacked.others(TRIES)
    for column, name in enumerate(SIDES[:2]):
        assert sum(key[0] == column for key in found) >= MANY, name
    for counts in list(found.values())[:2]:
        shown, again = (
            analyse(service, period="2025-Q4"),
            analyse(swapped(service, attacked, counts), period="2025-Q4"),
        )
        for frame in ("counts", "adjusted", "split", "contributions", "pieces", "rates", "gaps"):
            pd.testing.assert_frame_equal(getattr(again, frame), getattr(shown, frame), obj=frame)


def test_figures_told_exactly_would_tell(service):
    attacked = Attacked(replace(service, definition=service.definition | {"about_people": False}))
    assert attacked.others(2) == {}
