from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.errors import ParameterError
from workbench.findings.model import Verdict
from workbench.process_timing import ProcessResults, analyse

PERMIT = {"first": ["Filed"], "last": ["Issued"], "withdrawn": ["Withdrawn"]}


def stamp(day: str, hours: float = 0.0) -> str:
    return (pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=hours)).isoformat()


def permits(quarters: dict[str, tuple[int, float]], seed: int = 1, kinds=None) -> pd.DataFrame:
    """Filed and issued permits: per first day of a quarter, how many and their mean days to issue."""
    random = np.random.default_rng(seed)
    rows = []
    for first_day, (n, mean) in quarters.items():
        shares = (kinds or {}).get(first_day, {"deck": 1.0})
        for number in range(n):
            kind = random.choice(list(shares), p=list(shares.values()))
            day, days = random.integers(0, 90), random.gamma(4, mean / 4) * (4 if kind == "house" else 1)
            case = f"{first_day}-{number}"
            rows += [(case, "Filed", stamp(first_day, 24 * day), kind)]
            rows += [(case, "Issued", stamp(first_day, 24 * (day + days)), kind)]
    return pd.DataFrame(rows, columns=["case", "activity", "completed", "kind"], dtype=object)


def row_of(frame: pd.DataFrame, **wanted) -> dict:
    (found,) = frame[(frame[list(wanted)] == pd.Series(wanted)).all(axis=1)].to_dict("records")
    return found


def test_open_cases_count_as_waiting_and_closed_only_is_too_short(cube_of):
    log = permits({"2026-01-01": (400, 60)})
    results = analyse(cube_of(log, process=PERMIT, as_of="2026-03-31"), period="2026-Q1")
    now = row_of(results.lead_times, interval="2026-Q1", clock="calendar days")
    truth = np.median(np.random.default_rng(0).gamma(4, 15, 100_000))
    assert now["submitted"] == 400
    open_cases = row_of(results.progress, interval="2026-Q1", outcome="open")
    assert (open_cases["of"], open_cases["state"]) == (400, "value")
    assert 150 < open_cases["cases"] < 300
    assert now["closed_median"] < now["lower"]
    assert now["lower"] <= truth <= now["upper"]


def test_a_percentile_of_few_cases_is_not_shown(cube_of):
    log = permits({"2026-01-01": (49, 10)})
    results = analyse(cube_of(log, process=PERMIT), period="2026-Q1")
    assert np.isnan(row_of(results.lead_times, interval="2026-Q1", clock="calendar days")["p90"])
    log = permits({"2026-01-01": (50, 10)})
    results = analyse(cube_of(log, process=PERMIT), period="2026-Q1")
    assert row_of(results.lead_times, interval="2026-Q1", clock="calendar days")["p90"] > 10


def test_both_clocks_are_shown(cube_of):
    rows = [("c1", "Filed", "2026-01-09T09:00Z"), ("c1", "Issued", "2026-01-12T17:00Z")]  # Friday to Monday
    results = analyse(cube_of(rows, process=PERMIT), period="2026-Q1")
    by_clock = results.lead_times.set_index("clock")["median"]
    assert by_clock["calendar days"] == pytest.approx(3 + 8 / 24)
    assert by_clock["working days"] == pytest.approx(2)


def test_withdrawn_cases_are_counted_by_themselves(cube_of):
    rows = [("c1", "Filed", "2026-01-05T09:00Z"), ("c1", "Withdrawn", "2026-01-12T17:00Z")]
    results = analyse(cube_of(rows, process=PERMIT, about_people=False), period="2026-Q1")
    assert row_of(results.summary, quantity="withdrawn")["value"] == 1
    assert row_of(results.progress, outcome="open")["cases"] == 0
    assert np.isnan(results.lead_times["median"][0])


def test_a_period_without_cases_says_no_data(cube_of):
    rows = [("c1", "Filed", "2026-01-05T09:00Z"), ("c1", "Issued", "2026-01-12T17:00Z")]
    results = analyse(cube_of(rows, process=PERMIT), period="2026-Q3")
    now = row_of(results.lead_times, interval="2026-Q3", clock="calendar days")
    assert (now["state"], now["submitted"]) == ("no data", 0)
    assert len(results.edges) == 0


def test_a_log_without_rows_gives_empty_results(cube_of):
    results = analyse(cube_of([("c1", "Filed", "2026-01-05T09:00Z")], as_of="2020-01-01"), period="2026-Q1")
    assert len(results.edges) == len(results.variants) == len(results.comparison) == 0
    assert row_of(results.summary, quantity="cases")["value"] == 0


@pytest.mark.parametrize(
    ("mean", "verdict"), [(40, Verdict.SLOWER), (10, Verdict.FASTER), (20, Verdict.NO_CLEAR_CHANGE)]
)
def test_the_verdict_of_a_quarter_against_the_one_before(cube_of, mean, verdict):
    log = permits({"2026-01-01": (150, 20), "2026-04-01": (150, mean)})
    results = analyse(cube_of(log, process=PERMIT), period="2026-Q2")
    found = row_of(results.comparison, comparison="previous")
    assert (found["since"], found["verdict"]) == ("2026-Q1", str(verdict))


def test_a_slow_quarter_that_is_only_case_mix_is_said_to_be_so(cube_of):
    few, many = {"deck": 0.8, "house": 0.2}, {"deck": 0.2, "house": 0.8}
    log = permits(
        {"2026-01-01": (300, 10), "2026-04-01": (300, 10)}, kinds={"2026-01-01": few, "2026-04-01": many}
    )
    cube = cube_of(log, process={**PERMIT, "attributes": ["kind"]})
    found = row_of(analyse(cube, period="2026-Q2").comparison, comparison="previous")
    assert found["verdict"] == str(Verdict.MIX_ONLY)
    assert found["lower"] > 0
    assert found["same_mix_lower"] < 0 < found["same_mix_upper"]
    without = row_of(
        analyse(cube_of(log, process=PERMIT), period="2026-Q2").comparison, comparison="previous"
    )
    assert without["verdict"] == str(Verdict.SLOWER)
    assert np.isnan(without["same_mix"])


@pytest.mark.parametrize(("n", "verdict", "lacking"), [(9, Verdict.CANT_TELL, "few cases"), (10, None, "")])
def test_too_few_cases_are_not_compared(cube_of, n, verdict, lacking):
    log = permits({"2026-01-01": (30, 20), "2026-04-01": (n, 20)})
    found = row_of(analyse(cube_of(log, process=PERMIT), period="2026-Q2").comparison, comparison="previous")
    assert found["lacking"] == lacking
    assert verdict is None or found["verdict"] == str(verdict)


def test_a_median_that_is_not_reached_cannot_be_compared(cube_of):
    log = permits({"2026-01-01": (60, 60), "2026-04-01": (60, 60)})
    results = analyse(cube_of(log, process=PERMIT, as_of="2026-04-20"), period="2026-Q2")
    found = row_of(results.comparison, comparison="previous")
    assert (found["verdict"], found["lacking"]) == (str(Verdict.CANT_TELL), "median not reached")


def test_a_quarter_whose_median_is_not_reached_is_compared_by_the_shares_closed(cube_of):
    """Seen on its last day, 31 of 300 later cases could be followed for 60 days or more: three in ten."""
    log = permits({"2026-01-01": (300, 90), "2026-04-01": (300, 150)})
    cube = cube_of(log, process=PERMIT, as_of="2026-06-30", about_people=False)
    found = row_of(analyse(cube, period="2026-Q2").comparison, comparison="previous")
    assert (found["verdict"], found["lacking"], found["horizon_days"]) == (str(Verdict.SLOWER), "", 60)
    assert np.isnan([found["difference"], found["upper"]]).any()
    assert found["closed_by_difference"] == found["closed_by"] - found["closed_by_before"]
    assert found["closed_by_lower"] < found["closed_by_difference"] < found["closed_by_upper"] < 0
    assert found["cells"][2:] == [
        "2026-Q2|closed by 60 days, compared",
        "2026-Q1|closed by 60 days, compared",
    ]


def test_where_medians_are_reached_no_shares_are_told(cube_of):
    log = permits({"2026-01-01": (150, 20), "2026-04-01": (150, 40)})
    found = row_of(analyse(cube_of(log, process=PERMIT), period="2026-Q2").comparison, comparison="previous")
    assert np.isnan(found["closed_by"])
    assert found["cells"] == ["2026-Q2|submitted", "2026-Q1|submitted"]


def test_cases_of_the_quarter_they_were_closed_in_are_followed_to_their_end(cube_of):
    log = permits({"2026-01-01": (150, 20), "2026-04-01": (150, 40)})
    cube = cube_of(log, process=PERMIT)
    found = row_of(analyse(cube, period="2026-Q2", cohort="closed").comparison, comparison="previous")
    assert (found["verdict"], np.isnan(found["horizon_days"])) == (str(Verdict.SLOWER), True)


def test_the_longest_wait_is_found_by_total_and_by_median(cube_of):
    rows = []
    for number in range(60):
        day = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(days=number)
        long_wait = 300 if number % 10 == 0 else 0.1
        hours = np.cumsum([0, long_wait, 20])
        steps = zip(["Filed", "Review", "Issued"], hours, strict=True)
        rows += [(f"c{number}", name, (day + pd.Timedelta(hours=h)).isoformat()) for name, h in steps]
    edges = analyse(cube_of(rows, process=PERMIT), period="2026-Q1").edges
    assert edges["from"].tolist() == ["Filed", "Review"]
    assert edges["total_days"].tolist() == pytest.approx([75.225, 50])
    assert edges["share"].sum() == pytest.approx(1)
    assert edges["is_usual"].tolist() == [False, True]
    assert edges["count"].tolist() == [60, 60]
    assert edges["verdict"][0] in (str(Verdict.LONGEST_WAIT), str(Verdict.CANT_TELL))
    assert edges["p90_days"].notna().all()


@pytest.mark.parametrize(("n", "shown"), [(1, 1), (10, 10), (11, 20), (29, 20), (31, 40), (45, 40)])
def test_counts_of_steps_are_rounded_where_people_could_be_found(cube_of, n, shown):
    rows = [(f"c{k}", name, stamp("2026-01-05", k)) for k in range(n) for name in ("Filed", "Issued")]
    results = analyse(cube_of(rows, process=PERMIT), period="2026-Q1")
    assert (results.edges["count"][0], results.activities["events"][0]) == (shown, shown)
    exact = analyse(cube_of(rows, process=PERMIT, about_people=False), period="2026-Q1")
    assert exact.edges["count"][0] == n


def test_waiting_after_the_last_step_is_told(cube_of):
    rows = [("c1", "Filed", "2026-01-05T09:00Z"), ("c1", "Review", "2026-01-06T00:00Z")]
    found = analyse(cube_of(rows, process=PERMIT, as_of="2026-01-31"), period="2026-Q1").waiting
    assert found[["activity", "cases", "total_days"]].values.tolist() == [["Review", 1, 26.0]]


def test_rework_is_a_share_of_the_cases_that_passed_the_activity(cube_of):
    rows = []
    for number in range(20):
        steps = (
            ["Filed", "Review", "Fix", "Review", "Issued"] if number < 8 else ["Filed", "Review", "Issued"]
        )
        rows += [(f"c{number}", name, stamp("2026-01-05", 24 * place)) for place, name in enumerate(steps)]
    found, _ = analyse(cube_of(rows, process=PERMIT), period="2026-Q1").rework.to_dict("records")
    assert (found["activity"], found["cases"], found["repeated"], found["extra"]) == ("Review", 20, 8, 8)
    assert (found["share"], found["verdict"]) == (0.4, str(Verdict.REWORK))
    assert found["lower"] == pytest.approx(0.2188, abs=1e-4)  # Wilson, 8 of 20


def test_variants_are_listed_and_the_rest_counted(cube_of):
    rows = [(f"c{n}", "Filed", stamp("2026-01-05", n)) for n in range(14)]
    rows += [(f"c{n}", f"Step {n}", stamp("2026-01-06", n)) for n in range(1, 13)]
    found = analyse(cube_of(rows, about_people=False), period="2026-Q1").variants
    assert found["activities"][0] == "Filed"
    assert found["cases"].tolist() == [2] + [1] * 9 + [3]
    assert found["variants"].tolist() == [1] * 10 + [3]
    assert found["activities"].iloc[-1] == "all other variants"


def test_a_variant_of_few_people_is_not_listed_by_itself(cube_of):
    rows = [(f"c{n}", "Filed", stamp("2026-01-05", n)) for n in range(21)]
    rows += [(f"c{n}", "Review", stamp("2026-01-06", n)) for n in range(10)]
    found = analyse(cube_of(rows), period="2026-Q1").variants
    assert found[["activities", "cases"]].values.tolist() == [["Filed", 20], ["all other variants", 10]]


def test_a_service_level_counts_overdue_open_cases_as_missed(cube_of):
    rows = [("c1", "Filed", "2026-01-05T09:00Z"), ("c1", "Issued", "2026-01-07T09:00Z")]  # in time
    rows += [("c2", "Filed", "2026-01-05T09:00Z"), ("c2", "Issued", "2026-01-20T09:00Z")]  # late
    rows += [
        ("c3", "Filed", "2026-01-05T09:00Z"),
        ("c4", "Filed", "2026-01-30T09:00Z"),
    ]  # overdue, not due yet
    process = {**PERMIT, "service_level": {"days": 5, "calendar": "working"}}
    results = analyse(cube_of(rows, process=process, as_of="2026-01-31"), period="2026-Q1")
    found = results.service_levels.iloc[0]
    assert (found["due"], found["met"], found["missed"]) == (3, 1, 2)
    assert found["share"] == pytest.approx(1 / 3)
    assert row_of(results.progress, outcome="overdue")["cases"] == 1


def test_lead_time_by_attribute(cube_of):
    log = permits({"2026-01-01": (60, 10)}, kinds={"2026-01-01": {"deck": 0.5, "house": 0.5}})
    found = analyse(cube_of(log, process={**PERMIT, "attributes": ["kind"]}), period="2026-Q1").attributes
    assert found["group"].tolist() == ["deck", "house"]
    assert found["submitted"].sum() == 60
    assert found["median"][1] > 2 * found["median"][0]


def test_cohort_by_closing_has_no_open_cases(cube_of):
    log = permits({"2026-01-01": (100, 60)})
    results = analyse(cube_of(log, process=PERMIT, as_of="2026-06-30"), period="2026-Q2", cohort="closed")
    now = row_of(results.lead_times, interval="2026-Q2", clock="calendar days")
    assert row_of(results.progress, interval="2026-Q2", outcome="open")["cases"] == 0
    assert now["median"] == pytest.approx(now["closed_median"], rel=0.1)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"period": "2026-Q5"}, "'2026-Q5' is not a period"),
        ({"period": "2026-Q1", "cohort": "opened"}, "`cohort` is 'opened'; write one of submitted, closed"),
        ({"period": "2026-Q1", "confidence": 95}, "`confidence` is 95; write a number such as 0.95"),
    ],
)
def test_a_wrong_parameter_is_quoted(cube_of, parameters, words):
    with pytest.raises(ParameterError, match=words):
        analyse(cube_of([("c1", "Filed", "2026-01-05T09:00Z")]), **parameters)


def assert_sums_hold(results: ProcessResults) -> None:
    counts = dict(zip(results.counts["cell"], results.counts["numerator"], strict=True))
    for each in results.sums:
        assert sum(counts[part] for part in each.parts) == counts[each.total], each
    for name, frame in results.frames().items():
        assert set(ProcessResults.KEYS[name]) <= set(frame.columns), name
        assert {"state", "cells"} <= set(frame.columns), name
        assert not frame.duplicated(list(ProcessResults.KEYS[name])).any(), name
        assert {cell for cells in frame["cells"] for cell in cells} <= set(counts), name


STEPS = st.lists(
    st.tuples(st.sampled_from(["c1", "c2", "c3", "c4"]), st.sampled_from("ABC"), st.integers(0, 4000)),
    min_size=1,
    max_size=30,
)


# Two periods; a case closed, one open, one whose beginning was not seen; a tie, a step done twice.
TOLD = [("c1", "A", 100), ("c2", "A", 2400), ("c2", "B", 2424), ("c2", "B", 2500), ("c2", "C", 2600)]
TOLD += [("c3", "A", 2450), ("c3", "B", 2450), ("c4", "B", 2700), ("c4", "C", 2700), ("c1", "C", 2300)]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(TOLD, Random(1))
@given(STEPS, st.randoms())
def test_every_sum_holds_and_the_order_of_rows_changes_no_byte(cube_of, steps, random):
    rows = [(case, activity, stamp("2026-01-01", hours)) for case, activity, hours in steps]
    frame = pd.DataFrame(rows, columns=["case", "activity", "completed"], dtype=object)
    frame["_row"] = np.arange(1, len(frame) + 1)
    shuffled = frame.sample(frac=1, random_state=random.randint(0, 999), ignore_index=True)
    process = {"first": ["A"], "last": ["C"], "service_level": {"days": 3}}
    one, other = (
        analyse(cube_of(each, process=process, as_of="2026-06-30", about_people=False), period="2026-Q2")
        for each in (frame, shuffled)
    )
    assert_sums_hold(one)
    assert one.edges["count"].sum() == one.activities["events"].sum() - one.lead_times["submitted"].iloc[-1]
    for name, expected in one.frames().items():
        pd.testing.assert_frame_equal(other.frames()[name], expected)


def test_the_cube_is_left_as_it_was(cube_of):
    cube = cube_of(permits({"2026-01-01": (30, 10)}), process={**PERMIT, "attributes": ["kind"]})
    before = {name: frame.copy(deep=True) for name, frame in cube.frames.items()}
    analyse(cube, period="2026-Q1")
    for name, frame in cube.frames.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.parametrize(("later", "covered"), [(0, 30), (10, 30), (11, 41)])
def test_few_cases_after_the_period_are_not_in_the_whole(cube_of, later, covered):
    rows = [(f"c{k}", "Filed", stamp("2026-01-05", k)) for k in range(30)]
    rows += [(f"d{k}", "Filed", stamp("2026-04-05", k)) for k in range(later)]
    results = analyse(cube_of(rows, process=PERMIT, as_of="2026-05-01"), period="2026-Q1")
    assert row_of(results.summary, quantity="cases")["value"] == covered
    assert_sums_hold(results)


def test_a_period_of_few_cases_hides_no_other(cube_of):
    rows = [(f"c{k}", "Filed", stamp("2025-12-30", k)) for k in range(5)]
    rows += [(f"d{k}", "Filed", stamp("2026-01-05", k)) for k in range(30)]
    results = analyse(cube_of(rows, process=PERMIT, as_of="2026-03-31"), period="2026-Q1")
    assert row_of(results.summary, quantity="cases")["value"] == 30
    assert {part for each in results.sums if each.total == "log|submitted" for part in each.parts} == {
        "2026-Q1|submitted"
    }


def test_a_step_of_few_occurrences_is_no_bottleneck(cube_of):
    rows = [(f"c{k}", "Filed", stamp("2026-01-05", 24 * k)) for k in range(40)]
    rows += [(f"c{k}", "Review", stamp("2026-01-06", 24 * k)) for k in range(40)]
    rows += [(f"c{k}", "Appeal", stamp("2026-06-06", 24 * k)) for k in range(9)]
    edges = analyse(cube_of(rows, process=PERMIT), period="2026-Q1").edges
    assert edges[["to", "verdict"]].values.tolist() == [["Appeal", ""], ["Review", str(Verdict.LONGEST_WAIT)]]
    assert edges["longest"].tolist() == [0, 1]


def test_real_receipt_log_is_summed_up_with_its_published_figures(receipt):
    results = analyse(receipt, period="2011-Q4")
    assert_sums_hold(results)
    found = results.summary.set_index("quantity")
    published = {"cases": 1434, "events": 8577, "activities": 27, "variants": 116, "edges": 99}
    assert found["value"][list(published)].to_dict() == published
    assert found["value"]["mean_duration"] == pytest.approx(467_263.915, abs=1e-3)
    assert found["value"]["median_duration"] == pytest.approx(2_868.58, abs=5e-3)
    assert round(found["value"]["closed_median_lead"], 1) == 50.6
    # Kaplan-Meier over all cases, open ones as waiting on 31 January 2012; product formula by hand agrees.
    assert round(found["value"]["median_lead"], 1) == 52.6
    assert found["lower"]["median_lead"] < 52.6 < found["upper"]["median_lead"]


def test_real_receipt_report_of_a_quarter_at_its_end(receipt_rows, cube_of):
    process = {"submitted": "submitted", "closed": "closed"}
    columns = ["case", "activity", "completed", "submitted", "closed"]
    cube = cube_of(receipt_rows[columns], process=process, as_of="2011-03-31")
    now = row_of(analyse(cube, period="2011-Q1").lead_times, interval="2011-Q1", clock="calendar days")
    # quarter-snapshot-bias: closed-only 32.6 days, Kaplan-Meier 50.3, later known 52.0. It counts cases
    # submitted before 31 March whose first event came later, and which nobody could know of then.
    assert now["closed_median"] == pytest.approx(32.6, abs=0.1)
    assert now["median"] == pytest.approx(50.3, abs=1)
    assert now["lower"] <= 52.0 <= now["upper"]
