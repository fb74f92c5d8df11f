"""The counts of people that results derive from, and how they add up."""

import pandas as pd

from workbench.analyses import Sum

COUNTED = ("count", "proportion", "rate", "cumulative")


def cells_of(observations: pd.DataFrame, definition: dict) -> pd.Series:
    """Id of the count behind each observation; empty where it rests on no count of people.

    ``2025-11|crisis_team_share`` for everyone, ``2025-11|crisis_team_share|race=black`` for a group.
    Sources that are not about people have none, and neither has a value that comes without a number
    of people.
    """
    about = observations[observations["measure"].map(definition["about_people"]).astype(bool)]
    counts = counted(about, definition)
    names = _names(about).where(counts["numerator"].notna() | counts["denominator"].notna(), "")
    return names.reindex(observations.index, fill_value="")


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
    """Every count that is published, directly or not, and every sum among them, by the ``cell`` of each observation."""
    table = observations[observations["cell"] != ""]
    table = table.assign(**counted(table, definition))
    counts = table[["cell", "numerator", "denominator"]].reset_index(drop=True)
    return counts.astype({"numerator": "Int64", "denominator": "Int64"}), _sums(table)


def _sums(table: pd.DataFrame) -> tuple[Sum, ...]:
    """Everyone of a measure and interval is the sum of the groups of each dimension, and of the places.

    Where the parts really are the total's: a part that is in conflict has no count.
    """
    names = ["numerator", "denominator"]
    whole = (table["dimension"] == "all") & (table["place_level"] == "city")
    totals = table[whole].set_index(["measure", "interval"])
    cuts = table[~whole].groupby(["measure", "interval", "dimension", "place_level"], sort=False)
    parts = cuts[names].sum().where(cuts[names].count().eq(cuts.size(), axis=0))
    cells = cuts["cell"].agg(list)
    beside = totals.reindex(parts.index.droplevel([2, 3]))
    same = (beside[names].to_numpy() == parts.to_numpy()) | (beside[names].isna() & parts.isna().to_numpy())
    adding_up = same.to_numpy().all(axis=1) & beside["cell"].notna().to_numpy()
    pairs = zip(beside["cell"][adding_up], cells[adding_up], strict=True)
    return tuple(Sum(total, tuple(own)) for total, own in pairs)


def _names(observations: pd.DataFrame) -> pd.Series:
    name = observations["interval"] + "|" + observations["measure"]
    group = "|" + observations["dimension"] + "=" + observations["group"]
    place = "|" + observations["place_level"] + "=" + observations["place"]
    name = name + group.where(observations["dimension"] != "all", "")
    return name + place.where(observations["place_level"] != "city", "")
