"""Six Sigma of a measure: within its tolerance first, then indices, or why there are none."""

import numpy as np
import pytest

from workbench.target_tracking import analyse

UPS_AND_DOWNS = np.random.default_rng(20_260_101).normal(10, 1, 36).round(2)


@pytest.fixture
def figures(observations, measure_cube):
    """``figures(values, ...)``: rows of ``capability`` by index."""

    def found(values, counts=None, **entry):
        cube = measure_cube(observations("wait", values, counts=counts), entries={"wait": entry})
        return analyse(cube, period="2025-Q4").capability.set_index("index")

    return found


def test_a_measure_without_a_tolerance_has_no_figures(figures):
    assert figures(UPS_AND_DOWNS).empty


def test_the_share_of_intervals_within_comes_first_and_its_ends_count_as_within(figures):
    values = [*UPS_AND_DOWNS[:34], 14.0, 14.01]
    found = figures(values, tolerance={"upper": 14})
    assert found.index[0] == "within"
    assert found.loc["within", "value"] == pytest.approx(35 / 36)
    assert found.loc["dpmo", "value"] == pytest.approx(1e6 / 36)


def test_indices_of_a_stable_process_are_those_of_the_textbook(figures):
    found = figures(UPS_AND_DOWNS, tolerance={"lower": 6, "upper": 14})
    within = np.abs(np.diff(UPS_AND_DOWNS)).mean() / 1.128
    assert found.loc["cp", "value"] == pytest.approx(8 / (6 * within), rel=1e-3)
    assert found.loc["pp", "value"] == pytest.approx(8 / (6 * UPS_AND_DOWNS.std(ddof=1)), rel=1e-6)
    assert found.loc["ppk", "value"] <= found.loc["pp", "value"]
    assert found.loc["ppk", "lower"] < found.loc["ppk", "value"] < found.loc["ppk", "upper"]


def test_with_one_limit_only_the_side_that_there_is_has_an_index(figures):
    found = figures(UPS_AND_DOWNS, tolerance={"upper": 14})
    assert found.loc[["cp", "pp"], "lacking"].tolist() == ["one_sided"] * 2
    assert found.loc["cpk", "value"] > 1


def test_a_tolerance_is_written_as_the_measure_is_shown(figures):
    counts = [(int(900 + 5 * value), 1000) for value in UPS_AND_DOWNS]
    values = [above / below for above, below in counts]
    entry = {
        "kind": "proportion",
        "scale": "percent",
        "columns": {"interval": "month", "numerator": "a", "denominator": "b"},
    }
    found = figures(values, counts=counts, tolerance={"lower": 90}, **entry)
    assert found.loc["within", "value"] == 1
    assert found["tolerance_lower"].unique() == pytest.approx([0.9])
    assert np.isnan(found.loc["sigma_shifted", "value"])


@pytest.mark.parametrize(
    ("values", "lacking"),
    [
        ([*UPS_AND_DOWNS[:35], 30.0], "unstable"),
        ([*UPS_AND_DOWNS[:18], *(UPS_AND_DOWNS[18:] + 4)], "unstable"),
        (UPS_AND_DOWNS[:23], "too_few"),
        ([10.0] * 36, "no_spread"),
        (np.tile([0, 0, 0, 0, 0, 0, 20, 20, 20, 20, 20, 20], 3) + UPS_AND_DOWNS, "seasonal"),
    ],
    ids=["signal", "step", "23 values", "constant", "season"],
)
def test_there_is_no_index_where_the_process_does_not_go_on_as_it_was(figures, values, lacking):
    found = figures(values, tolerance={"upper": 40})
    assert found.loc[["cpk", "ppk"], "lacking"].tolist() == [lacking] * 2
    assert found.loc[["cpk", "ppk"], "verdict"].tolist() == ["can't tell yet"] * 2
    assert found.loc["within", "value"] == 1


def test_figures_derive_from_all_counts_of_the_measure(observations, measure_cube):
    counts = [(90, 100)] * 36
    entry = {"kind": "proportion", "tolerance": {"lower": 0.5}}
    entry["columns"] = {"interval": "month", "numerator": "a", "denominator": "b"}
    frame = observations("wait", [0.9] * 36, counts=counts)
    results = analyse(measure_cube(frame, entries={"wait": entry}, about_people=True), period="2025-Q4")
    assert {len(cells) for cells in results.capability["cells"]} == {36}
