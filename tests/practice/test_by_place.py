"""Returns by community: they add up to the city's, case for case, and a correction is one of theirs."""

import numpy as np
import pandas as pd

from workbench.practice import by_place
from workbench.practice.by_place import community_table, is_by_place
from workbench.practice.places import COMMUNITIES

REPORTS = pd.DataFrame(
    {
        "Measure": ["PW-01"] * 3,
        "Month": ["2025-01-01", "2025-01-01", "2025-02-01"],
        "Numerator": ["1,200", "1,203", "9"],
        "Denominator": ["1,400", "1,400", "9"],
        "Recorded": ["2025-02-10", "2025-05-10", "2025-03-10"],
        "Provisional": ["no"] * 3,
    }
)


def made(residents=None) -> pd.DataFrame:
    people = np.ones((30, 2), int) if residents is None else residents
    return community_table(np.random.default_rng(1), REPORTS, people)


def test_every_report_is_parted_among_all_communities_and_adds_up():
    table = made()
    assert list(table["Community"].unique()) == list(COMMUNITIES)
    sums = table.groupby(["Month", "Recorded"])[["Numerator", "Denominator"]].sum()
    assert sums.to_numpy().tolist() == [[1200, 1400], [1203, 1400], [9, 9]]
    assert (table["Numerator"] <= table["Denominator"]).all()


def test_a_correction_changes_one_community():
    first, again = (rows["Numerator"].to_numpy() for _, rows in made()[:12].groupby("Recorded"))
    assert sorted(again - first) == [0, 0, 0, 0, 0, 3]


def test_a_community_has_as_large_a_part_as_it_has_residents():
    residents = np.zeros((30, 2), int)
    residents[:5] = 7  # all live in the first community
    table = made(residents)
    assert set(table.loc[table["Denominator"] > 0, "Community"]) == {"Northgate"}


def test_only_measures_that_come_by_place_are_parted():
    assert by_place.CODES == ("PW-01",)
    assert is_by_place(pd.DataFrame({"Measure": ["PW-01", "PW-02"]})).tolist() == [True, False]
