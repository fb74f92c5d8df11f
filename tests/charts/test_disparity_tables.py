"""Tables of a disparity review, and how a reader who hears them tells blanks apart."""

import pandas as pd
import pytest

from workbench.charts import disparity_review as figures
from workbench.charts.table import table_html

NONE = float("nan")


def test_the_table_names_every_comparison_of_the_interval_in_words(reviewed):
    rows = figures.table(reviewed)
    assert rows.iloc[0][["Group", "Place", "Compared with", "Difference"]].tolist() == [
        "Black", "Whole city", "White residents", -10,
    ]  # fmt: skip
    assert rows["Adverse ratio"].iloc[0] == pytest.approx(4 / 3)
    assert set(rows.loc[rows["Place"] == "Elm", "Compared with"]) == {"the rest of the city"}
    assert len(rows) == (reviewed.gaps["interval"] == "2025-Q4").sum()


def test_adjusted_gaps_stand_beside_the_gap_as_it_is(reviewed):
    rows = figures.adjusted_table(reviewed)
    assert rows["Mix of"].tolist()[0] == "neighbourhoods"
    first = rows.iloc[0]
    assert first["As it is"].startswith("−10.0 (−")
    assert first["Within"].startswith("−10.0 (−")  # the same gap in every neighbourhood
    assert first["Pattern"] == "within the same place"


def test_a_hidden_comparison_is_one_blank_that_says_so(reviewed, without):
    hidden = without(reviewed, "adjusted", lambda frame: frame["group"] == "black")
    hidden = without(hidden, "split", lambda frame: frame["group"] == "black")
    rows = figures.adjusted_table(hidden)
    assert rows["As it is"].isna().all()
    html = table_html(rows.head(1), "Adjusted")
    assert html.count("suppressed to protect privacy") == 1


INDICES = pd.DataFrame(
    {
        "interval": ["2025-Q4"] * 3 + ["2024-Q4"] + ["2025-Q4"] * 2,
        "place_level": ["city"] * 4 + ["neighbourhood"] * 2,
        "index": ["theil", "range_ratio", "dissimilarity_black", "theil", "theil", "range_ratio"],
        "value": [2.0, 1.3, 40.0, 3.0, NONE, NONE],
        "lower": [1.0, 1.1, NONE, 1.0, NONE, NONE],
        "upper": [3.0, 1.5, NONE, 4.0, NONE, NONE],
        "corrected": [1.5, 1.2, 38.0, 2.0, NONE, NONE],
        "noise_floor": [0.5, 1.1, 9.0, 0.5, NONE, NONE],
        "noise_upper": [0.9, 1.2, 12.0, 0.9, NONE, NONE],
        "above_noise": pd.array([True, True, True, True, None, None], "boolean"),
        "unit": ["per 1000", "ratio", "percent", "per 1000", None, None],
        "state": ["value"] * 4 + ["suppressed"] * 2,
    }
)


def test_summary_measures_have_names_their_noise_and_the_year_before(reviewed):
    rows = figures.summary_table(reviewed.with_frames(summary=INDICES))
    assert rows["Measure"].tolist()[:3] == [
        "Theil index", "Range: highest over lowest", "Dissimilarity, where they live: Black",
    ]  # fmt: skip
    assert rows.loc[0, ["Value", "By chance alone", "Above chance", "Year before"]].tolist() == [
        2,
        0.5,
        "yes",
        3,
    ]


def test_a_level_that_is_hidden_as_a_whole_is_one_row(reviewed):
    rows = figures.summary_table(reviewed.with_frames(summary=INDICES))
    assert rows["Measure"].tolist()[3:] == ["All 2 measures"]
    assert "suppressed to protect privacy" in table_html(rows, "Summary")


def test_every_index_of_the_analysis_has_a_name(reviewed):
    names = figures.summary_table(reviewed)["Measure"]
    assert len(names)
    assert not [name for name in names if "_" in name or name[:1].islower()]


def test_suppressed_no_data_zero_none_and_unreliable_are_words_in_the_cells():
    frame = pd.DataFrame(
        {
            "Group": ["a", "b", "c", "d", "e"],
            "Number": [NONE, NONE, 0, 12, 50],
            "Ratio at most": [NONE, NONE, 0.5, 2.0, NONE],
            "state": ["suppressed", "no data", "zero", "unreliable", "value"],
        }
    )
    rows = table_html(frame, "Blanks").partition("<tbody>")[2].split("</tr>")
    assert [row.rpartition("</th>")[2].replace(' class="number"', "") for row in rows[:5]] == [
        '<td colspan="2" class="blank">suppressed to protect privacy</td><td></td>',
        "<td>no data</td><td>no data</td><td></td>",
        "<td>0</td><td>0.50</td><td></td>",
        "<td>12</td><td>2.00</td><td>unreliable</td>",
        "<td>50</td><td>none</td><td></td>",
    ]


def test_figures_and_tables_have_no_barriers(reviewed, without, window, barriers):
    hidden = without(reviewed, "rates", lambda frame: frame["group"] == "black")
    drawn = [
        figures.rates(hidden),
        figures.gaps(hidden),
        figures.gap_split(hidden),
        figures.groups_in_places(hidden),
    ]
    tables = [figures.table(hidden), figures.adjusted_table(hidden), figures.summary_table(hidden)]
    body = "".join(figure._repr_html_() for figure in drawn)
    body += "".join(table_html(each, f"Table {at}") for at, each in enumerate(tables))
    window.set_content(
        f'<!doctype html><html lang="en"><title>Review</title><main><h1>Review</h1>{body}</main></html>'
    )
    assert barriers(window) == []
    names = window.get_by_role("img").evaluate_all(
        "all => all.map(each => each.getAttribute('aria-labelledby'))"
    )
    assert len(names) == len(drawn)
    assert window.get_by_text("suppressed to protect privacy").count() > 0
