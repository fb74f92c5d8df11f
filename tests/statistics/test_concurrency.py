"""Which activities run side by side, and since when work could have begun."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.concurrency import Thresholds, codes, concurrent, enablement, microseconds


def traces(*words) -> tuple[np.ndarray, np.ndarray]:
    """Codes of cases and activities of traces written as words, a letter an activity."""
    case = np.repeat(np.arange(len(words)), [len(word) for word in words])
    return case, np.array([ord(letter) - ord("a") for word in words for letter in word])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["ab", "ba"], True),
        (["ab"], False),
        (["ab"] * 20 + ["ba"], True),  # (20 - 1) / (20 + 1 + 1) = 0.86
        (["ab"] * 30 + ["ba"], False),  # (30 - 1) / (30 + 1 + 1) = 0.91
        (["aba"] * 8, True),  # 8 / 9 = 0.89
        (["aba"] * 9, False),  # 9 / 10 = 0.9: a loop
        (["aba"] * 9 + ["aa"] * 9, True),  # an activity that repeats itself makes no loop of two
    ],
)
def test_both_orders_without_a_loop_or_a_prevailing_order_are_concurrent(words, found):
    pairs = concurrent(*traces(*words))
    assert pairs[0, 1] == pairs[1, 0] == found
    assert not np.diag(pairs).any()


def test_thresholds_are_the_callers():
    assert not concurrent(*traces(*["ab"] * 20, "ba"), Thresholds(dependency=0.8))[0, 1]


def log(*rows) -> pd.DataFrame:
    """Rows of case, activity, start, end."""
    frame = pd.DataFrame(rows, columns=["case", "activity", "start", "end"])
    return frame.astype({"start": "Int64", "end": "Int64"})


def test_work_is_enabled_by_the_latest_that_ended_before_it_started():
    frame = log((1, "a", 0, 3), (1, "b", 4, 9), (1, "c", 5, 6), (1, "d", 9, 12))
    found = enablement(frame)
    assert found["enabled"].tolist() == [pd.NA, 3, 3, 9]
    assert found["position"].tolist() == [pd.NA, 0, 0, 1]


def test_concurrent_work_enables_nothing():
    both_orders = [
        (1, "a", 0, 1),
        (1, "b", 2, 3),
        (1, "c", 4, 5),
        (2, "a", 0, 1),
        (2, "c", 2, 3),
        (2, "b", 4, 5),
    ]
    assert enablement(log(*both_orders))["enabled"].tolist() == [pd.NA, 1, 1, pd.NA, 1, 1]


def test_instants_at_one_moment_do_not_enable_each_other():
    frame = log((1, "a", 1, 1), (1, "b", 4, 4), (1, "c", 4, 4))
    assert enablement(frame)["enabled"].tolist() == [pd.NA, 1, 1]


def test_without_a_start_the_end_bounds_and_without_an_end_nothing_is_enabled():
    frame = log((1, "a", 0, 3), (1, "b", None, 7), (1, "c", 8, None), (1, "d", 9, 10))
    assert enablement(frame)["enabled"].tolist() == [pd.NA, 3, 7, 7]


def test_no_rows():
    assert enablement(log()).empty


def one_by_one(frame) -> list:
    """The definition, pair by pair, for a log without missing instants."""
    ordered = frame.assign(kind=codes(frame["activity"]), place=codes(frame["case"]))
    ordered = ordered.sort_values(["place", "end", "start", "kind"])
    pairs = concurrent(ordered["place"].to_numpy(), ordered["kind"].to_numpy())
    found = []
    for _, row in ordered.sort_index().iterrows():
        same = ordered[ordered["case"] == row["case"]]
        free = same[~pairs[row["kind"], same["kind"].to_numpy(int)]]
        before = free[(free["end"] <= row["start"]) & (free["end"] < row["end"])]
        found.append(before["end"].max() if len(before) else pd.NA)
    return found


row = st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 3))


@given(st.lists(row, min_size=1, max_size=14), st.randoms())
def test_enablement_is_as_defined_whatever_the_order_of_rows(rows, random):
    frame = log(*((case, activity, start, start + lasting) for case, activity, start, lasting in rows))
    found = enablement(frame)["enabled"]
    assert found.tolist() == one_by_one(frame)
    order = list(frame.index)
    random.shuffle(order)
    assert enablement(frame.loc[order])["enabled"].loc[frame.index].tolist() == found.tolist()


def test_instants_with_a_zone_are_counted_in_utc():
    local = pd.Series(pd.to_datetime(["2026-01-01 00:00:01", None]).tz_localize("America/New_York"))
    assert microseconds(local).tolist() == [1767243601000000, np.iinfo(np.int64).min]
    assert microseconds(pd.Series([5, None], dtype="Int64")).tolist() == [5, np.iinfo(np.int64).min]
    with pytest.raises(ValueError, match="column start: expected instants or whole microseconds"):
        microseconds(pd.Series(["noon"], name="start"))
