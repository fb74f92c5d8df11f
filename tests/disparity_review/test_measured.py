import numpy as np
import pandas as pd
import pytest

from workbench.disparity_review.comparison import gaps
from workbench.disparity_review.counted import counted
from workbench.disparity_review.scope import Scope
from workbench.findings.model import Verdict

EXPOSURES = {
    "per_resident": {"kind": "per_resident", "unit": "residents"},
    "rate": {"kind": "rate", "exposure": "nights", "exposure_unit": "bed nights"},
}
ENDS = ("", "_lower", "_upper")


@pytest.fixture
def against_800(build_cube):
    """``against_800(own, kind, favourable, reference)``: so many events in 1000 against 800 in 1000."""

    def compared(own: int, kind: str, favourable: bool, reference: str) -> pd.Series:
        rows = [("2025-Q4", "black", "Elm", own, 1000), ("2025-Q4", "white", "Elm", 800, 1000)]
        cube = build_cube(rows, outcome=EXPOSURES[kind], favourable=favourable)
        scope = Scope.of(cube, "2025-Q4", reference=reference)
        found = gaps(counted(cube, scope), scope)
        return found[(found["question"] == "group") & (found["group"] == "black")].iloc[0]

    return compared


@pytest.mark.parametrize("kind", EXPOSURES)
@pytest.mark.parametrize(("reference", "fewer"), [("white", 8 / 6), ("city", 7 / 6)])
def test_the_adverse_ratio_of_rates_is_above_1_for_who_is_worse_off(against_800, kind, reference, fewer):
    row = against_800(600, kind, True, reference)
    assert row["verdict"] == Verdict.WORSE_OFF
    assert row["adverse_ratio"] == pytest.approx(fewer)
    turned = [1 / row[f"ratio{end}"] for end in ("", "_upper", "_lower")]
    assert [row[f"adverse_ratio{end}"] for end in ENDS] == pytest.approx(turned)


@pytest.mark.parametrize("kind", EXPOSURES)
def test_more_of_what_nobody_wants_is_the_adverse_ratio_as_it_is(against_800, kind):
    row = against_800(950, kind, False, "white")
    assert row["verdict"] == Verdict.WORSE_OFF
    assert [row[f"adverse_ratio{end}"] for end in ENDS] == [row[f"ratio{end}"] for end in ENDS]


def test_nothing_of_what_is_good_is_infinitely_adverse(against_800):
    row = against_800(0, "rate", True, "white")
    assert np.isinf([row["adverse_ratio"], row["adverse_ratio_upper"]]).all()
    assert np.isfinite(row["adverse_ratio_lower"])
