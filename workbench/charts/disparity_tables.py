"""Tables of a disparity review, in words and everyday units."""

import pandas as pd

from workbench.charts.disparity_rows import RATIOS, Shown, number
from workbench.charts.disparity_split import mix_name, shares, split_rows
from workbench.charts.table import number_text

_INDICES = {
    "range_difference": "Range: highest less lowest",
    "range_ratio": "Range: highest over lowest",
    "between_group_variance": "Between-group variance",
    "between_group_sd": "Between-group standard deviation",
    "coefficient_of_variation": "Coefficient of variation",
    "index_of_disparity": "Index of disparity, from the mean",
    "index_of_disparity_weighted": "Index of disparity, from the mean, weighted",
    "index_of_disparity_from_best": "Index of disparity, from the best",
    "index_of_disparity_from_reference": "Index of disparity, from the reference",
    "mean_difference_from_mean": "Mean difference from the mean, weighted",
    "mean_difference_from_mean_unweighted": "Mean difference from the mean",
    "mean_difference_from_best": "Mean difference from the best, weighted",
    "mean_difference_from_best_unweighted": "Mean difference from the best",
    "mean_difference_from_reference": "Mean difference from the reference, weighted",
    "mean_difference_from_reference_unweighted": "Mean difference from the reference",
    "summary_rate_ratio": "Summary rate ratio",
    "theil": "Theil index",
    "mean_log_deviation": "Mean log deviation",
    "population_attributable_risk": "Population attributable risk",
    "population_attributable_fraction": "Population attributable fraction",
    "slope_index": "Slope index of inequality",
    "relative_index": "Relative index of inequality",
    "absolute_concentration": "Absolute concentration index",
    "relative_concentration": "Relative concentration index",
}
_DISSIMILARITY = "dissimilarity_"


def table(results) -> pd.DataFrame:
    """Every comparison of the reviewed interval, in words and everyday units.

    Parameters
    ----------
    results : DisparityResults
        Released.

    Returns
    -------
    DataFrame
        One row a comparison: groups in the whole city, groups within places, places.
    """
    shown = Shown(results)
    gaps = results.gaps
    own = shown.in_order(gaps[gaps["interval"] == shown.interval]).sort_values("question", kind="stable")
    words = {
        "Group": [shown.name_of(group) for group in own["group"]],
        "Place": own["place"].mask(own["place"] == "all", "Whole city"),
        "Compared with": (own["question"] == "place").map(
            {True: shown.judged_against, False: shown.reference}
        ),
        "Rate": shown.scaled(own["rate"]),
        "Rate compared with": shown.scaled(own["reference_rate"]),
        "Difference": shown.scaled(own["difference"]),
        "Lower": shown.scaled(own["difference_lower"]),
        "Upper": shown.scaled(own["difference_upper"]),
        **{name: number(own[column]) for name, column in RATIOS.items()},
        "Adverse ratio": number(own["adverse_ratio"]),
        "Would have shown": shown.scaled(own["smallest_detectable"]),
    }
    named = own.assign(**words, Verdict=own["verdict"])
    return named[[*words, "Verdict", "state"]].reset_index(drop=True)


def adjusted_table(results) -> pd.DataFrame:
    """Each gap as it is, at one mix and within the parts of the mix, with the part that goes with the mix.

    Parameters
    ----------
    results : DisparityResults
        Released.

    Returns
    -------
    DataFrame
        One row a comparison and mix: of groups by the places of each level, of groups and places by kind.
    """
    shown = Shown(results)
    keys = ["question", "group", "place_level", "place", "mix"]
    split = split_rows(shown)
    share = split.assign(Share=shares(split))[[*keys, "Share"]]
    own = shown.in_order(results.adjusted[results.adjusted["interval"] == shown.interval])
    own = own.merge(share, on=keys, how="left")
    words = {
        "Group": [shown.name_of(group) for group in own["group"]],
        "Place": own["place"].mask(own["place"] == "all", "Whole city"),
        "Mix of": [mix_name(shown, mix) for mix in own["mix"]],
        "As it is": _with_limits(shown, own, "crude_difference"),
        "At one mix": _with_limits(shown, own, "standardised_difference"),
        "Within": _with_limits(shown, own, "difference"),
        "Ratio within": number(own["ratio"]),
        "Share of the gap that is mix": own["Share"],
        "Alike from part to part, p": number(own["homogeneity_p"]),
        "Parts": number(own["parts"]),
        "Pattern": own["pattern"],
        "Verdict within": own["verdict"],
    }
    return own.assign(**words)[[*words, "state"]].reset_index(drop=True)


def _with_limits(shown: Shown, rows: pd.DataFrame, name: str) -> list[str | None]:
    """``-10.0 (-14.1 to -5.9)``; blank where there is none."""
    figures = zip(*(shown.scaled(rows[f"{name}{end}"]) for end in ("", "_lower", "_upper")), strict=True)
    return [
        None
        if pd.isna(value)
        else "{} ({} to {})".format(*(number_text(round(each, 1), 1) for each in (value, low, high)))
        for value, low, high in figures
    ]


def summary_table(results) -> pd.DataFrame:
    """One figure for all groups, and for all places of a level, beside what chance alone would give.

    Parameters
    ----------
    results : DisparityResults
        Released.

    Returns
    -------
    DataFrame
        One row an index and level of the reviewed interval, with the index a year before. A level of which
        all is blank for one reason is one row.
    """
    shown = Shown(results)
    now, before = (
        results.summary[results.summary["interval"] == interval]
        for interval in (shown.interval, shown.facts.get("same_last_year"))
    )
    keys = ["place_level", "index"]
    own = now.merge(before[[*keys, "value"]].rename(columns={"value": "before"}), on=keys, how="left")
    words = {
        "Over": [_over(shown, level) for level in own["place_level"]],
        "Measure": [_measure(shown, index) for index in own["index"]],
        "Value": number(own["value"]),
        "Lower": number(own["lower"]),
        "Upper": number(own["upper"]),
        "Without chance": number(own["corrected"]),
        "By chance alone": number(own["noise_floor"]),
        "Chance at most": number(own["noise_upper"]),
        "Above chance": own["above_noise"].map({True: "yes", False: "no"}),
        "Year before": number(own["before"]),
        "Unit": own["unit"],
    }
    rows = own.assign(**words)[[*words, "state"]]
    return pd.concat(
        [_folded(each) for _, each in rows.groupby("Over", sort=False)] or [rows], ignore_index=True
    )


def _folded(rows: pd.DataFrame) -> pd.DataFrame:
    """One row where all are blank for one reason."""
    blank = rows["Value"].isna().all() and rows["state"].nunique() == 1 and len(rows) > 1
    return rows.head(1).assign(Measure=f"All {len(rows)} measures") if blank else rows


def _over(shown: Shown, level: str) -> str:
    return "Groups" if level == "city" else f"Places ({shown.label(level).lower()})"


def _measure(shown: Shown, index: str) -> str:
    if index.startswith(_DISSIMILARITY):
        return f"Dissimilarity, where they live: {shown.name_of(index.removeprefix(_DISSIMILARITY))}"
    return _INDICES.get(index, index.replace("_", " "))
