"""A page and results to explore, small enough to read: one department, two services, hostile names."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import ClassVar
from urllib.parse import urlencode

import altair as alt
import pandas as pd

from workbench.analyses import Results
from workbench.charts import theme
from workbench.charts.asks import Choice, asking, present_in
from workbench.charts.figure import Figure
from workbench.errors import UsageError
from workbench.findings import Finding, Findings, Verdict

HOSTILE = "</script><script>window.x=1</script>"


@dataclass(frozen=True)
class Rates(Results):
    """Shares by group, place and quarter."""

    rates: pd.DataFrame = field(default_factory=pd.DataFrame)

    KEYS: ClassVar = {"rates": ("interval", "dimension", "group", "place_level", "place")}


def results(shift: float = 0.0) -> Rates:
    """Two groups in two places over two quarters, and the city."""
    rows = [
        (quarter, "race", group, level, place, 0.2 + 0.1 * i + 0.05 * j + shift, 987654321)
        for quarter in ("2025-Q3", "2025-Q4")
        for i, group in enumerate(("black", "white"))
        for j, (level, place) in enumerate((("city", "all"), ("hood", "Phillips"), ("hood", HOSTILE)))
    ]
    columns = ["interval", "dimension", "group", "place_level", "place", "rate", "hidden"]
    frame = pd.DataFrame(rows, columns=columns).assign(state="value", cells=[[] for _ in rows])
    facts = {"labels": {"race/black": "Black", "race/white": "White", "race": "race"}}
    return Rates(counts=pd.DataFrame(), facts=facts, released=True, rates=frame)


def bars(shown: Rates) -> Figure:
    """Bars of the rows given."""
    chart = alt.Chart(shown.rates.drop(columns="cells")).mark_bar(color=theme.ACCENT)
    chart = chart.encode(
        x=alt.X("rate:Q", title="Share on time"), y=alt.Y("place:N", title=None), yOffset="group:N"
    )
    text = f"{len(shown.rates)} bars, one for each group, place and quarter."
    return Figure(
        "bars", "Share on time", text, "See which is shorter.", shown.rates.drop(columns="hidden"), chart
    )


def few(shown: Rates) -> Figure:
    """The same bars under another name."""
    return replace(bars(shown), title="A few bars")


def trend(shown: Rates, place: str | None = None) -> Figure:
    """A line for one place, asked for by keyword."""
    chart = (
        alt.Chart(shown.rates[["interval", "rate"]])
        .mark_line(point=True)
        .encode(x="interval:N", y="mean(rate):Q")
    )
    return Figure(
        "trend", "By quarter", f"Place {place}.", "See the trend.", shown.rates[["interval", "rate"]], chart
    )


@asking(
    present_in("rate", "Share", "rates", "rate", words="{:.0%}"),
    Choice(
        "unit", "Unit", lambda _: [("In percent", "percent"), ("As a share", "share")], lambda _: "percent"
    ),
)
def what_if(shown: Rates, rate: float | None = None, unit: str | None = None) -> Figure:
    """The rows of one share, asked for on a slider."""
    rows = shown.rates[shown.rates["rate"] == rate]
    text = f"{len(rows)} rows of {rate or 0:g} in {unit}."
    return replace(bars(shown), title="What if", text=text, see=text)


def finding(subject: str, group: str, place: str) -> Finding:
    """One finding whose sentence names what it is about."""
    what = {"what": f"{subject}, {group}, {place}"}
    return Finding(
        analysis="",
        department="works",
        subject=subject,
        question="gap",
        verdict=Verdict.CANT_TELL,
        message="cant_tell",
        arguments=what,
        group=group,
        place=place,
        n=12,
        counted="requests",
    )


@dataclass(frozen=True)
class Page:
    """What a panel asks of a view."""

    department: str = "works"
    subject: str = "potholes"
    parameters: dict = field(default_factory=dict)
    notice: str = ""

    def shown_by(self, shown):
        """The same: results of any parameters."""
        return self

    def about_html(self) -> str:
        """What is said of the rows."""
        return f'<p class="about">12 rows of {self.subject} read.</p>'

    def findings(self, shown) -> Findings:
        """The whole, one group and one place; of the trees, nothing."""
        said = [("all", "all"), ("black", "all"), ("all", "Phillips")]
        return Findings([finding(self.subject, *one) for one in said if self.subject != "trees"])

    @property
    def catalog(self):
        """Two departments, three services."""
        titles = {"potholes": "Pothole repair", "lights": "Street lights", "trees": HOSTILE}
        departments = {
            "works": SimpleNamespace(title="Public Works"),
            "parks": SimpleNamespace(title="Parks"),
        }
        services = {name: SimpleNamespace(title=title) for name, title in titles.items()}
        return SimpleNamespace(
            departments=departments, services=services, processes={}, measures={}, left_out=()
        )

    @property
    def registered(self):
        """Its subjects."""
        names = {"works": ["potholes", "lights"], "parks": ["trees"]}
        return SimpleNamespace(subjects=lambda catalog, department: names[department])

    def choose(self, **changes):
        """Another subject."""
        return replace(self, **changes)

    def analyse(self, **parameters):
        """Its released results; one service has none."""
        if self.subject == "lights":
            raise UsageError("review '2025-Q4' has no results of 'lights' yet.")
        return results(0.1)

    def query(self) -> str:
        """As a link."""
        return urlencode({"review": "2025-Q4", "department": self.department, "subject": self.subject})

    def _repr_html_(self) -> str:
        return '<p class="about">12 rows read, none set aside.</p>'
