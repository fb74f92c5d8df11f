"""Results are released with small counts hidden, and with nothing that gives them away."""

from dataclasses import dataclass, field

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from workbench.analyses import Results, Sum
from workbench.disclosure import Policy, read, release, write
from workbench.disclosure.release import blank
from workbench.errors import DisclosureError, UsageError

POLICY = Policy(11)


@dataclass(frozen=True)
class Toy(Results):
    rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaps: pd.DataFrame = field(default_factory=pd.DataFrame)

    KEYS = {"rates": ("place", "group"), "gaps": ("place",)}


@dataclass(frozen=True)
class Other(Results):
    KEYS = {}


#            place      black    white     all
TABLE = {
    "Phillips": [(4, 25), (30, 90), (34, 115)],
    "Nokomis": [(20, 60), (40, 80), (60, 140)],
    "Longfellow": [(31, 70), (22, 95), (53, 165)],
    "city": [(55, 155), (92, 265), (147, 420)],
}
GROUPS = ("black", "white", "all")


def results(table=TABLE, **changes) -> Toy:
    """Rates of each place and group, and a gap for each place, from a table of (numerator, denominator)."""
    counts = [
        (f"{place}|{group}", *pair)
        for place, row in table.items()
        for group, pair in zip(GROUPS, row, strict=True)
    ]
    places = [place for place in table if place != "city"]
    sums = [Sum(f"{place}|all", (f"{place}|black", f"{place}|white")) for place in table]
    sums += [Sum(f"city|{group}", tuple(f"{place}|{group}" for place in places)) for group in GROUPS]
    rates = [(*cell.split("|"), n, d, n / d, n > 20, "Wilson 1927", "value", [cell]) for cell, n, d in counts]
    names = ["place", "group", "numerator", "denominator", "rate", "is_large", "method", "state", "cells"]
    gaps = [
        (
            place,
            row[0][0] / row[0][1] - row[1][0] / row[1][1],
            "worse off",
            "value",
            [f"{place}|black", f"{place}|white"],
        )
        for place, row in table.items()
    ]
    values = {
        "counts": pd.DataFrame(counts, columns=["cell", "numerator", "denominator"]),
        "sums": tuple(sums),
        "facts": {"period": "2025-Q4"},
        "rates": pd.DataFrame(rates, columns=names).sort_values("rate"),
        "gaps": pd.DataFrame(gaps, columns=["place", "difference", "verdict", "state", "cells"]),
    }
    return Toy(**values | changes)


def test_counts_keep_their_numbers_whatever_their_rows_are_called():
    counts = pd.DataFrame(
        {"cell": ["a", "b", "c"], "numerator": [20, 30, 40], "denominator": [200, 300, 400]}, index=[0, 2, 0]
    )
    none = {"place": [], "state": [], "cells": []}
    shown = blank(
        Toy(counts, rates=pd.DataFrame(none | {"group": []}), gaps=pd.DataFrame(none)), {"a"}
    ).counts
    assert shown["cell"].tolist() == ["a", "b", "c"]
    assert shown["numerator"].tolist() == [pd.NA, 30, 40]
    assert shown["denominator"].tolist() == [pd.NA, 300, 400]


def one_row(numerator, denominator) -> Toy:
    counts = pd.DataFrame({"cell": ["a"], "numerator": [numerator], "denominator": [denominator]})
    rates = pd.DataFrame(
        {"place": ["a"], "group": ["b"], "rate": [0.5], "state": ["value"], "cells": [["a"]]}
    )
    return Toy(counts, rates=rates, gaps=pd.DataFrame({"place": [], "state": [], "cells": []}))


@pytest.mark.parametrize(
    ("numerator", "denominator", "state"),
    [
        (0, 0, "value"),
        (0, 11, "value"),
        (0, 10, "suppressed"),
        (1, 100, "suppressed"),
        (10, 100, "suppressed"),
        (11, 100, "value"),
        (89, 100, "value"),
        (90, 100, "suppressed"),
        (99, 100, "suppressed"),
        (100, 100, "value"),
        (11, 22, "value"),
        (11, 21, "suppressed"),
        (10, pd.NA, "suppressed"),
        (11, pd.NA, "value"),
        (pd.NA, 10, "suppressed"),
        (pd.NA, 11, "value"),
        (30, 11, "value"),
    ],
)
def test_the_rule_looks_at_numerator_denominator_and_difference(numerator, denominator, state):
    assert release(one_row(numerator, denominator), POLICY).rates.loc[0, "state"] == state


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 100), (100, 100), (0, 0)])
def test_zeros_are_hidden_where_the_policy_says_so(numerator, denominator):
    hidden = release(one_row(numerator, denominator), Policy(11, show_zeros=False))
    assert hidden.rates.loc[0, "state"] == "suppressed"


def test_a_small_cell_takes_others_with_it():
    released = release(results(), POLICY)
    hidden = released.rates[released.rates["state"] == "suppressed"]
    assert {*zip(hidden["place"], hidden["group"], strict=True)} == {
        ("Phillips", "black"),
        ("Phillips", "white"),
        ("Nokomis", "black"),
        ("Nokomis", "white"),
    }


def test_a_hidden_row_keeps_its_keys_only():
    rates = release(results(), POLICY).rates
    row = rates[(rates["place"] == "Phillips") & (rates["group"] == "black")].iloc[0]
    assert row["state"] == "suppressed"
    assert row["cells"] == ["Phillips|black"]
    assert row[["numerator", "denominator", "rate", "is_large", "method"]].isna().all()


def test_a_shown_row_keeps_its_true_values():
    row = release(results(), POLICY).rates.set_index(["place", "group"]).loc[("city", "all")]
    assert (row["numerator"], row["denominator"], row["rate"], row["state"]) == (147, 420, 0.35, "value")
    assert bool(row["is_large"])


def test_rows_that_derive_from_a_hidden_count_are_not_shown_either():
    gaps = release(results(), POLICY).gaps.set_index("place")
    assert gaps.loc["Phillips", "verdict"] == "not shown, to protect privacy"
    assert gaps.loc["Phillips", "difference"] is pd.NA or pd.isna(gaps.loc["Phillips", "difference"])
    assert gaps.loc["Longfellow", "verdict"] == "worse off"


def test_the_counts_themselves_are_hidden():
    counts = release(results(), POLICY).counts.set_index("cell")
    assert counts.loc["Phillips|black"].isna().all()
    assert counts.loc["city|all"].tolist() == [147, 420]


def test_rows_stand_in_order_of_their_keys():
    released = release(results(), POLICY)
    assert released.rates["place"].tolist() == sorted(released.rates["place"])
    assert released.gaps["place"].tolist() == ["Longfellow", "Nokomis", "Phillips", "city"]


def test_a_key_with_a_declared_order_keeps_it():
    order = pd.CategoricalDtype(["city", "Phillips", "Nokomis", "Longfellow"], ordered=True)
    toy = results()
    released = release(toy.with_frames(gaps=toy.gaps.astype({"place": order})), POLICY)
    assert released.gaps["place"].tolist() == ["city", "Phillips", "Nokomis", "Longfellow"]


def test_the_callers_frames_are_left_alone():
    toy = results()
    before = {name: frame.copy(deep=True) for name, frame in {**toy.frames(), "counts": toy.counts}.items()}
    release(toy, POLICY)
    for name, frame in before.items():
        assert_frame_equal(getattr(toy, name), frame)


def test_nothing_is_hidden_of_what_is_not_about_people():
    released = release(results(about_people=False), POLICY)
    assert released.released
    assert (released.rates["state"] == "value").all()
    assert released.facts["minimum_count"] is None


def test_an_internal_release_hides_nothing_and_says_so():
    released = release(results(), Policy(11, audience="internal"))
    assert (released.rates["state"] == "value").all()
    assert released.facts == {"period": "2025-Q4", "audience": "internal", "minimum_count": None}


def test_a_public_release_says_so():
    assert release(results(), POLICY).facts == {
        "period": "2025-Q4",
        "audience": "public",
        "minimum_count": 11,
    }


def test_a_second_release_changes_nothing():
    released = release(results(), POLICY)
    assert release(released, POLICY) is released


@pytest.mark.parametrize("other", [Policy(16), Policy(11, audience="internal")])
def test_a_release_under_another_rule_is_refused(other):
    with pytest.raises(DisclosureError, match="were released under"):
        release(release(results(), POLICY), other)


def test_a_row_of_an_unlisted_count_is_refused():
    toy = results()
    counts = toy.counts[toy.counts["cell"] != "Phillips|black"]
    with pytest.raises(DisclosureError, match=r"rows of 'rates' derive from 'Phillips\|black'.*'gaps'"):
        release(toy.with_frames(counts=counts, sums=()), POLICY)


def test_rows_that_keys_do_not_tell_apart_are_refused():
    toy = results()
    with pytest.raises(DisclosureError, match="rows of 'gaps' are not told apart"):
        release(toy.with_frames(gaps=pd.concat([toy.gaps, toy.gaps])), POLICY)


def test_counts_that_cannot_be_protected_are_refused_with_every_fault():
    toy = results()
    wrong = toy.counts.assign(numerator=toy.counts["numerator"].where(toy.counts["cell"] != "city|all", 148))
    with pytest.raises(DisclosureError, match=r"(?s)numerators of the parts of 'city\|all' do not add up"):
        release(toy.with_frames(counts=wrong), POLICY)
    with pytest.raises(DisclosureError, match="'nowhere' is named in a sum but has no count"):
        release(toy.with_frames(sums=(Sum("nowhere", ("city|all",)),)), POLICY)
    with pytest.raises(DisclosureError, match=r"'city\|all' is listed twice"):
        release(toy.with_frames(counts=pd.concat([toy.counts, toy.counts.tail(1)])), POLICY)
    with pytest.raises(DisclosureError, match="has -1, which is not a count"):
        release(one_row(-1, 10), POLICY)


def test_facts_that_name_a_hidden_cell_are_blanked():
    fact = {"label": "Black residents of Phillips", "value": 25, "cells": ["Phillips|black"]}
    shown = {"label": "city", "value": 420, "cells": ["city|all"]}
    released = release(results(facts={"unknown": [fact, shown]}), POLICY)
    assert released.facts["unknown"] == [fact | {"value": None, "state": "suppressed"}, shown]


def test_two_small_cells_do_not_protect_each_other():
    """3 and 4 hidden alone would show that 7 are in the two together."""
    table = {
        "Phillips": [(3, 40), (4, 50), (7, 90)],
        "Nokomis": [(20, 60), (40, 80), (60, 140)],
        "city": [(23, 100), (44, 130), (67, 230)],
    }
    released = release(results(table), POLICY)
    shown = released.counts.dropna().set_index("cell")["numerator"]
    assert "Nokomis|all" not in shown.index
    assert "Phillips|all" not in shown.index


def swapped(table, place, other, shift):
    """The table with some of a hidden cell's people moved round a circuit of hidden cells: all totals stay."""
    changed = {name: list(row) for name, row in table.items()}
    for name, sign in ((place, 1), (other, -1)):
        for column, side in ((0, 1), (1, -1)):
            numerator, denominator = changed[name][column]
            changed[name][column] = (numerator + sign * side * shift, denominator + sign * side * shift)
    return changed


@pytest.mark.parametrize("shift", [-3, -2, -1, 1, 3, 6])
def test_swapping_the_secret_changes_no_byte(tmp_path, shift):
    write(release(results(), POLICY), tmp_path / "one")
    write(release(results(swapped(TABLE, "Phillips", "Nokomis", shift)), POLICY), tmp_path / "other")
    one, other = (sorted((tmp_path / name).iterdir()) for name in ("one", "other"))
    assert [file.name for file in one] == ["counts.parquet", "facts.json", "gaps.parquet", "rates.parquet"]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in other]


def test_no_hidden_value_is_anywhere_in_the_frames():
    canary = 123_456_789
    toy = results()
    rates = toy.rates.assign(note=toy.rates["cells"].map(lambda cells: f"CANARY {cells}"), secret=canary)
    released = blank(toy.with_frames(rates=rates), set(toy.counts["cell"]))
    texts = [frame.drop(columns="cells").to_csv() for frame in released.frames().values()]
    assert not any(str(canary) in text or "CANARY" in text for text in texts)


def test_released_results_are_read_as_they_were_written(tmp_path):
    released = release(results(), POLICY)
    write(released, tmp_path)
    again = read(Toy, tmp_path)
    for name, frame in {**released.frames(), "counts": released.counts}.items():
        assert_frame_equal(getattr(again, name), frame, check_dtype=False)
    assert (again.facts, again.sums, again.released) == (released.facts, released.sums, True)
    assert again.rates["cells"].map(type).eq(list).all()


def test_writing_twice_gives_the_same_bytes(tmp_path):
    write(release(results(), POLICY), tmp_path / "one")
    write(read(Toy, tmp_path / "one"), tmp_path / "two")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_results_without_rows_are_written_and_read(tmp_path):
    toy = results()
    empty = toy.with_frames(gaps=toy.gaps.head(0))
    write(release(empty, POLICY), tmp_path)
    assert len(read(Toy, tmp_path).gaps) == 0


def test_unreleased_results_are_never_written(tmp_path):
    with pytest.raises(DisclosureError, match="not released"):
        write(results(), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_reading_what_is_not_there_says_so(tmp_path):
    with pytest.raises(UsageError, match="no released results"):
        read(Toy, tmp_path)
    write(release(results(), POLICY), tmp_path)
    with pytest.raises(UsageError, match="are 'Toy', not 'Other'"):
        read(Other, tmp_path)


def test_results_of_a_version_that_saved_fewer_frames_are_told_by_what_is_lacking(tmp_path):
    write(release(results(), POLICY), tmp_path)
    (tmp_path / "gaps.parquet").unlink()
    with pytest.raises(
        UsageError, match="have no gaps: another version of the workbench.*run the review again"
    ):
        read(Toy, tmp_path)
