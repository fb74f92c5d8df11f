"""The parts of one comparison as arrays: counts of both sides in each place, or of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

SIDES = ["numerator", "denominator", "reference_numerator", "reference_denominator"]
MARGINS = ["margin", "reference_margin"]


@dataclass(frozen=True)
class Parts:
    """One entry a part in each array.

    Parameters
    ----------
    names, parents : ndarray of str
        Each part, and the place above it: empty where there is none.
    sides : ndarray of shape (parts, 4)
        Counts, in the order of ``SIDES``.
    margins : ndarray of shape (parts, 2)
        Margins of error of both denominators; 0 where they are counted.
    published, safe : ndarray of bool
        Whether the counts are published, and whether no group has a small count in any part.
    cells : ndarray of list of str
        As which cells the counts are published.
    """

    names: np.ndarray
    parents: np.ndarray
    sides: np.ndarray
    margins: np.ndarray
    published: np.ndarray
    safe: np.ndarray
    cells: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Parts:
        """Of the columns of a frame, as ``mixes`` gives it."""
        named = [frame[name].to_numpy(object) for name in ("part", "parent")]
        flags = [frame[name].to_numpy(bool) for name in ("published", "safe")]
        counts = [frame[SIDES].to_numpy(), frame[MARGINS].to_numpy(float)]
        return cls(*named, *counts, *flags, frame["cells"].to_numpy(object))

    @classmethod
    def counted(
        cls, names: Sequence[str], parents: Sequence[str], sides: np.ndarray, *, published: bool, safe: bool
    ) -> Parts:
        """Of counts without margins, which are published or safe all alike; the cells are not named."""
        size = len(names)
        named = (np.array(each, object) for each in (names, parents))
        flags = (np.full(size, published), np.full(size, safe))
        return cls(*named, sides, np.zeros((size, 2)), *flags, objects([[]] * size))

    def __len__(self) -> int:
        return len(self.names)

    @property
    def columns(self) -> list[np.ndarray]:
        """The counts of each side, in the order of ``SIDES``."""
        return list(np.ascontiguousarray(self.sides.T, float))

    @property
    def has_both(self) -> np.ndarray:
        """In which parts both sides occur."""
        return (self.sides[:, 1::2] > 0).all(axis=1)

    def take(self, where: np.ndarray) -> Parts:
        """The parts at these positions, or where a mask is true."""
        return Parts(*(getattr(self, field.name)[where] for field in fields(self)))

    def followed_by(self, others: Parts) -> Parts:
        """These parts and then the others."""
        return Parts(
            *(
                np.concatenate([getattr(each, field.name) for each in (self, others)])
                for field in fields(self)
            )
        )

    def joined(self, found: Mapping[str, list[int]]) -> Parts:
        """The parts with those that are compared as one added up, and without those that are not compared.

        Parameters
        ----------
        found : mapping
            A name: the positions of the parts that bear it, as ``together`` gives it.
        """
        inside = list(found.values())
        first = np.array([members[0] for members in inside], int)
        if len(first) == sum(map(len, inside)):
            return self.take(first)
        return Parts(
            np.array(list(found), object),
            self.parents[first],
            np.array([self.sides[members].sum(axis=0) for members in inside]),
            np.array([[_root(column[members]) for column in self.margins.T] for members in inside]),
            np.array([self.published[members].all() for members in inside]),
            np.array([self.safe[members].all() for members in inside]),
            objects([sum(self.cells[members], []) for members in inside]),
        )


def _root(margins: np.ndarray) -> float:
    """The margin of a sum."""
    return float(np.sqrt((margins**2).sum()))


def objects(lists: list[list]) -> np.ndarray:
    """Lists as the entries of an array of one dimension."""
    found = np.empty(len(lists), object)
    for place, each in enumerate(lists):
        found[place] = each
    return found
