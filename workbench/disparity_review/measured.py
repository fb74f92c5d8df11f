"""What the two sides of a comparison say: difference, ratios, p, and what so many could have shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from workbench.disparity_review.scope import CLOSED, Scope
from workbench.disparity_review.verdicts import comparison_verdicts, material_difference, ruled_out, states
from workbench.statistics import (
    closed_form,
    differences,
    margins_of_error,
    proportions,
    rates,
    ratios,
    repeats,
)

Figures = dict[str, np.ndarray]
_POWER = ndtri(0.8)


@dataclass(frozen=True)
class Sides:
    """Counts of the group and of its reference, and how sure they are; arrays of one length.

    Parameters
    ----------
    counts : tuple of ndarray
        Numerator, denominator, reference numerator, reference denominator.
    margins : tuple of ndarray
        Margins of error (90 %, as published) of the two denominators; 0 where they are counted.
    effects : tuple of ndarray
        Design effects of repeat users; missing where persons are not told apart.
    """

    counts: tuple[np.ndarray, ...]
    margins: tuple[np.ndarray, ...]
    effects: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Sides:
        """Of the columns of a frame of comparisons."""
        sides = ("", "reference_")
        counts = (
            rows[f"{side}{name}"].to_numpy(float) for side in sides for name in ("numerator", "denominator")
        )
        margins = (np.sqrt(rows[f"{side}squared_margin"].to_numpy(float)) for side in sides)
        effects = (rows[f"{side}design_effect"].to_numpy(float) for side in sides)
        return cls(tuple(counts), tuple(margins), tuple(effects))

    @property
    def effective(self) -> tuple[np.ndarray, ...]:
        """Counts of as many independent rows as the true ones are worth."""
        first, second = (np.nan_to_num(effect, nan=1.0) for effect in self.effects)
        x1, n1, x2, n2 = self.counts
        return (*repeats.effective(x1, n1, first), *repeats.effective(x2, n2, second))

    @property
    def estimated(self) -> np.ndarray:
        """Where a denominator is an estimate."""
        return (self.margins[0] > 0) | (self.margins[1] > 0)

    @property
    def with_errors(self) -> tuple[np.ndarray, ...]:
        """Effective numerator, denominator and standard error of the denominator, of each side."""
        x1, n1, x2, n2 = self.effective
        first, second = (
            proportions.share(margins_of_error.standard_error(margin), size)
            for margin, size in zip(self.margins, self.counts[1::2], strict=True)
        )
        return x1, n1, first * n1, x2, n2, second * n2


def figures(sides: Sides, scope: Scope, *, per_exposure: bool) -> Figures:
    """Rates, difference, ratio and adverse ratio with limits, p, smallest detectable difference, rows needed.

    Parameters
    ----------
    sides : Sides
    scope : Scope
    per_exposure : bool
        Whether events are counted against an exposure that they may exceed.

    Returns
    -------
    dict of str to ndarray

    Notes
    -----
    Intervals and p of repeat users are those of effective counts; the rates are those of the true ones.
    """
    x1, n1, x2, n2 = sides.counts
    own, other = proportions.share(x1, n1), proportions.share(x2, n2)
    measured = (_of_rates if per_exposure else _of_proportions)(sides, own, other, scope)
    method = _with_repeats(measured.pop("method"), sides)
    return {"rate": own, "reference_rate": other, **measured, "method": method}


def _of_proportions(sides: Sides, own, other, scope: Scope) -> Figures:
    """Score intervals throughout, or closed forms throughout, so that difference, ratio and p never disagree."""
    x1, n1, x2, n2 = effective = sides.effective
    adverse = (n1 - x1, n1, n2 - x2, n2) if scope.favourable else effective
    direction, level = -1 if scope.favourable else 1, scope.confidence
    closed = scope.intervals_by == CLOSED
    difference = differences.newcombe if closed else differences.miettinen_nurminen
    ratio = ratios.mover_wilson if closed else _score_ratio
    needed = proportions.trials_needed(
        material_difference(other, per_exposure=False),
        other,
        proportions.share(n2, n1),
        direction=direction,
        confidence=level,
    )
    return {
        **named("difference", own - other, difference(*effective, level)),
        **named("ratio", ratios.quotient(*effective), ratio(*effective, level)),
        **named("adverse_ratio", ratios.quotient(*adverse), ratio(*adverse, level)),
        "p": (closed_form.newcombe_p if closed else proportions.score_test)(*effective),
        "smallest_detectable": proportions.smallest_detectable_difference(
            other, n1, n2, direction=direction, confidence=level
        ),
        "needed": np.ceil(needed * np.nan_to_num(sides.effects[0], nan=1.0)),
        "method": np.full(len(x1), "Newcombe, MOVER-Wilson" if closed else "Miettinen-Nurminen score"),
    }


def _score_ratio(x1, n1, x2, n2, confidence: float):
    return ratios.koopman(x1, n1, x2, n2, confidence, corrected=True)


def _of_rates(sides: Sides, own, other, scope: Scope) -> Figures:
    """Score intervals of two Poisson rates; wider where a denominator is an estimate."""
    x1, t1, x2, t2 = effective = sides.effective
    level = scope.confidence
    measured = {
        **named("difference", own - other, differences.rate_difference(*effective, level)),
        **named("ratio", ratios.quotient(*effective), ratios.rate_ratio(*effective, level)),
        "p": rates.rate_score_test(*effective),
        "smallest_detectable": rates.smallest_detectable_rate_difference(
            other, t1, t2, direction=-1 if scope.favourable else 1, confidence=level
        ),
        "method": np.full(len(x1), "Poisson score"),
    }
    if sides.estimated.any():
        measured |= _with_margins(measured, sides, other, level)
    return with_adverse_ratio(measured, scope) | {"needed": np.full(len(x1), np.nan)}


def _with_margins(measured: Figures, sides: Sides, other, level: float) -> Figures:
    """Limits, p and smallest detectable difference with the error of estimated denominators.

    The smallest detectable difference grows by the error that the denominators give the reference's rate.
    """
    both = sides.with_errors
    error = other * np.hypot(proportions.share(both[2], both[1]), proportions.share(both[5], both[4]))
    beyond = (proportions.critical_value(level) + _POWER) * error
    wider = {
        **named("difference", None, margins_of_error.rate_difference_with_margin(*both, level)),
        **named("ratio", None, margins_of_error.rate_ratio_with_margin(*both, level)),
        "p": closed_form.rate_p_with_margins(*both, level),
        "smallest_detectable": np.hypot(measured["smallest_detectable"], beyond),
        "method": np.full(len(other), "MOVER of rates, census margins of error counted"),
    }
    return {
        name: np.where(sides.estimated, values, measured[name])
        for name, values in wider.items()
        if values is not None
    }


def with_adverse_ratio(measured: Figures, scope: Scope) -> Figures:
    """With the adverse ratio of rates, of which there is no not having: turned round where more is better."""
    ends = [measured[f"ratio{end}"] for end in ("", "_lower", "_upper")]
    if scope.favourable:
        with np.errstate(divide="ignore"):
            ends = [1 / ends[0], 1 / ends[2], 1 / ends[1]]
    return measured | named("adverse_ratio", ends[0], ends[1:])


def named(name: str, value, limits) -> Figures:
    """A figure and its limits, by the names of columns."""
    return {name: value, f"{name}_lower": limits[0], f"{name}_upper": limits[1]}


def _with_repeats(method: np.ndarray, sides: Sides) -> np.ndarray:
    """The method, and the design effects that were reckoned with."""
    found = []
    for word, first, second in zip(method, *sides.effects, strict=True):
        known = [f"{effect:g}" for effect in dict.fromkeys([first, second]) if np.isfinite(effect)]
        plural = "s" if len(known) > 1 else ""
        said = f", repeat users counted (design effect{plural} {' and '.join(known)})" if known else ""
        found.append(word + said)
    return np.array(found, dtype=object)


def judged(rows: pd.DataFrame, scope: Scope, *, per_exposure: bool) -> pd.DataFrame:
    """Comparisons with state and verdict; p is missing where too few are there to judge.

    Parameters
    ----------
    rows : DataFrame
        Counts of both sides and their ``figures``.
    """
    sides = [
        states(rows[f"{side}numerator"], rows[f"{side}denominator"], per_exposure=per_exposure)
        for side in ("", "reference_")
    ]
    missing, few = (np.logical_or(*(side == word for side in sides)) for word in ("no data", "unreliable"))
    state = np.select([missing, few], ["no data", "unreliable"], "value")
    material = material_difference(rows["reference_rate"], per_exposure=per_exposure)
    limits = (
        rows[name].to_numpy() for name in ("difference_lower", "difference_upper", "smallest_detectable")
    )
    verdict = comparison_verdicts(
        rows["difference"].to_numpy(),
        rows["p"].to_numpy(),
        ruled_out(*limits, material),
        state == "value",
        favourable=scope.favourable,
        alpha=1 - scope.confidence,
    )
    return rows.assign(p=rows["p"].where(state == "value"), state=state, verdict=verdict)
