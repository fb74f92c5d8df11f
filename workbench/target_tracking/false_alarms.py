"""How many signals to expect of series that did not change, by their charts and the rules that they are judged by."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from workbench.findings.model import Verdict

NOT_JUDGED = {str(word) for word in (Verdict.CANT_TELL, Verdict.CHECK_DATA, Verdict.SUPPRESSED)}
RULES = ("nhs", "nhs_six", "western_electric", "nelson", "powerbi", "runcharter", "outside")
RULES += ("anhoej", "anhoej_best_box")
# How often a steady series has a signal at its latest point, in the order of ``RULES``: 600 series of each chart, 300 of 24 and 300
# of 36 months, seeds 0 to 599, through the whole analysis (python benchmarks/signals.py --charts --series 600). A standard error is
# at most 0.008, and about 0.005 at 0.015.
FALSE_ALARM = {
    "xmr": (0.017, 0.030, 0.018, 0.028, 0.032, 0.008, 0.007, 0.035, 0.023),
    "p": (0.012, 0.028, 0.005, 0.018, 0.028, 0.002, 0.000, 0.022, 0.010),
    "u": (0.013, 0.025, 0.012, 0.025, 0.027, 0.005, 0.002, 0.017, 0.015),
    "c": (0.008, 0.022, 0.010, 0.017, 0.013, 0.000, 0.005, 0.008, 0.007),
    "laney_p": (0.017, 0.022, 0.015, 0.020, 0.038, 0.002, 0.005, 0.008, 0.005),
    "laney_u": (0.022, 0.040, 0.020, 0.035, 0.042, 0.002, 0.010, 0.027, 0.020),
    "g": (0.007, 0.018, 0.012, 0.062, 0.018, 0.000, 0.003, 0.017, 0.010),
    "t": (0.015, 0.027, 0.010, 0.020, 0.025, 0.002, 0.005, 0.017, 0.013),
    "waits": (0.004,) * 9,
    "run": ((0.002,) * 7 + (0.013, 0.010)),
    "ewma": (0.005,) * 9,
    "cusum": (0.003,) * 9,
}


def rate(chart: str, rules: str) -> float:
    """Share of steady series with a signal at their latest point."""
    return FALSE_ALARM[chart][RULES.index(rules)]


def expected(verdicts: pd.DataFrame, rules: str) -> tuple[int, float]:
    """How many series are judged, and how many of them would show a signal if none had changed.

    Parameters
    ----------
    verdicts : DataFrame
        One row a series: ``verdict`` and ``chart``; without charts (gaps) they are XmR charts.
    rules : str
    """
    if not len(verdicts):
        return 0, 0.0
    judged = verdicts[verdicts["verdict"].notna() & ~verdicts["verdict"].isin(NOT_JUDGED)]
    charts = judged["chart"] if "chart" in judged else ["xmr"] * len(judged)
    return len(judged), float(sum(rate(chart, rules) for chart in charts))


def with_groups(facts: Mapping[str, Any], verdicts: list[pd.DataFrame]) -> dict[str, Any]:
    """The facts of a result with what is expected of its groups and gaps too, once they are judged."""
    found = [expected(frame, facts["rules"]) for frame in verdicts]
    more = sum(alarms for _, alarms in found)
    return {
        **facts,
        "judged_of_groups": sum(judged for judged, _ in found),
        "false_alarms_expected": round(facts["false_alarms_expected"] + more, 2),
    }
