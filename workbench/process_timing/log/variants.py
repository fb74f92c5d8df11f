"""Variants: the different orders of activities that cases went through."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.process_timing.log.arrays import Log

_HASH_SEED = 20_260_101


def variant_frame(log: Log, activities: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """The variant of each case, and one row a variant: its activities in order and its cases.

    Variants are numbered from the most frequent; among equals, in the order of their names.
    """
    codes = _sequence_codes(log)
    _, example, member, count = np.unique(codes, return_index=True, return_inverse=True, return_counts=True)
    ends = np.r_[log.first[1:], log.size]
    texts = [
        " → ".join(activities[code] for code in log.activity[log.first[case] : ends[case]])
        for case in example
    ]
    order = sorted(range(len(texts)), key=lambda number: (-count[number], texts[number]))
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    frame = pd.DataFrame(
        {"variant": np.arange(len(order)), "activities": [texts[k] for k in order], "cases": count[order]}
    )
    return rank[member].astype("int32"), frame


def _sequence_codes(log: Log) -> np.ndarray:
    """One number a case, equal for equal orders of activities: a sum of random words for activity and place."""
    places = np.arange(log.size) - np.repeat(log.first, np.diff(np.r_[log.first, log.size]))
    random = np.random.default_rng(_HASH_SEED)
    size = max(int(log.activity.max(initial=0)), int(places.max(initial=0))) + 1
    words = random.integers(1, 2**63, (2, size), "uint64") * np.uint64(2) + np.uint64(1)
    terms = words[0][log.activity] * words[1][places]
    return np.add.reduceat(terms, log.first) if log.cases else np.zeros(0, "uint64")
