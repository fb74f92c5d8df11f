"""What is looked at before a series is judged, and which chart that leaves."""

from datetime import date

import numpy as np
import pytest

from workbench.findings.model import Verdict
from workbench.target_tracking.gate import near_bound, units_change
from workbench.target_tracking.judgement import judge, run_start, variation
from workbench.target_tracking.series import series_of

DRAW = np.random.default_rng(11)
NOISE = np.round(DRAW.normal(size=48), 2)
SHARE = {
    "kind": "proportion",
    "scale": "percent",
    "columns": {"interval": "m", "numerator": "a", "denominator": "b"},
}
RATE = {"kind": "rate", "columns": {"interval": "m", "numerator": "a", "denominator": "b"}}
COUNT = {"kind": "count", "columns": {"interval": "m", "numerator": "a"}}


@pytest.fixture
def judged(observations, entry_of):
    def made(values, counts=None, fiscal_start=1, rules="nhs", **changes):
        own = observations("m", list(values), "2022-01", counts=counts).assign(cell="")
        series = series_of("m", entry_of(**changes), own, date(2027, 12, 31), date(2028, 1, 1), fiscal_start)
        return series, judge(series, rules, True)

    return made


def of_counts(judged, pairs, **changes):
    pairs = [(float(a), float(b)) for a, b in pairs]
    values = [a if changes["kind"] == "count" else a / b if b else np.nan for a, b in pairs]
    return judged(values, counts=pairs, **changes)


def remembering(n=36, memory=0.6):
    values, pushes = np.zeros(n), np.random.default_rng(3).normal(size=n)
    for place in range(1, n):
        values[place] = memory * values[place - 1] + pushes[place]
    return 50 + values


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.2, 1.1, 1.3, 1.2, 120, 130, 110], True),
        ([1200, 1100, 1300, 1.2, 1.1, 1.3], True),
        ([1.2, 1.1, 1.3, 12, 13, 11], False),  # ten times is a change, not a unit
        ([1.2, 1.1, 120, 1.3, 1.2, 1.1], False),  # one wild value
        ([1.2, -1.1, 120, 130], False),
        ([1.2, 1.1, 120], False),
    ],
)
def test_a_unit_that_changes_half_way(values, found):
    assert units_change(np.array(values, float)) is found


def test_a_changed_unit_is_checked_not_judged(judged):
    series, judgement = judged([*(10 + NOISE[:12]), *(1000 + 100 * NOISE[12:24])])
    assert variation(series, judgement) == (Verdict.CHECK_DATA, "")
    assert judgement.reasons[0] == "units_change"
    assert judgement.gate == "not judged"


@pytest.mark.parametrize(("pair", "said"), [((101, 100), True), ((100, 100), False)])
def test_more_cases_that_count_than_cases_are_checked(judged, pair, said):
    series, judgement = of_counts(judged, [(70 + place % 3, 100) for place in range(20)] + [pair], **SHARE)
    assert ("above_one" in judgement.reasons) is said
    assert (variation(series, judgement)[0] == Verdict.CHECK_DATA) is said


def test_a_share_that_is_read_in_hundredths_is_not_above_one(judged):
    columns = {"interval": "month", "value": "value"}
    _, judgement = judged(80 + NOISE[:20], kind="proportion", scale="number", columns=columns)
    assert "above_one" not in judgement.reasons
    _, judgement = judged(80 + NOISE[:20], kind="proportion", scale="percent", columns=columns)
    assert "above_one" in judgement.reasons


def test_a_running_total_may_begin_again_with_the_year_and_not_fall_within_it(judged):
    total = {"kind": "cumulative", "columns": {"interval": "month", "value": "value"}}
    rising = [10.0 * (1 + place % 12) for place in range(30)]
    assert "total_falls" not in judged(rising, **total)[1].reasons
    assert "total_falls" in judged(rising, fiscal_start=7, **total)[1].reasons
    assert "total_falls" in judged([*rising[:20], 5.0, *rising[21:]], **total)[1].reasons
    assert "total_falls" not in judged([*rising[:20], 5.0, *rising[21:]])[1].reasons


def test_a_denominator_of_zero_has_no_value_and_is_said(judged):
    pairs = [(70 + place % 4, 100) for place in range(20)] + [(0, 0)] + [(71, 100)] * 2
    series, judgement = of_counts(judged, pairs, **SHARE)
    assert "zero_denominators" in judgement.reasons
    assert np.isnan(series.frame["value"].iloc[20])
    assert variation(series, judgement)[0] == Verdict.COMMON_CAUSE


@pytest.mark.parametrize(
    ("values", "upper", "found"),
    [
        ([1, 1, 0.9, 1, 0.8], True, True),
        ([0.99, 0.98, 0.97, 0.995, 0.96, 0.99], True, True),
        ([0.5, 0.6, 0.55, 0.5, 0.6], True, False),
        ([0, 0.1, 0.2, 0, 0.1], False, True),
        ([1, 1, 1, 1, 1], True, False),  # constant: said as such
        ([1, 1, 0.9, 1], True, False),  # too few for limits
    ],
)
def test_values_at_or_near_a_bound(values, upper, found):
    assert bool(near_bound(np.array(values, float), 0.0, 1.0, upper)) is found


def test_memory_widens_the_limits_and_is_said(judged):
    series, judgement = judged(remembering())
    assert judgement.reasons == ("remembering",)
    assert judgement.choice.chart == "xmr"
    assert judgement.choice.why == "memory"
    assert judgement.gate == "limits widened"
    ranges = np.abs(np.diff(judgement.adjusted))
    plain = 2.66 * ranges[ranges < 3.267 * ranges.mean()].mean()
    half = judgement.limits["upper"].iloc[-1] - judgement.limits["mean"].iloc[-1]
    assert half == pytest.approx(plain / np.sqrt(1 - judgement.memory))
    assert variation(series, judgement)[0] == Verdict.COMMON_CAUSE


def test_a_wild_value_of_a_process_with_memory_is_still_a_signal(judged):
    values = [*remembering(), 62.0]
    assert variation(*judged(values)) == (Verdict.IMPROVING, "outside")


def test_a_shift_just_now_is_not_taken_for_memory(judged):
    _, judgement = judged([*(10 + NOISE[:30]), *(13 + NOISE[30:35])])
    assert judgement.memory == 0.0


@pytest.mark.parametrize("place", [0.7, 0.3])
def test_counts_that_vary_as_chance_makes_them_are_judged_by_it(judged, place):
    pairs = [(n, 60) for n in np.random.default_rng(2).binomial(60, place, size=30)]
    _, judgement = of_counts(judged, pairs, **SHARE)
    assert (judgement.choice.chart, judgement.choice.why) == ("p", "chance_alone")
    rate = sum(a for a, _ in pairs) / 1800
    width = 3 * np.sqrt(rate * (1 - rate) / 60)
    assert judgement.limits["upper"].iloc[-1] == pytest.approx(rate + width)


def test_large_counts_that_vary_more_are_not_judged_by_chance_alone(judged):
    shares = 0.7 + 0.03 * NOISE[:30]
    unequal = [(round(share * n), n) for share, n in zip(shares, [4000, 6000, 9000] * 10, strict=True)]
    alike = [(round(share * 5000), 5000) for share in shares]
    assert of_counts(judged, unequal, **SHARE)[1].choice.chart == "laney_p"
    assert of_counts(judged, unequal, **RATE)[1].choice.chart == "laney_u"
    assert of_counts(judged, alike, **SHARE)[1].choice.why == "alike"
    assert of_counts(judged, alike, **SHARE)[1].choice.chart == "xmr"


def test_counts_are_judged_by_poisson_where_they_are(judged):
    few = np.random.default_rng(2).poisson(9, size=30)
    assert of_counts(judged, [(n, 1) for n in few], **COUNT)[1].choice.chart == "c"
    assert of_counts(judged, [(n * 40, 1) for n in few], **COUNT)[1].choice.chart == "xmr"


def test_a_season_is_taken_out_rather_than_charted_as_counts(judged):
    wave = 0.1 * np.sin(2 * np.pi * np.arange(36) / 12)
    pairs = [(round((0.5 + each) * 4000), 4000) for each in wave + 0.005 * NOISE[:36]]
    _, judgement = of_counts(judged, pairs, **SHARE)
    assert (judgement.choice.chart, judgement.choice.why) == ("xmr", "season")
    assert judgement.gate.startswith("season taken out")
    _, judgement = of_counts(judged, pairs, chart="laney_p", **SHARE)
    assert judgement.choice.chart == "laney_p"
    assert "season_left_in" in judgement.reasons
    assert not judgement.season.found


def test_shares_close_to_the_ceiling_without_counts_are_drawn_as_runs(judged):
    values = 1 - 0.02 * np.abs(NOISE[:30])
    columns = {"interval": "month", "value": "value"}
    _, judgement = judged(values, kind="proportion", scale="percent", columns=columns)
    assert (judgement.choice.chart, judgement.choice.why) == ("run", "bound")
    assert "ceiling" in judgement.reasons


@pytest.mark.parametrize("chart", ["xmr", "run", "ewma", "cusum", "t", "g"])
def test_a_shift_of_three_spreads_is_found_by_every_chart_of_values(judged, chart):
    moved = 100 + 10 * np.concatenate([NOISE[:24], 3 + NOISE[24:36]])
    series, judgement = judged(np.round(moved), chart=chart, baseline={"end": "2023-12"})
    assert judgement.choice.chart == chart
    expected = {"t": "shift", "g": "shift", "run": "long_run", "ewma": "ewma", "cusum": "cusum"}
    verdict, rule = variation(series, judgement)
    assert verdict == Verdict.IMPROVING or (verdict, chart) == (Verdict.COMMON_CAUSE, "g")
    assert rule in (expected.get(chart, rule), "outside", "drift")


def test_a_chart_that_cannot_be_drawn_is_replaced_and_said(judged):
    _, judgement = judged([0.0, *(10 + NOISE[:20])], chart="t")
    assert (judgement.choice.chart, judgement.choice.why) == ("xmr", "not_drawn")


@pytest.mark.parametrize("rules", ["western_electric", "nelson", "powerbi", "runcharter", "outside"])
def test_rules_are_asked_for_by_name(judged, rules):
    shifted = [*(10 + NOISE[:24]), *(11.7 + 0.3 * NOISE[24:34])]
    series, judgement = judged(shifted, rules=rules, baseline={"end": "2023-12"})
    assert variation(series, judgement)[0] == (
        Verdict.IMPROVING if rules != "outside" else Verdict.COMMON_CAUSE
    )


def test_the_best_box_is_asked_for_by_name_and_few_crossings_say_that_it_changed(judged):
    fours = [10 + side * (1 + 0.01 * place) for place, side in enumerate(([1] * 4 + [-1] * 4) * 3)]
    series, judgement = judged(fours, chart="run", rules="anhoej_best_box")
    assert variation(series, judgement) == (Verdict.MOVED, "few_crossings")
    assert run_start(series, judgement, "few_crossings") == str(series.periods[-1])
    assert variation(*judged(fours, chart="run")) == (Verdict.COMMON_CAUSE, "")


def test_a_rule_without_a_side_says_that_it_changed(judged):
    turns = [10 + (1 if place % 2 else -1) * (1 + 0.01 * place) for place in range(20)]
    assert variation(*judged(turns, rules="nelson")) == (Verdict.MOVED, "alternating")


def test_an_excluded_interval_is_kept_and_not_judged_by(judged):
    values = [*(10 + NOISE[:12]), 90.0, *(10 + NOISE[12:24])]
    exclude = {"exclude": {"2023-01": "Flood"}}
    series, judgement = judged(values, baseline=exclude)
    assert series.frame["excluded_because"].iloc[12] == "Flood"
    assert series.frame["value"].iloc[12] == 90.0
    assert judgement.limits["mean"].iloc[-1] == pytest.approx(np.mean(10 + NOISE[:24]))
    assert judgement.signals["point_type"].iloc[12] == ""
    assert judged([*values[:13]], baseline=exclude)[0].latest == 11


def test_a_frozen_baseline_and_a_rebase_stand_together(judged):
    values = [*(10 + NOISE[:15]), *(14 + NOISE[15:25]), *(20 + NOISE[25:40])]
    baseline = {"end": "2023-03", "rebase": {"2024-02": "New desk"}}
    _, judgement = judged(values, baseline=baseline)
    assert judgement.limits["mean"].iloc[0] == pytest.approx(np.mean(values[:15]))
    assert judgement.limits["mean"].iloc[24] == pytest.approx(np.mean(values[:15]))
    assert judgement.limits["mean"].iloc[25] == pytest.approx(np.mean(values[25:]))
    assert judgement.n == 15


def test_a_level_that_moved_for_good_is_proposed_and_not_taken(judged):
    series, judgement = judged([*(10 + NOISE[:20]), *(16 + NOISE[20:36])])
    (at, found), *others = judgement.proposed
    assert (str(series.periods[at]), others) == ("2023-08", [])  # by chance, the last value before is high
    assert found.after - found.before == pytest.approx(6, abs=1)
    assert judgement.limits["mean"].nunique() == 1
    assert judged(10 + NOISE[:36])[1].proposed == ()


SELDOM = [0, 0, 1, 0, 2, 0, 0, 0, 1, 0] * 4  # an event in three months of ten


def test_events_that_are_seldom_are_judged_by_the_waits_between_them(judged):
    series, judgement = of_counts(judged, [(n, 1) for n in SELDOM], **COUNT)
    assert (judgement.choice.chart, judgement.choice.why) == ("waits", "seldom")
    # 16 of 40 events: mean 0.4, so c limits up to 0.4 + 3 sqrt(0.4). Waits 1, 3 and 3 in turn, 11 of them ended.
    assert judgement.limits["mean"].iloc[0] == pytest.approx(0.4)
    assert judgement.limits["waits"].iloc[0] == 11
    assert judgement.limits["waited"].tolist()[2:9] == pytest.approx([np.nan, 1, 1, 1, 2, 3, 3], nan_ok=True)
    assert "few_events" in judgement.reasons
    assert variation(series, judgement) == (Verdict.CANT_TELL, "")


def test_a_row_of_noughts_is_no_signal_where_noughts_are_usual(judged):
    often = [(n, 1) for n in [0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1] * 4 + [0] * 7]
    assert variation(*of_counts(judged, often, **COUNT)) == (Verdict.COMMON_CAUSE, "")


def test_a_wait_that_chance_would_not_make_says_that_events_became_fewer(judged):
    often = [(n, 1) for n in [0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1] * 3 + [0] * 14]
    better = of_counts(judged, often, direction="decrease", **COUNT)
    assert variation(*better) == (Verdict.IMPROVING, "long_wait")
    worse = of_counts(judged, often, direction="increase", **COUNT)
    assert variation(*worse) == (Verdict.WORSENING, "long_wait")


def test_events_that_come_one_after_another_say_that_they_became_more(judged):
    more = [(n, 1) for n in [0, 0, 0, 1] * 9 + [1] * 8]
    series, judgement = of_counts(judged, more, direction="decrease", baseline={"end": "2024-12"}, **COUNT)
    assert judgement.choice.chart == "waits"
    assert "few_events" in judgement.reasons  # eight waits in the baseline
    more = [(n, 1) for n in [0, 0, 1] * 14 + [1] * 8]
    series, judgement = of_counts(judged, more, direction="decrease", baseline={"end": "2025-06"}, **COUNT)
    assert variation(series, judgement) == (Verdict.WORSENING, "waits")
    assert run_start(series, judgement, "waits") == "2025-07"


def test_another_chart_of_seldom_events_can_be_asked_for(judged):
    pairs = [(n, 1) for n in SELDOM]
    assert of_counts(judged, pairs, chart="c", **COUNT)[1].choice.chart == "c"
    asked = of_counts(judged, [(n + 3, 1) for n in SELDOM], chart="waits", **COUNT)[1]
    assert (asked.choice.chart, asked.choice.why) == ("waits", "declared")
    none = of_counts(judged, [(0, 1)] * 20, chart="waits", **COUNT)[1]
    assert (none.choice.chart, none.choice.why) == ("xmr", "not_drawn")


def test_most_small_counts_lie_below_their_mean_and_a_row_of_them_is_no_shift(judged):
    # Mean 1.44: of a Poisson count 0.58 lie below, so that 9 in a row are as rare as 7 are of one half.
    usual = [2, 0, 1, 3, 1, 0, 2, 1, 4, 2] * 4
    eight = of_counts(judged, [(n, 1) for n in [*usual, 1, 0, 1, 0, 1, 1, 0, 1]], chart="c", **COUNT)
    assert variation(*eight) == (Verdict.COMMON_CAUSE, "")
    large = of_counts(
        judged, [(10 * n + 20, 1) for n in [*usual, 1, 0, 1, 0, 1, 1, 0, 1]], chart="xmr", **COUNT
    )
    assert variation(*large)[1] == "shift"


def test_a_step_that_hides_among_values_with_memory_is_found_by_six_of_them(judged):
    values, pushes = np.zeros(42), np.random.default_rng(10).normal(size=42)
    for place in range(1, 42):
        values[place] = 0.5 * values[place - 1] + pushes[place]
    values[36:] += 2.4
    series, judgement = judged(values, direction="increase")
    assert judgement.memory > 0
    assert variation(series, judgement) == (Verdict.IMPROVING, "latest_six")


def test_times_between_events_have_a_sigma_of_their_roots_which_six_of_them_are_not_held_against(judged):
    times = np.exp(remembering(36, 0.6) - 50)
    _, judgement = judged(times, chart="t")
    assert (judgement.choice.chart, judgement.memory > 0) == ("t", True)
    assert "latest_six" not in set(judgement.signals["rule"])
