"""In which steps the gap between two groups' mean lead times arises.

Sources: Kitagawa 1955 and Das Gupta 1993 for the split, Efron and Tibshirani 1993, chapter 8, for
drawing whole blocks of cases.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from workbench.statistics.decomposition import kitagawa
from workbench.statistics.resampling import REPLICATES, SEED, Blocks, contrast, draws_of_blocks

_PARTS = ("gap", "use", "time")


@dataclass(frozen=True)
class StepWaits:
    """The steps of the cases of one group, an element a pass of a case through a step (edge).

    Parameters
    ----------
    case : array of int
        Which case, 0 to ``len(blocks) - 1``.
    edge : array of int
        Which step, 0 to the number of steps less 1. The last open wait of a case that has not ended is a
        step of its own (say, *review, still open*), lasting to when it was last seen.
    wait : array of float
        How long. A case's waits and its rest add up to its lead time.
    blocks : array of int, an element a case
        The week, or other block, that is drawn as a whole; the same number is the same block in both groups.
    rest : array of float, an element a case, optional
        Lead time that no step holds (touch time, say); 0 when left out.
    passes : array of float, an element a pass, optional
        How many passes each stands for, where cases last seen early are made good
        (:class:`workbench.statistics.time_at_risk.TimeAtRisk`); 1 when left out. ``wait`` is then the time of all.
    """

    case: np.ndarray
    edge: np.ndarray
    wait: np.ndarray
    blocks: np.ndarray
    rest: np.ndarray | None = None
    passes: np.ndarray | None = None


@dataclass(frozen=True)
class _Sums:
    """What a number of blocks of cases add up to: an element, or a row, for each block or draw."""

    cases: np.ndarray
    rest: np.ndarray
    uses: np.ndarray
    waits: np.ndarray

    def drawn(self, times: np.ndarray) -> "_Sums":
        return _Sums(*(times @ getattr(self, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class StepGap:
    """A gap in mean lead time, by step.

    Parameters
    ----------
    lead : tuple of float
        Mean lead time of the first and of the second group.
    whole : DataFrame
        ``part`` (``gap``: first less second; ``use``, ``time``: sums over the steps; ``rest``), ``value``,
        ``lower``, ``upper``, ``p``. ``use``, ``time`` and ``rest`` add up to ``gap``.
    steps : DataFrame
        One row a step, the largest gap first: ``edge``, ``use_first``, ``use_second`` (passes a
        case), ``wait_first``, ``wait_second`` (mean of a pass; missing where there is none), and for each of
        ``gap``, ``use`` (how often) and ``time`` (how long) the value, ``_lower``, ``_upper`` and ``_p``.
    """

    lead: tuple[float, float]
    whole: pd.DataFrame
    steps: pd.DataFrame


def step_gap(
    first: StepWaits,
    second: StepWaits,
    *,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> StepGap:
    """Split the difference of two groups' mean lead times by step, and by how often and how long.

    The mean lead time is the sum over the steps of passes a case times mean wait of a pass, plus the rest.
    Each step's difference is split symmetrically (Kitagawa 1955): the difference in passes at the groups'
    average wait, and the difference in waits at the groups' average passes. A step that only one group
    makes is a difference in passes. The parts add up to the gap.

    Parameters
    ----------
    first, second : StepWaits
        Cases that have not ended are in, with their last open wait as a step of its own and waits cut
        at a horizon that is the same for all: the mean is then of the *restricted* lead time, and it
        compares fairly only cases that could all have been seen to the horizon.
    confidence : float
        Of the percentile intervals.
    replicates, seed : int
        Draws of whole blocks, both groups' cases of a block together; the same seed gives the same
        figures.

    Returns
    -------
    StepGap
        P values are two-sided and one a step: adjust them for the number of steps
        (:func:`workbench.statistics.false_discovery.benjamini_hochberg`). A limit is None where draws in
        which a group has no case leave it open, and where a group has fewer than two blocks.

    Raises
    ------
    ValueError
        When a group has no case.
    """
    for name, group in (("first", first), ("second", second)):
        if not len(group.blocks):
            raise ValueError(f"the {name} group has no case; a gap needs two groups with cases.")
    here, there = _by_block(first, second)
    times = draws_of_blocks(len(here.cases), replicates, seed)
    here, there = here.drawn(times), there.drawn(times)
    parts = _parts(here, there)
    read = partial(_row, confidence=confidence, blocks=_blocks(first, second))
    whole = {
        "gap": parts["gap"].sum(1) + parts["rest"],
        **{name: parts[name].sum(1) for name in ("use", "time")},
        "rest": parts["rest"],
    }
    return StepGap(
        lead=tuple(float((each.waits[0].sum() + each.rest[0]) / each.cases[0]) for each in (here, there)),
        whole=pd.DataFrame([{"part": name, **read(draws)} for name, draws in whole.items()]),
        steps=_ranked(_steps(here, there), parts, read),
    )


def _blocks(first: StepWaits, second: StepWaits) -> Blocks:
    return Blocks(*(np.unique(group.blocks).size for group in (first, second)), drawn_together=True)


def _by_block(first: StepWaits, second: StepWaits) -> tuple[_Sums, _Sums]:
    """Sums of both groups over the same blocks and steps."""
    blocks = np.union1d(first.blocks, second.blocks)
    edges = 1 + max(int(np.max(group.edge, initial=-1)) for group in (first, second))
    return tuple(
        _sums(group, np.searchsorted(blocks, group.blocks), blocks.size, edges) for group in (first, second)
    )


def _sums(group: StepWaits, block: np.ndarray, blocks: int, edges: int) -> _Sums:
    # Sums of decimal fractions depend on their order; sorted, that of the rows does not show.
    passes = np.ones(len(group.case)) if group.passes is None else np.asarray(group.passes, float)
    order = np.lexsort((passes, group.wait, group.edge, block[group.case]))
    place = (block[group.case] * edges + group.edge)[order]
    shape, size = (blocks, edges), blocks * edges
    rest = np.zeros(len(block)) if group.rest is None else np.asarray(group.rest, float)
    ordered = np.lexsort((rest, block))
    return _Sums(
        cases=np.bincount(block, minlength=blocks).astype(float),
        rest=np.bincount(block[ordered], rest[ordered], minlength=blocks),
        uses=np.bincount(place, passes[order], minlength=size).reshape(shape),
        waits=np.bincount(place, np.asarray(group.wait, float)[order], minlength=size).reshape(shape),
    )


def _parts(here: _Sums, there: _Sums) -> dict[str, np.ndarray]:
    """Each step's gap, its part from passes and its part from waits, and the rest; a row a draw."""
    with np.errstate(invalid="ignore", divide="ignore"):
        use = [each.uses / each.cases[:, None] for each in (here, there)]
        wait = [each.waits / each.uses for each in (here, there)]
        rest = here.rest / here.cases - there.rest / there.cases
    # Where one group never takes the step, the other's wait stands in: its whole gap is one of passes.
    wait = [np.where(np.isnan(a), np.nan_to_num(b), a) for a, b in (wait, wait[::-1])]
    split = kitagawa(use[0], wait[0], use[1], wait[1])
    by_use, by_time = split.composition_by, split.rate_by
    return {"gap": by_use + by_time, "use": by_use, "time": by_time, "rest": rest}


def _steps(here: _Sums, there: _Sums) -> pd.DataFrame:
    """How often and how long, of the sample itself."""
    columns = {"edge": np.arange(here.uses.shape[1])}
    for name, each in (("first", here), ("second", there)):
        columns[f"use_{name}"] = each.uses[0] / each.cases[0]
    for name, each in (("first", here), ("second", there)):
        some = each.uses[0] > 0
        columns[f"wait_{name}"] = np.where(some, each.waits[0] / np.where(some, each.uses[0], 1), np.nan)
    return pd.DataFrame(columns)


def _ranked(steps: pd.DataFrame, parts: dict[str, np.ndarray], read: Callable) -> pd.DataFrame:
    """The steps with their parts, the largest gap first."""
    columns = {}
    for name in _PARTS:
        rows = [read(draws) for draws in parts[name].T]
        for field in ("value", "lower", "upper", "p"):
            label = name if field == "value" else f"{name}_{field}"
            columns[label] = [row[field] for row in rows]
    found = steps.assign(**columns)
    order = np.lexsort((found["edge"], -np.abs(found["gap"].to_numpy(float))))
    return found.iloc[order].reset_index(drop=True)


def _row(draws: np.ndarray, confidence: float, blocks: Blocks) -> dict:
    """Value, limits and p of one part; ``draws`` begins with the sample itself."""
    found = contrast(draws, confidence, blocks)
    return {"value": found.value, "lower": found.lower, "upper": found.upper, "p": found.p}
