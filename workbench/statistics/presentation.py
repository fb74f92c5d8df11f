"""Whether a figure is firm enough to be shown: the presentation standards of NCHS.

About reliability only. Whether a figure may be shown without giving anybody away is another
question with other rules, and both must be passed.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import betaincinv, stdtrit

from workbench.statistics.proportions import share
from workbench.statistics.rates import exact_poisson

Word = Literal["show", "footnote", "review", "unreliable"]

_ORDER: tuple[Word, ...] = ("show", "footnote", "review", "unreliable")


@dataclass(frozen=True)
class Presentation:
    """What to do with a figure, and why.

    Parameters
    ----------
    word : {'show', 'footnote', 'review', 'unreliable'}
        ``footnote``: the figure holds, its complement does not; ``review``: a statistician should
        look at it; ``unreliable``: do not show it.
    reasons : tuple of str
        One for each rule that did not pass; empty for ``show``.
    """

    word: Word
    reasons: tuple[str, ...]


def exact_interval(x: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson interval of a proportion; with effective counts that of Korn and Graubard (1998).

    Parameters
    ----------
    x, n : float
        Events and trials, may be fractional.
    """
    tail = (1 - confidence) / 2
    lower = float(betaincinv(x, n - x + 1, tail)) if x > 0 else 0.0
    upper = float(betaincinv(x + 1, n - x, 1 - tail)) if x < n else 1.0
    return lower, upper


def presentation_of_proportion(
    x: float, n: float, *, effective_n: float | None = None, degrees: float | None = None
) -> Presentation:
    """Standing of a proportion by the standards of Parker and others (2017, Series 2 number 175).

    Parameters
    ----------
    x, n : float
        Events and trials.
    effective_n : float, optional
        Trials over the design effect, at most ``n``; without it ``n``.
    degrees : float, optional
        Degrees of freedom of the design; below 8 the figure needs review.

    Returns
    -------
    Presentation

    Notes
    -----
    Unreliable with fewer than 30 effective trials, or when the 95 % interval of Korn and Graubard
    is 30 points wide or more, or is wider than 5 points and than 130 % of the proportion. Its
    complement is judged by the same 130 %, which asks for a footnote only.
    """
    assert 0 <= x <= n, (x, n)
    size = n if effective_n is None else min(effective_n, n)
    if size < 30:
        return Presentation("unreliable", (f"fewer than 30 cases to go by ({size:.0f})",))
    p = x / n
    lower, upper = exact_interval(p * size, size) if degrees is None else _with_degrees(p, size, n, degrees)
    found = [*_width(p, upper - lower)]
    if x in (0, n):
        found = [("review", "nobody or everybody has the event")]
    if degrees is not None and degrees < 8:
        found.append(("review", f"fewer than 8 degrees of freedom ({degrees:g})"))
    return _said(found)


def _with_degrees(p: float, size: float, n: float, degrees: float) -> tuple[float, float]:
    """Exact interval with the effective size lowered for the degrees of freedom of the design."""
    normal, actual = stdtrit(n - 1, 0.975), stdtrit(degrees, 0.975)
    lowered = min(size * float(normal / actual) ** 2, n)
    return exact_interval(p * lowered, lowered)


def _width(p: float, width: float) -> list[tuple[Word, str]]:
    """What the width of its interval says against a proportion."""
    points = f"the interval is {100 * width:.0f} points wide"
    if width <= 0.05:
        return []
    if width >= 0.30:
        return [("unreliable", points)]
    if width > 1.30 * p:
        return [("unreliable", f"{points}, more than 130 % of the figure")]
    if width > 1.30 * (1 - p):
        return [("footnote", f"{points}, more than 130 % of the figure's complement")]
    return []


def presentation_of_count(
    x: float,
    limits: tuple[float, float] | None = None,
    *,
    value: float | None = None,
    denominator: float | None = None,
    degrees: float | None = None,
) -> Presentation:
    """Standing of a count or a rate by the standards of NCHS (2023, Series 2 number 200).

    Parameters
    ----------
    x : float
        Events; over the design effect where persons have several.
    limits : tuple of float, optional
        95 % limits of the count or rate; without them the exact ones of the count.
    value : float, optional
        The figure that ``limits`` are of, where it is not the count.
    denominator : float, optional
        Persons in the denominator of a rate, where it comes from a sample.
    degrees : float, optional
        Degrees of freedom of the design; below 8 the figure needs review.

    Returns
    -------
    Presentation

    Notes
    -----
    Unreliable with fewer than 10 events (or fewer than 10 sampled persons below them), or when the
    interval is wider than 160 % of the figure.
    """
    if x < 10:
        return Presentation("unreliable", (f"fewer than 10 events ({x:.0f})",))
    if denominator is not None and denominator < 10:
        return Presentation("unreliable", (f"fewer than 10 persons in the denominator ({denominator:.0f})",))
    lower, upper = exact_poisson(x) if limits is None else limits
    width = float(share(upper - lower, x if value is None else value))
    found: list[tuple[Word, str]] = []
    if np.isnan(width):
        found.append(("unreliable", "its interval is not known"))
    elif width > 1.60:
        found.append(("unreliable", f"the interval is {100 * width:.0f} % of the figure wide"))
    if degrees is not None and degrees < 8:
        found.append(("review", f"fewer than 8 degrees of freedom ({degrees:g})"))
    return _said(found)


def _said(found: list[tuple[Word, str]]) -> Presentation:
    """The gravest word with every reason; a figure that is not shown needs no review."""
    word = max((word for word, _ in found), key=_ORDER.index, default="show")
    kept = [(each, reason) for each, reason in found if word != "unreliable" or each == word]
    return Presentation(word, tuple(reason for _, reason in kept))
