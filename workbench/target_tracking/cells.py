"""The counts of people that results derive from, and how they add up."""

import numpy as np
import pandas as pd

from workbench.analyses import Sum

COUNTED = ("count", "proportion", "rate", "cumulative")


def cells_of(observations: pd.DataFrame, definition: dict) -> pd.Series:
    """Id of the count behind each observation; empty where it rests on no count of people.

    ``2025-11|crisis_team_share`` for everyone, ``2025-11|crisis_team_share|race=black`` for a group.
    Sources that are not about people have none, and neither has a value that comes without a number
    of people.
    """
    counts = counted(observations, definition)
    about = observations["measure"].map(definition["about_people"]).astype(bool)
    counted_ones = about & (counts["numerator"].notna() | counts["denominator"].notna())
    return _names(observations).where(counted_ones, "")


def counted(observations: pd.DataFrame, definition: dict) -> pd.DataFrame:
    """Numerator and denominator of each observation where they are counts of people.

    The sum behind a mean is an amount, not a count, and so is a number that is not whole.
    """
    entries = definition["measures"]
    kinds = observations["measure"].map({id: entry["kind"] for id, entry in entries.items()})
    read = observations["measure"].map({id: bool(entry["columns"]["value"]) for id, entry in entries.items()})
    numerator = observations["numerator"].where(kinds.isin(COUNTED))
    denominator = observations["denominator"].where(~read.eq(True), observations["n"])
    whole = {
        name: column.where(column % 1 == 0) for name, column in {"n": numerator, "d": denominator}.items()
    }
    return pd.DataFrame({"numerator": whole["n"], "denominator": whole["d"]})


def counts_and_sums(observations: pd.DataFrame, definition: dict) -> tuple[pd.DataFrame, tuple[Sum, ...]]:
    """Every count that is published, directly or not, and every sum among them."""
    table = observations.assign(cell=cells_of(observations, definition)).assign(
        **counted(observations, definition)
    )
    table = table[table["cell"] != ""]
    sums = tuple(
        Sum(total, parts)
        for keys, own in table.groupby(["measure", "interval"], sort=False)
        for total, parts in _sums(own)
    )
    counts = table[["cell", "numerator", "denominator"]].reset_index(drop=True)
    return counts.astype({"numerator": "Int64", "denominator": "Int64"}), sums


def _sums(own: pd.DataFrame):
    """Totals and parts of one measure and interval."""
    everyone = own[(own["dimension"] == "all") & (own["place_level"] == "city")]
    if everyone.empty:
        return
    parts = own.drop(index=everyone.index)
    for _, cut in parts.groupby(["dimension", "place_level"], sort=True):
        if _add_up(everyone, cut):
            yield everyone["cell"].iloc[0], tuple(cut["cell"])


def _add_up(everyone: pd.DataFrame, cut: pd.DataFrame) -> bool:
    """Whether the parts really are the total's; a revised or conflicting part may be missing."""
    names = ["numerator", "denominator"]
    total, parts = everyone[names].iloc[0], cut[names].sum(min_count=len(cut))
    return bool(np.array_equal(total.to_numpy(float), parts.to_numpy(float), equal_nan=True))


def _names(observations: pd.DataFrame) -> pd.Series:
    name = observations["interval"] + "|" + observations["measure"]
    group = "|" + observations["dimension"] + "=" + observations["group"]
    place = "|" + observations["place_level"] + "=" + observations["place"]
    name = name + group.where(observations["dimension"] != "all", "")
    return name + place.where(observations["place_level"] != "city", "")
