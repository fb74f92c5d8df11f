"""Monthly returns of the practice city: numbers as first reported, as revised since, and some never sent."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from workbench.practice import dirt, effects
from workbench.practice.population import RACES
from workbench.practice.series import SERIES, Series

MONTHS = 36
_FIRST_YEAR = 2023
_EXTRACTED = date(2026, 1, 15)
# Share of the final figure that is known after one month, two months, ...: of figures that come in late.
_MATURES = {0: (1.0,), 1: (0.84, 1.0), 2: (0.68, 0.91, 1.0)}
_BLANKS = 0.006
_CORRECTED = 0.02
_DAY_OF_REPORT = 10


@dataclass(frozen=True)
class Returned:
    """Final figures of one measure: arrays of one entry a month; missing where the kind has none."""

    numerator: np.ndarray
    denominator: np.ndarray
    value: np.ndarray
    n: np.ndarray

    def scaled(self, share: float) -> "Returned":
        """What is known of them while a share has come in."""
        return Returned(
            np.round(self.numerator * share), np.round(self.denominator * share), self.value, self.n
        )


def returned(rng: np.random.Generator, series: Series) -> Returned:
    """The final figures of a measure."""
    nothing = np.full(MONTHS, np.nan)
    level = levels(series)
    if series.kind == "proportion":
        denominator = rng.poisson(series.size, size=MONTHS)
        chance = level + _extra(rng, series, np.sqrt(level * (1 - level) / series.size))
        numerator = rng.binomial(denominator, chance.clip(0.001, 0.999))
        numerator = _alarmed(series, numerator, denominator)
        return Returned(numerator.astype(float), denominator.astype(float), nothing, nothing)
    if series.kind == "rate":
        expected = level * series.size / series.per
        numerator = rng.poisson((expected + _extra(rng, series, np.sqrt(expected))).clip(0))
        return Returned(numerator.astype(float), np.full(MONTHS, float(series.size)), nothing, nothing)
    if series.kind in ("count", "cumulative"):
        return Returned(_counted(rng, series, level), nothing, nothing, nothing)
    if series.kind == "mean":
        n = rng.poisson(series.size, size=MONTHS)
        value = level + rng.normal(size=MONTHS) * series.spread / np.sqrt(n)
        return Returned(nothing, nothing, value.round(2), n.astype(float))
    value = level + rng.normal(size=MONTHS) * series.spread
    return Returned(nothing, nothing, value.round(0 if series.spread >= 4 else 2), nothing)


def levels(series: Series) -> np.ndarray:
    """The true mean of each month: the same throughout, but for what is planted."""
    month = np.arange(MONTHS)
    level = np.full(MONTHS, float(series.level))
    if series.measure in effects.SHIFTS:
        since, amount = effects.SHIFTS[series.measure]
        level = level + amount * (month >= since)
    if series.measure in effects.DRIFTS:
        since, slope = effects.DRIFTS[series.measure]
        level = level + slope * (month - since).clip(0)
    if series.measure in effects.SEASONS:
        share = effects.SEASONS[series.measure]
        level = level * (1 + share * np.cos(2 * np.pi * (month - 6) / 12))
    return level


def _extra(rng: np.random.Generator, series: Series, chance: np.ndarray) -> np.ndarray:
    """Unrest beyond pure chance, whose standard deviation is given."""
    return rng.normal(size=MONTHS) * chance * np.sqrt(max(series.over**2 - 1, 0))


def _counted(rng: np.random.Generator, series: Series, level: np.ndarray) -> np.ndarray:
    if series.kind == "cumulative" and series.spread < 1:
        return (level + rng.normal(size=MONTHS) * series.spread).clip(0).round(2)
    spread = series.spread if series.kind == "cumulative" else np.sqrt(level) * series.over
    return np.round(level + rng.normal(size=MONTHS) * spread).clip(0)


def _alarmed(series: Series, numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """The same counts, but for a last month that looks alarming where that is planted."""
    if series.measure not in effects.ALARMS:
        return numerator
    spread = np.sqrt(series.level * (1 - series.level) / denominator)
    share = numerator / denominator
    share[-12:-1] = share[-12:-1].clip(series.level - spread[-12:-1], None)
    share[-3:-1] = series.level + 0.4 * spread[-3:-1]
    share[-1] = series.level + effects.ALARMS[series.measure] * spread[-1]
    return np.round(share * denominator).astype(int)


def finance_table(rng: np.random.Generator) -> pd.DataFrame:
    """The finance department's workbook: one row a measure and month, targets beside the values."""
    chosen = [series for series in SERIES if series.code.startswith("FN")]
    table = pd.concat([_reports(rng, series, returned(rng, series)) for series in chosen], ignore_index=True)
    targets = {series.code: series.target for series in chosen}
    table["Target"] = table["Measure"].map(targets)
    return table


def resident_table(rng: np.random.Generator, residents: np.ndarray) -> pd.DataFrame:
    """Returns of measures that are told by race: one row a measure, month and race, unknown race included."""
    share = np.append(residents.sum(axis=0) / residents.sum() * 0.93, 0.07)
    names = [dirt.RACE_CODES[name][0] for name in RACES] + ["Unknown"]
    parts = []
    for series in SERIES:
        if series.by_race:
            for name, cell in zip(names, _split(rng, series, share), strict=True):
                parts.append(_reports(rng, series, cell).assign(Race=name))
    table = pd.concat(parts, ignore_index=True)[
        ["Measure", "Month", "Race", *_COUNTS, "Recorded", "Provisional"]
    ]
    return table.sort_values(["Measure", "Month"], kind="stable", ignore_index=True)


def department_table(rng: np.random.Generator) -> pd.DataFrame:
    """All other returns, numbers as text with thousands separators, some corrected later, some never sent."""
    chosen = [series for series in SERIES if not series.by_race and not series.code.startswith("FN")]
    table = pd.concat([_reports(rng, series, returned(rng, series)) for series in chosen], ignore_index=True)
    table = _corrected(rng, table)
    old = table["Month"] < date(2025, 6, 1)
    table = table[~(old & (rng.random(len(table)) < _BLANKS))]
    numbers = {name: [_with_commas(value) for value in table[name]] for name in (*_COUNTS, "Value", "N")}
    return table.assign(**numbers).reset_index(drop=True)


_COUNTS = ("Numerator", "Denominator")


def _split(rng: np.random.Generator, series: Series, share: np.ndarray) -> list[Returned]:
    """The figures of a measure by race: the same chance for each."""
    nothing = np.full(MONTHS, np.nan)
    total = returned(rng, series)
    if series.kind == "proportion":
        denominators = rng.multinomial(total.denominator.astype(int), share)
        numerators = rng.binomial(denominators, levels(series)[:, None])
        numerators = _parted(series, numerators, denominators)
        return [
            Returned(numerators[:, i].astype(float), denominators[:, i].astype(float), nothing, nothing)
            for i in range(len(share))
        ]
    numerators = rng.multinomial(total.numerator.astype(int), share)
    return [Returned(numerators[:, i].astype(float), nothing, nothing, nothing) for i in range(len(share))]


def _parted(series: Series, numerators: np.ndarray, denominators: np.ndarray) -> np.ndarray:
    """The same cases, but for those that one race has less and another more where that is planted."""
    if series.measure not in effects.PARTED:
        return numerators
    since, loser, winner, share = effects.PARTED[series.measure]
    less, more = list(RACES).index(loser), list(RACES).index(winner)
    moved = np.round(share * denominators[:, less]).astype(int) * (np.arange(MONTHS) >= since)
    moved = np.minimum(moved, np.minimum(numerators[:, less], (denominators - numerators)[:, more]))
    parted = numerators.copy()
    parted[:, less] -= moved
    parted[:, more] += moved
    return parted


def _reports(rng: np.random.Generator, series: Series, final: Returned) -> pd.DataFrame:
    """Every report of a measure that had come in by the day of the extract, the oldest first."""
    shares = _MATURES[series.lag]
    known = [final if share == 1 else final.scaled(share) for share in shares]
    figures = {
        name: np.column_stack([getattr(each, name) for each in known]).ravel()
        for name in ("numerator", "denominator", "value", "n")
    }
    month, late = (each.ravel().tolist() for each in np.indices((MONTHS, len(shares))))
    recorded = [_reported(its + 1 + more) for its, more in zip(month, late, strict=True)]
    table = pd.DataFrame(
        {
            "Measure": series.code,
            "Month": [_first_day(its) for its in month],
            **{name.capitalize(): values for name, values in figures.items()},
            "Recorded": recorded,
            "Provisional": ["no" if shares[more] == 1 else "yes" for more in late],
        }
    )
    return table[[day <= _EXTRACTED for day in recorded]].reset_index(drop=True)


def _corrected(rng: np.random.Generator, table: pd.DataFrame) -> pd.DataFrame:
    """The same reports and, of a few old ones, a correction some months later."""
    final = table[(table["Provisional"] == "no") & (table["Month"] < date(2025, 8, 1))]
    again = final[rng.random(len(final)) < _CORRECTED]
    change = 1 + rng.normal(size=len(again)) * 0.004
    later = [_reported(_month_of(day) + 3) for day in again["Recorded"]]
    changed = {name: np.round(again[name] * change) for name in ("Numerator",)}
    again = again.assign(**changed, Value=(again["Value"] * change).round(2), Recorded=later)
    over = again["Denominator"].notna() & (again["Numerator"] > again["Denominator"])
    table = pd.concat([table, again[~over]])
    return table.sort_values(["Measure", "Month", "Recorded"], kind="stable", ignore_index=True)


def _first_day(month: int) -> date:
    return date(_FIRST_YEAR + month // 12, month % 12 + 1, 1)


def _reported(month: int) -> date:
    return _first_day(month).replace(day=_DAY_OF_REPORT)


def _month_of(day: date) -> int:
    return (day.year - _FIRST_YEAR) * 12 + day.month - 1


def _with_commas(value: float) -> str | None:
    if np.isnan(value):
        return None
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"
