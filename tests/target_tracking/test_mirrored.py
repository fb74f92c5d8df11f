"""What must not change: which way is up, and where zero is."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.target_tracking.conftest import observed_months
from workbench.catalog.model import Measure
from workbench.findings.model import Verdict
from workbench.periods import Period
from workbench.target_tracking.tracked import track

CHARTS = ("", "xmr", "run", "ewma", "cusum")
END = Period.parse("2027-12")
DEFINITION = {"as_of": "2028-01-15", "fiscal_year_starts": 1}


@st.composite
def processes(draw):
    """Values of a process: steady, with a step, a season or memory; and a target."""
    n = draw(st.integers(5, 40))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    values = rng.normal(size=n) + draw(st.sampled_from([0, 4])) * (
        np.arange(n) >= n - draw(st.integers(1, 12))
    )
    values += draw(st.sampled_from([0, 3])) * np.sin(2 * np.pi * np.arange(n) / 12)
    for place in range(1, n):
        values[place] += 0.5 * values[place - 1] * (n % 3 == 0)
    return values, draw(st.floats(-4, 4))


def tracked(values, target, direction, chart=""):
    entry = {
        "title": "Days",
        "department": "works",
        "source": "returns",
        "kind": "value",
        "direction": direction,
        "chart": chart,
        "columns": {"interval": "month", "value": "value"},
        "targets": [{"value": target}],
    }
    own = observed_months("m", list(values)).assign(cell="")
    return track("m", Measure.model_validate(entry).model_dump(mode="json"), own, END, DEFINITION)


def on_one_scale(one, other):
    """Shares and percentages begin at zero: a target may look off the scale on one side of it and not on the other."""
    return not (one.off_scale or other.off_scale)


@given(processes(), st.sampled_from(CHARTS))
@settings(max_examples=40, deadline=None)
def test_the_other_sign_and_the_other_direction_say_the_same(process, chart):
    values, target = process
    one = tracked(values, target, "increase", chart)
    other = tracked(-values, -target, "decrease", chart)
    assume(on_one_scale(one, other))
    assert (one.verdict, one.rule, one.status) == (other.verdict, other.rule, other.status)
    assert one.prospect.assurance == other.prospect.assurance
    assert one.judgement.reasons == other.judgement.reasons
    assert one.judgement.choice == other.judgement.choice


@given(processes(), st.sampled_from(CHARTS))
@settings(max_examples=40, deadline=None)
def test_the_other_sign_alone_turns_better_into_worse(process, chart):
    values, target = process
    turned = {Verdict.IMPROVING: Verdict.WORSENING, Verdict.WORSENING: Verdict.IMPROVING}
    one, other = tracked(values, target, "increase", chart), tracked(-values, target, "increase", chart)
    assert other.verdict == turned.get(one.verdict, one.verdict)


@given(processes(), st.integers(-1000, 1000), st.sampled_from(CHARTS))
@settings(max_examples=40, deadline=None)
def test_a_constant_moves_the_limits_and_nothing_else(process, constant, chart):
    values, target = process
    one = tracked(values, target, "increase", chart)
    other = tracked(values + constant, target + constant, "increase", chart)
    assume(on_one_scale(one, other))
    assert (one.verdict, one.rule, one.status) == (other.verdict, other.rule, other.status)
    for name in ("mean", "lower", "upper"):
        before, after = (each.judgement.limits[name].to_numpy() for each in (one, other))
        assert after == pytest.approx(before + constant, nan_ok=True, abs=1e-7)
