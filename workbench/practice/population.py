"""Who lives where in the practice city, and what the survey says about it."""

import numpy as np
import pandas as pd

from workbench.practice import effects
from workbench.practice.places import COMMUNITY_OF, NEIGHBOURHOODS

RACES: tuple[str, ...] = (
    "american_indian",
    "asian",
    "black",
    "hispanic",
    "pacific_islander",
    "two_or_more",
    "white",
)
_NAMES = (
    "American Indian",
    "Asian",
    "Black",
    "Hispanic",
    "Pacific Islander",
    "Two or more",
    "White",
)
# Shares in the order of RACES.
_MIX = {
    "Northgate": (0.020, 0.100, 0.480, 0.120, 0.004, 0.056, 0.220),
    "Riverside": (0.010, 0.060, 0.100, 0.080, 0.003, 0.047, 0.700),
    "Eastlake": (0.005, 0.070, 0.050, 0.050, 0.003, 0.032, 0.790),
    "Central": (0.040, 0.100, 0.180, 0.140, 0.005, 0.065, 0.470),
    "Southfield": (0.008, 0.060, 0.070, 0.070, 0.003, 0.039, 0.750),
    "Westbrook": (0.020, 0.080, 0.260, 0.400, 0.005, 0.055, 0.180),
}
_RESIDENTS_A_LIGHT = 11
# Confidence of 90 %, as surveys of this kind give.
_Z90 = 1.645


def residents(rng: np.random.Generator) -> np.ndarray:
    """True number of residents: one row a neighbourhood, one column a race."""
    total = rng.integers(8_000, 19_000, size=len(NEIGHBOURHOODS))
    mix = np.array([_MIX[COMMUNITY_OF[name]] for name in NEIGHBOURHOODS])
    share = np.stack([rng.dirichlet(row * 400) for row in mix])
    return np.maximum(np.round(total[:, None] * share), 6).astype(int)


def survey(rng: np.random.Generator, true: np.ndarray) -> pd.DataFrame:
    """What the survey says: estimates with margins of error, as text with thousands separators."""
    error = np.sqrt(true * 5.0) + 3
    estimate = np.maximum(np.round(true + rng.normal(size=true.shape) * error), 0).astype(int)
    margin = np.ceil(error * _Z90).astype(int)
    place, race = np.meshgrid(NEIGHBOURHOODS, _NAMES, indexing="ij")
    return pd.DataFrame(
        {
            "Neighborhood": place.ravel(),
            "Race": race.ravel(),
            "Residents": [f"{count:,}" for count in estimate.ravel()],
            "Margin of Error": [f"{count:,}" for count in margin.ravel()],
        }
    )


def lights(rng: np.random.Generator, true: np.ndarray) -> np.ndarray:
    """Street lights of each neighbourhood: about as many as its residents need, in some places more."""
    more = np.array([effects.LIGHTS.get(COMMUNITY_OF[name], 1.0) for name in NEIGHBOURHOODS])
    unrest = rng.uniform(0.95, 1.05, size=len(true))
    return np.round(true.sum(axis=1) / _RESIDENTS_A_LIGHT * more * unrest).astype(int)


def lights_table(lights: np.ndarray) -> pd.DataFrame:
    """The inventory of street lights."""
    return pd.DataFrame({"Neighborhood": NEIGHBOURHOODS, "Street Lights": lights})
