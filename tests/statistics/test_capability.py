"""Capability: published examples, what is refused and why, and whether the intervals hold their level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.statistics.capability import (
    Capability,
    Index,
    Shape,
    capability,
    centred_index,
    is_stable,
    normal_indices,
    shape_of,
    skewness,
    spread_index,
    taguchi_index,
)
from workbench.statistics.spread import Spread, overall_spread, subgroup_range_spread

NORMAL = Shape("normal", "the caller's choice", 0.0)
LOG_NORMAL = Shape("log-normal", "the caller's choice", 0.0)
PERCENTILE = Shape("percentile", "the caller's choice", 0.0)
ALTERNATING = [10.0, 12.0] * 20


def three(index: Index) -> list:
    return [index.value, index.lower, index.upper]


def test_the_handbooks_example(reference):
    case = reference("targets", "capability-nist-6.1.6")
    given_, expected = case["inputs"], case["expected"]
    found = normal_indices(
        given_["mean"], Spread(given_["s"], 49, "overall"), 50, given_["lsl"], given_["usl"]
    )
    values = {name: index.value for name, index in found.items()}
    off_centre = 1 - values["cpk"] / values["cp"]
    assert {**values, "k": off_centre} == pytest.approx(expected, abs=case["tolerance"])


def test_piston_rings_against_tight_limits(reference):
    # Published with 124 degrees of freedom, and one-sided limits at 95 %, which are two-sided ones at 90 %.
    case = reference("targets", "capability-qcc-tight")
    limits, expected = case["inputs"], case["expected"]
    spread = Spread(expected["sigma"], 124, "subgroup_range")
    at = (expected["center"], spread, 125, limits["lsl"], limits["usl"])
    both, one_sided = normal_indices(*at), normal_indices(*at, confidence=0.9)
    for name, found in {"cp": both, "cpk": both, "cpl": one_sided, "cpu": one_sided}.items():
        assert three(found[name]) == pytest.approx(expected[name], abs=case["tolerance"][name])
    cpm = taguchi_index(limits["lsl"], limits["usl"], expected["center"], expected["sigma"], limits["target"])
    assert cpm == pytest.approx(expected["cpm"], abs=case["tolerance"]["cpm"])


def test_piston_rings_against_wide_limits_and_another_target(reference):
    case = reference("targets", "capability-qcc-target")
    process = reference("targets", "capability-qcc-tight")["expected"]
    limits, expected = case["inputs"], case["expected"]
    spread = Spread(process["sigma"], 124, "subgroup_range")
    found = normal_indices(process["center"], spread, 125, limits["lsl"], limits["usl"])
    assert three(found["cp"]) == pytest.approx(expected["cp"], abs=case["tolerance"])
    assert three(found["cpk"]) == pytest.approx(expected["cpk"], abs=case["tolerance"])
    cpm = taguchi_index(limits["lsl"], limits["usl"], process["center"], process["sigma"], limits["target"])
    assert cpm == pytest.approx(expected["cpm"], abs=case["tolerance"])


def test_within_subgroups_and_overall(reference):
    case = reference("targets", "capability-qcc-pp")
    rows, limits, expected = case["inputs"]["data"], case["inputs"], case["expected"]
    found = capability(
        np.ravel(rows),
        lower=limits["lsl"],
        upper=limits["usl"],
        stable=True,
        shape=NORMAL,
        within=subgroup_range_spread(rows),
        enough=12,
    )
    values = {name: getattr(found, name).value for name in ("cp", "cpk", "pp", "ppk")}
    cpm, overall = (
        taguchi_index(limits["lsl"], limits["usl"], found.centre, each.sigma, limits["target"])
        for each in (found.within, found.overall)
    )
    assert {**values, "cpm": cpm, "ppm_index": overall} == pytest.approx(expected, abs=case["tolerance"])


def test_interval_of_cp_in_the_textbook():
    # Montgomery, Introduction to Statistical Quality Control, example 8.4: n = 20, Cp rounded to 2.29.
    found = spread_index(2.29, 19)
    assert [round(number, 2) for number in three(found)] == [2.29, 1.57, 3.01]


def test_interval_of_cpk_by_hand():
    # 1.33 +/- 1.96 sqrt(1 / (9 * 20) + 1.33^2 / (2 * 19))
    assert three(centred_index(1.33, 20, 19)) == pytest.approx([1.33, 0.8826, 1.7774], abs=1e-4)


def test_with_an_upper_limit_alone_cp_is_undefined_and_cpk_is_cpu():
    found = capability(ALTERNATING, upper=15.0, stable=True, shape=NORMAL)
    assert (found.cp, found.pp) == (Index(reason="one_sided"), Index(reason="one_sided"))
    assert (found.cpl, found.ppl) == (Index(reason="one_sided"), Index(reason="one_sided"))
    assert found.cpk == found.cpu
    assert found.ppk == found.ppu
    assert found.ppk.value == pytest.approx(4 / (3 * np.std(ALTERNATING, ddof=1)))
    assert (found.within.method, found.overall.method) == ("moving_range", "overall")
    assert found.overall.freedom == 39


def indices(found: Capability) -> dict[str, Index]:
    return {name: getattr(found, name) for name in ("cp", "cpk", "cpl", "cpu", "pp", "ppk", "ppl", "ppu")}


@pytest.mark.parametrize(
    ("values", "options", "reason"),
    [
        (ALTERNATING, {"stable": False}, "unstable"),
        (ALTERNATING[:29], {}, "too_few"),
        ([], {}, "too_few"),
        ([*ALTERNATING[:29], *[np.nan] * 20], {}, "too_few"),
        ([11.0] * 40, {}, "no_spread"),
        (ALTERNATING, {"shape": Shape(None, "the tail is not shown", 3.0)}, "shape_not_known"),
    ],
)
def test_refused_with_a_reason(values, options, reason):
    found = capability(values, upper=15.0, **{"stable": True, "shape": NORMAL, **options})
    assert set(indices(found).values()) == {Index(reason=reason)}


def test_within_spread_of_zero_is_refused_and_the_overall_index_stays():
    rows = [[9.0, 9.0], [11.0, 11.0]] * 10
    within = subgroup_range_spread(rows)
    found = capability(np.ravel(rows), upper=15.0, stable=True, shape=NORMAL, within=within)
    assert found.cpk == Index(reason="no_spread")
    assert found.ppk.value > 0


@pytest.mark.parametrize(
    ("limits", "fault"), [({}, "needs a specification limit"), ({"lower": 5, "upper": 5}, "got 5 and 5")]
)
def test_impossible_limits_are_refused(limits, fault):
    with pytest.raises(ValueError, match=fault):
        capability(ALTERNATING, **limits, stable=True, shape=NORMAL)


def test_a_mean_beyond_the_limit_is_below_0():
    assert capability(ALTERNATING, upper=10.5, stable=True, shape=NORMAL).ppk.value < 0


def test_log_normal_indices_are_from_the_fitted_percentiles():
    logs = np.tile([1.0, 3.0], 50)
    found = capability(np.exp(logs), lower=1.0, upper=900.0, stable=True, shape=LOG_NORMAL)
    sigma = logs.std(ddof=1)
    low, middle, high = np.exp([2 - 3 * sigma, 2.0, 2 + 3 * sigma])
    assert found.pp.value == pytest.approx(899 / (high - low))
    assert found.ppu.value == pytest.approx((900 - middle) / (high - middle))
    assert found.ppl.value == pytest.approx((middle - 1) / (middle - low))
    assert found.ppk.value == min(found.ppu.value, found.ppl.value)
    assert found.cpk == Index(reason="needs_normal")
    assert found.ppk.lower < found.ppk.value < found.ppk.upper


def test_percentile_indices_are_from_the_values_themselves():
    values = np.arange(1, 4001.0)  # ranks 6, 2,000 and 3,995
    found = capability(values, upper=5990.0, stable=True, shape=PERCENTILE)
    assert found.ppk.value == (5990 - 2000) / (3995 - 2000)
    assert found.pp == Index(reason="one_sided")


@pytest.mark.parametrize(("n", "shown"), [(2000, False), (3000, True)])
def test_where_all_values_may_lie_below_the_tail_the_index_may_be_near_0(n, shown):
    values = np.random.default_rng(1).exponential(1, n)
    found = capability(values, upper=9.0, stable=True, shape=PERCENTILE).ppk
    assert (found.lower > 0) == shown
    assert found.value < found.upper


def test_the_same_seed_gives_the_same_interval_and_order_does_not_matter():
    values = np.random.default_rng(2).lognormal(2, 0.5, 300)
    found = [capability(each, upper=60.0, stable=True, shape=LOG_NORMAL) for each in (values, values.copy())]
    assert found[0] == found[1]
    again = capability(values[::-1], upper=60.0, stable=True, shape=LOG_NORMAL)
    assert three(again.ppk) == pytest.approx(three(found[0].ppk))


def held(draw, truth, shape, repeats=400, **limits) -> float:
    """Share of samples whose interval of Ppk holds the true one."""
    rng = np.random.default_rng(11)
    found = [capability(draw(rng), **limits, stable=True, shape=shape).ppk for _ in range(repeats)]
    return np.mean([each.lower <= truth <= each.upper for each in found])


def test_intervals_hold_their_level():
    assert 0.925 <= held(lambda rng: rng.normal(10, 2, 60), 1.0, NORMAL, upper=16.0) <= 0.975
    truth = (60 - np.exp(2)) / (np.exp(3.5) - np.exp(2))
    assert 0.925 <= held(lambda rng: rng.lognormal(2, 0.5, 60), truth, LOG_NORMAL, upper=60.0) <= 0.975
    truth = (60 - np.log(2)) / (-np.log(0.00135) - np.log(2))
    assert 0.93 <= held(lambda rng: rng.exponential(1, 3000), truth, PERCENTILE, upper=60.0) <= 0.99


def test_the_moving_range_interval_of_cpk_holds_its_level():
    rng = np.random.default_rng(4)
    samples = [
        capability(rng.normal(10, 2, 40), upper=16.0, stable=True, shape=NORMAL).cpk for _ in range(800)
    ]
    assert 0.93 <= np.mean([each.lower <= 1.0 <= each.upper for each in samples]) <= 0.97


def test_a_normal_sample_is_normal_and_lead_times_are_not():
    rng = np.random.default_rng(1)
    assert shape_of(rng.normal(10, 1, 200)).form == "normal"
    found = shape_of(rng.lognormal(2, 0.8, 200))
    assert found.form == "log-normal"
    assert found.why.startswith(f"skewness {found.skewness:.2f} is further than 0.34 from 0")


@pytest.mark.parametrize(("n", "form"), [(740, None), (741, "percentile")])
def test_the_percentile_form_needs_a_value_in_the_tail(n, form):
    assert shape_of(np.random.default_rng(1).exponential(1, n)).form == form


def test_a_value_of_0_has_no_logarithm():
    values = np.append(np.random.default_rng(1).lognormal(2, 0.8, 200), 0.0)
    assert shape_of(values).form is None


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [5.0] * 50, [np.nan] * 9])
def test_too_little_has_no_shape(values):
    assert shape_of(values).form is None


def test_skewness_by_hand():
    assert skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(1 / np.sqrt(2))


def test_a_shift_is_not_stable_and_noise_is():
    noise = [10.0, 11.0, 9.0, 10.5, 9.5, 10.0, 11.0, 9.0, 10.0]
    assert is_stable(noise)
    assert not is_stable([*noise, 30.0])
    assert not is_stable([*noise, *[13.0, 13.5] * 4])


@given(st.lists(st.floats(1, 50), min_size=30, max_size=60), st.floats(1, 100), st.floats(0.1, 9))
def test_the_unit_does_not_matter(values, upper, unit):
    found = capability(values, upper=upper, stable=True, shape=NORMAL).ppk
    other = capability([value * unit for value in values], upper=upper * unit, stable=True, shape=NORMAL).ppk
    if found.reason or overall_spread(values).sigma < 1e-6:
        return
    assert three(other) == pytest.approx(three(found), rel=1e-6, abs=1e-6)
