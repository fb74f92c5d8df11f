"""p, u and c charts: published examples, baselines and phases together, zero denominators."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.anhoej import runs_of_phases
from workbench.statistics.attribute_limits import c_chart, p_chart, u_chart
from workbench.statistics.nhs_rules import signals
from workbench.statistics.run_rules import RULE_SETS

LINES = ["mean", "lower", "upper"]


@pytest.fixture
def table(shared):
    return lambda name: pd.read_csv(shared / "cases" / "data" / "qicharts2" / name)


def outside(values, limits) -> list[int]:
    """Places, from 1, of the points beyond the limits."""
    found = signals(values, limits, RULE_SETS["outside"])
    return (np.flatnonzero(found["rule"] == "outside") + 1).tolist()


def runs_as_published(values, limits) -> list[list[int]]:
    found = runs_of_phases(values, limits)
    return found[["n", "longest", "longest_max", "crossings", "crossings_min"]].to_numpy().tolist()


def test_montgomerys_orange_juice(reference, table):
    case, rows = reference("targets", "p-montgomery-7.1"), table("sys_tbl_07.03.csv")[:30]
    found = p_chart(rows["count"], rows["size"])
    expected = [case["expected"][name] for name in ("cl", "lcl", "ucl")]
    assert found[LINES].iloc[0].tolist() == pytest.approx(expected, abs=case["tolerance"])
    assert outside(rows["count"] / rows["size"], found) == case["expected"]["signals"]


def test_excluded_points_and_a_rebase_together(reference, table):
    case, rows = reference("targets", "p-phases-exclude"), table("sys_tbl_07.03.csv")
    sample, given_ = rows["sample"].to_numpy(), case["inputs"]
    kept = ~np.isin(sample, given_["exclude"])
    found = p_chart(rows["count"], rows["size"], baseline=kept, phases=(sample > given_["part"]).astype(int))
    for row, part in ((0, "part1"), (-1, "part2")):
        assert found[LINES].iloc[row].tolist() == pytest.approx(case["expected"][part], abs=case["tolerance"])
    values = np.where(kept, rows["count"] / rows["size"], np.nan)
    assert runs_as_published(values, found) == [case["expected"]["runs1"], case["expected"]["runs2"]]


def test_limits_vary_with_the_size_of_a_sample(reference, table):
    case, rows = reference("targets", "p-variable-n"), table("sys_tbl_07.04.csv")
    expected, found = case["expected"], p_chart(rows["count"], rows["size"])
    got = [*found[LINES].iloc[0], *found[["lower", "upper"]].iloc[1]]
    published = [expected[name] for name in ("cl", "lcl1", "ucl1", "lcl2", "ucl2")]
    assert got == pytest.approx(published, abs=case["tolerance"])
    values = rows["count"] / rows["size"]
    assert outside(values, found) == expected["signals"]
    assert [runs_as_published(values, found)[0][place] for place in (1, 3)] == [
        expected["longest"],
        expected["crossings"],
    ]


def test_the_first_26_circuit_boards(reference, table):
    case, rows = reference("targets", "c-qcc-circuit"), table("sys_tbl_07.08.csv")
    expected = [case["expected"][name] for name in ("cl", "lcl", "ucl")]
    found = c_chart(rows["count"][:26])
    assert found[LINES].iloc[0].tolist() == pytest.approx(expected, abs=case["tolerance"])


def test_a_frozen_baseline_and_excluded_points_together(reference, table):
    case, rows = reference("targets", "c-montgomery-7.3"), table("sys_tbl_07.08.csv")
    sample, expected = rows["sample"].to_numpy(), case["expected"]
    kept = ~np.isin(sample, case["inputs"]["exclude"])
    found = c_chart(rows["count"], baseline=kept & (sample <= case["inputs"]["freeze"]))
    published = [expected[name] for name in ("cl", "lcl", "ucl")]
    assert found[LINES].iloc[-1].tolist() == pytest.approx(published, abs=case["tolerance"])
    names = ("n_useful", "longest", "longest_max", "crossings", "crossings_min")
    values = np.where(kept, rows["count"].astype(float), np.nan)
    assert runs_as_published(values, found) == [[expected[name] for name in names]]
    assert runs_of_phases(values, found)["signal"].tolist() == [True]


def test_the_handbooks_wafers(reference):
    case = reference("targets", "c-nist-6.3.3.1")
    units, total = case["inputs"]["units"], case["inputs"]["total"]
    found = c_chart(np.full(units, total / units))
    assert dict(zip(("cl", "lcl", "ucl"), found[LINES].iloc[0], strict=True)) == pytest.approx(
        case["expected"]
    )


def test_a_rate_with_one_exposure_is_floored_at_zero(reference, table):
    case, rows = reference("targets", "u-montgomery-7.4"), table("sys_tbl_07.10.csv")
    expected = [case["expected"][name] for name in ("cl", "lcl", "ucl")]
    found = u_chart(rows["count"], rows["size"])
    assert found[LINES].iloc[0].tolist() == pytest.approx(expected, abs=case["tolerance"])


def test_a_rate_per_50_metres_with_varying_exposure(reference, table):
    case, rows = reference("targets", "u-montgomery-7.5"), table("sys_tbl_07.11.csv")
    found = u_chart(rows["count"], rows["meters"] / case["inputs"]["multiply"])
    close = {"abs": case["tolerance"]}
    assert found["mean"].tolist() == pytest.approx([case["expected"]["cl"]] * 10, **close)
    assert found["lower"].tolist() == pytest.approx(case["expected"]["lcl"], **close)
    assert found["upper"].tolist() == pytest.approx(case["expected"]["ucl"], **close)


def test_computers_in_samples_of_five(reference):
    # 193 defects on 20 samples of 5; how they are spread over the samples has no say in the limits.
    case = reference("targets", "u-qcc-pcmanufact")
    found = u_chart([10] * 13 + [9] * 7, [5] * 20)
    expected = [case["expected"][name] for name in ("cl", "lcl", "ucl")]
    assert found[LINES].iloc[0].tolist() == pytest.approx(expected, abs=case["tolerance"])


def test_infections_of_all_hospitals_together(reference, shared):
    # The published limits are the means over the months.
    case = reference("targets", "u-hospital-pooled")
    rows = pd.read_csv(shared / "cases" / case["inputs"]["file"]).groupby("month")[["n", "days"]].sum()
    found, expected = u_chart(rows["n"], rows["days"]), case["expected"]
    published = [expected[name] for name in ("CL", "aLCL", "aUCL")]
    assert found[LINES].mean().tolist() == pytest.approx(published, abs=case["tolerance"])
    names = ("longest", "longest_max", "crossings", "crossings_min")
    assert runs_as_published((rows["n"] / rows["days"]).to_numpy(), found) == [
        [24, *(expected[name] for name in names)]
    ]


def test_the_centre_line_is_never_the_mean_of_the_ratios():
    assert p_chart([1, 900], [1, 1000])["mean"].tolist() == pytest.approx([901 / 1001] * 2)


def test_a_zero_denominator_has_no_limits_and_no_say():
    found = p_chart([5, 0, 5], [10, 0, 10])
    assert found["mean"].tolist() == [0.5] * 3
    assert found["upper"].isna().tolist() == [False, True, False]
    assert found["lower"].isna().tolist() == [False, True, False]
    assert found["n"].tolist() == [2] * 3
    assert u_chart([4, 0], [0, 2])["mean"].tolist() == [0.0] * 2


def test_a_missing_numerator_takes_its_denominator_along():
    found = u_chart([4, np.nan, 4], [2, 90, 2])
    assert found["mean"].tolist() == [2.0] * 3
    assert found["n"].tolist() == [2] * 3
    assert found["upper"].tolist() == pytest.approx([5.0, 2 + 3 * np.sqrt(2 / 90), 5.0])


def test_shares_stay_between_nothing_and_all():
    found = p_chart([9, 10, 1], [10, 10, 10])
    assert found["upper"].tolist() == [1.0] * 3
    assert p_chart([1, 0, 0], [10, 10, 10])["lower"].tolist() == [0.0] * 3
    assert outside([1.0, 1.0], p_chart([100, 100], [100, 100])) == []


@pytest.mark.parametrize(
    ("chart", "x", "n", "got"),
    [(p_chart, [1, 3], [2, 2], "3 of 2"), (p_chart, [-1], [2], "-1 of 2"), (u_chart, [1], [-2], "1 of -2")],
)
def test_counts_that_cannot_be_are_refused(chart, x, n, got):
    with pytest.raises(ValueError, match=got):
        chart(x, n)


def test_more_events_than_exposure_are_a_rate():
    assert u_chart([30], [10])["mean"].tolist() == [3.0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=20))
def test_cases_that_count_and_those_that_do_not_mirror_each_other(pairs):
    x, others = np.array(pairs).T
    kind, other = p_chart(x, x + others), p_chart(others, x + others)
    for name, mirrored in (("mean", "mean"), ("upper", "lower"), ("near_upper", "near_lower")):
        assert kind[name].tolist() == pytest.approx((1 - other[mirrored]).tolist(), nan_ok=True)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20), st.integers(2, 100))
def test_the_unit_of_the_exposure_scales_a_rate_and_its_limits(counts, by):
    exposure = np.arange(1.0, len(counts) + 1)
    plain, scaled = u_chart(counts, exposure), u_chart(counts, exposure / by)
    assert scaled["upper"].tolist() == pytest.approx((by * plain["upper"]).tolist())
