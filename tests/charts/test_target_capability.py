"""Six Sigma as it is shown: the share within first, indices with intervals, or why there are none."""

import numpy as np
import pytest

from workbench import charts

STEADY = np.random.default_rng(20_260_101).normal(10, 1, 36).round(2)


def test_the_share_within_comes_first_and_every_figure_has_its_name(followed):
    (figure,) = charts.target_capability.capability(followed(STEADY, tolerance={"lower": 6, "upper": 14}))
    assert figure.title == "Permits on time: tolerance of 6 to 14 days"
    assert figure.text.startswith(
        "100.0% of 36 months lie within it (95% interval 90.4% to 100.0%). Ppk is 1."
    )
    assert figure.table["Figure"].tolist() == list(charts.target_capability.NAMES.values())
    assert figure.chart.to_dict(validate=True) == figure.chart.to_dict(validate=False)
    assert "<svg" in figure.svg


@pytest.mark.parametrize(
    ("tolerance", "words"), [({"lower": 6}, "at least 6 days"), ({"upper": 14}, "at most 14 days")]
)
def test_one_end_is_enough(followed, tolerance, words):
    (figure,) = charts.target_capability.capability(followed(STEADY, tolerance=tolerance))
    assert figure.title.endswith(words)
    why = figure.table.set_index("Figure")["Why there is none"]
    assert why["Cp, spread between neighbours"] == "there is one limit only"


def test_an_unstable_process_has_a_share_and_a_reason_instead_of_indices(followed):
    (figure,) = charts.target_capability.capability(followed([*STEADY[:35], 30.0], tolerance={"upper": 40}))
    assert "There are no indices, because the process is not stable" in figure.text
    assert len(figure.chart.to_dict()["vconcat"]) == 1


def test_no_tolerance_no_figure(followed):
    assert charts.target_capability.capability(followed(STEADY)) == []


def test_hidden_figures_are_told_as_hidden(followed, without):
    results = followed(STEADY, tolerance={"upper": 14})
    hidden = without(results, "capability", lambda frame: frame["index"] != "")
    (figure,) = charts.target_capability.capability(hidden)
    assert figure.text == "Not shown, to protect privacy."
    assert "suppressed to protect privacy" in figure._repr_html_()
