"""Who waits longest, and in which steps: literal logs, properties, and what a reader could subtract."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.catalog.model import Dimension, PlaceLevel
from workbench.process_timing.cohort import Cohort
from workbench.process_timing.counts import Counts
from workbench.process_timing.equity.by_step import equity_steps
from workbench.process_timing.equity.gaps import equity
from workbench.process_timing.times.lead_times import attributes, lead_times
from workbench.process_timing.times.restricted import restricted_means

PROCESS = {
    "first": ["Filed"],
    "last": ["Issued"],
    "withdrawn": ["Withdrawn"],
    "service_level": {"days": 10, "calendar": "calendar"},
    "groups": {"group": "group"},
}
GROUPS = Dimension.model_validate(
    {"title": "Group", "groups": {name: {"title": name.upper(), "codes": [name]} for name in "abc"}}
)
COLUMNS = ("case", "activity", "completed", "group", "kind", "ward")
QUICK = (("Plan review", 2), ("Issued", 5))
WAITING = (("Plan review", 8), ("Issued", 11))
ONCE = (("Plan review", 2), ("Corrections", 5), ("Plan review", 8), ("Issued", 9))
TWICE = (*ONCE[:-1], ("Corrections", 11), ("Plan review", 14), ("Issued", 15))


def log_of(paths, kind="deck", ward="north", first=0) -> list[tuple[str, ...]]:
    """So many cases of each (group, path), each spread over the first quarter of 2026; their numbers from ``first``."""
    rows, number = [], first
    for (group, path), times in paths.items():
        for each in range(times):
            start = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(hours=int(each * 2000 / times))
            for step, days in (("Filed", 0), *path):
                at = (start + pd.Timedelta(days=days)).isoformat()
                rows.append((f"c{number:05}", step, at, group, kind, ward))
            number += 1
    return rows


@pytest.fixture
def cohort_of(cube_of):
    """The first quarter of 2026 of a log."""

    def made(rows, as_of="2026-12-31", about_people=False, reference="everyone_else", **process):
        groups = GROUPS.model_copy(update={"reference": reference})
        cube = cube_of(
            rows,
            COLUMNS,
            process={**PROCESS, **process},
            as_of=as_of,
            about_people=about_people,
            dimensions={"group": groups},
            places={"ward": PlaceLevel(title="Ward")},
        )
        return Cohort.of(cube, "2026-Q1", "submitted", 0.95)

    return made


def gaps(cohort: Cohort) -> pd.DataFrame:
    return equity(cohort, Counts()).set_index(["group", "quantity"])


def steps(cohort: Cohort) -> pd.DataFrame:
    return equity_steps(cohort, Counts()).set_index(["group", "from", "to"])


def test_a_gap_that_arises_in_one_step_is_there_and_is_one_of_time(cohort_of):
    cohort = cohort_of(log_of({("a", QUICK): 60, ("b", WAITING): 50}))
    found = gaps(cohort)
    for quantity, value in (("median", 11), ("mean", 11)):
        row = found.loc[("b", quantity)]
        assert (row["value"], row["reference_value"], row["difference"]) == pytest.approx((value, 5, 6))
    assert found.loc[("b", "mean"), ["reference", "verdict"]].tolist() == ["everyone_else", "worse off"]
    assert found.loc[("a", "mean"), "verdict"] == "better off"
    assert found.loc[("b", "service level"), ["value", "reference_value"]].tolist() == [0, 1]
    assert found.loc[("b", "service level"), "verdict"] == "worse off"
    assert found.loc[("b", "rework"), ["value", "verdict"]].tolist() == [0, "no difference found"]
    split = steps(cohort).loc["b"]
    assert split.index[0] == ("Filed", "Plan review")
    parts = split[["gap_days", "use_days", "time_days"]].to_numpy()
    assert parts == pytest.approx(np.array([[6, 0, 6], [0, 0, 0]]))
    assert split["share_of_gap"].tolist() == pytest.approx([1, 0])
    assert split["verdict"].tolist() == ["worse off", "no difference found"]


@pytest.mark.parametrize(
    ("cases", "words"), [(49, ["can't tell yet"] * 2), (50, ["better off", "worse off"])]
)
def test_a_gap_of_few_cases_has_limits_and_no_p(cohort_of, cases, words):
    """Of few on either side: shares, whose p holds for few, are judged all the same."""
    found = gaps(cohort_of(log_of({("a", QUICK): 60, ("b", WAITING): cases})))
    mean = found.xs("mean", level="quantity")
    assert mean["verdict"].tolist() == words
    assert mean["p"].isna().tolist() == [cases < 50] * 2
    assert mean.loc["b", ["difference", "lower", "upper"]].tolist() == pytest.approx([6, 6, 6])
    assert found.loc[("b", "service level"), "verdict"] == "worse off"


def test_a_gap_of_those_sent_back_twice_is_one_of_use(cohort_of):
    cohort = cohort_of(log_of({("a", ONCE): 60, ("b", TWICE): 50}))
    assert gaps(cohort).loc[("b", "mean"), "difference"] == pytest.approx(6)
    split = steps(cohort).loc["b"]
    loop = split.loc[[("Plan review", "Corrections"), ("Corrections", "Plan review")]]
    assert loop[["gap_days", "use_days", "time_days"]].to_numpy() == pytest.approx(
        np.array([[3, 3, 0], [3, 3, 0]])
    )
    assert split["gap_days"].drop(loop.index).tolist() == pytest.approx([0, 0])


def test_the_wait_before_the_first_step_and_that_of_open_cases_are_edges(cohort_of):
    rows = [
        (*row, (pd.Timestamp(row[2]) - pd.Timedelta(days=3 if row[3] == "b" else 1)).isoformat())
        for row in log_of({("a", QUICK): 60, ("b", QUICK): 30, ("b", QUICK[:1]): 30})
    ]
    first = {row[0]: row[6] for row in reversed(rows)}
    frame = pd.DataFrame(
        [(*row[:6], first[row[0]]) for row in rows], columns=[*COLUMNS, "submitted"], dtype=object
    )
    split = steps(cohort_of(frame, submitted="submitted")).loc["b"]
    assert split.loc[("submitted", "Filed"), "gap_days"] == pytest.approx(2)
    tail = split.loc[("Plan review", "not yet")]
    assert (tail["gap_days"], tail["time_days"]) == pytest.approx(
        (0.5 * (20 - 3 - 2), 0)
    )  # half of them, to the 20 days


def test_without_groups_and_places_there_is_nothing(cohort_of):
    cohort = cohort_of(log_of({("a", QUICK): 60, ("b", WAITING): 40}), groups={})
    assert equity(cohort, Counts()).empty
    assert equity_steps(cohort, Counts()).empty


def test_one_group_is_shown_and_compared_with_nobody(cohort_of):
    cohort = cohort_of(log_of({("a", QUICK): 60, ("x", WAITING): 40}))  # x is nobody's code: unknown
    found = equity(cohort, Counts())
    assert found.groupby("group")["value"].first().to_dict() == {"a": 5, "unknown": 11}
    assert found["reference"].eq("").all()
    assert found["difference"].isna().all()
    assert found["verdict"].eq("").all()
    assert equity_steps(cohort, Counts()).empty


def test_unknown_is_nobodys_reference(cohort_of):
    paths = {("a", QUICK): 60, ("b", WAITING): 50, ("x", ONCE): 50}
    with_unknown, without = (
        gaps(cohort_of(log_of(dict(list(paths.items())[:size])))).loc["b"] for size in (3, 2)
    )
    columns = ["value", "reference_value", "difference", "lower", "upper", "p"]
    pd.testing.assert_frame_equal(with_unknown[columns], without[columns])


def test_the_declared_group_is_the_reference(cohort_of):
    paths = {("a", QUICK): 60, ("b", WAITING): 40, ("c", ONCE): 50}
    found = gaps(cohort_of(log_of(paths), reference="a"))
    assert found.loc[("c", "mean"), ["reference", "reference_value", "difference"]].tolist() == ["a", 5, 4]
    assert found.loc[("a", "mean"), "reference"] == ""
    found = gaps(cohort_of(log_of(paths), reference="best"))
    assert found.loc[("c", "mean"), "reference"] == "everyone_else"
    assert found.loc[("c", "mean"), "reference_value"] == pytest.approx((60 * 5 + 40 * 11) / 100)


def test_a_gap_of_kinds_of_case_is_none_at_the_same_mix(cohort_of):
    """Decks take 5 days and houses 11 in both groups; b asks for more houses, and closes those late."""
    houses = log_of({("a", WAITING): 20, ("b", WAITING): 40}, kind="house", first=1000)
    cohort = cohort_of(log_of({("a", QUICK): 60, ("b", QUICK): 40}) + houses, attributes=["kind"])
    row = gaps(cohort).loc[("b", "mean")]
    assert (row["value"], row["reference_value"], row["difference"]) == pytest.approx((8, 6.5, 1.5))
    assert row["same_mix"] == pytest.approx(0)
    assert row["same_mix_lower"] < 0 < row["same_mix_upper"]
    assert row["covered"] == 1
    level = gaps(cohort).loc[("b", "service level")]
    assert level[["difference", "same_mix"]].tolist() == pytest.approx([-0.25, 0])


def test_kinds_of_one_side_only_are_left_out_of_the_same_mix(cohort_of):
    houses = log_of({("a", WAITING): 20}, kind="house", first=1000)
    cohort = cohort_of(log_of({("a", QUICK): 60, ("b", QUICK): 40}) + houses, attributes=["kind"])
    row = gaps(cohort).loc[("b", "mean")]
    assert row[["difference", "same_mix", "covered"]].tolist() == pytest.approx([-1.5, 0, 0.75])


def test_places_without_a_clear_gap_have_no_steps(cohort_of):
    places = log_of({("a", QUICK): 60}) + log_of({("a", WAITING): 50}, ward="south", first=1000)
    places += log_of({("a", QUICK): 25, ("a", WAITING): 25}, ward="west", first=2000)
    cohort = cohort_of(places, places={"ward": "ward"})
    found = equity(cohort, Counts()).query("dimension == 'ward' and quantity == 'mean'").set_index("group")
    assert found["kind"].eq("place").all()
    split = equity_steps(cohort, Counts())
    clear = set(found.index[found["verdict"].isin(["worse off", "better off"])])
    assert set(split["group"]) == clear == {"north", "south"}


MIXED = {
    ("a", QUICK): 50,
    ("a", ONCE): 20,
    ("b", WAITING): 30,
    ("b", TWICE): 20,
    ("b", QUICK[:1]): 15,
    ("c", ONCE): 40,
    ("c", (("Withdrawn", 1),)): 12,
}


def test_steps_add_up_to_the_gap_also_with_open_and_withdrawn_cases(cohort_of):
    cohort = cohort_of(log_of(MIXED), as_of="2026-04-05")
    split, found = equity_steps(cohort, Counts()), gaps(cohort)
    whole = split.groupby("group")["gap_days"].sum()
    assert list(whole.index) == ["a", "b", "c"]
    assert whole.tolist() == pytest.approx(
        found.xs("mean", level=1)["difference"].loc[whole.index].tolist(), abs=1e-9
    )
    assert (split["use_days"] + split["time_days"]).tolist() == pytest.approx(
        split["gap_days"].tolist(), abs=1e-9
    )
    for _, own in split.groupby("group"):
        assert own["gap_days"].abs().is_monotonic_decreasing


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_the_names_of_groups_matter(cohort_of, seed):
    rows = log_of(MIXED)
    shuffled = [rows[place] for place in np.random.default_rng(seed).permutation(len(rows))]
    names = {"a": "b", "b": "c", "c": "a"}
    renamed = [(*row[:3], names[row[3]], *row[4:]) for row in shuffled]
    cohorts = [cohort_of(each) for each in (rows, shuffled, renamed)]
    for frame, keys in ((equity, ["group", "quantity"]), (equity_steps, ["group", "from", "to"])):
        first, second, third = (frame(cohort, Counts()) for cohort in cohorts)
        pd.testing.assert_frame_equal(first, second)
        back = third.assign(group=third["group"].map({new: old for old, new in names.items()}))
        numbers = list(first.select_dtypes("float"))
        first, back = (each.set_index(keys)[numbers].sort_index() for each in (first, back))
        pd.testing.assert_frame_equal(first, back, rtol=1e-9, atol=1e-9)


FRAMES = (lead_times, restricted_means, attributes, equity, equity_steps)


@pytest.fixture
def released(cohort_of, release_of):
    """Released frames of people's cases."""

    def made(rows, **more):
        return release_of(cohort_of(rows, about_people=True, **more), FRAMES).frames()

    return made


def test_a_group_of_few_is_hidden_with_another_and_has_no_steps(released):
    found = released(log_of({("a", QUICK): 90, ("b", WAITING): 60, ("c", WAITING): 5}))
    hidden = found["equity"].query("state == 'suppressed'")
    assert set(hidden["group"]) >= {"b", "c"}
    assert hidden[["value", "difference", "same_mix", "p"]].isna().all(axis=None)
    shown = found["equity_steps"].query("state != 'suppressed'")
    assert "c" not in set(shown["group"])


def test_few_others_hide_the_group_that_they_are_compared_with(released):
    """Of a, b, c the others of a are 8 people: what a row of a says of them is theirs."""
    found = released(log_of({("a", QUICK): 90, ("b", WAITING): 4, ("c", WAITING): 4}))
    assert found["equity"]["state"].eq("suppressed").all()
    assert found["attributes"]["state"].eq("suppressed").all()


RARE = (("Plan review", 2), ("Zoning", 3), ("Issued", 5))


@pytest.mark.parametrize("few", [1, 5, 10])
def test_a_step_of_few_of_any_group_is_told_of_none(released, few):
    """Whose few cases went through zoning, and for how long, changes neither which rows there are nor what is hidden."""
    paths = {("a", QUICK): 60, ("a", RARE): 40, ("b", WAITING): 40, ("b", RARE): 30, ("c", QUICK): 60 - few}
    told = released(log_of({**paths, ("c", RARE): few}))["equity_steps"]
    shown = {(row["group"], row["from"], row["to"], row["state"]) for row in told.to_dict("records")}
    steps = {(start, end) for _, start, end, _ in shown}
    assert steps == {("Filed", "Plan review"), ("other steps", "other steps")}
    assert {state for *_, state in shown} == {"value"}
    enough = released(log_of({**paths, ("c", RARE): 11 + few, ("c", QUICK): 49 - few}))["equity_steps"]
    assert ("Zoning", "Issued") in set(zip(enough["from"], enough["to"], strict=True))


def test_the_rows_of_a_group_give_only_what_its_gap_gives(released):
    """Two secrets with the same gaps: three of c wait in zoning, or the same time in review. Nothing shown differs."""
    slow_zoning = (("Plan review", 2), ("Zoning", 9), ("Issued", 11))
    slow_issue = (("Plan review", 2), ("Zoning", 3), ("Issued", 11))
    paths = {("a", QUICK): 60, ("a", RARE): 40, ("b", WAITING): 40, ("b", RARE): 30, ("c", QUICK): 57}
    first, second = (
        released(log_of({**paths, ("c", secret): 3}))["equity_steps"].drop(columns=["cells"])
        for secret in (slow_zoning, slow_issue)
    )
    pd.testing.assert_frame_equal(first, second, rtol=1e-9, atol=1e-9)


def test_rework_of_people_is_told_in_steps_and_its_limits_hold_for_the_true_share(cohort_of):
    rows = log_of({("a", QUICK): 150, ("a", ONCE): 52, ("b", QUICK): 66, ("b", ONCE): 48})
    exact, rounded = (
        gaps(cohort_of(rows, about_people=people)).loc[("b", "rework")] for people in (False, True)
    )
    assert rounded["value"] * 114 == pytest.approx(40)
    assert rounded["reference_value"] * 202 == pytest.approx(60)
    assert rounded["lower"] < exact["lower"] < exact["upper"] < rounded["upper"]
    assert exact["verdict"] == "worse off"
    assert rounded["verdict"] == "no difference found"
    assert rounded["p"] > exact["p"]
