"""Turn the curve: history, what comes if nothing changes, target and actions; and how forecasts did."""

import numpy as np
import pandas as pd
import pytest

from workbench import charts
from workbench.charts.target_curve import _begun
from workbench.charts.target_forecasts import FORMS
from workbench.charts.target_rows import Measured

STEADY = np.random.default_rng(20_260_101).normal(10, 1, 36).round(2)
TOTAL = {"kind": "cumulative", "columns": {"interval": "month", "numerator": "n"}, "unit": "lines"}
PLAN = {"value": 1000, "kind": "cumulative", "since": "2024-01", "by": "2026-12"}


@pytest.fixture
def total(followed):
    """A running total since January 2024 of 10 lines a month; 1,000 are planned."""
    return followed([10.0] * 35 + [11.0], counts=[(10, None)] * 35 + [(11, None)], targets=[PLAN], **TOTAL)


def test_a_running_total_is_drawn_as_such_from_its_beginning_to_its_date(total):
    figure = charts.target_curve.turn_the_curve(total)
    past = figure.table[figure.table["Value"].notna()]
    assert past["Interval"].iloc[0] == "2024-01"
    assert past["Value"].tolist() == [*range(10, 240, 10), 241]
    assert figure.table["Interval"].iloc[-1] == "2026-12"
    assert figure.table["Expected"].iloc[-1] > 241
    assert "Target 1,000 lines." in figure.text
    assert "<svg" in figure.svg


def test_a_total_that_cannot_be_told_from_the_values_is_not_drawn_as_one(total):
    shown = Measured(total)
    hidden = shown.points().assign(Value=np.nan)
    assert _begun(shown, hidden) is None


def test_the_forecast_can_be_drawn_less_far(followed):
    results = followed(STEADY)
    figure = charts.target_curve.turn_the_curve(results, "wait", 3)
    assert figure.table["Interval"].tolist()[-3:] == ["2026-01", "2026-02", "2026-03"]
    (ask,) = charts.target_curve.turn_the_curve.asks
    assert (ask.name, ask.options(results)[0], ask.first(results)) == ("ahead", ("1 ahead", 1), 12)


def test_actions_stand_on_their_day_with_a_letter(followed):
    action = {"action": "counter", "measure": "wait", "title": "Second counter", "owner": "Ann"}
    results = followed(STEADY).with_frames(actions=pd.DataFrame([action | {"start": "2025-02-10"}]))
    figure = charts.target_curve.turn_the_curve(results)
    assert "Begun about it: A: Second counter (Ann), since 10 February 2025." in figure.see
    assert ">A</text>" in figure.svg


def test_without_actions_it_says_so(followed):
    assert "No action about it is registered." in charts.target_curve.turn_the_curve(followed(STEADY)).see


@pytest.mark.parametrize(("target", "drawn"), [(10, 0), (14, 1)])
def test_only_measures_that_worsen_or_are_unlikely_have_a_curve_on_the_page(followed, target, drawn):
    assert len(charts.target_curve.curves(followed(STEADY, targets=[{"value": target}]))) == drawn


def test_at_most_six_curves_and_the_worst_first(followed):
    results = followed(STEADY)
    one = results.verdicts.iloc[[0]]
    rows = pd.concat([one.assign(verdict="common cause", outlook="unlikely")] * 7, ignore_index=True)
    rows.loc[6, "verdict"] = "worsening"
    figures = charts.target_curve.curves(results.with_frames(verdicts=rows))
    assert len(figures) == charts.target_curve.MOST


def test_past_forecasts_are_told_by_band_and_score(followed):
    results = followed(STEADY, targets=[{"value": 10}])
    (figure,) = charts.target_forecasts.forecasts(results)
    row, found = figure.table.iloc[0], results.calibration.iloc[0]
    assert row["In the band of 80"] == pytest.approx(100 * found["coverage_80"])
    assert (row["Form"], row["Forecasts"]) == (FORMS[found["form"]], found["forecasts"])
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)


def test_no_past_forecasts_no_figure(followed):
    assert charts.target_forecasts.forecasts(followed(STEADY[:6])) == []
