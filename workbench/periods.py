"""Months, quarters and years, by the calendar or by a city's fiscal year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from workbench.errors import ParameterError

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_PATTERN = re.compile(r"(?P<fiscal>FY)?(?P<year>\d{4})(-(Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


@dataclass(frozen=True)
class Period:
    """One month, quarter or year.

    Parameters
    ----------
    frequency : {'month', 'quarter', 'year'}
    year : int
        The year in its name; a fiscal year is named after the calendar year it ends in.
    number : int
        Month 1-12, quarter 1-4, or 1 for a year.
    fiscal_start : int
        First month of the year that the period is counted in; 1 for the calendar year.
    """

    frequency: str
    year: int
    number: int
    fiscal_start: int = 1

    @classmethod
    def parse(cls, text: str, fiscal_start: int = 1) -> "Period":
        """Read ``2025-Q4``, ``FY2026-Q2``, ``2025-11``, ``2025`` or ``FY2026``.

        Raises
        ------
        ParameterError
            When the text is none of these.
        """
        match = _PATTERN.fullmatch(str(text).strip())
        if not match or (match["fiscal"] and match["month"]):
            raise ParameterError(
                f"{text!r} is not a period; write 2025-Q4, FY2026-Q2, 2025-11, 2025 or FY2026."
            )
        start = fiscal_start if match["fiscal"] else 1
        if match["quarter"]:
            return cls("quarter", int(match["year"]), int(match["quarter"]), start)
        if match["month"]:
            return cls("month", int(match["year"]), int(match["month"]), 1)
        return cls("year", int(match["year"]), 1, start)

    @classmethod
    def containing(cls, day: date, frequency: str, fiscal_start: int = 1) -> "Period":
        """The period of a frequency that a day falls in."""
        months = _MONTHS[frequency]
        offset = (day.month - fiscal_start) % 12
        begins_last_year = day.month < fiscal_start
        year = day.year - begins_last_year + (fiscal_start > 1)
        return cls(frequency, year, offset // months + 1, fiscal_start)

    def recounted(self, fiscal_start: int) -> "Period | None":
        """The same days by the name they have where the year begins in another month; None if no period has them."""
        other = Period.containing(
            self.start, self.frequency, fiscal_start if self.frequency != "month" else 1
        )
        return other if (other.start, other.end) == (self.start, self.end) else None

    @property
    def start(self) -> date:
        """First day."""
        index = (self.year - (self.fiscal_start > 1)) * 12 + self.fiscal_start - 1
        index += (self.number - 1) * _MONTHS[self.frequency]
        return date(index // 12, index % 12 + 1, 1)

    @property
    def end(self) -> date:
        """Last day, included."""
        return self.shift(1).start - timedelta(days=1)

    def shift(self, steps: int) -> "Period":
        """The period so many steps later (earlier when negative)."""
        in_a_year = 12 // _MONTHS[self.frequency]
        index = self.year * in_a_year + self.number - 1 + steps
        return Period(self.frequency, index // in_a_year, index % in_a_year + 1, self.fiscal_start)

    def ended_by(self, day: date) -> int:
        """How many periods after this one end on a day or before it; 0 where none does."""
        steps = 0
        while self.shift(steps + 1).end <= day:
            steps += 1
        return steps

    def previous(self) -> "Period":
        """The period just before."""
        return self.shift(-1)

    def same_last_year(self) -> "Period":
        """The same period one year earlier."""
        return Period(self.frequency, self.year - 1, self.number, self.fiscal_start)

    def __str__(self) -> str:
        name = f"FY{self.year}" if self.fiscal_start > 1 else f"{self.year}"
        if self.frequency == "quarter":
            return f"{name}-Q{self.number}"
        return f"{name}-{self.number:02d}" if self.frequency == "month" else name
