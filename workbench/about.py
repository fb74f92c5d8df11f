"""What a page says of its own origin: period, dates, rows read, and rows that are not in its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from workbench.findings.messages import fill

if TYPE_CHECKING:
    from workbench.analyses import Provenance
    from workbench.catalog.model import Review
    from workbench.findings import Context


@dataclass(frozen=True)
class About:
    """The origin of a page's numbers.

    Parameters
    ----------
    title, period, as_of : str
    taken : dict of str to str
        A source: the day of its snapshot.
    rows, rejects : dict of str to int
        A source: rows read, and rows that could not be read.
    set_aside : dict of str to dict
        A source: a reason: how many rows.
    titles : dict of str to str
        A source: what people call it.
    notes : dict of str to str
        A heading: what else is said of the origin.
    notice : str
        What of the visitor's link could not be followed.
    """

    title: str
    period: str
    as_of: str
    taken: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    rejects: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""

    @classmethod
    def of(
        cls,
        context: "Context",
        review: "Review",
        provenance: "Provenance",
        titles: Mapping[str, str],
        notice: str = "",
    ) -> "About":
        """From the view's names, its review, the provenance of its cube and the titles of sources."""
        return cls(
            title=context.title,
            period=review.period,
            as_of=review.as_of.isoformat(),
            taken=provenance.taken,
            rows=provenance.rows,
            rejects=provenance.rejects,
            set_aside=provenance.set_aside,
            titles=titles,
            notes=provenance.notes,
            notice=notice,
        )

    def _repr_html_(self) -> str:
        when = fill("{period:period}", {"period": self.period})
        facts = [
            ("Subject", self.title),
            ("Period", when[:1].upper() + when[1:]),
            ("As of", _day(self.as_of)),
        ]
        facts += [
            (f"Source: {self.titles.get(source) or source}", self._source(source))
            for source in sorted(self.rows)
        ]
        facts += self.notes.items()
        items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
        notice = f'<p class="notice" role="status">{escape(self.notice)}</p>' if self.notice else ""
        return f'{notice}<dl class="about">{items}</dl>'

    def _source(self, source: str) -> str:
        said = f"{self.rows[source]:,} rows read"
        if source in self.taken:
            said += f" on {_day(self.taken[source])}"
        said += f", {self.rejects.get(source, 0):,} could not be read"
        reasons = sorted(self.set_aside.get(source, {}).items())
        return said + "".join(
            f", {count:,} set aside ({reason.replace('_', ' ')})" for reason, count in reasons
        )


def _day(day: str) -> str:
    """``2026-01-15`` is ``15 January 2026``."""
    return fill("{day:date}", {"day": day})
