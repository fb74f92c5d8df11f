"""Tables in plain words: every check is named, a table without rows says why, limits stand with their figure."""

import re
from inspect import getsource
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.charts import process_tables as tables
from workbench.charts.process_rows import limited, not_drawn
from workbench.charts.process_words import chances
from workbench.process_timing.log import quality
from workbench.process_timing.results import ProcessResults

FACTS = {"noun": "permits", "period": "2025-Q4", "dimensions": {}, "labels": {"race/black": "Black"}}


def results(facts=None, **frames) -> ProcessResults:
    return ProcessResults(pd.DataFrame(), facts=FACTS | (facts or {}), released=True, **frames)


def test_each_check_of_a_log_is_said_in_words():
    """Those that the log counts, and those that the glossary explains."""
    counted = set(re.findall(r'"([a-z_]+)": ', getsource(quality.quality_frame))) - {"check", "count"}
    glossary = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")
    (row,) = [line for line in glossary.splitlines() if line.startswith("| `check` |")]
    explained = set(re.findall(r"`([a-z_]+)`", row)) - {"check", "quality", "earliest"}
    assert {"ties", "outside_hours"} <= counted & explained
    assert (counted | explained) - set(tables.CHECKS) == set()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("excluded_table", "No row was left out, and none is suspect."),
        ("restricted_table", "No period was followed long enough for a mean."),
        ("change_table", "No week was followed long enough."),
        ("efficiency_table", "The period has no cases."),
        ("handoffs_table", "The record does not say who did the steps."),
        ("rework_table", "No step was done more than once in a case."),
        ("flow_table", "Too few cases were open in the period to tell."),
        ("capability_table", "No service level is declared for this process, so no case is early or late."),
        ("defects_table", "No service level is declared for this process, so no case is early or late."),
        ("equity_table", "No groups of people or places are declared for this process."),
    ],
)
def test_a_table_without_rows_says_why(name, said):
    assert getattr(tables, name)(results()).to_numpy().tolist() == [[said]]


def test_rows_about_people_are_said_to_be_private():
    found = tables.excluded_table(results({"excluded_list": {"where": "private store"}}))
    assert "about people" in found.iloc[0, 0]


def test_rows_that_were_left_out_are_listed():
    row = {"reason": "duplicates", "row": 7, "case": "A1", "activity": "Filed", "what": "the same as row 6"}
    found = tables.excluded_table(results(excluded=pd.DataFrame([row]).assign(state="value")))
    assert found.iloc[0].tolist() == [
        "Exact repetitions of an event, left out", 7, "A1", "Filed", "the same as row 6", "value",
    ]  # fmt: skip


def lead_times(**found) -> pd.DataFrame:
    row = {
        "interval": "2025-Q4",
        "clock": "calendar days",
        "submitted": 40,
        "closed_median": 12.0,
        "state": "value",
    }
    row |= dict.fromkeys(("median", "lower", "upper", "p90", "p90_lower", "p90_upper"), np.nan)
    return pd.DataFrame([row | found])


def test_a_time_that_too_few_cases_reach_is_told_by_its_lower_limit():
    rows = lead_times(median=14.0, lower=13.8, upper=14.8, p90_lower=22.1)
    (found,) = tables.lead_time_table(results(lead_times=rows)).to_dict("records")
    assert (found["Median"], found["90th percentile"]) == ("14 (13.8 to 14.8)", "22.1 or more")
    (found,) = tables.lead_time_table(results(lead_times=lead_times())).to_dict("records")
    assert (found["Median"], found["90th percentile"]) == (None, None)


def test_p_values_have_one_form_and_are_never_zero():
    assert chances(pd.Series([0.0, 5e-5, 0.034, 0.4, np.nan])) == [
        "<\u00a00.001", "<\u00a00.001", "0.034", "0.4", "",
    ]  # fmt: skip


def test_what_is_not_drawn_is_told_by_its_reason():
    rows = pd.DataFrame({"v": [1.0, 2.0, 3.0, np.nan, np.nan], "state": ["value"] * 4 + ["suppressed"]})
    assert not_drawn(rows, "v", 2, "Steps") == (
        " Steps not drawn: 1 after the first 2, 1 of which too little is known and 1 suppressed to protect privacy."
    )
    assert not_drawn(rows.head(3), "v", 3, "Steps") == ""


def test_limits_stand_with_their_figure():
    rows = pd.DataFrame(
        {"v": [2.2, 5.0, np.nan, 1.0], "l": [-0.9, 4.0, np.nan, np.nan], "u": [9.0, np.nan, np.nan, np.nan]}
    )
    assert limited(rows, "v", "l", "u") == ["2.2 (−0.9 to 9)", "5 (4 or more)", None, "1"]


def change(**found) -> pd.DataFrame:
    row = {
        "verdict": "no clear change",
        "weeks": 151,
        "p": 0.52,
        "since": "",
        "known_change": "",
        "state": "value",
    }
    return pd.DataFrame([row | found])


def test_no_clear_change_has_no_week():
    found = tables.change_table(results(change=change()))
    assert found["Since when"].tolist() == ["Verdict", "Weeks looked at", "Chance of as much with no change"]


def test_a_change_is_told_with_its_weeks_and_what_is_known():
    limits = {"since": "2025-09-29", "since_lower": "2025-08-04", "since_upper": "2025-10-06"}
    sizes = {"before": 14.1, "after": 27.5, "difference": 13.2, "lower": 12.4, "upper": 15.1}
    row = change(**limits, **sizes, verdict="slower", known_change="new intake form", known_on="2025-09-15")
    said = dict(tables.change_table(results(change=row)).to_numpy().tolist())
    assert said["Cases submitted from the week of"].endswith("(4 August 2025 to 6 October 2025)")
    assert said["Usual days before and after"] == "14.1 days, then 27.5 days"
    assert said["What changed in those weeks"] == "new intake form, 2025-09-15"


def capability(value, lacking) -> pd.DataFrame:
    row = {
        "index": "ppk",
        "value": value,
        "lower": 0.3,
        "upper": 0.4,
        "lacking": lacking,
        "n": 90,
        "form": "normal",
    }
    return pd.DataFrame([row]).assign(verdict="", state="value" if lacking == "" else "no data")


def test_an_index_is_given_with_its_limits_or_refused_with_its_reason():
    given = tables.capability_table(results(capability=capability(0.37, "")))
    assert given["Value"].tolist() == ["0.37 (0.3 to 0.4)"]
    refused = tables.capability_table(results(capability=capability(np.nan, "unstable")))
    assert refused["Value"].tolist() == [
        "not given: the process is not stable, so it has no spread that lasts"
    ]


def test_columns_that_no_step_has_are_left_out_of_the_constraint():
    row = dict.fromkeys(
        ("work_hours", "staff", "utilisation", "lower", "upper", "wait_days", "wait_theory_days"), np.nan
    )
    row |= {"growth_per_day": np.nan, "people_needed": np.nan, "arrivals_per_day": 5.5, "activity": "Review"}
    row |= {"lacking": "starts of work", "verdict": "", "staff_from": "", "state": "no data"}
    found = tables.constraint_table(results(constraint=pd.DataFrame([row])))
    assert found.columns.tolist() == ["Step", "Cases a day", "Busy", "state"]
    assert found["Busy"].tolist() == ["not known without starts of work"]


def test_shares_of_groups_are_told_of_a_hundred():
    row = {
        "dimension": "race",
        "group": "black",
        "quantity": "rework",
        "unit": "share",
        "verdict": "",
        "cases": 81,
    }
    row |= {
        "value": 0.25,
        "reference_value": 0.3,
        "difference": -0.05,
        "lower": -0.2,
        "upper": 0.1,
        "state": "value",
    }
    row |= dict.fromkeys(("same_mix", "same_mix_lower", "same_mix_upper"), np.nan)
    (found,) = tables.equity_table(results(equity=pd.DataFrame([row]))).to_dict("records")
    assert (found["Group"], found["Theirs"], found["Difference"]) == ("Black", 25.0, "−5 (−20 to 10)")
