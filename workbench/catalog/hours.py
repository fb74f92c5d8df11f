"""Working hours as a city writes them: ``09:00-17:00``, one or several spans of a day."""

import re
from collections.abc import Iterable

from pydantic_core import PydanticCustomError

Span = tuple[int, int]
DAY_MINUTES = 24 * 60
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)")


def minutes_of(text: str) -> Span | None:
    """Opening and closing of a span in minutes of the local day; None where the text is no span of one day."""
    match = _SPAN.fullmatch(str(text).strip())
    if match is None:
        return None
    numbers = [int(number) for number in match.groups()]
    opening, closing = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    return (opening, closing) if opening < closing <= DAY_MINUTES else None


def spans_of(texts: Iterable[str]) -> tuple[Span, ...]:
    """Spans in the order of the day, of texts that were checked; those that touch stay apart."""
    return tuple(sorted(minutes_of(text) for text in texts))


def checked_span(text: str) -> str:
    """The text of one span.

    Raises
    ------
    PydanticCustomError
        Of type ``span``, where it is none.
    """
    if minutes_of(text) is None:
        raise PydanticCustomError("span", "not a span of one day")
    return text


def checked_hours(texts: list[str]) -> list[str]:
    """The spans of one day.

    Raises
    ------
    PydanticCustomError
        Of type ``overlap``, where two of them overlap.
    """
    ordered = spans_of(texts)
    if any(opening < closing for (_, closing), (opening, _) in zip(ordered, ordered[1:], strict=False)):
        raise PydanticCustomError("overlap", "spans that overlap")
    return texts
