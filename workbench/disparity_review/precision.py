"""How sure counts are: margins of error of estimated denominators, and design effects of repeat users."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.analyses import Cube
from workbench.disparity_review.keys import KEY, keys_of
from workbench.disparity_review.scope import Scope
from workbench.statistics import proportions, repeats

SQUARED_MARGIN = "squared_margin"
SQUARES = ["n_squared", "n_times_x", "x_squared", "people"]
PRECISION = [SQUARED_MARGIN, *SQUARES]
EFFECT = "design_effect"
_FINEST = 0.05  # a design effect is told in twentieths, and coarser where a step would be a few rows


def with_precision(cells: pd.DataFrame, cube: Cube, dimension: str) -> pd.DataFrame:
    """Cells with the squares of what makes them uncertain, which add up as counts do.

    Parameters
    ----------
    cells : DataFrame
        Of the cube, one row a key, ``dimension`` already the reviewed one.
    cube : Cube
        Frame ``repeats``, where persons are told apart.

    Returns
    -------
    DataFrame
        The same rows with ``squared_margin`` (of the denominator, at 90 %) and the sums over persons
        ``n_squared``, ``n_times_x``, ``x_squared`` and ``people``, missing where persons are not told
        apart.
    """
    margin = cells["margin"].to_numpy(float) if "margin" in cells else np.zeros(len(cells))
    squared = cells.assign(**{SQUARED_MARGIN: margin**2})
    repeats = cube.frames.get("repeats")
    if repeats is None:
        return squared.assign(**dict.fromkeys(SQUARES, np.nan))
    own = repeats[repeats["dimension"].isin(["all", dimension])].assign(dimension=dimension)
    return squared.merge(own[[*KEY, *SQUARES]], how="left", on=KEY, validate="many_to_one")


def rest(whole: Mapping[str, np.ndarray], part: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Precision of a reference that the group's own part is taken out of.

    The margin of a sum less that of one of its independent parts; where the sum is known better than the
    part, it is a total that was not estimated by adding up, and the two margins add (as the Census Bureau
    has it for proportions that are no part of a whole).
    """
    whole, own = ({name: np.asarray(of[name]) for name in PRECISION} for of in (whole, part))
    known_better = whole[SQUARED_MARGIN] < own[SQUARED_MARGIN]
    left = {name: whole[name] - own[name] for name in PRECISION}
    both = whole[SQUARED_MARGIN] + own[SQUARED_MARGIN]
    return left | {SQUARED_MARGIN: np.where(known_better, both, left[SQUARED_MARGIN])}


def design_effect(rows: pd.DataFrame, scope: Scope, side: str = "") -> np.ndarray:
    """How many rows of repeat users are worth one independent row, told so that it is no count.

    Variance of a quotient of rows that come in persons (linearised, Cochran 1977, section 6.3) over that of
    as many independent ones, enlarged where it rests on few persons (Korn and Graubard 1998); of events per resident, of a compound Poisson count over a plain one (Stukel,
    Glynn, Fisher and others 1994). At least 1, rounded up to a twentieth, and of few rows to a step that
    twice the smallest count shown makes of them.

    Parameters
    ----------
    rows : DataFrame
        Counts and squares, of the side ``reference_`` or the group's own.

    Returns
    -------
    ndarray
        Missing where persons are not told apart.
    """
    x, n, *squares = (
        rows[f"{side}{name}"].to_numpy(float) for name in ("numerator", "denominator", *SQUARES)
    )
    effect, size = _effect(x, n, *squares, scope), x if scope.per_exposure else n
    least = 2 * scope.definition["least_listed"] / np.maximum(size, 1)
    step = np.maximum(1, np.ceil(least / _FINEST)) * _FINEST
    told = 1 + np.ceil(np.round((np.nan_to_num(effect, nan=1.0) - 1) / step, 9)) * step
    return np.where(np.isnan(squares[0]), np.nan, np.round(told, 2))


def _effect(x, n, n_squared, n_times_x, x_squared, people, scope: Scope) -> np.ndarray:
    """Of events against an exposure that persons carry, the proportion's with Poisson variance below."""
    if scope.per_resident:
        return repeats.poisson_design_effect(x, x_squared)
    if not scope.per_exposure:
        effect = repeats.design_effect(n, x, n_squared, n_times_x, x_squared)
        return repeats.with_few_persons(effect, n, n_squared, people, scope.confidence)
    rate = proportions.share(x, n)
    between = x_squared - 2 * rate * n_times_x + rate**2 * n_squared
    return np.maximum(proportions.share(between, x), 1.0)


def larger_effect(compared: dict) -> float:
    """The larger design effect of both sides of a comparison; 1 where persons are not told apart.

    Divided by it, all parts of both sides keep their rates and their weights among each other.
    """
    known = np.array([compared[EFFECT], compared[f"reference_{EFFECT}"]], float)
    return float(np.nan_to_num(known, nan=1.0).max())


def repeats_counted(effect: float) -> str:
    """What is added to the name of a method that reckons with repeat users."""
    return f", repeat users counted (design effect {effect:g})" if effect > 1 else ""


def with_effects(rows: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Comparisons with the design effects of both sides.

    Groups within places have those that their comparison has in the whole city, because persons are told
    apart there only; such rows derive from the city's counts too.
    """
    found = rows.assign(
        **{f"{side}{EFFECT}": design_effect(rows, scope, side) for side in ("", "reference_")}
    )
    return borrowed(found, [EFFECT, f"reference_{EFFECT}"])


def borrowed(rows: pd.DataFrame, effects: list[str]) -> pd.DataFrame:
    """Rows of groups within places with the effects, and beside their own the cells, of the whole city."""
    keys = keys_of(rows, ["interval", "group"])
    city, known = (rows["place_level"] == "city").to_numpy(), rows[effects[0]].notna().to_numpy()
    # The first row of a group lends.
    lenders = {keys[row]: row for row in np.flatnonzero(city & known)[::-1]}
    lacking = np.flatnonzero(~city & ~known)
    if not lenders or not lacking.size:
        return rows
    changed = {name: rows[name].to_numpy(float, copy=True) for name in effects}
    cells = rows["cells"].tolist()
    for row in lacking:
        lender = lenders.get(keys[row])
        for values in changed.values():
            values[row] = np.nan if lender is None else values[lender]
        if lender is not None:
            cells[row] = list(dict.fromkeys([*cells[row], *cells[lender]]))
    return rows.assign(**changed, cells=pd.Series(cells, index=rows.index, dtype="object"))
