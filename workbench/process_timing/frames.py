"""Frames of results: their rows as they were made, their numbers as numbers."""

from collections.abc import Iterable

import pandas as pd


def with_floats(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The frame with some columns as floats, what is missing among them as such, whatever they were inferred to be."""
    return frame.assign(**{name: frame[name].to_numpy(float) for name in names})
