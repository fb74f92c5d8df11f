"""How one argument of a message becomes words: the closed list of formats.

=========  =======================  ==========================================================
format     argument                 English
=========  =======================  ==========================================================
number     number                   three digits that matter, at most one decimal; below 1 two: 1,234 · 1.2 · 0.034
whole      number                   rounded to a whole number: 12
decimal    number                   always one decimal: 12.0
count      whole number             1,434
signed     number                   with its sign: +2.5 · −0.3
percent    fraction                 23.6% for 0.236
points     difference of fractions  12.2 percentage points for 0.122
times      ratio                    three digits that matter: 2.98 times
factor     ratio                    the same without the word: 2.98
part       fraction                 in everyday words: about two thirds
days       days                     2.5 days · 1 day
hours      hours                    3 hours
duration   days                     in the unit that fits: less than a minute · 12 minutes · 3.4 hours · 50.6 days
amount     [number, scale, unit]    three digits that matter: 87.3% of permits · 4.1 evictions per 1,000 · 52 homes
span       [low, high, scale, unit]  74.9% to 87.1% of permits
period     name of a period         the fourth quarter of 2025
date       ISO date                 31 December 2025
p          probability              p = 0.034 · p < 0.001
label      text                     as given, on one line
residents  [title, wording]         Black residents; the wording as given where there is one, and a text as it is
text       text                     as given, on one line
list       list of text             a, b and c
=========  =======================  ==========================================================
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from numbers import Integral, Real
from typing import Any

from workbench.errors import ParameterError
from workbench.periods import Period

Locale = Mapping[str, Any]


def _real(value) -> float:
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise ValueError("a finite number")
    return float(value)


def _text(value) -> str:
    if not isinstance(value, str):
        raise ValueError("text")
    return " ".join(value.split())


def _decimals(value: float, digits: int) -> int:
    """How many decimals leave so many digits that matter; at most four."""
    size = abs(value)
    if size == 0:
        return 0
    return min(max(digits - 1 - math.floor(math.log10(size)), 0), 4)


def _digits(value: float, decimals: int, locale: Locale, trim: bool = True) -> str:
    step = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(repr(value)).quantize(step, ROUND_HALF_EVEN):,f}"
    if trim and "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, _, fraction = text.partition(".")
    negative, whole = whole.startswith("-"), whole.lstrip("-").replace(",", locale["thousands"])
    text = whole + (locale["decimal"] + fraction if fraction else "")
    is_zero = not text.strip("0" + locale["decimal"])
    return locale["minus"] + text if negative and not is_zero else text


def number(value, locale: Locale) -> str:
    """Three digits that matter with at most one decimal, below 1 two, so that both ends of an interval look alike."""
    real = _real(value)
    decimals = min(_decimals(real, 3), 1) if abs(real) >= 1 else _decimals(real, 2)
    return _digits(real, decimals, locale)


def _measured(value, locale: Locale) -> str:
    """Three digits that matter, for a value that a city states itself: a target of 2.25 stays one."""
    real = _real(value)
    return _digits(real, _decimals(real, 3), locale)


def whole(value, locale: Locale) -> str:
    """Rounded to a whole number."""
    return _digits(_real(value), 0, locale)


def decimal(value, locale: Locale) -> str:
    """Always one decimal."""
    return _digits(_real(value), 1, locale, trim=False)


def count(value, locale: Locale) -> str:
    """A whole number, with separators."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ValueError("a whole number")
    return _digits(int(value), 0, locale)


def signed(value, locale: Locale) -> str:
    """With its sign, also when positive."""
    text = number(value, locale)
    return f"+{text}" if value > 0 and text != "0" else text


def percent(value, locale: Locale) -> str:
    """A fraction as a percentage with one decimal."""
    return locale["percent"].replace("{}", _digits(_real(value) * 100, 1, locale))


def points(value, locale: Locale) -> str:
    """A difference of two fractions in percentage points."""
    return _plural(_digits(_real(value) * 100, 1, locale), locale["points"])


def times(value, locale: Locale) -> str:
    """A ratio."""
    return locale["times"].replace("{}", _measured(value, locale))


def factor(value, locale: Locale) -> str:
    """A ratio beside another that has the word."""
    return _measured(value, locale)


def part(value, locale: Locale) -> str:
    """A part of a whole in everyday words, the first of the locale's list whose limit it does not exceed."""
    real = _real(value)
    return next((words for limit, words in locale["parts"] if real <= limit), locale["parts"][-1][1])


def days(value, locale: Locale) -> str:
    """Days with one decimal."""
    return _plural(_digits(_real(value), 1, locale), locale["days"])


def hours(value, locale: Locale) -> str:
    """Hours with one decimal."""
    return _plural(_digits(_real(value), 1, locale), locale["hours"])


def duration(value, locale: Locale) -> str:
    """Days, said in minutes, hours or days: the unit that fits."""
    size = _real(value)
    if abs(size) >= 1 or size == 0:
        return days(size, locale)
    if abs(size) * 24 >= 1:
        return hours(size * 24, locale)
    minutes = _digits(size * 1440, 0, locale)
    return locale["minutes_below"] if minutes == "0" else _plural(minutes, locale["minutes"])


def amount(value, locale: Locale) -> str:
    """A number as a measure shows it, with the words of its scale and its unit."""
    if not isinstance(value, list | tuple) or len(value) != 3 or value[1] not in locale["amounts"]:
        raise ValueError(f"a number, a scale ({', '.join(locale['amounts'])}) and a unit")
    words = {"{}": _measured(value[0], locale), "{unit}": _text(value[2])}
    return _filled(locale["amounts"][value[1]], words).strip()


def span(value, locale: Locale) -> str:
    """Two numbers as a measure shows them: from the first to the second."""
    if not isinstance(value, list | tuple) or len(value) != 4 or value[2] not in locale["spans"]:
        raise ValueError(f"two numbers, a scale ({', '.join(locale['spans'])}) and a unit")
    low, high = _measured(value[0], locale), _measured(value[1], locale)
    return _filled(
        locale["spans"][value[2]], {"{low}": low, "{high}": high, "{unit}": _text(value[3])}
    ).strip()


def period(value, locale: Locale) -> str:
    """The name of a period in words."""
    try:
        parsed = Period.parse(_text(value))
    except ParameterError as error:
        raise ValueError("a period such as 2025-Q4") from error
    fiscal = "fiscal_" if str(value).strip().startswith("FY") and parsed.frequency != "month" else ""
    pattern = locale[fiscal + parsed.frequency]
    words = {"{year}": str(parsed.year)}
    if parsed.frequency == "quarter":
        words["{quarter}"] = locale["quarters"][parsed.number - 1]
    if parsed.frequency == "month":
        words["{month}"] = locale["months"][parsed.number - 1]
    return _filled(pattern, words)


def day(value, locale: Locale) -> str:
    """An ISO date in words."""
    try:
        parsed = date.fromisoformat(_text(value))
    except ValueError as error:
        raise ValueError("a date such as 2025-12-31") from error
    month = locale["months"][parsed.month - 1]
    return _filled(locale["date"], {"{day}": str(parsed.day), "{month}": month, "{year}": str(parsed.year)})


def p(value, locale: Locale) -> str:
    """A p value, never as zero."""
    chance = _real(value)
    if not 0 <= chance <= 1:
        raise ValueError("a number from 0 to 1")
    if chance < 0.001:
        return locale["p_below"].replace("{}", _digits(0.001, 3, locale))
    return locale["p"].replace("{}", _digits(chance, 3 if chance < 0.1 else 2, locale))


def label(value, locale: Locale) -> str:
    """Text as given, on one line."""
    return _text(value)


def residents(value, locale: Locale) -> str:
    """People of a group: in the group's own wording, or by its title; what is a text is said as it is."""
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("a title and a wording, which may be empty")
    title, wording = map(_text, value)
    return wording or locale["residents"].replace("{}", title)


def listed(value, locale: Locale) -> str:
    """A list of text with its last two joined by the word for "and"."""
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("a list of text")
    texts = [_text(item) for item in value]
    if len(texts) == 1:
        return texts[0]
    return ", ".join(texts[:-1]) + locale["and"] + texts[-1]


def _plural(text: str, forms: list[str]) -> str:
    return forms[text != "1"].replace("{}", text)


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        pattern = pattern.replace(name, word)
    return pattern


FORMATS: Mapping[str, Callable[[Any, Locale], str]] = {
    "number": number,
    "whole": whole,
    "decimal": decimal,
    "count": count,
    "signed": signed,
    "percent": percent,
    "points": points,
    "times": times,
    "factor": factor,
    "part": part,
    "days": days,
    "hours": hours,
    "duration": duration,
    "amount": amount,
    "span": span,
    "period": period,
    "date": day,
    "p": p,
    "label": label,
    "residents": residents,
    "text": label,
    "list": listed,
}

EXAMPLES: Mapping[str, Any] = {
    "number": 12.3,
    "whole": 12.3,
    "decimal": 12.3,
    "count": 1434,
    "signed": 2.5,
    "percent": 0.236,
    "points": 0.122,
    "times": 2.5,
    "factor": 2.5,
    "part": 0.66,
    "days": 50.6,
    "hours": 3.0,
    "duration": 0.2,
    "amount": [87.3, "percent", "of permits"],
    "span": [74.9, 87.1, "percent", "of permits"],
    "period": "2025-Q4",
    "date": "2025-12-31",
    "p": 0.034,
    "label": "Phillips",
    "residents": ["Black", ""],
    "text": "requests",
    "list": ["Phillips", "Nokomis"],
}
