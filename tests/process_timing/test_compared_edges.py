from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from workbench.analyses import Cube
from workbench.disclosure import Policy, release
from workbench.process_timing import analyse
from workbench.process_timing.cohort import DAY, Cohort
from workbench.process_timing.compared.edges import edges_compared
from workbench.process_timing.compared.followed import Begun, fairest
from workbench.process_timing.counts import Counts

PROCESS = {"first": ["Filed"], "last": ["Issued"]}
QUARTERS = {"2025-Q4": "2025-10-06", "2026-Q1": "2026-01-05"}


def log_of(*cases: tuple[str, list[tuple[str, float]], int]) -> list[tuple[str, str, str]]:
    """So many cases of each quarter and path (a step and its day), spread over eight weeks."""
    rows = []
    for kind, (quarter, path, times) in enumerate(cases):
        for number in range(times):
            start = pd.Timestamp(QUARTERS[quarter], tz="UTC") + pd.Timedelta(days=number * 5 % 56)
            rows += [
                (f"{kind}-{number:03}", step, (start + pd.Timedelta(days=day)).isoformat())
                for step, day in path
            ]
    return rows


def path(review: float, issued: float = 1.0) -> list[tuple[str, float]]:
    return [("Filed", 0.0), ("Review", review), ("Issued", review + issued)]


def compared(cube: Cube, period: str = "2026-Q1", kind: str = "submitted") -> pd.DataFrame:
    found = edges_compared(Cohort.of(cube, period, kind, 0.95), Counts())
    return found.set_index(["from", "to"])


def test_a_step_that_got_slower_is_told_with_its_size_and_the_others_are_not(cube_of):
    log = log_of(
        ("2025-Q4", path(4), 40), ("2025-Q4", path(6), 40), ("2026-Q1", path(7), 40), ("2026-Q1", path(5), 40)
    )
    found = compared(cube_of(log, process=PROCESS, about_people=False))
    slower, same = found.loc[("Filed", "Review")], found.loc[("Review", "Issued")]
    assert (slower["verdict"], slower["difference"], slower["n"], slower["n_before"]) == ("slower", 1, 80, 80)
    assert slower["faster"] == 0.25  # of 4 and 6 against 5 and 7 only "5 before 6" is faster
    assert (same["verdict"], same["difference"], same["faster"]) == ("no clear change", 0, 0.5)
    assert slower["adjusted_p"] == pytest.approx(2 * slower["p"])  # of two edges, the clearer one
    assert found["since"].tolist() == ["2025-Q4", "2025-Q4"]


def test_a_step_that_is_always_slower_is_found_among_many(cube_of):
    # 2 of all orders of eight and eight weeks, not 2 of 1,000 draws that are all alike.
    log = log_of(("2025-Q4", path(4), 56), ("2026-Q1", path(5), 56))
    row = compared(cube_of(log, process=PROCESS, about_people=False)).loc[("Filed", "Review")]
    assert (row["faster"], row["p"], row["verdict"]) == (0, 2 / 12_870, "slower")


def test_edges_of_one_period_only_are_listed_as_such(cube_of):
    detour = [("Filed", 0.0), ("Hearing", 3.0), ("Issued", 5.0)]
    log = log_of(
        ("2025-Q4", path(4), 20), ("2026-Q1", detour, 20), ("2025-Q4", [("Filed", 0.0), ("Issued", 1.0)], 3)
    )
    found = compared(cube_of(log, process=PROCESS, about_people=False))
    assert found["lacking"].to_dict() == {
        ("Filed", "Hearing"): "not walked before",
        ("Hearing", "Issued"): "not walked before",
        ("Filed", "Issued"): "not walked now",
        ("Filed", "Review"): "not walked now",
        ("Review", "Issued"): "not walked now",
    }
    assert set(found["verdict"]) == {"can't tell yet"}
    assert set(found["state"]) == {"no data"}
    assert found["difference"].isna().all()


@pytest.mark.parametrize(("n", "lacking"), [(9, "few waits"), (10, "")])
def test_ten_waits_in_both_periods_are_needed(cube_of, n, lacking):
    log = log_of(("2025-Q4", path(4), 30), ("2026-Q1", path(4), n))
    found = compared(cube_of(log, process=PROCESS, about_people=False))
    assert found["lacking"].tolist() == [lacking, lacking]


def test_without_cases_before_nothing_is_compared(cube_of):
    cube = cube_of(log_of(("2026-Q1", path(4), 30)), process=PROCESS, about_people=False)
    assert compared(cube).empty


def test_one_week_has_no_interval(cube_of):
    log = [(f"{case}-{day}", step, f"{case}T0{hour}:00Z") for case in ("2025-10-06", "2026-01-05") for day in range(12) for step, hour in (("Filed", 1), ("Issued", 2))]  # fmt: skip
    row = compared(cube_of(log, process=PROCESS, about_people=False)).iloc[0]
    assert (row["verdict"], row["lacking"], row["difference"]) == ("can't tell yet", "few weeks", 0)


def test_both_periods_are_seen_at_the_same_age(cube_of):
    # Some cases wait 3 days, others 60. On 28 February only the short waits are over.
    log = log_of(
        *[(quarter, path(days), times) for quarter in QUARTERS for days, times in ((3, 56), (60, 40))]
    )
    row = compared(cube_of(log, process=PROCESS, as_of="2026-02-28", about_people=False)).loc[
        ("Filed", "Review")
    ]
    assert (row["difference"], row["faster"]) == (0, 0.5)
    assert row["within_days"] == 3


def test_waits_that_cannot_be_followed_long_enough_are_not_judged(cube_of):
    log = log_of(
        *[(quarter, path(days), times) for quarter in QUARTERS for days, times in ((3, 20), (60, 40))]
    )
    row = compared(cube_of(log, process=PROCESS, as_of="2026-02-28", about_people=False)).loc[
        ("Filed", "Review")
    ]
    assert (row["verdict"], row["lacking"]) == ("can't tell yet", "not followed long enough")


def test_what_most_that_have_not_ended_would_turn_round_is_not_told(cube_of):
    # Before, one in two waited 1 day and the others wait to this day; now all wait 2 days.
    stuck = [("Filed", 0.0)]
    log = log_of(("2025-Q4", path(1), 50), ("2025-Q4", stuck, 50), ("2026-Q1", path(2), 100))
    row = compared(cube_of(log, process=PROCESS, about_people=False)).loc[("Filed", "Review")]
    assert row["faster"] == 0
    assert row["adjusted_p"] < 0.001
    assert (row["verdict"], row["lacking"]) == ("can't tell yet", "not followed long enough")
    log = log_of(("2025-Q4", path(1), 50), ("2025-Q4", stuck, 10), ("2026-Q1", path(2), 100))
    row = compared(cube_of(log, process=PROCESS, about_people=False)).loc[("Filed", "Review")]
    assert row["verdict"] == "slower"


def test_all_waits_of_cases_that_were_closed_in_the_period_are_compared(cube_of):
    log = log_of(("2025-Q4", path(3, 20), 20), ("2026-Q1", path(3, 20), 20))
    row = compared(cube_of(log, process=PROCESS, about_people=False, as_of="2026-03-31"), kind="closed")
    assert row[["n", "n_before"]].to_numpy().tolist() == [[20, 20], [20, 20]]


def test_the_days_that_keep_most_waits():
    zeros = np.zeros(4, int)

    def begun(days, room):
        return Begun(zeros, zeros, np.array(days, float), np.array(room, float), zeros)

    # Within 5 days: 2, 4 and 3. Within 10: 2, 4 and 8, because 3 could not be followed so long.
    waits = begun([2, 4, 8, 3], [90, 90, 90, 6])
    assert fairest(waits, begun([2, 4, 8, 3], [90, 90, 4, 90])) == 5
    assert fairest(waits, begun([2, 4, 8, 8], [90, 90, 90, 90])) == 10


def test_how_many_waits_of_an_edge_had_ended():
    edges, days = np.array([1, 1, 1, 2, 2, -1]), np.array([2, 4, 8, 1, 9, np.inf])
    waits = Begun(np.zeros(6, int), edges, days, np.array([90, 90, 90, 90, 90, 20]), np.zeros(6, int))
    assert waits.share_ended(0, 1, 5) == pytest.approx(2 / 3 * 5 / 6)
    assert waits.share_ended(0, 1, 30) == 1  # the one that still lasts could not be followed so long
    assert np.isnan(waits.share_ended(0, 1, 120))


def test_waits_agree_with_mann_and_whitney_on_the_receipt_log(cube_of, receipt_rows):
    """Every edge of 2011-Q3 v 2011-Q2, seen half a year later, against an independent table of edges."""
    cube = cube_of(receipt_rows[["case", "activity", "completed"]], about_people=False, as_of="2012-06-30")
    found = compared(cube, "2011-Q3")
    found = found[found["state"] == "value"]
    assert len(found) == 9
    table = by_hand(receipt_rows)
    for (start, end), row in found.iterrows():
        own = table[
            (table["activity"] == start) & (table["next"] == end) & (table["days"] <= row["within_days"])
        ]
        now, before = (own.loc[own["quarter"] == quarter, "days"] for quarter in ("2011Q3", "2011Q2"))
        assert (row["n"], row["n_before"]) == (len(now), len(before))
        expected = 1 - mannwhitneyu(now, before).statistic / len(now) / len(before)
        assert row["faster"] == pytest.approx(expected, abs=1e-9)


def by_hand(rows: pd.DataFrame) -> pd.DataFrame:
    """Edges of the receipt log by quarter of the case's first event."""
    log = rows.assign(time=pd.to_datetime(rows["completed"], utc=True, format="ISO8601"))
    log = log.assign(row=range(len(log))).sort_values(["case", "time", "row"])
    of_case = log.groupby("case")
    return log.assign(
        next=of_case["activity"].shift(-1),
        days=(of_case["time"].shift(-1) - log["time"]).dt.total_seconds() / 86_400,
        quarter=of_case["time"].transform("first").dt.tz_localize(None).dt.to_period("Q").astype(str),
    ).dropna(subset=["next"])


def test_a_published_comparison_of_two_quarters(cube_of, receipt_rows, reference):
    expected = reference("process", "quarter-compare")["expected"]
    cube = cube_of(receipt_rows[["case", "activity", "completed"]], about_people=False, as_of="2012-06-30")
    row = analyse(cube, period="2011-Q3").comparison.set_index("comparison").loc["previous"]
    assert (row["n"], row["n_before"]) == (expected["n"]["2011Q3"], expected["n"]["2011Q2"])
    assert row["faster"] == pytest.approx(expected["prob_superiority"], abs=1e-6)
    medians = expected["median_days"]
    assert row["difference"] == pytest.approx(medians["2011Q3"] - medians["2011Q2"], abs=2e-6)


STEPS = "ABCDE"
MEANS = (2.0, 20.0, 8.0, 5.0)  # days on A to B, and so on


@pytest.fixture
def simulated(cube_of):
    """``simulated(seed, slower)``: 200 cases in each of two quarters, gamma waits; A to B that many days longer now."""
    rows = [("c", step, f"2026-01-0{day}T00:00Z") for day, step in enumerate(STEPS, 1)]
    kept = {}

    def made(seed: int, slower: float = 0.0, as_of: str = "2026-03-31") -> Cube:
        if as_of not in kept:
            kept[as_of] = cube_of(rows, process={"last": ["E"]}, about_people=False, as_of=as_of)
        frames = _frames(np.random.default_rng(seed), slower, kept[as_of].definition["as_of_instant"])
        return replace(kept[as_of], frames={**kept[as_of].frames, **frames})

    return made


def _frames(random: np.random.Generator, slower: float, seen: int) -> dict[str, pd.DataFrame]:
    """Cases and edges as the log room makes them, up to the instant they are seen at."""
    days = [(day - date(1970, 1, 1)).days for day in (date(2025, 10, 1), date(2026, 1, 1), date(2026, 4, 1))]
    start = np.concatenate([random.integers(days[k] * DAY, days[k + 1] * DAY, 200) for k in (0, 1)])
    waits = random.gamma(1.5, np.array(MEANS) / 1.5, (400, 4))
    waits[200:, 0] += slower
    time = start[:, None] + np.c_[np.zeros(400), waits.cumsum(axis=1) * DAY].astype("int64")
    case, step = np.nonzero(time[:, 1:] < seen)
    edges = {"case": case, "from": step, "to": step + 1, "time": time[case, step]}
    last = (time < seen).sum(axis=1) - 1
    outcome = np.where(last == 4, "closed", "open").astype(object)
    dates = pd.Series(start.astype("datetime64[us]")).dt.date
    cases = {"case": range(400), "submitted_on": dates, "closed_on": dates, "outcome": outcome}
    cases |= {"censored": last < 4, "entered": 0, "last": last, "last_time": time[range(400), last]}
    return {
        "cases": pd.DataFrame(cases)[start < seen],
        "edges": pd.DataFrame({**edges, "wait": time[case, step + 1] - time[case, step]}),
    }


def test_processes_without_a_change_have_no_slower_or_faster_step(simulated):
    """On the last day of the quarter, when half of its cases are open."""
    words = [compared(simulated(seed))["verdict"] for seed in range(100)]
    told = [int(each.isin(["slower", "faster"]).any()) for each in words]
    assert sum(told) == 4  # processes of 100: at most 5


def test_a_step_that_got_slower_makes_none_behind_it_look_faster(simulated):
    words = pd.DataFrame([compared(simulated(seed, slower=15.0))["verdict"] for seed in range(20)])
    assert (words[("A", "B")] == "slower").sum() == 20
    assert words.drop(columns=[("A", "B")]).isin(["faster"]).sum().sum() == 0


@pytest.mark.parametrize(("now", "shown"), [(10, False), (11, True)])
def test_few_people_on_an_edge_hide_its_comparison(cube_of, now, shown):
    log = log_of(("2025-Q4", path(4), 60), ("2026-Q1", path(4), 60), ("2026-Q1", [("Filed", 0.0), ("Issued", 2.0)], now),
                 ("2025-Q4", [("Filed", 0.0), ("Issued", 2.0)], 30))  # fmt: skip
    results = release(analyse(cube_of(log, process=PROCESS), period="2026-Q1"), Policy(11))
    row = results.edges_compared.set_index(["from", "to"]).loc[("Filed", "Issued")]
    assert (row["state"] != "suppressed") == shown
    assert (row["verdict"] == "no clear change") == shown
    assert pd.isna(row["n"]) != shown
    others = results.edges_compared[results.edges_compared["state"] != "suppressed"]
    assert set(others["n"]) | set(others["n_before"]) <= {20, 40, 60}


def test_few_waits_that_could_be_followed_hide_the_comparison_too(cube_of):
    # 16 waits have ended now, seven of them after longer than most of the others could be followed.
    log = log_of(("2025-Q4", path(1), 50), ("2026-Q1", path(1), 9), ("2026-Q1", path(80), 56))
    results = analyse(cube_of(log, process=PROCESS, as_of="2026-03-31"), period="2026-Q1")
    row = results.edges_compared.set_index(["from", "to"]).loc[("Filed", "Review")]
    assert (row["n"], row["lacking"]) == (9, "few waits")
    hidden = release(results, Policy(11)).edges_compared.set_index(["from", "to"]).loc[("Filed", "Review")]
    assert hidden["state"] == "suppressed"
