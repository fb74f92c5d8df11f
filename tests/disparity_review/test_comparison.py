"""Groups and places against their reference: every kind of outcome, at its boundaries."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.disparity_review.comparing import KINDS, limits, one, reviewed
from workbench.disparity_review import analyse
from workbench.disparity_review.comparison import gaps
from workbench.disparity_review.counted import counted
from workbench.disparity_review.measured import Sides, figures, judged
from workbench.disparity_review.scope import Scope
from workbench.errors import ParameterError
from workbench.findings.model import Verdict
from workbench.statistics.closed_form import newcombe_p
from workbench.statistics.differences import miettinen_nurminen
from workbench.statistics.proportions import score_test
from workbench.statistics.ratios import koopman, mover_wilson, rate_ratio

CERTAIN = {"squared_margin": 0.0, "design_effect": np.nan}  # residents who are counted, persons who are not


@pytest.fixture(scope="module")
def gap(build_cube):
    """``gap(black, white, kind, unknown=..., **parameters)``: the comparison of two sides in the city."""

    def compared(black, white, kind="proportion", unknown=None, *, favourable=True, **parameters):
        sides = {"black": black, "white": white, "unknown": unknown}
        rows = [("2025-Q4", group, "Elm", *side) for group, side in sides.items() if side]
        cube = build_cube(rows, outcome=KINDS[kind], favourable=favourable)
        scope = Scope.of(cube, "2025-Q4", **parameters)
        return one(gaps(counted(cube, scope), scope), question="group", group="black")

    return compared


@pytest.mark.parametrize("kind", ["proportion", "waiting_time"])
def test_score_and_closed_intervals_of_shares(gap, kind):
    sides = (56, 70, 48, 80)
    score = gap((56, 70), (48, 80), kind)
    closed = gap((56, 70), (48, 80), kind, intervals="closed")
    assert limits(score, "difference") == pytest.approx([0.0528, 0.3382], abs=5e-5)  # Newcombe 1998, table II
    assert limits(closed, "difference") == pytest.approx([0.0524, 0.3339], abs=5e-5)
    assert limits(score, "ratio") == pytest.approx(np.ravel(koopman(*sides, corrected=True)))
    assert limits(closed, "ratio") == pytest.approx(np.ravel(mover_wilson(*sides)))
    assert limits(closed, "adverse_ratio") == pytest.approx(np.ravel(mover_wilson(14, 70, 32, 80)))
    assert (score["p"], closed["p"]) == (score_test(*sides), newcombe_p(*sides))
    assert (score["method"], closed["method"]) == ("Miettinen-Nurminen score", "Newcombe, MOVER-Wilson")


@pytest.mark.parametrize("kind", ["per_resident", "rate"])
def test_counts_over_an_exposure_may_exceed_it(gap, kind):
    row = gap((250, 220), (200, 220), kind)
    assert row["rate"] == pytest.approx(250 / 220)
    assert limits(row, "ratio") == pytest.approx(np.ravel(rate_ratio(250, 220, 200, 220)))
    assert row["method"] == "Poisson score"


@pytest.fixture(scope="module")
def measured(build_cube):
    """``measured(sides, kind, intervals, favourable)``: what is found of pairs of sides, one row a pair."""

    @cache
    def scope_of(kind: str, intervals: str, favourable: bool) -> Scope:
        cube = build_cube([("2025-Q4", "black", "Elm", 1, 2)], outcome=KINDS[kind], favourable=favourable)
        return Scope.of(cube, "2025-Q4", intervals=intervals)

    def found(sides, kind="proportion", intervals="score", favourable=True) -> pd.DataFrame:
        scope = scope_of(kind, intervals, favourable)
        names = ["numerator", "denominator", "reference_numerator", "reference_denominator"]
        rows = pd.DataFrame([(*own, *other) for own, other in sides], columns=names)
        sure = {f"{side}{name}": value for side in ("", "reference_") for name, value in CERTAIN.items()}
        rows = rows.assign(**sure)
        exposed = scope.per_exposure
        return judged(
            rows.assign(**figures(Sides.of(rows), scope, per_exposure=exposed)), scope, per_exposure=exposed
        )

    return found


@pytest.mark.parametrize("favourable", [True, False])
@pytest.mark.parametrize("intervals", ["score", "closed"])
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_or_everybody_still_has_finite_limits(measured, kind, intervals, favourable):
    none, some, everyone = (0, 40), (20, 60), (50, 50)
    sides = [(own, other) for own in (none, some, everyone) for other in (none, some, everyone)]
    rows = measured(sides, kind, intervals, favourable)
    lower, value, upper = (rows[f"difference{end}"] for end in ("_lower", "", "_upper"))
    assert np.isfinite([lower, value, upper]).all()
    assert ((lower <= value) & (value <= upper)).all()
    assert rows["p"].between(0, 1).all()
    for name in ("ratio", "adverse_ratio"):
        lower, value, upper = (rows[f"{name}{end}"] for end in ("_lower", "", "_upper"))
        assert (np.isfinite(lower) & (lower >= 0) & (upper > 0)).all()
        assert ((lower <= value) & (value <= upper) | value.isna()).all()
        assert (value.isna() == ((lower == 0) & np.isinf(upper))).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("black", "white"), [((0, 0), (30, 60)), ((20, 40), (0, 0)), ((0, 0), (0, 0))])
def test_a_side_without_rows_has_no_data_and_no_verdict(gap, kind, black, white):
    row = gap(black, white, kind)
    assert (row["state"], row["verdict"]) == ("no data", Verdict.CANT_TELL)
    assert np.isnan([row["difference"], row["p"], *limits(row, "ratio")]).all()


SIDE = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
KIND, INTERVALS = st.sampled_from(sorted(KINDS)), st.sampled_from(["score", "closed"])


@given(SIDE, SIDE, KIND, INTERVALS, st.booleans())
def test_word_p_and_intervals_never_disagree(measured, own, other, kind, intervals, favourable):
    row = measured([(own, other)], kind, intervals, favourable).iloc[0]
    if row["state"] != "value":
        assert row["verdict"] == Verdict.CANT_TELL
        return
    assume(abs(row["p"] - 0.05) > 1e-9)
    sure = row["p"] < 0.05
    assert (row["verdict"] in (Verdict.WORSE_OFF, Verdict.BETTER_OFF)) == sure
    for figure, nothing in (("difference", 0), ("ratio", 1), ("adverse_ratio", 1)):
        lower, upper = limits(row, figure)
        assert (lower > nothing or upper < nothing) == sure, figure
    if row["verdict"] == Verdict.NO_DIFFERENCE:
        assert row["smallest_detectable"] > 0


@settings(max_examples=50, deadline=None)
@given(SIDE, SIDE, KIND, INTERVALS)
def test_swapping_the_sides_turns_difference_and_ratio_round(measured, own, other, kind, intervals):
    _, (first, second) = zip(*measured([(own, other), (other, own)], kind, intervals).iterrows(), strict=True)
    turned = [-end for end in limits(second, "difference")[::-1]]
    assert limits(first, "difference") == pytest.approx(turned, abs=1e-9)
    if own[0] and other[0]:
        turned = [1 / end for end in limits(second, "ratio")[::-1]]
        assert limits(first, "ratio") == pytest.approx(turned, rel=1e-6)


@pytest.mark.parametrize("kind", ["per_resident", "rate"])
def test_two_sides_without_events_cannot_be_told_alike(measured, kind):
    row = measured([((0, 4000), (0, 4000))], kind, favourable=False).iloc[0]
    assert (row["p"], row["verdict"]) == (1, Verdict.CANT_TELL)
    assert row["smallest_detectable"] > 0.001


def test_adverse_is_declared_once_and_turns_ratio_and_verdict_alike(gap):
    good, bad = gap((800, 1000), (900, 1000)), gap((200, 1000), (100, 1000), favourable=False)
    assert (good["verdict"], bad["verdict"]) == (Verdict.WORSE_OFF, Verdict.WORSE_OFF)
    assert good["adverse_ratio"] == bad["adverse_ratio"] == pytest.approx(2)
    assert limits(good, "adverse_ratio") == pytest.approx(limits(bad, "ratio"))
    assert good["smallest_detectable"] == pytest.approx(bad["smallest_detectable"])


def test_a_gap_against_the_city_is_exact_and_its_limits_are_carried_over(gap):
    against_others = gap((70, 100), (270, 300), unknown=(30, 50), reference="everyone_else")
    row = gap((70, 100), (270, 300), unknown=(30, 50), reference="city")
    assert (against_others["reference_numerator"], against_others["reference_denominator"]) == (270, 300)
    assert (row["reference_numerator"], row["reference_denominator"]) == (300, 350)
    assert row["reference_rate"] == pytest.approx(370 / 450)
    assert row["difference"] == pytest.approx(70 / 100 - 370 / 450)
    part = 100 / 450
    own = np.ravel(miettinen_nurminen(70, 100, 300, 350)) * (1 - part)
    assert limits(row, "difference") == pytest.approx(own)


def test_the_best_group_has_the_size_that_is_asked_for(build_cube):
    rows = [("2025-Q4", "black", "Elm", 40, 40), ("2025-Q4", "white", "Elm", 90, 100)]
    found = {
        least: reviewed(build_cube(rows), reference="best", best_minimum=least).facts
        for least in (40, 41, 101)
    }
    assert {least: each["reference"] for least, each in found.items()} == {
        40: "black",
        41: "white",
        101: "everyone_else",
    }
    assert [notice["message"] for notice in found[101]["notices"]] == ["no_best_group"]
    assert found[41]["notices"] == []


@pytest.mark.parametrize("kind", ["per_resident", "rate"])
def test_an_exposure_is_no_count_to_hide_but_its_row_derives_from_the_numerator(build_cube, kind):
    rows = [("2025-Q4", "black", "Elm", 5, 4000), ("2025-Q4", "white", "Elm", 640, 16000)]
    results = analyse(build_cube(rows, outcome=KINDS[kind]), period="2025-Q4")
    assert results.counts["denominator"].isna().all()
    row = one(results.rates, group="black", place_level="city")
    assert (row["denominator"], row["cells"]) == (4000, ["2025-Q4|race=black|city=all"])


def test_facts_say_for_how_many_a_rate_is_told_and_what_an_exposure_counts(build_cube):
    rows = [("2025-Q4", "black", "Elm", 50, 400), ("2025-Q4", "white", "Elm", 64, 600)]
    found = {kind: reviewed(build_cube(rows, outcome=outcome)).facts for kind, outcome in KINDS.items()}
    assert {kind: (own["kind"], own["per"], own["exposure_unit"]) for kind, own in found.items()} == {
        "proportion": ("proportion", 100, ""),
        "per_resident": ("per_resident", 1000, "residents"),
        "rate": ("rate", 1000, "bed nights"),
        "waiting_time": ("waiting_time", 100, ""),
    }
    assert found["waiting_time"]["standard_days"] == 30


def test_unknown_of_a_rate_are_events_and_not_exposure(build_cube):
    rows = [("2025-Q4", "black", "Elm", 50, 400), ("2025-Q4", "unknown", "Elm", 7, 900)]
    results = reviewed(build_cube(rows, outcome=KINDS["rate"]))
    row = one(results.unknown, dimension="race", place_level="city")
    assert (row["unknown"], row["total"]) == (7, 57)


@pytest.mark.parametrize("reference", ["white", "everyone_else", "city", "best"])
def test_one_group_only_is_said_and_breaks_nothing(build_cube, reference):
    cube = build_cube([("2025-Q4", "black", "Elm", 150, 200), ("2025-Q4", "unknown", "Elm", 3, 5)])
    results = reviewed(cube, reference=reference)
    said = {notice["message"]: notice for notice in results.facts["notices"]}
    assert said["one_group"]["group"] == "black"
    for row in results.gaps[results.gaps["question"] == "group"].to_dict("records"):
        alone = row["reference_group"] != "city" or row["group"] != "black"
        assert row["state"] == ("no data" if alone else "unreliable")
        assert row["verdict"] == Verdict.CANT_TELL


def test_a_reference_that_is_not_there_is_said_and_the_rest_goes_on(build_cube):
    rows = [("2025-Q4", "black", "Elm", 150, 200), ("2025-Q4", "black", "Fir", 40, 100)]
    results = reviewed(build_cube(rows), reference="white")
    row = one(results.gaps, question="group")
    assert (row["state"], row["verdict"]) == ("no data", Verdict.CANT_TELL)
    absent = next(each for each in results.facts["notices"] if each["message"] == "reference_absent")
    assert (absent["group"], absent["dimension"], absent["interval"]) == ("white", "race", "2025-Q4")
    assert absent["cells"] == ["2025-Q4|race=all|city=all", "2025-Q4|race=white|city=all"]
    assert one(results.gaps, question="place", place="Elm")["verdict"] == Verdict.BETTER_OFF


def test_a_group_without_cases_has_no_data_beside_others_that_have(build_cube):
    cube = build_cube([("2025-Q4", "white", "Elm", 150, 200)])
    row = one(reviewed(cube).rates, group="black", place_level="city")
    assert (row["state"], row["denominator"]) == ("no data", 0)


def test_a_place_without_residents_has_no_data_and_the_others_have(build_cube):
    rows = [("2025-Q4", "black", "Elm", 30, 0), ("2025-Q4", "white", "Fir", 60, 900)]
    results = reviewed(build_cube(rows, outcome=KINDS["per_resident"]))
    row = one(results.rates, place="Elm")
    assert (row["numerator"], row["denominator"], row["state"]) == (30, 0, "no data")
    assert np.isnan([row["rate"], row["lower"], row["upper"]]).all()
    assert one(results.gaps, question="place", place="Elm")["state"] == "no data"
    assert one(results.rates, place="Fir")["state"] == "value"


def test_notices_of_the_cube_come_first(build_cube):
    told = {"message": "boundary_repaired", "level": "community", "places": ["North"]}
    cube = build_cube([("2025-Q4", "black", "Elm", 150, 200)], definition={"notices": [told]})
    assert reviewed(cube).facts["notices"][0] == told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"intervals": "wald"}, "`intervals` 'wald' is not a kind of interval; write 'score'"),
        ({"best_minimum": 0}, "`best_minimum` 0 is not a size of a group; write a whole number from 1"),
        ({"best_minimum": True}, "`best_minimum` True is not a size"),
        ({"impute": "yes"}, "`impute` 'yes' does not say whether to impute; write True or False"),
        ({"impute": True}, "`impute` is on, but potholes declares no imputation"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused_with_what_would(two_quarters, changed, words):
    with pytest.raises(ParameterError, match=words):
        reviewed(two_quarters, **changed)
