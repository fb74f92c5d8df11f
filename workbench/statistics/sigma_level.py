"""Defects per unit and per million opportunities, yield, and the sigma level with its convention named.

Sources: NIST/SEMATECH e-Handbook 6.1.6 for defects; the shift of 1.5 standard deviations is Motorola's
(Harry 1988): a convention, not a finding.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from workbench.statistics.proportions import wilson
from workbench.statistics.rates import poisson_interval

MILLION = 1e6
SHIFT = 1.5
WITH_SHIFT = "one tail, with 1.5 sigma shift"
WITHOUT_SHIFT = "one tail, without shift"
CONVENTION = f"{WITH_SHIFT}; {WITHOUT_SHIFT}"


@dataclass(frozen=True)
class Figure:
    """A figure with its interval; None where it is undefined or a limit is not reached."""

    value: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class SigmaLevel:
    """How many standard deviations away the limit would be if a normal process made these defects.

    Parameters
    ----------
    value, lower, upper : float or None
        None where there is no defect, or nothing but defects: the level is then not finite.
    convention : str
        ``WITH_SHIFT`` or ``WITHOUT_SHIFT``.
    """

    value: float | None
    lower: float | None
    upper: float | None
    convention: str


@dataclass(frozen=True)
class Defects:
    """Defects of a process.

    Parameters
    ----------
    per_unit : Figure
        DPU, with a Poisson interval (a unit can have several defects).
    per_million : Figure
        DPMO, with Wilson's interval of the share of opportunities.
    yielded : Figure
        Share of opportunities without defect.
    shifted, unshifted : SigmaLevel
        Both conventions.
    """

    per_unit: Figure
    per_million: Figure
    yielded: Figure
    shifted: SigmaLevel
    unshifted: SigmaLevel

    @property
    def told(self) -> dict[str, Figure | SigmaLevel]:
        """``dpmo`` and the sigma level by either convention, as pages tell them."""
        return {
            "dpmo": self.per_million,
            "sigma_shifted": self.shifted,
            "sigma_unshifted": self.unshifted,
        }


def defects(found: int, units: int, opportunities: int = 1, confidence: float = 0.95) -> Defects:
    """Defect figures of some units.

    Parameters
    ----------
    found : int
        Defects; at most ``units * opportunities``.
    units : int
        At least 1.
    opportunities : int
        For a defect in each unit: 1 for a late case.

    Raises
    ------
    ValueError
        When there are no units, or more defects than opportunities.
    """
    if units < 1 or opportunities < 1:
        raise ValueError(f"defects need at least one unit and opportunity, got {units} and {opportunities}.")
    low, high = (float(limit) / units for limit in poisson_interval(found, confidence))
    trials = units * opportunities
    worst, best = (float(limit) for limit in reversed(wilson(found, trials, confidence)))
    share = found / trials
    return Defects(
        per_unit=Figure(found / units, low, high),
        per_million=Figure(share * MILLION, best * MILLION, worst * MILLION),
        yielded=Figure(1 - share, 1 - worst, 1 - best),
        shifted=_level(share, best, worst, SHIFT, WITH_SHIFT),
        unshifted=_level(share, best, worst, 0.0, WITHOUT_SHIFT),
    )


def _level(share: float, best: float, worst: float, shift: float, convention: str) -> SigmaLevel:
    value, low, high = (sigma_of(part * MILLION, shift) for part in (share, worst, best))
    return SigmaLevel(value, low, high, convention)


def sigma_of(dpmo: float, shift: float = SHIFT) -> float | None:
    """Sigma level of defects per million; None at 0 and at a million, where it is not finite."""
    level = float(ndtri(1 - dpmo / MILLION)) if dpmo > MILLION / 2 else float(-ndtri(dpmo / MILLION))
    return level + shift if np.isfinite(level) else None


def dpmo_of(sigma: float, shift: float = SHIFT) -> float:
    """Defects per million beyond one limit, that many standard deviations away less the shift."""
    return float(ndtr(shift - sigma)) * MILLION
