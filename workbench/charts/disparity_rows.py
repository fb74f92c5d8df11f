"""Released rows of a disparity review in the words and units of its figures."""

from functools import cached_property

import pandas as pd

from workbench.findings.messages import fill

_KINDS = {
    "suppressed": "suppressed to protect privacy",
    "no data": "without data",
    "unreliable": "too few to be relied on",
}


RATIOS = {"Ratio": "ratio", "Ratio at least": "ratio_lower", "Ratio at most": "ratio_upper"}


class Shown:
    """What the figures of one result share: names, units, and the rows of each.

    Parameters
    ----------
    results : DisparityResults
        Released.
    group, place, period : str or None
        What a reader chose: ``race/black``, ``neighbourhood/Elm``, ``2025-Q4``. None: everyone, the
        whole city, the reviewed interval.
    """

    def __init__(
        self, results, group: str | None = None, place: str | None = None, period: str | None = None
    ):
        self.results, self.facts = results, results.facts
        self.group = group.partition("/")[2] if group else "all"
        self.where = tuple(place.partition("/")[::2]) if place else ("city", "all")
        self.per = self.facts["per"]
        self.labels = self.facts["labels"]
        self.interval = period or self.facts["period"]
        self.period = fill("{period:period}", {"period": self.interval})
        self.dimension = self.label(self.facts["dimension"]).lower()
        finest = self.label(next(iter(self.facts["levels"]), "place")).lower()
        self.reference = self._reference()
        words, unit = self.facts["words"], self.facts.get("exposure_unit") or self.facts["unit"]
        self.outcome_title = f"{self.facts['unit'].capitalize()} {words}"
        self.place = f" in {self.where[1]}" if place else ""
        self.comparisons = (
            f"In {self.where[1] if place else 'the whole city'}",
            f"At one mix of {plural(finest)}",
            f"Within the same {finest}",
        )
        self.among = f" among {self._residents(self.group)}" if group else ""
        self.axis = f"{words} of every {self.per:,} {unit}"
        self.gap_axis = f"difference, in every {self.per:,} {unit}"
        self.chance = "within an interval the figure may differ by chance"

    @property
    def level(self) -> str:
        """What a place of that level is called."""
        return self.label(self.level_id or "place").lower()

    @property
    def worse_side(self) -> str:
        """Which side of the line at no gap is worse."""
        side = "left of" if self.facts["favourable"] else "right of"
        return f"Dots {side} the line are groups that fare worse."

    @property
    def judged_against(self) -> str:
        """What the verdict of a place compares it with."""
        if self.group != "all":
            return f"{self.reference} there"
        return "the city as a whole" if self.facts["place_reference"] == "city" else "the rest of the city"

    @property
    def intervals(self) -> list[str]:
        """All intervals with comparisons of groups, in order."""
        rows = self.results.gaps
        return sorted(rows.loc[rows["question"] == "group", "interval"].unique()) or [self.interval]

    def group_rates(self) -> pd.DataFrame:
        """Group, count, total, rate and limits of each group in the place."""
        own = self.in_order(self.here(self.results.rates))
        return self._rated(own.assign(Group=[self.name_of(group) for group in own["group"]]), "Group")

    def place_rates(self) -> pd.DataFrame:
        """Place, count, total, rate, limits and verdict of each place, the worst first."""
        rates, gaps = self.results.rates, self.results.gaps
        own = rates[(rates["interval"] == self.interval) & (rates["group"] == self.group)]
        own = own[(own["place_level"] == self.level_id) & (own["place"] != "unknown")]
        judged = gaps[(gaps["interval"] == self.interval) & (gaps["group"] == self.group)]
        judged = judged[["place_level", "place", "verdict"]].rename(columns={"verdict": "Verdict"})
        own = own.merge(judged, on=["place_level", "place"], how="left").assign(
            Place=lambda rows: rows["place"]
        )
        own = own.sort_values(
            "rate", ascending=bool(self.facts["favourable"]), kind="stable", na_position="last"
        )
        return self._rated(own, "Place", "Verdict")

    def group_gaps(self) -> pd.DataFrame:
        """Group, comparison, difference and ratio: in the place and, for the city, at one mix and within places."""
        crude = self.here(self.results.gaps)
        chosen = crude["group"].eq(self.group) | (self.group == "all")
        crude = crude[(crude["question"] != "place") & chosen]
        parts = [crude, *self._beside(crude)]
        named = [part.assign(Comparison=name) for part, name in zip(parts, self.comparisons, strict=False)]
        both = pd.concat([part for part in named if len(part)] or named[:1], ignore_index=True)
        return self._gapped(self.in_order(both), ["Comparison"], ratios=True)

    def _beside(self, crude: pd.DataFrame) -> list[pd.DataFrame]:
        """The same comparisons of the city at one mix of the finest places, and pooled within them."""
        found = self.results.adjusted
        found = found[found["mix"].isin(self.facts["levels"][:1]) & (found["question"] == "group")]
        found = found[(found["interval"] == self.interval) & found["group"].isin(crude["group"])]
        found = found.head(0) if self.place else found
        limits = [f"{of}{side}" for of in ("difference", "ratio") for side in ("", "_lower", "_upper")]
        return [found.assign(**{name: found[f"standardised_{name}"] for name in limits}, verdict=None), found]

    def gaps_over_time(self) -> pd.DataFrame:
        """Group, interval, difference and limits of each group in the city; blank where unreliable."""
        gaps = self.results.gaps
        own = gaps[(gaps["question"] == "group") & (gaps["group"].eq(self.group) | (self.group == "all"))]
        measures = ["difference", "difference_lower", "difference_upper"]
        own = own.assign(**{name: own[name].where(own["state"] != "unreliable") for name in measures})
        return self._gapped(self.in_order(own.assign(Interval=own["interval"])), ["Interval"])

    @cached_property
    def level_id(self) -> str:
        """The finest place level of which at least half the places are shown; else the coarsest."""
        rates = self.results.rates
        own = rates[(rates["interval"] == self.interval) & (rates["group"] == self.group)]
        for level in self.facts["levels"]:
            states = own.loc[own["place_level"] == level, "state"]
            if len(states) and (states != "suppressed").mean() >= 0.5:
                return level
        return self.facts["levels"][-1] if self.facts["levels"] else ""

    def in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows in the city's order of groups, everyone first."""
        order = {group: place for place, group in enumerate(["all", *self.facts["groups"], "unknown"])}
        return rows.sort_values("group", key=lambda groups: groups.map(order), kind="stable")

    def here(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of the interval and the place."""
        level, place = self.where
        here = (rows["place_level"] == level) & (rows["place"] == place)
        return rows[here & (rows["interval"] == self.interval)]

    def missing(self, rows: pd.DataFrame, value: str) -> str:
        """A sentence on what is not drawn, or drawn hollow; empty where there is nothing of the kind."""
        blank = rows.loc[rows[value].isna(), "state"].value_counts()
        said = [f"{blank[state]} {words}" for state, words in _KINDS.items() if state in blank]
        hollow = bool((rows["state"].eq("unreliable") & rows[value].notna()).any())
        drawn = " Hollow marks rest on too few to be relied on." if hollow else ""
        return drawn + (f" Not drawn: {', '.join(said)}." if said else "")

    def _rated(self, rows: pd.DataFrame, *names: str) -> pd.DataFrame:
        scaled = {name.capitalize(): self.scaled(rows[name]) for name in ("rate", "lower", "upper")}
        counts = {"Number": number(rows["numerator"]), "Total": number(rows["denominator"])}
        return rows.assign(**counts, **scaled)[[names[0], *counts, *scaled, *names[1:], "state"]].reset_index(
            drop=True
        )

    def _gapped(self, rows: pd.DataFrame, names: list[str], *, ratios: bool = False) -> pd.DataFrame:
        figures = {
            "Difference": self.scaled(rows["difference"]),
            "Lower": self.scaled(rows["difference_lower"]),
            "Upper": self.scaled(rows["difference_upper"]),
        }
        figures |= {name: number(rows[column]) for name, column in RATIOS.items()} if ratios else {}
        group = [self.name_of(group) for group in rows["group"]]
        framed = rows.assign(Group=group, Verdict=rows["verdict"], **figures)
        return framed[["Group", *names, *figures, "Verdict", "state"]].reset_index(drop=True)

    def scaled(self, values: pd.Series) -> pd.Series:
        """Rates as they are said, of so many of the denominator."""
        return (number(values) * self.per).round(9)  # no float noise; rounding for people is the table's

    def name_of(self, group: str) -> str:
        """A group's name."""
        return self.label(f"{self.facts['dimension']}/{group}")

    def _residents(self, group: str) -> str:
        if group == "unknown":
            return f"residents without a recorded {self.dimension}"
        declared = self.facts.get("residents", {}).get(f"{self.facts['dimension']}/{group}")
        return declared or f"{self.name_of(group)} residents"

    def label(self, key: str) -> str:
        """The declared name of a dimension, group or place level."""
        return self.labels.get(key, key.rpartition("/")[2])

    def _reference(self) -> str:
        named = self.facts["reference"] in self.facts["groups"]
        return self._residents(self.facts["reference"]) if named else self.name_of(self.facts["reference"])


def number(values: pd.Series) -> pd.Series:
    """Figures that may be blank, as numbers."""
    return pd.to_numeric(values, errors="coerce").astype("float64")


def listed(rows: pd.DataFrame, name: str, value: str) -> str:
    """``Black 70.1, White 90``: the figures that a chart draws, in its order."""
    drawn = rows.dropna(subset=[value])
    if drawn.empty:
        return "nothing that can be shown"
    return ", ".join(f"{row[name]} {row[value]:.1f}" for row in drawn.to_dict("records"))


def plural(name: str) -> str:
    """``communities`` of ``community``, ``wards as recorded`` of ``ward as recorded``."""
    head, how, rest = name.partition(" as ")
    return (f"{head[:-1]}ies" if head.endswith("y") else f"{head}s") + how + rest


def absent(rows: pd.DataFrame, name: str, value: str) -> str:
    """`` Not shown, to protect privacy: A, B.``: who has no figure at all, and why."""
    first = rows.assign(there=rows[value].notna()).groupby(name, sort=False)
    found = first.agg(there=("there", "any"), state=("state", "last"))
    hidden = found.index[~found["there"] & (found["state"] == "suppressed")]
    lacking = found.index[~found["there"] & (found["state"] != "suppressed")]
    said = f" Not shown, to protect privacy: {', '.join(hidden)}." if len(hidden) else ""
    return said + (f" No data, or too few to be relied on: {', '.join(lacking)}." if len(lacking) else "")


def tabled(shown: Shown, own: pd.DataFrame, figures: dict[str, str]) -> pd.DataFrame:
    """Group, figures as they are, verdict and state."""
    numbers = {name: number(own[column]) for name, column in figures.items()}
    named = own.assign(Group=[shown.name_of(each) for each in own["group"]], **numbers)
    words = {"Verdict": named["verdict"]} if "verdict" in named else {}
    return named.assign(**words)[["Group", *numbers, *words, "state"]].reset_index(drop=True)


def worded(rows: pd.DataFrame, name: str) -> str:
    """``Worse off: A, B. Better off: C.``"""
    said = rows[rows["Verdict"].fillna("").ne("") & rows["state"].ne("suppressed")]
    return " ".join(
        f"{word.capitalize()}: {', '.join(own[name])}." for word, own in said.groupby("Verdict", sort=False)
    )
