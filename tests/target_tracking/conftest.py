"""Cubes of one or more measures from plain lists of values."""

import numpy as np
import pandas as pd
import pytest

from workbench.analyses import Cube
from workbench.catalog.model import Measure
from workbench.periods import Period
from workbench.target_tracking.observed import COLUMNS

BASE = {
    "title": "Permits on time",
    "department": "works",
    "owner": "Plan Review",
    "source": "returns",
    "kind": "value",
    "unit": "days",
    "direction": "increase",
    "columns": {"interval": "month", "value": "value"},
}


def observed_months(
    id, values, first="2023-01", counts=None, targets=None, provisional=(), conflicting=(), **cut
):
    """Observations of consecutive months; ``counts`` are (numerator, denominator) pairs."""
    periods = [Period.parse(first).shift(step) for step in range(len(values))]
    numerator, denominator = zip(*counts, strict=True) if counts else ([np.nan] * len(values),) * 2
    return pd.DataFrame(
        {
            "measure": id,
            "interval": [str(period) for period in periods],
            "interval_start": pd.to_datetime([period.start for period in periods]).astype("datetime64[us]"),
            "interval_end": pd.to_datetime([period.end for period in periods]).astype("datetime64[us]"),
            "dimension": cut.get("dimension", "all"),
            "group": cut.get("group", "all"),
            "place_level": cut.get("place_level", "city"),
            "place": cut.get("place", "all"),
            "numerator": np.array(numerator, float),
            "denominator": np.array(denominator, float),
            "value": np.array(values, float),
            "n": np.array(denominator, float),
            "recorded_at": pd.Series([pd.NaT] * len(values), dtype="datetime64[us]"),
            "provisional": [place in provisional for place in range(len(values))],
            "conflicting": [place in conflicting for place in range(len(values))],
            "target": np.array(targets if targets is not None else [np.nan] * len(values), float),
        }
    ).astype(COLUMNS)


@pytest.fixture
def observations():
    """``observations(id, values, ...)``: see :func:`observed_months`."""
    return observed_months


@pytest.fixture
def entry_of():
    """``entry_of(**changes)`` is the definition of a measure as a cube carries it."""
    return lambda **changes: Measure.model_validate(BASE | changes).model_dump(mode="json")


@pytest.fixture
def measure_cube():
    """``measure_cube(observations..., entries={id: changes}, about_people=False)`` is a cube of those measures."""

    def made(*frames, entries=None, about_people=False, as_of="2026-01-15", fiscal_year_starts=1) -> Cube:
        frame = pd.concat(frames, ignore_index=True)
        ids = dict.fromkeys([*frame["measure"], *(entries or {})])
        changes = entries or {}
        declared = {
            id: Measure.model_validate(BASE | changes.get(id, {})).model_dump(mode="json") for id in ids
        }
        definition = {
            "department": "works",
            "as_of": as_of,
            "fiscal_year_starts": fiscal_year_starts,
            "measures": declared,
            "about_people": dict.fromkeys(ids, about_people),
            "labels": {"race/black": "Black", "race/white": "White"},
            "residents": {"race/black": "", "race/white": ""},
        }
        return Cube({"observations": frame}, definition)

    return made
