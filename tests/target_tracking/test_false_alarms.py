"""How many signals to expect of what did not change."""

import pandas as pd
import pytest

from workbench.catalog.measures import Chart
from workbench.findings.model import Verdict
from workbench.statistics.run_rules import RULE_SETS
from workbench.target_tracking.false_alarms import FALSE_ALARM, RULES, expected, rate, with_groups


def test_every_chart_and_every_set_of_rules_was_measured():
    assert set(FALSE_ALARM) == set(Chart.__args__) - {""}
    assert set(RULES) == set(RULE_SETS)
    assert {len(row) for row in FALSE_ALARM.values()} == {len(RULES)}


@pytest.mark.parametrize("chart", ["waits", "ewma", "cusum"])
def test_charts_with_rules_of_their_own_do_not_heed_the_set(chart):
    assert len(set(FALSE_ALARM[chart])) == 1


def test_a_run_chart_heeds_the_rules_of_its_author_only():
    own = {rules: rate("run", rules) for rules in RULES}
    assert own["anhoej"] > own["anhoej_best_box"] > own["nhs"]
    assert {own[rules] for rules in RULES if not rules.startswith("anhoej")} == {own["nhs"]}


@pytest.mark.parametrize("rules", ["nhs_six", "western_electric", "nelson"])
def test_richer_rules_alarm_more_often_than_points_outside_alone(rules):
    assert rate("xmr", rules) > rate("xmr", "outside")


def test_what_is_not_judged_raises_no_alarm():
    verdicts = pd.DataFrame(
        {
            "verdict": [
                "improving",
                "common cause",
                "can't tell yet",
                "check data",
                str(Verdict.SUPPRESSED),
                None,
            ],
            "chart": ["xmr", "run", "xmr", "xmr", "xmr", "xmr"],
        }
    )
    assert expected(verdicts, "nhs") == (2, pytest.approx(rate("xmr", "nhs") + rate("run", "nhs")))
    assert expected(verdicts.iloc[:0], "nhs") == (0, 0.0)


def test_groups_and_gaps_are_counted_too():
    groups = pd.DataFrame({"verdict": ["common cause"] * 100, "chart": ["c"] * 100})
    gaps = pd.DataFrame({"verdict": ["no clear change"] * 100})
    found = with_groups({"rules": "nhs", "judged": 9, "false_alarms_expected": 0.5}, [groups, gaps])
    wanted = 0.5 + 100 * (rate("c", "nhs") + rate("xmr", "nhs"))
    assert (found["judged"], found["judged_of_groups"]) == (9, 200)
    assert found["false_alarms_expected"] == pytest.approx(wanted, abs=0.005)
