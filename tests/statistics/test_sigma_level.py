"""Defects and sigma levels: published tables, both conventions, boundaries."""

import pytest

from workbench.statistics.sigma_level import WITH_SHIFT, WITHOUT_SHIFT, defects, dpmo_of, sigma_of


@pytest.mark.parametrize(
    ("sigma", "dpmo"), [(1, 691_462), (2, 308_538), (3, 66_807), (4, 6_210), (5, 233), (6, 3.4)]
)
def test_the_usual_table_has_the_shift(sigma, dpmo):
    assert dpmo_of(sigma) == pytest.approx(dpmo, abs=0.5 if dpmo > 100 else 0.05)
    assert sigma_of(dpmo) == pytest.approx(sigma, abs=0.005)


def test_published_levels(reference):
    case = reference("targets", "dpmo-one-tail")
    found = [sigma_of(dpmo) for dpmo in case["inputs"]["dpmo"]]
    assert found == pytest.approx(case["expected"]["sigma"], abs=case["tolerance"])


def test_without_the_shift():
    # 1,350 in a million lie beyond three standard deviations (Keller, Six Sigma Demystified, 2005).
    assert dpmo_of(3, shift=0) == pytest.approx(1350, abs=0.2)
    # 35,148 is 1.81 in the long and 3.31 in the short term (Harry, iSixSigma).
    assert sigma_of(35_148, shift=0) == pytest.approx(1.81, abs=0.005)
    assert sigma_of(35_148) == pytest.approx(3.31, abs=0.005)


@pytest.mark.parametrize("dpmo", [0, 1e6])
def test_no_defects_and_nothing_but_defects_have_no_level(dpmo):
    assert sigma_of(dpmo) is None


def test_defects_of_units_with_several_opportunities():
    found = defects(34, 750, 10)
    assert found.per_unit.value == pytest.approx(34 / 750)
    assert found.per_million.value == pytest.approx(4533.33, abs=0.01)
    assert found.yielded.value == pytest.approx(1 - 34 / 7500)
    assert found.shifted.value == pytest.approx(found.unshifted.value + 1.5)
    assert (found.shifted.convention, found.unshifted.convention) == (WITH_SHIFT, WITHOUT_SHIFT)


@pytest.mark.parametrize(("found", "units"), [(1, 100), (50, 100), (99, 100), (3, 5)])
def test_limits_enclose_and_more_defects_are_a_lower_level(found, units):
    figures = defects(found, units)
    for figure in (
        figures.per_unit,
        figures.per_million,
        figures.yielded,
        figures.shifted,
        figures.unshifted,
    ):
        assert figure.lower < figure.value < figure.upper
    assert sigma_of(figures.per_million.upper) == pytest.approx(figures.shifted.lower)


def test_no_defect_has_a_lower_limit_and_no_level():
    found = defects(0, 100)
    assert (found.yielded.value, found.per_unit.lower, found.shifted.value, found.shifted.upper) == (
        1,
        0,
        None,
        None,
    )
    assert found.shifted.lower == pytest.approx(sigma_of(found.per_million.upper))


@pytest.mark.parametrize(("arguments", "fault"), [((1, 0), "at least one unit"), ((6, 5), "got 6 of 5")])
def test_impossible_counts_are_refused(arguments, fault):
    with pytest.raises(ValueError, match=fault):
        defects(*arguments)
