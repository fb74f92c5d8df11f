"""Returns that a department sends by community: its figures for the city, parted among its communities."""

import numpy as np
import pandas as pd

from workbench.practice.places import COMMUNITIES, COMMUNITY_OF, NEIGHBOURHOODS
from workbench.practice.series import SERIES

CODES = tuple(series.code for series in SERIES if series.by_place)


def is_by_place(table: pd.DataFrame) -> pd.Series:
    """Which rows of the departments' returns are sent by community instead."""
    return table["Measure"].isin(CODES)


def community_table(rng: np.random.Generator, table: pd.DataFrame, residents: np.ndarray) -> pd.DataFrame:
    """Returns of the city as returns of its communities: one row a measure, month, report and community.

    Parameters
    ----------
    rng : Generator
    table : DataFrame
        Rows of the departments' returns; numbers as text with thousands separators.
    residents : ndarray
        People by neighbourhood and race; a community has as large a part of the cases.

    Notes
    -----
    Every case has the same chance wherever it is. What a correction adds or takes away belongs to the community with most.
    """
    share = _share(residents)
    parts = [_parted(rng, own, share) for _, own in table.groupby(["Measure", "Month"], sort=True)]
    return pd.concat(parts, ignore_index=True)


def _share(residents: np.ndarray) -> np.ndarray:
    people = pd.Series(residents.sum(axis=1), index=list(NEIGHBOURHOODS))
    found = people.groupby(people.index.map(COMMUNITY_OF)).sum()[list(COMMUNITIES)]
    return (found / found.sum()).to_numpy()


def _parted(rng: np.random.Generator, reports: pd.DataFrame, share: np.ndarray) -> pd.DataFrame:
    """The reports of one month: the first one by chance, the later ones as the first with what they correct."""
    above, below = (_whole(reports[name]) for name in ("Numerator", "Denominator"))
    cases = rng.multinomial(below[0], share)
    met = rng.multivariate_hypergeometric(cases, above[0])
    largest = int(cases.argmax())
    tables = []
    for numerator, (_, report) in zip(above, reports.iterrows(), strict=True):
        own = met.copy()
        own[largest] += numerator - above[0]
        columns = {"Community": list(COMMUNITIES), "Numerator": own, "Denominator": cases}
        told = {name: report[name] for name in ("Measure", "Month", "Recorded", "Provisional")}
        tables.append(pd.DataFrame(told | columns))
    names = ["Measure", "Month", "Community", "Numerator", "Denominator", "Recorded", "Provisional"]
    return pd.concat(tables)[names]


def _whole(column: pd.Series) -> list[int]:
    return [int(text.replace(",", "")) for text in column]
