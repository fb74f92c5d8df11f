"""Process capability: whether a stable process can keep within its limits, with intervals.

Sources: NIST/SEMATECH e-Handbook 6.1.6; Montgomery, Introduction to Statistical Quality Control,
chapter 8; intervals of Cp and Pp from chi-squared, of Cpk and Ppk after Bissell 1990 (as good as
longer formulas: Kushler and Hurley 1992); percentile forms after ISO 22514-4.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from workbench.statistics.assurance import FAIL, INCONSISTENT, PASS
from workbench.statistics.nhs_rules import RULE_SETS, RuleSet, signals
from workbench.statistics.percentile_capability import log_normal_indices, order_indices
from workbench.statistics.proportions import critical_value
from workbench.statistics.spread import Spread, moving_range_spread, overall_spread
from workbench.statistics.xmr import chart

ENOUGH = 30  # values: with fewer, the limits of an index are wider than a third of it
BEYOND = 0.00135  # of a normal process lies beyond three standard deviations, on either side

Form = Literal["normal", "log-normal", "percentile"]
METHODS: dict[Form, str] = {
    "normal": "normal; Bissell's interval",
    "log-normal": "percentiles of a log-normal distribution; parametric bootstrap",
    "percentile": "percentiles of the values; interval of order statistics",
}


@dataclass(frozen=True)
class Index:
    """One capability index with its interval; where it cannot be said, None and why.

    Parameters
    ----------
    value, lower, upper : float or None
    reason : str
        Empty, or one of ``one_sided`` (it needs both limits, or the limit that there is not),
        ``unstable``, ``too_few``, ``no_spread``, ``needs_normal``, ``shape_not_known``.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Shape:
    """The form of the indices that fits some values, and why in words.

    Parameters
    ----------
    form : {'normal', 'log-normal', 'percentile'} or None
        None where no form can be used.
    why : str
    skewness : float
        Third standardised moment; missing without spread.
    """

    form: Form | None
    why: str
    skewness: float


@dataclass(frozen=True)
class Capability:
    """Capability indices of a process against its limits.

    Parameters
    ----------
    form : {'normal', 'log-normal', 'percentile'} or None
    why : str
        Why this form.
    n : int
        Values.
    centre : float
        Mean (normal) or median.
    within, overall : Spread or None
        What Cp and Cpk, and Pp and Ppk of the normal form, are measured with, with degrees of freedom.
    cp, cpk, cpl, cpu : Index
        Potential, from the spread within subgroups or between neighbours; of the normal form only.
    pp, ppk, ppl, ppu : Index
        Performance, from the spread of all values.
    """

    form: Form | None
    why: str
    n: int
    centre: float
    within: Spread | None
    overall: Spread | None
    cp: Index
    cpk: Index
    cpl: Index
    cpu: Index
    pp: Index
    ppk: Index
    ppl: Index
    ppu: Index


def capability(
    values: Sequence[float],
    *,
    lower: float | None = None,
    upper: float | None = None,
    stable: bool,
    shape: Shape,
    within: Spread | None = None,
    enough: int = ENOUGH,
    confidence: float = 0.95,
    seed: int = 20_260_101,
) -> Capability:
    """Capability of a process against a lower limit, an upper limit, or both.

    Parameters
    ----------
    values : sequence of float
        Single values in time order; NaN where missing.
    lower, upper : float, optional
        Specification limits; at least one. With one of them Cp and Pp are undefined and Cpk is Cpl or Cpu.
    stable : bool
        The verdict on the process, as from :func:`is_stable` on its weekly figures. The
        indices of an unstable process say nothing of the future, so they are refused.
    shape : Shape
        As from :func:`shape_of`, or the caller's own choice with its reason.
    within : Spread, optional
        Spread for Cp and Cpk; by default that of moving ranges of the values.
    enough : int
        Values that are needed.
    seed : int
        Of the draws for the intervals of the other two forms.

    Raises
    ------
    ValueError
        When there is no limit, or the lower is not below the upper.
    """
    _check_limits(lower, upper)
    series = np.asarray(values, float)
    known = series[~np.isnan(series)]
    reason = _refusal(known, stable, shape, enough)
    if reason:
        return _capability(shape, known, _refused(reason), _refused(reason, "p"))
    if shape.form == "normal":
        within = within or moving_range_spread(series)
        overall, mean = overall_spread(known), float(known.mean())
        potential = normal_indices(mean, within, len(known), lower, upper, confidence)
        performance = normal_indices(mean, overall, len(known), lower, upper, confidence)
        return _capability(shape, known, potential, _as_performance(performance), within, overall, mean)
    indices = log_normal_indices if shape.form == "log-normal" else order_indices
    found = {name: _told(*limits) for name, limits in indices(known, lower, upper, confidence, seed).items()}
    return _capability(shape, known, _refused("needs_normal"), found, centre=float(np.median(known)))


def _check_limits(lower: float | None, upper: float | None) -> None:
    if lower is None and upper is None:
        raise ValueError("capability needs a specification limit: give `lower`, `upper` or both.")
    if lower is not None and upper is not None and not lower < upper:
        raise ValueError(f"the lower limit must be below the upper, got {lower:g} and {upper:g}.")


def _refusal(known: np.ndarray, stable: bool, shape: Shape, enough: int) -> str:
    """The first reason why there is no index, or nothing."""
    if not stable:
        return "unstable"
    if len(known) < enough:
        return "too_few"
    if np.ptp(known) == 0:
        return "no_spread"
    return "" if shape.form else "shape_not_known"


def _refused(reason: str, letter: str = "c") -> dict[str, Index]:
    return {letter + rest: Index(reason=reason) for rest in ("p", "pk", "pl", "pu")}


def _as_performance(indices: dict[str, Index]) -> dict[str, Index]:
    return {"p" + name[1:]: index for name, index in indices.items()}


def _told(value: float | None, low: float | None, high: float | None) -> Index:
    return Index(reason="one_sided") if value is None else Index(value, low, high)


def _capability(shape, known, potential, performance, within=None, overall=None, centre=None) -> Capability:
    centre = centre if centre is not None else (float(np.median(known)) if len(known) else np.nan)
    return Capability(shape.form, shape.why, len(known), centre, within, overall, **potential, **performance)


def normal_indices(
    mean: float,
    spread: Spread,
    n: int,
    lower: float | None = None,
    upper: float | None = None,
    confidence: float = 0.95,
) -> dict[str, Index]:
    """``cp``, ``cpk``, ``cpl`` and ``cpu`` of a normal process from its mean and its spread.

    With the spread within subgroups these are Cp and Cpk, with that of all values Pp and Ppk.

    Parameters
    ----------
    mean : float
    spread : Spread
        Standard deviation with its degrees of freedom.
    n : int
        Values that the mean rests on.
    lower, upper : float, optional
        Specification limits.
    """
    if not spread.sigma > 0:
        return _refused("no_spread")
    to_lower = None if lower is None else (mean - lower) / (3 * spread.sigma)
    to_upper = None if upper is None else (upper - mean) / (3 * spread.sigma)
    sides = [side for side in (to_lower, to_upper) if side is not None]
    both = len(sides) == 2
    return {
        "cp": spread_index((upper - lower) / (6 * spread.sigma), spread.freedom, confidence)
        if both
        else Index(reason="one_sided"),
        "cpk": _centred(min(sides), n, spread.freedom, confidence),
        "cpl": _centred(to_lower, n, spread.freedom, confidence),
        "cpu": _centred(to_upper, n, spread.freedom, confidence),
    }


def spread_index(value: float, freedom: float, confidence: float = 0.95) -> Index:
    """Cp or Pp with its exact interval: ``value * sqrt(chi2 / freedom)`` (Montgomery, equation 8.19)."""
    tail = (1 - confidence) / 2
    low, high = (value * float(np.sqrt(chdtri(freedom, p) / freedom)) for p in (1 - tail, tail))
    return Index(value, low, high)


def _centred(value: float | None, n: int, freedom: float, confidence: float) -> Index:
    return Index(reason="one_sided") if value is None else centred_index(value, n, freedom, confidence)


def centred_index(value: float, n: int, freedom: float, confidence: float = 0.95) -> Index:
    """Cpk, Cpl, Cpu, Ppk, Ppl or Ppu with Bissell's interval (1990): normal, of variance 1/9n + value^2/2f."""
    reach = critical_value(confidence) * float(np.sqrt(1 / (9 * n) + value**2 / (2 * freedom)))
    return Index(value, value - reach, value + reach)


def standing(index: Index) -> str | None:
    """Whether a process keeps within its limits, by the whole interval of its Cpk or Ppk.

    Returns
    -------
    str or None
        ``consistent_pass`` from 1 on; ``consistent_fail`` below 0, where its usual value lies beyond a limit;
        ``inconsistent`` between these; None where the interval spans more than one of them or there is no index.

    Examples
    --------
    >>> standing(Index(1.3, 1.1, 1.5)), standing(Index(0.5, 0.3, 0.7)), standing(Index(1.0, 0.8, 1.2))
    ('consistent_pass', 'inconsistent', None)
    """
    if index.value is None:
        return None
    if index.lower >= 1:
        return PASS
    if index.upper < 0:
        return FAIL
    return INCONSISTENT if index.lower >= 0 and index.upper < 1 else None


def taguchi_index(lower: float, upper: float, mean: float, sigma: float, target: float) -> float:
    """Cpm: Cp with the deviation of the mean from a target counted as spread (Chan, Cheng and Spiring 1988)."""
    return (upper - lower) / (6 * float(np.hypot(sigma, mean - target)))


def is_stable(series: Sequence[float], rules: RuleSet = RULE_SETS["nhs"]) -> bool:
    """Whether a short series, such as weekly medians, shows no special cause on its XmR chart.

    Not for thousands of single cases: among so many, some break a rule by chance.

    Parameters
    ----------
    series : sequence of float
        In time order; NaN where missing.
    rules : RuleSet
    """
    return bool((signals(series, chart(series), rules)["rule"] == "").all())


def skewness(values: np.ndarray) -> float:
    """Third standardised moment; missing without spread."""
    away = values - values.mean()
    second = (away**2).mean()
    return float((away**3).mean() / second**1.5) if second > 0 else float("nan")


def shape_of(values: Sequence[float], confidence: float = 0.95) -> Shape:
    """Which form of the indices fits: normal if not skewed, else log-normal if the logarithms are not, else percentile.

    Skewed means that the skewness is further from 0 than that of a normal sample of this size is in 95
    of 100 (its standard error is ``sqrt(6 n (n - 1) / ((n - 2) (n + 1) (n + 3)))``). The percentile form
    needs a value beyond the 99.865th percentile: 741 values. With fewer than about 2,200, all of them may lie below
    that percentile, so the limit of an index towards 0 is 0. Heavy tails on both sides alike are not
    looked for: look at the values.

    Parameters
    ----------
    values : sequence of float
        Single values; NaN where missing.
    """
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    n = len(known)
    if n < 3 or np.ptp(known) == 0:
        return Shape(None, "too few values, or all alike", float("nan"))
    skew = skewness(known)
    bound = critical_value(confidence) * float(np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3))))
    if abs(skew) <= bound:
        return Shape("normal", f"skewness {skew:.2f} is within {bound:.2f} of 0", skew)
    skewed = f"skewness {skew:.2f} is further than {bound:.2f} from 0"
    if known.min() > 0 and abs(skewness(np.log(known))) <= bound:
        return Shape("log-normal", f"{skewed}, that of the logarithms is not", skew)
    if n * BEYOND >= 1:
        return Shape("percentile", f"{skewed}, that of the logarithms too, and there are {n:,} values", skew)
    return Shape(None, f"{skewed}, that of the logarithms too, and {n:,} values do not show the tail", skew)
