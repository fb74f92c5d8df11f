"""The veil of darkness: whether who is stopped changes when it is dark and drivers cannot be seen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr, xlogy

from workbench.statistics.proportions import critical_value

VALUE, UNTOLD = "value", "cannot be told"
_FREEDOM = 6  # of the spline of clock time, as Grogger and Ridgeway (2006)
_ROUNDS = 40
_SETTLED = 1e-10  # change of the deviance, relative
_WIDEST = 2.0  # a standard error beyond this spans a factor of 2,500: nothing is known
_ALONE = 1e-6  # share of darkness that clock time and control leave unexplained, at least


@dataclass(frozen=True)
class Veil:
    """The odds that a stop is of the group, in darkness relative to daylight.

    Parameters
    ----------
    odds_ratio, lower, upper, p : float
        Below 1: the group makes up less of the stops in darkness than at the same time by daylight, as
        it would if it were stopped for being seen. Missing where it cannot be told.
    dark, light : int
        Stops that the answer rests on, by darkness.
    own_dark, own_light : int
        Those of the group among them.
    window : tuple of float
        First and last clock time among them, minutes after midnight; missing where there are none.
    method : str
    state : str
        ``value`` or ``cannot be told``.
    """

    odds_ratio: float
    lower: float
    upper: float
    p: float
    dark: int
    light: int
    own_dark: int
    own_light: int
    window: tuple[float, float]
    method: str
    state: str


def after_dark(clock, sunset, dusk) -> np.ndarray:
    """Whether it is dark at each clock time of the inter-twilight window.

    Parameters
    ----------
    clock : array_like
        Clock times, minutes after midnight.
    sunset, dusk : array_like
        Of the same day on the same clock: when the sun sets and when civil twilight ends.

    Returns
    -------
    dark : ndarray
        1 after dusk, 0 before sunset. Missing during twilight, and outside the window: the clock times
        between the earliest and the latest dusk of the days given, at which it is light at one time of
        the year and dark at another.
    """
    clock, sunset, dusk = np.broadcast_arrays(*(np.asarray(a, float) for a in (clock, sunset, dusk)))
    known = dusk[~np.isnan(dusk)]
    if not len(known):
        return np.full(clock.shape, np.nan)
    inside = (clock >= known.min()) & (clock <= known.max())
    return np.where(inside & (clock >= dusk), 1.0, np.where(inside & (clock <= sunset), 0.0, np.nan))


def veil_of_darkness(clock, dark, own, other, control=None, confidence: float = 0.95) -> Veil:
    """Test whether darkness changes the group's share of stops (Grogger and Ridgeway 2006).

    Logistic regression of being of the group on darkness, among stops at clock times that are light at
    one time of the year and dark at another. Who drives depends on the time of day: it is held the same
    by a natural cubic spline of clock time with 6 degrees of freedom, and the places or periods of
    ``control`` by a term each.

    Parameters
    ----------
    clock : array_like of shape (rows,)
        Clock times, minutes after midnight.
    dark : array_like of shape (rows,)
        1 after dusk, 0 before sunset; missing rows are left out. See :func:`after_dark`.
    own, other : array_like of shape (rows,)
        Stops of the group and of those it is compared with.
    control : array_like of shape (rows,) or (rows, terms), optional
        Labels of places, periods or both; nothing is learned from a label with stops of one side only.
    confidence : float
        Level of the two-sided interval.

    Returns
    -------
    Veil

    Raises
    ------
    ValueError
        When a count is negative.

    Notes
    -----
    Only times between the first stop in darkness and the last by daylight are used. The test supposes
    that the group's share of drivers at one clock time is the same in darkness and in daylight and that
    darkness hides who drives; street lights, and driving that changes with the season, weaken it. It
    errs towards finding nothing, so that an odds ratio of 1 does not clear anyone.
    """
    rows = _rows(clock, dark, own, other, control)
    method = f"logistic regression, spline of clock time with {_FREEDOM} degrees of freedom"
    method += "" if control is None else ", places or periods held the same"
    seen = _seen(rows) | {"method": method}
    nothing = Veil(np.nan, np.nan, np.nan, np.nan, **seen, state=UNTOLD)
    four = (seen["own_dark"], seen["own_light"])
    four += (seen["dark"] - seen["own_dark"], seen["light"] - seen["own_light"])
    if not all(four):
        return nothing
    effect, error = _effect_of_darkness(rows)
    if not error <= _WIDEST:
        return nothing
    reach = critical_value(confidence) * error
    limits = (float(np.exp(effect + shift)) for shift in (0.0, -reach, reach))
    return Veil(*limits, float(2 * ndtr(-abs(effect) / error)), **seen, state=VALUE)


def _rows(clock, dark, own, other, control) -> pd.DataFrame:
    """Counts by clock time, darkness and control, of the rows that can be compared."""
    rows = pd.DataFrame({"clock": clock, "dark": dark, "own": own, "other": other}).astype(float)
    if (rows[["own", "other"]] < 0).any(axis=None):
        raise ValueError(f"stops are counts of 0 or more, got {rows[['own', 'other']].min(axis=None):g}.")
    terms = pd.DataFrame() if control is None else pd.DataFrame(np.asarray(control))
    names = [f"term{number}" for number in range(terms.shape[1])]
    for name, labels in zip(names, terms, strict=True):
        rows[name] = pd.factorize(terms[labels], use_na_sentinel=False)[0]
    rows = rows.dropna()
    rows = rows.groupby(["clock", "dark", *names], as_index=False)[["own", "other"]].sum()
    rows = rows[rows["own"] + rows["other"] > 0]
    first, last = rows["clock"][rows["dark"] == 1].min(), rows["clock"][rows["dark"] == 0].max()
    return _with_both_sides(rows[rows["clock"].between(first, last)], names)


def _with_both_sides(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Rows of labels with stops of both sides; leaving one out may empty another."""
    while names:
        kept = np.ones(len(rows), bool)
        for name in names:
            sums = rows.groupby(name)[["own", "other"]].transform("sum")
            kept &= ((sums["own"] > 0) & (sums["other"] > 0)).to_numpy()
        if kept.all():
            break
        rows = rows[kept]
    return rows.reset_index(drop=True)


def _seen(rows: pd.DataFrame) -> dict:
    """What the answer rests on."""
    of_dark, of_light = rows[rows["dark"] == 1], rows[rows["dark"] == 0]
    return {
        "dark": int(of_dark[["own", "other"]].sum().sum()),
        "light": int(of_light[["own", "other"]].sum().sum()),
        "own_dark": int(of_dark["own"].sum()),
        "own_light": int(of_light["own"].sum()),
        "window": (float(rows["clock"].min()), float(rows["clock"].max())),
    }


def _effect_of_darkness(rows: pd.DataFrame) -> tuple[float, float]:
    """Logarithm of the odds ratio and its standard error; infinite where darkness cannot be told apart."""
    own = rows["own"].to_numpy()
    total = own + rows["other"].to_numpy()
    parts = [np.ones((len(rows), 1)), natural_spline(rows["clock"].to_numpy(), total)]
    for name in rows.columns[rows.columns.str.startswith("term")]:
        parts.append(pd.get_dummies(rows[name], drop_first=True, dtype=float).to_numpy())
    design = np.column_stack([rows["dark"].to_numpy(), *parts])
    coefficients, information = logistic(design, own, total)
    if not np.isfinite(information).all():
        return np.nan, np.inf
    explained = information[0, 1:] @ np.linalg.lstsq(information[1:, 1:], information[1:, 0], rcond=1e-10)[0]
    left = information[0, 0] - explained
    if not left > _ALONE * information[0, 0]:
        return np.nan, np.inf
    return float(coefficients[0]), float(1 / np.sqrt(left))


def logistic(design, own, total) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression of grouped counts by iteratively reweighted least squares.

    Parameters
    ----------
    design : ndarray of shape (rows, columns)
    own, total : ndarray of shape (rows,)
        Events and trials of each row.

    Returns
    -------
    coefficients : ndarray of shape (columns,)
        Missing where the steps do not settle.
    information : ndarray of shape (columns, columns)
        Fisher's, at the coefficients: its inverse is their variance.
    """
    line = np.log((own + 0.5) / (total - own + 0.5))
    before = np.inf
    for _ in range(_ROUNDS):
        mean = expit(np.clip(line, -30, 30))
        weight = total * mean * (1 - mean)
        weighted = design * weight[:, None]
        information = weighted.T @ design
        response = weighted.T @ line + design.T @ (own - total * mean)
        coefficients = np.linalg.lstsq(information, response, rcond=1e-10)[0]
        line = np.clip(design @ coefficients, -30, 30)
        deviance = _deviance(line, own, total)
        if abs(before - deviance) <= _SETTLED * (deviance + 1):
            return coefficients, information
        before = deviance
    return np.full(design.shape[1], np.nan), np.full((design.shape[1],) * 2, np.nan)


def _deviance(line, own, total) -> float:
    mean = total * expit(line)
    return float(2 * (xlogy(own, own / mean) + xlogy(total - own, (total - own) / (total - mean))).sum())


def natural_spline(values, weights, freedom: int = _FREEDOM) -> np.ndarray:
    """Natural cubic spline without the constant, its columns made orthogonal (Hastie and others 2009, 5.2.1).

    Parameters
    ----------
    values, weights : ndarray of shape (rows,)
        Knots lie at the ends and at quantiles of the values, each counted by its weight.
    freedom : int
        Columns, at most: fewer where there are not enough different values.

    Returns
    -------
    ndarray of shape (rows, columns)
    """
    order = np.argsort(values, kind="stable")
    passed = np.cumsum(weights[order]) / weights.sum()
    inner = values[order][np.searchsorted(passed, np.arange(1, freedom) / freedom - 1e-12)]
    knots = np.unique([values.min(), *inner, values.max()])
    if len(knots) < 2:
        return np.empty((len(values), 0))
    scaled = (values - knots[0]) / (knots[-1] - knots[0])
    knots = (knots - knots[0]) / (knots[-1] - knots[0])

    def bend(knot):
        cubes = np.maximum(scaled - knot, 0) ** 3 - np.maximum(scaled - knots[-1], 0) ** 3
        return cubes / (knots[-1] - knot)

    columns = np.column_stack([scaled, *(bend(knot) - bend(knots[-2]) for knot in knots[:-2])])
    return np.linalg.qr(columns - columns.mean(axis=0))[0]
